package bolt

import (
	"fmt"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"newsbrief/internal/news"
)

// Format is the version of the file format this program writes. Each older one has a migration to the next.
const Format = 5

// migrations[v] turns format v into v+1. They are never changed once released.
var migrations = map[int]func(tx) error{
	1: func(t tx) error { // pushes; a mark has the others of its entry
		_, err := t.CreateBucket([]byte("pushes"))
		return err
	},
	2: func(t tx) error { // rows of feeds are no JSON, their leases are kept in memory
		for _, k := range t.keys("feeds", nil) {
			f, _, err := get[news.Feed](t, "feeds", k)
			if err != nil {
				return err
			}
			if l := t.in("polling").Get(k); l != nil && !f.Gone {
				leased := entry{"polls", key(l[8:], k), nil}
				if err := t.reindex([]entry{leased}, feedIndex(f)); err != nil {
					return err
				}
			}
			if err := t.set("feeds", k, encodeFeed(f)); err != nil {
				return err
			}
		}
		return t.DeleteBucket([]byte("polling"))
	},
	3: func(t tx) error {
		for _, name := range []string{"followers", "answers", "answer_times"} {
			if _, err := t.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	},
	4: func(t tx) error { // direct messages are a place under their person's own guild, with turns behind those of channels
		for _, name := range []string{"direct_turns", "following"} {
			if _, err := t.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		for _, k := range t.keys("followers", nil) {
			if err := t.set("following", key(text(string(k[8:])), k[:8]), nil); err != nil {
				return err
			}
		}
		return t.renamePlaces()
	},
}

// renamePlaces gives the places of direct messages the names they have since format 5.
func (t tx) renamePlaces() error {
	for _, k := range t.keys("deliveries", nil) {
		r, _, err := t.deliveryAt(k)
		if err != nil {
			return err
		}
		if r.Channel != "" {
			continue
		}
		was := text(r.User)
		var indexed []entry
		for _, e := range r.indexed {
			if e.bucket != "messages" {
				e.k = key(was, e.k[len(was)+1:]) // the name is longer by an @
			}
			indexed = append(indexed, e)
		}
		r.indexed = indexed
		if err := t.save(r); err != nil {
			return err
		}
		old := t.place(string(r.User))
		if !old.turn.IsZero() {
			if err := t.drop("turns", key(moment(old.turn), []byte(r.User))); err != nil {
				return err
			}
		}
		if err := t.drop("places", []byte(r.User)); err != nil {
			return err
		}
		if err := t.settle(string(r.Place()), lease{}); err != nil {
			return err
		}
	}
	return nil
}

var buckets = []string{
	"meta", "feeds", "feed_urls", "polls", "failing", "marks", "pushes", "choices", "choosers",
	"articles", "article_urls", "log", "stories", "story_times",
	"deliveries", "briefs", "queue", "places", "turns", "direct_turns", "digests", "posted", "messages",
	"topics", "subscriptions", "subscribers", "owners", "settings", "caught_up",
	"followers", "following", "answers", "answer_times",
}

// formatOf is the version of the file's format, 0 for a bbolt file without any content.
func formatOf(t *bbolt.Tx) (int, error) {
	meta := t.Bucket([]byte("meta"))
	if meta == nil {
		if k, _ := t.Cursor().First(); k != nil {
			return 0, fmt.Errorf("%w: it belongs to another program", errForeign)
		}
		return 0, nil
	}
	v, err := strconv.Atoi(string(meta.Get([]byte("version"))))
	if err != nil || v < 1 {
		return 0, fmt.Errorf("%w: it belongs to another program", errForeign)
	}
	return v, nil
}

// prepare brings the file to the current format and ends the claims of the process that had it before, in one transaction.
func prepare(t tx) error {
	from, err := formatOf(t.Tx)
	if err != nil {
		return err
	}
	if from == 0 {
		for _, name := range buckets {
			if _, err := t.CreateBucket([]byte(name)); err != nil {
				return fmt.Errorf("create bucket %s: %w", name, err)
			}
		}
		if err := t.set("meta", []byte("audience"), number(uint64(1))); err != nil {
			return err
		}
		from = Format
	}
	for v := from; v < Format; v++ {
		if err := migrations[v](t); err != nil {
			return fmt.Errorf("bring the database from format %d to %d: %w", v, v+1, err)
		}
	}
	if err := t.set("meta", []byte("version"), []byte(strconv.Itoa(Format))); err != nil {
		return err
	}
	return endLeases(t)
}

func endLeases(t tx) error {
	for _, k := range t.keys("places", nil) {
		if t.place(string(k)).token == 0 {
			continue
		}
		if err := t.settle(string(k), lease{}); err != nil {
			return err
		}
	}
	return nil
}

// lease is the right to work on something until a time. The token tells it from earlier and later ones.
type lease struct {
	token uint64
	until time.Time
}
