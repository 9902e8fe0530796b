package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks may follow one letter. Vietnamese and Hebrew with points need up to three,
// Tibetan four; longer piles only hide the text around them.
const maxMarks = 4

// Clean returns s as one line of plain text: normalised (NFC), each run of white space squeezed to one space and none
// at the ends, without control characters, bidirectional controls, zero-width and other invisible characters, and with
// at most four combining marks on a letter. Joiners stay inside emoji and in scripts that are spelled with them
// (Arabic, Persian, the Indic ones). Invalid bytes become U+FFFD.
func Clean(s string) string { return clean(s, false) }

// CleanLines is Clean for text of several lines: a line break stays one, and several (with or without blank space
// between) become an empty line. U+2028 and U+2029 are line breaks too.
func CleanLines(s string) string { return clean(s, true) }

func clean(s string, lines bool) string {
	if isClean(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	plain := inert(s)
	if !plain {
		s = norm.NFC.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space, breaks, marks := false, 0, 0
	var prev rune // the last rune written
	for i, r := range s {
		switch {
		case visible(r):
			marks = 0
		case r == '\n', r == '\u2028', r == '\u2029', r == '\u0085', r == '\r' && !strings.HasPrefix(s[i+1:], "\n"):
			breaks++
			space = true
			continue
		case unicode.IsSpace(r), r == '\u2800', r == '\u001C', r == '\u001D', r == '\u001E', r == '\u001F':
			space = true
			continue
		case unicode.Is(unicode.M, r) && !isVariation(r):
			marks++
			if marks > maxMarks || prev == 0 || space {
				continue
			}
		case invisible(r):
			if space || !keepInvisible(prev, r, s[i+utf8.RuneLen(r):]) {
				continue
			}
		default:
			marks = 0
		}
		if space && prev != 0 {
			switch {
			case !lines || breaks == 0:
				b.WriteByte(' ')
			case breaks == 1:
				b.WriteByte('\n')
			default:
				b.WriteString("\n\n")
			}
		}
		space, breaks = false, 0
		b.WriteRune(r)
		prev = r
	}
	if plain {
		return b.String()
	}
	// Dropping something between a letter and a mark can leave them side by side.
	return norm.NFC.String(b.String())
}

// isClean is a quick test that holds for most titles: visible characters that need no normalising, with single
// spaces between them.
func isClean(s string) bool {
	space := true
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		if r == ' ' {
			if space {
				return false
			}
			space = true
		} else {
			if !visible(r) {
				return false
			}
			space = false
		}
		i += n
	}
	return !space || s == ""
}

// inert reports whether no character of s can join another in normalisation, whatever is dropped.
func inert(s string) bool {
	for _, r := range s {
		if r >= 0x300 && !visible(r) && (r < 0x2002 || r >= 0x2070) {
			return false
		}
	}
	return true
}

// visible tells common characters that stay as they are.
func visible(r rune) bool {
	if r < 0x80 {
		return r > ' ' && r < 0x7F
	}
	return stable(r) || r >= 0x2010 && r < 0x2028 || r >= 0x3001 && r < 0x3012 || r >= 0xFF01 && r < 0xFF5F || r == '·' || r == '«' || r == '»' || r == '€'
}

// invisible tells characters that show nothing themselves.
func invisible(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0, r == 0xAD:
		return true
	case r < 0x300:
		return false
	case r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r >= 0x180B && r <= 0x180F:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r == 0x3164, r == 0xFEFF, r == 0xFFA0, r >= 0xFFF0 && r <= 0xFFFB, r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return true
	case isVariation(r), r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0x1D173 && r <= 0x1D17A, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

func isVariation(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF }

// keepInvisible decides on an invisible rune between the last written rune and the rest.
func keepInvisible(prev, r rune, rest string) bool {
	if prev == 0 {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == 0x200D: // zero width joiner
		return emojiPart(prev) && emojiPart(next) && next != r || joining(prev)
	case r == 0x200C: // zero width non-joiner
		return joining(prev) && joining(next)
	case r == 0xFE0E || r == 0xFE0F: // text or emoji style
		return !isVariation(prev) && (emojiPart(prev) || prev < 0x80 && (isDigit(prev) || prev == '#' || prev == '*'))
	case r >= 0xE0100 && r <= 0xE01EF: // ideographic variants
		return scriptOf(prev) == Han
	case r >= 0xE0020 && r <= 0xE007F: // tags: the flags of Scotland, Wales, …
		return prev == 0x1F3F4 || prev >= 0xE0020 && prev <= 0xE007E
	}
	return false
}

// joining tells letters and marks of scripts whose spelling uses the joiners.
func joining(r rune) bool {
	switch s := scriptOf(r); {
	case s >= Arabic && s <= Sinhala, s == Khmer, s == Myanmar:
		return true
	case s == None && r >= 0x600 && r < 0xE00:
		return unicode.Is(unicode.M, r)
	case s == Other:
		return r >= 0x700 && r < 0x900 || r >= 0xB00 && r < 0xB80 || r >= 0x1800 && r < 0x18B0
	}
	return false
}

func emojiPart(r rune) bool {
	return r >= 0x1F000 && r < 0x1FB00 || r >= 0x2190 && r < 0x2C00 || r == 0xFE0F ||
		r == 0x200D || r == 0xA9 || r == 0xAE || r == 0x203C || r == 0x2049 || r == 0x2122 || r == 0x2139 || r == 0x3030 || r == 0x303D || r == 0x3297 || r == 0x3299
}
