package bolt

import (
	"context"
	"fmt"
	"io"
	"time"

	"newsbrief/internal/news"
)

// Stats implements store.Store. It counts small index rows, not the rows they stand for.
func (s *Store) Stats(ctx context.Context, _ time.Time) (stats news.Stats, err error) {
	err = s.view(ctx, func(t tx) error {
		count := func(bucket string) int { return t.in(bucket).Stats().KeyN }
		stats = news.Stats{
			Feeds: count("feed_urls"), Failing: count("failing"), Articles: count("log"), Stories: count("story_times"),
			Subscriptions: count("owners"), Waiting: count("queue"), Bytes: t.Size(),
		}
		return nil
	})
	return stats, err
}

// Backup implements store.Store. The copy is read in one transaction: pages that are freed meanwhile can't be used again until it
// ends, so the file grows by what changes during a slow backup. The copy is a database file.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.view(ctx, func(t tx) error {
		if _, err := t.WriteTo(&stoppable{ctx, w}); err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
		return nil
	})
}

// stoppable is a writer that fails when its context is done.
type stoppable struct {
	ctx context.Context
	w   io.Writer
}

func (s *stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
