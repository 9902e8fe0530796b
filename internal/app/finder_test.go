package app

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"newsbrief/internal/command"
	"newsbrief/internal/fetch"
	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// site answers with what stands under each path and query: a body, behind its status and media type where these are special.
type site map[string]string

const (
	rss   = `<rss version="2.0"><channel><title>%s</title>%s</channel></rss>`
	item  = `<item><title>Ferry runs again</title><link>https://harbour.example/1</link></item>`
	cards = `<main><article><h2><a href="/2026/03/05/ferry-runs-again">The ferry runs again after the storm</a></h2></article>
		<article><h2><a href="/2026/03/05/harbour-gets-a-crane">The harbour gets a second crane</a></h2></article>
		<article><h2><a href="/2026/03/04/fish-market-moves">The fish market moves to the pier</a></h2></article></main>`
	newsMap = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://harbour.example/1</loc>
		<news:news><news:publication><news:name>Harbour Post</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-03-05</news:publication_date><news:title>Ferry runs again</news:title></news:news></url></urlset>`
)

func feedNamed(title string) string { return fmt.Sprintf(rss, title, item) }

// visit runs Find against the site and returns what was asked for besides.
func visit(t *testing.T, s site, path string) (found command.Found, asked []string, err error) {
	t.Helper()
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.RequestURI())
		mu.Unlock()
		body, ok := s[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		status, kind := 200, ""
		if _, err := fmt.Sscanf(body, "%d %s", &status, &kind); err == nil {
			_, body, _ = strings.Cut(body, "\n")
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
		}
		fmt.Fprint(w, strings.ReplaceAll(body, "HOST", "http://"+r.Host))
	}))
	defer server.Close()
	client := fetch.New(fetch.Options{UserAgent: "newsbrief/1 (test)", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	found, err = newFinder(client).Find(t.Context(), server.URL+path)
	found.Feed.URL, found.Feed.Site = strings.TrimPrefix(found.Feed.URL, server.URL), strings.TrimPrefix(found.Feed.Site, server.URL)
	for i := range found.Others {
		found.Others[i].URL = strings.TrimPrefix(found.Others[i].URL, server.URL)
	}
	return found, asked, err
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		site   site
		path   string // default "/"
		feed   string // where it is
		title  string
		page   bool
		others []string
	}{
		"the feed itself": {site{"/rss": feedNamed("Harbour Post")}, "/rss", "/rss", "Harbour Post", false, nil},
		"what the page declares": {site{"/": `<html><head><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/"><link rel="alternate" type="application/rss+xml" title="Post RSS" href="/post.xml">
			<link rel="alternate" type="application/atom+xml" title="Post Atom" href="/post.atom"><link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.xml"></head>` + cards,
			"/comments/feed/": feedNamed("Comments"), "/post.xml": feedNamed("Harbour Post"), "/sport.xml": feedNamed("Sport")}, "/", "/post.xml", "Harbour Post", false, []string{"/sport.xml"}},
		"the next where the first is broken": {site{"/": `<html><link rel="alternate" type="application/rss+xml" href="/gone.xml"><link rel="alternate" type="application/rss+xml" href="/page.xml"><link rel="alternate" type="application/rss+xml" href="/post.xml">`,
			"/page.xml": "<html>Sorry", "/post.xml": feedNamed("Harbour Post")}, "/", "/post.xml", "Harbour Post", false, nil},
		"one with entries before an empty one": {site{"/": `<html><link rel="alternate" type="application/rss+xml" title="A" href="/a.xml"><link rel="alternate" type="application/rss+xml" title="B" href="/b.xml">`,
			"/a.xml": fmt.Sprintf(rss, "A", ""), "/b.xml": feedNamed("B")}, "/", "/b.xml", "B", false, nil},
		"an empty one before none": {site{"/": `<html><link rel="alternate" type="application/rss+xml" title="A" href="/a.xml">`, "/a.xml": fmt.Sprintf(rss, "A", "")}, "/", "/a.xml", "A", false, nil},
		"a well-known place":       {site{"/": "<html>Welcome", "/feed.xml": feedNamed("Harbour Post")}, "/", "/feed.xml", "Harbour Post", false, nil},
		"not the feed of comments": {site{"/": `<html><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">` + cards, "/comments/feed/": feedNamed("Comments")}, "/", "/", "", true, nil},
		"a news sitemap that robots.txt names": {site{"/": "<html><title>Post</title>" + cards, "/robots.txt": "User-agent: *\nDisallow: /intern\nSitemap: HOST/pages.xml\nSitemap: HOST/news-map.xml\n", "/news-map.xml": newsMap},
			"/", "/news-map.xml", "Harbour Post", false, nil},
		"a news sitemap in an index": {site{"/": "<html>x", "/robots.txt": "Sitemap: HOST/sitemap_index.xml\n", "/sitemap_index.xml": `<sitemapindex><sitemap><loc>/posts.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>`, "/news.xml": newsMap},
			"/", "/news.xml", "Harbour Post", false, nil},
		"the index itself":                    {site{"/index.xml": `<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>`, "/news.xml": newsMap}, "/index.xml", "/news.xml", "Harbour Post", false, nil},
		"the page":                            {site{"/": "<html lang=en><title>Harbour Post</title>" + cards}, "/", "/", "Harbour Post", true, nil},
		"a part of a site before its sitemap": {site{"/local": "<html><title>Local</title>" + cards, "/robots.txt": "Sitemap: HOST/news-map.xml\n", "/news-map.xml": newsMap}, "/local", "/local", "Local", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found, asked, err := visit(t, c.site, c.path)
			if err != nil {
				t.Fatalf("%v; asked for %q", err, asked)
			}
			if found.Feed.URL != c.feed || found.Feed.Page != c.page || c.title != "" && found.Feed.Title != c.title {
				t.Errorf("found %+v; asked for %q", found.Feed, asked)
			}
			var others []string
			for _, o := range found.Others {
				others = append(others, o.URL)
			}
			if !slices.Equal(others, c.others) {
				t.Errorf("others are %q, want %q", others, c.others)
			}
			modest(t, asked)
		})
	}
}

