package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Graphemes returns how many characters a person sees in s (extended grapheme clusters, UAX 29).
func Graphemes(s string) int {
	if isASCII(s) && !strings.Contains(s, "\r\n") {
		return len(s)
	}
	return uniseg.GraphemeClusterCount(s)
}

// Truncate returns s when it has at most limit Unicode code points (as Discord counts; invalid bytes count as one
// each), and otherwise the longest beginning that fits together with ellipsis, which ends the result. It is cut
// between grapheme clusters, and after a whole word when that gives away no more than a fifth of the space; white
// space and separators before the cut are dropped. If ellipsis alone doesn't fit, the result has none; the result
// never has more than limit code points.
func Truncate(s string, limit int, ellipsis string) string {
	if limit <= 0 {
		return ""
	}
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	room := limit - utf8.RuneCountInString(ellipsis)
	if room < 0 {
		room, ellipsis = limit, ""
	}
	// The last grapheme bound within room, and the last one after which a word ends.
	cut, word, wordRunes := 0, 0, 0
	runes, state, rest := 0, -1, s
	var prev rune
	for rest != "" {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		runes += utf8.RuneCountInString(g)
		if runes > room {
			first, _ := utf8.DecodeRuneInString(g)
			if !inWord(first) || !inWord(prev) || scriptOf(first).unspaced() {
				word, wordRunes = cut, room
			}
			break
		}
		first, _ := utf8.DecodeRuneInString(g)
		if !inWord(first) || scriptOf(first).unspaced() {
			word, wordRunes = cut, runes-utf8.RuneCountInString(g)
		}
		prev = first
		cut += len(g)
	}
	if word > 0 && wordRunes >= room-room/5 {
		cut = word
	}
	return strings.TrimRightFunc(s[:cut], trailing) + ellipsis
}

// inWord tells runes between which a cut falls inside a word.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || isDigit(r) || isMark(r) || r == '\'' || r == '’'
}

// trailing tells runes that make no sense right before an ellipsis.
func trailing(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—([{«„、，；：（「『", r)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
