package read

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/mmcdole/gofeed"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Errors of Feed. Their sentences are meant for people.
var (
	ErrPage    = errors.New("this is a web page, not a feed")
	ErrEmpty   = errors.New("the answer is empty")
	ErrNotFeed = errors.New("this is not a feed")
)

// FeedOptions say where a feed came from.
type FeedOptions struct {
	URL             string // where it was fetched, after all redirects
	ContentType     string // the header of that name
	ContentLocation string // the header of that name
}

// Document is a feed as it was read.
type Document struct {
	Title    string        // plain text
	Site     string        // absolute URL of the page the feed belongs to, or ""
	Language string        // as declared, BCP 47, or ""
	Hub      string        // WebSub hub, absolute URL, or ""
	Self     string        // the address the feed gives itself, absolute, or ""
	TTL      time.Duration // the feed asks not to be fetched more often than this; 0 when it doesn't say
	Entries  []news.Entry
	Lost     []string // what was left out and why, a sentence each
}

// Feed reads RSS, Atom, RDF or JSON Feed. It returns ErrPage, ErrEmpty or ErrNotFeed (wrapped) when body is none of them.
func Feed(body []byte, o FeedOptions) (_ *Document, err error) {
	defer recovered(&err)
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, ErrEmpty
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFeed, err)
	}
	d := &Document{Title: text.Clean(Plain(feed.Title)), Site: feed.Link, Language: feed.Language, Self: feed.FeedLink}
	for _, i := range feed.Items {
		e := news.Entry{GUID: i.GUID, Title: text.Clean(Plain(i.Title)), Link: i.Link, Summary: i.Description, Content: i.Content, Language: d.Language}
		if len(i.Authors) > 0 {
			e.Author = text.Clean(i.Authors[0].Name)
		}
		if i.PublishedParsed != nil {
			e.Published = *i.PublishedParsed
		}
		if i.UpdatedParsed != nil {
			e.Updated = *i.UpdatedParsed
		}
		if i.Image != nil {
			e.Image = i.Image.URL
		}
		d.Entries = append(d.Entries, e)
	}
	return d, nil
}

// recovered turns a panic of a parser into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the parser failed on it: %v", p)
	}
}
