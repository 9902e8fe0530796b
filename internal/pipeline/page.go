package pipeline

import (
	"context"
	"errors"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// outdated is the age at which an article that a watched page shows for the first time is not news: pages bring back old ones.
const outdated = 7 * 24 * time.Hour

var errDisallowed = errors.New("the site asks programs not to read this page any more (robots.txt); ask the site for a feed, or remove the page")

// form is how a feed is asked for and read.
type form struct {
	accept string
	list   func(body []byte, o read.FeedOptions) lister
	pause  time.Duration // that the site asks for between two looks
}

// formOf returns the feed's form. A page that is watched in place of a feed is made for people: it is read only while robots.txt
// lets programs.
func (p *Pipeline) formOf(ctx context.Context, feed news.Feed) (form, error) {
	if !feed.Page {
		return form{accept: acceptFeed, list: func(body []byte, o read.FeedOptions) lister { return read.Split(body, o) }}, nil
	}
	rules, err := p.robots.Ask(ctx, feed.URL)
	if err != nil {
		return form{}, err
	}
	if !rules.Allowed {
		return form{}, errDisallowed
	}
	return form{accept: acceptPage, list: func(body []byte, o read.FeedOptions) lister { return list{body, o} }, pause: rules.Delay}, nil
}

// isNews reports whether an article that is new in its feed is to be posted.
func isNews(feed news.Feed, a news.Article, now time.Time) bool {
	return feed.Seeded && !(feed.Page && !a.Published.IsZero() && now.Sub(a.Published) > outdated)
}
