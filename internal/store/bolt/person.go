package bolt

import (
	"bytes"
	"context"
	"slices"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// Resume implements command.Store.
func (s *Store) Resume(ctx context.Context, now time.Time, own news.GuildID) (rested bool, err error) {
	err = s.view(ctx, func(t tx) error {
		subs, err := t.subscriptionsOf(own)
		rested = slices.ContainsFunc(subs, func(sub news.Subscription) bool { return sub.Rests != "" })
		for range t.prefixed("queue", key(text(own), moment(sending.Someday))) {
			rested = true
			break
		}
		return err
	})
	if err != nil || !rested {
		return false, err
	}
	err = s.update(ctx, func(t tx) error {
		subs, err := t.subscriptionsOf(own)
		if err != nil {
			return err
		}
		if err := t.rest(subs, ""); err != nil {
			return err
		}
		for _, k := range t.keys("queue", text(own)) {
			r, err := t.queued(k)
			if err != nil {
				return err
			}
			r.Resume(now)
			if err := t.save(r); err != nil {
				return err
			}
		}
		return t.settle(string(own), t.place(string(own)).lease)
	})
	return err == nil, err
}

// Person implements command.Store.
func (s *Store) Person(ctx context.Context, user news.UserID) (p news.Personal, err error) {
	own := news.OwnGuild(user)
	rows, err := s.deliveriesWith(ctx, "User", string(user))
	if err != nil {
		return news.Personal{}, err
	}
	err = s.view(ctx, func(t tx) error {
		p = news.Personal{
			Feeds: len(t.keys("choices", text(own))), Topics: len(t.keys("topics", []byte(news.OwnTopicID(own, "")))),
			Settings: t.in("settings").Get(settingsKey(own)) != nil, Followed: len(t.following(user)), CaughtUp: len(t.caughtUp(user)),
		}
		for k, v := range t.prefixed("subscriptions", nil) {
			sub, err := decode[news.Subscription]("subscriptions", k, v)
			if err != nil {
				return err
			}
			switch {
			case sub.Guild == own:
				p.Subscriptions++
			case sub.CreatedBy == user:
				p.Created++
			}
		}
		for _, k := range rows {
			switch r, ok, err := t.deliveryAt(k); {
			case err != nil:
				return err
			case !ok:
			case r.State == news.Waiting:
				p.Waiting++
			default:
				p.Sent++
			}
		}
		return nil
	})
	return p, err
}

// ForgetPerson implements command.Store.
func (s *Store) ForgetPerson(ctx context.Context, user news.UserID) error {
	rows, err := s.deliveriesWith(ctx, "User", string(user))
	if err != nil {
		return err
	}
	topics := []byte(`"` + news.OwnTopicID(news.OwnGuild(user), ""))
	stories, err := s.holding(ctx, "stories", topics)
	if err != nil {
		return err
	}
	created, err := s.holding(ctx, "subscriptions", []byte(`"CreatedBy":"`+user+`"`))
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		for _, event := range t.following(user) {
			if err := t.endFollowing(event, user); err != nil {
				return err
			}
		}
		if err := t.forgetDeliveries(rows); err != nil {
			return err
		}
		for _, k := range t.caughtUp(user) {
			if err := t.drop("caught_up", k); err != nil {
				return err
			}
		}
		for _, k := range stories {
			story, ok, err := get[news.Story](t, "stories", k)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			story.Topics = news.WithoutTopicsOf(news.OwnGuild(user), story.Topics)
			if err := put(t, "stories", k, story); err != nil {
				return err
			}
		}
		for _, k := range created {
			sub, ok, err := get[news.Subscription](t, "subscriptions", k)
			if err != nil {
				return err
			}
			if !ok || sub.CreatedBy != user || sub.Guild == news.OwnGuild(user) {
				continue
			}
			sub.CreatedBy = ""
			if err := put(t, "subscriptions", k, sub); err != nil {
				return err
			}
		}
		return t.forgetGuild(news.OwnGuild(user))
	})
}

// holding are the keys of the rows that hold some bytes, found without holding up those who write.
func (s *Store) holding(ctx context.Context, bucket string, wanted []byte) (found [][]byte, err error) {
	err = s.view(ctx, func(t tx) error {
		for k, v := range t.prefixed(bucket, nil) {
			if bytes.Contains(v, wanted) {
				found = append(found, bytes.Clone(k))
			}
		}
		return nil
	})
	return found, err
}

// caughtUp are the keys of when a person asked what they missed.
func (t tx) caughtUp(user news.UserID) (keys [][]byte) {
	for k := range t.prefixed("caught_up", nil) {
		if _, asker := cutText(k); string(asker) == string(user) {
			keys = append(keys, bytes.Clone(k))
		}
	}
	return keys
}
