package story

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"
	"unicode"

	"newsbrief/internal/text"
)

// telling is what is remembered of one article to recognise its copies and the other issues of a series it belongs to.
type telling struct {
	source  string
	when    time.Time
	title   uint64   // the folded title
	pattern uint64   // the title with its numbers and dates taken out
	figures []string // these numbers
	dates   []string // days and months in the title
	prints  []uint64 // smallest hashes of its word sequences
	matches bool     // the title holds a result such as 2-1
}

const (
	shingleWords = 4
	maxPrints    = 32
	copyShare    = 0.6
	seriesGap    = 18 * time.Hour
)

var seed = maphash.MakeSeed()

func newTelling(d Doc, lang string) telling {
	t := telling{source: d.Source, when: d.when()}
	var title, pattern strings.Builder
	for _, w := range text.Words(d.Title, lang) {
		title.WriteString(w.Text + " ")
		switch {
		case calendarWord(w.Text, lang):
			t.dates = append(t.dates, w.Text)
		case strings.IndexFunc(w.Text, unicode.IsDigit) >= 0:
			t.figures = append(t.figures, w.Text)
		default:
			pattern.WriteString(w.Text + " ")
		}
	}
	t.title = maphash.String(seed, title.String())
	t.pattern = maphash.String(seed, pattern.String())
	t.matches = hasResult(d.Title)
	t.prints = prints(d.Text, lang)
	return t
}

// prints are the smallest hashes of the text's word sequences: two texts share about as many of them as they share wording
// (Broder, "On the resemblance and containment of documents", 1997).
func prints(s, lang string) []uint64 {
	terms := text.Terms(s, lang)
	if len(terms) < 2*shingleWords {
		return nil
	}
	all := make([]uint64, 0, len(terms))
	var h maphash.Hash
	h.SetSeed(seed)
	for i := 0; i+shingleWords <= len(terms); i++ {
		h.Reset()
		for _, t := range terms[i : i+shingleWords] {
			h.WriteString(t.Text)
			h.WriteByte(' ')
		}
		all = append(all, h.Sum64())
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clone(all[:min(len(all), maxPrints)])
}

// copies reports whether the two texts are nearly the same; articles without a text are copies when their titles are equal.
func (t telling) copies(o telling) bool {
	if len(t.prints) == 0 || len(o.prints) == 0 {
		return t.title == o.title
	}
	// Of the smallest hashes of both texts together, the share that both have.
	same, i, j, n := 0, 0, 0, 0
	for n < maxPrints && i < len(t.prints) && j < len(o.prints) {
		switch a, b := t.prints[i], o.prints[j]; {
		case a == b:
			same++
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
		n++
	}
	return float64(same) >= copyShare*float64(n)
}

// hasResult reports whether a title holds the result of a match: two small numbers joined by a dash or colon.
func hasResult(s string) bool { return result(s) != "" }

func result(s string) string {
	rs := []rune(s)
	for i := 1; i+1 < len(rs); i++ {
		if !strings.ContainsRune("-–:", rs[i]) || !unicode.IsDigit(rs[i-1]) || !unicode.IsDigit(rs[i+1]) {
			continue
		}
		from, to := i-1, i+2
		for from > 0 && unicode.IsDigit(rs[from-1]) {
			from--
		}
		for to < len(rs) && unicode.IsDigit(rs[to]) {
			to++
		}
		if i-from <= 3 && to-i <= 4 {
			return string(rs[from:to])
		}
	}
	return ""
}

// conflict reports whether something forbids that a tells s, however many words they share.
func conflict(a analysis, s *story) bool {
	for _, t := range s.tellings {
		if a.telling.nextIssueOf(t) {
			return true
		}
	}
	return false
}

// nextIssueOf reports whether two titles of one outlet differ in nothing but dates, or in nothing but numbers when they come a
// day apart: issues of a series (a weather report, market closes, a lottery) and not one story.
func (t telling) nextIssueOf(o telling) bool {
	if t.pattern != o.pattern || t.source != o.source {
		return false
	}
	if len(t.dates) > 0 && len(o.dates) > 0 && !slices.Equal(t.dates, o.dates) {
		return true
	}
	gap := t.when.Sub(o.when).Abs()
	return gap >= seriesGap
}
