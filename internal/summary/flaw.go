package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// Flaws of a sentence that is taken out of its text.
const (
	dangling   = 1.0 // begins with a word that points at the sentence before it
	unfinished = 2.0 // no full sentence
	boiler     = 9.0 // not news
)

// flaw tells how badly a sentence stands on its own.
func flaw(s, lang string) float64 {
	if isBoilerplate(s) {
		return boiler
	}
	f := 0.0
	if !finished(s) {
		f += unfinished
	}
	if pointsBack(s, lang) {
		f += dangling
	}
	return f
}

func isBoilerplate(s string) bool {
	folded := text.Fold(s)
	for _, p := range boilerplate {
		if strings.Contains(folded, p) {
			return true
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
	return strings.ContainsRune(".!?…。！？．｡؟۔।॥።។။", r) && strings.Count(s, "“") == strings.Count(s, "”") && strings.Count(s, `"`)%2 == 0
}

func pointsBack(s, lang string) bool {
	for _, w := range text.Words(s, lang) {
		for _, p := range backwards[text.Base(lang)] {
			if w.Text == p {
				return true
			}
		}
		break
	}
	return false
}

var boilerplate = []string{"read more", "sign up", "click here", "subscribe to", "all rights reserved", "newsletter", "follow us on"}

var backwards = map[string][]string{
	"en": {"he", "she", "it", "they", "this", "these", "that", "those", "his", "her", "their", "its", "but", "and", "so", "meanwhile", "however"},
}
