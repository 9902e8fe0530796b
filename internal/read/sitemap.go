package read

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// sitemapRoot finds the root element of a sitemap behind what may stand before it.
var sitemapRoot = regexp.MustCompile(`^(?s:\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>))*\s*<(?:\w+:)?(urlset|sitemapindex)[\s>]`)

// isSitemap reports whether s is a sitemap (https://www.sitemaps.org/protocol.html) or an index of sitemaps.
func isSitemap(s string) bool { return sitemapRoot.MatchString(s[:min(len(s), 8<<10)]) }

type sitemapURL struct {
	Loc  string `xml:"loc"`
	Mod  string `xml:"lastmod"`
	News []struct {
		Title    string `xml:"title"`
		Date     string `xml:"publication_date"`
		Name     string `xml:"publication>name"`
		Language string `xml:"publication>language"`
	} `xml:"news"`
	Images []string `xml:"image>loc"`
}

// newsSitemap reads a sitemap with the news extension
// (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap) as a feed. Others tell no titles and are
// refused.
func newsSitemap(s string, base *url.URL) (*Document, error) {
	if sitemapRoot.FindStringSubmatch(s[:min(len(s), 8<<10)])[1] == "sitemapindex" {
		return nil, fmt.Errorf("%w but a list of a site's sitemaps; give the address of the one with its news", ErrNotFeed)
	}
	d := &Document{Site: resolve(base, "/")}
	pages := 0
	err := eachElement(s, "url", func(dec *xml.Decoder, start xml.StartElement) error {
		var u sitemapURL
		if err := dec.DecodeElement(&u, &start); err != nil {
			return err
		}
		pages++
		if len(u.News) == 0 {
			return nil
		}
		n := u.News[0]
		e := news.Entry{Title: title(n.Title), Link: resolve(base, u.Loc), Language: language(strings.TrimSpace(n.Language))}
		if e.Title == "" || e.Link == "" {
			return nil
		}
		if len(d.Entries) >= maxEntries {
			return errFull
		}
		e.Published = firstDate(e.Language, n.Date)
		e.Updated = firstDate(e.Language, u.Mod)
		if len(u.Images) > 0 {
			e.Image = picture(base, u.Images[0])
		}
		if d.Title == "" {
			d.Title, d.Language = text.Clean(html.UnescapeString(n.Name)), e.Language
		}
		d.Entries = append(d.Entries, e)
		return nil
	})
	switch {
	case len(d.Entries) == 0 && (pages > 0 || err != nil || !strings.Contains(s, "/sitemap-news/")): // a small outlet has days without news
		return nil, fmt.Errorf("%w but a sitemap that names no news: it lists addresses without titles", ErrNotFeed)
	case errors.Is(err, errFull):
		d.Lost = append(d.Lost, fmt.Sprintf("the sitemap has more than %d articles; the rest was left out", maxEntries))
	case err != nil:
		d.Lost = append(d.Lost, "the sitemap breaks off; what follows was left out")
	}
	// Sitemaps are in no order of their own.
	slices.SortStableFunc(d.Entries, func(a, b news.Entry) int { return b.Published.Compare(a.Published) })
	return d, nil
}

var errFull = errors.New("full")

// eachElement calls f with every element of that name, whatever its namespace.
func eachElement(s, name string, f func(*xml.Decoder, xml.StartElement) error) error {
	dec := xml.NewDecoder(strings.NewReader(s))
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // s is decoded already
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == name {
			if err := f(dec, start); err != nil {
				return err
			}
		}
	}
}

// NewsSitemaps returns those of a site's sitemaps that by their names hold its news, the likeliest first: of addresses, as
// robots.txt names them, or, where body is an index of sitemaps fetched from o.URL, of those that it lists. Ones for a day or a
// month are left out, since they come to an end.
func NewsSitemaps(addresses []string, body []byte, o FeedOptions) []string {
	if s := strings.TrimLeft(decode(body, o.ContentType), " \t\r\n\x00\ufeff"); isSitemap(s) {
		base := baseURL(o)
		// What can be read of a broken index counts.
		_ = eachElement(s, "sitemap", func(dec *xml.Decoder, start xml.StartElement) error {
			var m sitemapURL
			if err := dec.DecodeElement(&m, &start); err != nil {
				return err
			}
			if len(addresses) >= maxEntries {
				return errFull
			}
			addresses = append(addresses, resolve(base, m.Loc))
			return nil
		})
	}
	found := slices.DeleteFunc(slices.Clone(addresses), func(a string) bool {
		u, err := url.Parse(a)
		return err != nil || u.Host == "" || !newsName.MatchString(u.Path+"?"+u.RawQuery) || datedName.MatchString(u.Path+"?"+u.RawQuery)
	})
	slices.SortStableFunc(found, func(a, b string) int { return len(a) - len(b) })
	return slices.Compact(found)
}

var (
	newsName  = regexp.MustCompile(`(?i)news|nachrichten|actu|noticias|latest|haberler|nyheter|novosti`)
	datedName = regexp.MustCompile(`(?:19|20)\d\d(?:[-_/]?\d\d|[^\d]|$)|(?i:archive)`)
)
