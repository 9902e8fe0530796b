package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// Flaws of a sentence that is taken out of its text.
const (
	speaks   = 0.4 // someone speaks of themselves, to the reader, or aloud
	parted   = 0.5 // its mark was lost, but another sentence follows in its line
	repeated = 5   // it says little that the headline doesn't, or turns away from it. Used where there is nothing else, as is
	unmarked = 6   // a line without a mark at its end: a heading, a caption, part of a list
	notNews  = 9   // never used
)

const (
	minSentence = 4 // words; what is shorter is a fragment
	minUnmarked = 8 // words of a line that may be a sentence without its mark
)

// flaw tells what is wrong with the sentence t besides what it says. n is how many words it has, inLine whether its line goes on.
func flaw(t string, n int, inLine bool, lang string) float64 {
	folded := text.Fold(t)
	switch {
	case n < minSentence, isBoilerplate(folded, lang), !begins(t), !paired(t):
		return notNews
	case endsInText(t), unpunctuated[text.Base(lang)]:
	case !endsInWord(t):
		return notNews
	case inLine:
		return parted
	case n >= minUnmarked:
		return unmarked
	default:
		return notNews
	}
	if strings.HasSuffix(unclosed(folded), "!") || says(phrases().speakers[text.Base(lang)], folded) {
		return speaks
	}
	return 0
}

// unpunctuated lists the languages whose sentences end without a mark.
var unpunctuated = map[string]bool{"th": true, "lo": true}

// unclosed is s without the quotation marks and brackets at its end.
func unclosed(s string) string {
	return strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Pe, r) || unicode.Is(unicode.Pf, r) || unicode.IsSpace(r) || r == '"' || r == '\'' || r == '“'
	})
}

// endsInText reports whether s ends like a sentence that tells something: not in a question, and not cut off.
func endsInText(s string) bool {
	t := unclosed(s)
	r, n := utf8.DecodeLastRuneInString(t)
	if !strings.ContainsRune(".!。！．｡۔।॥።။։។", r) {
		return false
	}
	rest := strings.TrimRight(t[:len(t)-n], " ")
	return rest != "" && !strings.HasSuffix(rest, ".") && !strings.HasSuffix(rest, "?") && !strings.HasSuffix(rest, "？")
}

func endsInWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(unclosed(s))
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '%'
}

// begins reports whether s begins like a sentence: not in small letters, and not as an item of a list.
func begins(s string) bool {
	for i, r := range s {
		switch {
		case unicode.IsLower(r):
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			return unicode.IsUpper(next) // iPhone
		case unicode.IsLetter(r):
			return true
		case unicode.IsDigit(r):
			rest := strings.TrimLeftFunc(s[i:], unicode.IsDigit)
			return !strings.HasPrefix(rest, ") ") && !strings.HasPrefix(rest, ". ")
		case strings.ContainsRune("-–—*•·‣▪▫■□▲△▶▷▼▽◆◇●○◎★☆※→>|/＊・①②③④⑤⑥⑦⑧⑨…", r):
			return false
		}
	}
	return false
}

// paired reports whether the quotation marks and brackets of s are in pairs.
func paired(s string) bool {
	for _, p := range [][2]string{{"「", "」"}, {"『", "』"}, {"«", "»"}, {"(", ")"}, {"（", "）"}, {"[", "]"}} {
		if strings.Count(s, p[0]) != strings.Count(s, p[1]) {
			return false
		}
	}
	// German writes „ and “, others “ and ”, Swedish ” and ”.
	if marks := strings.Count(s, "“") + strings.Count(s, "”") + strings.Count(s, "„"); marks%2 != 0 || strings.Count(s, `"`)%2 != 0 {
		return false
	}
	for _, mark := range []string{"‘", "'"} {
		if inner, ok := strings.CutPrefix(s, mark); ok && !closesSingle(inner) {
			return false
		}
	}
	return true
}

// closesSingle reports whether a single quotation mark in s is no apostrophe.
func closesSingle(s string) bool {
	for i, r := range s {
		if r == '’' || r == '\'' {
			if next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):]); !unicode.IsLetter(next) {
				return true
			}
		}
	}
	return false
}

const (
	maxBoilerplate = 30 // words; a longer sentence tells something besides
	maxContact     = 14 // the same for one with an address in it
)

func isBoilerplate(folded, lang string) bool {
	n := len(strings.Fields(folded))
	if n > maxBoilerplate {
		return false
	}
	if n <= maxContact && (strings.Contains(folded, "://") || strings.Contains(folded, "www.") || hasMailAddress(folded)) {
		return true
	}
	for _, l := range []string{"any", text.Base(lang)} {
		for _, p := range phrases().boilerplate[l] {
			if strings.Contains(folded, p) {
				return true
			}
		}
		for _, p := range phrases().labels[l] {
			if labelled(folded, p) {
				return true
			}
		}
	}
	return false
}

func hasMailAddress(s string) bool {
	i := strings.IndexByte(s, '@')
	return i > 0 && s[i-1] != ' ' && strings.Contains(s[i:], ".")
}

// labelled reports whether s stands under a label such as "Photo:" or "【写真】".
func labelled(s, label string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	rest, ok := strings.CutPrefix(s, label)
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, " \u00a0\u202f")
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || strings.ContainsRune(":：】]|/=＝⁄>）)", r) || strings.Trim(rest, ".。 ") == ""
}
