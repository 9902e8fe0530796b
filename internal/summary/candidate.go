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
	maxFirst      = 30  // and with others
	maxLater      = 6   // of each of those, and what it told anew
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
			c.flaw = flaw(t, c.words, strings.HasPrefix(a.Text[c.end:], " "), a.Language)
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
