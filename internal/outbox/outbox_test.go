package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/outbox"
)

// TestAttempts shows, for one brief, what is asked of Discord and when, whatever it answers.
func TestAttempts(t *testing.T) {
	limited := func(after time.Duration) answer {
		return refuse(news.SendError{Sentence: "Discord asks to slow down.", After: after})
	}
	for _, tt := range []struct {
		name   string
		script []answer
		calls  []string
	}{
		{"accepted", nil, []string{"post 0s"}},
		{"no answer", []answer{fail, fail, fail}, []string{"post 0s", "post 1s", "post 3s", "post 7s"}},
		{"accepted without an answer", []answer{acceptAndFail}, []string{"post 0s", "post 1s"}},
		{"silence", []answer{hang}, []string{"post 0s", "post 41s"}},
		{"accepted in silence", []answer{acceptAndHang}, []string{"post 0s", "post 41s"}},
		{"silence beyond the nonce", []answer{hang, hang}, []string{"post 0s", "post 41s", "find 1m23s", "post 1m23s"}},
		{"accepted in silence beyond the nonce", []answer{hang, acceptAndHang}, []string{"post 0s", "post 41s", "find 1m23s"}},
		{"found only at the second look", []answer{acceptAndHang, hang, fail}, []string{"post 0s", "post 41s", "find 1m23s", "find 1m27s"}},
		{"slow down", []answer{limited(90 * time.Second)}, []string{"post 0s", "post 1m30s"}},
		{"slow down without a time", []answer{limited(0), limited(0)}, []string{"post 0s", "post 1s", "post 3s"}},
		{"slow down after it may have been accepted", []answer{acceptAndFail, limited(10 * time.Minute)}, []string{"post 0s", "post 1s", "find 10m1s"}},
		{"slow down while looking", []answer{acceptAndHang, hang, limited(5 * time.Minute)}, []string{"post 0s", "post 41s", "find 1m23s", "find 6m23s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.discord.script = tt.script
				d := w.owe("c", "story", nil)
				w.pass(time.Hour)
				w.once()
				if !slices.Equal(w.discord.calls, tt.calls) {
					t.Errorf("asked %q, want %q", w.discord.calls, tt.calls)
				}
				if s := w.stored(d); s.Problem != "" {
					t.Errorf("a posted brief keeps the problem %q", s.Problem)
				}
			})
		})
	}
}

// TestBackoff shows that the time between attempts grows to ten minutes and no further.
func TestBackoff(t *testing.T) {
	bubble(t, func(w *world) {
		w.discord.script = slices.Repeat([]answer{fail}, 100)
		w.owe("c", "story", nil)
		w.pass(6 * time.Hour)
		if n := len(w.discord.calls); n < 40 || n > 50 {
			t.Errorf("%d attempts in six hours, want one every ten minutes", n)
		}
	})
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name  string
		place bool
		rests string
	}{{"the message", false, ""}, {"the place", true, "no permission"}} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				sub := w.subscribe("c")
				w.discord.script = []answer{refuse(news.SendError{Sentence: "no permission", Permanent: true, Place: tt.place})}
				d := w.owe("c", "story", func(d *news.Delivery) { d.Subscriptions = []news.SubscriptionID{sub} })
				w.pass(24 * time.Hour)
				if want := []string{"post 0s"}; !slices.Equal(w.discord.calls, want) {
					t.Errorf("asked %q, want %q", w.discord.calls, want)
				}
				if s := w.stored(d); s.State != news.Failed || s.Problem != "no permission" {
					t.Errorf("the delivery is %s with problem %q, want failed with the reason", s.State, s.Problem)
				}
				subs, err := w.store.GuildSubscriptions(t.Context(), "g")
				w.ok(err)
				if subs[0].Rests != tt.rests {
					t.Errorf("the subscription rests for %q, want %q", subs[0].Rests, tt.rests)
				}
				w.owed = nil
				w.owe("c", "next", nil)
				w.pass(time.Minute)
				w.once()
			})
		})
	}
}

