package read

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Link is an address that may be a feed.
type Link struct {
	URL   string // absolute
	Title string // as the page names it, may be ""
	Type  string // media type as the page declares it, may be ""
}

// Discover returns the feeds that a page names, best first.
func Discover(page []byte, pageURL string) []Link {
	base, err := url.Parse(pageURL)
	if err != nil {
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return nil
	}
	var links []Link
	doc.Find("link[rel~=alternate][href]").Each(func(_ int, s *goquery.Selection) {
		t := strings.ToLower(s.AttrOr("type", ""))
		if !strings.Contains(t, "rss") && !strings.Contains(t, "atom") && t != "application/feed+json" {
			return
		}
		if u, err := base.Parse(s.AttrOr("href", "")); err == nil {
			links = append(links, Link{URL: u.String(), Title: s.AttrOr("title", ""), Type: t})
		}
	})
	return links
}

// WellKnown returns addresses at which the site of pageURL may have a feed, the likeliest first.
func WellKnown(pageURL string) []string {
	base, err := url.Parse(pageURL)
	if err != nil || base.Host == "" {
		return nil
	}
	var urls []string
	for _, p := range []string{"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json"} {
		urls = append(urls, base.Scheme+"://"+base.Host+p)
	}
	return urls
}
