package pipeline

import (
	"errors"
	"net/http"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
)

const (
	// busy tells what a look costs: a feed that has news every third PollMin is looked at every PollMin. With the defaults, one with
	// news every hour about every 10 minutes, every day 50, every week two hours, each more often at the hours of its news.
	busy = 3
	// caution is how much of the time that a feed is known for passes between two looks at most, until its habits are known.
	caution = 100
	// A feed that has failed for longer than dying is looked at ever more rarely, whatever PollMax is: from four times a day in
	// the second week to once a day in the fifth.
	dying  = week
	rarely = 28
)

// polling is what decides about the next look beside the feed itself.
type polling struct {
	min, max time.Duration
	random   uint32 // spreads feeds that began together
}

func (p *Pipeline) polling() polling { return polling{p.o.PollMin, p.o.PollMax, p.o.Random()} }

// schedule sets when a feed that answered is looked at next: where news is expected, as its rhythm tells. It is looked at every
// PollMin while the bot doesn't know it yet and right after news, when more is likely; never before what it asked for, in this
// answer (Cache-Control) or in itself (ttl), within PollMax; and not in the hours and days it wants to be left alone. brought is
// how many new entries the look has found.
func schedule(feed news.Feed, brought int, asked time.Duration, now time.Time, o polling) news.Feed {
	if feed.Rhythm.Since.IsZero() {
		feed.Rhythm = news.Rhythm{Since: now, Base: now}
	} else if brought > 0 {
		learn(&feed.Rhythm, brought, now)
	}
	limit := min(now.Sub(feed.Rhythm.Since)/caution, 2*min(now.Sub(feed.NewsAt), o.max), o.max)
	feed.Interval = o.min
	if limit > o.min {
		f := expect(feed.Rhythm, feed.NewsAt, now)
		feed.Interval = max(f.wait(now, o.min/busy, limit), o.min)
	}
	feed.NextPoll = allowed(feed, now.Add(max(o.spread(feed.Interval), min(max(asked, feed.TTL), o.max))), o)
	return feed
}

// failed sets a feed back after a look that failed: twice as long after each failure up to PollMax, or as long as the server asked
// for, even beyond PollMax. A feed that has been dead for long is tried ever more rarely, but never given up, except that 410 ends
// it. 429 asks for fewer requests and tells nothing of the feed's health.
func failed(feed news.Feed, err error, now time.Time, o polling) news.Feed {
	if pace := (*fetch.PaceError)(nil); errors.As(err, &pace) { // nobody was asked: the origin's turn comes later
		feed.NextPoll = allowed(feed, later(now.Add(o.min), pace.Until), o)
		return feed
	}
	feed.CheckedAt = now
	feed.Failures++
	feed.Problem = problem(err)
	status := &fetch.StatusError{}
	errors.As(err, &status)
	limit := o.max
	if status.Status != http.StatusTooManyRequests {
		if feed.FailingSince.IsZero() {
			feed.FailingSince = now
		}
		if dead := now.Sub(feed.FailingSince); dead > dying {
			limit = max(limit, min(dead/rarely, day))
		}
	}
	wait := o.min
	for n := 1; n < feed.Failures && wait < limit; n++ {
		wait *= 2
	}
	feed.Gone = status.Status == http.StatusGone
	feed.NextPoll = allowed(feed, now.Add(max(o.spread(min(wait, limit)), status.RetryAfter)), o)
	return feed
}

// spread takes off up to a tenth of a wait, but never goes below PollMin.
func (o polling) spread(wait time.Duration) time.Duration {
	return max(wait-time.Duration(float64(wait)/10*o.share()), o.min)
}

// share is the random as a number of at least 0 and below 1.
func (o polling) share() float64 { return float64(o.random) / (1 << 32) }

// allowed is the first moment from at on that is in none of the hours and days (UTC) that the feed wants to be left alone. What
// would leave no hour or no day is nonsense and not heeded, so the moment is within a week of at.
func allowed(feed news.Feed, at time.Time, o polling) time.Time {
	const hours, days = 1<<24 - 1, 1<<7 - 1
	if feed.SkipHours&hours == hours {
		feed.SkipHours = 0
	}
	if feed.SkipDays&days == days {
		feed.SkipDays = 0
	}
	skipped := func(at time.Time) bool {
		return feed.SkipHours>>at.Hour()&1 == 1 || feed.SkipDays>>at.Weekday()&1 == 1
	}
	if !skipped(at.UTC()) {
		return at
	}
	for at = at.UTC(); skipped(at); {
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	return at.Add(time.Duration(o.share() * float64(min(o.min, time.Hour)))) // not all of them as the clock strikes
}

// problem is what people are told of an error.
func problem(err error) string {
	for _, own := range []error{errSlow, errStore, errPanic} {
		if errors.Is(err, own) {
			return own.Error()
		}
	}
	return err.Error()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
