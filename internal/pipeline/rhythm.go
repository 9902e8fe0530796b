package pipeline

import (
	"math"
	"time"

	"newsbrief/internal/news"
)

const (
	day  = 24 * time.Hour
	week = 7 * day

	fading = news.RhythmFades
	// What is expected of a feed that nothing is known of: as if that much news had come in a day, and twelve pieces of news evenly
	// over its hours, seven over its days.
	firstNews = .25
	anyHour   = 12. / 24
	anyDay    = 7. / 7
	// weekend is how long a feed may be silent without its silence telling anything: over a long weekend.
	weekend = 3 * day
)

// learn counts a look of now that brought entries. What counts is that there was news: a burst of twenty entries counts four times
// as much as one entry. The entries' own dates are not asked, since many feeds have none, or wrong ones.
func learn(r *news.Rhythm, entries int, now time.Time) {
	for now.Sub(r.Base) > fading {
		r.Base = r.Base.Add(fading)
		for i, w := range r.Hours {
			r.Hours[i] = news.WeightOf(w.Float() / 2)
		}
		for i, w := range r.Days {
			r.Days[i] = news.WeightOf(w.Float() / 2)
		}
	}
	weight := (1 + math.Log(float64(entries))) * math.Exp2(float64(now.Sub(r.Base))/float64(fading))
	now = now.UTC()
	h, d := &r.Hours[now.Hour()], &r.Days[now.Weekday()]
	*h, *d = news.WeightOf(h.Float()+weight), news.WeightOf(d.Float()+weight)
}

// forecast is how often news is expected of a feed: rate times a day, times the factors of the hour and of the weekday (UTC).
type forecast struct {
	rate  float64
	hours [24]float64
	days  [7]float64
}

// expect is what the rhythm makes expect now of a feed that had its last news at newsAt.
func expect(r news.Rhythm, newsAt, now time.Time) (f forecast) {
	// How long each weekday was watched; earlier weeks count less, as their news does.
	var watched [7]float64
	total := 0.
	left := float64(now.Sub(r.Since)) / float64(day)
	now = now.UTC()
	keep := math.Exp2(-float64(day) / float64(fading))
	weekday, span, weight := int(now.Weekday()), float64(now.Hour()*60+now.Minute())/(24*60), 1.
	for left > 0 && weight > .01 {
		span = min(span, left)
		watched[weekday] += span * weight
		total += span * weight
		left -= span
		weekday, span, weight = (weekday+6)%7, 1, weight*keep
	}

	fade, sum := math.Exp2(-float64(now.Sub(r.Base))/float64(fading)), 0.
	for _, w := range r.Days {
		sum += w.Float() * fade
	}
	f.rate = (sum + firstNews) / (total + 1)
	for i, w := range r.Days {
		f.days[i] = (w.Float()*fade + anyDay) / (watched[i]*f.rate + anyDay)
	}
	for i, w := range r.Hours {
		f.hours[i] = (w.Float()*fade + anyHour) / (total/24*f.rate + anyHour)
	}
	// A feed with more news than this was silent so long with a chance of one in twenty: its habits have changed.
	if silence := now.Sub(newsAt) - weekend; silence > 0 {
		f.rate = min(f.rate, 3*float64(day)/float64(silence))
	}
	return f
}

// wait is how long after now the next look is best, at most limit, when a feed with news every so often is looked at as often.
//
// The delay of news is half the interval, so what delays and looks cost together, rate·interval/2 + price/interval, is least at an
// interval of √(2·price/rate), with one price of a look for all feeds; every is twice that price. The rate changes with the hour:
// looks are as dense as the root of it, and the next one is due when the integral of that density has come to 1.
func (f *forecast) wait(now time.Time, every, limit time.Duration) time.Duration {
	now = now.UTC()
	hour, weekday := now.Hour(), int(now.Weekday())
	step := time.Hour - time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second
	done := 0.
	for at := time.Duration(0); at < limit; at, step = at+step, time.Hour {
		density := math.Sqrt(f.rate*f.hours[hour]*f.days[weekday]*float64(day)/float64(every)) / float64(day)
		if done += density * float64(step); done >= 1 {
			return min(at+step-time.Duration((done-1)/density), limit)
		}
		if hour++; hour == 24 {
			hour, weekday = 0, (weekday+1)%7
		}
	}
	return limit
}
