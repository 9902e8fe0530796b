package bolt

import (
	"bytes"
	"context"

	"newsbrief/internal/news"
)

// ForgetGuild implements store.Store.
func (s *Store) ForgetGuild(ctx context.Context, guild news.GuildID) error {
	// Looking through all deliveries takes long, so it is done without holding up those who write.
	var mine [][]byte
	err := s.view(ctx, func(t tx) error {
		for k, v := range t.prefixed("deliveries", nil) {
			of, err := decode[struct{ Guild news.GuildID }]("deliveries", k, v)
			if err != nil {
				return err
			}
			if of.Guild == guild {
				mine = append(mine, bytes.Clone(k))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		subs, err := t.subscriptionsOf(owner(guild, ""))
		if err != nil {
			return err
		}
		for _, sub := range subs {
			if err := t.unsubscribe(sub); err != nil {
				return err
			}
		}
		for _, k := range mine {
			r, ok, err := t.deliveryAt(k)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := t.deleteDelivery(r); err != nil {
				return err
			}
			if err := t.settle(string(r.Place()), lease{}); err != nil { // what is being sent there has no claim any more
				return err
			}
		}
		for _, k := range t.keys("topics", []byte(news.OwnTopicID(guild, ""))) {
			if err := t.drop("topics", k); err != nil {
				return err
			}
		}
		for _, k := range t.keys("choices", text(guild)) {
			_, feed := cutText(k)
			f, ok, err := t.feed(news.FeedID(toNumber(feed)))
			if err != nil {
				return err
			}
			if err := t.choose(guild, news.FeedID(toNumber(feed)), nil); err != nil {
				return err
			}
			if ok {
				if err := t.dropOrphan(f); err != nil {
					return err
				}
			}
		}
		for _, k := range t.keys("caught_up", text(guild)) {
			if err := t.drop("caught_up", k); err != nil {
				return err
			}
		}
		if err := t.forgetFollowers(guild); err != nil {
			return err
		}
		if err := t.drop("settings", settingsKey(guild)); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}
