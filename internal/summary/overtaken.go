package summary

import (
	"cmp"
	"slices"
	"strings"
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
	numbers := slices.DeleteFunc(text.Numbers(s, lang), func(n text.Number) bool {
		return n.Year || strings.Contains(n.Value, ".") || slices.Contains([]string{"year", "month", "day", "%"}, n.Unit)
	})
	if len(numbers) == 0 {
		return nil
	}
	type pair struct {
		what             string
		word, number, by int
	}
	var pairs []pair
	for what, list := range measures {
		for _, at := range wordsFor(s, list) {
			for i, n := range numbers {
				by := max(at.Start-n.End, n.Start-at.End, 0)
				if by <= maxReach {
					pairs = append(pairs, pair{what, at.Start, i, by})
				}
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.by, b.by), cmp.Compare(a.word, b.word), cmp.Compare(a.number, b.number), cmp.Compare(a.what, b.what))
	})
	found := map[string][]string{}
	words, taken := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if !words[p.word] && !taken[p.number] {
			words[p.word], taken[p.number] = true, true
			found[p.what] = append(found[p.what], numbers[p.number].Value)
		}
	}
	return found
}

// wordsFor are where one of the phrases stands in s, as whole words or their beginnings; scripts without spaces have no words.
func wordsFor(s string, list []string) []text.Span {
	var found []text.Span
	inside := false
	for i, r := range s {
		letter := unicode.IsLetter(r)
		if letter && (!inside || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)) {
			if n := wordFor(list, s[i:]); n > 0 {
				found = append(found, text.Span{Start: i, End: i + n})
			}
		}
		inside = letter
	}
	return found
}

// wordFor is the length of the word or phrase of the list that s begins with, 0 for none.
func wordFor(list []string, s string) int {
	for _, p := range list {
		stem := strings.TrimSuffix(p, "-")
		if len(s) < len(stem) || !strings.EqualFold(s[:len(stem)], stem) {
			continue
		}
		first, _ := utf8.DecodeRuneInString(stem)
		end := len(stem)
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if !unicode.IsLetter(r) {
				break
			}
			end += n
		}
		if end == len(stem) || stem != p {
			return end
		}
		if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			return len(stem)
		}
	}
	return 0
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
	if len(all) == 0 || all[len(all)-1].telling == 0 {
		return
	}
	type statement struct {
		telling int
		counts  map[string][]string
	}
	var newer []statement
	for _, c := range all {
		if c.telling == 0 {
			continue
		}
		if c.position == 0 {
			newer = append(newer, statement{c.telling, counts(c.article.Title, c.article.Language)})
		}
		if c.position < opening || c.fresh {
			newer = append(newer, statement{c.telling, counts(c.text(), c.article.Language)})
		}
	}
	for _, c := range all {
		old := counts(c.text(), c.article.Language)
		if slices.ContainsFunc(newer, func(s statement) bool { return s.telling > c.telling && overtakes(s.counts, old) }) {
			c.flaw = notNews
		}
	}
}
