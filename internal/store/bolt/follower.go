package bolt

import (
	"bytes"
	"context"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// Follow implements command.Store.
func (s *Store) Follow(ctx context.Context, f news.Follower) error {
	return s.update(ctx, func(t tx) error { return put(t, "followers", key(number(f.Event), []byte(f.User)), f) })
}

// Unfollow implements command.Store.
func (s *Store) Unfollow(ctx context.Context, event news.StoryID, user news.UserID) (was bool, err error) {
	err = s.update(ctx, func(t tx) error {
		k := key(number(event), []byte(user))
		was = t.in("followers").Get(k) != nil
		if err := t.drop("followers", k); err != nil {
			return err
		}
		return t.withdraw(string(user), func(d *sending.Delivery) bool { return !d.Update || d.Event != event })
	})
	return was && err == nil, err
}

// Followers implements pipeline.Store.
func (s *Store) Followers(ctx context.Context, event news.StoryID) (followers []news.Follower, err error) {
	err = s.view(ctx, func(t tx) error {
		for k, v := range t.prefixed("followers", number(event)) {
			f, err := decode[news.Follower]("followers", k, v)
			if err != nil {
				return err
			}
			followers = append(followers, f)
		}
		return nil
	})
	return followers, err
}

// forgetFollowers drops those who follow a story as a guild tells it.
func (t tx) forgetFollowers(guild news.GuildID) error {
	var theirs [][]byte
	for k, v := range t.prefixed("followers", nil) {
		f, err := decode[news.Follower]("followers", k, v)
		if err != nil {
			return err
		}
		if f.Guild == guild {
			theirs = append(theirs, bytes.Clone(k))
		}
	}
	for _, k := range theirs {
		if err := t.drop("followers", k); err != nil {
			return err
		}
	}
	return nil
}
