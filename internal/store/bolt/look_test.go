package bolt_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// A look ends well although transactions that share its commit fail, and no feed is handed out again meanwhile.
func TestLooksAmongFailures(t *testing.T) {
	const feeds = 300
	s := open(t, filepath.Join(t.TempDir(), "news.db"))
	for i := range feeds {
		if _, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: news.FeedID(i + 1), URL: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PublishStory(t.Context(), now, publication(1, 0)); err != nil {
		t.Fatal(err)
	}
	taken := publication(2, 0)
	taken.Article.URL = publication(1, 0).Article.URL
	claimed := map[news.FeedID]bool{}
	var looks sync.WaitGroup
	for len(claimed) < feeds {
		due, err := s.ClaimFeeds(t.Context(), now, time.Minute, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range due {
			if claimed[f.ID] {
				t.Fatalf("feed %s is handed out twice", f.ID)
			}
			claimed[f.ID] = true
			looks.Go(func() {
				f.NextPoll = now.Add(time.Hour)
				if err := s.FinishPoll(t.Context(), now, news.Poll{Feed: f}); err != nil {
					t.Error(err)
				}
			})
			looks.Go(func() {
				if err := s.PublishStory(t.Context(), now, taken); !errors.Is(err, news.ErrExists) {
					t.Error(err)
				}
			})
		}
	}
	looks.Wait()
	if next, err := s.NextPoll(t.Context()); err != nil || !next.Equal(now.Add(time.Hour)) {
		t.Errorf("the next is due at %v, want in an hour; %v", next, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A look whose end can't be stored keeps its lease, and can be ended again.
func TestLookThatIsNotStored(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"))
	if _, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: 1, URL: "u"}); err != nil {
		t.Fatal(err)
	}
	due, err := s.ClaimFeeds(t.Context(), now, time.Minute, 1)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	f := due[0]
	bad := publication(1, 1).Deliveries
	bad[0].ID = ""
	if err := s.FinishPoll(t.Context(), now, news.Poll{Feed: f, Deliveries: bad}); err == nil {
		t.Fatal("a delivery without an id was stored")
	}
	if due, err := s.ClaimFeeds(t.Context(), now, time.Minute, 1); err != nil || len(due) > 0 {
		t.Errorf("handed out again: %v, %v", due, err)
	}
	if err := s.FinishPoll(t.Context(), now, news.Poll{Feed: f}); err != nil {
		t.Error(err)
	}
}

// A feed whose claim was never ended is due when it was due, not when the claim has run out: nobody is woken for nothing until then.
func TestClaimThatRunsOut(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"))
	due := now.Add(time.Hour)
	if _, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: 1, URL: "u", NextPoll: due}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimFeed(t.Context(), now, time.Minute, 1); err != nil {
		t.Fatal(err)
	}
	if next, err := s.NextPoll(t.Context()); err != nil || !next.Equal(due) {
		t.Errorf("the next is due at %v, want %v; %v", next, due, err)
	}
}
