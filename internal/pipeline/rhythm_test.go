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

// byRhythm watches feeds as the pipeline schedules them.
func byRhythm(all []simulated, from, end time.Duration) outcome {
	r := rand.New(rand.NewPCG(1, 1))
	return together(all, simMin, from, end, func() func(time.Duration, int) time.Duration { return scheduled(r, &news.Feed{}) })
}

// byClock watches feeds at one fixed interval, with as many looks.
func byClock(all []simulated, from, end time.Duration, looks int) outcome {
	interval := (end - from) * time.Duration(len(all)) / time.Duration(looks)
	return together(all, interval, from, end, func() func(time.Duration, int) time.Duration {
		return func(at time.Duration, _ int) time.Duration { return at + interval }
	})
}

// bySilence watches feeds by their silence alone, with as many looks.
func bySilence(all []simulated, from, end time.Duration, looks int) (o outcome) {
	low, high := .001, 1000.
	for range 12 {
		patience := math.Sqrt(low * high)
		o = together(all, simMin, from, end, func() func(time.Duration, int) time.Duration { return silent(patience) })
		if o.looks > looks {
			high = patience
		} else {
			low = patience
		}
	}
	return o
}

// TestFreshness compares the mean delay of an entry with that of fixed intervals, and of what silence alone can tell, at the same
// number of looks.
func TestFreshness(t *testing.T) {
	const end = 4 * week
	for _, tt := range []struct {
		name        string
		least, most float64 // entries a day
		rhythmic    bool
		from        time.Duration
		want        float64 // of fixed intervals' delay at most
	}{
		{"one a month to three a minute", 1. / 30, 3 * 24 * 60, true, 0, .50},
		{"one a month to two an hour", 1. / 30, 48, true, 0, .50},
		{"one a month to two an hour in their first week", 1. / 30, 48, true, -week, .70},
		{"one a month to two an hour after two weeks", 1. / 30, 48, true, 2 * week, .45},
		{"one a month to two an hour without rhythm", 1. / 30, 48, false, 0, .80},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, end := max(tt.from, 0), end
			if tt.from < 0 {
				end = -tt.from
			}
			all := feeds(1, 100, tt.least, tt.most, tt.rhythmic, end)
			ours := byRhythm(all, from, end)
			fixed, patient := byClock(all, from, end, ours.looks), bySilence(all, from, end, ours.looks)
			ratio := float64(ours.mean()) / float64(fixed.mean())
			daily := float64(len(all)) * (end - from).Hours() / 24
			t.Logf("delay %v with %.1f looks a day: %.3f of fixed intervals' (%v, %.1f), %.3f of silence's (%v, %.1f)",
				ours.mean().Round(time.Second), float64(ours.looks)/daily, ratio, fixed.mean().Round(time.Second), float64(fixed.looks)/daily,
				float64(ours.mean())/float64(patient.mean()), patient.mean().Round(time.Second), float64(patient.looks)/daily)
			if ratio > tt.want {
				t.Errorf("the delay is %.3f of that with fixed intervals, want at most %.2f", ratio, tt.want)
			}
			if patient.mean() < ours.mean() {
				t.Errorf("by silence alone the delay would be %v, it is %v", patient.mean(), ours.mean())
			}
		})
	}
}

// TestHabits shows that the looks come when a feed has its news, and follow it within days when that changes.
func TestHabits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	const change, silence, end = 4 * week, 8 * week, 12 * week
	s := habit{daily: 3, shape: working(8, 9, .01, .1)}.live(r, 0, change)
	s = append(s, habit{daily: 30, shape: working(18, 9, .01, 1)}.live(r, change, silence)...)
	var looks [end / week][7][24]int
	next := scheduled(r, &news.Feed{})
	watch(s, 0, 0, end, func(at time.Duration, brought int) time.Duration {
		looks[at/week][at/day%7][at/hour%24]++
		return next(at, brought)
	})
	// daily is how many looks the feed had on a weekday of that week in the hours.
	daily := func(week, weekday, from, to int) (n int) {
		for _, c := range looks[week][weekday][from:to] {
			n += c
		}
		return n
	}
	for _, tt := range []struct {
		what  string
		more  int
		times float64 // at least as many
		less  int
	}{
		{"at noon as at night", daily(3, 2, 8, 16), 3, daily(3, 2, 0, 8)},
		{"on Wednesday as on Sunday", daily(3, 2, 0, 24), 1.5, daily(3, 6, 0, 24)},
		{"at night as at noon when they have changed places", daily(7, 2, 18, 24), 1.5, daily(7, 2, 9, 15)},
		{"before the silence as two weeks after its end", daily(7, 4, 0, 24), 5, daily(9, 4, 0, 24)},
	} {
		if float64(tt.more) < tt.times*float64(tt.less) {
			t.Errorf("%d and %d looks: want %.1f times as many %s", tt.more, tt.less, tt.times, tt.what)
		}
	}
	soon := watch(s, 0, change+3*day, change+week, scheduled(r, &news.Feed{})).mean()
	late := watch(s, 0, silence-week, silence, scheduled(r, &news.Feed{})).mean()
	if soon > 2*late {
		t.Errorf("some days after a change the delay is %v, weeks later %v", soon, late)
	}
}

func BenchmarkSchedule(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 4))
	feed := news.Feed{}
	at, end := time.Duration(0), 6*week
	watch(habit{daily: 1, shape: working(8, 9, .01, .1)}.live(r, 0, end), 0, 0, end, func(now time.Duration, brought int) time.Duration {
		at = now
		return scheduled(r, &feed)(now, brought)
	})
	now := monday.Add(at + day)
	for b.Loop() {
		pipeline.Schedule(feed, 0, 0, now, simMin, simMax, 1)
	}
	if feed.Interval < hour {
		b.Errorf("the feed has the interval %v, want one that takes some hours to reckon", feed.Interval)
	}
}
