package bolt

import (
	"bytes"
	"context"
	"slices"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// Follow implements command.Store.
func (s *Store) Follow(ctx context.Context, f news.Follower) error {
	return s.update(ctx, func(t tx) error {
		if err := put(t, "followers", key(number(f.Event), []byte(f.User)), f); err != nil {
			return err
		}
		if err := t.set("following", key(text(f.User), number(f.Event)), nil); err != nil {
			return err
		}
		events := slices.DeleteFunc(t.following(f.User), func(event news.StoryID) bool { return event == f.Event })
		for _, oldest := range events[:max(len(events)+1-news.MaxFollowed, 0)] {
			if err := t.endFollowing(oldest, f.User); err != nil {
				return err
			}
		}
		return nil
	})
}

// following are the events that a person follows, oldest first.
func (t tx) following(user news.UserID) (events []news.StoryID) {
	prefix := text(user)
	for k := range t.prefixed("following", prefix) {
		events = append(events, news.StoryID(toNumber(k[len(prefix):])))
	}
	return events
}

// unfollow has nobody told what is new in an event.
func (t tx) unfollow(event news.StoryID, user news.UserID) error {
	if err := t.drop("following", key(text(user), number(event))); err != nil {
		return err
	}
	return t.drop("followers", key(number(event), []byte(user)))
}

// endFollowing is unfollow, with what waits of it.
func (t tx) endFollowing(event news.StoryID, user news.UserID) error {
	if err := t.unfollow(event, user); err != nil {
		return err
	}
	return t.withdraw(string(news.OwnGuild(user)), func(d *sending.Delivery) bool { return !d.Update || d.Event != event })
}

// Unfollow implements command.Store.
func (s *Store) Unfollow(ctx context.Context, event news.StoryID, user news.UserID) (was bool, err error) {
	err = s.update(ctx, func(t tx) error {
		k := key(number(event), []byte(user))
		was = t.in("followers").Get(k) != nil
		return t.endFollowing(event, user)
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
		if err := t.unfollow(news.StoryID(toNumber(k)), news.UserID(k[8:])); err != nil {
			return err
		}
	}
	return nil
}
