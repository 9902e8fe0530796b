package bolt

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"

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
		if a.Subscriptions, err = s.subscriptions.rows(t, "subscriptions"); err != nil {
			return err
		}
		if a.Topics, err = s.topics.rows(t, "topics"); err != nil {
			return err
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

// remembered keeps the rows of a bucket as they were last read, so that reading them again decodes only those that changed: of 100,000
// subscriptions mostly one has.
type remembered[T any] struct {
	mu   sync.Mutex
	keys [][]byte
	sums []uint64 // of the values
	last []T
}

// rows are all rows of the bucket in the order of their keys. They are shared and not to be changed.
func (m *remembered[T]) rows(t tx, bucket string) ([]T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys, sums, rows := make([][]byte, 0, len(m.keys)+1), make([]uint64, 0, len(m.keys)+1), make([]T, 0, len(m.keys)+1)
	old := 0
	for k, v := range t.prefixed(bucket, nil) {
		for old < len(m.keys) && bytes.Compare(m.keys[old], k) < 0 {
			old++
		}
		sum := xxhash.Sum64(v)
		if old < len(m.keys) && m.sums[old] == sum && bytes.Equal(m.keys[old], k) {
			keys, rows = append(keys, m.keys[old]), append(rows, m.last[old])
		} else {
			row, err := decode[T](bucket, k, v)
			if err != nil {
				return nil, err
			}
			keys, rows = append(keys, slices.Clone(k)), append(rows, row)
		}
		sums = append(sums, sum)
	}
	m.keys, m.sums, m.last = keys, sums, rows
	return rows, nil
}
