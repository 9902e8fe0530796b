package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

// told posts what is owed to a channel now and returns the titles of the notices, message by message, those of a digest joined by "+".
func (w *world) told(channel news.ChannelID) (messages []string) {
	w.Helper()
	for {
		claims, err := w.store.ClaimDeliveries(context.Background(), w.clock(), time.Minute, 100, 100)
		w.ok(err)
		if len(claims) == 0 {
			return messages
		}
		for _, c := range claims {
			var titles []string
			for _, d := range c.Deliveries {
				if d.Notice == nil || d.Channel != channel {
					w.Fatalf("owed to %s: %+v", d.Channel, d)
				}
				titles = append(titles, d.Notice.Title)
			}
			slices.Sort(titles)
			messages = append(messages, strings.Join(titles, "+"))
			w.ok(w.store.Posted(context.Background(), w.clock(), c, channel, news.MessageID(c.ID())))
		}
	}
}

func (w *world) wantTold(when string, messages ...string) {
	w.Helper()
	if got := w.told("admin"); !slices.Equal(got, messages) {
		w.Errorf("%s the managers are told %q, want %q", when, got, messages)
	}
}

// noticesTo names a guild's channel for notices.
func (w *world) noticesTo(guild news.GuildID, channel news.ChannelID) {
	w.Helper()
	w.ok(w.store.PutSettings(context.Background(), news.Settings{Guild: guild, NoticesTo: channel}))
}

func TestManagersAreToldOfAnOutageOnce(t *testing.T) {
	w := newWorld(t)
	w.max = 6 * time.Hour
	o := newOutlet(t, "Harbour Post", "en")
	id := w.follow("g", o.feed())
	w.follow("silent", o.feed())
	w.noticesTo("g", "admin")
	w.noticesTo("stranger", "elsewhere")
	w.look()
	w.wantTold("after the first look")

	for outage := range 2 {
		when := fmt.Sprintf("in outage %d ", outage)
		o.set(status(http.StatusNotFound))
		w.later(7 * time.Hour)
		since := w.clock()
		for w.clock().Sub(since) < 20*time.Hour {
			w.wantTold(when + "before a day is over")
			w.later(6 * time.Hour)
		}
		w.wantTold(when+"after a day", "Harbour Post can't be read")
		for range 6 {
			w.later(13 * time.Hour)
		}
		w.restart()
		w.later(13 * time.Hour)
		w.wantTold(when + "afterwards")
		o.set(nil)
		w.later(13 * time.Hour)
		w.wantTold(when+"at its end", "Harbour Post works again")
		w.later(7 * time.Hour)
		w.wantTold("when all is well")
	}
	if f := w.feed(id); f.Told != news.Unread || f.Health(w.clock()).State != news.Fresh {
		t.Errorf("the feed is left as %+v", f)
	}
}

func TestManagersAreNotToldOf429(t *testing.T) {
	w := newWorld(t)
	w.max = 6 * time.Hour
	o := newOutlet(t, "Harbour Post", "en")
	id := w.follow("g", o.feed())
	w.noticesTo("g", "admin")
	w.look()
	o.set(status(http.StatusTooManyRequests))
	for range 12 {
		w.halt()
		w.fetch.Close()
		w.fetch = fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}) // which doesn't keep the site's pause, by another clock
		w.later(7 * time.Hour)
	}
	w.wantTold("after days of 429")
	if f := w.feed(id); f.Failures != 12 || f.Health(w.clock()).State != news.Slow {
		t.Errorf("the feed is left as %+v", f)
	}
}

func TestManagersAreToldOfTheEnd(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Harbour Post", "en")
	id := w.follow("g", o.feed()+"?key=secret")
	w.noticesTo("g", "admin")
	w.look()
	o.set(status(http.StatusGone))
	w.round()
	claims, err := w.store.ClaimDeliveries(t.Context(), w.clock(), time.Minute, 10, 10)
	w.ok(err)
	if len(claims) != 1 || claims[0].Deliveries[0].Notice.Feed != id || claims[0].Deliveries[0].Guild != "g" || strings.Contains(fmt.Sprint(claims[0].Deliveries[0].Notice), "secret") {
		t.Fatalf("owed %+v", claims)
	}
	w.ok(w.store.Posted(t.Context(), w.clock(), claims[0], "admin", "m"))
	retry := func() {
		t.Helper()
		w.ok(w.store.RetryFeed(t.Context(), w.clock(), "g", id))
		w.look()
	}
	w.pass(time.Hour)
	retry()
	w.wantTold("after trying again in vain")
	if f := w.feed(id); !f.Gone {
		t.Errorf("a feed that is gone still is left as %+v", f)
	}
	o.set(nil)
	w.pass(time.Hour)
	retry()
	w.wantTold("after trying again", "Harbour Post works again")
}

