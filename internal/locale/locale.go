// Package locale says the bot's own words in people's languages: English sentences are written where they are said, and data/replies.txt
// has them in the other languages. It knows nothing of what is said, or to whom.
package locale

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Languages are those the bot speaks, by Discord's locales (https://docs.discord.com/developers/reference#locales), English first.
var Languages = []string{"en-US", "ko", "zh-CN", "zh-TW", "ja", "de", "es-ES", "fr"}

// Say says an English sentence in the language nearest to a locale (BCP 47; "" is English): the format is looked up, then filled as
// fmt.Sprintf does, with numbers written as the language writes them. What has no translation stays English. A translation may take
// the arguments in another order, as %[2]s.
func Say(locale, format string, args ...any) string {
	if false {
		_ = fmt.Sprintf(format, args...) // lets go vet check the formats of those who call
	}
	if len(args) == 0 { // a sentence, not a format
		return Translate(locale, format)
	}
	return message.NewPrinter(match(locale), message.Catalog(words().catalog)).Sprintf(format, args...)
}

// Count says how many: with one where the language wants its singular for n, else with other. Both have n as their first argument.
func Count(locale string, n int, one, other string) string {
	if n == 1 || n == 0 && match(locale) == language.French {
		return Say(locale, one, n)
	}
	return Say(locale, other, n)
}

// Translate is an English text in the language nearest to a locale as it stands in the data, not filled; English where there is none.
func Translate(locale, english string) string {
	if t := words().texts[english][match(locale)]; t != "" {
		return t
	}
	return english
}

var tags = sync.OnceValue(func() []language.Tag {
	all := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		all[i] = tag(l)
	}
	return all
})

// tag is the tag that a language's texts are kept under: that of the whole language, and Chinese by its script.
func tag(locale string) language.Tag {
	switch locale {
	case "zh-CN":
		return language.SimplifiedChinese
	case "zh-TW":
		return language.TraditionalChinese
	}
	base, _ := language.Make(locale).Base()
	return language.Make(base.String())
}

var matches sync.Map // string → language.Tag

// match is the nearest of our tags.
func match(locale string) language.Tag {
	if t, ok := matches.Load(locale); ok {
		return t.(language.Tag)
	}
	_, i, confidence := language.NewMatcher(tags()).Match(language.Make(locale))
	if confidence == language.No {
		i = 0
	}
	if len(locale) <= 35 { // locales come from outside; the longest that BCP 47 has in use is this long
		matches.Store(locale, tags()[i])
	}
	return tags()[i]
}

type vocabulary struct {
	catalog catalog.Catalog
	texts   map[string]map[language.Tag]string
}

//go:embed data/replies.txt
var replies string

var words = sync.OnceValue(func() vocabulary {
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	v := vocabulary{builder, map[string]map[language.Tag]string{}}
	var english string
	for line := range strings.Lines(replies) {
		line = strings.TrimRight(line, "\n")
		inner, indented := strings.CutPrefix(line, "    ")
		locale, translated, ok := strings.Cut(inner, ": ")
		switch {
		case line == "" || line[0] == '#':
		case !indented:
			english = strings.ReplaceAll(line, `\n`, "\n")
			v.texts[english] = map[language.Tag]string{}
		case ok && english != "":
			t := strings.ReplaceAll(translated, `\n`, "\n")
			if err := builder.SetString(tag(locale), english, t); err != nil {
				panic(fmt.Sprintf("locale: data/replies.txt: %s: %v", line, err))
			}
			v.texts[english][tag(locale)] = t
		default:
			panic("locale: data/replies.txt: " + line)
		}
	}
	return v
})
