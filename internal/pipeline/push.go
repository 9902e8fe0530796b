package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// A look at a feed finds the hub it offers, if any (WebSub, https://www.w3.org/TR/websub/). The hub is asked for a subscription when the
// look is stored, and confirms and delivers at the callback (callback.go). Once it has delivered, the feed is looked at rarely; what a
// look then finds that the hub did not deliver brings back the looks until it delivers again.

const (
	// pushLease is how long a subscription is asked for, as the specification advises (section 9.2).
	pushLease = 10 * day
	// A hub that doesn't confirm is asked again after askFirst, then twice as long each time up to askLast; one that denies after a week.
	askFirst = time.Hour
	askLast  = day
	denial   = 7 * day
	// hubTime is how long a hub may take until it delivers what the feed lists already.
	hubTime = 10 * time.Minute
	// asksAtOnce is how many hubs are asked at a time; who finds no place asks after its next look.
	asksAtOnce = 8
	// longAddress is more than any address of a hub or topic has.
	longAddress = 2048
)

// offer is what a feed says about its hubs: none, or where the topic can be subscribed to.
type offer struct {
	hubs  []string
	topic string
}

// offered finds the hubs in an answer's headers, or else in the feed itself (section 4).
func offered(resp *fetch.Response, doc *read.Document) *offer {
	o := &offer{hubs: resp.Links("hub"), topic: cmp.Or(doc.Self, resp.URL)}
	if self := resp.Links("self"); len(self) > 0 {
		o.topic = self[0]
	}
	if len(o.hubs) == 0 && doc.Hub != "" {
		o.hubs = []string{doc.Hub}
	}
	// YouTube's feeds don't name their hub: https://developers.google.com/youtube/v3/guides/push_notifications
	if u, err := url.Parse(resp.URL); err == nil && u.Host == "www.youtube.com" && u.Path == "/feeds/videos.xml" && u.Query().Has("channel_id") && len(o.hubs) == 0 {
		o.hubs = []string{"https://pubsubhubbub.appspot.com/subscribe"}
		o.topic = "https://www.youtube.com/feeds/videos.xml?channel_id=" + url.QueryEscape(u.Query().Get("channel_id"))
	}
	o.hubs = slices.DeleteFunc(o.hubs, func(hub string) bool { return len(hub)+len(o.topic) > longAddress })
	return o
}

// missed reports whether a hub should have delivered an entry that a look found.
func missed(e news.Entry, now time.Time) bool {
	return e.Published.IsZero() || now.Sub(e.Published) > hubTime
}

// expectPushes keeps the feed's hub in mind after a look, and sets the next look to later when news is delivered. It returns whether
// the hub is to be asked for a subscription.
func (p *Pipeline) expectPushes(ctx context.Context, feed *news.Feed, seen *Look) (ask bool) {
	if p.o.Public == "" || ctx.Err() != nil {
		return false
	}
	now := p.o.Now()
	left := news.Push{}
	push, err := p.changePush(ctx, feed.ID, func(push *news.Push) {
		was := *push
		if p.heed(push, seen.offer, now); push.Secret != was.Secret && was.Until.After(now) {
			left = was
		}
		if seen.missed && push.Until.After(now) {
			push.Problem = fmt.Sprintf("The hub %s has confirmed the subscription, but did not deliver all news; the feed is looked at as if there were none.", fetch.RedactURL(push.Hub))
		}
	})
	if err != nil {
		if !errors.Is(err, news.ErrNotFound) {
			p.o.Logger.Error("what is known of a feed's hub can't be kept", "feed", feed.ID, "err", err)
		}
		return false
	}
	if left.Hub != "" {
		p.leave(ctx, left)
	}
	if !seen.Failed {
		*feed = p.relax(*feed, push, now)
	}
	return wanted(push, feed.NextPoll, now)
}

// heed makes what the feed offers, nil when the look did not tell, what is known of its hub.
func (p *Pipeline) heed(push *news.Push, o *offer, now time.Time) {
	if o == nil {
		return
	}
	if len(o.hubs) == 0 {
		*push = news.Push{Feed: push.Feed}
		return
	}
	at := slices.Index(o.hubs, push.Hub)
	same := at >= 0 && push.Topic == o.topic
	next := news.Push{Feed: push.Feed, Hub: o.hubs[max(at, 0)], Topic: o.topic, Secret: p.o.Secret(), AskedAt: push.AskedAt}
	switch {
	case same && (len(o.hubs) == 1 || push.Problem == "" || push.Until.After(now)):
		return
	case now.Sub(push.AskedAt) < askFirst: // some feeds give themselves another address each time
		return
	case same: // the next hub is asked when this one would have been, had it not denied
		next.Hub, next.AskAgain = o.hubs[(at+1)%len(o.hubs)], push.AskAgain
		if last := push.AskedAt.Add(askLast); next.AskAgain.After(last) {
			next.AskAgain = last
		}
	}
	*push = next
}

