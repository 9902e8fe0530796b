package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// candidate is a sentence of a telling that a brief could use.
type candidate struct {
	article    *news.Article
	telling    int // of the article among those the brief is made of
	position   int // of the sentence in its article
	before     int // words of the article in front of it
	start, end int
	words      int       // as the limit counts them
	terms      []int     // what it says, each once
	concepts   []int     // what the limit is best spent on: terms and pairs of neighbours
	flaw       float64   // 0 for a full sentence that tells something
	back       backwards // what it takes from sentences before it
	known      []string  // names that it gives in short, because they stood in full before it
	fresh      bool      // it is what its article told anew
	score      float64
}

func (c *candidate) text() string { return c.article.Text[c.start:c.end] }

// These bound the work on long articles and on stories that many tell: what matters stands in the first sentences.
const (
	maxCandidates = 100 // of the telling that a brief begins with, when it is the only one,
	maxFirst      = 36  // and with others
	maxLater      = 8   // of each of those, and what it told anew
)

// candidates are the sentences of the tellings, scored.
func candidates(told []news.Article, headline, lang string) []*candidate {
	var all []*candidate
	known := newVocabulary()
	for i := range told {
		a := &told[i]
		before := 0
		most := maxCandidates
		switch {
		case i > 0:
			most = maxLater
		case len(told) > 1:
			most = maxFirst
		}
		for n, s := range sentences(a) {
			fresh := overlaps(s, a.News) || a.Corrects && len(a.News) == 0
			if n >= most && !fresh {
				continue
			}
			c := &candidate{article: a, telling: i, position: n, before: before, start: s.Start, end: s.End, fresh: fresh}
			c.trim()
			t := c.text()
			c.words = words(t, a.Language)
			before += c.words
			c.terms, c.concepts = known.read(contentTerms(t, a.Language))
			c.flaw = flaw(a.Text, c.start, c.end, a.Language)
			if n > 0 {
				c.back = pointsBack(t, a.Language)
			}
			all = append(all, c)
		}
	}
	score(all, known, contentTerms(headline, lang))
	return all
}

// sentences are the sentences of an article, also where the mark between two of them was lost.
func sentences(a *news.Article) []text.Span {
	spans := text.Sentences(a.Text, a.Language)
	if text.Base(a.Language) != "en" {
		return spans
	}
	parted := make([]text.Span, 0, len(spans))
	for _, s := range spans {
		parted = append(parted, part(a.Text, s)...)
	}
	return parted
}

func overlaps(s text.Span, parts []news.Sentence) bool {
	for _, p := range parts {
		if s.Start < p.End && p.Start < s.End {
			return true
		}
	}
	return false
}

// words is how much of the limit a text takes: what stands between white space, and more where a script has no spaces.
func words(s, lang string) int { return max(len(strings.Fields(s)), text.WordCount(s, lang)) }

// trim leaves out what stands in front of the news ("LONDON (Reuters) - ") and white space. Some of the sentence always stays.
func (c *candidate) trim() {
	if c.position < maxCredits {
		if n := credit(c.text()); c.start+n < c.end {
			c.start += n
		}
	}
	for c.start < c.end {
		r, n := utf8.DecodeRuneInString(c.text())
		if !unicode.IsSpace(r) {
			break
		}
		c.start += n
	}
	for c.end > c.start {
		r, n := utf8.DecodeLastRuneInString(c.text())
		if !unicode.IsSpace(r) {
			break
		}
		c.end -= n
	}
}

// shortened are the names of the sentence that are short for one in full somewhere before it: "Kim" for "Jina Kim".
func (c *candidate) shortened() []string {
	var short []string
	names := text.Names(c.text(), c.article.Language)
	for _, n := range names {
		if !strings.Contains(n.Text, " ") && !standsInFull(n.Text, c.text()) && standsInFull(n.Text, c.article.Text[:c.start]) {
			short = append(short, n.Text)
		}
	}
	return short
}

// standsInFull reports whether another word with a capital stands before name somewhere in s.
func standsInFull(name, s string) bool {
	for {
		i := strings.Index(s, " "+name)
		if i < 0 {
			return false
		}
		before := s[strings.LastIndexByte(s[:i], ' ')+1 : i]
		first, _ := utf8.DecodeRuneInString(before)
		last, _ := utf8.DecodeLastRuneInString(before)
		if unicode.IsUpper(first) && unicode.IsLetter(last) {
			return true
		}
		s = s[i+1:]
	}
}

// contentTerms are the search terms of a sentence without stop words.
func contentTerms(s, lang string) []string {
	var out []string
	for _, t := range text.Terms(s, lang) {
		if !text.Stopword(s[t.Start:t.End], lang) {
			out = append(out, t.Text)
		}
	}
	return out
}

// vocabulary numbers the terms of a story's tellings, and their pairs.
type vocabulary struct {
	terms map[string]int
	pairs map[[2]int]int
	size  int
}

func newVocabulary() *vocabulary {
	return &vocabulary{terms: map[string]int{}, pairs: map[[2]int]int{}}
}

// read numbers what a sentence says: its terms, each once, and together with them its pairs of neighbouring terms.
func (v *vocabulary) read(words []string) (terms, concepts []int) {
	seen := make(map[int]bool, 2*len(words))
	var pairs []int
	last := -1
	for _, w := range words {
		id, ok := v.terms[w]
		if !ok {
			id = v.size
			v.terms[w] = id
			v.size++
		}
		if !seen[id] {
			seen[id] = true
			terms = append(terms, id)
		}
		if last >= 0 {
			pair, ok := v.pairs[[2]int{last, id}]
			if !ok {
				pair = v.size
				v.pairs[[2]int{last, id}] = pair
				v.size++
			}
			if !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
		last = id
	}
	return terms, append(pairs, terms...)
}
