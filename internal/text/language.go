package text

import (
	"strings"
	"unicode"
)

// sample is how many letters of a text are looked at. Later ones change nothing but the time it takes.
const sample = 320

// hintBonus is how much likelier (natural logarithm) a declared language is than the text alone says, and twice that in
// a text of fewer than fewLetters. A clause that clearly is of another language outweighs it.
const (
	hintBonus  = 6
	fewLetters = 20
)

// Language returns the BCP 47 language of s, or "" when nothing tells: a base language, and for Chinese zh-Hans or
// zh-Hant. hint is the language that the feed or page declares, or "": it decides where the text leaves a doubt, and
// is overruled by clear evidence.
//
// The script settles most languages; the Latin, Cyrillic, Arabic and Devanagari ones are told apart by the
// characters inside their words and by their function words, about 45 languages in all.
func Language(s, hint string) string {
	hint = normalTag(hint)
	var letters [scripts]int
	total := 0
	for _, r := range s {
		if sc := scriptOf(r); sc != None {
			letters[sc]++
			if total++; total == sample {
				break
			}
		}
	}
	if total == 0 {
		return hint
	}
	switch script := mainScript(&letters); script {
	case Han, Hiragana, Katakana:
		return eastAsianLanguage(s, hint, &letters)
	case Latin, Cyrillic, Arabic, Devanagari:
		bonus := int32(hintBonus * weightSteps)
		if letters[script] < fewLetters {
			bonus *= 2
		}
		return modelLanguage(s, script, hint, bonus)
	default:
		if tag := scriptLanguage[script]; tag != "" && !sharesScript(hint, script) {
			return tag
		}
		return hint
	}
}

// scriptLanguage is the language that most text of a script is in.
var scriptLanguage = [scripts]string{
	Greek: "el", Armenian: "hy", Hebrew: "he", Bengali: "bn", Gurmukhi: "pa", Gujarati: "gu", Tamil: "ta", Telugu: "te",
	Kannada: "kn", Malayalam: "ml", Sinhala: "si", Thai: "th", Lao: "lo", Myanmar: "my", Georgian: "ka", Ethiopic: "am",
	Khmer: "km", Hangul: "ko",
}

// sharesScript tells declared languages that are written in a script which mostly stands for another.
func sharesScript(hint string, script Script) bool {
	switch hint {
	case "yi":
		return script == Hebrew
	case "ti":
		return script == Ethiopic
	case "as":
		return script == Bengali
	}
	return false
}

// mainScript returns the script that a text is written in. Foreign names are far more often Latin than anything
// else, and East Asian characters say more each, so a Latin letter counts a fourth.
func mainScript(letters *[scripts]int) Script {
	best, most := Latin, letters[Latin]
	east := letters[Han] + letters[Hiragana] + letters[Katakana]
	for sc := Latin + 1; sc < scripts; sc++ {
		n := letters[sc] * 4
		if sc == Han {
			n = east * 4
		}
		if n > most {
			best, most = sc, n
		}
	}
	if best == Han && letters[Hangul]*2 >= east { // Korean with Hanja
		return Hangul
	}
	return best
}

// normalTag makes of a declared language the tag that Language would return for it.
func normalTag(tag string) string {
	if tag == "" {
		return ""
	}
	base := Base(tag)
	switch base {
	case "no":
		return "nb"
	case "iw":
		return "he"
	case "in":
		return "id"
	case "und", "mul", "zxx", "":
		return ""
	case "cn":
		return "zh-Hans"
	case "jp":
		return "ja"
	case "kr":
		return "ko"
	case "zh":
		low := strings.ToLower(tag)
		for _, t := range []string{"hant", "tw", "hk", "mo"} {
			if strings.Contains(low, t) {
				return "zh-Hant"
			}
		}
		return "zh-Hans"
	}
	if len(base) < 2 || len(base) > 3 {
		return ""
	}
	for i := 0; i < len(base); i++ {
		if base[i] < 'a' || base[i] > 'z' {
			return ""
		}
	}
	return base
}

// Base returns the language alone of a BCP 47 tag or a locale, in lower case: "zh" of "zh-Hans", "en" of "en_US".
func Base(tag string) string {
	plain := true
	for i := 0; i < len(tag); i++ {
		if c := tag[i]; c < 'a' || c > 'z' {
			plain = false
			break
		}
	}
	if plain {
		return tag
	}
	tag = strings.TrimSpace(tag)
	if i := strings.IndexAny(tag, "-_.@"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

// siblings are declared languages without a model of their own, and the modelled ones they are taken for.
var siblings = map[string]string{
	"ms": "id", "nn": "nb da", "gl": "pt es", "bs": "hr", "sr": "hr", "sh": "hr", "me": "hr", "ast": "es", "lb": "de", "gsw": "de", "fo": "is",
	"fil": "tl", "ceb": "tl", "jv": "id", "su": "id", "uz": "tr az", "tk": "tr", "mt": "it", "la": "it", "oc": "ca fr", "br": "fr", "gd": "ga", "fy": "nl",
	"ne": "hi mr", "sa": "hi mr", "mai": "hi", "bho": "hi", "ps": "fa ur ar", "ckb": "fa ur ar", "sd": "ur", "ug": "ar fa ur", "ky": "kk", "tg": "ru bg", "tt": "kk", "ba": "kk",
	"zu": "sw", "xh": "sw", "so": "sw", "yo": "sw", "ha": "sw", "rw": "sw",
}

// modelLanguage tells the languages of one script apart; the declared one is ahead by bonus.
func modelLanguage(s string, script Script, hint string, bonus int32) string {
	m := languageModel()
	var scores [maxLanguages]int32
	m.score(s, script, &scores)
	best, most := -1, int32(0)
	for _, l := range m.ofScript[script] {
		v := scores[l] + m.prior[l]
		if m.tags[l] == hint {
			v += bonus
		}
		if best < 0 || v > most {
			best, most = l, v
		}
	}
	tag := m.tags[best]
	if strings.Contains(" "+siblings[hint]+" ", " "+tag+" ") {
		return hint
	}
	return tag
}

// score adds up, for each language, the weights of the n-grams of s that are in script, and of its function words.
func (m *model) score(s string, script Script, scores *[maxLanguages]int32) {
	letters := 0
	for i := 0; i < len(s) && letters < sample; {
		r, n := decode(s, i)
		if scriptOf(r) != script {
			i += n
			continue
		}
		name := unicode.IsUpper(r) && letters > 0
		var word [maxFunctionWord]rune
		length := 0
		var key uint64
		var local [maxLanguages]int32
		for i < len(s) {
			r, n = decode(s, i)
			if scriptOf(r) != script && !isMark(r) {
				break
			}
			i += n
			if r < 0x80 {
				if r < 'a' {
					r += 'a' - 'A'
				}
			} else {
				r = unicode.ToLower(r)
			}
			if length < len(word) {
				word[length] = r
			}
			length++
			c := charCode(r)
			if c == 0 {
				key = 0
				continue
			}
			key = (key<<charBits | uint64(c)) & ngramMask
			m.add(key, &local)
		}
		letters += length
		if length <= len(word) {
			if mask := m.functionWords[string(word[:length])]; mask != 0 {
				for _, l := range m.ofScript[script] {
					if mask>>l&1 != 0 {
						local[l] += functionBonus
					}
				}
			}
		}
		for l := range local {
			if name {
				local[l] /= 2
			}
			scores[l] += local[l]
		}
	}
}
