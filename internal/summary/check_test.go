package summary_test

import (
	"bufio"
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
	script "newsbrief/internal/text"
)

// written is a sentence of testdata/check.
type written struct {
	article  *news.Article
	kind     string // "true", or what is wrong with it
	lang     string // of the sentence
	headline bool
	text     string
}

// writtenSentences reads testdata/check; en.txt says how the files are made.
func writtenSentences(t testing.TB) []written {
	t.Helper()
	files, err := filepath.Glob("testdata/check/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	var all []written
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var a *news.Article
		for lines := bufio.NewScanner(f); lines.Scan(); {
			line := strings.TrimSpace(lines.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			if strings.HasPrefix(line, "article ") {
				a = &news.Article{ID: news.ArticleID(len(all) + 1), Language: strings.TrimSuffix(filepath.Base(name), ".txt")}
				continue
			}
			key, value, ok := strings.Cut(line, ": ")
			if !ok || a == nil {
				t.Fatalf("%s: %q", name, line)
			}
			switch key {
			case "title":
				a.Title = value
			case "language":
				a.Language = value
			case "url":
				a.URL = value
			case "text":
				a.Text = strings.TrimPrefix(a.Text+"\n"+value, "\n")
			case "published":
				if a.Published, err = time.Parse(time.DateOnly, value); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			default:
				w := written{article: a, lang: a.Language, text: value}
				for i, word := range strings.Fields(key) {
					switch {
					case i == 0:
						w.kind = word
					case word == "headline":
						w.headline = true
					default:
						w.lang = word
					}
				}
				all = append(all, w)
			}
		}
	}
	return all
}

func (w written) problems() []summary.Problem {
	b := news.Brief{Model: "m", Language: w.lang, Headline: w.article.Title}
	if w.lang != w.article.Language || w.headline {
		b.Headline = w.text
	}
	if !w.headline {
		b.Sentences = []news.Sentence{{Text: w.text, Article: w.article.ID}}
	}
	return summary.Check(b, []news.Article{*w.article})
}

// TestCheckOfWrittenSentences measures the check on sentences that people wrote: true ones in the ways models put them, and false ones.
func TestCheckOfWrittenSentences(t *testing.T) {
	type tally struct{ stopped, all int }
	rates := map[string]*tally{}
	count := func(stopped bool, keys ...string) {
		for _, k := range keys {
			if rates[k] == nil {
				rates[k] = &tally{}
			}
			rates[k].all++
			if stopped {
				rates[k].stopped++
			}
		}
	}
	kinds := []string{"true", "number", "name", "date", "quote", "negation", "opposite"}
	for _, w := range writtenSentences(t) {
		kind := w.kind
		if kind == "role" {
			kind = "name"
		}
		if !slices.Contains(kinds, kind) {
			t.Fatalf("unknown kind %q", w.kind)
		}
		lang := w.lang
		if w.lang != w.article.Language {
			lang = "across"
		}
		p := w.problems()
		count(len(p) > 0, kind, kind+" in "+lang)
		if (len(p) > 0) == (kind == "true") {
			t.Logf("%s, %s: %s %v", w.kind, w.lang, w.text, p)
		}
	}
	for _, a := range articlesOf(writtenSentences(t)) {
		for _, span := range script.Sentences(a.Text, a.Language) {
			w := written{article: a, lang: a.Language, text: a.Text[span.Start:span.End]}
			p := w.problems()
			if len(p) > 0 {
				t.Errorf("verbatim, but stopped: %s %v", w.text, p)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(rates)) {
		r := rates[k]
		t.Logf("%-22s %3d of %3d stopped, %5.1f %%", k, r.stopped, r.all, 100*float64(r.stopped)/float64(r.all))
	}
	for _, k := range kinds {
		r := cmp.Or(rates[k], &tally{})
		switch {
		case r.all < 20:
			t.Errorf("only %d sentences of the kind %s", r.all, k)
		case k == "true" && r.stopped*100 > r.all*5:
			t.Errorf("%d of %d true sentences stopped, want at most 5 %%", r.stopped, r.all)
		case (k == "negation" || k == "opposite") && r.stopped*100 < r.all*90:
			t.Errorf("%s: %d of %d stopped, want 90 %%", k, r.stopped, r.all)
		case k != "true" && k != "negation" && k != "opposite" && r.stopped*100 < r.all*95:
			t.Errorf("%s: %d of %d stopped, want 95 %%", k, r.stopped, r.all)
		}
	}
}

func articlesOf(all []written) []*news.Article {
	var articles []*news.Article
	for _, w := range all {
		if len(articles) == 0 || articles[len(articles)-1] != w.article {
			articles = append(articles, w.article)
		}
	}
	return articles
}

func TestCheckFindsTheKind(t *testing.T) {
	a := news.Article{ID: 3, Language: "en", Title: "Cyberattack halts Port Ellery", Text: harbour, URL: "https://wire.example/port"}
	tests := []struct {
		text string
		want summary.Kind
	}{
		{"Eighteen ships are waiting in the roads.", ""},
		{"18 ships are waiting in the roads.", ""},
		{"See https://wire.example/port for ships waiting in the roads.", ""},
		{"Eighty ships are waiting in the roads.", summary.Figure},
		{"Ships of Maersk are waiting in the roads.", summary.Named},
		{"The port authority “will never pay”.", summary.Quoted},
		{"Ships wait in the roads until Friday.", summary.Dated},
		{"Eighteen ships are waiting: www.evil.example/win", summary.Linked},
		{"The port authority said it had received a demand for money and would pay.", summary.Negated},
		{"Investors cheered record quarterly profits across technology companies.", summary.Unsaid},
	}
	for _, tt := range tests {
		b := news.Brief{Model: "m", Language: "en", Headline: a.Title, Sentences: []news.Sentence{{Text: tt.text, Article: 3}}}
		var got summary.Kind
		if p := summary.Check(b, []news.Article{a}); len(p) > 0 {
			got = p[0].Kind
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	b := news.Brief{Language: "en", Sentences: []news.Sentence{{Text: harbour[:10], Article: 3, Start: 1, End: 11}, {Text: "x", Article: 9}}}
	p := summary.Check(b, []news.Article{a})
	if len(p) != 2 || p[0].Kind != summary.Verbatim || p[1].Kind != summary.Citation {
		t.Errorf("an extractive brief with a wrong range and a wrong article: %v", p)
	}
}

var tag = regexp.MustCompile(`^[a-z]{2,3}$`)

func FuzzCheck(f *testing.F) {
	f.Add("Eighteen ships “wait” until 14 May.", harbour, "en")
	f.Add("X 장관은 1 b “12년”이라고 말했다.", "Y 장관은 c “12년”이라고 말했다.", "ko")
	f.Add("김성환 장관은 “12년”", "김성환 장관은 12일 “12년”이라고 말했다.", "ko")
	f.Add("李明华局长不同意第三次", "局长李明华周二说：“这条路修了十二年。”不同意。", "zh")
	f.Add("Die zehnjährige Lena, 10, nicht ohne 23 000", "Am 3. April 2026 hat Lena Hauck (10) 1.250 Münzen gefunden.", "de")
	f.Add("\xff„“”’", "'\xfe", "")
	f.Fuzz(func(t *testing.T, s, body, lang string) {
		a := news.Article{ID: 1, Text: body, Language: lang, Published: time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)}
		for _, model := range []string{"", "m"} {
			for _, written := range []string{lang, "en"} {
				b := news.Brief{Model: model, Language: written, Headline: s, Sentences: []news.Sentence{{Text: s, Article: 1, End: len(s)}}}
				for _, p := range summary.Check(b, []news.Article{a}) {
					if p.Sentence > 0 || p.Sentence < -1 || p.String() == "" {
						t.Errorf("problem %+v", p)
					}
				}
			}
		}
		if !tag.MatchString(lang) {
			return // the article's language is guessed
		}
		for _, span := range script.Sentences(body, lang) {
			said := news.Sentence{Text: body[span.Start:span.End], Article: 1}
			if !strings.ContainsFunc(said.Text, unicode.IsLetter) {
				continue
			}
			if p := summary.Check(news.Brief{Model: "m", Language: lang, Sentences: []news.Sentence{said}}, []news.Article{a}); len(p) > 0 {
				t.Errorf("%q stands in the article: %v", said.Text, p)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	var all []written
	for _, w := range writtenSentences(b) {
		if w.kind == "true" && !w.headline && w.article.Language == w.lang {
			all = append(all, w)
		}
	}
	i := 0
	for b.Loop() {
		all[i%len(all)].problems()
		i++
	}
}
