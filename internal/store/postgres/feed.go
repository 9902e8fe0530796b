package postgres

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
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
func (t tx) choose(guild news.GuildID, feed news.FeedID, decided news.Choice) error {
	return t.exec(`INSERT INTO choices (guild, feed, added, titles) VALUES ($1, $2, $3, $4)
		ON CONFLICT (guild, feed) DO UPDATE SET added = excluded.added, titles = excluded.titles`, guild, int64(feed), decided != news.Removed, decided == news.Titles)
}

// SetTitles implements command.Store.
func (s *Store) SetTitles(ctx context.Context, guild news.GuildID, feed news.FeedID, only bool) error {
	decided := news.Added
	if only {
		decided = news.Titles
	}
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		if _, err := t.followed(guild, feed); err != nil {
			return err
		}
		if err := t.choose(guild, feed, decided); err != nil {
			return err
		}
		return t.audienceChanged()
	})
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
			f, err = t.retryFeed(now, f)
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
		if err := t.choose(guild, f.ID, news.Added); err != nil {
			return err
		}
		return t.audienceChanged()
	})
	if err == nil && exists {
		err = fmt.Errorf("feed %s of guild %s: %w", added.ID, guild, news.ErrExists)
	}
	return added, err
}

func (t tx) retryFeed(now time.Time, f news.Feed) (news.Feed, error) {
	f.Gone, f.NextPoll = false, now
	return f, t.putFeed(f, true)
}

// followed is a feed that the guild follows. ErrNotFound.
func (t tx) followed(guild news.GuildID, feed news.FeedID) (news.Feed, error) {
	f, ok, err := row[news.Feed](t, `SELECT data FROM feeds WHERE id = $1 FOR UPDATE`, int64(feed))
	if err != nil {
		return f, err
	}
	chosen, err := column[bool](t, `SELECT added FROM choices WHERE guild = $1 AND feed = $2`, guild, int64(feed))
	if err != nil {
		return f, err
	}
	if !ok || len(chosen) > 0 && !chosen[0] || len(chosen) == 0 && !f.Default {
		return f, fmt.Errorf("feed %s of guild %s: %w", feed, guild, news.ErrNotFound)
	}
	return f, nil
}

// RetryFeed implements command.Store.
func (s *Store) RetryFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.FeedID) error {
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		f, err := t.followed(guild, feed)
		if err != nil {
			return err
		}
		_, err = t.retryFeed(now, f)
		return err
	})
}

// RemoveFeed implements command.Store.
func (s *Store) RemoveFeed(ctx context.Context, guild news.GuildID, feed news.FeedID) error {
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		f, err := t.followed(guild, feed)
		if err != nil {
			return err
		}
		if f.Default {
			err = t.choose(guild, feed, news.Removed)
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

// addMarks stores the marks of entries. A mark that is the first of no entry any more keeps what it had: it may be so again.
func (t tx) addMarks(feed news.FeedID, entries [][]news.Mark) error {
	others := map[news.Mark][]byte{}
	for _, entry := range entries {
		for i, m := range entry {
			if _, ok := others[m]; i == 0 && len(entry) > 1 {
				others[m] = bytes.Join(bytesOf(entry[1:]), nil)
			} else if !ok {
				others[m] = nil
			}
		}
	}
	marks := slices.SortedFunc(maps.Keys(others), func(a, b news.Mark) int { return bytes.Compare(a[:], b[:]) })
	rest := make([][]byte, len(marks))
	for i, m := range marks {
		rest[i] = others[m]
	}
	return t.exec(`INSERT INTO marks AS m SELECT $1::bigint, mark, others FROM unnest($2::bytea[], $3::bytea[]) AS new (mark, others)
		ON CONFLICT (feed, mark) DO UPDATE SET others = excluded.others WHERE excluded.others IS NOT NULL AND excluded.others IS DISTINCT FROM m.others`,
		int64(feed), bytesOf(marks), rest)
}

// keepMarks makes the listed marks, and those they stand for, the feed's only ones.
func (t tx) keepMarks(feed news.FeedID, listed [][]news.Mark) error {
	if err := t.addMarks(feed, listed); err != nil {
		return err
	}
	var first []news.Mark
	keep := []news.Mark{}
	for _, entry := range listed {
		first = append(first, entry[:min(len(entry), 1)]...)
		keep = append(keep, entry...)
	}
	others, err := column[[]byte](t, `SELECT others FROM marks WHERE feed = $1 AND mark = ANY ($2) AND others IS NOT NULL`, int64(feed), bytesOf(first))
	if err != nil {
		return err
	}
	for m := range slices.Chunk(slices.Concat(others...), len(news.Mark{})) {
		keep = append(keep, news.Mark(m))
	}
	return t.exec(`DELETE FROM marks WHERE feed = $1 AND mark <> ALL ($2)`, int64(feed), bytesOf(keep))
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
		if err := t.notify(now, p.Deliveries); err != nil {
			return err
		}
		if p.Listed == nil {
			return nil
		}
		return t.keepMarks(f.ID, p.Listed)
	})
}

// notify creates the notices that don't exist yet.
func (t tx) notify(now time.Time, notices []news.Delivery) error {
	ids, places := []string{}, []string{}
	for _, d := range notices {
		if err := sending.Check(d); err != nil {
			return fmt.Errorf("notice %q: %w", d.ID, err)
		}
		ids = append(ids, string(d.ID))
	}
	exist, err := column[string](t, `SELECT id FROM deliveries WHERE id = ANY ($1)`, ids)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(notices), func(d news.Delivery) bool { return slices.Contains(exist, string(d.ID)) })
	for _, d := range fresh {
		places = append(places, string(d.Place()))
	}
	return t.owe(now, fresh, places)
}

// ClaimFeed implements pipeline.Store.
func (s *Store) ClaimFeed(ctx context.Context, now time.Time, lasting time.Duration, id news.FeedID) (feed news.Feed, err error) {
	err = s.update(ctx, func(t tx) error {
		var data []byte
		var token, due int64
		err := t.QueryRow(ctx, `SELECT data, token, coalesce(due, 0) FROM feeds WHERE id = $1 FOR UPDATE`, int64(id)).Scan(&data, &token, &due)
		if errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("feed %s: %w", id, news.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if token != 0 && due > moment(now) {
			return fmt.Errorf("feed %s: %w", id, news.ErrLeaseLost)
		}
		if feed, err = decode[news.Feed](data); err != nil {
			return err
		}
		if err := t.QueryRow(ctx, `UPDATE feeds SET token = nextval('tokens'), due = $2 WHERE id = $1 RETURNING token`, int64(id), moment(now.Add(lasting))).Scan(&token); err != nil {
			return err
		}
		feed.Lease = uint64(token)
		return nil
	})
	return feed, err
}

// Push implements pipeline.Store.
func (s *Store) Push(ctx context.Context, feed news.FeedID) (push news.Push, err error) {
	err = s.view(ctx, func(t tx) error {
		push, _, err = row[news.Push](t, `SELECT data FROM pushes WHERE feed = $1`, int64(feed))
		return err
	})
	return push, err
}

// PutPush implements pipeline.Store.
func (s *Store) PutPush(ctx context.Context, push news.Push) error {
	data, err := encode(push)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		n, err := t.count(`INSERT INTO pushes SELECT id, $2 FROM feeds WHERE id = $1 ON CONFLICT (feed) DO UPDATE SET data = excluded.data`, int64(push.Feed), data)
		if err == nil && n == 0 {
			err = fmt.Errorf("feed %s: %w", push.Feed, news.ErrNotFound)
		}
		return err
	})
}
