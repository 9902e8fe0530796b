package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// candidate is a sentence of an article that a brief could use.
type candidate struct {
	article    *news.Article
	rank       int // of the article among the tellings
	position   int // of the sentence in its article
	of         int // how many sentences the article has
	start, end int
	words      int // as the limit counts them
	terms      []string
	flaw       float64 // 0 for a full sentence that tells something
	back       bool    // begins with a word that points at the sentence before it
	score      float64
}

func (c *candidate) text() string { return c.article.Text[c.start:c.end] }

// maxCandidates bounds the work on very long articles: what matters stands in the first sentences.
const maxCandidates = 120

// candidates are the sentences of the tellings, scored.
func candidates(told []news.Article, headline, lang string) []*candidate {
	var all []*candidate
	perArticle := max(maxCandidates/len(told), 12)
	for i := range told {
		a := &told[i]
		spans := text.Sentences(a.Text, a.Language)
		for n, s := range spans[:min(len(spans), perArticle)] {
			c := &candidate{article: a, rank: i, position: n, of: len(spans), start: s.Start, end: s.End}
			c.trim()
			if c.end <= c.start {
				continue
			}
			t := c.text()
			c.words = words(t, a.Language)
			c.terms = contentTerms(t, a.Language)
			c.flaw = flaw(t, a.Language)
			c.back = n > 0 && pointsBack(t, a.Language)
			all = append(all, c)
		}
	}
	score(all, headline, lang)
	return all
}

// words is how much of the limit a text takes: what stands between white space, and more where a script has no spaces.
func words(s, lang string) int { return max(len(strings.Fields(s)), text.WordCount(s, lang)) }

// trim leaves out a dateline in front ("LONDON (Reuters) - ").
func (c *candidate) trim() {
	t := c.text()
	if n := dateline(t); n > 0 && n < len(t) {
		c.start += n
	}
	for c.start < c.end {
		r, n := utf8.DecodeRuneInString(c.article.Text[c.start:c.end])
		if !unicode.IsSpace(r) {
			break
		}
		c.start += n
	}
	for c.end > c.start {
		r, n := utf8.DecodeLastRuneInString(c.article.Text[c.start:c.end])
		if !unicode.IsSpace(r) {
			break
		}
		c.end -= n
	}
}

// dateline returns the length of a dateline at the start of s: a place in capitals or an agency in brackets, and a dash.
func dateline(s string) int {
	head := s
	if len(head) > 90 {
		head = head[:90]
	}
	for _, dash := range []string{" - ", " – ", " — ", " -- "} {
		i := strings.Index(head, dash)
		if i <= 0 {
			continue
		}
		place := head[:i]
		if strings.HasSuffix(place, ")") && strings.Contains(place, "(") && len(strings.Fields(place)) <= 8 {
			return i + len(dash)
		}
		if first := strings.FieldsFunc(place, func(r rune) bool { return r == ',' || r == ' ' }); len(first) > 0 && len(first) <= 5 &&
			len(first[0]) >= 3 && strings.ToUpper(first[0]) == first[0] && strings.ToLower(first[0]) != first[0] {
			return i + len(dash)
		}
	}
	return 0
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
