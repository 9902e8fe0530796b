package summary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// A name that a claim writes in another script than its article is compared by its consonants: how vowels, doubled letters, r and l are
// written differs between ways to transcribe, and between languages. What Han characters are read as no table of ours says: such a name
// is known by data/places.txt or not at all.

// sounds are the classes of consonants that transcriptions confuse, the longest spelling first; vowels have none.
var sounds = []struct{ spelling, class string }{
	{"tsch", "c"}, {"shch", "s"}, {"sch", "s"}, {"tch", "c"}, {"ch", "c"}, {"sh", "s"}, {"zh", "c"}, {"kh", "h"}, {"ph", "p"}, {"th", "t"}, {"ts", "c"}, {"tz", "c"}, {"dj", "c"}, {"ck", "k"}, {"ng", "n"}, {"dt", "t"}, {"gh", "k"}, {"qu", "k"},
	{"ce", "s"}, {"ci", "s"}, {"b", "p"}, {"c", "k"}, {"d", "t"}, {"f", "p"}, {"g", "k"}, {"h", "h"}, {"j", "c"}, {"k", "k"}, {"l", "l"}, {"m", "m"}, {"n", "n"}, {"p", "p"}, {"q", "c"}, {"r", "l"}, {"s", "s"}, {"t", "t"}, {"v", "p"}, {"w", "p"}, {"x", "s"}, {"z", "c"},
}

// skeleton is what is left of a folded Latin name for comparing: the classes of its consonants, "a" for a vowel it begins with. Some
// transcriptions leave out l and r inside a word (터 for "ter"); so can the skeleton, marked by a "-" so that it meets its like alone.
func skeleton(latin string, liquids bool) string {
	latin = plainName(latin)
	var b strings.Builder
	if !liquids {
		b.WriteString("-")
	}
	last := ""
next:
	for i := 0; i < len(latin); {
		for _, s := range sounds {
			if !strings.HasPrefix(latin[i:], s.spelling) {
				continue
			}
			if s.class == "p" && s.spelling == "w" && i > 0 && !vowel(latin[i-1]) || s.class == "h" && i > 0 || s.class == "l" && i > 0 && !liquids {
				last = "" // between a consonant and a vowel a "w" is one; l, r and h come and go
			} else if s.class != last {
				b.WriteString(s.class)
				last = s.class
			}
			if strings.HasSuffix(s.spelling, "e") || strings.HasSuffix(s.spelling, "i") {
				i--
			}
			i += len(s.spelling)
			continue next
		}
		if i == 0 {
			b.WriteString("a")
		}
		last = ""
		_, n := utf8.DecodeRuneInString(latin[i:])
		i += n
	}
	return b.String()
}

func vowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

var cyrillic = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i", "й", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya", "і", "i", "ї", "i", "є", "e", "ґ", "g")

var (
	hangulInitials = strings.Split("g kk n d tt r m b pp s ss  j jj ch k t p h", " ")
	hangulVowels   = strings.Split("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i", " ")
	hangulFinals   = strings.Split(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t", " ")
)

// romanHangul writes Hangul in Latin letters (Revised Romanization, each syllable for itself).
func romanHangul(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0xAC00 || r > 0xD7A3 {
			continue
		}
		n := int(r - 0xAC00)
		b.WriteString(hangulInitials[n/588] + hangulVowels[n%588/28] + hangulFinals[n%28])
	}
	return b.String()
}

// kana are the syllables of Katakana in Latin letters (Hepburn).
var kana = func() map[rune]string {
	all := map[rune]string{}
	chars := []rune("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォャュョッー")
	latin := strings.Fields("a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro wa o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu a i u e o ya yu yo - -")
	for i, r := range chars {
		all[r] = strings.TrimSuffix(latin[i], "-")
	}
	return all
}()

func romanKana(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0x3041 && r <= 0x3096 {
			r += 0x60 // Hiragana
		}
		b.WriteString(kana[r])
	}
	return b.String()
}

