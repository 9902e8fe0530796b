package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/store"
)

// library is a store, and the archive index beside it.
type library struct {
	*testing.T
	store store.Store
	dir   string
	count int
}

func newLibrary(t *testing.T) *library {
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := store.Open(t.Context(), "bbolt:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &library{T: t, store: s, dir: path + ".search"}
}

// publish stores an article seen at a time, which only its number finds.
func (l *library) publish(seen time.Time) news.Article {
	l.Helper()
	l.count++
	id := news.NewID(seen, uint32(l.count))
	a := news.Article{ID: news.ArticleID(id), Source: "Harbour Post", URL: fmt.Sprintf("https://harbour.example/%d", l.count), Title: fmt.Sprintf("Report %d", l.count),
		Text: "The ferry runs again.", Language: "en", Seen: seen, Published: seen, Story: news.StoryID(id)}
	story := news.Story{ID: a.Story, Event: a.Story, Language: "en", Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: seen, Last: seen}
	if err := l.store.PublishStory(l.Context(), seen, news.Publication{Article: a, Story: story}); err != nil {
		l.Fatal(err)
	}
	return a
}

// open starts an archive. stop ends it as a stopping process does.
func (l *library) open() (a *archive, stop func()) {
	l.Helper()
	ctx, cancel := context.WithCancel(l.Context())
	a, err := openArchive(ctx, l.dir, l.store, slog.New(slog.DiscardHandler))
	if err != nil {
		l.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.run(ctx)
	}()
	return a, func() {
		l.Helper()
		cancel()
		<-ended
		if err := a.index.Close(); err != nil {
			l.Error(err)
		}
	}
}

func (l *library) finds(a *archive, article news.Article) bool {
	l.Helper()
	r, err := a.index.Search(l.Context(), search.Query{Text: `"` + article.Title + `"`})
	if err != nil {
		l.Fatal(err)
	}
	return len(r.Hits) == 1 && r.Hits[0].Article == article.ID
}

// within waits for what must become true before a time is over.
func (l *library) within(d time.Duration, what string, ok func() bool) {
	l.Helper()
	for end := time.Now().Add(d); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			l.Fatalf("not within %v: %s", d, what)
		}
	}
}

// aWhile is far more than catching up takes on a busy machine.
const aWhile = 10 * time.Second

// The clock stands still while anything is read or written.
func TestArchiveKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t)
		a, stop := l.open()
		defer stop()
		for _, woken := range []bool{true, false} { // by this process, by another
			for range 5 {
				article := l.publish(time.Now())
				if woken {
					a.wake()
				}
				l.within(time.Second, "a stored article is found", func() bool { return l.finds(a, article) })
			}
		}
	})
}

// However an index is lost or left behind, it comes to what the store has.
func TestArchiveCatchesUp(t *testing.T) {
	for name, harm := range map[string]func(l *library) error{
		"stopped": func(*library) error { return nil },
		"deleted": func(l *library) error { return os.RemoveAll(l.dir) },
		"truncated": func(l *library) error {
			return eachFile(l.dir, func(path string) error { return os.Truncate(path, 100) })
		},
		"of another database": func(l *library) error {
			other := newLibrary(l.T)
			other.dir = l.dir
			for range 20 {
				other.publish(time.Now())
			}
			if err := os.RemoveAll(l.dir); err != nil {
				return err
			}
			a, stop := other.open()
			defer stop()
			l.within(aWhile, "the other database is indexed", func() bool { n, err := a.index.Count(); return err == nil && n == 20 })
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLibrary(t)
			first := l.publish(time.Now())
			a, stop := l.open()
			l.within(aWhile, "the first article is found", func() bool { return l.finds(a, first) })
			stop()
			if err := harm(l); err != nil {
				t.Fatal(err)
			}
			second := l.publish(time.Now())
			a, stop = l.open()
			defer stop()
			l.within(aWhile, "both articles are found", func() bool { return l.finds(a, first) && l.finds(a, second) })
			if n, err := a.index.Count(); err != nil || n != 2 {
				t.Errorf("%d articles, %v", n, err)
			}
		})
	}
}

// An index that is damaged under a running process comes back.
func TestArchiveIsDamaged(t *testing.T) {
	l := newLibrary(t)
	first := l.publish(time.Now())
	a, stop := l.open()
	defer stop()
	l.within(aWhile, "the first article is found", func() bool { return l.finds(a, first) })
	err := eachFile(l.dir, func(path string) error { return os.Truncate(path, 0) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.index.Search(t.Context(), search.Query{Text: first.Title}); err == nil {
		t.Fatal("an index without its files answers")
	}
	second := l.publish(time.Now())
	a.wake()
	l.within(aWhile, "both articles are found", func() bool { return l.finds(a, first) && l.finds(a, second) })
}

// An index that is deleted under a running process comes back as well.
func TestArchiveIsDeleted(t *testing.T) {
	l := newLibrary(t)
	first := l.publish(time.Now())
	a, stop := l.open()
	defer stop()
	l.within(aWhile, "the first article is found", func() bool { return l.finds(a, first) })
	if err := os.RemoveAll(l.dir); err != nil {
		t.Fatal(err)
	}
	second := l.publish(time.Now())
	a.wake()
	l.within(aWhile, "both articles are found", func() bool { return l.finds(a, first) && l.finds(a, second) })
	if other, err := search.Open(l.dir); err == nil {
		t.Error("a second process may open the index that came back")
		other.Close()
	}
}

func eachFile(dir string, f func(path string) error) error {
	return filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return f(path)
	})
}

// What was dropped from the store by another process, or right before a crash, goes too.
func TestArchiveForgets(t *testing.T) {
	l := newLibrary(t)
	now := time.Now()
	old, recent := l.publish(now.Add(-48*time.Hour)), l.publish(now)
	a, stop := l.open()
	defer stop()
	l.within(aWhile, "both articles are found", func() bool { return l.finds(a, old) && l.finds(a, recent) })
	before := now.Add(-24 * time.Hour)
	if err := a.forget(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if !l.finds(a, old) {
		t.Error("an old article that the store has is no longer found")
	}
	if _, err := l.store.Expire(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if err := a.forget(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if l.finds(a, old) || !l.finds(a, recent) {
		t.Errorf("dropped article found: %v; kept article found: %v", l.finds(a, old), l.finds(a, recent))
	}
}
