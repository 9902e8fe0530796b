package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

var feedTests = map[string]func(*world){
	"one feed is shared by its guilds": func(w *world) {
		a := w.addFeed("g1", "https://a.example/feed")
		b := w.addFeed("g2", "https://a.example/feed")
		if a.ID != b.ID {
			w.Fatalf("two feeds %s and %s for one address", a.ID, b.ID)
		}
		again, err := w.s.AddFeed(w.Context(), w.now, "g1", news.Feed{ID: 99, URL: "https://a.example/feed"})
		wantErr(w, err, news.ErrExists)
		if again.ID != a.ID {
			w.Errorf("the error comes with feed %s, want %s", again.ID, a.ID)
		}
		all, err := w.s.Feeds(w.Context())
		w.ok(err)
		if len(all) != 1 || w.stats().Feeds != 1 {
			w.Errorf("%d feeds, want 1", len(all))
		}
		for _, guild := range []news.GuildID{"g1", "g2"} {
			if !w.audience().Follows(guild, a.ID) {
				w.Errorf("%s does not follow the feed", guild)
			}
		}
	},
	"a feed is dropped with its last follower": func(w *world) {
		f := w.addFeed("g1", "https://a.example/feed")
		w.addFeed("g2", "https://a.example/feed")
		w.ok(w.s.RemoveFeed(w.Context(), "g1", f.ID))
		wantErr(w, w.s.RemoveFeed(w.Context(), "g1", f.ID), news.ErrNotFound)
		if w.stats().Feeds != 1 {
			w.Fatal("the feed is gone while g2 follows it")
		}
		p := w.publication()
		p.Feed, p.Marks = f.ID, []news.Mark{mark("m")}
		w.publish(p)
		w.ok(w.s.RemoveFeed(w.Context(), "g2", f.ID))
		if w.stats().Feeds != 0 || w.stats().Articles != 1 {
			w.Errorf("%+v, want no feed and its article", w.stats())
		}
		if next, err := w.s.NextPoll(w.Context()); err != nil || !next.IsZero() {
			w.Errorf("next poll at %v, %v", next, err)
		}
		wantErr(w, w.s.RemoveFeed(w.Context(), "g2", f.ID), news.ErrNotFound)
		known, err := w.s.Known(w.Context(), f.ID, [][]news.Mark{{mark("m")}})
		w.ok(err)
		if known[0] {
			w.Error("marks of a dropped feed are kept")
		}
	},
	"defaults": func(w *world) {
		a, b := news.Feed{ID: 1, URL: "https://a.example/", Title: "b"}, news.Feed{ID: 2, URL: "https://b.example/", Title: "A"}
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{a, b, a}))
		before := w.audience()
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{a, b}))
		if now := w.audience(); now.Version != before.Version {
			w.Error("the audience changes although the defaults did not")
		}
		titles := func() (titles []string) {
			feeds, err := w.s.GuildFeeds(w.Context(), "g1")
			w.ok(err)
			for _, f := range feeds {
				titles = append(titles, f.Title)
			}
			return titles
		}
		if got := titles(); !slices.Equal(got, []string{"A", "b"}) {
			w.Fatalf("a new guild follows %q", got)
		}
		w.ok(w.s.RemoveFeed(w.Context(), "g1", 1))
		wantErr(w, w.s.RemoveFeed(w.Context(), "g1", 1), news.ErrNotFound)
		if got := titles(); !slices.Equal(got, []string{"A"}) {
			w.Fatalf("after removing one: %q", got)
		}
		if !w.audience().Follows("g2", 1) || w.audience().Follows("g1", 1) {
			w.Fatal("a guild's choice is not its own")
		}
		if _, err := w.s.AddFeed(w.Context(), w.now, "g2", b); !errors.Is(err, news.ErrExists) {
			w.Errorf("adding a default: %v", err)
		}
		if _, err := w.s.AddFeed(w.Context(), w.now, "g1", a); err != nil {
			w.Errorf("adding a removed default: %v", err)
		}
		w.ok(w.s.SetDefaults(w.Context(), w.now, nil)) // g1 added the first itself by now; nobody did the second
		if got := titles(); !slices.Equal(got, []string{"b"}) {
			w.Errorf("without defaults: %q", got)
		}
		if w.stats().Feeds != 1 {
			w.Errorf("%d feeds, want 1", w.stats().Feeds)
		}
	},
	"an id that is taken is not overwritten": func(w *world) {
		one, err := w.s.AddFeed(w.Context(), w.now, "g1", news.Feed{ID: 5, URL: "https://a.example/"})
		w.ok(err)
		two, err := w.s.AddFeed(w.Context(), w.now, "g1", news.Feed{ID: 5, URL: "https://b.example/"})
		w.ok(err)
		if one.ID == two.ID || two.ID == 0 {
			w.Errorf("ids %d and %d", one.ID, two.ID)
		}
	},
}

