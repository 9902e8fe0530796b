package bolt

import (
	"context"
	"time"

	"newsbrief/internal/news"
)

// GuildSettings implements outbox.Store and command.Store.
func (s *Store) GuildSettings(ctx context.Context, guild news.GuildID) (settings news.Settings, err error) {
	err = s.view(ctx, func(t tx) error {
		settings, _, err = get[news.Settings](t, "settings", settingsKey(guild))
		return err
	})
	settings.Guild = guild
	return settings, err
}

// settingsKey ends with a zero byte, because a key can't be empty.
func settingsKey(guild news.GuildID) []byte { return text(guild) }

// PutSettings implements command.Store.
func (s *Store) PutSettings(ctx context.Context, settings news.Settings) error {
	return s.update(ctx, func(t tx) error {
		if err := put(t, "settings", settingsKey(settings.Guild), settings); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// CaughtUp implements command.Store.
func (s *Store) CaughtUp(ctx context.Context, now time.Time, guild news.GuildID, user news.UserID) (last time.Time, err error) {
	err = s.update(ctx, func(t tx) error {
		k := key(text(guild), []byte(user))
		last = toMoment(t.in("caught_up").Get(k))
		return t.set("caught_up", k, moment(now))
	})
	if err != nil {
		return time.Time{}, err
	}
	return last, nil
}
