package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"newsbrief/internal/news"
)

// ForgetGuild implements store.Store.
func (s *Store) ForgetGuild(ctx context.Context, guild news.GuildID) error {
	rows, err := s.deliveriesWith(ctx, "Guild", string(guild))
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		if err := t.forgetDeliveries(rows); err != nil {
			return err
		}
		return t.forgetGuild(guild)
	})
}

// deliveriesWith are the keys of the deliveries that have a text in a field. Looking through all of them takes long, so it is done
// without holding up those who write, and only those that hold the text at all are read.
func (s *Store) deliveriesWith(ctx context.Context, field, value string) (found [][]byte, err error) {
	written, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %q: %w", value, err)
	}
	err = s.view(ctx, func(t tx) error {
		for k, v := range t.prefixed("deliveries", nil) {
			if !bytes.Contains(v, written) {
				continue
			}
			fields, err := decode[map[string]json.RawMessage]("deliveries", k, v)
			if err != nil {
				return err
			}
			if bytes.Equal(fields[field], written) {
				found = append(found, bytes.Clone(k))
			}
		}
		return nil
	})
	return found, err
}

// forgetDeliveries drops those of the deliveries that are still kept. What is being sent to their places has no claim any more.
func (t tx) forgetDeliveries(keys [][]byte) error {
	for _, k := range keys {
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
		if err := t.settle(string(r.Place()), lease{}); err != nil {
			return err
		}
	}
	return nil
}

// forgetGuild drops what belongs to a guild but for its deliveries.
func (t tx) forgetGuild(guild news.GuildID) error {
	subs, err := t.subscriptionsOf(guild)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if err := t.unsubscribe(sub); err != nil {
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
}
