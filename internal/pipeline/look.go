package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
	"newsbrief/internal/text"
)

const (
	acceptFeed = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
	acceptPage = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
	// pagesAtOnce is how many article pages of one feed are fetched at a time; fetch keeps the pace of each host below that.
	pagesAtOnce = 4
	// chunk is how many new entries are read before they are published, so that a look that is cut off has got somewhere.
	chunk = 4 * pagesAtOnce
	// teaser is the length in characters under which a feed's text may be a teaser, so that the article's page is fetched.
	teaser = 600
	// longest is the length in characters beyond which nobody reads a text; the rest is left out.
	longest = 100_000
)

var (
	errSlow = errors.New("it took too long to read the feed and the pages of its new articles; what is missing comes with the next look")
	// errStore is what people are told of errors that are not the feed's; their cause is for the log.
	errStore = errors.New("what was read could not be stored; the operator finds the reason in the log")
	// errPanic is what they are told when the bot itself is at fault.
	errPanic = errors.New("reading it went wrong in the bot itself; the operator finds the reason in the log")
)

// look is one look at one feed, from the request to the new state of its row. What it could not finish, because the process
// dies or the store fails, the next look does again: entries that were stored are known by then. end stores the state and has to be
// called; it only waits, so other looks may go on beside it.
func (p *Pipeline) look(ctx context.Context, feed news.Feed) (end func()) {
	stopping := ctx
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	start := p.o.Now()
	log := with(p.o.Logger, slog.Any("feed", feed.ID), slog.Any("url", shown(feed.URL)))
	seen := Look{}
	poll, err := p.readFeed(ctx, feed, &seen, log)
	switch {
	case err != nil && stopping.Err() != nil: // no fault of the feed's; the next process looks again at once
		poll = news.Poll{Feed: feed}
	case err != nil:
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", errSlow, err)
		}
		seen.Failed = true
		poll = news.Poll{Feed: failed(feed, err, p.o.Now(), p.polling())}
		log.Warn("feed can't be read", "err", err, "failures", poll.Feed.Failures, "next", poll.Feed.NextPoll)
	}
	p.tell(ctx, feed, &poll, err, log)
	ask := p.expectPushes(stopping, &poll.Feed, &seen)
	return func() {
		if err := p.o.Store.FinishPoll(context.WithoutCancel(ctx), p.o.Now(), poll); err != nil && !errors.Is(err, news.ErrNotFound) {
			log.Error("the end of a look can't be stored; the feed is looked at again when its lease ends", "err", err)
		} else if len(poll.Deliveries) > 0 && p.o.Owed != nil {
			p.o.Owed()
		}
		seen.Took = p.o.Now().Sub(start)
		if p.o.Observed != nil {
			p.o.Observed(seen)
		}
		if ask {
			p.subscribe(stopping, feed.ID)
		}
	}
}

// readFeed fetches the feed and publishes what is new in it.
func (p *Pipeline) readFeed(ctx context.Context, feed news.Feed, seen *Look, log *slog.Logger) (news.Poll, error) {
	form, err := p.formOf(ctx, feed)
	if err != nil {
		return news.Poll{}, err
	}
	resp, err := p.o.Fetch.Get(ctx, fetch.Request{URL: feed.URL, ETag: feed.ETag, LastModified: feed.LastModified, Accept: form.accept})
	if err != nil {
		return news.Poll{}, err
	}
	now, unread := p.o.Now(), ""
	if feed.Failures == 0 {
		unread = feed.Problem // what can't be read of the feed, as long as it doesn't change
	}
	feed.CheckedAt, feed.OKAt, feed.Failures, feed.FailingSince, feed.Problem = now, now, 0, time.Time{}, ""
	if resp.Moved != "" {
		log.Info("feed has moved for good", "to", fetch.RedactURL(resp.Moved))
		feed.URL = resp.Moved
	}
	hash := ""
	if !resp.NotModified {
		sum := sha256.Sum256(resp.Body)
		hash = hex.EncodeToString(sum[:16])
	}
	if resp.NotModified || hash == feed.BodyHash {
		seen.NotModified, feed.Problem = true, unread
		feed.ETag, feed.LastModified = resp.ETag, resp.LastModified // some servers change them with nothing else
		return news.Poll{Feed: schedule(feed, 0, resp.MaxAge, now, p.polling())}, nil
	}
	poll, err := p.readBody(ctx, feed, form, resp, time.Time{}, seen, log)
	if err != nil {
		return news.Poll{}, err
	}
	if !seen.left { // else the next look is to read it again, changed or not
		poll.Feed.ETag, poll.Feed.LastModified, poll.Feed.BodyHash = resp.ETag, resp.LastModified, hash
	}
	poll.Feed = schedule(poll.Feed, seen.New, resp.MaxAge, now, p.polling())
	if !feed.Seeded {
		poll.Feed.Rhythm.Since = p.o.Now() // nothing that this look brought was seen later
	}
	return poll, nil
}

