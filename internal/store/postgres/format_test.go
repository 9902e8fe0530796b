package postgres_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
			if claims, err := s.ClaimDeliveries(t.Context(), now.Add(time.Hour), time.Minute, 10, 10); err != nil || len(claims) != 1 || claims[0].Digest == "" {
				t.Errorf("claims %+v, %v", claims, err)
			}
		})
	}
}

// In format 3 direct messages were a place under the person's id. The backup holds three followers' updates: one posted, one folded into a
// digest an hour later, and one that is being sent.
func TestFormat3DirectMessages(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("testdata", "format3-direct.sql"))
	if err != nil {
		t.Fatal(err)
	}
	url := newDatabase(t)
	load(t, url, script)
	s := open(t, url)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for user, want := range map[news.UserID]news.Personal{"u1": {Followed: 1, Sent: 1}, "u2": {Followed: 1, Waiting: 1}, "u3": {Followed: 1, Waiting: 1}} {
		if p, err := s.Person(t.Context(), user); err != nil || p != want {
			t.Errorf("of %s %+v is kept, want %+v, %v", user, p, want, err)
		}
	}
	if n, err := s.PostedSince(t.Context(), "@u1", now); err != nil || n != 1 {
		t.Errorf("%d posts to u1, %v", n, err)
	}
	for _, want := range []struct {
		after  time.Duration
		user   news.UserID
		digest bool
	}{{time.Minute, "u3", false}, {time.Hour, "u2", true}} {
		claims, err := s.ClaimDeliveries(t.Context(), now.Add(want.after), time.Hour, 10, 10)
		claims = slices.DeleteFunc(claims, func(c news.Claim) bool { return c.Deliveries[0].User == "" })
		if err != nil || len(claims) != 1 || claims[0].Deliveries[0].User != want.user || claims[0].Digest != "" != want.digest {
			t.Errorf("after %v claims %+v, want one to %s, %v", want.after, claims, want.user, err)
		}
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
	claims, err := s.ClaimDeliveries(t.Context(), now, time.Minute, 2, 2)
	must(err)
	must(s.Posted(t.Context(), now, claims[0], "c0", "m0"))
	must(s.Fold(t.Context(), now, claims[1], now.Add(time.Hour)))
	var script bytes.Buffer
	must(s.Backup(t.Context(), &script))
	must(os.MkdirAll("testdata", 0o755))
	must(os.WriteFile(file, script.Bytes(), 0o644))
}