var pollTests = map[string]func(*world){
	"a due feed is handed out once": func(w *world) {
		w.addFeed("g1", "https://a.example/")
		claim := func(n int) []news.Feed {
			w.Helper()
			feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 10)
			w.ok(err)
			if len(feeds) != n {
				w.Fatalf("%d feeds, want %d", len(feeds), n)
			}
			return feeds
		}
		f := claim(1)[0]
		claim(0)
		if next, err := w.s.NextPoll(w.Context()); err != nil || !next.Equal(w.now.Add(minute)) {
			w.Errorf("next poll at %v, %v; want the end of the lease", next, err)
		}
		w.pass(minute)
		late := f
		f = claim(1)[0]
		wantErr(w, w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: late}), news.ErrLeaseLost)
		f.NextPoll, f.Title, f.ETag, f.Failures, f.CheckedAt = w.now.Add(time.Hour), "New", `"x"`, 2, w.now
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}))
		wantErr(w, w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}), news.ErrLeaseLost)
		claim(0)
		if w.stats().Failing != 1 {
			w.Errorf("%d failing, want 1", w.stats().Failing)
		}
		w.pass(time.Hour)
		got := claim(1)[0]
		f.Lease, got.Lease = 0, 0
		if diff := cmp.Diff(f, got); diff != "" {
			w.Error(diff)
		}
	},
	"the longest due comes first, and no more than asked for": func(w *world) {
		var want []news.FeedID
		for i, late := range []time.Duration{1, 3, 2, -1} {
			f, err := w.s.AddFeed(w.Context(), w.now, "g1", news.Feed{ID: news.FeedID(i + 1), URL: string(rune('a' + i)), NextPoll: w.now.Add(-late * minute)})
			w.ok(err)
			want = append(want, f.ID)
		}
		feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 2)
		w.ok(err)
		if len(feeds) != 2 || feeds[0].ID != want[1] || feeds[1].ID != want[2] {
			w.Fatalf("claimed %v", feeds)
		}
		feeds, err = w.s.ClaimFeeds(w.Context(), w.now, minute, 2)
		w.ok(err)
		if len(feeds) != 1 || feeds[0].ID != want[0] {
			w.Fatalf("then %v", feeds)
		}
		if next, err := w.s.NextPoll(w.Context()); err != nil || !next.Equal(w.now.Add(minute)) {
			w.Errorf("next poll at %v, %v", next, err)
		}
	},
	"a feed that is gone is not due until someone adds it again": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		f.Gone = true
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}))
		w.pass(time.Hour)
		if feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 10); err != nil || len(feeds) != 0 {
			w.Fatal(feeds, err)
		}
		if next, err := w.s.NextPoll(w.Context()); err != nil || !next.IsZero() {
			w.Fatalf("next poll at %v, %v", next, err)
		}
		w.addFeed("g2", "https://a.example/")
		if feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 10); err != nil || len(feeds) != 1 {
			w.Fatal(feeds, err)
		}
	},
	"a feed removed while it is looked at": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 10)
		w.ok(err)
		w.ok(w.s.RemoveFeed(w.Context(), "g1", f.ID))
		p := w.publication()
		p.Feed, p.Marks = f.ID, []news.Mark{mark("m")}
		w.publish(p)
		wantErr(w, w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: feeds[0], Listed: [][]news.Mark{{mark("m")}}}), news.ErrNotFound)
		if w.stats().Feeds != 0 {
			w.Error("the feed came back")
		}
	},
	"what managers and operators decide meanwhile is kept": func(w *world) {
		w.addFeed("g1", "https://a.example/")
		feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 10)
		w.ok(err)
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{{URL: "https://a.example/"}, {ID: 7, URL: "https://taken.example/"}}))
		moved := feeds[0]
		moved.URL = "https://taken.example/"
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: moved}))
		all, err := w.s.Feeds(w.Context())
		w.ok(err)
		for _, f := range all {
			if !f.Default || f.ID == moved.ID && f.URL != "https://a.example/" {
				w.Errorf("%+v", f)
			}
		}
		feeds, err = w.s.ClaimFeeds(w.Context(), w.now, minute, 10)
		w.ok(err)
		for _, f := range feeds {
			if f.ID == moved.ID {
				f.URL = "https://new.example/"
				w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}))
			}
		}
		f, err := w.s.AddFeed(w.Context(), w.now, "g3", news.Feed{URL: "https://new.example/"})
		if wantErr(w, err, news.ErrExists); f.ID != moved.ID {
			w.Error("the feed is not found at its new address")
		}
		if f := w.addFeed("g3", "https://a.example/"); f.ID == moved.ID {
			w.Error("the feed is still found at its old address")
		}
	},
	"one feed can be claimed by itself": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		claimed, err := w.s.ClaimFeed(w.Context(), w.now, minute, f.ID)
		w.ok(err)
		claimed.NextPoll = w.now.Add(time.Hour)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: claimed}))
		claimed, err = w.s.ClaimFeed(w.Context(), w.now, minute, f.ID) // it isn't due
		w.ok(err)
		_, err = w.s.ClaimFeed(w.Context(), w.now, minute, f.ID)
		wantErr(w, err, news.ErrLeaseLost)
		if due, err := w.s.ClaimFeeds(w.Context(), w.now.Add(minute/2), minute, 10); err != nil || len(due) > 0 {
			w.Errorf("%d feeds were claimed twice, %v", len(due), err)
		}
		w.pass(minute)
		again, err := w.s.ClaimFeed(w.Context(), w.now, minute, f.ID)
		w.ok(err)
		wantErr(w, w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: claimed}), news.ErrLeaseLost)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: again}))
		w.ok(w.s.RemoveFeed(w.Context(), "g1", f.ID))
		_, err = w.s.ClaimFeed(w.Context(), w.now, minute, f.ID)
		wantErr(w, err, news.ErrNotFound)
	},
	"a feed is tried again when a manager asks": func(w *world) {
		w.addFeed("g1", "https://a.example/")
		feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1)
		w.ok(err)
		f := feeds[0]
		f.Gone, f.NextPoll = true, w.now.Add(time.Hour)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}))
		wantErr(w, w.s.RetryFeed(w.Context(), w.now, "g2", f.ID), news.ErrNotFound)
		w.ok(w.s.RetryFeed(w.Context(), w.now, "g1", f.ID))
		if feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1); err != nil || len(feeds) != 1 || feeds[0].Gone {
			w.Errorf("%+v, %v", feeds, err)
		}
	},
	"a hub's subscription is kept beside its feed": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		if p, err := w.s.Push(w.Context(), f.ID); err != nil || p != (news.Push{}) {
			w.Errorf("%+v, %v", p, err)
		}
		want := news.Push{Feed: f.ID, Hub: "https://hub.example/", Topic: f.URL, Secret: "s", AskedAt: w.now, Until: w.now.Add(time.Hour)}
		_, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1) // hubs answer in the middle of a look
		w.ok(err)
		w.ok(w.s.PutPush(w.Context(), want))
		w.reopen()
		if p, err := w.s.Push(w.Context(), f.ID); err != nil || p != want {
			w.Errorf("%+v, %v, want %+v", p, err, want)
		}
		w.ok(w.s.RemoveFeed(w.Context(), "g1", f.ID))
		wantErr(w, w.s.PutPush(w.Context(), want), news.ErrNotFound)
		if p, err := w.s.Push(w.Context(), f.ID); err != nil || p != (news.Push{}) {
			w.Errorf("%+v, %v", p, err)
		}
	},
	"a look owes its notices once": func(w *world) {
		w.addFeed("g1", "https://a.example/")
		for _, want := range []int{1, 0} {
			feeds, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 1)
			w.ok(err)
			f := feeds[0]
			event := news.StoryID(news.NewID(start, 1))
			notice := news.Delivery{ID: news.NewNoticeID(f.ID, start, "admin"), Event: event, Guild: "g1", Channel: "admin", State: news.Waiting, Due: w.now, Revision: 1,
				Notice: &news.Notice{Title: "A feed fails", Lines: []string{"It is gone."}, Feed: f.ID}}
			w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f, Deliveries: []news.Delivery{notice}}))
			claims, err := w.s.ClaimDeliveries(w.Context(), w.now, minute, 10, 10)
			w.ok(err)
			if len(claims) != want {
				w.Fatalf("%d notices are owed, want %d", len(claims), want)
			}
			for _, c := range claims {
				if n := c.Deliveries[0].Notice; n == nil || n.Title != "A feed fails" || n.Feed != f.ID {
					w.Errorf("%+v", c.Deliveries[0])
				}
				w.ok(w.s.Posted(w.Context(), w.now, c, "admin", "m"))
			}
			if n, err := w.s.PostedSince(w.Context(), "admin", start); n != 0 || err != nil {
				w.Errorf("%d notices count against the budget of briefs, %v", n, err)
			}
			w.pass(minute)
		}
	},
	"the first mark of an entry keeps the others": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		p := w.publication()
		p.Feed, p.Marks = f.ID, []news.Mark{mark("raw"), mark("guid"), mark("link")}
		w.publish(p)
		known := func(want ...bool) {
			w.Helper()
			got, err := w.s.Known(w.Context(), f.ID, [][]news.Mark{{mark("raw")}, {mark("guid")}, {mark("link")}, {mark("raw2")}})
			w.ok(err)
			if !slices.Equal(got, want) {
				w.Fatalf("known %v, want %v", got, want)
			}
		}
		known(true, true, true, false)
		list := func(entries ...[]news.Mark) {
			w.Helper()
			w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f, Listed: entries}))
		}
		list([]news.Mark{mark("raw")})
		known(true, true, true, false)
		list([]news.Mark{mark("raw2"), mark("guid"), mark("link")}) // the entry was edited
		known(false, true, true, true)
		list([]news.Mark{mark("raw2")}, nil)
		known(false, true, true, true)
		list([]news.Mark{mark("guid")}) // it stands for itself alone
		known(false, true, false, false)
	},
	"marks stay as long as the feed lists them": func(w *world) {
		f, other := w.addFeed("g1", "https://a.example/"), w.addFeed("g1", "https://b.example/")
		known := func(feed news.FeedID, want ...bool) {
			w.Helper()
			got, err := w.s.Known(w.Context(), feed, [][]news.Mark{{mark("a1"), mark("a2")}, {mark("b")}, {mark("c")}, nil})
			w.ok(err)
			if !slices.Equal(got, append(want, false)) {
				w.Fatalf("known %v, want %v", got, want)
			}
		}
		known(f.ID, false, false, false)
		p := w.publication()
		p.Feed, p.Marks = f.ID, []news.Mark{mark("a2")}
		w.publish(p)
		known(f.ID, true, false, false)
		known(other.ID, false, false, false)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f, Listed: [][]news.Mark{{mark("a1")}, {mark("b")}}}))
		known(f.ID, true, true, false)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f}))
		known(f.ID, true, true, false)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f, Listed: [][]news.Mark{{mark("c")}}}))
		known(f.ID, false, false, true)
		w.ok(w.s.FinishPoll(w.Context(), w.now, news.Poll{Feed: f, Listed: [][]news.Mark{}}))
		known(f.ID, false, false, false)
	},
}
