package postgres_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

var update = flag.Bool("update", false, "write the fixture of the current format")

func fixture(format int) string {
	return filepath.Join("testdata", fmt.Sprintf("format%d.sql", format))
}

// TestFormats opens a database of each format there ever was. The fixtures are backups; those of older formats are never written
// again.
func TestFormats(t *testing.T) {
	scripts, err := fs.Glob(os.DirFS("migrations"), "*.sql")
	if err != nil || len(scripts) == 0 {
		t.Fatal(err)
	}
	if *update {
		writeFixture(t, fixture(len(scripts)))
	}
	for format := 1; format <= len(scripts); format++ {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			script, err := os.ReadFile(fixture(format))
			if err != nil {
				t.Fatal(err)
			}
			url := newDatabase(t)
			load(t, url, script)
			s := open(t, url)
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
			want := publication(1, 2)
			article, err := s.ArticleByURL(t.Context(), want.Article.URL)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Article, article); diff != "" {
				t.Error(diff)
			}
			if a, err := s.Audience(t.Context(), 0); err != nil || !a.Follows("g", 1) || a.Follows("h", 1) || !a.Follows("g", 2) || len(a.Subscriptions) != 1 {
				t.Errorf("%+v, %v", a, err)
			}
			if known, err := s.Known(t.Context(), 2, [][]news.Mark{{{1}}, {{3}}}); err != nil || !known[0] || known[1] {
				t.Errorf("known %v, %v", known, err)
			}
			if in, err := s.MessageDeliveries(t.Context(), "c0", "m0"); err != nil || len(in) != 1 {
				t.Errorf("message m0 holds %+v, %v", in, err)
			}
			if claims, err := s.ClaimDeliveries(t.Context(), now.Add(time.Hour), time.Minute, 10); err != nil || len(claims) != 1 || claims[0].Digest == "" {
				t.Errorf("claims %+v, %v", claims, err)
			}
		})
	}
}

// load fills an empty database.
func load(t *testing.T, url string, script []byte) {
	t.Helper()
	bin, err := find()
	if err != nil {
		t.Fatal(err)
	}
	psql := exec.Command(filepath.Join(bin, "psql"), "-q", "-v", "ON_ERROR_STOP=1", url)
	psql.Stdin = bytes.NewReader(script)
	if out, err := psql.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func writeFixture(t *testing.T, file string) {
	s := open(t, newDatabase(t))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.SetDefaults(t.Context(), now, []news.Feed{{ID: 1, URL: "https://a.example/feed", Title: "A"}}))
	_, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: 2, URL: "https://b.example/feed", Title: "B"})
	must(err)
	must(s.RemoveFeed(t.Context(), "h", 1))
	_, err = s.Subscribe(t.Context(), news.Subscription{ID: 3, Guild: "g", Channel: "c0", Topic: "climate", When: news.Daily, Created: now})
	must(err)
	p := publication(1, 2)
	p.Feed, p.Marks = 2, []news.Mark{{1}, {2}}
	must(s.PublishStory(t.Context(), now, p))
	claims, err := s.ClaimDeliveries(t.Context(), now, time.Minute, 2)
	must(err)
	must(s.Posted(t.Context(), now, claims[0], "c0", "m0"))
	must(s.Fold(t.Context(), now, claims[1], now.Add(time.Hour)))
	var script bytes.Buffer
	must(s.Backup(t.Context(), &script))
	must(os.MkdirAll("testdata", 0o755))
	must(os.WriteFile(file, script.Bytes(), 0o644))
}
