package search

import (
	"context"
	"slices"
	"sync"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// searcher runs one query over one state of the index.
type searcher struct {
	ctx   context.Context
	state *state
	query Query
	*scratch

	tongues []string

	units   []unit      // what is looked for, one a term
	phrases []phrase    // that must be there
	exclude []*searcher // whatever they let through must not
	langs   []string    // the language's base
	sources []string    // terms of the outlet's name
	feeds   map[news.FeedID]bool
}

// unit is one scored term of the query in its spellings: the stems in several languages, or all words with a prefix.
type unit struct {
	terms    []string
	prefixes []string // words that begin so count as terms too
	field    string   // titleField for title:, "" for both
	weight   float64  // in the score
	times    int      // that it was said
	word     string   // the folded word of a spaced script, for guessing at typos; "" for pairs of characters and phrases
	must     bool
	every    bool // of the words a prefix stands for, not only the most frequent

	found  [][]spelling // by part
	rarity float64      // idf, once found
}

// phrase is words side by side, in the stems of one language or another.
type phrase struct {
	stems [][]string
	field string
}

func newSearcher(ctx context.Context, s *state, q Query) *searcher {
	r := &searcher{ctx: ctx, state: s, query: q, scratch: scratches.Get().(*scratch), tongues: q.tongues(s.tongues)}
	r.plan(parse(q.Text))
	if q.Language != "" {
		r.langs = append(r.langs, text.Base(q.Language))
	}
	if q.Source != "" {
		r.addSource(q.Source)
	}
	r.feeds = make(map[news.FeedID]bool, len(q.Feeds))
	for _, feed := range q.Feeds {
		r.feeds[feed] = true
	}
	return r
}

// scratch is memory that searches use one after the other.
type scratch struct {
	buffers
	scores
	words [][]byte
}

// phraseBuffer is the memory for the postings of a phrase's ith word.
func (s *scratch) phraseBuffer(i int) *[]byte {
	if i == len(s.words) {
		s.words = append(s.words, nil)
	}
	return &s.words[i]
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// done gives back what the searcher used.
func (s *searcher) done() {
	s.scores.reset(nil)
	s.buffers.of = nil
	scratches.Put(s.scratch)
	s.scratch = nil
}

// plan turns clauses into what is looked for.
func (s *searcher) plan(clauses []clause) {
	for _, c := range clauses {
		switch {
		case c.not:
			s.addExcluded(c)
		case c.field == langField:
			s.langs = append(s.langs, text.Base(c.raw))
		case c.field == sourceField:
			s.addSource(c.raw)
		case c.prefix:
			s.addPrefix(c)
		default:
			s.addWords(c)
		}
	}
	s.dropStopwords()
	s.joinRepeated()
}

func (s *searcher) addSource(name string) {
	for _, t := range terms(name, "") {
		s.sources = append(s.sources, t.Text)
	}
}

// addExcluded adds what an excluded word or phrase keeps out.
func (s *searcher) addExcluded(c clause) {
	c.not = false
	if c.field == "" || c.field == titleField {
		c.quoted = c.quoted || !c.prefix // all its terms, side by side
	}
	not := &searcher{ctx: s.ctx, state: s.state, scratch: s.scratch, tongues: s.tongues}
	not.plan([]clause{c})
	for i := range not.units {
		not.units[i].must, not.units[i].every = true, true
	}
	if len(not.units)+len(not.langs)+len(not.sources) > 0 {
		s.exclude = append(s.exclude, not)
	}
}

// addWords adds the terms of a word or phrase.
func (s *searcher) addWords(c clause) {
	tongues := s.tongues
	if len(tongues) == 0 {
		tongues = []string{""}
	}
	made := make([][]text.Term, len(tongues))
	for i, lang := range tongues {
		made[i] = terms(c.raw, lang)
		made[i] = made[i][:min(maxUnits, len(made[i]))]
	}
	at := map[Span]int{} // which unit stands where: languages differ in stems, not in places
	for n, lang := range made {
		for _, t := range lang {
			i, ok := at[Span{t.Start, t.End}]
			if !ok && len(s.units) == maxUnits {
				continue
			}
			if !ok {
				i = len(s.units)
				at[Span{t.Start, t.End}] = i
				u := unit{field: c.field, weight: 1, times: 1, must: c.quoted || c.field != ""}
				if ideographic(t.Text) {
					u.weight = pairWeight(t.Text)
					if tongues[n] == "zh" && text.Stopword(t.Text, "zh") {
						u.weight *= stopPair
					}
				} else {
					u.word = text.Fold(c.raw[t.Start:t.End])
				}
				s.units = append(s.units, u)
			}
			if u := &s.units[i]; !slices.Contains(u.terms, t.Text) {
				u.terms = append(u.terms, t.Text)
			}
		}
	}
	if c.quoted && len(made[0]) > 1 {
		p := phrase{field: c.field}
		for _, lang := range made {
			words := make([]string, len(lang))
			for i, t := range lang {
				words[i] = t.Text
			}
			if !slices.ContainsFunc(p.stems, func(have []string) bool { return slices.Equal(have, words) }) {
				p.stems = append(p.stems, words)
			}
		}
		s.phrases = append(s.phrases, p)
	}
}

func ideographic(term string) bool {
	r, _ := utf8.DecodeRuneInString(term)
	return r >= 0x3040 && r < 0xD7A4 || r >= 0xF900 && r < 0xFB00 || r >= 0x20000 && r < 0x33480
}

func hiragana(term string) bool {
	for _, r := range term {
		if r < 0x3041 || r > 0x309F {
			return false
		}
	}
	return true
}

func single(term string) bool { return utf8.RuneCountInString(term) == 1 }

func pairWeight(term string) float64 {
	if hiragana(term) {
		return kanaPair
	}
	first, n := utf8.DecodeRuneInString(term)
	second, _ := utf8.DecodeRuneInString(term[n:])
	if n < len(term) && kana(first) != kana(second) {
		return mixedPair
	}
	return 1
}

// kana tells Hiragana (1) and Katakana (2) from the rest.
func kana(r rune) int {
	switch {
	case r >= 0x3041 && r <= 0x309F:
		return 1
	case r >= 0x30A0 && r <= 0x30FF:
		return 2
	}
	return 0
}

// addPrefix adds one term of the word itself and all words that begin so. A run of characters is looked for as it is.
func (s *searcher) addPrefix(c clause) {
	first := len(s.units)
	s.addWords(clause{raw: c.raw, field: c.field})
	words := text.Words(c.raw, "")
	if len(s.units) != first+1 || len(words) != 1 || s.units[first].word == "" {
		return
	}
	u := &s.units[first]
	u.word, u.terms = "", slices.DeleteFunc(u.terms, isHead)
	prefix := shortTerm(words[0].Text)
	u.prefixes = []string{prefix}
	if plain := text.Stem(prefix, unaccented); plain != prefix {
		u.prefixes = append(u.prefixes, plain)
	}
}

// unaccented is a language whose words are stripped of their accents and not stemmed. Terms of most languages have no accents, those
// of Vietnamese have.
const unaccented = "pl"

// dropStopwords leaves out words that say nothing, unless there are no others or they were asked for.
func (s *searcher) dropStopwords() {
	kept := slices.DeleteFunc(slices.Clone(s.units), func(u unit) bool {
		return u.word != "" && !u.must && s.stopword(u.word)
	})
	if len(kept) > 0 {
		s.units = kept
	}
}

// joinRepeated makes one unit of each word that was said several times.
func (s *searcher) joinRepeated() {
	var once []unit
	for _, u := range s.units {
		i := slices.IndexFunc(once, func(o unit) bool {
			return u.word != "" && o.word == u.word && o.field == u.field && o.must == u.must && slices.Equal(o.terms, u.terms)
		})
		if i < 0 {
			once = append(once, u)
		} else {
			once[i].times++
		}
	}
	s.units = once
}

// said is how many terms the query has, those said several times counted so often.
func (s *searcher) said() int {
	n := 0
	for _, u := range s.units {
		n += u.times
	}
	return n
}

func (s *searcher) stopword(word string) bool {
	return slices.ContainsFunc(s.tongues, func(lang string) bool { return text.Stopword(word, lang) })
}
