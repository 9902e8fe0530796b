package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsbrief/internal/news"
)

// putFeed creates or replaces the row of a feed, and ends its lease unless keep.
func (t tx) putFeed(f news.Feed, keep bool) error {
	data, err := encode(f)
	if err != nil {
		return err
	}
	var due *int64
	if !f.Gone {
		n := moment(f.NextPoll)
		due = &n
	}
	return t.exec(`INSERT INTO feeds AS f (id, url, due, followed, failing, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET url = excluded.url, followed = excluded.followed, failing = excluded.failing, data = excluded.data,
			due = CASE WHEN $7 AND f.token <> 0 THEN f.due ELSE excluded.due END, token = CASE WHEN $7 THEN f.token ELSE 0 END`,
		int64(f.ID), digest("u"+f.URL), due, f.Default, f.Failures > 0, data, keep)
}

func (t tx) feedByURL(url string) (news.Feed, bool, error) {
	return row[news.Feed](t, `SELECT data FROM feeds WHERE url = $1 FOR UPDATE`, digest("u"+url))
}

// createFeed stores a feed nobody follows yet. An id that is missing or taken is replaced.
func (t tx) createFeed(now time.Time, f news.Feed) (news.Feed, error) {
	if f.ID == 0 {
		f.ID = news.FeedID(news.NewID(now, 0))
	}
	for {
		var taken bool
		if err := t.QueryRow(t.ctx, `SELECT EXISTS (SELECT 1 FROM feeds WHERE id = $1)`, int64(f.ID)).Scan(&taken); err != nil {
			return f, err
		}
		if !taken {
			break
		}
		f.ID++
	}
	if f.NextPoll.IsZero() {
		f.NextPoll = now
	}
	return f, t.putFeed(f, false)
}

// choose stores what a guild's manager decided about a feed.
func (t tx) choose(guild news.GuildID, feed news.FeedID, added bool) error {
	return t.exec(`INSERT INTO choices (guild, feed, added) VALUES ($1, $2, $3) ON CONFLICT (guild, feed) DO UPDATE SET added = excluded.added`, guild, int64(feed), added)
}

// dropOrphans deletes the feeds that nobody follows.
func (t tx) dropOrphans() error {
	return t.exec(`DELETE FROM feeds f WHERE NOT followed AND NOT EXISTS (SELECT 1 FROM choices c WHERE c.feed = f.id AND c.added)`)
}

// AddFeed implements command.Store.
func (s *Store) AddFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.Feed) (added news.Feed, err error) {
	exists := false
	err = s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		f, known, err := t.feedByURL(feed.URL)
		if err != nil {
			return err
		}
		switch {
		case !known:
			f, err = t.createFeed(now, feed)
		case f.Gone:
			f.Gone, f.NextPoll = false, now
			err = t.putFeed(f, true)
		}
		if err != nil {
			return err
		}
		added = f
		chosen, err := column[bool](t, `SELECT added FROM choices WHERE guild = $1 AND feed = $2`, guild, int64(f.ID))
		if err != nil {
			return err
		}
		if exists = known && (len(chosen) > 0 && chosen[0] || len(chosen) == 0 && f.Default); exists {
			return nil
		}
		if err := t.choose(guild, f.ID, true); err != nil {
			return err
		}
		return t.audienceChanged()
	})
	if err == nil && exists {
		err = fmt.Errorf("feed %s of guild %s: %w", added.ID, guild, news.ErrExists)
	}
	return added, err
}

