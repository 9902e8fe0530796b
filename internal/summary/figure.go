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

// figures are the counts that s states, by what is counted: the dead, the injured and what else data/phrases.txt names. A word of
// those counts with the nearest number that no nearer word has.
func figures(s, lang string) map[string][]string {
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
		for _, at := range places(s, list) {
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

// places are where one of the phrases stands in s, as whole words or their beginnings; scripts without spaces have no words.
func places(s string, list []string) []text.Span {
	var found []text.Span
	inside := false
	for i, r := range s {
		letter := unicode.IsLetter(r)
		if letter && (!inside || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)) {
			if n := match(list, s[i:]); n > 0 {
				found = append(found, text.Span{Start: i, End: i + n})
			}
		}
		inside = letter
	}
	return found
}

// match is the length of the word or phrase of the list that s begins with, 0 for none.
func match(list []string, s string) int {
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
	for what, counts := range old {
		for _, n := range newer[what] {
			if !slices.Contains(counts, n) {
				return true
			}
		}
	}
	return false
}

// dropOvertaken takes the sentences out whose figures the news of a later telling has overtaken.
func dropOvertaken(all []*candidate) {
	if len(all) == 0 || all[len(all)-1].telling == 0 {
		return
	}
	stated := make([]map[string][]string, len(all))
	for i, c := range all {
		stated[i] = figures(c.text(), c.article.Language)
	}
	for i, c := range all {
		for j, newer := range all[i+1:] {
			if newer.telling > c.telling && newer.fresh && overtakes(stated[i+1+j], stated[i]) {
				c.flaw = notNews
				break
			}
		}
	}
}
