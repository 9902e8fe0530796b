package summary

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// Flaws of a sentence that is taken out of its text.
const (
	unfinished = 0.5 // no full sentence
	boiler     = 9.0 // not news
)

// flaw tells what is wrong with a sentence besides what it says.
func flaw(s, lang string) float64 {
	switch {
	case isBoilerplate(s, lang):
		return boiler
	case !finished(s):
		return unfinished
	}
	return 0
}

// data/phrases.txt lists what gives boilerplate away and what a sentence begins with that points back.
//
//go:embed data/phrases.txt
var phraseData string

type phraseList struct{ boilerplate, backwards map[string][]string }

var phrases = sync.OnceValue(func() phraseList {
	l := phraseList{boilerplate: map[string][]string{}, backwards: map[string][]string{}}
	for line := range strings.Lines(phraseData) {
		line = strings.TrimSpace(line)
		head, rest, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		kind, lang, _ := strings.Cut(head, " ")
		for p := range strings.SplitSeq(rest, ",") {
			p = text.Fold(strings.TrimSpace(p))
			if kind == "boilerplate" {
				l.boilerplate[lang] = append(l.boilerplate[lang], p)
			} else {
				l.backwards[lang] = append(l.backwards[lang], p)
			}
		}
	}
	return l
})

const (
	maxBoilerplate = 30 // words; a longer sentence tells something besides
	maxOneWord     = 8  // the same where one word alone gives it away
)

func isBoilerplate(s, lang string) bool {
	n := len(strings.Fields(s))
	if n > maxBoilerplate {
		return false
	}
	folded := text.Fold(s)
	for _, l := range []string{"any", text.Base(lang)} {
		for _, p := range phrases().boilerplate[l] {
			if (n <= maxOneWord || strings.Contains(p, " ")) && strings.Contains(folded, p) {
				return true
			}
		}
	}
	return false
}

// finished reports whether s ends like a sentence and its quotation marks are in pairs.
func finished(s string) bool {
	t := strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Pe, r) || unicode.Is(unicode.Pf, r) || r == '"' || r == '\''
	})
	r, _ := utf8.DecodeLastRuneInString(t)
	return strings.ContainsRune(".!?…。！？．｡؟۔।॥።။", r) && strings.Count(s, "“") == strings.Count(s, "”") && strings.Count(s, `"`)%2 == 0
}

// pointsBack reports whether s begins with a word that means something only after the sentence before it.
func pointsBack(s, lang string) bool {
	folded := text.Fold(strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	for _, p := range phrases().backwards[text.Base(lang)] {
		rest, ok := strings.CutPrefix(folded, strings.TrimSuffix(p, "-"))
		if !ok {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if strings.HasSuffix(p, "-") || rest == "" || !unicode.IsLetter(next) && next != '-' {
			return true
		}
	}
	return false
}
