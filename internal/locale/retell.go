package locale

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Retell says an English text that was filled where no language was known, such as a stored problem, in the language nearest to a locale:
// it is found among the formats of data/told.txt, and so is what fills it. It may begin with a capital and end in a full stop where the
// format does not. A text that fits none stays as it is.
func Retell(locale, text string) string {
	if text == "" || match(locale) == tags()[0] {
		return text
	}
	if said, ok := retell(locale, text, 0); ok {
		return said
	}
	first, size := utf8.DecodeRuneInString(text)
	rest := strings.TrimSuffix(text[size:], ".")
	for _, first := range []rune{first, unicode.ToLower(first)} {
		if said, ok := retell(locale, string(first)+rest, 0); ok {
			first, size := utf8.DecodeRuneInString(said)
			return string(unicode.ToUpper(first)) + said[size:] + marks(locale).stop
		}
	}
	return text
}

// maxNested is how deep a text is looked into: what fills it comes from outside.
const maxNested = 3

func retell(locale, text string, depth int) (string, bool) {
	if words().told[text] {
		return Translate(locale, text), true
	}
	for _, p := range words().formats {
		found, ok := p.match(text)
		if !ok {
			continue
		}
		args := make([]any, len(found))
		for i, arg := range found {
			if said, ok := retell(locale, arg, depth+1); ok && depth < maxNested {
				arg = said
			}
			args[i] = arg
		}
		return Say(locale, p.format, args...), true
	}
	return text, false
}

// pattern is a format of %s as what it was filled to can be told by.
type pattern struct {
	format string
	parts  []string // around the verbs
}

func newPattern(format string) pattern { return pattern{format, strings.Split(format, "%s")} }

// match returns what fills the format to make text.
func (p pattern) match(text string) (args []string, ok bool) {
	rest, ok := strings.CutPrefix(text, p.parts[0])
	if !ok {
		return nil, false
	}
	last := len(p.parts) - 1
	rest, ok = strings.CutSuffix(rest, p.parts[last])
	if !ok {
		return nil, false
	}
	for _, part := range p.parts[1:last] {
		before, after, found := strings.Cut(rest, part)
		if !found {
			return nil, false
		}
		args, rest = append(args, before), after
	}
	return append(args, rest), true
}

// sortPatterns puts those first that say most themselves.
func sortPatterns(list []pattern) {
	slices.SortFunc(list, func(a, b pattern) int {
		return cmp.Or(cmp.Compare(len(b.format)-2*len(b.parts), len(a.format)-2*len(a.parts)), cmp.Compare(a.format, b.format))
	})
}

// punctuation is a language's.
type punctuation struct{ stop, comma string }

func marks(locale string) punctuation {
	switch match(locale) {
	case language.Japanese, language.SimplifiedChinese, language.TraditionalChinese:
		return punctuation{"。", "、"}
	}
	return punctuation{".", ", "}
}
