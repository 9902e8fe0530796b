package pipeline_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

// TestRequests shows that a feed is not looked at when it asks for that.
func TestRequests(t *testing.T) {
	const allHours, allDays = 1<<24 - 1, 1<<7 - 1
	friday := monday.Add(4 * day)
	for _, tt := range []struct {
		name  string
		feed  news.Feed
		asked time.Duration
		at    time.Time // of the look
		want  time.Time // of the next, or up to PollMin later where later is set
		later bool
	}{
		{"nothing", news.Feed{}, 0, friday, friday.Add(simMin), false},
		{"ttl", news.Feed{TTL: hour}, 0, friday, friday.Add(hour), false},
		{"ttl below PollMin", news.Feed{TTL: time.Minute}, 0, friday, friday.Add(simMin), false},
		{"ttl beyond PollMax", news.Feed{TTL: week}, 0, friday, friday.Add(simMax), false},
		{"the longer of ttl and Cache-Control", news.Feed{TTL: hour}, 2 * hour, friday, friday.Add(2 * hour), false},
		{"this hour", news.Feed{SkipHours: 1 << 9}, 0, friday.Add(9*hour + 30*time.Minute), friday.Add(10 * hour), true},
		{"the next hours", news.Feed{SkipHours: 1<<23 | 1<<0 | 1<<1}, 0, friday.Add(22*hour + 59*time.Minute), friday.Add(26 * hour), true},
		{"another hour", news.Feed{SkipHours: 1 << 12}, 0, friday.Add(9 * hour), friday.Add(9*hour + simMin), false},
		{"the weekend", news.Feed{SkipDays: 1<<time.Saturday | 1<<time.Sunday}, 0, friday.Add(24*hour - time.Minute), friday.Add(3 * day), true},
		{"the weekend and Monday's night", news.Feed{SkipDays: 1<<time.Saturday | 1<<time.Sunday, SkipHours: 0x3f}, 0, friday.Add(24*hour - time.Minute), friday.Add(3*day + 6*hour), true},
		{"all but one hour a week", news.Feed{SkipDays: allDays &^ (1 << time.Friday), SkipHours: allHours &^ (1 << 3)}, 0, friday.Add(4 * hour), friday.Add(week + 3*hour), true},
		{"all hours", news.Feed{SkipHours: allHours}, 0, friday, friday.Add(simMin), false},
		{"all days, and an hour", news.Feed{SkipDays: allDays, SkipHours: 1}, 0, friday, friday.Add(hour), true},
		{"bits that mean nothing", news.Feed{SkipDays: 1 << 7, SkipHours: 1 << 31}, 0, friday, friday.Add(simMin), false},
		{"in another zone", news.Feed{SkipHours: 1 << 9}, 0, friday.Add(9*hour + 30*time.Minute).In(time.FixedZone("", -5*3600)), friday.Add(10 * hour), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, random := range []uint32{0, 1 << 31, 1<<32 - 1} {
				got := pipeline.Schedule(tt.feed, 0, tt.asked, tt.at, simMin, simMax, random).NextPoll
				latest := tt.want
				if tt.later {
					latest = latest.Add(simMin)
				}
				if got.Before(tt.want) || got.After(latest) {
					t.Errorf("random %d: after %v the next look is at %v, want %v", random, tt.at, got, tt.want)
				}
			}
		})
	}
}

// TestRequestsLast shows that what a feed asks for holds while it doesn't change, and as long as it asks for it.
func TestRequestsLast(t *testing.T) {
	w := newWorld(t)
	w.min, w.max = time.Minute, 6*time.Hour
	o := newOutlet(t, "Wire", "en")
	asks := "<ttl>90</ttl><skipHours><hour>11</hour><hour>12</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
	o.set(func(rw http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf("\"%d\"", len(asks))
		rw.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprintf(rw, `<rss version="2.0"><channel><title>Wire</title>%s</channel></rss>`, asks)
	})
	id := w.follow("g", o.feed()) // at nine on a Monday
	w.look()
	f := w.feed(id)
	if want := w.clock().Add(90 * time.Minute); f.TTL != 90*time.Minute || f.SkipHours != 1<<11|1<<12 || f.SkipDays != 1<<time.Sunday || !f.NextPoll.Equal(want) {
		t.Fatalf("the feed is %+v, to be looked at next at %v", f, want)
	}
	w.pass(90 * time.Minute)
	w.look()
	next, one := w.feed(id).NextPoll, w.clock().Truncate(24*time.Hour).Add(13*time.Hour)
	if next.Before(one) || next.After(one.Add(w.min)) {
		t.Errorf("after it had not changed the next look is at %v, want %v", next, one)
	}
	asks = ""
	w.pass(next.Sub(w.clock()))
	w.look()
	if f := w.feed(id); f.TTL != 0 || f.SkipHours != 0 || f.SkipDays != 0 || f.NextPoll.Sub(w.clock()) > 5*time.Minute {
		t.Errorf("the feed asks for nothing any more and is %+v", f)
	}
}

// TestFailingForLong shows that a feed is tried ever more rarely when it has failed for more than a week, whatever PollMin and
// PollMax are, never less than once a day, and that it is not given up. One that only asks for fewer requests is no such feed.
func TestFailingForLong(t *testing.T) {
	for _, tt := range []struct {
		name     string
		code     int
		min, max time.Duration
		waits    map[int]time.Duration // after so many days of failing, to within an hour
	}{
		{"an hour at most", 502, time.Minute, hour, map[int]time.Duration{1: hour, 6: hour, 8: day * 8 / 28, 15: day * 15 / 28, 40: day, 400: day}},
		{"a minute at most", 404, time.Second, time.Minute, map[int]time.Duration{1: time.Minute, 6: time.Minute, 15: day * 15 / 28, 40: day}},
		{"two days at most", 502, 3 * hour, 2 * day, map[int]time.Duration{6: 2 * day, 10: 2 * day, 100: 2 * day}},
		{"two days at least", 502, 2 * day, 2 * day, map[int]time.Duration{6: 2 * day, 10: 2 * day, 100: 2 * day}},
		{"too many requests", 429, time.Minute, hour, map[int]time.Duration{1: hour, 8: hour, 100: hour}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed, now := news.Feed{}, monday
			for _, days := range slices.Sorted(maps.Keys(tt.waits)) {
				for now.Sub(monday) < time.Duration(days)*day {
					if !feed.NextPoll.IsZero() {
						now = feed.NextPoll
					}
					feed = pipeline.Failed(feed, &fetch.StatusError{Status: tt.code}, now, tt.min, tt.max, 0)
				}
				want := tt.waits[days]
				if wait := feed.NextPoll.Sub(now); wait > want+hour || wait < want-hour || want <= tt.max && wait > want {
					t.Errorf("after %d days the next look is in %v, want %v", days, wait, want)
				}
				if feed.Gone || feed.FailingSince.IsZero() != (tt.code == 429) {
					t.Errorf("after %d days gone %v, failing since %v", days, feed.Gone, feed.FailingSince)
				}
			}
		})
	}
}
