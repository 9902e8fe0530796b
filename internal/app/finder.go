package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/fetch"
	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// What one search for a feed may cost a site, and the person who waits for it.
const (
	findRequests = 10
	findTime     = 20 * time.Second
	tryTime      = 14 * time.Second // of findTime, for addresses that may be feeds; the rest is for the page's own list
	triedLinks   = 4                // of the addresses that a page or a service suggests
	lastRequests = 3                // kept for robots.txt and sitemaps
)

// finder looks at addresses that people give; it is the commands' command.FeedFinder.
type finder struct {
	fetch  *fetch.Client
	robots *fetch.Robots
}

func newFinder(c *fetch.Client) *finder { return &finder{fetch: c, robots: fetch.NewRobots(c)} }

// Find looks for a feed at an address: the feed itself, what a page or its service names as its feed, a well-known place on its
// site, a news sitemap, and at last the list of articles on the page itself.
func (f *finder) Find(ctx context.Context, address string) (command.Found, error) {
	given := strings.TrimSpace(address)
	address = given
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		return command.Found{}, &news.UserError{Sentence: "“%s” is no web address. Paste the address of a feed or of a site, such as https://example.org.", Args: []any{given}}
	}
	ctx, cancel := context.WithTimeout(ctx, findTime)
	defer cancel()
	s := &feedSearch{finder: f, left: findRequests, tried: map[string]bool{}}
	found, err := s.find(ctx, address)
	if err != nil && ctx.Err() != nil {
		return command.Found{}, &news.UserError{Sentence: "The site answers too slowly: I could not finish looking at it in 20 seconds. Try again later, or give me the address of its feed itself.", Err: err}
	}
	return found, err
}

// feedSearch is one search. No address is asked for twice.
type feedSearch struct {
	*finder
	left  int
	tried map[string]bool
	empty *command.Found // a feed that lists nothing now: better than none
}

func (s *feedSearch) find(ctx context.Context, address string) (command.Found, error) {
	found, page, err := s.ask(ctx, address)
	if err == nil {
		return found, nil
	}
	trying, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	links := read.Discover(nil, address)
	if page == nil { // its feed may be open to all the same
		if found, ok := s.first(trying, links); ok {
			return found, nil
		}
		return command.Found{}, unreadable(err)
	}
	o := options(page)
	if !isPage(err, page) {
		if found, ok := s.sitemap(trying, read.NewsSitemaps(nil, page.Body, o)); ok {
			return found, nil
		}
		return command.Found{}, noPage(err, page)
	}

	links = append(links, read.Discover(page.Body, page.URL)...)
	if found, ok := s.first(trying, links); ok {
		return ofSite(found, page.URL), nil
	}
	for _, place := range read.WellKnown(page.URL) {
		if s.left <= lastRequests {
			break
		}
		if found, ok := s.try(trying, place); ok {
			return ofSite(found, page.URL), nil
		}
	}
	if s.empty != nil {
		return ofSite(*s.empty, page.URL), nil
	}
	return s.list(ctx, page)
}

// list makes a feed of the page itself, or of the site's news sitemap: that is the better one for a whole site, the page for a part.
func (s *feedSearch) list(ctx context.Context, page *fetch.Response) (command.Found, error) {
	s.left--
	rules, rulesErr := s.robots.Ask(ctx, page.URL)
	doc, err := read.List(page.Body, options(page))
	u, parseErr := url.Parse(page.URL)
	if whole := parseErr == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""; whole || err != nil {
		if found, ok := s.sitemap(ctx, read.NewsSitemaps(rules.Sitemaps, nil, read.FeedOptions{})); ok {
			return found, nil
		}
		if found, ok := s.sitemapIn(ctx, rules.Sitemaps); ok {
			return found, nil
		}
	}
	switch {
	case err != nil:
		return command.Found{}, &news.UserError{Sentence: noList(page), Err: err}
	case rulesErr != nil:
		return command.Found{}, &news.UserError{Sentence: "That page has no feed. I could watch its list of articles, but the site doesn't say now whether it lets programs read it (robots.txt). Try again later.", Err: rulesErr}
	case !rules.Allowed:
		return command.Found{}, &news.UserError{Sentence: "That page has no feed, and the site asks programs not to read it (robots.txt), so I don't watch it either. Ask the site for a feed, or give me another address."}
	}
	return command.Found{Feed: feedOf(doc, cmp.Or(page.Moved, page.URL), page.URL, true), Entries: doc.Entries, Lost: doc.Lost}, nil
}

