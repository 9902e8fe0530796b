package read

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html/charset"

	"newsbrief/internal/text"
)

// Page is what a web page tells as an article.
type Page struct {
	Title     string
	Byline    string
	Language  string // as declared, BCP 47, or ""
	Image     string // lead picture, absolute URL or ""
	Text      string // plain text, paragraphs separated by "\n"
	Published time.Time
	Paywalled bool // Text is only the part that the outlet shows to everyone
}

// Article reads the article on a page. pageURL is where the page was fetched, after all redirects, contentType the header.
func Article(page []byte, pageURL, contentType string) (_ Page, err error) {
	defer recovered(&err)
	base, err := url.Parse(pageURL)
	if err != nil {
		return Page{}, fmt.Errorf("the page's address: %w", err)
	}
	r, err := charset.NewReader(bytes.NewReader(page), contentType)
	if err != nil {
		return Page{}, fmt.Errorf("decode the page: %w", err)
	}
	a, err := readability.FromReader(r, base)
	if err != nil {
		return Page{}, fmt.Errorf("find the article on the page: %w", err)
	}
	var b strings.Builder
	if a.Node != nil {
		if err := a.RenderText(&b); err != nil {
			return Page{}, err
		}
	}
	p := Page{Title: text.Clean(a.Title()), Byline: text.Clean(a.Byline()), Language: a.Language(), Image: a.ImageURL(), Text: lines(b.String())}
	if t, err := a.PublishedTime(); err == nil {
		p.Published = t
	}
	return p, nil
}
