package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

func status(code int, header ...string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			rw.Header().Set(header[i], header[i+1])
		}
		rw.WriteHeader(code)
	}
}

// TestFailing shows that a feed that fails is asked half as often each time, or a little more, never less than every PollMax, and
// comes back as if nothing had been.
func TestFailing(t *testing.T) {
	w := newWorld(t)
	w.min, w.max = 10*time.Minute, 2*time.Hour
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	o.set(status(http.StatusInternalServerError))
	before := w.feed(id)
	w.pass(2 * time.Hour)
	for i, want := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 2 * time.Hour, 2 * time.Hour} {
		if l := w.look()[0]; !l.Failed {
			t.Errorf("observed %+v", l)
		}
		f := w.feed(id)
		if got := f.NextPoll.Sub(w.clock()); got > want || got < want*9/10 || f.Failures != i+1 || f.Problem == "" || !f.OKAt.Equal(before.OKAt) || !f.CheckedAt.Equal(w.clock()) {
			t.Errorf("after failure %d the next look is in %v, want %v: %+v", i+1, got, want, f)
		}
		if since := before.OKAt.Add(2 * time.Hour); !f.FailingSince.Equal(since) {
			t.Errorf("it has failed since %v, want %v", f.FailingSince, since)
		}
		w.pass(want)
	}
	o.tell(wireTitle, long(wireText))
	o.set(nil)
	w.look()
	if f := w.feed(id); f.Failures != 0 || f.Problem != "" || !f.FailingSince.IsZero() {
		t.Errorf("a feed that works again has %d failures since %v and the problem %q", f.Failures, f.FailingSince, f.Problem)
	}
	w.wantOwed("g", "a", wireTitle)
}

// faultyStore panics when it is asked about a feed.
type faultyStore struct {
	pipeline.Store
	feed news.FeedID
}

func (s *faultyStore) Known(ctx context.Context, feed news.FeedID, entries [][]news.Mark) ([]bool, error) {
	if feed == s.feed {
		panic("a fault of the bot's")
	}
	return s.Store.Known(ctx, feed, entries)
}

// TestPanic shows that a fault in the reading of one feed leaves the others alone.
func TestPanic(t *testing.T) {
	w := newWorld(t)
	faulty := &faultyStore{}
	w.wrap = func(s pipeline.Store) pipeline.Store { faulty.Store = s; return faulty }
	bad, good := newOutlet(t, "Wire", "en"), newOutlet(t, "Courier", "en")
	bad.tell(wireTitle, long(wireText))
	good.tell(wireTitle, long(wireText))
	id, other := w.follow("g", bad.feed()), w.follow("g", good.feed())
	faulty.feed = id
	w.look()
	if f := w.feed(id); f.Failures != 1 || !strings.Contains(f.Problem, "went wrong in the bot itself") || strings.Contains(f.Problem, "a fault of") {
		t.Errorf("the feed has %d failures and the problem %q", f.Failures, f.Problem)
	}
	if f := w.feed(other); f.Failures != 0 || !f.Seeded {
		t.Errorf("the other feed: %+v", f)
	}
	faulty.feed = 0
	w.later(time.Hour)
	if f := w.feed(id); f.Failures != 0 || !f.Seeded {
		t.Errorf("the feed afterwards: %+v", f)
	}
}

