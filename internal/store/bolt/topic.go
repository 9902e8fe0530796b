package bolt

import (
	"context"
	"fmt"

	"newsbrief/internal/news"
)

// PutTopic implements command.Store.
func (s *Store) PutTopic(ctx context.Context, topic news.Topic, replace bool) error {
	return s.update(ctx, func(t tx) error {
		exists := t.in("topics").Get([]byte(topic.ID)) != nil
		switch {
		case exists && !replace:
			return fmt.Errorf("topic %s: %w", topic.ID, news.ErrExists)
		case !exists && replace:
			return fmt.Errorf("topic %s: %w", topic.ID, news.ErrNotFound)
		}
		if err := put(t, "topics", []byte(topic.ID), topic); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// DeleteTopic implements command.Store.
func (s *Store) DeleteTopic(ctx context.Context, id news.TopicID) (dropped []news.Subscription, err error) {
	err = s.update(ctx, func(t tx) error {
		dropped = nil
		topic, ok, err := get[news.Topic](t, "topics", []byte(id))
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("topic %s: %w", id, news.ErrNotFound)
		}
		subs, err := t.subscriptionsOf(topic.Guild)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			if sub.Topic != id {
				continue
			}
			if err := t.unsubscribe(sub); err != nil {
				return err
			}
			dropped = append(dropped, sub)
		}
		if err := t.drop("topics", []byte(id)); err != nil {
			return err
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
		for k, v := range t.prefixed("topics", []byte(news.OwnTopicID(guild, ""))) {
			topic, err := decode[news.Topic]("topics", k, v)
			if err != nil {
				return err
			}
			topics = append(topics, topic)
		}
		return nil
	})
	return topics, err
}
