package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
)

const (
	// Managers are told of a feed that fails after a day and some looks: most trouble is over by then.
	tellAfter = day
	tellLooks = 4
	// When more feeds than answer, and at least so many, get no answer, it is our own network; then nothing is told of them, but
	// for three days at most.
	manySilent = 3
	tellAnyway = 3 * day
	// The first notice of an hour is posted in a channel at once, those that follow go out together at its end, this many at most;
	// of more is told only that they are.
	noticesAnHour = time.Hour
	maxNotices    = news.DigestSize - 1
)

// notices is what is remembered between looks so that managers are told of their feeds' trouble and not of ours, and not too much
// at once. It is lost at the end of the process, which costs no more than a message too many.
type notices struct {
	mu       sync.Mutex
	answered map[news.FeedID]bool // whether the last look at the feed had an answer
	silent   int                  // how many had none
	hours    map[news.ChannelID]*hour
}

// hour is what was told in a channel since begin.
type hour struct {
	begin time.Time
	told  int
}

// tell adds to the end of a look what managers are to be told because of it. was is the feed before the look and err what the look
// failed with.
func (p *Pipeline) tell(ctx context.Context, was news.Feed, poll *news.Poll, err error, log *slog.Logger) {
	is, now := poll.Feed, p.o.Now()
	if is.CheckedAt.Equal(was.CheckedAt) {
		return // nobody was asked
	}
	ours := p.notices.look(was, err)
	told, changed := occasions(was, is, err, ours, now)
	if len(told) > 0 {
		owed, err := p.owedNotices(context.WithoutCancel(ctx), told, changed.ID, now)
		if err != nil {
			log.Error("managers can't be told of a feed; the next look tells them", "err", err)
			return
		}
		poll.Deliveries = append(poll.Deliveries, owed...)
	}
	poll.Feed = changed
}

// look takes note of how a look ended and reports whether most feeds get no answer. Feeds that never worked, and those of which
// managers know already, don't count.
func (n *notices) look(was news.Feed, err error) (ours bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.answered == nil {
		n.answered = map[news.FeedID]bool{}
	}
	before, known := n.answered[was.ID]
	if known && !before {
		n.silent--
	}
	switch {
	case answered(err):
		n.answered[was.ID] = true
	case was.OKAt.IsZero() || was.Told != news.Unread:
		delete(n.answered, was.ID)
	default:
		n.answered[was.ID] = false
		n.silent++
	}
	return n.silent >= manySilent && 2*n.silent > len(n.answered)
}

// answered reports whether a look reached its site or at least learnt that there is none.
func answered(err error) bool {
	broken := (*fetch.Error)(nil)
	if err == nil || !errors.As(err, &broken) || errors.As(err, new(*fetch.StatusError)) {
		return true
	}
	dns := (*net.DNSError)(nil)
	return errors.As(err, &dns) && dns.IsNotFound
}

// occasions are what there is to tell after a look that made is of was and failed with err, and the feed with what was told.
// ours says that it may be our network that fails.
func occasions(was, is news.Feed, err error, ours bool, now time.Time) (told []news.Notice, changed news.Feed) {
	title := is.Title
	switch outage := now.Sub(is.FailingSince); {
	case is.Gone:
		if was.Told != news.Gone {
			is.Told = news.Gone
			told = append(told, news.Notice{Title: title + " has ended", Feed: is.ID, Lines: []string{
				"Its address " + fetch.RedactURL(is.URL) + " says that it is gone for good (410), so it is not looked at any more.",
				"Remove it, or try again if its publisher brings it back."}})
		}
	case is.Failures == 0:
		if was.Told != news.Unread {
			is.Told = news.Unread
			told = append(told, news.Notice{Title: title + " works again", Lines: []string{
				"It could not be read for " + lasting(now.Sub(was.FailingSince)) + ". What it published meanwhile and still lists is read now."}})
		}
	case was.Told != news.Unread || is.FailingSince.IsZero() || outage < tellAfter || is.Failures < tellLooks ||
		errors.Is(err, fetch.ErrRateLimited) || errors.Is(err, errStore) || errors.Is(err, errPanic): // nothing to tell yet, or no fault of the feed's
	case ours && !answered(err) && outage < tellAnyway:
	default:
		is.Told = news.Failing
		told = append(told, news.Notice{Title: title + " can't be read", Since: is.FailingSince, Feed: is.ID, Lines: []string{
			sentence(is.Problem), "It is tried ever more rarely, and you are told when it works again."}})
	}
	if is.URL != was.URL {
		if is.URL != was.MovedTo && !sameSite(was.URL, is.URL) {
			told = append(told, news.Notice{Title: title + " has moved to another site", Feed: is.ID, Lines: []string{
				"It was at " + fetch.RedactURL(was.URL) + " and is at " + fetch.RedactURL(is.URL) + " from now on.",
				"If that is not the outlet you follow any more, remove it."}})
		}
		is.MovedTo = is.URL
	}
	return told, is
}