// TestOrder shows that a place's briefs stay in order whatever happens to the first, and hold up no other place.
func TestOrder(t *testing.T) {
	bubble(t, func(w *world) {
		w.discord.script = []answer{fail, fail, fail, fail}
		b := w.start(w.options())
		defer b.stop()
		for _, headline := range []string{"1", "2", "3"} {
			w.owe("slow", headline, nil)
			time.Sleep(time.Millisecond)
		}
		b.Wake()
		time.Sleep(10 * time.Second)
		w.owe("quick", "4", nil)
		b.Wake()
		time.Sleep(time.Second)
		if got := w.discord.posts("quick"); !slices.Equal(got, []string{"4"}) {
			t.Errorf("the other channel has %q, want its brief at once", got)
		}
		if got := w.discord.posts("slow"); len(got) != 0 {
			t.Errorf("%q went ahead of the brief before", got)
		}
		time.Sleep(time.Minute)
		if got := w.discord.posts("slow"); !slices.Equal(got, []string{"1", "2", "3"}) {
			t.Errorf("posted %q, want the order they became due in", got)
		}
	})
}

func TestSenders(t *testing.T) {
	bubble(t, func(w *world) {
		w.discord.takes = time.Second
		for i := range 20 {
			w.owe(news.ChannelID(fmt.Sprint("c", i)), fmt.Sprint(i), nil)
		}
		o := w.options()
		o.Senders = 4
		claims := &counting{Store: w.store}
		o.Store = claims
		b := w.start(o)
		time.Sleep(500 * time.Millisecond)
		b.Wake() // while nobody is free
		time.Sleep(9500 * time.Millisecond)
		b.stop()
		w.once()
		if w.discord.busiest != 4 {
			t.Errorf("%d sends at once, want 4", w.discord.busiest)
		}
		if claims.n > 60 {
			t.Errorf("the store was asked %d times for 20 deliveries", claims.n)
		}
	})
}

type counting struct {
	outbox.Store
	n int
}

func (c *counting) ClaimDeliveries(ctx context.Context, now time.Time, lease time.Duration, max, direct int) ([]news.Claim, error) {
	c.n++
	return c.Store.ClaimDeliveries(ctx, now, lease, max, direct)
}

func (c *counting) NextDelivery(ctx context.Context) (time.Time, error) {
	c.n++
	return c.Store.NextDelivery(ctx)
}

