package summary

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// maxReach is how many bytes may lie between a figure and the word for what it counts.
const maxReach = 60

// counts are the figures that s states, by what they count: the dead, the injured and what else data/phrases.txt names. A word of
// those goes with the nearest number that no nearer word has.
func counts(s, lang string) map[string][]string {
	measures := phrases().measures[text.Base(lang)]
	if len(measures) == 0 {
		return nil
	}
	words := countedIn(s, lang, measures)
	if len(words) == 0 {
		return nil
	}
	numbers := slices.DeleteFunc(text.Numbers(s, lang), func(n text.Number) bool {
		return n.Year || strings.Contains(n.Value, ".") || slices.Contains([]string{"year", "month", "day", "%"}, n.Unit)
	})
	type pair struct {
		what             string
		word, number, by int
	}
	var pairs []pair
	for _, w := range words {
		for i, n := range numbers {
			if by := max(w.span.Start-n.End, n.Start-w.span.End, 0); by <= maxReach {
				pairs = append(pairs, pair{w.what, w.span.Start, i, by})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.by, b.by), cmp.Compare(a.word, b.word), cmp.Compare(a.number, b.number), cmp.Compare(a.what, b.what))
	})
	found := map[string][]string{}
	matched, taken := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if !matched[p.word] && !taken[p.number] {
			matched[p.word], taken[p.number] = true, true
			found[p.what] = append(found[p.what], numbers[p.number].Value)
		}
	}
	return found
}

// counted is where a text says what is counted.
type counted struct {
	what string
	span text.Span
}

// countedIn finds the measures' phrases in s, as whole words or their beginnings; scripts without spaces have no words.
func countedIn(s, lang string, measures []measure) []counted {
	var found []counted
	spaced := !slices.Contains([]string{"zh", "ja"}, text.Base(lang))
	inside := false
	for i, r := range s {
		letter := unicode.IsLetter(r)
		if letter && !(inside && spaced) {
			for _, m := range measures {
				if n := m.begins(s[i:], spaced); n > 0 {
					found = append(found, counted{m.what, text.Span{Start: i, End: i + n}})
					break
				}
			}
		}
		inside = letter
	}
	return found
}

// begins is the length of the word or phrase that s begins with, 0 when it isn't this one.
func (m measure) begins(s string, spaced bool) int {
	if len(s) < len(m.stem) || s[0]|0x20 != m.stem[0]|0x20 && m.stem[0] < utf8.RuneSelf || !strings.EqualFold(s[:len(m.stem)], m.stem) {
		return 0
	}
	if !spaced {
		return len(m.stem)
	}
	end := len(m.stem)
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if !unicode.IsLetter(r) {
			break
		}
		end += n
	}
	if end > len(m.stem) && !m.open {
		return 0
	}
	return end
}

// overtakes reports whether newer figures say of something another count than old ones do. A newer count beside the old one, "up from
// 14 to 31", overtakes it too.
func overtakes(newer, old map[string][]string) bool {
	for what, said := range old {
		for _, n := range newer[what] {
			if !slices.Contains(said, n) {
				return true
			}
		}
	}
	return false
}

// dropOvertaken takes the sentences out whose figures a later telling has overtaken: its title, its first sentences, or its news. What
// stands further down may be about something else.
func dropOvertaken(all []*candidate) {
	if len(all) == 0 || all[len(all)-1].telling == 0 && all[0].article.Edited.IsZero() {
		return
	}
	type statement struct {
		by     *candidate
		counts map[string][]string
	}
	stated := make([]map[string][]string, len(all))
	var newer []statement
	for i, c := range all {
		stated[i] = counts(c.text(), c.article.Language)
		if c.position == 0 {
			newer = append(newer, statement{c, counts(c.article.Title, c.article.Language)})
		}
		if c.position < opening || c.fresh {
			newer = append(newer, statement{c, stated[i]})
		}
	}
	for i, c := range all {
		if slices.ContainsFunc(newer, func(s statement) bool {
			return s.by.laterThan(c) && (overtakes(s.counts, stated[i]) || s.by.corrects(c))
		}) {
			c.flaw = notNews
		}
	}
}

// corrects reports whether c, of an article that corrects an earlier one, is about a figure of old's: it names the figure again, or says
// much the same with another one.
func (c *candidate) corrects(old *candidate) bool {
	if !c.article.Corrects || !c.fresh || c.article == old.article {
		return false
	}
	figures, before := text.Numbers(c.text(), c.article.Language), text.Numbers(old.text(), old.article.Language)
	if len(figures) == 0 || len(before) == 0 {
		return false
	}
	shared := 0
	for _, t := range old.terms {
		if slices.Contains(c.terms, t) {
			shared++
		}
	}
	again := slices.ContainsFunc(before, func(n text.Number) bool {
		return slices.ContainsFunc(figures, func(m text.Number) bool { return m.Value == n.Value })
	})
	return again && shared >= 2 || 2*shared >= max(len(old.terms), len(c.terms))
}

// laterThan reports whether c was told after other was.
func (c *candidate) laterThan(other *candidate) bool {
	if at, than := c.at(), other.at(); !at.Equal(than) {
		return at.After(than)
	}
	return c.telling > other.telling
}

// at is when the sentence was seen: when its article was, unless its outlet wrote it into it later.
func (c *candidate) at() time.Time {
	if c.fresh {
		return newsAt(*c.article)
	}
	return c.article.Seen
}
