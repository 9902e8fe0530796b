package text

import "unicode"

// Script is the writing system of a rune or word, as far as this package tells them apart.
type Script uint8

// The scripts that words are cut by. Other covers letters of every further script.
const (
	None Script = iota // not a letter: digits, marks without a letter, punctuation, symbols, white space
	Latin
	Greek
	Cyrillic
	Armenian
	Hebrew
	Arabic
	Devanagari
	Bengali
	Gurmukhi
	Gujarati
	Tamil
	Telugu
	Kannada
	Malayalam
	Sinhala
	Thai
	Lao
	Myanmar
	Georgian
	Ethiopic
	Khmer
	Hangul
	Hiragana
	Katakana
	Han
	Other
	scripts // how many there are
)

// scriptOf returns the script of a letter, and None for anything else. Marks belong to no script: they follow the
// letter before them.
func scriptOf(r rune) Script {
	if r < 0x80 {
		if 'a' <= r|0x20 && r|0x20 <= 'z' {
			return Latin
		}
		return None
	}
	return wideScript(r)
}

func wideScript(r rune) Script {
	switch { // first those that most letters are in
	case r >= 0x410 && r < 0x450:
		return Cyrillic
	case r >= 0x621 && r < 0x64B:
		return Arabic
	case r >= 0x3041 && r < 0x3097:
		return Hiragana
	case r >= 0x30A1 && r < 0x30FB:
		return Katakana
	case r < 0x250:
		if r < 0xC0 && r != 0xAA && r != 0xBA && r != 0xB5 || r == 0xD7 || r == 0xF7 {
			return None
		}
		return Latin
	case r < 0x370:
		if r < 0x2B0 {
			return Latin
		}
		if r < 0x300 && unicode.IsLetter(r) {
			return Latin
		}
		return None
	}
	s := blockScript(r)
	if s == None || s == Han && r >= 0x4E00 && r < 0xA000 || s == Hangul && r >= 0xAC00 && r < 0xD7A4 {
		return s
	}
	if s == Katakana && (r == 'ー' || r == 'ｰ') {
		return s
	}
	if !unicode.IsLetter(r) && r != '々' && r != '〇' && r != '〻' {
		return None
	}
	return s
}

func blockScript(r rune) Script {
	switch {
	case r < 0x400:
		return Greek
	case r < 0x530:
		return Cyrillic
	case r < 0x590:
		return Armenian
	case r < 0x600:
		return Hebrew
	case r < 0x700, r >= 0x750 && r < 0x780, r >= 0x870 && r < 0x900:
		return Arabic
	case r < 0x900:
		return Other
	case r < 0x980:
		return Devanagari
	case r < 0xA00:
		return Bengali
	case r < 0xA80:
		return Gurmukhi
	case r < 0xB00:
		return Gujarati
	case r < 0xB80:
		return Other // Oriya
	case r < 0xC00:
		return Tamil
	case r < 0xC80:
		return Telugu
	case r < 0xD00:
		return Kannada
	case r < 0xD80:
		return Malayalam
	case r < 0xE00:
		return Sinhala
	case r < 0xE80:
		return Thai
	case r < 0xF00:
		return Lao
	case r < 0x1000:
		return Other // Tibetan
	case r < 0x10A0:
		return Myanmar
	case r < 0x1100:
		return Georgian
	case r < 0x1200:
		return Hangul
	case r < 0x13A0:
		return Ethiopic
	case r >= 0x1780 && r < 0x1800:
		return Khmer
	case r >= 0x1C80 && r < 0x1C90:
		return Cyrillic
	case r >= 0x1C90 && r < 0x1CC0:
		return Georgian
	case r >= 0x1E00 && r < 0x1F00:
		return Latin
	case r >= 0x1F00 && r < 0x2000:
		return Greek
	case r < 0x3000:
		switch {
		case r >= 0x2C60 && r < 0x2C80:
			return Latin
		case r >= 0x2D00 && r < 0x2D30:
			return Georgian
		case r >= 0x2DE0 && r < 0x2E00:
			return Cyrillic
		case r >= 0x2E80 && r < 0x2FE0:
			return Han
		}
		return Other
	case r < 0x3040:
		return Han // 々 〇 〻; the rest are no letters
	case r < 0x30A0:
		return Hiragana
	case r < 0x3100:
		return Katakana
	case r >= 0x3130 && r < 0x3190:
		return Hangul
	case r >= 0x31F0 && r < 0x3200:
		return Katakana
	case r >= 0x3400 && r < 0x4DC0, r >= 0x4E00 && r < 0xA000:
		return Han
	case r >= 0xA640 && r < 0xA6A0:
		return Cyrillic
	case r >= 0xA720 && r < 0xA800, r >= 0xAB30 && r < 0xAB70:
		return Latin
	case r >= 0xA960 && r < 0xA980, r >= 0xAC00 && r < 0xD800:
		return Hangul
	case r >= 0xF900 && r < 0xFB00:
		return Han
	case r >= 0xFB00 && r < 0xFB07:
		return Latin
	case r >= 0xFB1D && r < 0xFB50:
		return Hebrew
	case r >= 0xFB50 && r < 0xFE00, r >= 0xFE70 && r < 0xFF00:
		return Arabic
	case r >= 0xFF21 && r < 0xFF5B:
		return Latin
	case r >= 0xFF66 && r < 0xFFA0:
		return Katakana
	case r >= 0xFFA0 && r < 0xFFE0:
		return Hangul
	case r >= 0x1B000 && r < 0x1B170:
		return Hiragana
	case r >= 0x20000 && r < 0x33480:
		return Han
	}
	return Other
}

// unspaced tells scripts that are written without spaces between words.
func (s Script) unspaced() bool {
	switch s {
	case Hiragana, Katakana, Han, Thai, Lao, Myanmar, Khmer:
		return true
	}
	return false
}

// ideographic tells the scripts whose single characters carry enough to search by: Hangul, Han and Kana.
func (s Script) ideographic() bool { return s >= Hangul && s <= Han }

// isMark reports whether r continues the character before it. It covers the marks, the joiners, the variation
// selectors and the Jamo that follow another.
func isMark(r rune) bool {
	if r < 0x300 {
		return false
	}
	if r >= 0xAC00 && r < 0xD7A4 || r >= 0x3041 && r < 0x3097 || r >= 0x30A0 && r < 0xA000 {
		return false
	}
	if r >= 0x1160 && r < 0x1200 || r == 0xFF9E || r == 0xFF9F { // vowels and finals of Hangul, half-width sound marks
		return true
	}
	return r == 0x200C || r == 0x200D || unicode.Is(unicode.M, r)
}
