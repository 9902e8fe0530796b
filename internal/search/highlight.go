package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// Highlights show where an article has a query's words. Offsets of Title are into the article's title, the others into its text.
type Highlights struct {
	Title    []Span
	Fragment Span   // the part of the text that has the most of them, or its beginning
	Marks    []Span // the words in Fragment
}

// Highlight finds the words of a query in an article and the stretch of its text, about width bytes of whole words, that shows the
// most of them.
func Highlight(query string, a news.Article, width int) Highlights {
	wanted, prefixes := wishes(query, a.Language)
	h := Highlights{Title: marks(a.Title, a.Language, wanted, prefixes)}
	found := marks(a.Text, a.Language, wanted, prefixes)
	h.Fragment = densest(a.Text, found, max(width, 1))
	for _, m := range found {
		if m.Start >= h.Fragment.Start && m.End <= h.Fragment.End {
			h.Marks = append(h.Marks, m)
		}
	}
	return h
}

// wishes are the terms a query's words make in an article's language, each with its weight, and what words may begin with.
func wishes(query, lang string) (wanted map[string]bool, prefixes []string) {
	wanted = map[string]bool{}
	for _, c := range parse(query) {
		if c.not || c.field == sourceField || c.field == langField {
			continue
		}
		if c.prefix {
			prefixes = append(prefixes, text.Fold(c.raw))
		}
		made := terms(c.raw, lang)
		for _, t := range made {
			if ideographic(t.Text) && len(made) > 1 && (single(t.Text) || !c.quoted && hiragana(t.Text)) {
				continue
			}
			if !text.Stopword(c.raw[t.Start:t.End], lang) {
				wanted[t.Text] = true
			}
		}
	}
	return wanted, prefixes
}

// marks are the places of wanted terms, those that touch joined.
func marks(s, lang string, wanted map[string]bool, prefixes []string) []Span {
	var found []Span
	for _, t := range terms(s, lang) {
		if !wanted[t.Text] && !begins(s[t.Start:t.End], prefixes) {
			continue
		}
		if n := len(found); n > 0 && t.Start <= found[n-1].End {
			found[n-1].End = max(found[n-1].End, t.End)
			continue
		}
		found = append(found, Span{t.Start, t.End})
	}
	return found
}

func begins(word string, prefixes []string) bool {
	return len(prefixes) > 0 && slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(text.Fold(word), p) })
}

// densest is the stretch of at most width bytes with the most marked bytes, begun a little before the first mark and at a word.
func densest(s string, found []Span, width int) Span {
	if len(s) <= width {
		return Span{0, len(s)}
	}
	start, most := 0, 0
	for i := range found {
		sum := 0
		for _, m := range found[i:] {
			if m.End > found[i].Start+width*3/4 {
				break
			}
			sum += m.End - m.Start
		}
		if sum > most {
			start, most = found[i].Start, sum
		}
	}
	start = max(0, start-width/4)
	end := min(len(s), start+width)
	start = max(0, end-width)
	return Span{wordBound(s, start, 1), wordBound(s, end, -1)}
}

// wordBound moves at to a bound of words nearby in the direction of step, or at least of characters.
func wordBound(s string, at, step int) int {
	if at <= 0 || at >= len(s) {
		return at
	}
	for i, n := at, 0; i > 0 && i < len(s) && n < 30; i, n = i+step, n+1 {
		if s[i-1] == ' ' || s[i-1] == '\n' {
			return i
		}
	}
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}
