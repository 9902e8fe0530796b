package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/store"
)

const (
	// archiveBatch is how many articles the index takes at once.
	archiveBatch = 500
	// gather is how long the index waits for more articles before it takes a batch: a burst becomes one batch, and a search
	// still finds what was stored a second ago.
	gather = 300 * time.Millisecond
	// look is how often the index asks for what another process stored.
	look = 700 * time.Millisecond
)

// archive feeds the search index from the store, off the delivery path. The index is derived: it remembers the sequence it has
// come to and can be deleted at any time.
type archive struct {
	index  *search.Index
	store  store.Store
	log    *slog.Logger
	stored chan struct{}

	feeding sync.Mutex // what is read from the store is in the index before anything is compared with the store again
}

func openArchive(ctx context.Context, dir string, s store.Store, log *slog.Logger) (*archive, error) {
	index, err := search.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open the archive index: %w", err)
	}
	a := &archive{index: index, store: s, log: log, stored: make(chan struct{}, 1)}
	ahead, err := a.ahead(ctx)
	if err != nil || !ahead {
		if err != nil {
			index.Close()
		}
		return a, err
	}
	log.Warn("the archive index belongs to another database and is built anew", "dir", dir)
	if err := index.Close(); err != nil {
		return nil, fmt.Errorf("close the archive index: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("remove the archive index: %w", err)
	}
	if a.index, err = search.Open(dir); err != nil {
		return nil, fmt.Errorf("open the archive index: %w", err)
	}
	return a, nil
}

// ahead reports whether the index has come further than the store: the database was replaced or restored from a backup.
func (a *archive) ahead(ctx context.Context) (bool, error) {
	sequence, err := a.index.Sequence()
	if err != nil || sequence == 0 {
		return false, err
	}
	articles, _, err := a.store.ArticlesAfter(ctx, sequence-1, 1)
	return len(articles) == 0, err
}

func (a *archive) wake() {
	select {
	case a.stored <- struct{}{}:
	default:
	}
}

// run keeps the index up with the store until ctx is done.
func (a *archive) run(ctx context.Context) {
	for failed := false; ctx.Err() == nil; {
		n, err := a.step(ctx)
		again := failed
		failed = err != nil
		switch {
		case err != nil && ctx.Err() == nil:
			a.log.Error("the archive index can't keep up", "err", err)
			if again { // an index that was damaged is empty now and takes the next step
				a.pause(ctx, 5*time.Second)
			}
		case n == archiveBatch:
		default:
			select {
			case <-a.stored:
				a.pause(ctx, gather)
			case <-time.After(look):
			case <-ctx.Done():
			}
		}
	}
}

func (a *archive) step(ctx context.Context) (int, error) {
	a.feeding.Lock()
	defer a.feeding.Unlock()
	sequence, err := a.index.Sequence()
	if err != nil {
		return 0, fmt.Errorf("read the index's sequence: %w", err)
	}
	articles, last, err := a.store.ArticlesAfter(ctx, sequence, archiveBatch)
	if err != nil || len(articles) == 0 {
		return 0, err
	}
	return len(articles), a.index.Put(articles, last)
}

// forget removes from the index the articles seen before a time that the store doesn't have any more, whoever dropped them and when.
func (a *archive) forget(ctx context.Context, before time.Time) error {
	a.feeding.Lock()
	defer a.feeding.Unlock()
	old, err := a.index.Before(news.ArticleID(news.FirstID(before)))
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(old, archiveBatch) {
		kept, err := a.store.Articles(ctx, ids)
		if err != nil {
			return fmt.Errorf("compare the archive index with the store: %w", err)
		}
		for _, article := range kept {
			ids = slices.DeleteFunc(ids, func(id news.ArticleID) bool { return id == article.ID })
		}
		if err := a.index.Delete(ids); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
