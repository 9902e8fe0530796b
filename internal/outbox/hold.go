package outbox

import (
	"context"
	"fmt"
	"time"

	"newsbrief/internal/news"
)

// heldBack decides whether a single brief has to wait for a digest, and for which: the end of the guild's quiet hours, or the
// next full hour when its channel had its budget of single briefs. The zero time means: post it now.
func (b *Outbox) heldBack(ctx context.Context, d news.Delivery, now time.Time) (time.Time, error) {
	if !d.FirstTry.IsZero() {
		return time.Time{}, nil // it may be on its way already
	}
	if d.Guild != "" {
		settings, err := b.o.Store.GuildSettings(ctx, d.Guild)
		if err != nil {
			return time.Time{}, fmt.Errorf("settings of guild %s: %w", d.Guild, err)
		}
		if end := QuietEnd(settings, now); !end.IsZero() {
			return end, nil
		}
	}
	budget := d.Budget
	if budget == 0 {
		budget = news.DefaultBudget
	}
	posted, err := b.o.Store.PostedSince(ctx, d.Channel, now.Add(-time.Hour))
	if err != nil {
		return time.Time{}, fmt.Errorf("posts of channel %s: %w", d.Channel, err)
	}
	if posted >= budget {
		return now.Truncate(time.Hour).Add(time.Hour), nil
	}
	return time.Time{}, nil
}

// QuietEnd is when the guild's quiet hours that now lies in end, the zero time outside them.
func QuietEnd(s news.Settings, now time.Time) time.Time {
	if s.QuietFrom == s.QuietTo {
		return time.Time{}
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC // settings are checked when they are saved; a zone this machine lost must not stop the news
	}
	local := now.In(zone)
	minute := local.Hour()*60 + local.Minute()
	inside := minute >= s.QuietFrom && minute < s.QuietTo
	days := 0
	if s.QuietFrom > s.QuietTo { // over midnight
		inside = minute >= s.QuietFrom || minute < s.QuietTo
		if minute >= s.QuietFrom {
			days = 1
		}
	}
	if !inside {
		return time.Time{}
	}
	return time.Date(local.Year(), local.Month(), local.Day()+days, s.QuietTo/60, s.QuietTo%60, 0, 0, zone)
}
