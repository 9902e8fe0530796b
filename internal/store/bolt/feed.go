package bolt

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/news"
)

func (t tx) feed(id news.FeedID) (news.Feed, bool, error) {
	k := number(id)
	row := t.in("feeds").Get(k)
	if row == nil {
		return news.Feed{}, false, nil
	}
	f, err := decodeFeed(k, row)
	return f, true, err
}

func (t tx) feedByURL(url string) (f news.Feed, ok bool, err error) {
	k := t.in("feed_urls").Get(digest([]byte(url)))
	if k == nil {
		return f, false, nil
	}
	return t.feed(news.FeedID(toNumber(k)))
}

// feedIndex is what the indexes hold of a feed.
func feedIndex(f news.Feed) []entry {
	id := number(f.ID)
	entries := []entry{{"feed_urls", digest([]byte(f.URL)), id}}
	if f.Failures > 0 {
		entries = append(entries, entry{"failing", id, nil})
	}
	if !f.Gone {
		entries = append(entries, entry{"polls", key(moment(f.NextPoll), id), nil})
	}
	return entries
}

// changeFeed replaces the row of a feed. was is the row as it is stored, nil for a new feed.
func (t tx) changeFeed(was *news.Feed, f news.Feed) error {
	var indexed []entry
	if was != nil {
		indexed = feedIndex(*was)
	}
	if err := t.reindex(indexed, feedIndex(f)); err != nil {
		return err
	}
	return t.set("feeds", number(f.ID), encodeFeed(f))
}

// createFeed stores a feed nobody follows yet. An id that is missing or taken is replaced.
func (t tx) createFeed(now time.Time, f news.Feed) (news.Feed, error) {
	if f.ID == 0 {
		f.ID = news.FeedID(news.NewID(now, 0))
	}
	for t.in("feeds").Get(number(f.ID)) != nil {
		f.ID++
	}
	if f.NextPoll.IsZero() {
		f.NextPoll = now
	}
	return f, t.changeFeed(nil, f)
}

// deleteFeed drops a feed with its marks and what guilds chose about it.
func (t tx) deleteFeed(f news.Feed) error {
	id := number(f.ID)
	if err := t.reindex(feedIndex(f), nil); err != nil {
		return err
	}
	for _, k := range t.keys("marks", id) {
		if err := t.drop("marks", k); err != nil {
			return err
		}
	}
	for _, k := range t.keys("choosers", id) {
		if err := t.choose(news.GuildID(k[8:]), f.ID, nil); err != nil {
			return err
		}
	}
	for _, bucket := range []string{"pushes", "feeds"} {
		if err := t.drop(bucket, id); err != nil {
			return err
		}
	}
	return nil
}

// choose stores what a guild's manager decided about a feed; nil forgets it.
func (t tx) choose(guild news.GuildID, feed news.FeedID, decided *news.Choice) error {
	choice, chooser := key(text(guild), number(feed)), key(number(feed), []byte(guild))
	if decided == nil {
		if err := t.drop("choices", choice); err != nil {
			return err
		}
		return t.drop("choosers", chooser)
	}
	v := []byte(strconv.Itoa(int(*decided)))
	if err := t.set("choices", choice, v); err != nil {
		return err
	}
	return t.set("choosers", chooser, v)
}

// follows reports whether a guild follows a feed: as its manager decided or, where none did, as the operator's list says.
func (t tx) follows(guild news.GuildID, f news.Feed) bool {
	if v := t.in("choices").Get(key(text(guild), number(f.ID))); v != nil {
		return toChoice(v) != news.Removed
	}
	return f.Default
}

// followed is a feed that the guild follows. ErrNotFound.
func (t tx) followed(guild news.GuildID, feed news.FeedID) (news.Feed, error) {
	f, ok, err := t.feed(feed)
	if err == nil && (!ok || !t.follows(guild, f)) {
		err = fmt.Errorf("feed %s of guild %s: %w", feed, guild, news.ErrNotFound)
	}
	return f, err
}

// toChoice reads a row of choices, which is one digit.
func toChoice(v []byte) news.Choice { return news.Choice(v[0] - '0') }

