package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"newsbrief/internal/news"
)

// ClaimFeeds implements pipeline.Store.
func (s *Store) ClaimFeeds(ctx context.Context, now time.Time, lasting time.Duration, max int) (claimed []news.Feed, err error) {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	err = s.view(ctx, func(t tx) error {
		for k := range t.prefixed("polls", nil) {
			if len(claimed) >= max || toMoment(k).After(now) {
				return nil
			}
			id := news.FeedID(toNumber(k[8:]))
			if s.looks.leases[id].until.After(now) {
				continue
			}
			f, ok, err := t.feed(id)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("feed %s is due and has no row: %w", id, news.ErrCorrupt)
			}
			claimed = append(claimed, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range claimed {
		claimed[i].Lease = s.looks.begin(claimed[i].ID, now.Add(lasting))
	}
	return claimed, nil
}

// ClaimFeed implements pipeline.Store.
func (s *Store) ClaimFeed(ctx context.Context, now time.Time, lasting time.Duration, id news.FeedID) (claimed news.Feed, err error) {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	err = s.view(ctx, func(t tx) error {
		f, ok, err := t.feed(id)
		switch {
		case err != nil:
			return err
		case !ok:
			return fmt.Errorf("feed %s: %w", id, news.ErrNotFound)
		case s.looks.leases[id].until.After(now):
			return fmt.Errorf("feed %s: %w", id, news.ErrLeaseLost)
		}
		claimed = f
		return nil
	})
	if err == nil {
		claimed.Lease = s.looks.begin(id, now.Add(lasting))
	}
	return claimed, err
}

// Push implements pipeline.Store.
func (s *Store) Push(ctx context.Context, feed news.FeedID) (push news.Push, err error) {
	err = s.view(ctx, func(t tx) error {
		push, _, err = get[news.Push](t, "pushes", number(feed))
		return err
	})
	return push, err
}

// PutPush implements pipeline.Store.
func (s *Store) PutPush(ctx context.Context, push news.Push) error {
	return s.update(ctx, func(t tx) error {
		if _, ok := t.find("feeds", number(push.Feed)); !ok {
			return fmt.Errorf("feed %s: %w", push.Feed, news.ErrNotFound)
		}
		return put(t, "pushes", number(push.Feed), push)
	})
}

// next is the first time in an index that begins with one; ok is false when it is empty.
func (s *Store) next(ctx context.Context, index string) (next time.Time, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		k, _ := t.in(index).Cursor().First()
		next, ok = toMoment(k), k != nil
		return nil
	})
	return next, ok, err
}

// NextPoll implements pipeline.Store.
func (s *Store) NextPoll(ctx context.Context) (time.Time, error) {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	var next time.Time
	err := s.view(ctx, func(t tx) error {
		for k := range t.prefixed("polls", nil) {
			due := toMoment(k)
			l, out := s.looks.leases[news.FeedID(toNumber(k[8:]))]
			if l.until.After(due) {
				due = l.until
			}
			if next.IsZero() || due.Before(next) {
				next = due
			}
			if !out {
				break
			}
		}
		return nil
	})
	return next, err
}

// Known implements pipeline.Store.
func (s *Store) Known(ctx context.Context, feed news.FeedID, entries [][]news.Mark) ([]bool, error) {
	known := make([]bool, len(entries))
	err := s.view(ctx, func(t tx) error {
		for i, entry := range entries {
			for _, m := range entry {
				if _, known[i] = t.find("marks", key(number(feed), m[:])); known[i] {
					break
				}
			}
		}
		return nil
	})
	return known, err
}

// FinishPoll implements pipeline.Store.
func (s *Store) FinishPoll(ctx context.Context, now time.Time, p news.Poll) error {
	briefs, err := encodeBriefs(p.Deliveries)
	if err != nil {
		return err
	}
	mine := false // it ends once, however often the transaction is run
	err = s.updateSoon(ctx, func(t tx) error {
		was, ok, err := t.feed(p.Feed.ID)
		if err != nil {
			return err
		}
		mine = mine || s.looks.end(p.Feed.ID, p.Feed.Lease)
		if !ok {
			return fmt.Errorf("feed %s: %w", p.Feed.ID, news.ErrNotFound)
		}
		if !mine {
			return fmt.Errorf("feed %s: %w", was.ID, news.ErrLeaseLost)
		}
		f := p.Feed
		f.Default = was.Default
		if f.NextPoll.IsZero() {
			f.NextPoll = now
		}
		if f.URL != was.URL {
			if _, taken, err := t.feedByURL(f.URL); err != nil {
				return err
			} else if taken {
				f.URL = was.URL
			}
		}
		if err := t.changeFeed(&was, f); err != nil {
			return err
		}
		if err := t.notify(now, p.Deliveries, briefs); err != nil {
			return err
		}
		if p.Listed == nil {
			return nil
		}
		return t.keepMarks(f.ID, p.Listed)
	})
	if mine {
		s.looks.ended(p.Feed.ID, p.Feed.Lease, err == nil || errors.Is(err, news.ErrNotFound))
	}
	return err
}

// putMarks stores the marks of one entry.
func (t tx) putMarks(feed news.FeedID, marks []news.Mark) error {
	for i, m := range marks {
		var others []byte
		if i == 0 {
			others = join(marks[1:])
		}
		k := key(number(feed), m[:])
		if was, ok := t.find("marks", k); ok && (i > 0 || bytes.Equal(was, others)) { // a later mark may be the first of another entry
			continue
		}
		if err := t.set("marks", k, others); err != nil {
			return err
		}
	}
	return nil
}

func join(marks []news.Mark) []byte {
	var b []byte
	for _, m := range marks {
		b = append(b, m[:]...)
	}
	return b
}

// keepMarks makes the listed marks, and those they stand for, the feed's only ones.
func (t tx) keepMarks(feed news.FeedID, listed [][]news.Mark) error {
	keep := map[news.Mark]bool{}
	for _, entry := range listed {
		if len(entry) == 0 {
			continue
		}
		first := key(number(feed), entry[0][:])
		others, known := t.find("marks", first)
		if !known || len(entry) > 1 {
			if err := t.putMarks(feed, entry); err != nil {
				return err
			}
			others = join(entry[1:])
		}
		keep[entry[0]] = true
		for other := range slices.Chunk(others, len(news.Mark{})) {
			keep[news.Mark(other)] = true
		}
	}
	for _, k := range t.keys("marks", number(feed)) {
		if keep[news.Mark(k[8:])] {
			continue
		}
		if err := t.drop("marks", k); err != nil {
			return err
		}
	}
	return nil
}
