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
		return t.exec(`INSERT INTO followers (event, person, guild, data) VALUES ($1, $2, $3, $4)
			ON CONFLICT (event, person) DO UPDATE SET guild = excluded.guild, data = excluded.data`, int64(f.Event), f.User, f.Guild, data)
	})
}

// Unfollow implements command.Store.
func (s *Store) Unfollow(ctx context.Context, event news.StoryID, user news.UserID) (was bool, err error) {
	err = s.update(ctx, func(t tx) error {
		at := []string{string(user)}
		follows := `SELECT EXISTS (SELECT 1 FROM followers WHERE event = $1 AND person = $2)`
		if err := t.QueryRow(t.ctx, follows, int64(event), user).Scan(&was); err != nil || !was {
			return err
		}
		if err := t.lockPlaces(at); err != nil {
			return err
		}
		n, err := t.count(`DELETE FROM followers WHERE event = $1 AND person = $2`, int64(event), user)
		was = n > 0
		if err != nil {
			return err
		}
		if err := t.withdraw(at[0], func(d *delivery) bool { return !d.Update || d.Event != event }); err != nil {
			return err
		}
		return t.settle(at)
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
