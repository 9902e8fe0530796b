package bolt_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
)

var update = flag.Bool("update", false, "write the fixture of the current format")

func fixture(format int) string {
	return filepath.Join("testdata", fmt.Sprintf("format%d.db.gz", format))
}

// TestFormats opens a file that was written by each format there ever was. The files of older formats are never written again.
func TestFormats(t *testing.T) {
	if *update {
		writeFixture(t)
	}
	for format := 1; format <= bolt.Format; format++ {
		t.Run(fmt.Sprint(format), func(t *testing.T) { checkFixture(t, unpack(t, fixture(format))) })
	}
}

// unpack opens a file that an older format's program wrote.
func unpack(t *testing.T, file string) *bolt.Store {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	db := &database{path: filepath.Join(t.TempDir(), "news.db")}
	if err := os.WriteFile(db.path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, db.path)
	db.Check(t, s)
	return s
}

// In format 4 direct messages were a place under the person's id. The file holds three followers' updates: one posted, one folded into a
// digest an hour later, and one that is being sent.
func TestFormat4DirectMessages(t *testing.T) {
	s := unpack(t, filepath.Join("testdata", "format4-direct.db.gz"))
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

func writeFixture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fixture.db")
	s := open(t, path)
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
	must(s.PutTopic(t.Context(), news.Topic{ID: "g/ice", Guild: "g", Query: "ice"}, false))
	_, err = s.Subscribe(t.Context(), news.Subscription{ID: 3, Guild: "g", Channel: "c0", Topic: "g/ice", When: news.Daily, At: 480, Created: now})
	must(err)
	must(s.PutSettings(t.Context(), news.Settings{Guild: "g", Zone: "Asia/Seoul"}))
	p := publication(1, 3)
	p.Feed, p.Marks = 2, []news.Mark{{1}, {2}}
	must(s.PublishStory(t.Context(), now, p))
	claims, err := s.ClaimDeliveries(t.Context(), now, time.Minute, 2, 2)
	must(err)
	must(s.Posted(t.Context(), now, claims[0], "c0", "m0"))
	must(s.Fold(t.Context(), now, claims[1], now.Add(time.Hour)))
	_, err = s.ClaimFeeds(t.Context(), now, time.Hour, 1)
	must(err)
	_, err = s.CaughtUp(t.Context(), now, "g", "u")
	must(err)
	must(s.Close())
	b, err := os.ReadFile(path)
	must(err)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(b)
	must(err)
	must(w.Close())
	must(os.MkdirAll("testdata", 0o755))
	must(os.WriteFile(fixture(bolt.Format), packed.Bytes(), 0o644))
}

func checkFixture(t *testing.T, s *bolt.Store) {
	a, err := s.Audience(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Follows("g", 1) || !a.Follows("g", 2) || a.Follows("h", 1) || a.Settings["g"].Zone != "Asia/Seoul" || len(a.Topics) != 1 || len(a.Subscriptions) != 1 {
		t.Errorf("%+v", a)
	}
	want := publication(1, 3)
	article, err := s.ArticleByURL(t.Context(), want.Article.URL)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Article, article); diff != "" {
		t.Error(diff)
	}
	story, err := s.Story(t.Context(), want.Story.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Story, story); diff != "" {
		t.Error(diff)
	}
	known, err := s.Known(t.Context(), 2, [][]news.Mark{{{1}}, {{3}}})
	if err != nil || !known[0] || known[1] {
		t.Errorf("known %v, %v", known, err)
	}
	if in, err := s.MessageDeliveries(t.Context(), "c0", "m0"); err != nil || len(in) != 1 || in[0].Brief.Headline != want.Deliveries[0].Brief.Headline {
		t.Errorf("message m0 holds %+v, %v", in, err)
	}
	if feeds, err := s.ClaimFeeds(t.Context(), now, time.Minute, 10); err != nil || len(feeds) != 2 {
		t.Errorf("claimed %d feeds, want both, %v", len(feeds), err)
	}
	claims, err := s.ClaimDeliveries(t.Context(), now.Add(time.Hour), time.Minute, 10, 10)
	if err != nil || len(claims) != 2 || claims[0].Digest != "" || claims[1].Digest == "" {
		t.Errorf("claims %+v, %v", claims, err)
	}
	if last, err := s.CaughtUp(t.Context(), now, "g", "u"); err != nil || !last.Equal(now) {
		t.Errorf("caught up %v, %v", last, err)
	}
}
