package topic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Index matches an article against all topics at once: the built-in ones and the guilds' own put into it. It is safe for
// concurrent use; topics come and go in place.
//
// It is a flat inverted index. Each query is filed under the keys of which one must be in every article it matches (for words
// that must all be there only the rarest), so that an article meets only the few queries that have a fair chance. Which words are
// rare is learnt from the articles: a query that is met in vain too often is filed anew. Stems differ by language, so each
// language has files of its own, made when its first article comes. Equal queries are filed once.
type Index struct {
	mu      sync.RWMutex
	entries map[string]*entry // by canonical query
	topics  map[news.TopicID]*entry
	langs   map[string]*files
}

// entry is one query and the topics that share it.
type entry struct {
	query *Query
	ids   []news.TopicID
}

// files are the entries of one language by key.
type files struct {
	byKey   map[string]*posting
	entries map[*entry]*filed
	kinds   [keyKinds]int // how many entries are filed under keys of a kind: articles offer only the kinds in use
}

// posting is what is filed under one key, and how many articles have offered it so far.
type posting struct {
	filed   []*filed
	offered atomic.Uint32
}

// filed is an entry in the files of a language, and how often it was met in vain since it was filed.
type filed struct {
	*entry
	keys  []string
	vain  atomic.Uint32
	tired atomic.Bool
}

// After tiredAfter vain meetings a query is filed anew, at most refileMax after one article.
const (
	tiredAfter = 24
	refileMax  = 500
)

// Keys are stems of spaced scripts and pairs of characters of the others as they are, and these with a first byte that no text
// holds.
const (
	keyWord   = iota
	keyChar   // \x01 one character of a solid script
	keyPrefix // \x02 the first one to three letters of a word
	keySource // \x03 a stem of the source's name
	keyLang   // \x04 a base language
	keyKinds
)

// prefixKey is how many letters of a prefix are a key.
const prefixKey = 3

// maxLangs bounds the languages with files of their own; what a feed declares beyond them is matched as an unknown language.
const maxLangs = 64

func NewIndex() *Index {
	return &Index{entries: map[string]*entry{}, topics: map[news.TopicID]*entry{}, langs: map[string]*files{}}
}

// Put files a topic, or its new query. The error says which topic's query can't be read; it wraps a *SyntaxError.
func (x *Index) Put(t news.Topic) error {
	query, err := Parse(t.Query)
	if err != nil {
		return fmt.Errorf("reading the query of topic %s: %w", t.ID, err)
	}
	canonical := query.String()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(t.ID)
	e := x.entries[canonical]
	if e == nil {
		e = &entry{query: query}
		x.entries[canonical] = e
		for lang, f := range x.langs {
			f.add(e, lang)
		}
	}
	e.ids = append(e.ids, t.ID)
	x.topics[t.ID] = e
	return nil
}

// Delete forgets a topic; one that isn't there is none the worse for it.
func (x *Index) Delete(id news.TopicID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

// Len is how many own topics are filed.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.topics)
}

func (x *Index) remove(id news.TopicID) {
	e := x.topics[id]
	if e == nil {
		return
	}
	delete(x.topics, id)
	e.ids = slices.DeleteFunc(e.ids, func(have news.TopicID) bool { return have == id })
	if len(e.ids) > 0 {
		return
	}
	delete(x.entries, e.query.String())
	for _, f := range x.langs {
		f.drop(e)
	}
}

// Match returns every topic that fits the article, best first: own topics whose query matches, and the built-in topics that
// Classify is sure of.
func (x *Index) Match(d Doc) []news.Match {
	p := newDoc(d)
	matches := x.own(p)
	matches = append(matches, classify(p)...)
	sortMatches(matches)
	return matches
}

func (x *Index) own(d *doc) []news.Match {
	matches, lang, tired := x.meet(d)
	if len(tired) > 0 {
		x.refile(lang, tired)
	}
	return matches
}