// RemoveFeed implements command.Store.
func (s *Store) RemoveFeed(ctx context.Context, guild news.GuildID, feed news.FeedID) error {
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		f, ok, err := row[news.Feed](t, `SELECT data FROM feeds WHERE id = $1 FOR UPDATE`, int64(feed))
		if err != nil {
			return err
		}
		chosen, err := column[bool](t, `SELECT added FROM choices WHERE guild = $1 AND feed = $2`, guild, int64(feed))
		if err != nil {
			return err
		}
		if !ok || len(chosen) > 0 && !chosen[0] || len(chosen) == 0 && !f.Default {
			return fmt.Errorf("feed %s of guild %s: %w", feed, guild, news.ErrNotFound)
		}
		if f.Default {
			err = t.choose(guild, feed, false)
		} else {
			err = t.exec(`DELETE FROM choices WHERE guild = $1 AND feed = $2`, guild, int64(feed))
		}
		if err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM feeds f WHERE id = $1 AND NOT followed AND NOT EXISTS (SELECT 1 FROM choices c WHERE c.feed = f.id AND c.added)`, int64(feed)); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// SetDefaults implements store.Store.
func (s *Store) SetDefaults(ctx context.Context, now time.Time, feeds []news.Feed) error {
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		changed := false
		var listed []int64
		for _, feed := range feeds {
			f, ok, err := t.feedByURL(feed.URL)
			if err != nil {
				return err
			}
			if !ok {
				feed.Default = true
				f, err = t.createFeed(now, feed)
				changed = true
			} else if !f.Default {
				f.Default = true
				err = t.putFeed(f, true)
				changed = true
			}
			if err != nil {
				return err
			}
			listed = append(listed, int64(f.ID))
		}
		former, err := rows[news.Feed](t, `SELECT data FROM feeds WHERE followed AND id <> ALL ($1) ORDER BY id FOR UPDATE`, append([]int64{}, listed...))
		if err != nil {
			return err
		}
		for _, f := range former {
			f.Default = false
			if err := t.putFeed(f, true); err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return nil
		}
		if err := t.dropOrphans(); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// Feeds implements store.Store.
func (s *Store) Feeds(ctx context.Context) (feeds []news.Feed, err error) {
	err = s.view(ctx, func(t tx) error {
		feeds, err = rows[news.Feed](t, `SELECT data FROM feeds ORDER BY id`)
		return err
	})
	return feeds, err
}

// GuildFeeds implements command.Store.
func (s *Store) GuildFeeds(ctx context.Context, guild news.GuildID) (feeds []news.Feed, err error) {
	err = s.view(ctx, func(t tx) error {
		feeds, err = rows[news.Feed](t, `SELECT data FROM feeds LEFT JOIN choices ON feed = id AND guild = $1 WHERE coalesce(added, followed)`, guild)
		return err
	})
	slices.SortFunc(feeds, func(a, b news.Feed) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.ID, b.ID))
	})
	return feeds, err
}

// ClaimFeeds implements pipeline.Store.
func (s *Store) ClaimFeeds(ctx context.Context, now time.Time, lasting time.Duration, max int) ([]news.Feed, error) {
	type claimed struct {
		feed news.Feed
		due  int64
	}
	var all []claimed
	err := s.update(ctx, func(t tx) error {
		all = nil
		result, err := t.Query(t.ctx, `WITH due AS (SELECT id, due FROM feeds WHERE due <= $1 ORDER BY due, id LIMIT $2 FOR UPDATE SKIP LOCKED)
			UPDATE feeds f SET token = nextval('tokens'), due = $3 FROM due WHERE f.id = due.id RETURNING f.data, f.token, due.due`,
			moment(now), max, moment(now.Add(lasting)))
		if err != nil {
			return err
		}
		defer result.Close()
		for result.Next() {
			var data []byte
			var token, due int64
			if err := result.Scan(&data, &token, &due); err != nil {
				return err
			}
			f, err := decode[news.Feed](data)
			if err != nil {
				return err
			}
			f.Lease = uint64(token)
			all = append(all, claimed{f, due})
		}
		return result.Err()
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b claimed) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.feed.ID, b.feed.ID)) })
	var feeds []news.Feed
	for _, c := range all {
		feeds = append(feeds, c.feed)
	}
	return feeds, nil
}

// NextPoll implements pipeline.Store.
func (s *Store) NextPoll(ctx context.Context) (time.Time, error) {
	return s.next(ctx, `SELECT coalesce(min(due), 0) FROM feeds WHERE due IS NOT NULL`)
}

func (s *Store) next(ctx context.Context, sql string) (time.Time, error) {
	var n int64
	err := s.pool.QueryRow(ctx, sql).Scan(&n)
	return toMoment(n), err
}

// Known implements pipeline.Store.
func (s *Store) Known(ctx context.Context, feed news.FeedID, entries [][]news.Mark) ([]bool, error) {
	known := make([]bool, len(entries))
	var marks [][]byte
	for _, entry := range entries {
		marks = append(marks, bytesOf(entry)...)
	}
	err := s.view(ctx, func(t tx) error {
		found, err := column[[]byte](t, `SELECT mark FROM marks WHERE feed = $1 AND mark = ANY ($2)`, int64(feed), append([][]byte{}, marks...))
		if err != nil {
			return err
		}
		seen := map[news.Mark]bool{}
		for _, m := range found {
			seen[news.Mark(m)] = true
		}
		for i, entry := range entries {
			known[i] = slices.ContainsFunc(entry, func(m news.Mark) bool { return seen[m] })
		}
		return nil
	})
	return known, err
}

func bytesOf(marks []news.Mark) [][]byte {
	all := make([][]byte, len(marks))
	for i := range marks {
		all[i] = marks[i][:]
	}
	return all
}

func (t tx) addMarks(feed news.FeedID, marks []news.Mark) error {
	return t.exec(`INSERT INTO marks SELECT DISTINCT $1::bigint, m FROM unnest($2::bytea[]) m ORDER BY m ON CONFLICT DO NOTHING`, int64(feed), bytesOf(marks))
}

// FinishPoll implements pipeline.Store.
func (s *Store) FinishPoll(ctx context.Context, now time.Time, p news.Poll) error {
	return s.update(ctx, func(t tx) error {
		var data []byte
		var token int64
		found, err := t.Query(t.ctx, `SELECT data, token FROM feeds WHERE id = $1 FOR UPDATE`, int64(p.Feed.ID))
		if err != nil {
			return err
		}
		ok := found.Next()
		if ok {
			err = found.Scan(&data, &token)
		}
		found.Close()
		if err := cmp.Or(err, found.Err()); err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("feed %s: %w", p.Feed.ID, news.ErrNotFound)
		}
		if uint64(token) != p.Feed.Lease {
			return fmt.Errorf("feed %s: %w", p.Feed.ID, news.ErrLeaseLost)
		}
		was, err := decode[news.Feed](data)
		if err != nil {
			return err
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
		if err := t.putFeed(f, false); err != nil {
			return err
		}
		if p.Listed == nil {
			return nil
		}
		if err := t.exec(`DELETE FROM marks WHERE feed = $1 AND mark <> ALL ($2)`, int64(f.ID), bytesOf(p.Listed)); err != nil {
			return err
		}
		return t.addMarks(f.ID, p.Listed)
	})
}
