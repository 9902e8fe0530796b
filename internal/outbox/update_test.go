package outbox_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// discuss lets people start a thread from the message of a delivery.
func (w *world) discuss(d news.Delivery, thread news.ChannelID) {
	w.Helper()
	w.discord.mu.Lock()
	defer w.discord.mu.Unlock()
	for _, m := range w.discord.messages {
		if _, ok := m.briefs[d.ID]; ok {
			m.thread = thread
			return
		}
	}
	w.Fatalf("%q is not posted", d.Brief.Headline)
}

// update publishes the delivery again with news of a time.
func (w *world) update(d news.Delivery, headline string, at time.Time) {
	w.Helper()
	d.Brief.Update = &news.Update{Article: 7, At: at, Sentences: []news.Sentence{{Text: headline, Article: 7}}}
	w.refresh(d, headline)
}

// follower makes a delivery an update for a person who follows its story as a guild tells it that is always quiet.
func follower(user news.UserID) func(*news.Delivery) {
	return func(d *news.Delivery) {
		d.Guild, d.Channel, d.User, d.Subscriptions, d.Update = "quiet", "", user, nil, true
		d.Brief.Update = &news.Update{Article: news.ArticleID(d.Event), At: time.Now()}
	}
}

// TestThread shows, for one update of a story whose post has a thread, what is asked of Discord and when, whatever it answers.
func TestThread(t *testing.T) {
	locked := refuse(news.SendError{Sentence: "The thread is locked.", Permanent: true, Place: true})
	later := refuse(news.SendError{Sentence: "Discord asks to slow down.", After: time.Minute})
	for _, tt := range []struct {
		name    string
		script  []answer // from the edit on
		calls   []string
		replies int
	}{
		{"all well", nil, []string{"edit 1m0s", "post 1m0s"}, 1},
		{"no answer to the edit", []answer{fail}, []string{"edit 1m0s", "edit 1m1s", "find 1m1s", "post 1m1s"}, 1},
		{"no answer to the reply", []answer{accept, fail}, []string{"edit 1m0s", "post 1m0s", "edit 1m1s", "find 1m1s", "post 1m1s"}, 1},
		{"the reply's answer is lost", []answer{accept, acceptAndFail}, []string{"edit 1m0s", "post 1m0s", "edit 1m1s", "find 1m1s"}, 1},
		{"and comes beyond the nonce", []answer{accept, acceptAndFail, hang, hang, hang}, []string{"edit 1m0s", "post 1m0s", "edit 1m1s", "edit 1m43s", "edit 2m27s", "edit 3m15s", "find 3m15s"}, 1},
		{"no answer to the search", []answer{accept, acceptAndFail, accept, fail}, []string{"edit 1m0s", "post 1m0s", "edit 1m1s", "find 1m1s", "edit 1m3s", "find 1m3s"}, 1},
		{"slow down", []answer{accept, later}, []string{"edit 1m0s", "post 1m0s", "edit 2m0s", "find 2m0s", "post 2m0s"}, 1},
		{"a locked thread", []answer{accept, locked}, []string{"edit 1m0s", "post 1m0s"}, 0},
		{"locked meanwhile", []answer{accept, fail, accept, locked}, []string{"edit 1m0s", "post 1m0s", "edit 1m1s", "find 1m1s"}, 0},
		{"the post is gone", []answer{refuse(news.SendError{Sentence: "gone", Permanent: true})}, []string{"edit 1m0s"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				sub := w.subscribe("c")
				d := w.owe("c", "v1", func(d *news.Delivery) { d.Subscriptions = []news.SubscriptionID{sub} })
				w.pass(time.Minute)
				w.discuss(d, "t")
				w.update(d, "v2", time.Now())
				w.discord.script = tt.script
				w.pass(time.Hour)
				if got := w.discord.calls[1:]; !slices.Equal(got, tt.calls) {
					t.Errorf("asked %q, want %q", got, tt.calls)
				}
				if got := w.discord.posts("t"); len(got) != tt.replies {
					t.Errorf("the thread has %q, want %d replies", got, tt.replies)
				}
				if s := w.stored(d); s.State != news.Posted || s.PostedRevision != s.Revision {
					t.Errorf("stored as %s at revision %d of %d", s.State, s.PostedRevision, s.Revision)
				}
				subs, err := w.store.GuildSubscriptions(t.Context(), "g")
				w.ok(err)
				if subs[0].Rests != "" {
					t.Errorf("the subscription rests for %q", subs[0].Rests)
				}
			})
		})
	}
}

