package news_test

import (
	"math"
	"testing"
	"time"

	"newsbrief/internal/news"
)

func TestHealth(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 5, 1, 18, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	// watched is a feed without trouble that brought news so often until the last time, for so long.
	watched := func(last, gap, length time.Duration) news.Feed {
		f := news.Feed{CheckedAt: ago(time.Hour), OKAt: ago(time.Hour), NewsAt: ago(last)}
		begin := ago(last + length)
		f.Rhythm = news.Rhythm{Since: begin, Base: begin}
		for at := begin.Add(gap); !at.After(f.NewsAt); at = at.Add(gap) {
			for f.Rhythm.Base.Add(news.RhythmFades).Before(at) {
				f.Rhythm.Base = f.Rhythm.Base.Add(news.RhythmFades)
				for i, w := range f.Rhythm.Days {
					f.Rhythm.Days[i] = news.WeightOf(w.Float() / 2)
				}
			}
			weight := math.Exp2(float64(at.Sub(f.Rhythm.Base)) / float64(news.RhythmFades))
			d := &f.Rhythm.Days[at.Weekday()]
			*d = news.WeightOf(d.Float() + weight)
		}
		return f
	}
	with := func(f news.Feed, change func(*news.Feed)) news.Feed { change(&f); return f }
	daily := watched(2*day, day, 40*day)
	for _, c := range []struct {
		name  string
		feed  news.Feed
		want  news.FeedState
		since time.Time
	}{
		{"new", news.Feed{}, news.Unread, time.Time{}},
		{"fine", daily, news.Fresh, time.Time{}},
		{"looked at once", news.Feed{CheckedAt: ago(0), OKAt: ago(0), NewsAt: ago(0)}, news.Fresh, time.Time{}},
		{"failing", with(daily, func(f *news.Feed) { f.Failures, f.FailingSince, f.Problem = 1, ago(day), "it fails" }), news.Failing, ago(day)},
		{"only 429", with(daily, func(f *news.Feed) { f.Failures, f.Problem = 4, "slow down" }), news.Slow, ago(time.Hour)},
		{"failing, then 429", with(daily, func(f *news.Feed) { f.Failures, f.FailingSince, f.Problem = 4, ago(day), "slow down" }), news.Failing, ago(day)},
		{"failing for ever", with(watched(400*day, day, 40*day), func(f *news.Feed) { f.Failures, f.FailingSince = 90, ago(399*day) }), news.Failing, ago(399 * day)},
		{"gone", with(daily, func(f *news.Feed) { f.Gone, f.Failures, f.FailingSince = true, 1, ago(2*day) }), news.Gone, ago(time.Hour)},
		{"lost entries", with(daily, func(f *news.Feed) { f.Problem = "entry 3 breaks off" }), news.Partial, time.Time{}},
		{"every hour, over a weekend", watched(2*day+12*time.Hour, time.Hour, 20*day), news.Fresh, time.Time{}},
		{"every hour, for four days", watched(4*day, time.Hour, 20*day), news.Quiet, ago(4 * day)},
		{"every day, for a week", watched(7*day, day, 40*day), news.Fresh, time.Time{}},
		{"every day, for two weeks", watched(14*day, day, 40*day), news.Quiet, ago(14 * day)},
		{"every week, for a month", watched(30*day, 7*day, 91*day), news.Fresh, time.Time{}},
		{"every week, for four months", watched(120*day, 7*day, 91*day), news.Quiet, ago(120 * day)},
		{"every month, for four months", watched(120*day, 30*day, 300*day), news.Fresh, time.Time{}},
		{"never anything new", watched(170*day, 300*day, 100*day), news.Fresh, time.Time{}},
		{"never anything new, for half a year", watched(181*day, 300*day, 100*day), news.Quiet, ago(181 * day)},
	} {
		got := c.feed.Health(now)
		if got.State != c.want || !got.Since.Equal(c.since) {
			t.Errorf("%s: %+v, want %s since %v", c.name, got, c.want, c.since)
		}
	}
}
