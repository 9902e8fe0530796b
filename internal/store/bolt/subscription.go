package bolt

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// placeOf is where a subscription's deliveries go, as in news.Delivery.Place.
func placeOf(sub news.Subscription) news.ChannelID {
	return news.Delivery{Channel: sub.Channel, User: sub.User}.Place()
}

func (t tx) subscriptionsOf(guild news.GuildID) (subs []news.Subscription, err error) {
	owner := text(guild)
	for k := range t.prefixed("owners", owner) {
		sub, ok, err := get[news.Subscription](t, "subscriptions", k[len(owner):])
		if err != nil {
			return nil, err
		}
		if ok {
			subs = append(subs, sub)
		}
	}
	slices.SortFunc(subs, func(a, b news.Subscription) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Topic, b.Topic))
	})
	return subs, nil
}

// Subscribe implements command.Store.
func (s *Store) Subscribe(ctx context.Context, sub news.Subscription) (stored news.Subscription, err error) {
	err = s.update(ctx, func(t tx) error {
		stored = sub
		subscriber := key(text(placeOf(sub)), []byte(sub.Topic))
		if k := t.in("subscribers").Get(subscriber); k != nil {
			was, _, err := get[news.Subscription](t, "subscriptions", k)
			if err != nil {
				return err
			}
			if err := t.drop("owners", key(text(was.Guild), number(was.ID))); err != nil {
				return err
			}
			stored.ID, stored.Created = was.ID, was.Created
		} else {
			if stored.ID == 0 {
				stored.ID = news.SubscriptionID(news.NewID(sub.Created, 0))
			}
			for t.in("subscriptions").Get(number(stored.ID)) != nil {
				stored.ID++
			}
		}
		if err := t.set("subscribers", subscriber, number(stored.ID)); err != nil {
			return err
		}
		if err := t.set("owners", key(text(stored.Guild), number(stored.ID)), nil); err != nil {
			return err
		}
		if err := put(t, "subscriptions", number(stored.ID), stored); err != nil {
			return err
		}
		return t.audienceChanged()
	})
	if err != nil {
		return news.Subscription{}, err
	}
	return stored, nil
}

// Unsubscribe implements command.Store.
func (s *Store) Unsubscribe(ctx context.Context, id news.SubscriptionID) error {
	return s.update(ctx, func(t tx) error {
		sub, ok, err := get[news.Subscription](t, "subscriptions", number(id))
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("subscription %s: %w", id, news.ErrNotFound)
		}
		if err := t.unsubscribe(sub); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// unsubscribe drops a subscription and what it alone had waiting.
func (t tx) unsubscribe(sub news.Subscription) error {
	if err := t.drop("subscribers", key(text(placeOf(sub)), []byte(sub.Topic))); err != nil {
		return err
	}
	if err := t.drop("owners", key(text(sub.Guild), number(sub.ID))); err != nil {
		return err
	}
	if err := t.drop("subscriptions", number(sub.ID)); err != nil {
		return err
	}
	return t.withdraw(string(placeOf(sub)), func(d *sending.Delivery) bool {
		return !slices.Contains(d.Subscriptions, sub.ID) || d.Unsubscribe(sub)
	})
}

// withdraw drops what waits at a place and is not wanted any more. wanted may change the delivery it is asked about.
func (t tx) withdraw(at string, wanted func(*sending.Delivery) bool) error {
	held := t.place(at).token
	for _, k := range t.keys("queue", text(at)) {
		r, err := t.queued(k)
		if err != nil {
			return err
		}
		switch {
		case r.State != news.Waiting:
		case wanted(&r.Delivery):
			err = t.save(r)
		case held != 0 && r.Token == held: // it is being sent
			r.Unwanted = true
			err = t.save(r)
		default:
			err = t.deleteDelivery(r)
		}
		if err != nil {
			return err
		}
	}
	return t.settle(at, t.place(at).lease)
}

// GuildSubscriptions implements command.Store.
func (s *Store) GuildSubscriptions(ctx context.Context, guild news.GuildID) (subs []news.Subscription, err error) {
	err = s.view(ctx, func(t tx) error {
		subs, err = t.subscriptionsOf(guild)
		return err
	})
	return subs, err
}
