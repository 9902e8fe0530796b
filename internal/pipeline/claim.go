package pipeline

import (
	"context"
	"sync"
	"time"

	"newsbrief/internal/news"
)

// gather is how long a claim waits for more looks to end while most are under way: a claim for each would cost as much as the looks.
const gather = 10 * time.Millisecond

// lookAtDue looks at the feeds that are due until ctx is done, and returns when the looks under way have ended; those have looking.
func (p *Pipeline) lookAtDue(ctx, looking context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	due := make(chan news.Feed)
	defer close(due)
	busy := make(chan struct{}, p.o.Looks)
	enough := (p.o.Looks + 1) / 2
	for range p.o.Looks {
		wg.Go(func() {
			for feed := range due {
				end := p.look(looking, feed)
				<-busy
				if p.o.Looks-len(busy) >= enough {
					p.Wake()
				}
				wg.Go(func() { // the store makes one transaction of the ends that come together
					end()
					p.Wake()
				})
			}
		})
	}
	for waited := false; ctx.Err() == nil; {
		room := p.o.Looks - len(busy)
		if room == 0 || room < enough && !waited {
			p.sleep(ctx, gather)
			waited = true
			continue
		}
		waited = false
		feeds, err := p.o.Store.ClaimFeeds(ctx, p.o.Now(), lease, room)
		if err != nil {
			if ctx.Err() == nil {
				p.o.Logger.Error("due feeds can't be claimed", "err", err)
			}
			p.sleep(ctx, time.Second)
			continue
		}
		for _, feed := range feeds {
			busy <- struct{}{}
			due <- feed
		}
		if len(feeds) < room {
			p.sleep(ctx, p.untilNext(ctx))
		}
	}
}

func (p *Pipeline) untilNext(ctx context.Context) time.Duration {
	next, err := p.o.Store.NextPoll(ctx)
	if err != nil && ctx.Err() == nil {
		p.o.Logger.Error("the next look can't be looked up", "err", err)
	}
	if err != nil || next.IsZero() {
		return idle
	}
	return min(max(next.Sub(p.o.Now()), 5*time.Millisecond), idle)
}

func (p *Pipeline) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-p.wake:
	case <-t.C:
	}
}
