package outbox_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/outbox"
	"newsbrief/internal/store/bolt"
)

// world is an outbox's surroundings in a bubble of fake time: a real store and a scripted Discord.
type world struct {
	*testing.T
	path    string
	store   *bolt.Store
	discord *server
	owed    []news.Delivery // as they were last published
	events  uint32
}

// bubble runs test in a world of its own, at 2000-01-01 00:00 UTC.
func bubble(t *testing.T, test func(w *world)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "news.db")
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, path: path, discord: &server{}}
		w.open()
		defer func() {
			if err := w.store.Check(context.Background()); err != nil {
				t.Errorf("the database does not fit together: %v", err)
			}
			if err := w.store.Close(); err != nil {
				t.Error(err)
			}
		}()
		test(w)
	})
}

func (w *world) open() {
	w.Helper()
	s, err := bolt.Open(context.Background(), w.path)
	w.ok(err)
	w.store = s
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// options are the ones every test begins with.
func (w *world) options() outbox.Options {
	return outbox.Options{Store: w.store, Sender: w.discord, Logger: slog.New(slog.DiscardHandler), Now: time.Now}
}

// running is an Outbox that runs until stop has returned.
type running struct {
	*outbox.Outbox
	stop func()
}

func (w *world) start(o outbox.Options) running {
	ctx, cancel := context.WithCancel(context.Background())
	b := outbox.New(o)
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx, 10*time.Second)
	}()
	return running{b, func() { cancel(); <-done }}
}

// pass runs an outbox for a while.
func (w *world) pass(d time.Duration) {
	b := w.start(w.options())
	time.Sleep(d)
	b.stop()
}

// owe publishes a story that is owed to a channel now. change may alter the delivery first.
func (w *world) owe(channel news.ChannelID, headline string, change func(*news.Delivery)) news.Delivery {
	w.Helper()
	w.events++
	event := news.StoryID(news.NewID(time.Now(), w.events))
	d := news.Delivery{
		Event: event, Story: event, Guild: "g", Channel: channel, Subscriptions: []news.SubscriptionID{1},
		Brief: news.Brief{Story: event, Headline: headline}, State: news.Waiting, Due: time.Now(), Revision: 1, Created: time.Now(),
	}
	if change != nil {
		change(&d)
	}
	d.ID = news.NewDeliveryID(event, d.Place())
	w.publish(d)
	w.owed = append(w.owed, d)
	return d
}

// refresh publishes the delivery again with another brief.
func (w *world) refresh(d news.Delivery, headline string) {
	w.Helper()
	d.Brief.Headline = headline
	w.publish(d)
	w.owed[slices.IndexFunc(w.owed, func(x news.Delivery) bool { return x.ID == d.ID })] = d
}

func (w *world) publish(d news.Delivery) {
	w.Helper()
	w.ok(w.store.PublishStory(context.Background(), time.Now(), news.Publication{
		Article:    news.Article{ID: news.ArticleID(d.Event), Seen: time.Now(), Story: d.Story},
		Story:      news.Story{ID: d.Story, Event: d.Event, First: time.Now(), Last: time.Now()},
		Deliveries: []news.Delivery{d},
	}))
}

func (w *world) subscribe(channel news.ChannelID) news.SubscriptionID {
	w.Helper()
	s, err := w.store.Subscribe(context.Background(), news.Subscription{Guild: "g", Channel: channel, Topic: "climate", When: news.Now, Created: time.Now()})
	w.ok(err)
	return s.ID
}

// stored is the delivery as the store has it now.
func (w *world) stored(d news.Delivery) news.Delivery {
	w.Helper()
	all, err := w.store.EventDeliveries(context.Background(), d.Event, d.Guild)
	w.ok(err)
	i := slices.IndexFunc(all, func(x news.Delivery) bool { return x.ID == d.ID })
	if i < 0 {
		w.Fatalf("delivery %s of %q is not in the store", d.ID, d.Brief.Headline)
	}
	return all[i]
}

// once checks that each delivery stands in exactly one message, in its place and, posted singly, as it was last published.
func (w *world) once() {
	w.Helper()
	w.discord.mu.Lock()
	defer w.discord.mu.Unlock()
	for _, d := range w.owed {
		var in []*message
		for _, m := range w.discord.messages {
			if _, ok := m.briefs[d.ID]; ok {
				in = append(in, m)
			}
		}
		if len(in) != 1 {
			w.Errorf("%q to %s stands in %d messages, want 1", d.Brief.Headline, d.Place(), len(in))
			continue
		}
		if in[0].place != d.Place() {
			w.Errorf("%q was posted to %s, want %s", d.Brief.Headline, in[0].place, d.Place())
		}
		if !in[0].digest && in[0].briefs[d.ID] != d.Brief.Headline {
			w.Errorf("the message of %q says %q", d.Brief.Headline, in[0].briefs[d.ID])
		}
		if s := w.stored(d); s.State != news.Posted || s.Message != in[0].id {
			w.Errorf("%q is stored as %s in message %q, want posted in %q", d.Brief.Headline, s.State, s.Message, in[0].id)
		}
	}
}

