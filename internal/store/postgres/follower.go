package postgres

import (
	"context"

	"newsbrief/internal/news"
)

// Follow implements command.Store.
func (s *Store) Follow(ctx context.Context, f news.Follower) error {
	data, err := encode(f)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		if err := t.exec(`INSERT INTO followers (event, person, guild, data) VALUES ($1, $2, $3, $4)
			ON CONFLICT (event, person) DO UPDATE SET guild = excluded.guild, data = excluded.data`, int64(f.Event), f.User, f.Guild, data); err != nil {
			return err
		}
		oldest, err := column[int64](t, `SELECT event FROM followers WHERE person = $1 AND event <> $2 ORDER BY event DESC OFFSET $3`, f.User, int64(f.Event), news.MaxFollowed-1)
		if err != nil || len(oldest) == 0 {
			return err
		}
		for _, event := range oldest {
			if _, err := t.unfollow(news.StoryID(event), f.User); err != nil {
				return err
			}
		}
		return nil
	})
}

// unfollow has a person told no more of an event, drops what waits of it, and reports whether they followed it.
func (t tx) unfollow(event news.StoryID, user news.UserID) (was bool, err error) {
	at := []string{string(news.OwnGuild(user))}
	if err := t.lockPlaces(at); err != nil {
		return false, err
	}
	n, err := t.count(`DELETE FROM followers WHERE event = $1 AND person = $2`, int64(event), user)
	if err != nil {
		return false, err
	}
	if err := t.withdraw(at[0], func(d *delivery) bool { return !d.Update || d.Event != event }); err != nil {
		return false, err
	}
	return n > 0, t.settle(at)
}

// Unfollow implements command.Store.
func (s *Store) Unfollow(ctx context.Context, event news.StoryID, user news.UserID) (was bool, err error) {
	err = s.update(ctx, func(t tx) error {
		follows := `SELECT EXISTS (SELECT 1 FROM followers WHERE event = $1 AND person = $2)`
		if err := t.QueryRow(t.ctx, follows, int64(event), user).Scan(&was); err != nil || !was {
			return err
		}
		was, err = t.unfollow(event, user)
		return err
	})
	return was && err == nil, err
}

// Followers implements pipeline.Store.
func (s *Store) Followers(ctx context.Context, event news.StoryID) (followers []news.Follower, err error) {
	err = s.view(ctx, func(t tx) error {
		followers, err = rows[news.Follower](t, `SELECT data FROM followers WHERE event = $1 ORDER BY person`, int64(event))
		return err
	})
	return followers, err
}
