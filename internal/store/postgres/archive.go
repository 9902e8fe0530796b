package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// PublishStory implements pipeline.Store.
func (s *Store) PublishStory(ctx context.Context, now time.Time, p news.Publication) error {
	if p.Article.ID == 0 || p.Story.ID == 0 {
		return errors.New("a publication needs an article and a story with ids")
	}
	article, err := encode(p.Article)
	if err != nil {
		return err
	}
	places := make([]string, len(p.Deliveries))
	for i, d := range p.Deliveries {
		if err := sending.Check(d); err != nil {
			return fmt.Errorf("delivery %q: %w", d.ID, err)
		}
		places[i] = string(d.Place())
	}
	return s.update(ctx, func(t tx) error {
		if len(p.Marks) > 0 {
			followed, err := column[int64](t, `SELECT id FROM feeds WHERE id = $1 FOR KEY SHARE`, int64(p.Feed))
			if err != nil {
				return err
			}
			if len(followed) > 0 {
				if err := t.addMarks(p.Feed, [][]news.Mark{p.Marks}); err != nil {
					return err
				}
			}
		}
		if err := t.owe(now, p.Deliveries, places); err != nil {
			return err
		}
		if err := t.putStory(p.Story); err != nil {
			return err
		}
		// From here to the commit one transaction at a time, so that sequences become visible in their order.
		if err := t.lock(lockLog); err != nil {
			return err
		}
		taken, err := column[int64](t, `SELECT id FROM articles WHERE url = $1 AND id <> $2`, digest(p.Article.URL), int64(p.Article.ID))
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return fmt.Errorf("an article at %s: %w", p.Article.URL, news.ErrExists)
		}
		return t.exec(`INSERT INTO articles (id, url, seen, sequence, data) VALUES ($1, $2, $3, nextval('articles_log'), $4)
			ON CONFLICT (id) DO UPDATE SET url = excluded.url, seen = excluded.seen, sequence = excluded.sequence, data = excluded.data`,
			int64(p.Article.ID), digest(p.Article.URL), moment(p.Article.Seen), article)
	})
}

