package storetest

import (
	"time"

	"newsbrief/internal/news"
)

// After a crash what was handed out is handed out again, at the latest when its lease has ended: a backend for one process may do
// so at once.
var crashTests = map[string]func(*world){
	"between claim and post": func(w *world) {
		p := w.owe("c1")
		first := w.claim()
		w.crash()
		w.pass(minute)
		c := w.claim()
		if d := c.Deliveries[0]; d.ID != first.Deliveries[0].ID || d.Attempts != 2 || !d.FirstTry.Equal(start) {
			w.Errorf("%+v", d)
		}
		if c.Token == first.Token {
			w.Error("the token is the same")
		}
		wantErr(w, w.s.Posted(w.Context(), w.now, first, "c1", "m"), news.ErrLeaseLost)
		w.posted(c)
		w.crash()
		w.pass(time.Hour)
		w.noClaim()
		if d := w.delivery(p, "c1"); d.State != news.Posted {
			w.Errorf("%+v", d)
		}
	},
	"between claim and post of a digest": func(w *world) {
		slot := w.now.Add(time.Hour)
		for range 3 {
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, "c1", slot)}
			w.publish(p)
		}
		w.now = slot
		first := w.claim()
		w.crash()
		late := w.publication()
		late.Deliveries = []news.Delivery{w.owed(late, "c1", slot)}
		w.publish(late)
		w.pass(minute)
		c := w.claim()
		if c.Digest != first.Digest || len(c.Deliveries) != 3 || !c.Deliveries[0].FirstTry.Equal(slot) {
			w.Errorf("digest %q of %d, want %q of the same 3", c.Digest, len(c.Deliveries), first.Digest)
		}
		w.posted(c)
		if c := w.claim(); len(c.Deliveries) != 1 || c.Digest == first.Digest {
			w.Errorf("then %+v", c)
		}
	},
	"between entries and the end of a poll": func(w *world) {
		w.addFeed("g1", "https://a.example/")
		feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1)
		w.ok(err)
		p := w.publication()
		p.Feed, p.Marks = feeds[0].ID, []news.Mark{mark("a")}
		p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
		w.publish(p)
		w.crash()
		w.pass(minute)
		again, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1)
		w.ok(err)
		if len(again) != 1 || again[0].ID != feeds[0].ID {
			w.Fatalf("%+v", again)
		}
		known, err := w.s.Known(w.Context(), p.Feed, [][]news.Mark{{mark("a")}, {mark("b")}})
		w.ok(err)
		if !known[0] || known[1] {
			w.Errorf("known %v, want the one that was stored", known)
		}
		wantErr(w, w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: feeds[0]}), news.ErrLeaseLost)
		again[0].NextPoll = w.now.Add(time.Hour)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: again[0], Listed: [][]news.Mark{{mark("a")}}}))
		w.posted(w.claim())
		w.noClaim()
	},
	"after everything that was answered": func(w *world) {
		sub := w.subscribe("climate", "c1")
		w.ok(w.s.PutSettings(w.Context(), news.Settings{Guild: "g1", Budget: 3}))
		p := w.owe("c1")
		w.crash()
		if subs, err := w.s.GuildSubscriptions(w.Context(), "g1"); err != nil || len(subs) != 1 || subs[0].ID != sub.ID {
			w.Errorf("%+v, %v", subs, err)
		}
		if s, err := w.s.GuildSettings(w.Context(), "g1"); err != nil || s.Budget != 3 {
			w.Errorf("%+v, %v", s, err)
		}
		if d := w.delivery(p, "c1"); d.Brief.Headline != p.Deliveries[0].Brief.Headline {
			w.Errorf("%+v", d)
		}
	},
	"twice in a row": func(w *world) {
		w.owe("c1")
		w.owe("c2")
		for i := range 3 {
			if claims := w.claims(10); len(claims) != 2 {
				w.Fatalf("round %d: %d claims", i, len(claims))
			}
			w.crash()
			w.pass(minute)
		}
	},
}