// server is Discord as a Sender sees it: it keeps messages, knows nonces for a while, and misbehaves as its script says.
type server struct {
	mu       sync.Mutex
	messages []*message
	script   []answer      // of the calls in their order; after it all is well
	calls    []string      // what was asked, with the time since the bubble began
	takes    time.Duration // how long an answer takes
	busy     int           // calls being answered now, and the most at once
	busiest  int
}

type message struct {
	id     news.MessageID
	place  news.ChannelID
	nonce  news.DeliveryID
	at     time.Time
	digest bool
	briefs map[news.DeliveryID]string
	thread news.ChannelID // that people started from it
}

// nonceMemory is shorter than Discord's "past few minutes": the outbox has to be on the safe side of it.
const nonceMemory = 2 * time.Minute

// answer decides how a call ends; do is what the caller asked for.
type answer func(ctx context.Context, do func()) error

var errNoAnswer = fmt.Errorf("connection reset")

func accept(_ context.Context, do func()) error        { do(); return nil }
func fail(context.Context, func()) error               { return errNoAnswer }
func acceptAndFail(_ context.Context, do func()) error { do(); return errNoAnswer }
func hang(ctx context.Context, _ func()) error         { <-ctx.Done(); return ctx.Err() }
func acceptAndHang(ctx context.Context, do func()) error {
	do()
	<-ctx.Done()
	return ctx.Err()
}

func refuse(e news.SendError) answer { return func(context.Context, func()) error { return &e } }

var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *server) call(ctx context.Context, what string, do func()) error {
	s.mu.Lock()
	s.calls = append(s.calls, fmt.Sprintf("%s %v", what, time.Since(bubbleStart).Round(time.Second)))
	next := accept
	if len(s.script) > 0 {
		next, s.script = s.script[0], s.script[1:]
	}
	s.busy++
	s.busiest = max(s.busiest, s.busy)
	s.mu.Unlock()
	time.Sleep(s.takes)
	err := next(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		do()
	})
	s.mu.Lock()
	s.busy--
	s.mu.Unlock()
	return err
}

func (s *server) Post(ctx context.Context, c news.Claim) (channel news.ChannelID, id news.MessageID, err error) {
	first := c.Deliveries[0]
	nonce := cmp.Or(c.Digest, first.ID)
	err = s.call(ctx, "post", func() {
		for _, m := range s.messages {
			if m.nonce == nonce && m.place == first.Place() && time.Since(m.at) < nonceMemory {
				channel, id = m.place, m.id
				return
			}
		}
		m := &message{
			id: news.MessageID(fmt.Sprint(len(s.messages) + 1)), place: first.Place(), nonce: nonce, at: time.Now(), digest: c.Digest != "",
			briefs: map[news.DeliveryID]string{},
		}
		for _, d := range c.Deliveries {
			m.briefs[d.ID] = d.Brief.Headline
		}
		s.messages = append(s.messages, m)
		channel, id = m.place, m.id
	})
	if err != nil {
		return "", "", err
	}
	return channel, id, nil
}

func (s *server) Edit(ctx context.Context, d news.Delivery) (thread news.ChannelID, err error) {
	err = s.call(ctx, "edit", func() {
		for _, m := range s.messages {
			if m.id == d.Message && m.place == d.PostedIn {
				m.briefs[d.ID] = d.Brief.Headline
				thread = m.thread
			}
		}
	})
	return thread, err
}

func (s *server) Find(ctx context.Context, c news.Claim) (channel news.ChannelID, id news.MessageID, err error) {
	nonce := cmp.Or(c.Digest, c.Deliveries[0].ID)
	err = s.call(ctx, "find", func() {
		for _, m := range s.messages {
			if m.nonce == nonce {
				channel, id = m.place, m.id
			}
		}
	})
	if err != nil {
		return "", "", err
	}
	return channel, id, nil
}

// posts are the headlines in a place, message by message, those of a digest joined by "+".
func (s *server) posts(place news.ChannelID) (posts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.place != place {
			continue
		}
		var headlines []string
		for _, h := range m.briefs {
			headlines = append(headlines, h)
		}
		slices.Sort(headlines)
		posts = append(posts, strings.Join(headlines, "+"))
	}
	return posts
}
