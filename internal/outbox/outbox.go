package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"newsbrief/internal/news"
)

const (
	// nonceWindow is how long Discord is trusted to know a nonce. Its documentation says "the past few minutes".
	nonceWindow = time.Minute
	lease       = time.Minute
	// sendTime ends a send well inside the lease, so that two owners never send at once.
	sendTime    = 40 * time.Second
	firstRetry  = time.Second
	longestWait = 10 * time.Minute
	// idle is the longest sleep between two looks at the store, for deliveries made due by another process.
	idle = 30 * time.Second
)

// Options are an Outbox's surroundings. All fields are needed except Senders.
type Options struct {
	Store   Store
	Sender  Sender
	Senders int // sends at once, default 64: enough to fill 50 requests/s at a second each; half of them at most to people
	Logger  *slog.Logger
	Now     func() time.Time
	// Sent, when set, is told of each message that was posted or edited: how long after its delivery was due.
	Sent func(edit bool, late time.Duration)
}

// Outbox sends what is owed. Create it with New, start it with Run.
type Outbox struct {
	o    Options
	wake chan struct{}
}

// New returns an Outbox that does nothing until Run.
func New(o Options) *Outbox {
	if o.Senders == 0 {
		o.Senders = 64
	}
	return &Outbox{o: o, wake: make(chan struct{}, 1)}
}

// Wake tells a running Outbox that something may have become due. It never blocks.
func (b *Outbox) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx is done; then it takes nothing new, lets what is being sent end within grace, and returns. What could not
// end is sent by the next owner.
func (b *Outbox) Run(ctx context.Context, grace time.Duration) {
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stop()

	var wg sync.WaitGroup
	defer wg.Wait()
	busy := make(chan struct{}, b.o.Senders)
	var direct atomic.Int64 // those of the busy that send to people, which Discord lets open slowly: channels are not to wait for that
	for ctx.Err() == nil {
		if len(busy) == cap(busy) {
			b.sleep(ctx, idle) // until a sender is free
			continue
		}
		toPeople := max(b.o.Senders/2, 1) - int(direct.Load())
		claims, err := b.o.Store.ClaimDeliveries(ctx, b.o.Now(), lease, b.o.Senders-len(busy), toPeople)
		if err != nil {
			if ctx.Err() == nil {
				b.o.Logger.Error("deliveries can't be claimed", "err", err)
			}
			b.sleep(ctx, firstRetry)
			continue
		}
		for _, c := range claims {
			busy <- struct{}{}
			person := c.Deliveries[0].Place().Direct()
			if person {
				direct.Add(1)
			}
			wg.Go(func() {
				b.deliver(sending, c)
				if person {
					direct.Add(-1)
				}
				<-busy
				b.Wake() // a sender is free, and the channel's next delivery may go
			})
		}
		if len(claims) == 0 {
			wait := b.untilNext(ctx)
			if toPeople == 0 { // what is next may be to a person and have no sender; one that is free wakes
				wait = max(wait, time.Second)
			}
			b.sleep(ctx, wait)
		}
	}
}

func (b *Outbox) untilNext(ctx context.Context) time.Duration {
	next, err := b.o.Store.NextDelivery(ctx)
	if err != nil && ctx.Err() == nil {
		b.o.Logger.Error("the next delivery can't be looked up", "err", err)
	}
	if err != nil || next.IsZero() {
		return idle
	}
	return min(max(next.Sub(b.o.Now()), 10*time.Millisecond), idle)
}

func (b *Outbox) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-b.wake:
	case <-t.C:
	}
}

// deliver brings one claim to an end: posted, postponed, folded or refused.
func (b *Outbox) deliver(ctx context.Context, c news.Claim) {
	d := c.Deliveries[0]
	log := b.o.Logger.With("delivery", c.ID(), "channel", d.Channel, "count", len(c.Deliveries))
	if err := b.attempt(ctx, c, log); err != nil {
		if errors.Is(err, news.ErrLeaseLost) {
			log.Warn("the lease ended before the delivery did; its next owner goes on")
			return
		}
		log.Error("the outcome of a delivery can't be stored; it is looked up and sent again if need be", "err", err)
	}
}

