package bolt

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"newsbrief/internal/news"
)

// ClaimFeeds implements pipeline.Store.
func (s *Store) ClaimFeeds(ctx context.Context, now time.Time, lasting time.Duration, max int) (claimed []news.Feed, err error) {
	// Most calls find nothing to do, which costs no transaction that writes.
	if next, due, err := s.next(ctx, "polls"); err != nil || !due || next.After(now) || max <= 0 {
		return nil, err
	}
	err = s.update(ctx, func(t tx) error {
		claimed = nil
		var due []news.FeedID
		for k := range t.prefixed("polls", nil) {
			if len(due) == max || toMoment(k).After(now) {
				break
			}
			due = append(due, news.FeedID(toNumber(k[8:])))
		}
		for _, id := range due {
			f, ok, err := t.feed(id)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("feed %s is due and has no row: %w", id, news.ErrCorrupt)
			}
			token, err := t.in("polling").NextSequence()
			if err != nil {
				return fmt.Errorf("take a token: %w", err)
			}
			if err := t.changeFeed(&f, f, lease{token, now.Add(lasting)}); err != nil {
				return err
			}
			f.Lease = token
			claimed = append(claimed, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
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
	next, _, err := s.next(ctx, "polls")
	return next, err
}

// Known implements pipeline.Store.
func (s *Store) Known(ctx context.Context, feed news.FeedID, entries [][]news.Mark) ([]bool, error) {
	known := make([]bool, len(entries))
	err := s.view(ctx, func(t tx) error {
		marks := t.in("marks")
		for i, entry := range entries {
			for _, m := range entry {
				if k, _ := marks.Cursor().Seek(key(number(feed), m[:])); bytes.Equal(k, key(number(feed), m[:])) {
					known[i] = true
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
	return s.update(ctx, func(t tx) error {
		was, ok, err := t.feed(p.Feed.ID)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("feed %s: %w", p.Feed.ID, news.ErrNotFound)
		}
		if held := t.feedLease(was.ID); held.token != p.Feed.Lease {
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
		if err := t.changeFeed(&was, f, lease{}); err != nil {
			return err
		}
		if p.Listed == nil {
			return nil
		}
		return t.keepMarks(f.ID, p.Listed)
	})
}

// keepMarks makes the listed marks the feed's only ones.
func (t tx) keepMarks(feed news.FeedID, listed []news.Mark) error {
	keep := make(map[news.Mark]bool, len(listed))
	for _, m := range listed {
		keep[m] = true
	}
	for _, k := range t.keys("marks", number(feed)) {
		m := news.Mark(k[8:])
		if keep[m] {
			delete(keep, m)
		} else if err := t.drop("marks", k); err != nil {
			return err
		}
	}
	for m := range keep {
		if err := t.set("marks", key(number(feed), m[:]), nil); err != nil {
			return err
		}
	}
	return nil
}