// TestSent shows that whoever counts is told of what was posted and edited, and of nothing else.
func TestSent(t *testing.T) {
	bubble(t, func(w *world) {
		var mu sync.Mutex
		var told []string
		o := w.options()
		o.Sent = func(edit bool, late time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, fmt.Sprint(edit, late.Round(time.Second)))
		}
		w.discord.script = []answer{fail, accept, accept, refuse(news.SendError{Sentence: "gone", Permanent: true})}
		b := w.start(o)
		defer b.stop()
		d := w.owe("c", "v1", nil)
		b.Wake()
		time.Sleep(time.Minute)
		for _, headline := range []string{"v2", "v3"} {
			w.refresh(d, headline)
			b.Wake()
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if want := []string{"false 0s", "true 0s"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestEdits(t *testing.T) {
	t.Run("coalesce", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.discord.takes = time.Second
			d := w.owe("c", "v1", nil)
			b := w.start(w.options())
			defer b.stop()
			for _, headline := range []string{"v2", "v3", "v4"} { // while it is being posted
				time.Sleep(100 * time.Millisecond)
				w.refresh(d, headline)
				b.Wake()
			}
			time.Sleep(time.Minute)
			w.once()
			w.refresh(d, "v5")
			b.Wake()
			time.Sleep(100 * time.Millisecond)
			for _, headline := range []string{"v6", "v7"} { // while it is being edited
				w.refresh(d, headline)
				b.Wake()
			}
			time.Sleep(time.Minute)
			w.once()
			if want := []string{"post 0s", "edit 1s", "edit 1m0s", "edit 1m1s"}; !slices.Equal(w.discord.calls, want) {
				t.Errorf("asked %q, want %q", w.discord.calls, want)
			}
		})
	})
	t.Run("before it was posted", func(t *testing.T) {
		bubble(t, func(w *world) {
			d := w.owe("c", "v1", nil)
			w.refresh(d, "v2")
			w.pass(time.Minute)
			w.once()
			if want := []string{"post 0s"}; !slices.Equal(w.discord.calls, want) {
				t.Errorf("asked %q, want %q", w.discord.calls, want)
			}
		})
	})
	t.Run("after an older revision got through", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.discord.script = []answer{acceptAndHang, acceptAndFail}
			d := w.owe("c", "v1", nil)
			b := w.start(w.options())
			defer b.stop()
			time.Sleep(10 * time.Second)
			w.refresh(d, "v2")
			time.Sleep(10 * time.Minute)
			w.once()
		})
	})
	t.Run("failing", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.discord.script = []answer{accept, fail, hang, refuse(news.SendError{Sentence: "slow down", After: time.Minute})}
			d := w.owe("c", "v1", nil)
			w.pass(time.Second)
			w.refresh(d, "v2")
			w.pass(time.Hour)
			w.once()
			if n := len(w.discord.calls); n != 5 {
				t.Errorf("asked %q, want one post and four edits", w.discord.calls)
			}
		})
	})
	t.Run("hold up no post", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.discord.script = []answer{accept, refuse(news.SendError{Sentence: "slow down", After: time.Hour})}
			d := w.owe("c", "v1", nil)
			w.pass(time.Second)
			w.refresh(d, "v2")
			w.pass(time.Second)
			w.owe("c", "another", nil)
			w.pass(time.Minute)
			if got := w.discord.posts("c"); !slices.Equal(got, []string{"v1", "another"}) {
				t.Errorf("posted %q; the brief behind a postponed edit has to go out", got)
			}
			w.pass(2 * time.Hour)
			w.once()
		})
	})
	t.Run("of a message that was deleted", func(t *testing.T) {
		bubble(t, func(w *world) {
			sub := w.subscribe("c")
			w.discord.script = []answer{accept, refuse(news.SendError{Sentence: "The message was deleted.", Permanent: true, Place: true})}
			d := w.owe("c", "v1", func(d *news.Delivery) { d.Subscriptions = []news.SubscriptionID{sub} })
			w.pass(time.Second)
			w.refresh(d, "v2")
			w.pass(time.Hour)
			if n := len(w.discord.calls); n != 2 {
				t.Errorf("asked %q, want one post and one edit", w.discord.calls)
			}
			if s := w.stored(d); s.State != news.Posted || s.Problem != "The message was deleted." {
				t.Errorf("stored as %s with problem %q, want posted and the reason why it can't be edited", s.State, s.Problem)
			}
			subs, err := w.store.GuildSubscriptions(t.Context(), "g")
			w.ok(err)
			if subs[0].Rests != "" {
				t.Errorf("the subscription rests for %q; the brief was read", subs[0].Rests)
			}
		})
	})
}

// TestShutdown shows that a stop lets what is being sent end within the grace of 10 s and takes nothing new.
func TestShutdown(t *testing.T) {
	for _, tt := range []struct {
		name      string
		takes     time.Duration
		stopTakes time.Duration
		calls     []string
	}{
		{"in time", 5 * time.Second, 4 * time.Second, []string{"post 0s", "post 1m4s"}},
		{"too late", 30 * time.Second, 10 * time.Second, []string{"post 0s", "post 1m11s", "post 1m11s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.discord.script = []answer{func(ctx context.Context, do func()) error {
					select {
					case <-ctx.Done():
						return ctx.Err()
					case <-time.After(tt.takes):
						do()
						return nil
					}
				}}
				w.owe("c", "first", nil)
				b := w.start(w.options())
				time.Sleep(time.Second)
				w.owe("c", "second", nil)
				began := time.Now()
				b.stop()
				if took := time.Since(began).Round(time.Second); took != tt.stopTakes {
					t.Errorf("the stop took %v, want %v", took, tt.stopTakes)
				}
				if n := len(w.discord.calls); n != 1 {
					t.Errorf("%q was asked; a stop takes nothing new", w.discord.calls)
				}
				time.Sleep(time.Minute - time.Second)
				w.pass(time.Minute)
				w.once()
				if len(w.discord.calls) < 2 {
					t.Errorf("asked %q", w.discord.calls)
				}
				if got := w.discord.posts("c"); !slices.Equal(got, []string{"first", "second"}) {
					t.Errorf("posted %q", got)
				}
			})
		})
	}
}

