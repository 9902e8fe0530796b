package pipeline

import (
	"time"

	"newsbrief/internal/news"
)

// Slot is the digest a subscription's brief of now goes out with, the zero time when it goes out at once. Times of day are those
// of the guild's zone on the day they fall on, daylight saving included; one that a change of clocks skips is moved by that hour.
func Slot(sub news.Subscription, settings news.Settings, now time.Time) time.Time {
	switch sub.When {
	case news.Hourly:
		return now.Truncate(time.Hour).Add(time.Hour)
	case news.Daily, news.Weekly:
	default:
		return time.Time{}
	}
	zone, err := time.LoadLocation(settings.Zone)
	if err != nil {
		zone = time.UTC // settings are checked when they are saved; a zone this machine lost must not stop the news
	}
	local := now.In(zone)
	at := func(days int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, sub.At/60, sub.At%60, 0, 0, zone)
	}
	days, period := 0, 1
	if sub.When == news.Weekly {
		days, period = (int(sub.Weekday)-int(local.Weekday())+7)%7, 7
	}
	if slot := at(days); slot.After(now) {
		return slot
	}
	return at(days + period)
}