func (t tx) putStory(s news.Story) error {
	was, ok, err := row[news.Story](t, `SELECT data FROM stories WHERE id = $1 FOR UPDATE`, int64(s.ID))
	if err != nil {
		return err
	}
	if ok {
		s = s.Join(was)
	}
	data, err := encode(s)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO stories (id, last, data) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET last = excluded.last, data = excluded.data`,
		int64(s.ID), moment(s.Last), data)
}

// owe creates or refreshes deliveries.
func (t tx) owe(now time.Time, owed []news.Delivery, places []string) error {
	if len(owed) == 0 {
		return nil
	}
	if err := t.lockPlaces(places); err != nil {
		return err
	}
	ids := make([]string, len(owed))
	for i, d := range owed {
		ids[i] = string(d.ID)
	}
	known, err := deliveries(t, `SELECT data FROM deliveries WHERE id = ANY ($1)`, ids)
	if err != nil {
		return err
	}
	byID := map[news.DeliveryID]*delivery{}
	for _, d := range known {
		byID[d.ID] = d
	}
	var all []*delivery
	for _, d := range owed {
		if was := byID[d.ID]; was != nil {
			is, err := encode(was.Brief)
			if err != nil {
				return err
			}
			newer, err := encode(d.Brief)
			if err != nil {
				return err
			}
			was.Refresh(now, d, bytes.Equal(is, newer))
			all = append(all, was)
			continue
		}
		fresh := sending.New(now, d)
		byID[d.ID] = &fresh
		all = append(all, &fresh)
	}
	if err := t.save(all); err != nil {
		return err
	}
	return t.settle(places)
}

// RewriteBriefs implements pipeline.Store.
func (s *Store) RewriteBriefs(ctx context.Context, now time.Time, rewrites []news.Rewrite) error {
	ids := make([]string, len(rewrites))
	byID := map[news.DeliveryID]news.Rewrite{}
	for i, r := range rewrites {
		ids[i] = string(r.Delivery)
		byID[r.Delivery] = r
	}
	return s.update(ctx, func(t tx) error {
		places, err := column[string](t, `SELECT place FROM deliveries WHERE id = ANY ($1)`, ids)
		if err != nil || len(places) == 0 {
			return err
		}
		if err := t.lockPlaces(places); err != nil {
			return err
		}
		all, err := deliveries(t, `SELECT data FROM deliveries WHERE id = ANY ($1)`, ids)
		if err != nil {
			return err
		}
		var rewritten []*delivery
		for _, d := range all {
			r := byID[d.ID]
			is, err := encode(d.Brief)
			if err != nil {
				return err
			}
			was, err := encode(r.Was)
			if err != nil {
				return err
			}
			if bytes.Equal(is, was) {
				d.Rewrite(now, r.Brief)
				rewritten = append(rewritten, d)
			}
		}
		if err := t.save(rewritten); err != nil {
			return err
		}
		return t.settle(places)
	})
}

// ArticleByURL implements pipeline.Store and command.Store.
func (s *Store) ArticleByURL(ctx context.Context, url string) (article news.Article, err error) {
	err = s.view(ctx, func(t tx) error {
		found, ok, err := row[news.Article](t, `SELECT data FROM articles WHERE url = $1`, digest(url))
		if err == nil && !ok {
			err = fmt.Errorf("an article at %s: %w", url, news.ErrNotFound)
		}
		article = found
		return err
	})
	return article, err
}

// Articles implements pipeline.Store and command.Store.
func (s *Store) Articles(ctx context.Context, ids []news.ArticleID) (articles []news.Article, err error) {
	all := make([]int64, len(ids))
	for i, id := range ids {
		all[i] = int64(id)
	}
	err = s.view(ctx, func(t tx) error {
		articles, err = rows[news.Article](t, `SELECT data FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, n) JOIN articles USING (id) ORDER BY n`, all)
		return err
	})
	return articles, err
}

// Story implements pipeline.Store and command.Store.
func (s *Store) Story(ctx context.Context, id news.StoryID) (story news.Story, err error) {
	err = s.view(ctx, func(t tx) error {
		found, ok, err := row[news.Story](t, `SELECT data FROM stories WHERE id = $1`, int64(id))
		if err == nil && !ok {
			err = fmt.Errorf("story %s: %w", id, news.ErrNotFound)
		}
		story = found
		return err
	})
	return story, err
}

// Stories implements pipeline.Store and command.Store.
func (s *Store) Stories(ctx context.Context, from, to time.Time) (stories []news.Story, err error) {
	err = s.view(ctx, func(t tx) error {
		stories, err = rows[news.Story](t, `SELECT data FROM stories WHERE last >= $1 AND last < $2 ORDER BY last, id`, moment(from), moment(to))
		return err
	})
	return stories, err
}

// ArticlesAfter implements store.Store.
func (s *Store) ArticlesAfter(ctx context.Context, after uint64, max int) (articles []news.Article, last uint64, err error) {
	last = after
	if after >= math.MaxInt64 || max <= 0 {
		return nil, last, nil
	}
	err = s.view(ctx, func(t tx) error {
		result, err := t.Query(ctx, `SELECT sequence, data FROM articles WHERE sequence > $1 ORDER BY sequence LIMIT $2`, int64(after), max)
		if err != nil {
			return err
		}
		defer result.Close()
		for result.Next() {
			var sequence int64
			var data []byte
			if err := result.Scan(&sequence, &data); err != nil {
				return err
			}
			a, err := decode[news.Article](data)
			if err != nil {
				return err
			}
			articles, last = append(articles, a), uint64(sequence)
		}
		return result.Err()
	})
	return articles, last, err
}

// expireBatch bounds how many rows one of Expire's transactions drops.
const expireBatch = 500

// Expire implements store.Store.
func (s *Store) Expire(ctx context.Context, before time.Time) (dropped []news.ArticleID, err error) {
	for {
		var ids []int64
		err := s.update(ctx, func(t tx) error {
			ids, err = column[int64](t, `DELETE FROM articles WHERE id IN (SELECT id FROM articles WHERE seen < $1 ORDER BY seen LIMIT $2) RETURNING id`, moment(before), expireBatch)
			return err
		})
		if err != nil {
			return dropped, err
		}
		for _, id := range ids {
			dropped = append(dropped, news.ArticleID(id))
		}
		if len(ids) < expireBatch {
			break
		}
	}
	for _, sql := range []string{
		`DELETE FROM stories WHERE id IN (SELECT id FROM stories WHERE last < $1 ORDER BY last LIMIT $2)`,
		`DELETE FROM digests WHERE (slot, place) IN (SELECT slot, place FROM digests WHERE slot < $1 ORDER BY slot LIMIT $2)`,
		`DELETE FROM answers WHERE question IN (SELECT question FROM answers WHERE at < $1 ORDER BY at LIMIT $2)`,
	} {
		for {
			var n int64
			err := s.update(ctx, func(t tx) error {
				n, err = t.count(sql, moment(before), expireBatch)
				return err
			})
			if err != nil {
				return dropped, err
			}
			if n < expireBatch {
				break
			}
		}
	}
	err = s.update(ctx, func(t tx) error {
		if err := t.exec(`DELETE FROM caught_up WHERE at < $1`, moment(before)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM followers WHERE event < $1`, int64(news.FirstID(before)))
	})
	if err != nil {
		return dropped, err
	}
	for {
		more, err := s.expireDeliveries(ctx, before)
		if err != nil || !more {
			return dropped, err
		}
	}
}

