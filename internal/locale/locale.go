// Package locale says the bot's own words in people's languages: English sentences are written where they are said, and the files of
// data have them in the other languages. It knows nothing of what is said, or to whom.
package locale

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Languages are those the bot speaks, by Discord's locales (https://docs.discord.com/developers/reference#locales), English first.
var Languages = []string{"en-US", "ko", "zh-CN", "zh-TW", "ja", "de", "es-ES", "fr"}

// Text is an English text as an argument of Say, which says it as Retell does.
type Text string

// List is a list of English texts as an argument of Say, which says each as Retell does.
type List []string

func (l List) String() string { return strings.Join(l, ", ") }

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
	said := args
	for i, arg := range args {
		var in string
		switch arg := arg.(type) {
		case Text:
			in = Retell(locale, string(arg))
		case List:
			each := make([]string, len(arg))
			for i, text := range arg {
				each[i] = Retell(locale, text)
			}
			in = Join(locale, each)
		default:
			continue
		}
		if &said[0] == &args[0] {
			said = append([]any(nil), args...)
		}
		said[i] = in
	}
	return printers()[match(locale)].Sprintf(format, said...)
}

// Count says how many: with one where the language wants its singular for n, else with other. Both have n as their first argument,
// before args.
func Count(locale string, n int, one, other string, args ...any) string {
	args = append([]any{n}, args...)
	if n == 1 || n == 0 && match(locale) == language.French {
		return Say(locale, one, args...)
	}
	return Say(locale, other, args...)
}

// Join sets texts side by side as a list in the language nearest to a locale.
func Join(locale string, list []string) string { return strings.Join(list, Comma(locale)) }

// Comma is what stands between two things side by side.
func Comma(locale string) string { return marks(locale).comma }

// Translate is an English text in the language nearest to a locale as it stands in the data, not filled; English where there is none.
func Translate(locale, english string) string {
	if t := words().texts[english][match(locale)]; t != "" {
		return t
	}
	return english
}

// printers are safe to share: each message they make has a state of its own.
var printers = sync.OnceValue(func() map[language.Tag]*message.Printer {
	all := map[language.Tag]*message.Printer{}
	for _, t := range tags() {
		all[t] = message.NewPrinter(t, message.Catalog(words().catalog))
	}
	return all
})

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

var (
	matches sync.Map     // string → language.Tag
	matched atomic.Int32 // of them, about
)

// match is the nearest of our tags.
func match(locale string) language.Tag {
	if t, ok := matches.Load(locale); ok {
		return t.(language.Tag)
	}
	_, i, confidence := language.NewMatcher(tags()).Match(language.Make(locale))
	if confidence == language.No {
		i = 0
	}
	if len(locale) <= 35 && matched.Add(1) <= 1000 { // locales come from outside, feeds' included
		matches.Store(locale, tags()[i])
	}
	return tags()[i]
}
