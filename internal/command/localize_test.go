package command_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"newsbrief/internal/command"
)

// Every text of the commands is there in every locale, within Discord's limits
// (https://docs.discord.com/developers/interactions/application-commands#application-command-object), and no other text is.
func TestLocalizations(t *testing.T) {
	locales := []string{"de", "es-ES", "fr", "ja", "ko", "zh-CN", "zh-TW"}
	limits := map[string]int{} // of the texts of Specs
	var walk func(specs []command.Spec)
	walk = func(specs []command.Spec) {
		for _, spec := range specs {
			if spec.Message {
				limits[spec.Name] = 32
			} else {
				limits[spec.Description] = 100
			}
			for _, o := range spec.Options {
				limits[o.Description] = 100
				for _, c := range o.Choices {
					limits[c.Name] = 100
				}
			}
			walk(spec.Subs)
		}
	}
	walk(command.Specs())
	all := command.Localizations()
	for english, limit := range limits {
		texts := all[english]
		if got := slices.Sorted(maps.Keys(texts)); !slices.Equal(got, locales) {
			t.Errorf("%q is in %q, want it in %q: add it to internal/locale/data/commands.txt", english, got, locales)
		}
		for locale, s := range texts {
			if n := utf8.RuneCountInString(s); n == 0 || n > limit {
				t.Errorf("%q in %s has %d characters, want 1 to %d: %q", english, locale, n, limit, s)
			}
			for _, kept := range []string{"OR", `"`, "*", "title:", "source:", "lang:", "22:00-07:00", "08:30", "OPML", "24h"} { // what is typed or is a name
				if strings.Contains(english, kept) && !strings.Contains(s, kept) {
					t.Errorf("%q in %s lacks %s: %q", english, locale, kept, s)
				}
			}
		}
	}
	for english := range all {
		if limits[english] == 0 {
			t.Errorf("%q is no text of the commands any more: take it out of internal/locale/data/commands.txt", english)
		}
	}
}
