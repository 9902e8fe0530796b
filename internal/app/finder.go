package app

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"newsbrief/internal/command"
	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// triedLinks is how many of the addresses a page suggests are tried.
const triedLinks = 4

// finder looks at addresses that people give; it is the commands' command.FeedFinder.
type finder struct{ fetch *fetch.Client }

// Find looks for a feed at an address: the feed itself, what a page links as its feed, or a well-known place on its site.
func (f *finder) Find(ctx context.Context, address string) (command.Found, error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		return command.Found{}, &news.UserError{Sentence: "“" + address + "” is no web address. Paste the address of a feed or of a site, such as https://example.org."}
	}
	found, page, err := f.at(ctx, address)
	if err == nil {
		return found, nil
	}
	if !errors.Is(err, read.ErrPage) {
		return command.Found{}, &news.UserError{Sentence: sentence(err), Err: err}
	}
	links := read.Discover(page.Body, page.URL)
	for _, l := range links[:min(len(links), triedLinks)] {
		if found, _, err := f.at(ctx, l.URL); err == nil {
			return found, nil
		}
	}
	for _, place := range read.WellKnown(page.URL)[:triedLinks] {
		if found, _, err := f.at(ctx, place); err == nil {
			return found, nil
		}
	}
	return command.Found{}, &news.UserError{Sentence: "That page links no feed that I can read. Look on the site for “RSS” or “feed” and give me that address."}
}

// at reads the feed at an address. When a page is there instead, it returns it with read.ErrPage.
func (f *finder) at(ctx context.Context, address string) (command.Found, *fetch.Response, error) {
	resp, err := f.fetch.Get(ctx, fetch.Request{URL: address})
	if err != nil {
		return command.Found{}, nil, err
	}
	doc, err := read.Feed(resp.Body, read.FeedOptions{URL: resp.URL, ContentType: resp.Header.Get("Content-Type"), ContentLocation: resp.Header.Get("Content-Location")})
	if err != nil {
		return command.Found{}, resp, err
	}
	feed := news.Feed{URL: address, Title: doc.Title, Site: doc.Site, Language: doc.Language}
	if resp.Moved != "" {
		feed.URL = resp.Moved
	}
	if feed.Title == "" {
		if u, err := url.Parse(resp.URL); err == nil {
			feed.Title = u.Host
		}
	}
	return command.Found{Feed: feed, Entries: doc.Entries, Lost: doc.Lost}, resp, nil
}

func (f *finder) Read(ctx context.Context, address string, max int64) ([]byte, error) {
	resp, err := f.fetch.Get(ctx, fetch.Request{URL: address, MaxBytes: max})
	if err != nil {
		return nil, &news.UserError{Sentence: sentence(err), Err: err}
	}
	if resp.Truncated {
		return nil, &news.UserError{Sentence: "That file is too large."}
	}
	return resp.Body, nil
}

func (f *finder) Canonical(address string) string { return read.CanonicalURL(address) }

// sentence is an error's text as a sentence for people. Package fetch and read write theirs for them.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
