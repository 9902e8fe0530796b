package story_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// data/concepts.txt is written by hand: what a hand gets wrong there must show here and not as a story that is never linked.
func TestConceptsFile(t *testing.T) {
	data, err := os.ReadFile("data/concepts.txt")
	if err != nil {
		t.Fatal(err)
	}
	languages := []string{"en", "ko", "zh", "ja", "de", "es", "fr", "pt", "ru"}
	kinds := []string{"place", "city", "body", "event", "topic", "detail", "time"}
	id := regexp.MustCompile(`^[a-z]+ [a-z0-9]+$`)
	seen := map[string]bool{}
	for number, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, ok := strings.Cut(line, ": ")
		if kind, _, _ := strings.Cut(name, " "); !ok || !id.MatchString(name) || !slices.Contains(kinds, kind) {
			t.Errorf("line %d begins with %q, want a kind, a name and a colon", number+1, name)
			continue
		}
		if seen[name] {
			t.Errorf("line %d: %s is there twice", number+1, name)
		}
		seen[name] = true
		columns := strings.Split(rest, "|")
		if len(columns) != len(languages) {
			t.Errorf("line %d: %s has %d columns, want one for each of %v", number+1, name, len(columns), languages)
			continue
		}
		for i, column := range columns {
			var names []string
			for s := range strings.SplitSeq(column, ",") {
				s = strings.TrimSpace(s)
				if s == "" && strings.TrimSpace(column) != "" {
					t.Errorf("line %d: %s has an empty name in %s", number+1, name, languages[i])
				}
				if slices.Contains(names, s) {
					t.Errorf("line %d: %s has %q twice in %s", number+1, name, s, languages[i])
				}
				names = append(names, s)
				for word := range strings.FieldsSeq(s) {
					if at := strings.IndexByte(word, '*'); at >= 0 && at < len(word)-1 || word == "*" {
						t.Errorf("line %d: %s: a star may only end a word, not as in %q", number+1, name, s)
					}
				}
				if s != "" && !written(languages[i], s) {
					t.Errorf("line %d: %s: %q is not written in the script of %s", number+1, name, s, languages[i])
				}
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d concepts are there", len(seen))
	}
}

// written reports whether a name is in a script of the language; names in Latin letters go everywhere.
func written(lang, name string) bool {
	scripts := map[string][]*unicode.RangeTable{
		"ko": {unicode.Hangul}, "zh": {unicode.Han}, "ja": {unicode.Han, unicode.Hiragana, unicode.Katakana}, "ru": {unicode.Cyrillic},
	}[lang]
	for _, r := range name {
		if unicode.IsLetter(r) && r != 'ー' && !unicode.Is(unicode.Latin, r) && !unicode.In(r, scripts...) {
			return false
		}
	}
	return true
}
