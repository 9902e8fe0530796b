package command

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/localizations.txt
var localizationData string

// Localizations are the texts of Specs that people read and don't type — descriptions, choices' names, the names of message commands —
// in other languages: English text → Discord locale (https://docs.discord.com/developers/reference#locales) → text. Not to be changed.
var Localizations = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	var texts map[string]string
	for line := range strings.Lines(localizationData) {
		line = strings.TrimRight(line, "\n")
		inner, indented := strings.CutPrefix(line, "    ")
		locale, translated, ok := strings.Cut(inner, ": ")
		switch {
		case line == "" || line[0] == '#':
		case !indented && all[line] == nil:
			texts = map[string]string{}
			all[line] = texts
		case indented && ok && texts != nil && texts[locale] == "":
			texts[locale] = translated
		default:
			panic("command: data/localizations.txt: " + line)
		}
	}
	return all
})