// TestLostLease shows that an outcome that is stored too late changes nothing, and that nothing is posted twice then.
func TestLostLease(t *testing.T) {
	bubble(t, func(w *world) {
		d := w.owe("c", "story", nil)
		o := w.options()
		o.Store = &slow{Store: w.store, posted: 90 * time.Second}
		b := w.start(o)
		defer b.stop()
		time.Sleep(30 * time.Second)
		w.pass(5 * time.Minute)
		w.once()
		if want := []string{"post 0s", "find 1m0s"}; !slices.Equal(w.discord.calls, want) {
			t.Errorf("asked %q, want %q", w.discord.calls, want)
		}
		if s := w.stored(d); s.Revision != s.PostedRevision {
			t.Errorf("posted at revision %d of %d", s.PostedRevision, s.Revision)
		}
	})
}

// slow keeps the outcome of its first post to itself for a while.
type slow struct {
	outbox.Store
	stored atomic.Bool
	posted time.Duration
}

func (s *slow) Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, m news.MessageID) error {
	if s.stored.CompareAndSwap(false, true) {
		time.Sleep(s.posted)
	}
	return s.Store.Posted(ctx, now, c, channel, m)
}

// TestSeveral shows that outboxes of one store share the work and do none of it twice.
func TestSeveral(t *testing.T) {
	bubble(t, func(w *world) {
		w.discord.takes = 50 * time.Millisecond
		for i := range 60 {
			w.owe(news.ChannelID(fmt.Sprint("c", i%7)), fmt.Sprint(i), nil)
		}
		var all []running
		for range 3 {
			o := w.options()
			o.Senders = 2
			all = append(all, w.start(o))
		}
		time.Sleep(10 * time.Minute)
		for _, b := range all {
			b.stop()
		}
		w.once()
		if n := len(w.discord.calls); n != 60 {
			t.Errorf("%d calls for 60 deliveries", n)
		}
	})
}

// TestStoreErrors shows that nothing is lost or doubled while the store fails now and then.
func TestStoreErrors(t *testing.T) {
	for _, every := range []int{6, 12, 24} {
		t.Run(fmt.Sprint("one of ", every), func(t *testing.T) {
			bubble(t, func(w *world) {
				random := rand.New(rand.NewPCG(1, uint64(every)))
				for i := range 12 {
					w.owe(news.ChannelID(fmt.Sprint("c", i%3)), fmt.Sprint(i), nil)
				}
				o := w.options()
				process := &mortal{Store: w.store, sender: w.discord, fails: func(int) bool { return random.IntN(every) == 0 }}
				o.Store, o.Sender = process, process
				b := w.start(o)
				time.Sleep(24 * time.Hour)
				b.stop()
				w.once()
			})
		})
	}
}

// mortal is the store and the sender of a process. Each call is two steps, before and after its effect; at a step that fails, the
// process does not learn whether there was any.
type mortal struct {
	outbox.Store
	sender outbox.Sender
	fails  func(step int) bool

	mu sync.Mutex
	n  int
}

var errStep = errors.New("input/output error")

func (m *mortal) step() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	if m.fails(m.n) {
		return errStep
	}
	return nil
}

func (m *mortal) do(f func() error) error {
	if err := m.step(); err != nil {
		return err
	}
	return errors.Join(f(), m.step())
}

func (m *mortal) ClaimDeliveries(ctx context.Context, now time.Time, lease time.Duration, max, direct int) (claims []news.Claim, err error) {
	if next, err := m.Store.NextDelivery(ctx); err != nil || next.IsZero() || next.After(now) {
		return nil, err // nothing to do is no step
	}
	err = m.do(func() error { claims, err = m.Store.ClaimDeliveries(ctx, now, lease, max, direct); return err })
	if err != nil {
		return nil, err
	}
	return claims, nil
}

func (m *mortal) Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, id news.MessageID) error {
	return m.do(func() error { return m.Store.Posted(ctx, now, c, channel, id) })
}

