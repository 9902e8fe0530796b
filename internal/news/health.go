package news

import (
	"math"
	"time"
)

// FeedState is how a feed is doing.
type FeedState string

const (
	Unread  FeedState = ""        // not looked at yet
	Fresh   FeedState = "fresh"   // read without trouble
	Quiet   FeedState = "quiet"   // read without trouble, but nothing new for much longer than it is used to
	Slow    FeedState = "slow"    // its site asks for fewer requests (429), which is no fault
	Partial FeedState = "partial" // read, but entries were lost
	Failing FeedState = "failing" // can't be read
	Gone    FeedState = "gone"    // ended by its publisher, not looked at any more
)

// Health is a feed's state and since when it is so, the zero time where nobody knows.
type Health struct {
	State FeedState
	Since time.Time
}

// Health tells how the feed is doing.
func (f Feed) Health(now time.Time) Health {
	switch {
	case f.Gone:
		return Health{Gone, f.CheckedAt}
	case f.CheckedAt.IsZero():
		return Health{State: Unread}
	case f.Failures > 0 && f.FailingSince.IsZero():
		return Health{Slow, f.OKAt}
	case f.Failures > 0:
		return Health{Failing, f.FailingSince}
	case f.Problem != "":
		return Health{State: Partial}
	case !f.NewsAt.IsZero() && now.Sub(f.NewsAt) > f.patience():
		return Health{Quiet, f.NewsAt}
	}
	return Health{State: Fresh}
}

const (
	// A feed is quiet when it misses ten times the time that passes between its news, but not before three days, which a holiday
	// takes, and in any case after half a year.
	manyGaps = 10
	soonest  = 3 * 24 * time.Hour
	latest   = 180 * 24 * time.Hour
)

// patience is how long the feed may bring nothing new until it is called quiet. How often it had news is what its rhythm counted
// before the last of it, over the time it was watched, both fading alike; a feed hardly known is given the longest.
func (f Feed) patience() time.Duration {
	fade := func(d time.Duration) float64 { return math.Exp2(-float64(d) / float64(RhythmFades)) }
	before := -1.
	for _, w := range f.Rhythm.Days {
		before += w.Float() * fade(f.NewsAt.Sub(f.Rhythm.Base))
	}
	watched := float64(RhythmFades) / math.Ln2 * (1 - fade(f.NewsAt.Sub(f.Rhythm.Since)))
	if before <= 0 || watched <= 0 {
		return latest
	}
	return time.Duration(min(max(manyGaps*watched/before, float64(soonest)), float64(latest)))
}
