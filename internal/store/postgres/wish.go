package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"newsbrief/internal/news"
)

// AudienceVersion implements command.Store.
func (s *Store) AudienceVersion(ctx context.Context) (version uint64, err error) {
	err = s.view(ctx, func(t tx) error {
		var v int64
		err := t.QueryRow(ctx, `SELECT version FROM audience`).Scan(&v)
		version = uint64(v)
		return err
	})
	return version, err
}

// Audience implements pipeline.Store and command.Store.
func (s *Store) Audience(ctx context.Context, have uint64) (audience *news.Audience, err error) {
	err = s.view(ctx, func(t tx) error {
		a := news.Audience{Settings: map[news.GuildID]news.Settings{}, Defaults: map[news.FeedID]bool{}, Choices: map[news.GuildID]map[news.FeedID]news.Choice{}}
		var version int64
		if err := t.QueryRow(ctx, `SELECT version FROM audience`).Scan(&version); err != nil {
			return err
		}
		if a.Version = uint64(version); a.Version == have {
			return nil
		}
		if a.Subscriptions, err = rows[news.Subscription](t, `SELECT data FROM subscriptions ORDER BY id`); err != nil {
			return err
		}
		if a.Topics, err = rows[news.Topic](t, `SELECT data FROM topics ORDER BY id`); err != nil {
			return err
		}
		settings, err := rows[news.Settings](t, `SELECT data FROM settings`)
		if err != nil {
			return err
		}
		for _, s := range settings {
			a.Settings[s.Guild] = s
		}
		defaults, err := column[int64](t, `SELECT id FROM feeds WHERE followed`)
		if err != nil {
			return err
		}
		for _, id := range defaults {
			a.Defaults[news.FeedID(id)] = true
		}
		choices, err := t.Query(ctx, `SELECT guild, feed, added, titles FROM choices`)
		if err != nil {
			return err
		}
		var guild news.GuildID
		var feed int64
		var added, titles bool
		_, err = pgx.ForEachRow(choices, []any{&guild, &feed, &added, &titles}, func() error {
			if a.Choices[guild] == nil {
				a.Choices[guild] = map[news.FeedID]news.Choice{}
			}
			decided := news.Removed
			switch {
			case titles:
				decided = news.Titles
			case added:
				decided = news.Added
			}
			a.Choices[guild][news.FeedID(feed)] = decided
			return nil
		})
		audience = &a
		return err
	})
	if err != nil {
		return nil, err
	}
	return audience, nil
}

