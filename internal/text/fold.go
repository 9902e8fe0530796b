package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form by which two spellings of the same word are compared: Unicode NFKC, which also folds
// full and half width, and case folded. Accents stay. Invalid bytes become U+FFFD. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	if folded, ok := quickFold(s); ok {
		return folded
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	s = foldCase(s)
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	return s
}

// quickFold folds a text of letters that NFKC leaves alone wherever they stand; ok is false if it has others.
func quickFold(s string) (folded string, ok bool) {
	i := 0
	for i < len(s) {
		r, n := decode(s, i)
		if r >= utf8.RuneSelf && !stable(r) {
			return "", false
		}
		if unicode.IsUpper(r) {
			break
		}
		i += n
	}
	if i == len(s) {
		return s, true
	}
	b := make([]byte, i, len(s)+4)
	copy(b, s)
	for i < len(s) {
		r, n := decode(s, i)
		i += n
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b = append(b, byte(r))
			continue
		}
		if !stable(r) {
			return "", false
		}
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return string(b), true
}

// stable tells letters that neither normalisation form changes or joins to a letter beside it, unless a mark or Jamo
// follows, and whose case folding is their lower case.
func stable(r rune) bool {
	switch {
	case r < 0x80:
		return true
	case r < 0x100:
		return r >= 0xC0 && r != 0xDF && r != 0xD7 && r != 0xF7
	case r < 0x130:
		return true
	case r < 0x400:
		return r >= 0x150 && r < 0x17F
	case r < 0x460:
		return true
	case r < 0x900:
		return r >= 0x621 && r < 0x63B || r >= 0x641 && r < 0x64B
	case r < 0x1000:
		return r >= 0x904 && r < 0x929 || r >= 0x93E && r < 0x94D
	case r < 0x4E00:
		return r >= 0x3041 && r < 0x3097 || r >= 0x30A1 && r < 0x30FB || r == 'ー'
	}
	return r < 0xA000 || r >= 0xAC00 && r < 0xD7A4
}

// foldCase is Unicode full case folding, except that the Turkish İ folds to i so that "İstanbul" meets "istanbul".
func foldCase(s string) string {
	var b strings.Builder
	changed := -1
	for i, r := range s {
		f, plain := foldRune(r)
		if !plain {
			return strings.Map(foldCherokee, cases.Fold().String(strings.ReplaceAll(s, "İ", "i")))
		}
		if changed < 0 {
			if f == r {
				continue
			}
			changed = i
			b.Grow(len(s))
			b.WriteString(s[:i])
		}
		b.WriteRune(f)
	}
	if changed < 0 {
		return s
	}
	return b.String()
}

// foldCherokee makes a Cherokee letter a capital, as Unicode folds it; package cases folds it to the other case, whichever it has.
func foldCherokee(r rune) rune {
	if r >= 0x13A0 && r < 0x1400 || r >= 0xAB70 && r < 0xABC0 {
		return unicode.ToUpper(r)
	}
	return r
}

// foldRune folds one rune of the scripts that news is mostly written in; plain is false where the full algorithm is
// needed.
func foldRune(r rune) (f rune, plain bool) {
	switch {
	case r < 0x80:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r, true
	case r == 'ß' || r == 'ŉ' || r == 'ǰ' || r == 'ſ' || r == 'ẞ' || r >= 0x1E96 && r <= 0x1E9B:
		return r, false
	case r == 'İ':
		return 'i', true
	case r < 0x250:
		return unicode.ToLower(r), true
	case r == 'ς':
		return 'σ', true
	case r >= 0x386 && r <= 0x3CE && r != 0x390 && r != 0x3B0:
		return unicode.ToLower(r), true
	case r >= 0x400 && r < 0x530:
		return unicode.ToLower(r), true
	case r >= 0x590 && r < 0x10A0, r >= 0x1100 && r < 0x1200, r >= 0x2000 && r < 0x2100, r >= 0x3000 && r < 0xA000, r >= 0xAC00 && r < 0xD800:
		return r, true
	case r >= 0x1EA0 && r < 0x1F00:
		return unicode.ToLower(r), true
	}
	return r, false
}

// bare drops the accents of Latin and Greek letters and writes ø, ł, đ, ı, æ, œ, ё plainly, so that a search typed
// without them still finds the word. s must be folded. Other scripts come back as they are.
func bare(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var buf [utf8.UTFMax * 4]byte
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteByte(byte(r))
			continue
		case r == 'ø':
			r = 'o'
		case r == 'ł':
			r = 'l'
		case r == 'đ':
			r = 'd'
		case r == 'ı':
			r = 'i'
		case r == 'ё':
			r = 'е'
		case r == 'æ':
			b.WriteString("ae")
			continue
		case r == 'œ':
			b.WriteString("oe")
			continue
		case r < 0x250, r >= 0x370 && r < 0x400, r >= 0x1E00 && r < 0x2000:
			d := norm.NFD.AppendString(buf[:0], string(r))
			r, _ = utf8.DecodeRune(d)
		}
		b.WriteRune(r)
	}
	return b.String()
}