// readBody publishes what is new in a feed as it was fetched or pushed. Entries dated before since are left out.
func (p *Pipeline) readBody(ctx context.Context, feed news.Feed, form form, resp *fetch.Response, since time.Time, seen *Look, log *slog.Logger) (_ news.Poll, err error) {
	defer survive(&err, log)
	now := p.o.Now()
	doc, unknown, edited, err := p.entries(ctx, feed, form.list(resp.Body, read.FeedOptions{URL: resp.URL, ContentType: resp.Header.Get("Content-Type"), ContentLocation: resp.Header.Get("Content-Location")}))
	if err != nil {
		return news.Poll{}, err
	}
	if doc.Title != "" {
		feed.Title = doc.Title
	}
	if doc.Site != "" {
		feed.Site = doc.Site
	}
	feed.Language = doc.Language
	feed.TTL, feed.SkipHours, feed.SkipDays = max(doc.TTL, form.pause), doc.SkipHours, doc.SkipDays
	if len(doc.Lost) > 0 {
		feed.Problem = "Some entries can't be read: " + strings.Join(doc.Lost[:min(len(doc.Lost), 3)], "; ")
		log.Warn("a feed lost entries", "lost", len(doc.Lost), "first", doc.Lost[0])
	}
	if resp.Truncated {
		feed.Problem = "The feed is too large and was cut off; the entries at its end are missing."
	}

	var fresh []int
	for _, i := range unknown {
		if e := doc.Entries[i]; !e.Published.IsZero() && e.Published.Before(since) {
			seen.old = true
		} else {
			fresh = append(fresh, i)
			seen.missed = seen.missed || feed.Seeded && missed(e, now)
		}
	}
	slices.Reverse(fresh) // feeds list the newest first
	slices.SortStableFunc(fresh, func(a, b int) int { return doc.Entries[a].Published.Compare(doc.Entries[b].Published) })

	marks := doc.Marks()
	// The first pages are given up while there is time to publish their entries with the feed's own text: each look gets somewhere.
	end, _ := ctx.Deadline()
	pages, cancel := context.WithDeadline(ctx, end.Add(-lookTime/4))
	defer cancel()
	late := false
	for part := range slices.Chunk(fresh, chunk) {
		articles, err := p.articles(ctx, pages, feed, doc.Entries, part)
		if err != nil {
			return news.Poll{}, err
		}
		pages = ctx
		late = p.pictures(ctx, feed, articles, late)
		p.prepare(ctx, feed, articles, now)
		for n, i := range part {
			if articles[n].Title == "" {
				log.Info("an entry says nothing and is left out", "link", fetch.RedactURL(doc.Entries[i].Link))
				continue
			}
			if err := p.publish(ctx, feed, marks[i], articles[n], isNews(feed, articles[n], now)); err != nil {
				return news.Poll{}, fmt.Errorf("%w: entry %q: %w", errStore, doc.Entries[i].Title, err)
			}
		}
	}
	if feed.Seeded {
		if seen.left, err = p.revise(ctx, feed, doc, edited, log); err != nil {
			return news.Poll{}, err
		}
	}
	seen.New, seen.Known, seen.Skipped = len(fresh), len(doc.Entries)-len(unknown), len(doc.Skipped)
	if len(fresh) > 0 || !feed.Seeded {
		feed.NewsAt = now
	}
	if len(fresh) > 0 {
		log.Info("feed read", "entries", len(doc.Entries)+len(doc.Skipped), "new", len(fresh), "posted_from", feed.Seeded)
	}
	feed.Seeded = true
	listed := marks
	for _, skipped := range doc.Skipped {
		listed = append(listed, []news.Mark{skipped})
	}
	if resp.Truncated || len(doc.Lost) > 0 || seen.left {
		listed = nil // not all that is listed was seen, so no mark may be forgotten
	}
	seen.offer = offered(resp, doc)
	return news.Poll{Feed: feed, Listed: listed}, nil
}

