package read

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// Link is an address that may be a feed.
type Link struct {
	URL   string // absolute
	Title string // as the page names it, may be ""
	Type  string // media type as the page declares it, may be ""
}

// maxLinks is how many feeds of one page are worth asking about.
const maxLinks = 20

// Discover returns the feeds of the page at pageURL, best first: those that the address or the software of the page tells, since
// these know better than the page's tags which one has the news (see service), those the page declares, and addresses in its text
// that look like feeds. Feeds of comments are left out. page may be nil where only the address is known.
func Discover(page []byte, pageURL string) (links []Link) {
	defer func() {
		if recover() != nil { // nothing more to find on a page that the HTML parser can't stand
			links = service(pageURL)
		}
	}()
	base, err := url.Parse(strings.TrimSpace(pageURL))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" {
		return nil
	}
	links = service(pageURL)
	if len(page) == 0 {
		return links
	}
	content := decode(page, "")
	doc, err := html.Parse(strings.NewReader(content))
	if err != nil {
		return links
	}
	f := finder{base: base, page: strings.TrimSuffix(base.Path, "/")}
	f.walk(doc, 0)
	slices.SortStableFunc(f.declared, func(a, b Link) int { return cmp.Compare(f.rank(a), f.rank(b)) })
	slices.SortStableFunc(f.mentioned, func(a, b Link) int { return cmp.Compare(f.rank(a), f.rank(b)) })
	var unsure []Link
	if links = append(links, software(content, base, f.generator)...); len(links) == 0 {
		unsure = likely(base, f.generator)
	}
	seen := map[string]bool{}
	var found []Link
	for _, l := range slices.Concat(links, f.declared, unsure, f.mentioned) {
		if !seen[l.URL] && len(found) < maxLinks && !l.ofComments() {
			seen[l.URL] = true
			found = append(found, l)
		}
	}
	return found
}

type finder struct {
	base                *url.URL
	based               bool
	page                string // path of the page, without a slash at its end
	generator           string // the software that has made the page, as it says, in lower case
	declared, mentioned []Link
}

func (f *finder) walk(n *html.Node, depth int) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Base:
			if u, err := f.base.Parse(attr(n, "href")); err == nil && !f.based && u.Host != "" {
				f.base, f.based = u, true
			}
		case atom.Link:
			f.link(n)
		case atom.Meta:
			if strings.EqualFold(attr(n, "name"), "generator") && f.generator == "" {
				f.generator = strings.ToLower(strings.TrimSpace(attr(n, "content")))
			}
		case atom.A:
			f.anchor(n)
		}
	}
	for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
		f.walk(c, depth+1)
	}
}

// link takes <link rel="alternate" type="…" href="…">, also where rel is "feed" (WHATWG) or the type is bare XML.
func (f *finder) link(n *html.Node) {
	rel := strings.Fields(strings.ToLower(attr(n, "rel")))
	kind := strings.ToLower(strings.TrimSpace(strings.Split(attr(n, "type"), ";")[0]))
	isFeed := slices.Contains(rel, "feed")
	if slices.Contains(rel, "alternate") {
		switch kind {
		case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/rss", "application/atom", "text/rss+xml", "text/atom+xml", "text/rss":
			isFeed = true
		case "application/xml", "text/xml", "application/json":
			isFeed = looksLikeFeed(attr(n, "href"))
		}
	}
	if isFeed {
		if u := resolve(f.base, feedScheme(attr(n, "href"))); u != "" && !strings.Contains(u, "/wp-json/") && !strings.Contains(u, "oembed") {
			f.declared = append(f.declared, Link{URL: u, Title: text.Clean(attr(n, "title")), Type: kind})
		}
	}
}

func (f *finder) anchor(n *html.Node) {
	href := feedScheme(attr(n, "href"))
	name := strings.ToLower(text.Clean(content(n)))
	if !looksLikeFeed(href) && name != "rss" && name != "atom" && name != "rss feed" && name != "feed" {
		return
	}
	u := resolve(f.base, href)
	if u == "" || len(f.mentioned) >= 4*maxLinks || foreign.MatchString(u) {
		return
	}
	f.mentioned = append(f.mentioned, Link{URL: u, Title: text.Truncate(text.Clean(cmp.Or(attr(n, "title"), content(n))), 100, "…"), Type: attr(n, "type")})
}

// foreign are services that offer to read a feed, and pages about feeds.
var foreign = regexp.MustCompile(`(?i)//(?:[\w-]+\.)*(?:feedly\.com|inoreader\.com|newsblur\.com|theoldreader\.com|add\.my\.yahoo\.com|bloglines\.com|netvibes\.com|wikipedia\.org|subtome\.com|facebook\.com|twitter\.com|x\.com|t\.me)/`)

var feedPath = regexp.MustCompile(`(?i)(?:/(?:rss|feeds?|atom|rdf)(?:/|/?index\.(?:xml|rss|rdf)|\.(?:xml|php|aspx?|json|rss|rdf))?$|\.(?:rss|rdf|atom)$|/(?:rss|feed|atom|index|news|all|latest)[\w-]*\.(?:xml|rdf|rss|atom)$|/feeds?/[\w/.-]+$|/rss/[\w/.-]+$|/feed\.json$|feeds\.feedburner\.com/[\w-]+$|[?&](?:feed|format|type|output|alt)=(?:rss2?|atom|feed|rdf|xml))`)

func looksLikeFeed(href string) bool { return len(href) < 2000 && feedPath.MatchString(href) }

// feedScheme turns feed://example.org and feed:https://example.org into web addresses.
func feedScheme(href string) string {
	href = strings.TrimSpace(href)
	if rest, ok := strings.CutPrefix(href, "feed:"); ok {
		if isWebAddress(rest) {
			return rest
		}
		return "https:" + rest
	}
	return href
}

// rank orders feeds of one page, lower is better: that of the page itself where it isn't the site's first, the site's, those of
// single tags and authors, audio and video.
func (f *finder) rank(l Link) int {
	s := strings.ToLower(l.URL + " " + l.Title)
	r := 0
	if containsAny(s, "podcast", "audio", "video", "itunes") {
		r += 8
	}
	if u, err := url.Parse(l.URL); err == nil && f.page != "" && !storyPath.MatchString(f.page) && u.Host == f.base.Host && strings.HasPrefix(u.Path, f.page+"/") {
		r -= 2
	} else if containsAny(s, "/tag/", "/category/", "/author/", "?author", "/search") {
		r += 4
	}
	if strings.Contains(l.Type, "json") {
		r++
	}
	return r
}

// ofComments reports whether a feed holds what readers write.
func (l Link) ofComments() bool {
	return commentsURL.MatchString(l.URL) || commentsTitle.MatchString(l.Title)
}

var (
	commentsURL   = regexp.MustCompile(`(?i)/comments?(?:/|\.(?:xml|rss|atom|php)|$)|[?&]feed=comments|comments-rss2|/crss$|disqus\.com/`)
	commentsTitle = regexp.MustCompile(`(?i)\bcomments\b|comment(?:s|aires?)? feed|kommentar-?feed|kommentare (?:zu|als|von)|flux (?:rss )?des commentaires|\bcommentaires\b|\bcomentarios\b|\bcomentários\b|\bcommenti\b|\breacties\b|комментари|коментарі|komentarz[ey]|komentáře|yorumlar|コメント|댓글|评论\s*(?:feed|rss|订阅)|評論\s*(?:feed|rss)|迴響`)
)
