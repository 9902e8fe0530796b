package bolt

import (
	"context"

	"newsbrief/internal/news"
)

func (t tx) audienceChanged() error {
	v := toNumber(t.in("meta").Get([]byte("audience")))
	return t.set("meta", []byte("audience"), number(v+1))
}

// AudienceVersion implements command.Store.
func (s *Store) AudienceVersion(ctx context.Context) (version uint64, err error) {
	err = s.view(ctx, func(t tx) error {
		version = toNumber(t.in("meta").Get([]byte("audience")))
		return nil
	})
	return version, err
}

// Audience implements pipeline.Store and command.Store.
func (s *Store) Audience(ctx context.Context, have uint64) (audience *news.Audience, err error) {
	err = s.view(ctx, func(t tx) error {
		a := news.Audience{
			Version:  toNumber(t.in("meta").Get([]byte("audience"))),
			Settings: map[news.GuildID]news.Settings{},
			Defaults: map[news.FeedID]bool{},
			Choices:  map[news.GuildID]map[news.FeedID]news.Choice{},
		}
		if a.Version == have {
			return nil
		}
		for k, v := range t.prefixed("subscriptions", nil) {
			sub, err := decode[news.Subscription]("subscriptions", k, v)
			if err != nil {
				return err
			}
			a.Subscriptions = append(a.Subscriptions, sub)
		}
		for k, v := range t.prefixed("topics", nil) {
			topic, err := decode[news.Topic]("topics", k, v)
			if err != nil {
				return err
			}
			a.Topics = append(a.Topics, topic)
		}
		for k, v := range t.prefixed("settings", nil) {
			settings, err := decode[news.Settings]("settings", k, v)
			if err != nil {
				return err
			}
			a.Settings[settings.Guild] = settings
		}
		feeds, err := t.feeds()
		if err != nil {
			return err
		}
		for _, f := range feeds {
			if f.Default {
				a.Defaults[f.ID] = true
			}
		}
		for k, v := range t.prefixed("choices", nil) {
			guild, feed := cutText(k)
			choices := a.Choices[news.GuildID(guild)]
			if choices == nil {
				choices = map[news.FeedID]news.Choice{}
				a.Choices[news.GuildID(guild)] = choices
			}
			choices[news.FeedID(toNumber(feed))] = toChoice(v)
		}
		audience = &a
		return nil
	})
	return audience, err
}