func (x *Index) meet(d *doc) (matches []news.Match, lang string, tired []*filed) {
	f, lang := x.lock(d)
	defer x.mu.RUnlock()
	met := make(map[*filed]struct{}, 64)
	f.candidates(d, func(e *filed) {
		if _, again := met[e]; again {
			return
		}
		met[e] = struct{}{}
		m, ok := e.query.match(d)
		if !ok {
			if e.vain.Add(1) >= tiredAfter && len(tired) < refileMax && e.tired.CompareAndSwap(false, true) {
				tired = append(tired, e)
			}
			return
		}
		for _, id := range e.ids {
			m.Topic = id
			matches = append(matches, m)
		}
	})
	return matches, lang, tired
}

// refile looks for better keys for entries.
func (x *Index) refile(lang string, tired []*filed) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f := x.langs[lang]
	for _, e := range tired {
		if f.entries[e.entry] == e { // not deleted in the meantime
			f.drop(e.entry)
			f.add(e.entry, lang)
		}
	}
}

// lock takes the read lock and returns the files of the article's language, made if need be.
func (x *Index) lock(d *doc) (f *files, lang string) {
	lang = d.lang
	x.mu.RLock()
	if f := x.langs[lang]; f != nil {
		return f, lang
	}
	many := len(x.langs) >= maxLangs
	x.mu.RUnlock()
	if many {
		lang = "" // the stems of an unknown language: words still meet where these don't differ
	}
	x.mu.Lock()
	if x.langs[lang] == nil {
		f := &files{byKey: make(map[string]*posting, len(x.entries)), entries: make(map[*entry]*filed, len(x.entries))}
		for _, e := range x.entries {
			f.add(e, lang)
		}
		x.langs[lang] = f
	}
	x.mu.Unlock()
	x.mu.RLock()
	return x.langs[lang], lang // files are never removed
}

func (f *files) add(e *entry, lang string) {
	in := &filed{entry: e, keys: f.keys(e.query.root, lang)}
	f.entries[e] = in
	for _, key := range in.keys {
		p := f.byKey[key]
		if p == nil {
			p = &posting{}
			f.byKey[key] = p
		}
		p.filed = append(p.filed, in)
		f.kinds[kindOf(key)]++
	}
}

// drop takes an entry out of the files. Of a key that articles offer often the posting stays: it knows how often.
func (f *files) drop(e *entry) {
	in := f.entries[e]
	delete(f.entries, e)
	for _, key := range in.keys {
		p := f.byKey[key]
		p.filed = slices.DeleteFunc(p.filed, func(have *filed) bool { return have == in })
		f.kinds[kindOf(key)]--
		if len(p.filed) == 0 && p.offered.Load() < tiredAfter/2 {
			delete(f.byKey, key)
		}
	}
}

func kindOf(key string) int {
	if key[0] < keyKinds {
		return int(key[0])
	}
	return keyWord
}

