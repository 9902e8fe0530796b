package summary_test

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
	"newsbrief/internal/story"
	"newsbrief/internal/summary"
	textpkg "newsbrief/internal/text"
	"newsbrief/internal/trial/newsroom"
)

var update = flag.Bool("update", false, "write the golden files anew")

// newsroomTellings reads the bundled newsroom's articles, each as it is when it comes out: by story and language, with what each
// brought anew.
func newsroomTellings(t *testing.T) map[string]map[string][]news.Article {
	t.Helper()
	start := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	now := start
	room := newsroom.New(newsroom.Options{Start: start, Now: func() time.Time { return now }})
	handler := room.Handler()
	const base = "http://newsroom.test"
	sources := map[string]string{}
	for _, f := range room.Feeds(base) {
		sources[strings.Trim(strings.TrimPrefix(f.Site, base), "/")] = f.Title
	}
	tellings := map[string]map[string][]news.Article{}
	for i, r := range room.Releases(base) {
		now = r.At
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, r.URL, nil))
		body, err := io.ReadAll(rec.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		page, err := read.Article(body, r.URL, rec.Header().Get("Content-Type"))
		if err != nil {
			t.Fatalf("%s: %v", r.URL, err)
		}
		key, lang := r.Story, textpkg.Base(page.Language)
		if key == "" {
			key = r.Slug
		}
		if tellings[key] == nil {
			tellings[key] = map[string][]news.Article{}
		}
		a := news.Article{
			ID: news.ArticleID(i + 1), Source: sources[r.Outlet], URL: r.URL, Title: page.Title, Language: page.Language, Text: page.Text,
			Published: page.Published, Seen: r.At,
		}
		var known []story.Doc
		for _, k := range tellings[key][lang] {
			known = append(known, doc(k))
		}
		a.News, a.Corrects = story.Additions(known, doc(a))
		tellings[key][lang] = append(tellings[key][lang], a)
	}
	return tellings
}

func doc(a news.Article) story.Doc {
	return story.Doc{Article: a.ID, Title: a.Title, Text: a.Text, URL: a.URL, Source: a.Source, Language: a.Language, Published: a.Published, Seen: a.Seen}
}

// TestNewsroomBriefs holds the briefs of the bundled newsroom in files that a person reads after each change.
func TestNewsroomBriefs(t *testing.T) {
	files := map[string]*strings.Builder{}
	tellings := newsroomTellings(t)
	for _, key := range slices.Sorted(maps.Keys(tellings)) {
		for lang, articles := range tellings[key] {
			b := brief(t, articles, summary.Options{})
			out := files[lang]
			if out == nil {
				out = &strings.Builder{}
				files[lang] = out
			}
			fmt.Fprintf(out, "== %s, told by %d\n%s\n", key, len(articles), b.Headline)
			for _, s := range b.Sentences {
				fmt.Fprintf(out, "  %s [%s]\n", s.Text, sourceOf(b, s.Article))
			}
			if b.Note != "" {
				fmt.Fprintf(out, "  (%s)\n", b.Note)
			}
			if u := b.Update; u != nil {
				fmt.Fprintf(out, "  updated by %s\n", sourceOf(b, u.Article))
				for _, s := range u.Sentences {
					fmt.Fprintf(out, "    %s\n", s.Text)
				}
			}
			fmt.Fprintln(out)
		}
	}
	for lang, out := range files {
		path := filepath.Join("testdata", "newsroom", lang+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s differs; see it with -update and git diff:\n%s", path, out.String())
		}
	}
}

func sourceOf(b news.Brief, id news.ArticleID) string {
	for _, s := range b.Sources {
		if s.Article == id {
			return s.Name
		}
	}
	return "nobody"
}

// TestSummitBrief asks of the summit's brief what a reader must learn: at least three of its six facts, in each language.
func TestSummitBrief(t *testing.T) {
	// the revision, its scope, the ministers' meetings, the centre, and the industry's and the science ministries' papers
	facts := map[string][][]string{
		"en": {{"12 years", "twelve years", "2014"}, {"carbon market", "biodiversity", "circular economy"}, {"every year", "once a year", "annual", "each year", "yearly"},
			{"cooperation cent"}, {"industry ministry", "industrial complexes"}, {"science ministry", "digital technology"}},
		"ko": {{"12년", "2014년"}, {"순환경제", "생물다양성", "탄소시장"}, {"해마다", "매년"}, {"협력센터"}, {"산업통상", "산업단지"}, {"과학기술", "디지털 기술"}},
		"zh": {{"12年", "十二年", "2014年"}, {"循环经济", "循環經濟", "生物多样性", "生物多樣性", "碳市场", "碳市場"}, {"每年"}, {"合作中心"}, {"产业园区", "產業園區"},
			{"科技部门", "科技部門", "数字技术", "數位技術"}},
	}
	told := newsroomTellings(t)["summit"]
	for lang, wanted := range facts {
		b := brief(t, told[lang], summary.Options{})
		found := 0
		for _, forms := range wanted {
			if slices.ContainsFunc(forms, func(f string) bool { return strings.Contains(strings.ToLower(text(b)), f) }) {
				found++
			}
		}
		t.Logf("%s: %d facts: %s", lang, found, text(b))
		if found < 3 {
			t.Errorf("%s: the brief states %d of the summit's facts: %s", lang, found, text(b))
		}
	}
}