// survive makes a failed look of a panic: what one feed holds must not end the reading of all others, at each start again.
func survive(err *error, log *slog.Logger) {
	if fault := recover(); fault != nil {
		log.Error("reading a feed panicked", "panic", fault, "stack", string(debug.Stack()))
		*err = fmt.Errorf("%w: %v", errPanic, fault)
	}
}

// articles makes articles of the fresh entries, several pages at a time until pages is done, in the order of fresh.
func (p *Pipeline) articles(ctx, pages context.Context, feed news.Feed, entries []news.Entry, fresh []int) ([]news.Article, error) {
	articles := make([]news.Article, len(fresh))
	group := errgroup.Group{}
	group.SetLimit(pagesAtOnce)
	for n, i := range fresh {
		group.Go(func() (err error) {
			defer survive(&err, p.o.Logger)
			articles[n] = p.article(pages, feed, entries[i])
			return ctx.Err()
		})
	}
	return articles, group.Wait()
}

// article makes an article of an entry, with the text of its page when the feed gives a teaser only. Pages behind the entries
// of a first look are not fetched: they are for the archive, and a hundred requests at once would not be polite.
func (p *Pipeline) article(ctx context.Context, feed news.Feed, e news.Entry) news.Article {
	a := news.Article{
		Feeds:     []news.FeedID{feed.ID},
		Source:    feed.Title,
		URL:       read.CanonicalURL(e.Link),
		Title:     text.Clean(e.Title),
		Byline:    text.Clean(e.Author),
		Image:     e.Image,
		ImageAlt:  e.ImageAlt,
		Text:      read.Plain(e.Content),
		Published: e.Published,
	}
	if a.Published.IsZero() {
		a.Published = e.Updated
	}
	if short := read.Plain(e.Summary); len(short) > len(a.Text) {
		a.Text = short
	}
	if utf8.RuneCountInString(a.Text) < teaser {
		a.Teaser = e.Content == ""
		if feed.Seeded && e.Link != "" {
			p.addPage(ctx, &a, e.Link)
		}
	}
	a.Text = text.Truncate(a.Text, longest, "…")
	if a.Title == "" {
		a.Title = text.Truncate(a.Text, 120, "…")
	}
	if a.Title == "" && !feed.Seeded {
		a.Title = a.URL // so that it is known and doesn't pass for news at the next look
	}
	a.Language = text.Language(a.Title+"\n"+a.Text, cmp.Or(e.Language, feed.Language))
	return a
}

// breaksOff reports whether a text ends in the middle of what it tells.
func breaksOff(s string) bool {
	s = strings.TrimRight(s, " \n])")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...")
}

func (p *Pipeline) addPage(ctx context.Context, a *news.Article, link string) {
	log := p.o.Logger.With("url", fetch.RedactURL(link))
	resp, err := p.o.Fetch.Get(ctx, fetch.Request{URL: link, Accept: acceptPage})
	if err != nil {
		log.Info("article page can't be fetched; the feed's text is used", "err", err)
		return
	}
	page, err := read.Article(resp.Body, resp.URL, resp.Header.Get("Content-Type"))
	if err != nil {
		log.Info("no article found on the page; the feed's text is used", "err", err)
		return
	}
	if 5*len(page.Text) >= 4*len(a.Text) { // else no article was found there
		a.Teaser = page.Paywalled || utf8.RuneCountInString(page.Text) < teaser && breaksOff(page.Text)
	}
	if len(page.Text) > len(a.Text) {
		a.Text = page.Text
	}
	a.Byline = cmp.Or(a.Byline, page.Byline)
	if a.Image == "" || a.ImageAlt == "" && page.ImageAlt != "" {
		a.Image, a.ImageAlt = page.Image, page.ImageAlt
	}
	a.Title = cmp.Or(a.Title, page.Title)
	if a.Published.IsZero() {
		a.Published = page.Published
	}
}
