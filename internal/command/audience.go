package command

import (
	"context"
	"fmt"
	"sync"

	"newsbrief/internal/news"
)

// audience keeps the store's latest Audience, read again when its version changed.
type audience struct {
	store Store
	mu    sync.Mutex
	last  *news.Audience
}

func (a *audience) get(ctx context.Context) (*news.Audience, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	have := uint64(0)
	if a.last != nil {
		have = a.last.Version
	}
	fresh, err := a.store.Audience(ctx, have)
	if err != nil {
		return nil, fmt.Errorf("read the subscriptions: %w", err)
	}
	if fresh != nil {
		a.last = fresh
	}
	if a.last == nil {
		a.last = &news.Audience{}
	}
	return a.last, nil
}