// modest checks what a search costs a site.
func modest(t *testing.T, asked []string) {
	t.Helper()
	if len(asked) > findRequests {
		t.Errorf("%d requests: %q", len(asked), asked)
	}
	slices.Sort(asked)
	if len(slices.Compact(slices.Clone(asked))) != len(asked) {
		t.Errorf("asked twice: %q", asked)
	}
}

// What is no feed is named, with what to do.
func TestFindNothing(t *testing.T) {
	for name, c := range map[string]struct {
		site site
		path string
		says []string
	}{
		"challenge":             {site{"/": "403 text/html\n<html><title>Just a moment...</title>"}, "/", []string{"proof of a human visitor", "Cloudflare"}},
		"login by status":       {site{"/": "401 text/html\n<html>"}, "/", []string{"wants a login"}},
		"login by form":         {site{"/login": `<html><form><input name=u><input type="password"></form>`}, "/login", []string{"asks for a login"}},
		"not there":             {site{}, "/news", []string{"I can't read http://", "no such page", "404"}},
		"OPML":                  {site{"/f": `<?xml version="1.0"?><opml version="2.0"><body/></opml>`}, "/f", []string{"/feed import"}},
		"PDF":                   {site{"/f": "200 application/pdf\n%PDF-1.7"}, "/f", []string{"a PDF document", "the page that lists"}},
		"picture":               {site{"/f": "200 image/png\n\x89PNG\r\n\x1a\n"}, "/f", []string{"a picture"}},
		"sound":                 {site{"/f": "200 audio/mpeg\nID3\x04"}, "/f", []string{"a recording"}},
		"archive":               {site{"/f": "200 application/zip\nPK\x03\x04"}, "/f", []string{"a file"}},
		"data":                  {site{"/f": "200 application/json\n{\"error\": \"x\"}"}, "/f", []string{"data for programs"}},
		"text":                  {site{"/f": "200 text/plain\nhello"}, "/f", []string{"not a feed", "Give me"}},
		"nothing":               {site{"/f": "200 text/html\n"}, "/f", []string{"empty"}},
		"sitemap without news":  {site{"/f": `<urlset><url><loc>https://harbour.example/</loc></url></urlset>`}, "/f", []string{"without titles"}},
		"a page without a list": {site{"/": "<html><p>We sell <a href=/fish>fish</a>."}, "/", []string{"no feed", "no list of articles", "look there for “RSS”"}},
		"an article":            {site{"/a": `<html><head><meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-05"></head>` + cards}, "/a", []string{"the page on which the site lists its news"}},
		"not to be read":        {site{"/": "<html>" + cards, "/robots.txt": "User-agent: *\nDisallow: /"}, "/", []string{"asks programs not to read it", "robots.txt"}},
		"nor by its sitemap":    {site{"/": "<html>" + cards, "/robots.txt": "User-agent: *\nDisallow: /\nSitemap: HOST/news.xml", "/news.xml": newsMap}, "/", []string{"asks programs not to read it"}},
		"rules unknown":         {site{"/": "<html>" + cards, "/robots.txt": "500 text/plain\n"}, "/", []string{"robots.txt", "Try again later"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, asked, err := visit(t, c.site, c.path)
			u := (*news.UserError)(nil)
			if !errors.As(err, &u) {
				t.Fatalf("found %+v, %v", found, err)
			}
			said := locale.Say("en-US", u.Sentence, u.Args...)
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("says %q, without %q", said, s)
				}
			}
			if !strings.HasSuffix(said, ".") {
				t.Errorf("%q is no sentence", said)
			}
			for _, l := range locale.Languages[1:] {
				if said := locale.Say(l, u.Sentence, u.Args...); leftEnglish.MatchString(said) {
					t.Errorf("in %s it is %q", l, said)
				}
			}
			modest(t, asked)
		})
	}
}

// leftEnglish are words that no other language has.
var leftEnglish = regexp.MustCompile(`(?i)\b(the|this|there|neither|give|asks?|wants?)\b`)

func TestPodcast(t *testing.T) {
	sound := `<item><title>Episode 1</title><enclosure url="https://harbour.example/1.mp3" type="audio/mpeg" length="1"/></item>`
	for body, want := range map[string]bool{fmt.Sprintf(rss, "Talk", sound): true, fmt.Sprintf(rss, "Post", item+item+sound): false} {
		found, _, err := visit(t, site{"/f": body}, "/f")
		if err != nil || found.Podcast != want {
			t.Errorf("%s: podcast %v, %v", body, found.Podcast, err)
		}
	}
}

// TestFindNoAddress: what is no address is quoted as it was given.
func TestFindNoAddress(t *testing.T) {
	_, err := new(finder).Find(t.Context(), " not an address ")
	u := (*news.UserError)(nil)
	if !errors.As(err, &u) || !strings.HasPrefix(u.Error(), "“not an address” is no web address.") {
		t.Errorf("got %v", err)
	}
}
