package locale

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/message/catalog"
)

//go:embed data
var data embed.FS

// read reads one of the files of data: English text → Discord locale → text.
func read(name string) map[string]map[string]string {
	file, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err) // the files are part of the program, and tests read them
	}
	all := map[string]map[string]string{}
	var texts map[string]string
	for line := range strings.Lines(string(file)) {
		line = strings.TrimRight(line, "\n")
		inner, indented := strings.CutPrefix(line, "    ")
		locale, translated, ok := strings.Cut(inner, ": ")
		english := unescape(line)
		switch {
		case line == "" || line[0] == '#':
		case !indented && all[english] == nil:
			texts = map[string]string{}
			all[english] = texts
		case indented && ok && texts != nil && texts[locale] == "":
			texts[locale] = unescape(translated)
		default:
			panic("locale: data/" + name + ": " + line)
		}
	}
	return all
}

// unescape is a text as it stands in a file: \n is a new line.
func unescape(s string) string { return strings.ReplaceAll(s, `\n`, "\n") }

// Commands are the texts of the commands that people read and don't type (descriptions, choices' names, the names of message
// commands): English text → Discord locale → text. Not to be changed.
var Commands = sync.OnceValue(func() map[string]map[string]string { return read("commands.txt") })

type vocabulary struct {
	catalog catalog.Catalog
	texts   map[string]map[language.Tag]string // of all files
	told    map[string]bool                    // of told.txt, those without verbs
	formats []pattern                          // of told.txt, those with verbs
}

var words = sync.OnceValue(func() vocabulary {
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	v := vocabulary{catalog: builder, texts: map[string]map[language.Tag]string{}, told: map[string]bool{}}
	for _, name := range []string{"commands.txt", "replies.txt", "told.txt"} {
		for english, texts := range read(name) {
			if v.texts[english] != nil {
				panic(fmt.Sprintf("locale: data/%s: %q is in another file too", name, english))
			}
			v.texts[english] = map[language.Tag]string{}
			for locale, t := range texts {
				if err := builder.SetString(tag(locale), english, t); err != nil {
					panic(fmt.Sprintf("locale: data/%s: %s: %v", name, t, err))
				}
				v.texts[english][tag(locale)] = t
			}
			switch {
			case name != "told.txt":
			case strings.Contains(english, "%s"):
				v.formats = append(v.formats, newPattern(english))
			default:
				v.told[english] = true
			}
		}
	}
	sortPatterns(v.formats)
	return v
})