// owedNotices makes deliveries of what is told of a feed: one for each guild that follows it and has named a channel for notices.
func (p *Pipeline) owedNotices(ctx context.Context, told []news.Notice, feed news.FeedID, now time.Time) (owed []news.Delivery, err error) {
	wishes, err := p.o.Store.Audience(ctx, 0)
	if err != nil {
		return nil, fmt.Errorf("read who is to be told: %w", err)
	}
	if wishes == nil {
		return nil, nil
	}
	for guild, settings := range wishes.Settings {
		if settings.NoticesTo == "" || !wishes.Follows(guild, feed) {
			continue
		}
		for i, n := range told {
			d := news.Delivery{Guild: guild, Channel: settings.NoticesTo, Language: settings.Language, State: news.Waiting, Revision: 1, Created: now}
			about, since := feed, now.Add(time.Duration(i))
			var more bool
			if d.Slot, more = p.notices.slot(settings.NoticesTo, now); more {
				about, since = 0, d.Slot
				n = news.Notice{Title: "There is more", Lines: []string{"/feed list shows all feeds, those that need a look first."}}
			}
			d.ID, d.Event, d.Notice = news.NewNoticeID(about, since, d.Channel), news.StoryID(news.NewID(since, uint32(about))), &n
			d.Due = later(now, d.Slot)
			owed = append(owed, d)
		}
	}
	return owed, nil
}

// slot is the digest that a notice goes out with in a channel, the zero time when it goes out at once. more says that the digest is
// full and tells no more than that there is more.
func (n *notices) slot(channel news.ChannelID, now time.Time) (slot time.Time, more bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h := n.hours[channel]
	if h == nil || now.Sub(h.begin) >= noticesAnHour {
		if n.hours == nil || len(n.hours) > 10_000 { // forgotten, a channel gets a message too many at worst
			n.hours = map[news.ChannelID]*hour{}
		}
		n.hours[channel] = &hour{begin: now, told: 1}
		return time.Time{}, false
	}
	h.told++
	slot = h.begin.Add(noticesAnHour).Truncate(time.Second)
	if slot.Second() == 0 { // digests of briefs are due on full minutes
		slot = slot.Add(time.Second)
	}
	return slot, h.told > maxNotices
}

// lasting is a length of time in words.
func lasting(d time.Duration) string {
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"days", day}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if n := int(d / unit.length); n >= 2 || unit.length == time.Minute {
			return fmt.Sprintf("%d %s", max(n, 2), unit.name)
		}
	}
	return ""
}

// sentence is an error's text as a sentence for people.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return strings.TrimSuffix(string(unicode.ToUpper(first))+s[n:], ".") + "."
}

// sameSite reports whether two addresses belong to one registered domain.
func sameSite(a, b string) bool {
	site := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			return address
		}
		host := strings.ToLower(u.Hostname())
		if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			return domain
		}
		return host
	}
	return site(a) == site(b)
}
