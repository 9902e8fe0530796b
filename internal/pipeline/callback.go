package pipeline

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

const (
	// Callbacks is the path under which Callback is to be served: PUBLIC_URL and Callbacks are what callbacks begin with.
	Callbacks = "/websub/"
	// pushesAtOnce is how many deliveries are read at a time; they are kept in memory.
	pushesAtOnce = 8
	// answerTime is how long a hub waits for its answer, which is given when what it delivered is stored.
	answerTime = 8 * time.Second
	// oldNews is the age from which an entry that only a hub lists is not taken for news: hubs also deliver what was changed.
	oldNews = day
)

// What came of a delivery, as Options.Pushed is told.
const (
	PushRead    = "read"
	PushForged  = "forged"  // without a valid signature: ignored
	PushRefused = "refused" // the hub is to try again, or is told that nobody wants it
)

// callbackPath is a subscription's callback below PUBLIC_URL. Nobody but its hub can know it.
func callbackPath(push news.Push) string {
	mac := hmac.New(sha256.New, []byte(push.Secret))
	io.WriteString(mac, "callback")
	return Callbacks + push.Feed.String() + "/" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// Callback is the endpoint at which hubs confirm subscriptions and deliver, to be served below Callbacks. It takes deliveries while Run
// runs.
func (p *Pipeline) Callback() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		push, err := p.called(r)
		switch {
		case err != nil && !errors.Is(err, news.ErrNotFound):
			p.o.Logger.Error("a hub's subscription can't be looked up", "err", err)
			again(w)
		case r.Method == http.MethodPost:
			p.receive(w, r, push, err == nil)
		default:
			p.confirm(w, r, push, err == nil)
		}
	})
}

// called finds the subscription whose callback was called. ErrNotFound.
func (p *Pipeline) called(r *http.Request) (news.Push, error) {
	feed, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Callbacks), "/")
	id, err := strconv.ParseUint(feed, 36, 64)
	if err != nil {
		return news.Push{}, news.ErrNotFound
	}
	push, err := p.o.Store.Push(r.Context(), news.FeedID(id))
	if err == nil && (push.Secret == "" || !hmac.Equal([]byte(r.URL.Path), []byte(callbackPath(push)))) {
		err = news.ErrNotFound
	}
	return push, err
}

// confirm answers a hub that asks whether a subscription is wanted, or says that it isn't to be had (sections 5.2 and 5.3).
func (p *Pipeline) confirm(w http.ResponseWriter, r *http.Request, push news.Push, known bool) {
	intent, ok := fetch.ReadIntent(r.URL.RawQuery)
	switch {
	case ok && intent.Mode == "unsubscribe":
		ok = p.left(r.URL.Path, intent.Topic)
	case !ok, !known, !fetch.SameTopic(intent.Topic, push.Topic):
		ok = false
	default:
		now, secret := p.o.Now(), push.Secret
		push, err := p.changePush(r.Context(), push.Feed, func(push *news.Push) {
			if ok = push.Secret == secret; ok {
				*push = intended(*push, intent, now)
			}
		})
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			p.o.Logger.Error("a hub's answer can't be stored", "feed", push.Feed, "err", err)
			again(w)
			return
		}
		ok = ok && err == nil
		p.o.Logger.Info("hub has answered", "feed", push.Feed, "hub", fetch.RedactURL(push.Hub), "mode", intent.Mode, "until", push.Until, "problem", push.Problem)
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.WriteString(w, intent.Challenge)
}

// intended is a subscription after its hub has confirmed or denied it.
func intended(push news.Push, intent fetch.Intent, now time.Time) news.Push {
	if intent.Mode == "denied" {
		push.Until, push.AskedAt, push.AskAgain = time.Time{}, now, now.Add(denial)
		push.Problem = fmt.Sprintf("The hub %s denies the subscription", fetch.RedactURL(push.Hub))
		if reason := text.Truncate(text.Clean(intent.Reason), 200, "…"); reason != "" {
			push.Problem += fmt.Sprintf(" and says %q", reason)
		}
		push.Problem += "."
		return push
	}
	if !push.Until.After(now) { // a new one has to prove itself
		push.Problem, push.Delivered = "", time.Time{}
	}
	push.Until, push.AskAgain = now.Add(cmp.Or(intent.Lease, pushLease)), time.Time{}
	return push
}

// left reports whether the subscription of a callback was asked to end.
func (p *Pipeline) left(path, topic string) bool {
	p.pushing.Lock()
	defer p.pushing.Unlock()
	was, ok := p.leaving[path]
	return ok && fetch.SameTopic(was, topic)
}

// pushed is a delivery on its way from the callback to Run.
type pushed struct {
	feed news.FeedID
	resp *fetch.Response
	done chan error // buffered
}