func TestManagersAreToldOfAMoveToAnotherSite(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Harbour Post", "en")
	id := w.follow("g", o.feed())
	w.noticesTo("g", "admin")
	w.look()
	elsewhere := strings.Replace(o.URL, "127.0.0.1", "localhost", 1)
	at := ""
	o.set(func(rw http.ResponseWriter, r *http.Request) {
		if at != "" && "http://"+r.Host+r.URL.RequestURI() != at {
			http.Redirect(rw, r, at, http.StatusMovedPermanently)
			return
		}
		rw.Write(o.rss())
	})
	at = o.feed() + "?new=1"
	w.round()
	w.wantTold("after a move within the site")
	at = elsewhere + "/feed"
	w.round()
	w.wantTold("after a move", "Harbour Post has moved to another site")
	if f := w.feed(id); f.URL != at {
		t.Fatalf("the feed is at %s", f.URL)
	}
	w.round()
	w.wantTold("after the next look")

	// Where another feed has the new address already, this one keeps the old and is redirected at each look.
	at = ""
	w.follow("other", o.feed()+"?taken=1")
	w.later(time.Hour)
	at = o.feed() + "?taken=1"
	w.round()
	w.wantTold("after a move to a feed that is known", "Harbour Post has moved to another site")
	w.round()
	w.round()
	w.wantTold("after the next looks")
}

// TestOurNetwork: when most feeds have no answer it is our network, of which managers need not hear; what has an answer is told.
func TestOurNetwork(t *testing.T) {
	w := newWorld(t)
	w.max = 6 * time.Hour
	w.noticesTo("g", "admin")
	var outlets []*outlet
	for i := range 6 {
		o := newOutlet(t, fmt.Sprint("Outlet ", i), "en")
		outlets = append(outlets, o)
		w.follow("g", o.feed())
	}
	w.look()
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, o := range outlets[1:] {
		o.set(hangUp)
	}
	outlets[0].set(status(http.StatusNotFound))
	since := w.clock()
	for w.clock().Sub(since) < 60*time.Hour {
		w.later(7 * time.Hour)
	}
	w.wantTold("in the outage", "Outlet 0 can't be read")
	for w.clock().Sub(since) < 90*time.Hour {
		w.later(7 * time.Hour)
	}
	got := strings.Join(w.told("admin"), "+")
	if strings.Count(got, "can't be read") != 5 {
		t.Errorf("after days the managers are told %q", got)
	}
	for _, o := range outlets {
		o.set(nil)
	}
	w.later(20 * time.Hour)
	w.pass(61 * time.Minute)
	if got := strings.Join(w.told("admin"), "+"); strings.Count(got, "works again") != 6 {
		t.Errorf("in the end the managers are told %q", got)
	}
}

// TestNoticesDontFlood: of many feeds that end at once the first is told at once and the others in one message an hour later.
func TestNoticesDontFlood(t *testing.T) {
	w := newWorld(t)
	w.noticesTo("g", "admin")
	o := newOutlet(t, "Outlet", "en")
	for i := range 40 {
		w.follow("g", fmt.Sprint(o.feed(), "?n=", i))
	}
	w.look()
	o.set(status(http.StatusGone))
	w.round()
	w.wantTold("at once", "Outlet has ended")
	w.pass(59 * time.Minute)
	w.wantTold("within the hour")
	w.pass(2 * time.Minute)
	w.wantTold("after an hour", strings.Repeat("Outlet has ended+", 18)+"There is more")
	w.pass(3 * time.Hour)
	w.wantTold("later")
	feeds, err := w.store.Feeds(t.Context())
	w.ok(err)
	for _, f := range feeds {
		if !f.Gone || f.Told != news.Gone {
			t.Errorf("%s is left as %+v", f.URL, f)
		}
	}
}

// unfinished fails to store the ends of the next looks.
type unfinished struct {
	pipeline.Store
	next atomic.Int64
}

func (s *unfinished) FinishPoll(ctx context.Context, now time.Time, p news.Poll) error {
	if s.next.Add(-1) >= 0 {
		return errors.New("the disk is full")
	}
	return s.Store.FinishPoll(ctx, now, p)
}

// TestNoticesAreOwedAgain: when the end of a look can't be stored, the next look owes what it would have.
func TestNoticesAreOwedAgain(t *testing.T) {
	w := newWorld(t)
	failing := &unfinished{}
	w.wrap = func(s pipeline.Store) pipeline.Store { failing.Store = s; return failing }
	o := newOutlet(t, "Harbour Post", "en")
	w.follow("g", o.feed())
	w.noticesTo("g", "admin")
	w.look()
	o.set(status(http.StatusGone))
	failing.next.Store(1)
	w.round()
	w.wantTold("after a look that could not be stored")
	w.later(4 * time.Minute)
	w.pass(time.Hour)
	w.wantTold("an hour after the next one", "Harbour Post has ended")
}