// TestPace shows how often a feed is looked at that brings nothing new.
func TestPace(t *testing.T) {
	w := newWorld(t)
	w.min, w.max = 5*time.Minute, 6*time.Hour
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	looks, asked := 0, map[string]int{}
	began := w.clock()
	for day := 1; w.clock().Sub(began) < 40*24*time.Hour; {
		before := w.clock()
		w.look()
		looks++
		wait := w.feed(id).NextPoll.Sub(before)
		if wait < w.min || wait > w.max {
			t.Fatalf("after %v of silence the next look is in %v", before.Sub(began), wait)
		}
		w.pass(wait)
		if w.clock().Sub(began) > time.Duration(day)*24*time.Hour {
			asked[fmt.Sprint("day ", day)] = looks
			looks, day = 0, day+1
		}
	}
	if asked["day 1"] < 100 || asked["day 40"] > 6 {
		t.Errorf("looks a day: %v; want many on the first, few on the fortieth", asked)
	}
	o.tell(cupTitle, cupText)
	w.look()
	if wait := w.feed(id).NextPoll.Sub(w.clock()); wait != w.min {
		t.Errorf("after something new the next look is in %v, want %v", wait, w.min)
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answer   http.HandlerFunc
		wait     time.Duration // to the next look
		failures int
		gone     bool
	}{
		{"gone", status(http.StatusGone), 10 * time.Minute, 1, true},
		{"not found", status(http.StatusNotFound), 10 * time.Minute, 1, false},
		{"slow down beyond PollMax", status(http.StatusTooManyRequests, "Retry-After", "36000"), 10 * time.Hour, 1, false},
		{"slow down for a moment", status(http.StatusTooManyRequests, "Retry-After", "2"), 10 * time.Minute, 1, false},
		{"maintenance", status(http.StatusServiceUnavailable, "Retry-After", "7200"), 2 * time.Hour, 1, false},
		{"fresh for half an hour", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Cache-Control", "max-age=1800")
			rw.Write([]byte(`<rss version="2.0"><channel><title>T</title></channel></rss>`))
		}, 30 * time.Minute, 0, false},
		{"fresh for a year", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Cache-Control", "max-age=31536000")
			rw.Write([]byte(`<rss version="2.0"><channel><title>T</title></channel></rss>`))
		}, 2 * time.Hour, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.min, w.max = 10*time.Minute, 2*time.Hour
			o := newOutlet(t, "Wire", "en")
			o.set(tt.answer)
			id := w.follow("g", o.feed())
			w.look()
			f := w.feed(id)
			if got := f.NextPoll.Sub(w.clock()); got != tt.wait {
				t.Errorf("the next look is in %v, want %v", got, tt.wait)
			}
			if f.Failures != tt.failures || f.Gone != tt.gone || (f.Problem != "") != (tt.failures > 0) {
				t.Errorf("the feed has %d failures, problem %q, gone %v", f.Failures, f.Problem, f.Gone)
			}
			if tt.gone {
				w.later(1000 * time.Hour)
				if n := o.hit("/feed"); n != 1 {
					t.Errorf("a feed that is gone was asked %d times", n)
				}
			}
		})
	}
}

// TestOriginPause shows that a pause one feed's server asks for is no fault of its neighbour on that server.
func TestOriginPause(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	o.set(status(http.StatusTooManyRequests, "Retry-After", "7200"))
	w.follow("g", o.feed())
	w.look()
	id := w.follow("g", o.URL+"/other")
	w.later(time.Second) // the first one is not due
	f := w.feed(id)
	if f.Failures != 0 || f.Problem != "" || f.NextPoll.Sub(w.clock()) < poll {
		t.Errorf("the neighbour has %d failures, problem %q, next look in %v", f.Failures, f.Problem, f.NextPoll.Sub(w.clock()))
	}
	if n := o.hit("/other"); n != 0 {
		t.Errorf("it was asked %d times in the pause", n)
	}
}

func TestMoved(t *testing.T) {
	for _, tt := range []struct {
		code int
		kept bool
	}{{http.StatusMovedPermanently, false}, {http.StatusPermanentRedirect, false}, {http.StatusFound, true}, {http.StatusTemporaryRedirect, true}} {
		t.Run(fmt.Sprint(tt.code), func(t *testing.T) {
			w := newWorld(t)
			old, o := newOutlet(t, "Old", "en"), newOutlet(t, "Wire", "en")
			old.set(status(tt.code, "Location", o.feed()))
			id := w.follow("g", old.feed())
			w.subscribe("g", "a", "glaciers", nil)
			o.tell("Hotel sells", "An inn at the glaciers has a new owner.")
			w.look()
			want := o.feed()
			if tt.kept {
				want = old.feed()
			}
			if f := w.feed(id); f.URL != want || f.Title != "Wire" {
				t.Errorf("the feed is %q at %s, want %s", f.Title, f.URL, want)
			}
			w.round()
			if n := old.hit("/feed"); (n == 2) != tt.kept {
				t.Errorf("the old address was asked %d times", n)
			}
			w.wantOwed("g", "a")
			o.tell(wireTitle, long(wireText))
			w.round()
			w.wantOwed("g", "a", wireTitle)
		})
	}
}