// relax sets the next look to later when a hub delivers what is new, at most until its subscription ends.
func (p *Pipeline) relax(feed news.Feed, push news.Push, now time.Time) news.Feed {
	if push.Delivered.IsZero() || push.Problem != "" || !push.Until.After(now) {
		return feed
	}
	rare := min(max(4*feed.Interval, time.Hour), p.o.PollMax)
	if end := push.Until.Sub(now); rare > end {
		rare = end
	}
	if next := allowed(feed, now.Add(rare), p.polling()); next.After(feed.NextPoll) {
		feed.Interval, feed.NextPoll = rare, next
	}
	return feed
}

// wanted reports whether the hub is to be asked now: for a first subscription, for more time before the present one ends, or because
// it doesn't deliver, which may be for having lost the subscription. next is the time of the next look.
func wanted(push news.Push, next, now time.Time) bool {
	if push.Hub == "" || now.Before(push.AskAgain) {
		return false
	}
	left, lease := push.Until.Sub(now), push.Until.Sub(push.AskedAt)
	return left < min(lease/10, day) || !push.Until.After(next) || push.Problem != "" && now.Sub(push.AskedAt) >= day
}

// subscribe asks a feed's hub for a subscription, unless too many hubs are being asked.
func (p *Pipeline) subscribe(ctx context.Context, id news.FeedID) {
	p.askHub(func() {
		log := p.o.Logger.With("feed", id)
		now := p.o.Now()
		// What a hub confirms at once must find that it was asked, and one that is not there must not be asked at each start.
		push, err := p.changePush(ctx, id, func(push *news.Push) {
			if !push.AskAgain.IsZero() && push.Problem == "" && !push.Until.After(now) {
				push.Problem = fmt.Sprintf("The hub %s was asked to deliver and did not confirm.", fetch.RedactURL(push.Hub))
			}
			wait := askFirst
			if push.AskAgain.After(push.AskedAt) { // it did not confirm
				wait = min(max(2*push.AskAgain.Sub(push.AskedAt), askFirst), askLast)
			}
			push.AskedAt, push.AskAgain = now, now.Add(wait)
		})
		if errors.Is(err, news.ErrNotFound) { // nobody follows the feed any more
			return
		}
		if err != nil {
			log.Error("a request to a hub can't be stored, so it isn't made", "err", err)
			return
		}
		refusal := p.o.Fetch.Subscribe(ctx, p.subscription(push))
		if refusal == nil || ctx.Err() != nil {
			return
		}
		log.Info("hub gives no subscription; the feed is polled", "hub", fetch.RedactURL(push.Hub), "err", refusal)
		asked := push.AskedAt
		_, err = p.changePush(ctx, id, func(push *news.Push) {
			if !push.AskedAt.Equal(asked) || push.AskAgain.IsZero() { // it has confirmed after all
				return
			}
			if !push.Until.After(now) {
				push.Problem = fmt.Sprintf("The hub gives no subscription: %v", refusal)
			}
			if pace := (*fetch.PaceError)(nil); errors.As(refusal, &pace) {
				push.AskAgain = pace.Until // nobody was asked
			} else if status := (*fetch.StatusError)(nil); errors.As(refusal, &status) {
				push.AskAgain = later(push.AskAgain, now.Add(status.RetryAfter))
			}
		})
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			log.Error("a hub's refusal can't be stored", "err", err)
		}
	})
}

// leave asks a hub to end a subscription that the feed offers no more. If that fails the subscription ends with its lease, and what
// comes until then is refused.
func (p *Pipeline) leave(ctx context.Context, push news.Push) {
	p.askHub(func() {
		path := callbackPath(push)
		p.pushing.Lock()
		if p.leaving == nil || len(p.leaving) > 1000 { // hubs that never confirm
			p.leaving = map[string]string{}
		}
		p.leaving[path] = push.Topic
		p.pushing.Unlock()
		if err := p.o.Fetch.Unsubscribe(ctx, p.subscription(push)); err != nil && ctx.Err() == nil {
			p.o.Logger.Info("hub can't be told that it is no longer needed", "feed", push.Feed, "hub", fetch.RedactURL(push.Hub), "err", err)
		}
	})
}

func (p *Pipeline) subscription(push news.Push) fetch.Subscription {
	return fetch.Subscription{Hub: push.Hub, Topic: push.Topic, Callback: p.o.Public + callbackPath(push), Secret: push.Secret, Lease: pushLease}
}

// askHub runs f beside the looks, which mustn't wait for hubs, unless too many do already.
func (p *Pipeline) askHub(f func()) {
	select {
	case p.asks <- struct{}{}:
		p.hubs.Go(func() {
			f()
			<-p.asks
		})
	default:
	}
}

// changePush changes what is known of a feed's hub. Looks, callbacks and hubs' answers do so at any time.
func (p *Pipeline) changePush(ctx context.Context, id news.FeedID, change func(*news.Push)) (news.Push, error) {
	ctx = context.WithoutCancel(ctx)
	p.pushing.Lock()
	defer p.pushing.Unlock()
	was, err := p.o.Store.Push(ctx, id)
	if err != nil {
		return was, err
	}
	was.Feed = id
	push := was
	if change(&push); push == was {
		return push, nil
	}
	return push, p.o.Store.PutPush(ctx, push)
}
