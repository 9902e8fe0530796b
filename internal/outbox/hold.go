package outbox

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"newsbrief/internal/news"
)

// heldBack decides whether a claim has to wait for a digest, and for which: the end of the guild's quiet hours, or for a single
// brief whose channel had its budget of them the next full hour. The zero time means: post it now. Notices have no budget, and
// their digests are never due with those of briefs, which are due on full minutes. Nor are those of the updates that a person asked to
// be told, whatever the hour: what comes soon after one of them is told together.
func (b *Outbox) heldBack(ctx context.Context, c news.Claim, now time.Time) (time.Time, error) {
	d := c.Deliveries[0]
	if !d.Update {
		settings, err := b.o.Store.GuildSettings(ctx, d.Guild)
		if err != nil {
			return time.Time{}, fmt.Errorf("settings of guild %s: %w", d.Guild, err)
		}
		if end := QuietEnd(settings, now); !end.IsZero() {
			if d.Notice != nil {
				end = end.Add(time.Second)
			}
			return end, nil
		}
	}
	if c.Digest != "" || d.Notice != nil {
		return time.Time{}, nil
	}
	span, budget, end := time.Hour, cmp.Or(d.Budget, news.DefaultBudget), time.Duration(0)
	if d.Update {
		span, budget, end = updatesEvery, 1, time.Second
	}
	posted, err := b.o.Store.PostedSince(ctx, d.Place(), now.Add(-span))
	if err != nil {
		return time.Time{}, fmt.Errorf("posts of %s: %w", d.Place(), err)
	}
	if posted >= budget {
		return now.Truncate(span).Add(span + end), nil
	}
	return time.Time{}, nil
}

// updatesEvery is how often a person is written to about the stories they follow: once singly and once with what came meanwhile.
const updatesEvery = 10 * time.Minute

// QuietEnd is when the guild's quiet hours that now lies in end, the zero time outside them. It goes by the clock on the guild's
// wall: an hour that daylight saving skips is skipped, and one that comes twice is quiet twice.
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
	end := time.Date(local.Year(), local.Month(), local.Day()+days, s.QuietTo/60, s.QuietTo%60, 0, 0, zone)
	if !end.After(now) { // the first of the two times the clock shows it; this is before the second
		end = end.Add(time.Hour)
	}
	return end
}