// TestMovedTogether shows that two feeds that moved to one address owe its news once.
func TestMovedTogether(t *testing.T) {
	w := newWorld(t)
	one, two, o := newOutlet(t, "One", "en"), newOutlet(t, "Two", "en"), newOutlet(t, "Wire", "en")
	for _, old := range []*outlet{one, two} {
		old.set(status(http.StatusMovedPermanently, "Location", o.feed()))
		w.follow("g", old.feed())
	}
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round()
	w.round()
	w.wantOwed("g", "a", wireTitle)
	if n := len(w.articles()); n != 1 {
		t.Errorf("%d articles, want 1", n)
	}
}

// faulty is a pipeline's store that fails at some steps: before a change or after it, so that the pipeline does not learn of it.
type faulty struct {
	pipeline.Store
	fails func(step int) bool

	mu sync.Mutex
	n  int
}

var errStep = errors.New("input/output error at /var/lib/newsbrief")

func (f *faulty) step() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.fails(f.n) {
		return errStep
	}
	return nil
}

func (f *faulty) do(change func() error) error {
	if err := f.step(); err != nil {
		return err
	}
	return errors.Join(change(), f.step())
}

func (f *faulty) PublishStory(ctx context.Context, now time.Time, p news.Publication) error {
	return f.do(func() error { return f.Store.PublishStory(ctx, now, p) })
}

func (f *faulty) FinishPoll(ctx context.Context, now time.Time, p news.Poll) error {
	return f.do(func() error { return f.Store.FinishPoll(ctx, now, p) })
}

// TestKill ends the process at every change it makes while three feeds bring their news, and goes on with another: nothing is
// lost, nothing comes twice.
func TestKill(t *testing.T) {
	last := false
	for at := 1; !last; at++ {
		t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
			w := newWorld(t)
			wire, post, cup := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en"), newOutlet(t, "Goal", "en")
			for _, o := range []*outlet{wire, post, cup} {
				w.follow("g", o.feed())
			}
			w.subscribe("g", "a", "glacier OR cup OR volcano", nil)
			w.look()
			w.halt()

			wire.tell(wireTitle, long(wireText))
			wire.tell("Volcano near Catania wakes up", "Ash fell on the town.")
			post.tell(postTitle, long(postText))
			cup.list(entry{"cup", cupTitle, "", cupText}) // no link: nothing but its mark tells that it is known
			dead := false
			w.wrap = func(s pipeline.Store) pipeline.Store {
				return &faulty{Store: s, fails: func(step int) bool { dead = dead || step == at; return dead }}
			}
			w.round()
			w.halt()
			w.wrap = nil
			w.ok(w.store.Close())
			w.open()
			w.round()
			w.round()
			last = !dead

			var headlines []string
			for _, d := range w.owed("g", "a") {
				if len(d.Brief.Sources) == 2 {
					headlines = append(headlines, "the treaty twice told")
				} else {
					headlines = append(headlines, d.Brief.Headline)
				}
			}
			slices.Sort(headlines)
			if want := []string{cupTitle, "Volcano near Catania wakes up", "the treaty twice told"}; !slices.Equal(headlines, want) {
				t.Errorf("owed %q, want %q", headlines, want)
			}
			if n := len(w.articles()); n != 4 {
				t.Errorf("%d articles, want 4", n)
			}
		})
	}
}

// TestStoreErrors shows that a store that fails now and then loses nothing while the process goes on, and that its errors are for
// the operator.
func TestStoreErrors(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	w.subscribe("g", "a", "glacier OR cup", nil)
	w.look()
	w.halt()
	fail := 0
	w.wrap = func(s pipeline.Store) pipeline.Store {
		return &faulty{Store: s, fails: func(step int) bool { return step == fail }}
	}
	o.tell(wireTitle, long(wireText))
	o.tell(cupTitle, cupText)
	fail = 3 // before the second entry
	w.round()
	if f := w.feed(id); f.Failures != 1 || f.Problem == "" || strings.Contains(f.Problem, "/var/lib") || strings.Contains(f.Problem, "input") {
		t.Errorf("%d failures, problem %q; want a sentence without the cause", f.Failures, f.Problem)
	}
	w.wantOwed("g", "a", wireTitle)
	w.round()
	owed := w.wantOwed("g", "a", wireTitle, cupTitle)
	if owed[0].Revision != 1 || owed[1].Revision != 1 {
		t.Errorf("revisions %d and %d", owed[0].Revision, owed[1].Revision)
	}
	if f := w.feed(id); f.Failures != 0 || f.Problem != "" {
		t.Errorf("%d failures, problem %q remain", f.Failures, f.Problem)
	}
}

