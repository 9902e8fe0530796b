// Package storetest proves that a backend keeps the contract of package store, crashes included. It knows nothing about how a
// backend keeps its data.
package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store"
)

// Database is one empty database of the backend under test.
type Database interface {
	// Open opens it, again after Crash or Close.
	Open(t testing.TB) store.Store
	// Crash leaves s as a killed process would: nothing is finished or released.
	Crash(t testing.TB, s store.Store)
	// Check fails the test when rows, indexes and files don't fit together.
	Check(t testing.TB, s store.Store)
}

// Run runs the suite. create makes a new empty database.
func Run(t *testing.T, create func(t testing.TB) Database) {
	for _, part := range []struct {
		name  string
		tests map[string]func(*world)
	}{
		{"feeds", feedTests}, {"polls", pollTests}, {"publish", publishTests}, {"claims", claimTests}, {"digests", digestTests},
		{"wishes", wishTests}, {"people", peopleTests}, {"archive", archiveTests}, {"crash", crashTests}, {"concurrent", concurrentTests},
	} {
		for name, test := range part.tests {
			t.Run(part.name+"/"+strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
				db := create(t)
				w := &world{T: t, db: db, s: db.Open(t), now: start}
				test(w)
				w.db.Check(t, w.s)
				if err := w.s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const minute = time.Minute

// world is a test with its database at a time.
type world struct {
	*testing.T
	db  Database
	s   store.Store
	now time.Time
	n   uint32
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) reopen() {
	w.Helper()
	w.ok(w.s.Close())
	w.s = w.db.Open(w)
}

func (w *world) crash() {
	w.Helper()
	w.db.Crash(w, w.s)
	w.s = w.db.Open(w)
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// id is a new id at the world's time.
func (w *world) id() uint64 {
	w.n++
	return news.NewID(w.now, w.n)
}

// addFeed has the guild follow a new feed.
func (w *world) addFeed(guild news.GuildID, url string) news.Feed {
	w.Helper()
	f, err := w.s.AddFeed(w.Context(), w.now, guild, news.Feed{ID: news.FeedID(w.id()), URL: url, Title: url})
	w.ok(err)
	return f
}

// publication is a new story of one article.
func (w *world) publication() news.Publication {
	id := w.id()
	url := fmt.Sprintf("https://news.example/%d", id)
	return news.Publication{
		Article: news.Article{ID: news.ArticleID(id), URL: url, Title: "Title", Text: "Text.", Language: "en", Published: w.now, Seen: w.now, Story: news.StoryID(id)},
		Story: news.Story{ID: news.StoryID(id), Event: news.StoryID(id), Language: "en", Headline: "Title", Articles: []news.ArticleID{news.ArticleID(id)},
			First: w.now, Last: w.now},
	}
}

func (w *world) publish(p news.Publication) news.Publication {
	w.Helper()
	w.ok(w.s.PublishStory(w.Context(), w.now, p))
	return p
}

// owed is what a publication owes a guild's channel: at once, or with a digest.
func (w *world) owed(p news.Publication, channel news.ChannelID, slot time.Time) news.Delivery {
	d := news.Delivery{
		ID: news.NewDeliveryID(p.Story.Event, channel), Event: p.Story.Event, Story: p.Story.ID, Guild: "g1", Channel: channel,
		Topics: []news.Match{{Topic: "climate", Score: .5, Words: []string{"ice"}}}, Budget: 7, State: news.Waiting, Due: w.now, Slot: slot, Revision: 1, Created: w.now,
		Brief: news.Brief{Story: p.Story.ID, Language: "en", Headline: "Headline of " + p.Story.ID.String(), Sentences: []news.Sentence{{Text: "It is so.", Article: p.Article.ID, End: 9}}},
	}
	if !slot.IsZero() {
		d.Due = slot
	}
	return d
}

// owe publishes a new story that is owed to the channels at once.
func (w *world) owe(channels ...news.ChannelID) news.Publication {
	w.Helper()
	p := w.publication()
	for _, c := range channels {
		p.Deliveries = append(p.Deliveries, w.owed(p, c, time.Time{}))
	}
	return w.publish(p)
}

func (w *world) claims(max int) []news.Claim {
	w.Helper()
	claims, err := w.s.ClaimDeliveries(w.Context(), w.now, minute, max, max)
	w.ok(err)
	return claims
}

// claim is the only claim there is.
func (w *world) claim() news.Claim {
	w.Helper()
	claims := w.claims(10)
	if len(claims) != 1 {
		w.Fatalf("%d claims, want 1: %+v", len(claims), claims)
	}
	if len(claims[0].Deliveries) == 0 {
		w.Fatal("a claim without deliveries")
	}
	return claims[0]
}

func (w *world) noClaim() {
	w.Helper()
	if claims := w.claims(10); len(claims) != 0 {
		w.Fatalf("claims %+v, want none", claims)
	}
}

func (w *world) posted(c news.Claim) {
	w.Helper()
	w.n++
	w.ok(w.s.Posted(w.Context(), w.now, c, c.Deliveries[0].Channel, news.MessageID(fmt.Sprint(w.n))))
}

// delivery is what is owed for a publication in a channel of guild g1, as it is stored.
func (w *world) delivery(p news.Publication, channel news.ChannelID) news.Delivery {
	w.Helper()
	all, err := w.s.EventDeliveries(w.Context(), p.Story.Event, "g1")
	w.ok(err)
	for _, d := range all {
		if d.Channel == channel {
			return d
		}
	}
	w.Fatalf("nothing is owed to %s for %s", channel, p.Story.Event)
	return news.Delivery{}
}

func (w *world) stats() news.Stats {
	w.Helper()
	stats, err := w.s.Stats(w.Context(), w.now)
	w.ok(err)
	return stats
}

func (w *world) audience() *news.Audience {
	w.Helper()
	a, err := w.s.Audience(w.Context(), 0)
	w.ok(err)
	return a
}

func (w *world) subscribe(topic news.TopicID, channel news.ChannelID) news.Subscription {
	w.Helper()
	sub, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(w.id()), Guild: "g1", Channel: channel, Topic: topic, When: news.Now, Created: w.now})
	w.ok(err)
	return sub
}

func mark(s string) (m news.Mark) {
	copy(m[:], s)
	return m
}
