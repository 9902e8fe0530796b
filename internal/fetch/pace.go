package fetch

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// quick is how fast a healthy origin answers. One that takes n times as long gets
	// an nth of the simultaneous requests; when it is down to one and still slow, it
	// may rest between requests as long as it worked, up to maxRest.
	quick   = time.Second
	maxRest = 10 * time.Second

	// A 429 or 503 costs the origin a pause, Retry-After or firstPenalty, and then
	// leaves a rest between its requests that doubles with each further one and
	// halves with each good answer.
	firstPenalty = 5 * time.Second
	maxPenalty   = 5 * time.Minute

	// What is remembered of an origin without requests, and of how many origins.
	memory     = 10 * time.Minute
	maxOrigins = 10_000
)

// pacer lets requests go out at the pace each origin can bear. An origin that
// keeps answering quickly is never held up beyond perOrigin requests at a time,
// and nothing is remembered about it.
type pacer struct {
	perOrigin int
	maxWait   time.Duration
	log       *slog.Logger

	mu      sync.Mutex
	origins map[string]*origin
	sweepAt time.Time
}

type origin struct {
	name      string
	active    int
	queue     list.List     // of chan struct{}, one for each waiting request, first come first
	latency   time.Duration // moving average, 0 before the first answer
	notBefore time.Time     // of the next request
	penalty   time.Duration // rest between requests since a 429 or 503
	struck    time.Time     // when penalty last grew
	used      time.Time
}

func newPacer(perOrigin int, maxWait time.Duration, log *slog.Logger) *pacer {
	return &pacer{perOrigin: perOrigin, maxWait: maxWait, log: log, origins: map[string]*origin{}}
}

// turn is the permission for one request. The holder calls done when its answer is read.
type turn struct {
	pacer   *pacer
	origin  *origin
	started time.Time
}

// wait returns when a request to the origin may go out. It returns a *PaceError at once
// when that is known to be more than maxWait ahead, or when maxWait has passed.
func (p *pacer) wait(ctx context.Context, name string) (*turn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	o := p.origin(name, now)
	if o.queue.Len() == 0 && p.ready(o, now) {
		return p.start(o, now), nil
	}

	wake := make(chan struct{}, 1)
	me := o.queue.PushBack(wake)
	defer func() {
		o.queue.Remove(me)
		o.wakeFirst()
	}()
	for giveUp := now.Add(p.maxWait); ; now = time.Now() {
		first := o.queue.Front() == me
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if first && p.ready(o, now) {
			return p.start(o, now), nil
		}
		if o.notBefore.After(giveUp) || !now.Before(giveUp) {
			return nil, &PaceError{Origin: name, Until: p.estimate(o, now)}
		}
		until := giveUp
		if first && now.Before(o.notBefore) {
			until = o.notBefore
		}
		p.mu.Unlock()
		sleep(ctx, wake, until.Sub(now))
		p.mu.Lock()
	}
}

func sleep(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

func (p *pacer) ready(o *origin, now time.Time) bool {
	return o.active < p.limit(o) && !now.Before(o.notBefore)
}

func (p *pacer) start(o *origin, now time.Time) *turn {
	o.active++
	return &turn{pacer: p, origin: o, started: now}
}

// limit is how many requests the origin bears at a time.
func (p *pacer) limit(o *origin) int {
	switch {
	case o.penalty > 0:
		return 1
	case o.latency <= quick:
		return p.perOrigin
	}
	return max(1, int(time.Duration(p.perOrigin)*quick/o.latency))
}

// rest is how long the origin is left alone after an answer.
func (p *pacer) rest(o *origin) time.Duration {
	rest := o.penalty
	if o.latency >= 2*quick && p.limit(o) == 1 {
		rest = max(rest, min(o.latency, maxRest))
	}
	return rest
}

// estimate is when a request that has to give up now may be worth another try.
func (p *pacer) estimate(o *origin, now time.Time) time.Time {
	rounds := time.Duration(o.queue.Len()/p.limit(o) + 1)
	queued := now.Add(rounds * max(quick, o.latency+p.rest(o)))
	if queued.Before(o.notBefore) {
		return o.notBefore
	}
	return queued
}

// done ends the turn with what came of it, and returns how long it took.
func (t *turn) done(err error) time.Duration {
	p, o := t.pacer, t.origin
	p.mu.Lock()
	now := time.Now()
	took := now.Sub(t.started)
	o.active--
	o.used = now
	if o.latency == 0 {
		o.latency = took
	} else {
		o.latency = (o.latency + took) / 2
	}

	var status *StatusError
	struck := errors.As(err, &status) && (errors.Is(err, ErrRateLimited) || errors.Is(err, ErrUnavailable))
	pause := p.rest(o)
	switch {
	case struck:
		pause = o.strike(t.started, now, status.RetryAfter)
	case err == nil || status != nil: // it answers as it should
		if o.penalty /= 2; o.penalty < firstPenalty/8 {
			o.penalty = 0
		}
		pause = p.rest(o)
	}
	if end := now.Add(pause); pause > 0 && end.After(o.notBefore) {
		o.notBefore = end
	}
	o.wakeFirst() // who leaves if it can't wait that long, and wakes the next
	p.forget(o, now)
	p.mu.Unlock()

	if struck {
		p.log.Info("origin asks for a pause", "origin", o.name, "status", status.Status, "pause", pause)
	}
	return took
}

// strike makes the origin's pace slower and returns the pause it gets. Requests that
// were already under way at the last strike don't make it slower still.
func (o *origin) strike(started, now time.Time, retryAfter time.Duration) time.Duration {
	if !started.Before(o.struck) {
		o.penalty = min(max(2*o.penalty, firstPenalty), maxPenalty)
		o.struck = now
	}
	if retryAfter > 0 {
		return retryAfter
	}
	return o.penalty
}

func (o *origin) wakeFirst() {
	if e := o.queue.Front(); e != nil {
		select {
		case e.Value.(chan struct{}) <- struct{}{}:
		default: // already woken
		}
	}
}

// origin returns the state of the named origin, making room for it if need be.
func (p *pacer) origin(name string, now time.Time) *origin {
	if !now.Before(p.sweepAt) {
		p.sweepAt = now.Add(memory / 10)
		for _, o := range p.origins {
			if now.Sub(o.used) >= memory && !now.Before(o.notBefore) {
				p.remove(o)
			}
		}
	}
	o := p.origins[name]
	if o == nil {
		if len(p.origins) >= maxOrigins {
			p.evict()
		}
		o = &origin{name: name}
		p.origins[name] = o
	}
	o.used = now
	return o
}

// forget drops an origin there is nothing to remember about.
func (p *pacer) forget(o *origin, now time.Time) {
	if o.penalty == 0 && o.latency <= quick && !now.Before(o.notBefore) {
		p.remove(o)
	}
}

func (p *pacer) remove(o *origin) {
	if o.active == 0 && o.queue.Len() == 0 {
		delete(p.origins, o.name)
	}
}

// evict makes room by forgetting the origin that would be let go soonest.
func (p *pacer) evict() {
	var soonest *origin
	for _, o := range p.origins {
		if o.active == 0 && o.queue.Len() == 0 && (soonest == nil || o.notBefore.Before(soonest.notBefore)) {
			soonest = o
		}
	}
	if soonest != nil {
		p.remove(soonest)
	}
}
