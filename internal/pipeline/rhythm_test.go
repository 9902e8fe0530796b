package pipeline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

const (
	simMin = 5 * time.Minute
	simMax = 6 * time.Hour
	hour   = time.Hour
	day    = 24 * hour
	week   = 7 * day
)

// monday is where simulated time begins.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// simulated is when a feed has its entries, from monday on.
type simulated []time.Duration

// habit is how a simulated feed behaves.
type habit struct {
	daily float64           // entries a day on average
	shape func(int) float64 // how much it has in an hour of the week, in proportion
	burst float64           // entries that follow another on average,
	apart time.Duration     // so much time after one another
}

// live simulates a feed from from to to.
func (h habit) live(r *rand.Rand, from, to time.Duration) (s simulated) {
	var shape [168]float64
	sum, top := 0., 0.
	for i := range shape {
		shape[i] = h.shape(i)
		sum, top = sum+shape[i], max(top, shape[i])
	}
	gap := (1 + h.burst) / h.daily * sum / 168 / top * float64(day)
	for at := from; ; {
		at += time.Duration(r.ExpFloat64() * gap)
		if at >= to {
			break
		}
		if r.Float64() > shape[int(at/hour)%168]/top {
			continue
		}
		s = append(s, at)
		for next, n := at, int(r.ExpFloat64()*h.burst+.5); n > 0; n-- {
			if next += time.Duration(r.ExpFloat64() * float64(h.apart)); next < to {
				s = append(s, next)
			}
		}
	}
	slices.Sort(s)
	return s
}

func flat(int) float64 { return 1 }

// working is a shape with work at length hours from start, little in the other hours and on weekends.
func working(start, length int, night, weekend float64) func(int) float64 {
	return func(i int) float64 {
		share := night
		if h := (i - start + 168) % 24; h < length {
			share = .3 + math.Sin(math.Pi*(float64(h)+.5)/float64(length))
		}
		if i/24 >= 5 {
			share *= weekend
		}
		return share
	}
}

// once is a shape with almost everything at some hours of one weekday.
func once(weekday, start, length int) func(int) float64 {
	return func(i int) float64 {
		if i/24 == weekday && (i-start+168)%24 < length {
			return 1
		}
		return .001
	}
}

// feeds simulates n feeds with rates spread evenly in their logarithm. Of four with a rhythm three have one of days and weekends
// and one is weekly; a quarter of all has bursts, half of them in one moment.
func feeds(seed uint64, n int, least, most float64, rhythmic bool, lasting time.Duration) (all []simulated) {
	r := rand.New(rand.NewPCG(seed, seed))
	for i := range n {
		h := habit{daily: least * math.Pow(most/least, (float64(i)+.5)/float64(n)), shape: flat}
		switch {
		case rhythmic && i%4 == 0:
			h.shape = once(r.IntN(7), r.IntN(24), 2+r.IntN(3))
		case rhythmic:
			h.shape = working(r.IntN(24), 6+r.IntN(8), .02+.1*r.Float64(), .6*r.Float64())
		}
		if i/4%4 == 0 {
			h.burst, h.apart = 2+10*r.Float64(), time.Duration(i%2)*8*time.Minute
		}
		all = append(all, h.live(r, 0, lasting))
	}
	return all
}

// outcome is what looks at feeds came to.
type outcome struct {
	looks, entries int
	delay          time.Duration // of all entries together
}

func (t outcome) mean() time.Duration { return t.delay / time.Duration(max(t.entries, 1)) }

// watch looks at a feed from first until the end, each time when next says, and counts what is after from.
func watch(s simulated, first, from, end time.Duration, next func(at time.Duration, brought int) time.Duration) (t outcome) {
	for at := first; at < end; {
		n := 0
		for ; n < len(s) && s[n] <= at; n++ {
			if at >= from {
				t.entries++
				t.delay += at - s[n]
			}
		}
		if at >= from {
			t.looks++
		}
		s = s[n:]
		at = next(at, n)
	}
	return t
}