// TestRace shows that an article another process stores under the same address first is found and followed through this feed too.
func TestRace(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	w.halt()
	e := o.tell(wireTitle, long(wireText))
	w.wrap = func(s pipeline.Store) pipeline.Store { return &rival{Store: s, url: e.link, now: w.clock} }
	w.round()
	articles := w.articles()
	if len(articles) != 1 || len(articles[0].Feeds) != 2 || articles[0].Feeds[1] != id {
		t.Errorf("articles %+v, want the rival's, with this feed", articles)
	}
	if f := w.feed(id); f.Failures != 0 {
		t.Errorf("the feed failed: %s", f.Problem)
	}
	w.wantOwed("g", "a", wireTitle)
}

// rival stores the article right before the first PublishStory.
type rival struct {
	pipeline.Store
	url  string
	now  func() time.Time
	once sync.Once
}

func (r *rival) PublishStory(ctx context.Context, now time.Time, p news.Publication) (err error) {
	r.once.Do(func() {
		id := news.NewID(r.now(), 1)
		err = r.Store.PublishStory(ctx, now, news.Publication{
			Article: news.Article{ID: news.ArticleID(id), Feeds: []news.FeedID{77}, Source: "Wire", URL: r.url, Title: wireTitle, Language: "en", Text: wireText, Seen: now, Story: news.StoryID(id)},
			Story:   news.Story{ID: news.StoryID(id), Event: news.StoryID(id), Language: "en", Headline: wireTitle, Articles: []news.ArticleID{news.ArticleID(id)}, First: now, Last: now},
		})
	})
	if err != nil {
		return err
	}
	return r.Store.PublishStory(ctx, now, p)
}

// TestStop shows that a stop lets looks under way end, cuts off the ones that take longer than the grace, and blames no feed.
func TestStop(t *testing.T) {
	for _, tt := range []struct {
		name     string
		grace    time.Duration
		finishes bool
	}{{"in time", 10 * time.Second, true}, {"too late", 50 * time.Millisecond, false}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			id := w.follow("g", o.feed())
			w.subscribe("g", "a", "glaciers", nil)
			w.look()
			w.halt()
			o.tell(wireTitle, long(wireText))
			asked, release := make(chan struct{}), make(chan struct{})
			o.set(func(rw http.ResponseWriter, r *http.Request) {
				close(asked)
				select {
				case <-release:
					rw.Write(o.rss())
				case <-r.Context().Done():
				}
			})
			w.pass(poll + time.Second)
			before := w.feed(id)
			p := w.build()
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error, 1)
			go func() { done <- p.Run(ctx, tt.grace) }()
			<-asked
			cancel()
			if tt.finishes {
				time.Sleep(50 * time.Millisecond)
				close(release)
			}
			select {
			case err := <-done:
				w.ok(err)
			case <-time.After(5 * time.Second):
				t.Fatal("the pipeline does not stop")
			}
			f := w.feed(id)
			if tt.finishes {
				w.wantOwed("g", "a", wireTitle)
				return
			}
			if f.Failures != 0 || f.Problem != "" || !f.NextPoll.Equal(before.NextPoll) {
				t.Errorf("the feed has %d failures, problem %q, next look at %v; want it as before the look", f.Failures, f.Problem, f.NextPoll)
			}
			o.set(nil)
			w.look()
			w.wantOwed("g", "a", wireTitle)
		})
	}
}

// TestRemovedMeanwhile shows that a feed whose last follower leaves during a look does no harm.
func TestRemovedMeanwhile(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	o.tell(wireTitle, long(wireText))
	o.set(func(rw http.ResponseWriter, _ *http.Request) {
		w.ok(w.store.RemoveFeed(context.Background(), "g", id))
		rw.Write(o.rss())
	})
	w.look()
	feeds, err := w.store.Feeds(t.Context())
	w.ok(err)
	if len(feeds) != 0 {
		t.Errorf("the feed came back: %+v", feeds)
	}
}

// TestManyFeeds shows that more feeds than are looked at at once all get their turn.
func TestManyFeeds(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		o := newOutlet(t, fmt.Sprint("Outlet ", i), "en")
		o.tell(fmt.Sprintf("Number %d is out", i*7919), long(fmt.Sprint("It is ", i*104729)))
		w.follow("g", o.feed())
	}
	w.look()
	if n := len(w.articles()); n != 100 {
		t.Errorf("%d articles of 100 feeds", n)
	}
	w.round()
}