// romanised is a word in Latin letters, "" if its script has none of ours.
func romanised(word string) string {
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.Is(unicode.Latin, r):
		return word
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic.Replace(word)
	case unicode.Is(unicode.Hangul, r):
		return romanHangul(word)
	case unicode.Is(unicode.Katakana, r), unicode.Is(unicode.Hiragana, r):
		return romanKana(word)
	}
	return ""
}

// koreanFamilies are the family names that are written otherwise than they are read.
var koreanFamilies = map[string][]string{"이": {"lee", "yi", "rhee"}, "임": {"lim", "im"}, "류": {"ryu", "yoo"}, "유": {"yoo", "ryu", "you"}, "노": {"roh", "noh"}, "우": {"woo"}, "여": {"yeo", "lyuh"}}

// transcriptions are the skeletons that a word of the article may have.
func transcriptions(word string) []string {
	roman := romanised(word)
	if roman == "" {
		return nil
	}
	all := skeletons(roman)
	if r, n := utf8.DecodeRuneInString(word); unicode.Is(unicode.Hangul, r) {
		for _, family := range koreanFamilies[word[:n]] {
			all = append(all, skeletons(family+romanHangul(word[n:]))...)
		}
	}
	return all
}

func skeletons(latin string) []string {
	all := []string{skeleton(latin, true), skeleton(latin, false)}
	if strings.Contains(latin, "ch") { // a German one
		latin = strings.ReplaceAll(latin, "ch", "kh")
		all = append(all, skeleton(latin, true), skeleton(latin, false))
	}
	return all
}

// transcribed reports whether a name is one of the article's, written in another script: the whole of it, or a word of two consonants
// or more.
func (e *evidence) transcribed(name string) bool {
	r, _ := utf8.DecodeRuneInString(name)
	joined := ""
	for _, w := range text.Words(name, "") {
		joined += romanised(w.Text)
	}
	if joined == "" {
		return false
	}
	mine := skeletons(joined)
	if ideograph(r) {
		mine = append(mine, transcriptions(name)...)
	}
	for w := range e.words {
		other, _ := utf8.DecodeRuneInString(w)
		if sameScript(r, other) || han(other) || cased(w) && e.lower[w] {
			continue
		}
		for _, t := range transcriptions(w) {
			if len(t) < 3 && (len(t) < 2 || t[0] == '-') {
				continue
			}
			if slices.Contains(mine, t) || unicode.Is(unicode.Cyrillic, other) && slices.ContainsFunc(mine, func(m string) bool {
				return len(m) >= 4 && strings.HasPrefix(t, m) && len(t)-len(m) <= 1
			}) {
				return true
			}
		}
	}
	return e.family(name)
}

// family reports whether a Latin name is how the family name is written that one of the article's Korean names begins with.
func (e *evidence) family(name string) bool {
	if !unicode.Is(unicode.Latin, []rune(name + " ")[0]) {
		return false
	}
	for w := range e.words {
		r, n := utf8.DecodeRuneInString(w)
		if !unicode.Is(unicode.Hangul, r) || utf8.RuneCountInString(w) != 3 || !koreanPerson(w) {
			continue
		}
		if slices.Contains(koreanFamilies[w[:n]], name) || skeleton(romanHangul(w[:n]), true) == skeleton(name, true) && len(koreanFamilies[w[:n]]) == 0 && romanVowel(romanHangul(w[:n])) == romanVowel(name) {
			return true
		}
	}
	return false
}

// romanVowel is the first vowel of a romanisation, of those that are confused the same.
func romanVowel(s string) byte {
	for i := range len(s) {
		if c := s[i]; vowel(c) && c != 'y' {
			if c == 'o' || c == 'e' || c == 'u' {
				return 'o'
			}
			return c
		}
	}
	return 0
}

func sameScript(a, b rune) bool {
	for _, t := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Hangul, unicode.Greek} {
		if unicode.Is(t, a) || unicode.Is(t, b) {
			return unicode.Is(t, a) && unicode.Is(t, b)
		}
	}
	return true
}