func (b *Outbox) attempt(ctx context.Context, c news.Claim, log *slog.Logger) error {
	d := c.Deliveries[0]
	if d.Message != "" {
		return b.edit(ctx, c, log)
	}
	store := context.WithoutCancel(ctx) // an outcome is stored even when the grace is over
	sendCtx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	now := b.o.Now()
	unsure := !d.FirstTry.IsZero() // it may have been accepted already
	if unsure && now.Sub(d.FirstTry) >= nonceWindow {
		// Discord no longer knows it by its nonce.
		channel, message, err := b.o.Sender.Find(sendCtx, c)
		if err != nil {
			return b.unsent(store, c, err, log)
		}
		if message != "" {
			return b.posted(store, c, channel, message, log)
		}
		unsure = false
	}
	if !unsure {
		slot, err := b.heldBack(sendCtx, c, now)
		if err != nil {
			until := now.Add(backoff(d.Attempts))
			return errors.Join(err, b.o.Store.Postpone(store, now, c, until, "", false))
		}
		if !slot.IsZero() {
			return b.o.Store.Fold(store, now, c, slot)
		}
	}
	channel, message, err := b.o.Sender.Post(sendCtx, c)
	if err != nil {
		return b.unsent(store, c, err, log)
	}
	return b.posted(store, c, channel, message, log)
}

func (b *Outbox) posted(ctx context.Context, c news.Claim, channel news.ChannelID, message news.MessageID, log *slog.Logger) error {
	now := b.o.Now()
	d := c.Deliveries[0]
	log.Info("posted", "message", message, "story", d.Event, "late", now.Sub(d.Due))
	if b.o.Sent != nil {
		b.o.Sent(false, now.Sub(d.Due))
	}
	return b.o.Store.Posted(ctx, now, c, channel, message)
}

func (b *Outbox) edit(ctx context.Context, c news.Claim, log *slog.Logger) error {
	d := c.Deliveries[0]
	sendCtx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	store := context.WithoutCancel(ctx)
	thread, err := b.o.Sender.Edit(sendCtx, d)
	if refused := (*news.SendError)(nil); errors.As(err, &refused) && refused.Permanent {
		// The brief was read; a message that someone deleted since is no reason to stop the subscription.
		log.Info("a posted brief can't be edited any more", "reason", refused.Sentence)
		return b.o.Store.Refuse(store, b.o.Now(), c, refused.Sentence, false)
	}
	if err == nil {
		err = b.reply(sendCtx, d, thread, log)
	}
	if err != nil {
		return b.unsent(store, c, err, log)
	}
	if b.o.Sent != nil {
		b.o.Sent(true, b.o.Now().Sub(d.Due))
	}
	log.Info("edited", "message", d.Message, "story", d.Event, "revision", d.Revision)
	return b.o.Store.Posted(store, b.o.Now(), c, d.PostedIn, d.Message)
}

// unsent stores what becomes of a claim whose send failed.
func (b *Outbox) unsent(ctx context.Context, c news.Claim, err error, log *slog.Logger) error {
	now := b.o.Now()
	refused := (*news.SendError)(nil)
	if !errors.As(err, &refused) {
		wait := backoff(c.Deliveries[0].Attempts)
		log.Warn("send failed", "err", err, "again_in", wait)
		return b.o.Store.Postpone(ctx, now, c, now.Add(wait), "Discord did not answer; trying again.", true)
	}
	if refused.Permanent {
		log.Warn("Discord refuses the delivery", "reason", refused.Sentence, "err", refused.Err)
		return b.o.Store.Refuse(ctx, now, c, refused.Sentence, refused.Place)
	}
	wait := max(refused.After, backoff(c.Deliveries[0].Attempts))
	log.Warn("Discord postpones the delivery", "reason", refused.Sentence, "again_in", wait, "err", refused.Err)
	return b.o.Store.Postpone(ctx, now, c, now.Add(wait), refused.Sentence, false)
}

// backoff doubles from one second to ten minutes.
func backoff(attempts int) time.Duration {
	return min(firstRetry<<min(max(attempts-1, 0), 20), longestWait)
}
