package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"newsbrief/internal/news"
	"newsbrief/internal/store"
	"newsbrief/internal/store/postgres"
	"newsbrief/internal/store/storetest"
)

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Database { return &database{newDatabase(t)} })
}

type database struct{ url string }

func (d *database) Open(t testing.TB) store.Store { return open(t, d.url) }

// Crash cuts the connections of a process in the middle of whatever it does.
func (d *database) Crash(t testing.TB, _ store.Store) {
	t.Helper()
	admin(t, fmt.Sprintf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", name(d.url)))
}

func (d *database) Check(t testing.TB, s store.Store) {
	t.Helper()
	if err := s.(*postgres.Store).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func name(url string) string {
	_, rest, _ := strings.Cut(url, "@/")
	database, _, _ := strings.Cut(rest, "?")
	return database
}

func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func execSQL(t testing.TB, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	url := newDatabase(t)
	open(t, url)
	execSQL(t, url, "INSERT INTO newsbrief_format (format) VALUES (99)")
	for name, test := range map[string]struct{ url, want string }{
		"newer":       {url, "newer newsbrief"},
		"no database": {shared.url("nowhere"), "There is no database"},
		"no server":   {"postgres://me:hidden@127.0.0.1:1/news", "can't be reached"},
		"malformed":   {"postgres://me:hidden@127.0.0.1:port/news", "can't be read"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := postgres.Open(t.Context(), test.url)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if sentence := (*news.UserError)(nil); !errors.As(err, &sentence) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hidden") {
				t.Errorf("error %q, want one line with %q and without the password", err, test.want)
			}
		})
	}
}

// Processes that start at the same time on a new database make its schema once.
func TestOpenTogether(t *testing.T) {
	url := newDatabase(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := postgres.Open(context.Background(), url)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	wg.Wait()
}

// Two processes share one database: what one claimed the other doesn't get, and both together claim everything once.
func TestTwoProcesses(t *testing.T) {
	url := newDatabase(t)
	processes := []*postgres.Store{open(t, url), open(t, url)}
	const stories, channels = 20, 20
	for n := range stories {
		if err := processes[n%2].PublishStory(t.Context(), now, publication(n, channels)); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	seen := map[news.DeliveryID]int{}
	var wg sync.WaitGroup
	for i := range 4 {
		s := processes[i%2]
		wg.Go(func() {
			for {
				claims, err := s.ClaimDeliveries(t.Context(), now, time.Minute, 7, 7)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, c := range claims {
					seen[c.Deliveries[0].ID]++
				}
				done := len(seen) == stories*channels
				mu.Unlock()
				for _, c := range claims {
					if err := s.Posted(t.Context(), now, c, c.Deliveries[0].Channel, news.MessageID(c.Deliveries[0].ID)); err != nil {
						t.Error(err)
						return
					}
				}
				if done {
					return
				}
			}
		})
	}
	wg.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
}

// A reader that resumes behind the last sequence it saw misses nothing that is published meanwhile.
func TestArticlesAfterMissesNothing(t *testing.T) {
	url := newDatabase(t)
	s := open(t, url)
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				if err := s.PublishStory(t.Context(), now, publication(w*each+n, 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { wg.Wait(); close(written) }()
	seen := map[news.ArticleID]bool{}
	for after, last := uint64(0), false; ; {
		articles, next, err := s.ArticlesAfter(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range articles {
			seen[a.ID] = true
		}
		after = next
		if len(articles) == 0 {
			if last {
				break
			}
			select {
			case <-written:
				last = true
			default:
			}
		}
	}
	if len(seen) != writers*each {
		t.Errorf("%d of %d articles were seen", len(seen), writers*each)
	}
}

func TestBackupIsAScript(t *testing.T) {
	url := newDatabase(t)
	s := open(t, url)
	if _, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: 1, URL: "https://a.example/", Title: "tab\tnew\nline \\ end"}); err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		if err := s.PublishStory(t.Context(), now, publication(n, 3)); err != nil {
			t.Fatal(err)
		}
	}
	var script bytes.Buffer
	if err := s.Backup(t.Context(), &script); err != nil {
		t.Fatal(err)
	}
	copied := newDatabase(t)
	load(t, copied, script.Bytes())
	restored := open(t, copied)
	feeds, err := restored.Feeds(t.Context())
	if err != nil || len(feeds) != 1 || feeds[0].Title != "tab\tnew\nline \\ end" {
		t.Errorf("%+v, %v", feeds, err)
	}
	if stats, err := restored.Stats(t.Context(), now); err != nil || stats.Articles != 10 || stats.Waiting != 30 {
		t.Errorf("%+v, %v", stats, err)
	}
	if err := restored.PublishStory(t.Context(), now, publication(11, 3)); err != nil {
		t.Error(err)
	}
	if err := restored.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// publication is the n-th story, owed to a number of channels.
func publication(n, channels int) news.Publication {
	id := news.NewID(now.Add(time.Duration(n)*time.Millisecond), 0)
	p := news.Publication{
		Article: news.Article{ID: news.ArticleID(id), URL: fmt.Sprintf("https://news.example/%d", n), Title: "Title", Text: strings.Repeat("A sentence of an article. ", 100), Seen: now, Story: news.StoryID(id)},
		Story:   news.Story{ID: news.StoryID(id), Event: news.StoryID(id), Headline: "Title", First: now, Last: now},
	}
	for c := range channels {
		channel := news.ChannelID(fmt.Sprintf("c%d", c))
		p.Deliveries = append(p.Deliveries, news.Delivery{ID: news.NewDeliveryID(p.Story.Event, channel), Event: p.Story.Event, Story: p.Story.ID, Guild: "g", Channel: channel, Due: now,
			Brief: news.Brief{Headline: "Title", Sentences: []news.Sentence{{Text: strings.Repeat("A sentence of a brief. ", 10)}}}})
	}
	return p
}

func BenchmarkPublishStory(b *testing.B) {
	for _, channels := range []int{1, 100} {
		b.Run(fmt.Sprintf("channels=%d", channels), func(b *testing.B) {
			s := open(b, newDatabase(b))
			for n := 0; b.Loop(); n++ {
				if err := s.PublishStory(b.Context(), now, publication(n, channels)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkClaimDeliveries claims in batches, with 1,000 channels that have 20 briefs waiting each; each claim is then out.
func BenchmarkClaimDeliveries(b *testing.B) {
	s := open(b, newDatabase(b))
	for n := range 20 {
		if err := s.PublishStory(b.Context(), now, publication(n, 1000)); err != nil {
			b.Fatal(err)
		}
	}
	claimed, at := 0, now
	for b.Loop() {
		claims, err := s.ClaimDeliveries(b.Context(), at, time.Second, 100, 100)
		if err != nil || len(claims) == 0 {
			b.Fatal(len(claims), err)
		}
		claimed += len(claims)
		at = at.Add(150 * time.Millisecond)
	}
	b.ReportMetric(float64(claimed)/b.Elapsed().Seconds(), "claims/s")
}