// scheduled is the real schedule of one feed.
func scheduled(r *rand.Rand, feed *news.Feed) func(time.Duration, int) time.Duration {
	return func(at time.Duration, brought int) time.Duration {
		now := monday.Add(at)
		if brought > 0 || feed.NewsAt.IsZero() {
			feed.NewsAt = now
		}
		*feed = pipeline.Schedule(*feed, brought, 0, now, simMin, simMax, r.Uint32())
		return feed.NextPoll.Sub(monday)
	}
}

// silent is what a schedule can do that knows nothing of a feed but how long it has been silent.
func silent(patience float64) func(time.Duration, int) time.Duration {
	last := time.Duration(0)
	return func(at time.Duration, brought int) time.Duration {
		if brought > 0 {
			last = at
		}
		return at + min(max(time.Duration(float64(at-last)/patience), simMin), simMax)
	}
}

// together watches all feeds, which begin within spread.
func together(all []simulated, spread, from, end time.Duration, rule func() func(time.Duration, int) time.Duration) (sum outcome) {
	for i, s := range all {
		t := watch(s, spread*time.Duration(i)/time.Duration(len(all)), from, end, rule())
		sum = outcome{sum.looks + t.looks, sum.entries + t.entries, sum.delay + t.delay}
	}
	return sum
}

// TestFreshness compares the mean delay of an entry with that of fixed intervals, and of the best that silence alone can tell, at
// the same number of looks.
func TestFreshness(t *testing.T) {
	const end = 6 * week
	for _, tt := range []struct {
		name        string
		least, most float64 // entries a day
		rhythmic    bool
		from        time.Duration
		want        float64 // of fixed intervals' delay at most
	}{
		{"one a month to three a minute", 1. / 30, 3 * 24 * 60, true, 0, .55},
		{"one a month to two an hour", 1. / 30, 48, true, 0, .55},
		{"one a month to two an hour, known for two weeks", 1. / 30, 48, true, 2 * week, .50},
		{"one a month to two an hour, no rhythm", 1. / 30, 48, false, 0, .90},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := feeds(1, 200, tt.least, tt.most, tt.rhythmic, end)
			r := rand.New(rand.NewPCG(2, 2))
			ours := together(all, simMin, tt.from, end, func() func(time.Duration, int) time.Duration { return scheduled(r, &news.Feed{}) })
			interval := (end - tt.from) * time.Duration(len(all)) / time.Duration(ours.looks)
			fixed := together(all, interval, tt.from, end, func() func(time.Duration, int) time.Duration {
				return func(at time.Duration, _ int) time.Duration { return at + interval }
			})
			low, high := .001, 1000.
			for range 12 {
				mid := math.Sqrt(low * high)
				if together(all, simMin, tt.from, end, func() func(time.Duration, int) time.Duration { return silent(mid) }).looks > ours.looks {
					high = mid
				} else {
					low = mid
				}
			}
			silence := together(all, simMin, tt.from, end, func() func(time.Duration, int) time.Duration { return silent(high) })
			ratio := float64(ours.mean()) / float64(fixed.mean())
			t.Logf("%.1f looks a day, delay %v: %.3f of fixed intervals' (%.1f looks, %v), %.3f of silence's (%.1f looks, %v)",
				perDay(ours, all, end-tt.from), ours.mean().Round(time.Second), ratio, perDay(fixed, all, end-tt.from), fixed.mean().Round(time.Second),
				float64(ours.mean())/float64(silence.mean()), perDay(silence, all, end-tt.from), silence.mean().Round(time.Second))
			if ratio > tt.want {
				t.Errorf("the delay is %.3f of that with fixed intervals, want at most %.2f", ratio, tt.want)
			}
		})
	}
}

func perDay(t outcome, all []simulated, d time.Duration) float64 {
	return float64(t.looks) / float64(len(all)) / d.Hours() * 24
}
