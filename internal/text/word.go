package text

import (
	"unicode"
	"unicode/utf8"
)

// Word is one word of a text.
type Word struct {
	Text       string // as Fold writes it
	Start, End int    // where it stands, in bytes
	Script     Script // of its first letter; None for a plain number
}

// Words returns the words of s in order. Letters, digits and their marks make words after the rules of Unicode
// Standard Annex 29: an apostrophe or full stop between letters and a full stop or comma between digits belongs to
// the word. Unlike there, a run of Han, Hiragana, Katakana, Thai, Lao, Khmer or Myanmar is one word however long,
// because no dictionary tells its parts (Terms cuts it for searching), and a word ends where its script changes to
// or from one of these or Hangul ("12년" is two words, "5G" one).
func Words(s, lang string) []Word {
	words := make([]Word, 0, len(s)/6+1)
	EachWord(s, func(start, end int, script Script) {
		words = append(words, Word{Text: Fold(s[start:end]), Start: start, End: end, Script: script})
	})
	return words
}

// EachWord calls f for each word of s in order, as Words returns them but not folded.
func EachWord(s string, f func(start, end int, script Script)) {
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		script := scriptOf(r)
		if script == None && !isDigit(r) {
			i += n
			continue
		}
		end, script := wordEnd(s, i, r, script)
		f(i, end, script)
		i = end
	}
}

// wordEnd returns where the word that begins at s[start:] ends and which script it is in; r is its first rune.
func wordEnd(s string, start int, r rune, script Script) (int, Script) {
	class := classOf(script)
	digit := script == None
	_, n := decode(s, start)
	i := start + n
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf && class == spacedScript && script != None { // most letters of most texts
			if letter := 'a' <= c|0x20 && c|0x20 <= 'z'; letter || '0' <= c && c <= '9' || c == '_' {
				digit = !letter && (digit || c != '_')
				i++
				continue
			}
			if c == ' ' {
				return i, script
			}
		}
		r, n := decode(s, i)
		sc := scriptOf(r)
		switch {
		case sc != None:
			c := classOf(sc)
			if digit && script == None {
				if c != spacedScript {
					return i, script
				}
				script, class = sc, c
			}
			if c != class || c == runScript && sc != script {
				return i, script
			}
			digit = false
		case isDigit(r):
			if class != spacedScript && script != None {
				return i, script
			}
			digit = true
		case isMark(r), r == '_' && class == spacedScript:
		default:
			// Punctuation inside a word, when a letter or digit of the same kind follows.
			if i+n >= len(s) || class != spacedScript && script != None {
				return i, script
			}
			next, _ := decode(s, i+n)
			switch r {
			case '\'', '’', '·', '\u05F3', '\u05F4', '‧':
				if digit || classOf(scriptOf(next)) != spacedScript || scriptOf(next) == None {
					return i, script
				}
			case '.', '．':
				if isDigit(next) != digit || !digit && (classOf(scriptOf(next)) != spacedScript || scriptOf(next) == None || !initialsAround(s, start, i, i+n)) {
					return i, script
				}
			case ',', '٫', '٬', '，':
				if !digit || !isDigit(next) {
					return i, script
				}
			default:
				return i, script
			}
		}
		i += n
	}
	return i, script
}

// initialsAround reports whether the full stop at s[dot:next] stands between single letters, as in "U.S.A", or in
// an address such as "example.com". It doesn't stand there where a sentence ends without a space ("done.The").
func initialsAround(s string, start, dot, next int) bool {
	last, n := utf8.DecodeLastRuneInString(s[start:dot])
	if dot-n == start || s[dot-n-1] == '.' {
		return true
	}
	after, _ := decode(s, next)
	return !(unicode.IsUpper(after) && unicode.IsLower(last))
}

type scriptClass uint8

const (
	spacedScript scriptClass = iota // words have spaces between them
	hangulScript
	runScript // words are runs of one script
)

func classOf(s Script) scriptClass {
	switch {
	case s == Hangul:
		return hangulScript
	case s.unspaced():
		return runScript
	}
	return spacedScript
}

// decode returns the rune at s[i:] and its length, which is 0 at the end of s.
func decode(s string, i int) (rune, int) {
	if i < len(s) && s[i] < utf8.RuneSelf {
		return rune(s[i]), 1
	}
	return utf8.DecodeRuneInString(s[i:])
}

func isDigit(r rune) bool {
	if r < 0x80 {
		return '0' <= r && r <= '9'
	}
	return r >= 0x660 && unicode.Is(unicode.Nd, r)
}

// Word counts of unspaced scripts: how many characters stand for a word of a spaced language. Translated news is
// about that much longer in characters than in words of English.
const (
	hanPerWord  = 1.7
	kanaPerWord = 2.2 // Japanese, Kana and Han together
	thaiPerWord = 4.5 // letters without marks, also Lao, Khmer and Myanmar
)

// WordCount returns how long s is in words. Text between white space counts as one word when it holds a letter or
// digit, as readers and word limits count; punctuation standing alone doesn't count. Of scripts without spaces, 1.7 characters of Chinese,
// 2.2 of Japanese and 4.5 letters of Thai, Lao, Khmer or Myanmar count as one word, rounded up over the text.
// lang decides only whether Han characters are Japanese.
func WordCount(s, lang string) int {
	japanese := Base(lang) == "ja"
	spaced, han, kana, thai := 0, 0, 0, 0
	counted := false
	for _, r := range s {
		switch sc := scriptOf(r); {
		case sc == Han:
			han++
			counted = false
		case sc == Hiragana || sc == Katakana:
			kana++
			counted = false
		case sc.unspaced():
			thai++
			counted = false
		case sc != None || isDigit(r):
			if !counted {
				spaced++
				counted = true
			}
		case unicode.IsSpace(r):
			counted = false
		}
	}
	if japanese || kana > 0 {
		kana, han = kana+han, 0
	}
	n := float64(han)/hanPerWord + float64(kana)/kanaPerWord + float64(thai)/thaiPerWord
	return spaced + int(n+0.999)
}
