package locale_test

import (
	"testing"
	"time"

	"newsbrief/internal/locale"
)

// TestZones: each zone exists, once, with a city in each language.
func TestZones(t *testing.T) {
	seen := map[string]bool{}
	for _, z := range locale.Zones() {
		if _, err := time.LoadLocation(z.Name); err != nil || seen[z.Name] {
			t.Errorf("%q: %v, there already: %v", z.Name, err, seen[z.Name])
		}
		seen[z.Name] = true
		for _, l := range locale.Languages {
			if z.City(l) == "" {
				t.Errorf("%s has no city in %s", z.Name, l)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d zones", len(seen))
	}
}

// TestLanguageWithoutScript: a language is called the same in all its scripts and countries, in every language of ours.
func TestLanguageWithoutScript(t *testing.T) {
	for _, l := range locale.Languages {
		for _, c := range [][]string{{"zh", "zh-Hans", "zh-Hant", "zh-TW"}, {"pt", "pt-BR"}} {
			for _, tag := range c[1:] {
				if got, want := locale.Language(l, tag), locale.Language(l, c[0]); got != want || got == tag {
					t.Errorf("in %s, %s is called %q, and %s %q", l, tag, got, c[0], want)
				}
			}
		}
	}
}
