package topic

import (
	"fmt"
	"hash/maphash"
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
// that must all be there only the rarest, with a note of the next), so that an article meets only the few queries that have a fair
// chance. Which words are rare is learnt from the articles: a query that is met in vain too often is filed anew. Stems differ by language, so each
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
	kinds   [keyKinds]int // how many places are under keys of a kind: but for words, articles offer only the kinds in use
}

// posting is what is filed under one key, and how many articles have offered it so far.
type posting struct {
	filed   []under
	offered atomic.Uint32
}

// under is an entry as it is filed under a key. An article must offer one of the keys noted in also, too: most are told by that without a
// look at the query.
type under struct {
	*filed
	also [2]uint16 // bits of keys; both anyBit where nothing else must be there
}

// filed is an entry in the files of a language, and how often it was met in vain since it was filed.
type filed struct {
	*entry
	keys  []string // may repeat
	vain  atomic.Uint32
	tired atomic.Bool
}

// After tiredAfter vain meetings a query is filed anew, at most refileMax after one article. What the note alone kept from being met is
// filed anew when its key is offered for the reviewEvery-th time.
const (
	tiredAfter  = 24
	reviewEvery = 64
	refileMax   = 500
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
	tire := func(e *filed) {
		if len(tired) < refileMax && e.tired.CompareAndSwap(false, true) {
			tired = append(tired, e)
		}
	}
	f.candidates(d, tire, func(e *filed) {
		if _, again := met[e]; again {
			return
		}
		met[e] = struct{}{}
		m, ok := e.query.match(d)
		if !ok {
			if e.vain.Add(1) >= tiredAfter {
				tire(e)
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
	places := f.places(e.query.root, lang)
	in := &filed{entry: e, keys: make([]string, len(places))}
	f.entries[e] = in
	for i, at := range places {
		in.keys[i] = at.key
		p := f.byKey[at.key]
		if p == nil {
			p = &posting{}
			f.byKey[at.key] = p
		}
		p.filed = append(p.filed, under{in, at.also})
		f.kinds[kindOf(at.key)]++
	}
}

// drop takes an entry out of the files. Of a key that articles offer often the posting stays: it knows how often.
func (f *files) drop(e *entry) {
	in := f.entries[e]
	delete(f.entries, e)
	for _, key := range in.keys {
		p := f.byKey[key]
		p.filed = slices.DeleteFunc(p.filed, func(have under) bool { return have.filed == in })
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

// place is where a query is filed: the key, and the note of what else must be there.
type place struct {
	key  string
	also [2]uint16
}

// Keys are noted as one of keyBits bits.
const (
	keyBits = 1 << 14
	anyBit  = 0 // which every article has
)

var keySeed = maphash.MakeSeed()

func bitOf(key string) uint16 { return uint16(maphash.String(keySeed, key) % keyBits) }

// places returns places of which every article that n matches comes to at least one; nil when there are none (an exclusion).
func (f *files) places(n *node, lang string) []place {
	switch n.op {
	case opNot:
		return nil
	case opOr:
		var places []place
		for _, kid := range n.kids {
			for _, at := range f.places(kid, lang) {
				if !slices.Contains(places, at) {
					places = append(places, at)
				}
			}
		}
		return places
	}
	// All of several things must be there: the rarest is where the query is filed, the next is noted.
	var best, next []place
	bestCost, nextCost := 0, 0
	choose := func(places []place) {
		cost := 0
		for _, at := range places {
			cost += f.cost(at.key, lang)
		}
		switch {
		case best == nil || cost < bestCost:
			best, next, bestCost, nextCost = places, best, cost, bestCost
		case next == nil || cost < nextCost:
			next, nextCost = places, cost
		}
	}
	if n.op == opAnd {
		for _, kid := range n.kids {
			if kid.positive() {
				choose(f.places(kid, lang))
			}
		}
	} else {
		for _, key := range leafKeys(n, lang) {
			choose([]place{{key: key}})
		}
	}
	if also, ok := note(next); ok {
		for i, at := range best {
			if at.also == [2]uint16{} {
				best[i].also = also
			}
		}
	}
	return best
}

// note is how it is noted that an article comes to one of the places; ok is false when it can't be noted.
func note(places []place) (also [2]uint16, ok bool) {
	if len(places) == 0 || len(places) > len(also) {
		return also, false
	}
	for i := range also {
		key := places[min(i, len(places)-1)].key
		if kindOf(key) != keyWord { // others are not always offered
			return also, false
		}
		also[i] = bitOf(key)
	}
	return also, true
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
		if n.prefix || n.leaf.solids != nil {
			return []string{"\x03"}
		}
		return []string{"\x03" + stemOf(n.leaf.parts[0], lang)}
	}
	if n.leaf.solid {
		return pairs(n.leaf.simple)
	}
	var keys []string
	for i, part := range n.leaf.parts {
		switch {
		case n.leaf.solids != nil && n.leaf.solids[i]:
			keys = append(keys, pairs(Simplify(part))...)
		case n.prefix:
			runes := []rune(part)
			keys = append(keys, "\x02"+string(runes[:min(prefixKey, len(runes))]))
		default:
			keys = append(keys, stemOf(part, lang))
		}
	}
	return keys
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

// candidates calls meet with each entry under a key the article offers, unless the note there rules it out; with some more than once. It
// calls tire with those that would better be filed anew.
func (f *files) candidates(d *doc, tire, meet func(*filed)) {
	keys := make([]string, 0, 512)
	var bits [keyBits / 64]uint64
	bits[anyBit/64] |= 1 << (anyBit % 64)
	offer := func(key string) {
		keys = append(keys, key)
		bit := bitOf(key)
		bits[bit/64] |= 1 << (bit % 64)
	}
	for _, s := range []*section{&d.title, &d.body} {
		for stem := range s.at {
			offer(stem)
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
	for _, key := range keys {
		p := f.byKey[key]
		if p == nil {
			continue
		}
		review := p.offered.Add(1)%reviewEvery == 0
		for _, e := range p.filed {
			if a, b := e.also[0], e.also[1]; bits[a/64]>>(a%64)&1 == 1 || bits[b/64]>>(b%64)&1 == 1 {
				meet(e.filed)
			} else if review {
				tire(e.filed)
			}
		}
	}
}

func (f *files) offerSolid(s *section, offer func(string)) {
	last := -1 // where the character before begins, -1 for none
	simple := Simplify(s.squeezed)
	for i, r := range simple {
		if r == '\n' {
			last = -1
			continue
		}
		end := i + utf8.RuneLen(r)
		if f.kinds[keyChar] > 0 {
			offer("\x01" + simple[i:end])
		}
		if last >= 0 {
			offer(simple[last:end])
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
		for _, word := range []string{w.Text, afterElision(w.Text)} {
			n := 0
			for at, r := range word {
				if n++; n > prefixKey {
					break
				}
				prefix := word[:at+utf8.RuneLen(r)]
				if _, again := offered[prefix]; !again {
					offered[prefix] = struct{}{}
					offer("\x02" + prefix)
				}
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
