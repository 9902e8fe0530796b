package read

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Errors of Feed. Their sentences are meant for people.
var (
	ErrPage    = errors.New("this is a web page, not a feed") // Discover may know its feeds
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
	Title     string        // plain text
	Site      string        // absolute URL of the page the feed belongs to, or ""
	Language  string        // as declared, BCP 47, or ""
	Hub       string        // WebSub hub, absolute URL, or ""
	Self      string        // the address the feed gives itself, absolute, or ""
	TTL       time.Duration // the feed asks not to be fetched more often than this; 0 when it doesn't say
	SkipHours uint32        // bit h: the feed asks not to be fetched from h:00 to h:59 UTC
	SkipDays  uint8         // bit time.Weekday: nor on that day (UTC)
	Entries   []news.Entry  // in the order of the feed, at most 10,000
	Lost      []string      // what was left out and why, a sentence each
	Skipped   []news.Mark   // the marks under which other entries of the feed were not read (see Items)

	raw []news.Mark // of each entry, nil where that can't be told
	ids []identity  // of each entry, once they were asked for
}

// Feed reads RSS, RDF, Atom, JSON Feed or a news sitemap in any encoding and repairs what is broken in it. What can't be repaired
// is left out and told in Lost. Its errors are ErrPage, ErrEmpty and ErrNotFeed, possibly wrapped.
func Feed(body []byte, o FeedOptions) (*Document, error) { return Split(body, o).Feed(nil) }

// baseURL is what relative addresses are resolved against.
func baseURL(o FeedOptions) *url.URL {
	base, err := url.Parse(strings.TrimSpace(o.URL))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" {
		base = &url.URL{}
	}
	if o.ContentLocation != "" {
		if u, err := base.Parse(strings.TrimSpace(o.ContentLocation)); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			return u
		}
	}
	return base
}

// xmlFeed repairs s, parses it, and where that fails still, parses each entry by itself.
func xmlFeed(s string, base *url.URL) (*Document, error) {
	r, err := repair(s, base)
	if err != nil {
		return nil, err
	}
	d, err := r.parse(r.xml, r.bases)
	if err != nil {
		if d, err = r.parseEach(); err != nil {
			return nil, err
		}
	}
	d.Lost = append(r.lost, d.Lost...)
	return d, nil
}

func (r *repaired) parse(xml []byte, in bases) (d *Document, err error) {
	defer recovered(&err)
	if r.kind == kindAtom {
		return atomFeed(xml, in)
	}
	return rssFeed(xml, in)
}

// parseEach parses each entry in a document of its own.
func (r *repaired) parseEach() (*Document, error) {
	if len(r.entries) == 0 {
		return nil, fmt.Errorf("%w: nothing in it could be read", ErrNotFeed)
	}
	var frame bytes.Buffer // the document without its entries
	at, insert := 0, 0
	for i, e := range r.entries {
		frame.Write(r.xml[at:e.start])
		if i == 0 {
			insert = frame.Len()
		}
		at = e.end
	}
	frame.Write(r.xml[at:])
	d, err := r.parse(frame.Bytes(), bases{feed: r.bases.feed})
	if err != nil { // what is around the entries is what is broken
		root, end := bytes.IndexByte(r.xml, '>')+1, bytes.LastIndex(r.xml, []byte("</"))
		frame.Reset()
		frame.Write(r.xml[:root])
		insert = frame.Len()
		frame.Write(r.xml[end:])
		d = &Document{Lost: []string{"the head of the feed can't be read"}}
	}
	lost := 0
	for i, e := range r.entries {
		one, err := r.parse(slices.Concat(frame.Bytes()[:insert], r.xml[e.start:e.end], frame.Bytes()[insert:]), bases{r.bases.feed, r.bases.entries[i : i+1]})
		if err != nil || len(one.Entries) == 0 {
			lost++
			continue
		}
		d.Entries = append(d.Entries, one.Entries...)
	}
	if lost > 0 {
		d.Lost = append(d.Lost, fmt.Sprintf("%d of %d entries can't be read", lost, len(r.entries)))
	}
	return d, nil
}

// recovered turns a panic of a parser into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the parser failed on it: %v", p)
	}
}

// resolve returns ref as an absolute http address, or "" when it isn't one.
func resolve(base *url.URL, ref string) string {
	ref = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, strings.TrimSpace(ref))
	if ref == "" || ref == "#" {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil {
		u, err = base.Parse(strings.NewReplacer("%", "%25", " ", "%20", "[", "%5B", "]", "%5D").Replace(ref))
		if err != nil {
			return ""
		}
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
		return iri(u.String(), ref)
	}
	return ""
}

// iri returns address with the characters outside ASCII as ref has them: an address that was written for people stays legible.
func iri(address, ref string) string {
	if !strings.ContainsFunc(ref, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return address
	}
	var b strings.Builder
	for i := 0; i < len(address); {
		run := 0
		for j := i; j+2 < len(address) && address[j] == '%' && address[j+1] >= '8'; j += 3 {
			run += 3
		}
		if run == 0 {
			b.WriteByte(address[i])
			i++
			continue
		}
		if s, err := url.PathUnescape(address[i : i+run]); err == nil && utf8.ValidString(s) {
			b.WriteString(s)
		} else {
			b.WriteString(address[i : i+run])
		}
		i += run
	}
	return b.String()
}

// language returns a declared language as a BCP 47 tag.
func language(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if len(s) > 35 || s == "" || text.Base(s) == "" || strings.ContainsAny(s, " ,;") {
		return ""
	}
	return s
}