// PutTopic implements command.Store.
func (s *Store) PutTopic(ctx context.Context, topic news.Topic, replace bool) error {
	data, err := encode(topic)
	if err != nil {
		return err
	}
	sql, refusal := `INSERT INTO topics (id, guild, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, news.ErrExists
	if replace {
		sql, refusal = `UPDATE topics SET guild = $2, data = $3 WHERE id = $1`, news.ErrNotFound
	}
	return s.update(ctx, func(t tx) error {
		n, err := t.count(sql, topic.ID, topic.Guild, data)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("topic %s: %w", topic.ID, refusal)
		}
		return t.audienceChanged()
	})
}

// DeleteTopic implements command.Store.
func (s *Store) DeleteTopic(ctx context.Context, id news.TopicID) (dropped []news.Subscription, err error) {
	err = s.update(ctx, func(t tx) error {
		if dropped, err = rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE topic = $1`, id); err != nil {
			return err
		}
		sortSubscriptions(dropped)
		if err := t.unsubscribe(dropped); err != nil {
			return err
		}
		n, err := t.count(`DELETE FROM topics WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("topic %s: %w", id, news.ErrNotFound)
		}
		return t.audienceChanged()
	})
	if err != nil {
		return nil, err
	}
	return dropped, nil
}

// GuildTopics implements command.Store.
func (s *Store) GuildTopics(ctx context.Context, guild news.GuildID) (topics []news.Topic, err error) {
	err = s.view(ctx, func(t tx) error {
		topics, err = rows[news.Topic](t, `SELECT data FROM topics WHERE guild = $1 ORDER BY id`, guild)
		return err
	})
	return topics, err
}

// placeOf is where a subscription's deliveries go, as in news.Delivery.Place.
func placeOf(sub news.Subscription) string {
	return string(news.Delivery{Channel: sub.Channel, User: sub.User}.Place())
}

func sortSubscriptions(subs []news.Subscription) {
	slices.SortFunc(subs, func(a, b news.Subscription) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Topic, b.Topic))
	})
}

// Subscribe implements command.Store.
func (s *Store) Subscribe(ctx context.Context, sub news.Subscription) (stored news.Subscription, err error) {
	err = s.update(ctx, func(t tx) error {
		stored = sub
		at := placeOf(sub)
		if err := t.lockPlaces([]string{at}); err != nil {
			return err
		}
		was, ok, err := row[news.Subscription](t, `SELECT data FROM subscriptions WHERE place = $1 AND topic = $2`, at, sub.Topic)
		if err != nil {
			return err
		}
		if ok {
			stored.ID, stored.Created = was.ID, was.Created
		} else if stored.ID, err = t.freeSubscription(sub); err != nil {
			return err
		}
		data, err := encode(stored)
		if err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO subscriptions (id, owner, place, topic, data) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (place, topic) DO UPDATE SET owner = excluded.owner, data = excluded.data`, int64(stored.ID), sub.Guild, at, sub.Topic, data); err != nil {
			return err
		}
		return t.audienceChanged()
	})
	if err != nil {
		return news.Subscription{}, err
	}
	return stored, nil
}

// freeSubscription is the subscription's id, or a free one near it when it is missing or taken.
func (t tx) freeSubscription(sub news.Subscription) (news.SubscriptionID, error) {
	id := sub.ID
	if id == 0 {
		id = news.SubscriptionID(news.NewID(sub.Created, 0))
	}
	for ; ; id++ {
		var taken bool
		if err := t.QueryRow(t.ctx, `SELECT EXISTS (SELECT 1 FROM subscriptions WHERE id = $1)`, int64(id)).Scan(&taken); err != nil || !taken {
			return id, err
		}
	}
}

