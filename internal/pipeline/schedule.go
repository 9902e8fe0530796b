package pipeline

import (
	"errors"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
)

// patience is how much of a feed's silence passes between two looks: a feed that told nothing new for a day is looked at
// every quarter of an hour.
const patience = 100

// schedule sets when a feed that answered is looked at next: at PollMin while it brings news, less and less often the longer
// it is silent, never before what it asked for (Cache-Control) within PollMax. random spreads feeds that began together.
func schedule(feed news.Feed, asked time.Duration, now time.Time, pollMin, pollMax time.Duration, random uint32) news.Feed {
	feed.Interval = min(max(now.Sub(feed.NewsAt)/patience, pollMin), pollMax)
	wait := feed.Interval
	if wait > pollMin {
		wait += time.Duration(float64(wait) / 10 * (float64(random%1000)/1000 - .5))
		wait = min(max(wait, pollMin), pollMax)
	}
	feed.NextPoll = now.Add(max(wait, min(asked, pollMax)))
	return feed
}

// failed sets a feed back after a look that failed: twice as long after each failure, or as long as the server asked for, even
// beyond PollMax. 410 ends the feed.
func failed(feed news.Feed, err error, now time.Time, pollMin, pollMax time.Duration) news.Feed {
	if pace := (*fetch.PaceError)(nil); errors.As(err, &pace) { // nobody was asked: the origin's turn comes later
		feed.NextPoll = later(now.Add(pollMin), pace.Until)
		return feed
	}
	feed.CheckedAt = now
	feed.Failures++
	feed.Problem = problem(err)
	wait := pollMin
	for n := 1; n < feed.Failures && wait < pollMax; n++ {
		wait *= 2
	}
	wait = min(wait, pollMax)
	status := (*fetch.StatusError)(nil)
	if errors.As(err, &status) {
		wait = max(wait, status.RetryAfter)
		feed.Gone = status.Status == 410
	}
	feed.NextPoll = now.Add(wait)
	return feed
}

// problem is what people are told of an error.
func problem(err error) string {
	for _, own := range []error{errSlow, errStore} {
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