// receive takes what a hub delivers. It is answered with 2xx once all of it is stored, as it is when the signature is wrong, so that
// nobody can try signatures (section 7.1).
func (p *Pipeline) receive(w http.ResponseWriter, r *http.Request, push news.Push, known bool) {
	refuse := func(status int) {
		p.count(PushRefused, 0)
		if status == http.StatusServiceUnavailable {
			again(w)
			return
		}
		http.Error(w, http.StatusText(status), status)
	}
	if !known {
		refuse(http.StatusGone)
		return
	}
	select {
	case p.receiving <- struct{}{}:
	default:
		refuse(http.StatusServiceUnavailable)
		return
	}
	taken := false
	defer func() {
		if !taken {
			<-p.receiving
		}
	}()
	log := p.o.Logger.With("feed", push.Feed, "hub", fetch.RedactURL(push.Hub))
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(answerTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		log.Error("a hub's delivery can't be given a deadline", "err", err)
		refuse(http.StatusServiceUnavailable)
		return
	}
	resp, err := p.o.Fetch.Delivered(r, push.Topic, push.Secret)
	switch {
	case errors.Is(err, fetch.ErrSignature):
		p.count(PushForged, 0)
		log.Warn("what came to a hub's callback is not signed by the hub and was ignored")
		return
	case errors.Is(err, fetch.ErrTooLarge):
		log.Warn("hub delivers too much", "err", err)
		refuse(http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		log.Info("hub's delivery can't be read", "err", err)
		refuse(http.StatusBadRequest)
		return
	}
	now, secret := p.o.Now(), push.Secret
	if _, err := p.changePush(r.Context(), push.Feed, func(push *news.Push) {
		if push.Secret == secret {
			push.Delivered, push.Problem = now, ""
		}
	}); err != nil {
		log.Error("a hub's delivery can't be noted", "err", err)
		refuse(http.StatusServiceUnavailable)
		return
	}

	deadline := time.NewTimer(answerTime)
	defer deadline.Stop()
	job := pushed{push.Feed, resp, make(chan error, 1)}
	select {
	case p.pushes <- job:
		taken = true
	case <-p.stopping:
		refuse(http.StatusServiceUnavailable)
		return
	case <-deadline.C:
		refuse(http.StatusServiceUnavailable)
		return
	}
	select {
	case err := <-job.done:
		if err != nil {
			refuse(http.StatusServiceUnavailable)
		}
	case <-deadline.C: // it goes on; the hub hears next time that it is known
		refuse(http.StatusServiceUnavailable)
	}
}

// count tells of what came of a delivery.
func (p *Pipeline) count(outcome string, entries int) {
	if p.o.Pushed != nil {
		p.o.Pushed(outcome, entries)
	}
}

// again asks a hub to come again.
func again(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "30")
	http.Error(w, "try again", http.StatusServiceUnavailable)
}

// takePushes reads what hubs deliver until ctx is done; what is being read then goes on with looking.
func (p *Pipeline) takePushes(ctx, looking context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case push := <-p.pushes:
			p.hubs.Go(func() {
				push.done <- p.take(looking, push)
				<-p.receiving
			})
		}
	}
}

// take reads one delivery as a look reads a feed. What it can't tell from the delivery alone, a look at the feed soon tells. An error
// means that the hub is to deliver it again.
func (p *Pipeline) take(ctx context.Context, push pushed) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	feed, err := p.claim(ctx, push.feed)
	if err != nil {
		p.o.Logger.Info("a feed that a hub delivered news of is not to be had", "feed", push.feed, "err", err)
		return err
	}
	log := p.o.Logger.With("feed", feed.ID, "url", fetch.RedactURL(feed.URL), "pushed", true)
	after, now := feed, p.o.Now()
	seen := Look{}
	if feed.Seeded { // else its first look tells what is old
		poll := news.Poll{}
		form, readErr := p.formOf(ctx, feed)
		if readErr == nil {
			poll, readErr = p.readBody(ctx, feed, form, push.resp, now.Add(-oldNews), &seen, log)
		}
		if seen.New > 0 {
			after.NewsAt = now
			learn(&after.Rhythm, seen.New, now)
			log.Info("a hub delivered news", "new", seen.New)
		}
		if readErr != nil || seen.old || poll.Listed == nil {
			if soon := later(now, feed.CheckedAt.Add(p.o.PollMin)); soon.Before(after.NextPoll) {
				after.NextPoll = soon
			}
		}
		switch {
		case errors.Is(readErr, errStore) || ctx.Err() != nil:
			err = readErr
			log.Warn("a hub's delivery can't be taken in", "err", err)
		case readErr != nil: // some hubs only say that there is news
			log.Info("a hub's delivery is no feed; the feed is looked at", "err", readErr)
		}
	}
	finish := p.o.Store.FinishPoll(context.WithoutCancel(ctx), p.o.Now(), news.Poll{Feed: after})
	if finish != nil && !errors.Is(finish, news.ErrNotFound) {
		log.Error("the end of a hub's delivery can't be stored; the feed is free when its lease ends", "err", finish)
		err = errors.Join(err, finish)
	}
	if err == nil {
		p.count(PushRead, seen.New)
	}
	p.Wake()
	return err
}

// claim waits until nobody looks at the feed any more.
func (p *Pipeline) claim(ctx context.Context, id news.FeedID) (news.Feed, error) {
	for {
		feed, err := p.o.Store.ClaimFeed(ctx, p.o.Now(), lease, id)
		if !errors.Is(err, news.ErrLeaseLost) {
			return feed, err
		}
		select {
		case <-ctx.Done():
			return feed, err
		case <-time.After(100 * time.Millisecond):
		}
	}
}