// Unsubscribe implements command.Store.
func (s *Store) Unsubscribe(ctx context.Context, id news.SubscriptionID) error {
	return s.update(ctx, func(t tx) error {
		sub, ok, err := row[news.Subscription](t, `SELECT data FROM subscriptions WHERE id = $1`, int64(id))
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("subscription %s: %w", id, news.ErrNotFound)
		}
		if err := t.unsubscribe([]news.Subscription{sub}); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// unsubscribe drops subscriptions and what they alone had waiting. ErrNotFound when one is gone already.
func (t tx) unsubscribe(subs []news.Subscription) error {
	places := make([]string, len(subs))
	for i, sub := range subs {
		places[i] = placeOf(sub)
	}
	if err := t.lockPlaces(places); err != nil {
		return err
	}
	for i, sub := range subs {
		n, err := t.count(`DELETE FROM subscriptions WHERE id = $1`, int64(sub.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("subscription %s: %w", sub.ID, news.ErrNotFound)
		}
		err = t.withdraw(places[i], func(d *delivery) bool { return !slices.Contains(d.Subscriptions, sub.ID) || d.Unsubscribe(sub) })
		if err != nil {
			return err
		}
	}
	return t.settle(places)
}

// withdraw drops what waits at a place, which is locked, and is not wanted any more. wanted may change the delivery it is asked about.
func (t tx) withdraw(at string, wanted func(*delivery) bool) error {
	var held int64
	if err := t.QueryRow(t.ctx, `SELECT token FROM places WHERE place = $1`, at).Scan(&held); err != nil {
		return err
	}
	waiting, err := deliveries(t, `SELECT data FROM deliveries WHERE place = $1 AND queued`, at)
	if err != nil {
		return err
	}
	var kept []*delivery
	var gone []string
	for _, d := range waiting {
		switch {
		case d.State != news.Waiting:
		case wanted(d):
			kept = append(kept, d)
		case held != 0 && d.Token == uint64(held): // it is being sent
			d.Unwanted = true
			kept = append(kept, d)
		default:
			gone = append(gone, string(d.ID))
		}
	}
	if err := t.exec(`DELETE FROM deliveries WHERE id = ANY ($1)`, gone); err != nil {
		return err
	}
	return t.save(kept)
}

// GuildSubscriptions implements command.Store.
func (s *Store) GuildSubscriptions(ctx context.Context, guild news.GuildID) (subs []news.Subscription, err error) {
	err = s.view(ctx, func(t tx) error {
		subs, err = rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE owner = $1`, guild)
		return err
	})
	sortSubscriptions(subs)
	return subs, err
}

// GuildSettings implements outbox.Store and command.Store.
func (s *Store) GuildSettings(ctx context.Context, guild news.GuildID) (settings news.Settings, err error) {
	err = s.view(ctx, func(t tx) error {
		settings, _, err = row[news.Settings](t, `SELECT data FROM settings WHERE guild = $1`, guild)
		return err
	})
	settings.Guild = guild
	return settings, err
}

// PutSettings implements command.Store.
func (s *Store) PutSettings(ctx context.Context, settings news.Settings) error {
	data, err := encode(settings)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		if err := t.exec(`INSERT INTO settings (guild, data) VALUES ($1, $2) ON CONFLICT (guild) DO UPDATE SET data = excluded.data`, settings.Guild, data); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// CaughtUp implements command.Store.
func (s *Store) CaughtUp(ctx context.Context, now time.Time, guild news.GuildID, user news.UserID) (last time.Time, err error) {
	err = s.update(ctx, func(t tx) error {
		var at int64
		err := t.QueryRow(ctx, `SELECT at FROM caught_up WHERE guild = $1 AND person = $2 FOR UPDATE`, guild, user).Scan(&at)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		last = toMoment(at)
		return t.exec(`INSERT INTO caught_up (guild, person, at) VALUES ($1, $2, $3) ON CONFLICT (guild, person) DO UPDATE SET at = excluded.at`, guild, user, moment(now))
	})
	if err != nil {
		return time.Time{}, err
	}
	return last, nil
}

// ForgetGuild implements store.Store.
func (s *Store) ForgetGuild(ctx context.Context, guild news.GuildID) error {
	return s.update(ctx, func(t tx) error {
		if err := t.lock(lockFeeds); err != nil {
			return err
		}
		places, err := column[string](t, `SELECT place FROM deliveries WHERE guild = $1 UNION SELECT place FROM subscriptions WHERE owner = $1`, guild)
		if err != nil {
			return err
		}
		if err := t.lockPlaces(places); err != nil {
			return err
		}
		return t.forgetGuild(guild, places)
	})
}

// forgetGuild drops what belongs to a guild, whose places are locked. What is being sent there has no claim any more.
func (t tx) forgetGuild(guild news.GuildID, places []string) error {
	for _, sql := range []string{
		`DELETE FROM deliveries WHERE guild = $1`, `DELETE FROM topics WHERE guild = $1`, `DELETE FROM settings WHERE guild = $1`,
		`DELETE FROM choices WHERE guild = $1`, `DELETE FROM followers WHERE guild = $1`, `DELETE FROM caught_up WHERE guild = $1`,
		`DELETE FROM subscriptions WHERE owner = $1`,
	} {
		if err := t.exec(sql, guild); err != nil {
			return err
		}
	}
	if err := t.dropOrphans(); err != nil {
		return err
	}
	if err := t.exec(`UPDATE places SET token = 0 WHERE place = ANY ($1)`, append([]string{}, places...)); err != nil {
		return err
	}
	if err := t.settle(places); err != nil {
		return err
	}
	return t.audienceChanged()
}