// first tries suggested addresses and returns the first feed with something in it, and which other feeds were suggested.
func (s *feedSearch) first(ctx context.Context, links []read.Link) (command.Found, bool) {
	tried := 0
	for i, l := range links {
		if s.tried[l.URL] || tried == triedLinks {
			continue
		}
		tried++
		if found, ok := s.try(ctx, l.URL); ok {
			found.Others = others(links[i+1:], l)
			return found, true
		}
	}
	if s.empty != nil {
		return *s.empty, true
	}
	return command.Found{}, false
}

// try reads a feed where there may be one.
func (s *feedSearch) try(ctx context.Context, address string) (command.Found, bool) {
	if s.tried[address] || s.left <= 0 || ctx.Err() != nil {
		return command.Found{}, false
	}
	found, _, err := s.ask(ctx, address)
	if err == nil && len(found.Entries) == 0 {
		s.empty = cmp.Or(s.empty, &found)
		return command.Found{}, false
	}
	return found, err == nil
}

// sitemap reads the first of a site's news sitemaps. They are made for programs, but not for all of them.
func (s *feedSearch) sitemap(ctx context.Context, addresses []string) (command.Found, bool) {
	for _, a := range addresses[:min(len(addresses), 2)] {
		if !s.allowed(ctx, a) {
			continue
		}
		if found, ok := s.try(ctx, a); ok {
			return found, true
		}
	}
	return command.Found{}, false
}

func (s *feedSearch) allowed(ctx context.Context, address string) bool {
	rules, err := s.robots.Ask(ctx, address)
	return err == nil && rules.Allowed
}

// sitemapIn looks for a news sitemap in the index that a site names.
func (s *feedSearch) sitemapIn(ctx context.Context, addresses []string) (command.Found, bool) {
	if len(addresses) == 0 || s.left < 2 || s.tried[addresses[0]] || !s.allowed(ctx, addresses[0]) {
		return command.Found{}, false
	}
	found, index, err := s.ask(ctx, addresses[0])
	if err == nil {
		return found, len(found.Entries) > 0
	}
	if index == nil {
		return command.Found{}, false
	}
	return s.sitemap(ctx, read.NewsSitemaps(nil, index.Body, options(index)))
}

func (s *feedSearch) ask(ctx context.Context, address string) (command.Found, *fetch.Response, error) {
	s.left--
	s.tried[address] = true
	return s.at(ctx, address)
}

// at reads the feed at an address. When something else is there, it returns that with the reason.
func (f *finder) at(ctx context.Context, address string) (command.Found, *fetch.Response, error) {
	resp, err := f.fetch.Get(ctx, fetch.Request{URL: address})
	if err != nil {
		return command.Found{}, nil, err
	}
	doc, err := read.Feed(resp.Body, options(resp))
	if err != nil {
		return command.Found{}, resp, err
	}
	feed := feedOf(doc, cmp.Or(resp.Moved, address), resp.URL, false)
	return command.Found{Feed: feed, Entries: doc.Entries, Lost: doc.Lost, Podcast: podcast(resp.Body, len(doc.Entries))}, resp, nil
}

func options(r *fetch.Response) read.FeedOptions {
	return read.FeedOptions{URL: r.URL, ContentType: r.Header.Get("Content-Type"), ContentLocation: r.Header.Get("Content-Location")}
}

func feedOf(doc *read.Document, address, from string, page bool) news.Feed {
	feed := news.Feed{URL: address, Title: doc.Title, Site: doc.Site, Language: doc.Language, Page: page}
	if feed.Title == "" {
		if u, err := url.Parse(from); err == nil {
			feed.Title = u.Host
		}
	}
	return feed
}

// ofSite names the page on which a feed was found as its site when the feed names none.
func ofSite(found command.Found, page string) command.Found {
	found.Feed.Site = cmp.Or(found.Feed.Site, page)
	return found
}

// others are the suggested feeds that aren't the chosen one, or another of them, in another format.
func others(links []read.Link, chosen read.Link) []news.Feed {
	var list []news.Feed
	taken := []read.Link{chosen}
	for _, l := range links {
		if slices.ContainsFunc(taken, func(t read.Link) bool {
			return plainName(l.URL) == plainName(t.URL) || plainName(l.Title) != "" && plainName(l.Title) == plainName(t.Title)
		}) {
			continue
		}
		taken = append(taken, l)
		list = append(list, news.Feed{URL: l.URL, Title: cmp.Or(l.Title, l.URL)})
	}
	return list
}

// plainName is a name or address of a feed without what tells of its format.
func plainName(s string) string {
	return formatName.ReplaceAllString(strings.ToLower(s), "")
}

