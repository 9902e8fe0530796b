package topic

import (
	"slices"
	"strings"
	"unicode"

	bcp47 "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"newsbrief/internal/text"
)

// What people write for an operator who don't know how it is written here, in the languages of the built-in topics. As words they are in nearly
// every article or in none.
var (
	meantOr  = []string{"or", "oder", "o", "ou", "или", "또는", "혹은", "または", "もしくは", "或", "或者"}
	meantAnd = []string{"and", "und", "y", "et", "и", "그리고", "および", "和", "以及"}
	meantNot = []string{"not", "nicht", "не"}
)

// meansOperator reports whether a word has to be in quotation marks to be looked for.
func meansOperator(word string) bool {
	return slices.Contains(meantOr, word) || slices.Contains(meantAnd, word) || slices.Contains(meantNot, word)
}

// meantOperator is an error where a word stands between others that was meant to be an operator.
func (p *parser) meantOperator() error {
	end := p.pos
	for end < len(p.src) && !unicode.IsSpace(p.src[end]) {
		end++
	}
	after := end
	for after < len(p.src) && unicode.IsSpace(p.src[after]) {
		after++
	}
	if after == len(p.src) || narrow(p.src[after]) == ')' {
		return nil // it ends there: a word like others
	}
	switch word := string(p.src[p.pos:end]); {
	case word == "|" || word == "||" || word == "｜" || word == "/":
		return p.errorf(p.pos, "write OR between words to find either of them; words side by side must all be there")
	case slices.Contains(meantOr, word):
		return p.errorf(p.pos, "write OR in capitals to find either, or \"%s\" in quotation marks to look for the word", word)
	case word == "&" || word == "&&" || word == "＆" || word == "+":
		return p.errorf(p.pos, "leave %s out: words side by side must all be there without it", word)
	case slices.Contains(meantAnd, word):
		return p.errorf(p.pos, "words side by side must all be there: leave %s out, or write \"%s\" in quotation marks to look for it", word, word)
	case slices.Contains(meantNot, word):
		return p.errorf(p.pos, "write - right before a word to exclude it, or \"%s\" in quotation marks to look for the word", word)
	}
	return nil
}

// listed finds the comma that makes a list of words (climate, energy) of what stands without quotation marks. A comma in a number is none.
func listed(word string) (at int, ok bool) {
	before := rune(0)
	for i, r := range []rune(word) {
		switch r {
		case ',', ';', '，', '、', '；', '،':
			if unicode.IsLetter(before) {
				return i, true
			}
		}
		before = r
	}
	return 0, false
}

// fieldsMeant are other names of the fields, in the languages of the built-in topics.
var fieldsMeant = map[field]string{
	fieldTitle:  "intitle headline heading subject 제목 标题 標題 题目 タイトル 見出し titel überschrift título titulo titular titre заголовок название",
	fieldSource: "site outlet publisher feed from by 출처 언론사 매체 来源 來源 媒体 媒體 ソース quelle fuente medio fonte источник издание",
	fieldLang:   "language locale 언어 语言 語言 言語 sprache idioma langue língua lingua язык",
}

// meantField is the field that was meant by a name that is none, "" when it can't be told.
func meantField(name string) string {
	name = text.Fold(name)
	for f, names := range fieldsMeant {
		if slices.Contains(strings.Fields(names), name) {
			return f.String()
		}
	}
	for known := range fieldNames {
		if len(name) > 3 && oneOff(name, known) {
			return known
		}
	}
	return ""
}

// oneOff reports whether one letter left out, added or changed, or two neighbours swapped, make b of a.
func oneOff(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) <= 1 && len(y) <= 1 || len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
}

// codesOfCountries are those that are taken for the code of a language.
var codesOfCountries = map[string]string{"jp": "ja", "cn": "zh", "kr": "ko", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk", "us": "en", "gb": "en"}

// isLanguage reports whether a language has the code (ISO 639).
func isLanguage(code string) bool {
	_, err := bcp47.ParseBase(code)
	return isASCIIWord(code) && err == nil && code != "und"
}

// languageCode is the code of a language given by its name in English or in itself or by a country's code, "" for what is none of these.
func languageCode(name string) string {
	name = text.Fold(name)
	if len(name) < 4 {
		return codesOfCountries[name]
	}
	for _, tag := range display.Supported.Tags() {
		if base, _ := tag.Base(); tag == bcp47.Make(base.String()) && (text.Fold(display.English.Languages().Name(tag)) == name || text.Fold(display.Self.Name(tag)) == name) {
			return tag.String()
		}
	}
	return ""
}
