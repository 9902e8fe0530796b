package summary_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// TestExtractReads makes briefs of the articles in testdata/brief, which hold what a brief must leave out. Each begins with its
// title, what its brief says and what it never does.
func TestExtractReads(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "brief", "*.txt"))
	if err != nil || len(paths) < 9 {
		t.Fatalf("%d languages, %v", len(paths), err)
	}
	for _, path := range paths {
		lang := strings.TrimSuffix(filepath.Base(path), ".txt")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for piece := range strings.SplitSeq(string(data), "\n=== \n") {
			head, body, ok := strings.Cut(piece, "\n\n")
			if !ok {
				t.Fatalf("%s has an article without a text", path)
			}
			a := news.Article{ID: 1, Language: lang, Text: body}
			var says, never []string
			for line := range strings.Lines(head) {
				key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
				switch key {
				case "title":
					a.Title = value
				case "says":
					says = append(says, value)
				case "never":
					never = append(never, value)
				default:
					t.Fatalf("%s: %q", path, line)
				}
			}
			t.Run(lang+"/"+a.Title, func(t *testing.T) {
				b := brief(t, []news.Article{a}, summary.Options{})
				t.Log(text(b))
				if len(b.Sentences) < 2 {
					t.Errorf("%d sentences: %q", len(b.Sentences), text(b))
				}
				for _, s := range says {
					if !strings.Contains(text(b), s) {
						t.Errorf("the brief doesn't say %q: %s", s, text(b))
					}
				}
				for _, s := range never {
					if strings.Contains(text(b), s) {
						t.Errorf("the brief says %q: %s", s, text(b))
					}
				}
			})
		}
	}
}

// TestExtractNamesPeople asks that nobody is called by a surname before the brief gives the name in full.
func TestExtractNamesPeople(t *testing.T) {
	const short = "Brandvold wants to put 300 parking places, two bus lines and a cycle path for schools in place of the lake road."
	full := "The motion to close the lake road to cars came from Councillor Edda M. Brandvold, " + strings.Repeat("who counted cars on Sundays, ", 8) +
		"and it passed by 14 votes to nine after four hours of debate."
	a := news.Article{ID: 1, Language: "en", Title: "Fenwick closes lake road to cars",
		Text: "Fenwick’s town council voted on Monday to close the lake road to cars from July. " + full + " " + short}
	for words, used := range map[int]bool{60: false, 120: true} {
		got := text(brief(t, []news.Article{a}, summary.Options{Words: words}))
		if strings.Contains(got, short) != used || strings.Contains(got, full) != used {
			t.Errorf("at %d words: %s", words, got)
		}
	}
}
