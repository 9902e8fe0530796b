package command

import (
	"context"
	"fmt"
	"sync"
	"time"

	"newsbrief/internal/news"
)

// offers keeps what an option offers in each guild, so that a keystroke costs no reading. It is read again when wishes changed.
type offers[T any] struct {
	version func(ctx context.Context) (uint64, error)
	read    func(ctx context.Context, guild news.GuildID) ([]T, error)
	key     func(T) string

	mu   sync.Mutex
	kept map[news.GuildID]*offer[T]
}

// offer is what one guild is offered. It is not changed.
type offer[T any] struct {
	items   []T
	names   names
	version uint64
	read    time.Time
}

const (
	keptOffers = 1000             // guilds at most
	keptFor    = 10 * time.Minute // at most: feeds change their titles without a wish
)

func (o *offers[T]) get(ctx context.Context, now time.Time, guild news.GuildID) (*offer[T], error) {
	version, err := o.version(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the version of wishes: %w", err)
	}
	o.mu.Lock()
	have := o.kept[guild]
	o.mu.Unlock()
	if have != nil && have.version == version && now.Sub(have.read) < keptFor {
		return have, nil
	}
	items, err := o.read(ctx, guild)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(items))
	for i, item := range items {
		keys[i] = o.key(item)
	}
	fresh := &offer[T]{items: items, names: newNames(keys), version: version, read: now}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept == nil || len(o.kept) >= keptOffers { // rare, and the guilds whose members type now are soon back
		o.kept = map[news.GuildID]*offer[T]{}
	}
	o.kept[guild] = fresh
	return fresh, nil
}