// keys returns keys of which at least one is offered by every article that n matches, without repeats; nil when there are none
// (an exclusion).
func (f *files) keys(n *node, lang string) []string {
	switch n.op {
	case opNot:
		return nil
	case opOr:
		var keys []string
		for _, kid := range n.kids {
			for _, key := range f.keys(kid, lang) {
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
		return keys
	case opAnd:
		var best []string
		cost := 0
		for _, kid := range n.kids {
			if !kid.positive() {
				continue
			}
			keys := f.keys(kid, lang)
			sum := 0
			for _, key := range keys {
				sum += f.cost(key, lang)
			}
			if best == nil || sum < cost {
				best, cost = keys, sum
			}
		}
		return best
	}
	var best string
	cost := 0
	for _, key := range leafKeys(n, lang) {
		if c := f.cost(key, lang); best == "" || c < cost {
			best, cost = key, c
		}
	}
	return []string{best}
}

// cost guesses how common a key is: by how often articles have offered it, and before that by what it looks like.
func (f *files) cost(key, lang string) int {
	common := 1
	switch kindOf(key) {
	case keyWord:
		switch n := utf8.RuneCountInString(key); {
		case text.Stopword(key, lang):
			common = 1000
		case n <= 4 && key[0] < utf8.RuneSelf:
			common = 12 - 2*n
		}
	case keyPrefix:
		common = 300 >> (2 * (utf8.RuneCountInString(key) - 1))
	case keyChar:
		common = 50
	case keySource:
		common = 200
	case keyLang:
		common = 100_000
	}
	offered := 0
	if p := f.byKey[key]; p != nil {
		offered = int(p.offered.Load())
	}
	return common + 16*offered
}

// leafKeys returns the keys of which every article that the leaf matches offers all.
func leafKeys(n *node, lang string) []string {
	switch n.field {
	case fieldLang:
		return []string{"\x04" + text.Base(n.raw)}
	case fieldSource:
		if n.prefix || n.leaf.solid || n.leaf.mixed {
			return []string{"\x03"}
		}
		return []string{"\x03" + stemOf(n.leaf.parts[0], lang)}
	}
	var keys []string
	for _, part := range n.leaf.parts {
		first, _ := utf8.DecodeRuneInString(part)
		switch {
		case n.leaf.solid:
			return pairs(n.leaf.folded)
		case n.leaf.mixed && first >= utf8.RuneSelf && solidRune(part):
			keys = append(keys, pairs(part)...)
		case n.leaf.mixed: // may stand inside a longer word
		case n.prefix:
			runes := []rune(part)
			keys = append(keys, "\x02"+string(runes[:min(prefixKey, len(runes))]))
		default:
			keys = append(keys, stemOf(part, lang))
		}
	}
	return keys
}

func solidRune(part string) bool {
	words := text.Words(part, "")
	return len(words) > 0 && solid(words[0].Script)
}

// pairs cuts a word of a solid script into its neighbouring characters; a single one is a key of its own kind.
func pairs(s string) []string {
	runes := []rune(s)
	if len(runes) == 1 {
		return []string{"\x01" + s}
	}
	keys := make([]string, len(runes)-1)
	for i := range keys {
		keys[i] = string(runes[i : i+2])
	}
	return keys
}

// candidates calls meet with each entry under a key the article offers; with some more than once.
func (f *files) candidates(d *doc, meet func(*filed)) {
	offer := func(key string) {
		if p := f.byKey[key]; p != nil {
			p.offered.Add(1)
			for _, e := range p.filed {
				meet(e)
			}
		}
	}
	for _, s := range []*section{&d.title, &d.body} {
		if f.kinds[keyWord] > 0 {
			for stem := range s.at {
				offer(stem)
			}
		}
		f.offerSolid(s, offer)
		if f.kinds[keyPrefix] > 0 {
			f.offerPrefixes(s, offer)
		}
	}
	if f.kinds[keySource] > 0 {
		offer("\x03")
		for stem := range d.source.at {
			offer("\x03" + stem)
		}
	}
	if f.kinds[keyLang] > 0 {
		offer("\x04" + d.lang)
	}
}

func (f *files) offerSolid(s *section, offer func(string)) {
	last := -1 // where the character before begins, -1 for none
	for i, r := range s.squeezed {
		if r == '\n' {
			last = -1
			continue
		}
		end := i + utf8.RuneLen(r)
		if f.kinds[keyChar] > 0 {
			offer("\x01" + s.squeezed[i:end])
		}
		if last >= 0 && f.kinds[keyWord] > 0 {
			offer(s.squeezed[last:end])
		}
		last = i
	}
}

func (f *files) offerPrefixes(s *section, offer func(string)) {
	offered := map[string]struct{}{}
	for i, w := range s.words {
		if s.stems[i] == "" {
			continue
		}
		n := 0
		for at, r := range w.Text {
			if n++; n > prefixKey {
				break
			}
			prefix := w.Text[:at+utf8.RuneLen(r)]
			if _, again := offered[prefix]; !again {
				offered[prefix] = struct{}{}
				offer("\x02" + prefix)
			}
		}
	}
}

// sortMatches puts the best first.
func sortMatches(matches []news.Match) {
	slices.SortStableFunc(matches, func(a, b news.Match) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(string(a.Topic), string(b.Topic))
	})
}