// TestThreadIsToldNews shows that a thread hears of each update once, and of nothing else.
func TestThreadIsToldNews(t *testing.T) {
	bubble(t, func(w *world) {
		b := w.start(w.options())
		defer b.stop()
		step := func(do func()) {
			do()
			b.Wake()
			time.Sleep(time.Minute)
		}
		var d news.Delivery
		var at time.Time
		fresh := func() time.Time { at = time.Now(); return at }
		step(func() { // posted with news in it
			d = w.owe("c", "v1", func(d *news.Delivery) { d.Brief.Update = &news.Update{At: fresh()} })
		})
		step(func() { w.update(d, "before the thread", fresh()) })
		w.discuss(d, "t")
		step(func() { w.update(d, "other words", at) })
		step(func() { w.update(d, "first news", fresh()) })
		step(func() { w.update(d, "other words again", at) })
		step(func() { w.update(d, "older news than that", at.Add(-time.Second)) })
		step(func() { w.update(d, "second news, which its outlet wrote into the same article", fresh()) })
		d.Brief.Update = nil
		step(func() { w.refresh(d, "nothing new at all") })
		w.once()
		if got, want := w.discord.posts("t"), []string{"first news", "second news, which its outlet wrote into the same article"}; !slices.Equal(got, want) {
			t.Errorf("the thread has %q, want %q", got, want)
		}
	})
}

// TestFollowers shows that people are told at once what is new in the stories they follow, also in a guild's quiet hours, but not one
// by one when much comes.
func TestFollowers(t *testing.T) {
	bubble(t, func(w *world) {
		w.ok(w.store.PutSettings(t.Context(), news.Settings{Guild: "quiet", QuietTo: 24*60 - 1}))
		time.Sleep(3 * time.Minute)
		b := w.start(w.options())
		defer b.stop()
		for _, headline := range []string{"1", "2", "3", "4"} { // from 00:03 to 00:06
			w.owe("", headline, follower("ann"))
			b.Wake()
			time.Sleep(time.Minute)
		}
		w.owe("", "5", follower("ben"))
		b.Wake()
		time.Sleep(20 * time.Minute) // 00:27
		w.owe("", "6", follower("ann"))
		b.Wake()
		time.Sleep(time.Minute)
		w.once()
		for user, want := range map[news.ChannelID][]string{"@ann": {"1", "2+3+4", "6"}, "@ben": {"5"}} {
			if got := w.discord.posts(user); !slices.Equal(got, want) {
				t.Errorf("%s has %q, want %q", user, got, want)
			}
		}
		if at := w.discord.messages[2].at.Sub(bubbleStart); at != 10*time.Minute+time.Second {
			t.Errorf("what came soon after came at %v, want within ten minutes", at)
		}
	})
}

// TestClosedDirectMessages shows that a person who can't be written to is asked once and then follows no more.
func TestClosedDirectMessages(t *testing.T) {
	bubble(t, func(w *world) {
		w.discord.script = []answer{refuse(news.SendError{Sentence: "Direct messages are closed.", Permanent: true, Place: true})}
		d := w.owe("", "1", follower("ann"))
		for _, user := range []news.UserID{"ann", "ben"} {
			w.ok(w.store.Follow(context.Background(), news.Follower{Event: d.Event, Guild: d.Guild, User: user, Since: time.Now()}))
		}
		w.pass(24 * time.Hour)
		if want := []string{"post 0s"}; !slices.Equal(w.discord.calls, want) {
			t.Errorf("asked %q, want %q", w.discord.calls, want)
		}
		if s := w.stored(d); s.State != news.Failed || s.Problem != "Direct messages are closed." {
			t.Errorf("stored as %s with problem %q", s.State, s.Problem)
		}
		followers, err := w.store.Followers(t.Context(), d.Event)
		if err != nil || len(followers) != 1 || followers[0].User != "ben" {
			t.Errorf("followers are %+v, %v; want the other one", followers, err)
		}
	})
}