func (m *mortal) Postpone(ctx context.Context, now time.Time, c news.Claim, until time.Time, problem string, sent bool) error {
	return m.do(func() error { return m.Store.Postpone(ctx, now, c, until, problem, sent) })
}

func (m *mortal) Fold(ctx context.Context, now time.Time, c news.Claim, slot time.Time) error {
	return m.do(func() error { return m.Store.Fold(ctx, now, c, slot) })
}

func (m *mortal) Refuse(ctx context.Context, now time.Time, c news.Claim, problem string, place bool) error {
	return m.do(func() error { return m.Store.Refuse(ctx, now, c, problem, place) })
}

func (m *mortal) PostedSince(ctx context.Context, place news.ChannelID, since time.Time) (n int, err error) {
	return n, m.do(func() error { n, err = m.Store.PostedSince(ctx, place, since); return err })
}

func (m *mortal) GuildSettings(ctx context.Context, guild news.GuildID) (s news.Settings, err error) {
	return s, m.do(func() error { s, err = m.Store.GuildSettings(ctx, guild); return err })
}

func (m *mortal) Post(ctx context.Context, c news.Claim) (channel news.ChannelID, id news.MessageID, err error) {
	err = m.do(func() error { channel, id, err = m.sender.Post(ctx, c); return err })
	return channel, id, err
}

func (m *mortal) Edit(ctx context.Context, d news.Delivery) (thread news.ChannelID, err error) {
	err = m.do(func() error { thread, err = m.sender.Edit(ctx, d); return err })
	return thread, err
}

func (m *mortal) Find(ctx context.Context, c news.Claim) (channel news.ChannelID, id news.MessageID, err error) {
	err = m.do(func() error { channel, id, err = m.sender.Find(ctx, c); return err })
	return channel, id, err
}

// TestKill ends the process at every step of its work, once with the store opened anew at once and once while its leases still run,
// and goes on with another process.
func TestKill(t *testing.T) {
	for _, reopened := range []bool{true, false} {
		t.Run(fmt.Sprint("reopened ", reopened), func(t *testing.T) {
			last := false
			for at := 2; !last; at += 2 { // before a call all is as it was after the one before it
				t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
					bubble(t, func(w *world) { last = !killAt(w, at, reopened) })
				})
			}
		})
	}
}

// killAt reports whether the work was long enough to be ended at the step.
func killAt(w *world, at int, reopened bool) bool {
	w.ok(w.store.PutSettings(context.Background(), news.Settings{Guild: "quiet", QuietTo: 10}))
	edited, discussed := w.owe("edit", "v1", nil), w.owe("discussed", "v1", nil)
	w.pass(time.Second)
	w.refresh(edited, "v2")
	w.discuss(discussed, "thread")
	w.update(discussed, "v2", time.Now())
	for i := range 3 { // the second and the third are told together
		w.owe("", fmt.Sprint("update ", i), follower("person"))
	}
	slot := time.Now().Add(time.Minute)
	for _, headline := range []string{"1", "2", "3"} {
		w.owe("single", headline, func(d *news.Delivery) { d.Budget = 2 }) // the third is folded
		w.owe("digest", headline, func(d *news.Delivery) { d.Due, d.Slot = slot, slot })
		w.owe("quiet", headline, func(d *news.Delivery) { d.Guild = "quiet" }) // until 00:10
	}
	w.discord.script = []answer{accept, acceptAndFail, fail}

	ctx, kill := context.WithCancel(context.Background())
	defer kill()
	dead := false
	process := &mortal{Store: w.store, sender: w.discord}
	process.fails = func(step int) bool {
		if step == at {
			dead = true
			kill()
		}
		return dead
	}
	o := w.options()
	o.Store, o.Sender = process, process
	b := outbox.New(o)
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx, 0)
	}()
	time.Sleep(2 * time.Hour)
	kill()
	<-done
	if reopened {
		w.ok(w.store.Close())
		w.open()
	}
	w.pass(3 * time.Hour)
	w.once()
	if got := w.discord.posts("thread"); !slices.Equal(got, []string{"v2"}) {
		w.Errorf("the thread has %q, want one reply", got)
	}
	return dead
}
