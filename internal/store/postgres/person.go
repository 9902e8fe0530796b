package postgres

import (
	"context"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// Resume implements command.Store.
func (s *Store) Resume(ctx context.Context, now time.Time, own news.GuildID) (rested bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM subscriptions WHERE owner = $1 AND data->>'Rests' <> '')
		OR EXISTS (SELECT 1 FROM deliveries WHERE place = $1 AND queued AND slot = $2)`, own, moment(sending.Someday)).Scan(&rested)
	if err != nil || !rested {
		return false, err
	}
	err = s.update(ctx, func(t tx) error {
		at := []string{string(own)}
		if err := t.lockPlaces(at); err != nil {
			return err
		}
		subs, err := rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE owner = $1 FOR UPDATE`, own)
		if err != nil {
			return err
		}
		if err := t.rest(subs, ""); err != nil {
			return err
		}
		waiting, err := deliveries(t, `SELECT data FROM deliveries WHERE place = $1 AND queued`, own)
		if err != nil {
			return err
		}
		for _, d := range waiting {
			d.Resume(now)
		}
		if err := t.save(waiting); err != nil {
			return err
		}
		return t.settle(at)
	})
	return err == nil, err
}

// directly finds the deliveries to a person, whose place is $1; the second condition is that of their index.
const directly = ` FROM deliveries WHERE place = $1 AND place LIKE '@%'`

// Person implements command.Store.
func (s *Store) Person(ctx context.Context, user news.UserID) (p news.Personal, err error) {
	own := news.OwnGuild(user)
	err = s.view(ctx, func(t tx) error {
		return t.QueryRow(ctx, `SELECT
			(SELECT count(*) FROM subscriptions WHERE owner = $1), (SELECT count(*) FROM choices WHERE guild = $1), (SELECT count(*) FROM topics WHERE guild = $1),
			EXISTS (SELECT 1 FROM settings WHERE guild = $1), (SELECT count(*) FROM followers WHERE person = $2), (SELECT count(*) FROM caught_up WHERE person = $2),
			(SELECT count(*) FROM subscriptions WHERE owner <> $1 AND data->>'CreatedBy' = $2),
			(SELECT count(*)`+directly+` AND data->>'State' = 'waiting'), (SELECT count(*)`+directly+` AND data->>'State' <> 'waiting')`, own, user).
			Scan(&p.Subscriptions, &p.Feeds, &p.Topics, &p.Settings, &p.Followed, &p.CaughtUp, &p.Created, &p.Waiting, &p.Sent)
	})
	return p, err
}

// ForgetPerson implements command.Store.
func (s *Store) ForgetPerson(ctx context.Context, user news.UserID) error {
	own := news.OwnGuild(user)
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		at := []string{string(own)}
		if err := t.lockPlaces(at); err != nil {
			return err
		}
		if err := t.exec(`DELETE`+directly, own); err != nil {
			return err
		}
		for _, sql := range []string{`DELETE FROM followers WHERE person = $1`, `DELETE FROM caught_up WHERE person = $1`} {
			if err := t.exec(sql, user); err != nil {
				return err
			}
		}
		created, err := rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE owner <> $1 AND data->>'CreatedBy' = $2 FOR UPDATE`, own, user)
		if err != nil {
			return err
		}
		for _, sub := range created {
			sub.CreatedBy = ""
			if err := t.change(sub); err != nil {
				return err
			}
		}
		told, err := rows[news.Story](t, `SELECT data FROM stories WHERE position($1 in data::text) > 0 FOR UPDATE`, `"`+string(news.OwnTopicID(own, "")))
		if err != nil {
			return err
		}
		for _, story := range told {
			story.Topics = news.WithoutTopicsOf(own, story.Topics)
			data, err := encode(story)
			if err != nil {
				return err
			}
			if err := t.exec(`UPDATE stories SET data = $2 WHERE id = $1`, int64(story.ID), data); err != nil {
				return err
			}
		}
		return t.forgetGuild(own, at)
	})
}