func (s *Store) expireDeliveries(ctx context.Context, before time.Time) (more bool, err error) {
	err = s.update(ctx, func(t tx) error {
		places, err := column[string](t, `SELECT DISTINCT place FROM (SELECT place FROM deliveries WHERE created < $1 ORDER BY created LIMIT $2) AS old`, moment(before), expireBatch)
		if more = len(places) > 0; err != nil || !more {
			return err
		}
		if err := t.lockPlaces(places); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE created < $1 AND place = ANY ($2) ORDER BY created LIMIT $3)`,
			moment(before), places, expireBatch); err != nil {
			return err
		}
		return t.settle(places)
	})
	return more, err
}

// Stats implements store.Store.
func (s *Store) Stats(ctx context.Context, _ time.Time) (stats news.Stats, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM feeds), (SELECT count(*) FROM feeds WHERE failing), (SELECT count(*) FROM articles), (SELECT count(*) FROM stories),
		(SELECT count(*) FROM subscriptions), (SELECT count(*) FROM deliveries WHERE queued), pg_database_size(current_database())`).
		Scan(&stats.Feeds, &stats.Failing, &stats.Articles, &stats.Stories, &stats.Subscriptions, &stats.Waiting, &stats.Bytes)
	return stats, err
}

// Backup implements store.Store. It is a script for psql that fills an empty database; PostgreSQL's own tools do it faster and
// with less room, and large communities use those.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.view(ctx, func(t tx) error {
		files, err := migrations.ReadDir("migrations")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, "BEGIN;\nCREATE TABLE newsbrief_format (format int PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"); err != nil {
			return err
		}
		for n := range files {
			script, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", n+1))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s\n", script); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, "DELETE FROM audience;\n"); err != nil {
			return err
		}
		for _, table := range []string{"newsbrief_format", "audience", "feeds", "marks", "choices", "articles", "stories", "places", "deliveries", "digests", "topics", "subscriptions", "settings", "caught_up", "pushes", "followers", "answers"} {
			if _, err := fmt.Fprintf(w, "COPY %s FROM stdin;\n", table); err != nil {
				return err
			}
			if _, err := t.Conn().PgConn().CopyTo(ctx, w, "COPY "+table+" TO STDOUT"); err != nil {
				return fmt.Errorf("copy %s: %w", table, err)
			}
			if _, err := io.WriteString(w, "\\.\n"); err != nil {
				return err
			}
		}
		for _, sequence := range []string{"tokens", "articles_log"} {
			var last int64
			if err := t.QueryRow(ctx, `SELECT last_value FROM `+sequence).Scan(&last); err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "SELECT setval('%s', %d);\n", sequence, last); err != nil {
				return err
			}
		}
		_, err = io.WriteString(w, "COMMIT;\n")
		return err
	})
}