var formatName = regexp.MustCompile(`rss|atom|rdf|json|xml|feeds?|[012]\.\d+|[^\pL\d]`)

// podcast reports whether the entries of a feed are sound recordings.
func podcast(body []byte, entries int) bool {
	return entries > 0 && 2*len(soundFile.FindAllIndex(body, -1)) > entries
}

var soundFile = regexp.MustCompile(`(?i)<enclosure\b[^>]*\btype=["']audio/`)

// isPage reports whether what is no feed is a web page.
func isPage(err error, r *fetch.Response) bool {
	return errors.Is(err, read.ErrPage) || errors.Is(err, read.ErrNotFeed) && strings.Contains(kindOf(r), "html")
}

// kindOf is the media type of an answer: as its bytes show it, else as it is declared.
func kindOf(r *fetch.Response) string {
	kind := http.DetectContentType(r.Body)
	if declared := strings.ToLower(r.Header.Get("Content-Type")); (strings.HasPrefix(kind, "text/plain") || strings.HasPrefix(kind, "application/octet-stream")) && declared != "" {
		return declared
	}
	return kind
}

// noPage says of an answer that is neither a feed nor a page what it is and what to do.
func noPage(err error, r *fetch.Response) error {
	kind := kindOf(r)
	what := ""
	switch {
	case bytes.Contains(bytes.ToLower(r.Body[:min(len(r.Body), 2048)]), []byte("<opml")):
		return &news.UserError{Sentence: "That is a list of feeds (OPML). Take in all of them with /feed import, or give me the address of one.", Err: err}
	case strings.Contains(kind, "pdf"):
		what = "a PDF document"
	case strings.HasPrefix(kind, "image/"):
		what = "a picture"
	case strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"):
		what = "a recording"
	case strings.Contains(kind, "zip"), strings.Contains(kind, "msword"), strings.Contains(kind, "officedocument"), strings.HasPrefix(kind, "application/octet-stream"):
		what = "a file"
	case strings.Contains(kind, "json"):
		what = "data for programs"
	default:
		return &news.UserError{Sentence: "%s Give me the address of a feed or of a site.", Args: []any{sentence(err)}, Err: err}
	}
	return &news.UserError{Sentence: "That address leads to %s, neither a feed nor a page. Give me the page that lists what is new.", Args: []any{locale.Text(what)}, Err: err}
}

// noList says of a page without a feed and a list what it is and what to do.
func noList(page *fetch.Response) string {
	u, err := url.Parse(page.URL)
	switch {
	case err == nil && strings.HasPrefix(u.Host, "consent."):
		return "The site shows a page about consent instead of what you gave me. For a YouTube channel, give me the address with its id, youtube.com/channel/UC…: on YouTube it is behind “Share channel”."
	case err == nil && loginPath.MatchString(u.Path), passwordField.Match(page.Body):
		return "That page asks for a login, so I can't see what is on it. Give me an address that is open to all, or that of a feed that carries its key."
	}
	return "That page links no feed that I can read, and shows no list of articles that I could watch instead. Give me the page on which the site lists its news, or look there for “RSS” or “feed” and give me that address."
}

var (
	loginPath     = regexp.MustCompile(`(?i)/(?:log-?in|sign-?in|sso|auth|anmelden|connexion|account/begin)(?:[/.]|$)`)
	passwordField = regexp.MustCompile(`(?i)<input\b[^>]*\btype=["']?password`)
)

func (f *finder) Read(ctx context.Context, address string, max int64) ([]byte, error) {
	resp, err := f.fetch.Get(ctx, fetch.Request{URL: address, MaxBytes: max})
	if err != nil {
		return nil, unreadable(err)
	}
	if resp.Truncated {
		return nil, &news.UserError{Sentence: "That file is too large."}
	}
	return resp.Body, nil
}

func (f *finder) Redact(address string) string { return fetch.RedactURL(address) }

func (f *finder) Canonical(address string) string { return read.CanonicalURL(address) }

// unreadable says why an address can't be read, and what to do.
func unreadable(err error) error {
	if what, ok := strings.CutPrefix(err.Error(), "fetching "); ok {
		if address, why, ok := strings.Cut(what, ": "); ok {
			return &news.UserError{Sentence: "I can't read %s: %s.", Args: []any{address, locale.Text(why)}, Err: err}
		}
	}
	return &news.UserError{Sentence: "%s", Args: []any{sentence(err)}, Err: err}
}

// sentence is an error's text as a sentence for people. Package fetch and read write theirs for them.
func sentence(err error) locale.Text {
	s := err.Error()
	return locale.Text(strings.ToUpper(s[:1]) + s[1:] + ".")
}