// SetTitles implements command.Store.
func (s *Store) SetTitles(ctx context.Context, guild news.GuildID, feed news.FeedID, only bool) error {
	decided := news.Added
	if only {
		decided = news.Titles
	}
	return s.update(ctx, func(t tx) error {
		if _, err := t.followed(guild, feed); err != nil {
			return err
		}
		if err := t.choose(guild, feed, &decided); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// dropOrphan deletes a feed that nobody follows.
func (t tx) dropOrphan(f news.Feed) error {
	if f.Default {
		return nil
	}
	for _, v := range t.prefixed("choosers", number(f.ID)) {
		if toChoice(v) != news.Removed {
			return nil
		}
	}
	return t.deleteFeed(f)
}

// AddFeed implements command.Store.
func (s *Store) AddFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.Feed) (added news.Feed, err error) {
	exists := false
	err = s.update(ctx, func(t tx) error {
		exists = false
		f, known, err := t.feedByURL(feed.URL)
		if err != nil {
			return err
		}
		switch {
		case !known:
			if f, err = t.createFeed(now, feed); err != nil {
				return err
			}
		case f.Gone:
			if f, err = t.retryFeed(now, f); err != nil {
				return err
			}
		}
		added = f
		if exists = known && t.follows(guild, f); exists {
			return nil
		}
		if err := t.choose(guild, f.ID, new(news.Added)); err != nil {
			return err
		}
		return t.audienceChanged()
	})
	if err == nil && exists {
		err = fmt.Errorf("feed %s of guild %s: %w", added.ID, guild, news.ErrExists)
	}
	return added, err
}

func (t tx) retryFeed(now time.Time, f news.Feed) (news.Feed, error) {
	was := f
	f.Gone, f.NextPoll = false, now
	return f, t.changeFeed(&was, f)
}

// RetryFeed implements command.Store.
func (s *Store) RetryFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.FeedID) error {
	return s.update(ctx, func(t tx) error {
		f, err := t.followed(guild, feed)
		if err != nil {
			return err
		}
		_, err = t.retryFeed(now, f)
		return err
	})
}

// RemoveFeed implements command.Store.
func (s *Store) RemoveFeed(ctx context.Context, guild news.GuildID, feed news.FeedID) error {
	return s.update(ctx, func(t tx) error {
		f, err := t.followed(guild, feed)
		if err != nil {
			return err
		}
		var removed *news.Choice
		if f.Default {
			removed = new(news.Removed)
		}
		if err := t.choose(guild, feed, removed); err != nil {
			return err
		}
		if err := t.dropOrphan(f); err != nil {
			return err
		}
		return t.audienceChanged()
	})
}

// SetDefaults implements store.Store.
func (s *Store) SetDefaults(ctx context.Context, now time.Time, feeds []news.Feed) error {
	return s.update(ctx, func(t tx) error {
		changed := false
		listed := map[news.FeedID]bool{}
		for _, feed := range feeds {
			f, ok, err := t.feedByURL(feed.URL)
			if err != nil {
				return err
			}
			if !ok {
				feed.Default = true
				f, err = t.createFeed(now, feed)
				changed = true
			} else if !f.Default {
				was := f
				f.Default = true
				err = t.changeFeed(&was, f)
				changed = true
			}
			if err != nil {
				return err
			}
			listed[f.ID] = true
		}
		all, err := t.feeds()
		if err != nil {
			return err
		}
		for _, f := range all {
			if !f.Default || listed[f.ID] {
				continue
			}
			was := f
			f.Default = false
			if err := t.changeFeed(&was, f); err != nil {
				return err
			}
			if err := t.dropOrphan(f); err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return nil
		}
		return t.audienceChanged()
	})
}

func (t tx) feeds() (feeds []news.Feed, err error) {
	for k, v := range t.prefixed("feeds", nil) {
		f, err := decodeFeed(k, v)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, f)
	}
	return feeds, nil
}

// Feeds implements store.Store.
func (s *Store) Feeds(ctx context.Context) (feeds []news.Feed, err error) {
	err = s.view(ctx, func(t tx) error {
		feeds, err = t.feeds()
		return err
	})
	return feeds, err
}

// GuildFeeds implements command.Store.
func (s *Store) GuildFeeds(ctx context.Context, guild news.GuildID) (feeds []news.Feed, err error) {
	err = s.view(ctx, func(t tx) error {
		all, err := t.feeds()
		for _, f := range all {
			if t.follows(guild, f) {
				feeds = append(feeds, f)
			}
		}
		return err
	})
	slices.SortStableFunc(feeds, func(a, b news.Feed) int { return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) })
	return feeds, err
}
