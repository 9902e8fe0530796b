package read

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// ErrNoArticle says that a page holds no text that reads like an article.
var ErrNoArticle = errors.New("there is no article on this page")

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

// Article reads the article on a page in any encoding. pageURL is where the page was fetched, after all redirects, contentType
// the header. Title, date and so on come from JSON-LD, meta tags and what people see, in that order; the text from whichever of
// trafilatura, readability and JSON-LD holds it best (see choose), without what outlets put between and behind their paragraphs.
func Article(page []byte, pageURL, contentType string) (_ Page, err error) {
	defer recovered(&err)
	base, err := url.Parse(pageURL)
	if err != nil {
		return Page{}, fmt.Errorf("the page's address: %w", err)
	}
	doc, err := html.ParseWithOptions(strings.NewReader(decode(page, contentType)), html.ParseOptionEnableScripting(false))
	if err != nil {
		return Page{}, fmt.Errorf("parse the page: %w", err)
	}
	m := readMetadata(doc)
	list := extract(doc, base, m)
	p := Page{
		Title:    m.headline(),
		Byline:   m.byline(),
		Language: language(cmp.Or(m.lang, m.first("og:locale", "content-language", "dc.language"), m.ld.language)),
		Image:    m.picture(base),
	}
	p.Text = blockText(trim(list, p.Title))
	p.Published = m.published(base, firstLines(list))
	p.Paywalled = paywalled(m, doc, p.Text)
	if p.Text == "" && p.Title == "" {
		return Page{}, ErrNoArticle
	}
	return p, nil
}

func firstLines(list []block) string {
	return text.Truncate(blockText(list[:min(len(list), 3)]), 400, "")
}

func (m *metadata) picture(page *url.URL) string {
	base := page
	if m.base != "" {
		if u, err := page.Parse(m.base); err == nil {
			base = u
		}
	}
	for _, ref := range []string{m.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "thumbnail"), m.ld.image} {
		if u := resolve(base, ref); u != "" {
			return u
		}
	}
	return ""
}

// extract finds the article's blocks.
func extract(doc *html.Node, base *url.URL, m *metadata) []block {
	prune(doc)
	var t, r []block
	if node := byTrafilatura(doc, base); node != nil {
		t = blocks(node)
	}
	var body []block
	if m.ld.body != "" {
		for l := range strings.SplitSeq(Plain(m.ld.body), "\n") {
			body = append(body, block{text: l})
		}
	}
	if doubtful(t, body) {
		if node := byReadability(doc, base); node != nil {
			r = blocks(node)
		}
	}
	return choose(t, r, body)
}

func byTrafilatura(doc *html.Node, base *url.URL) (node *html.Node) {
	defer func() {
		if recover() != nil { // it has panicked on odd trees; the other ways still stand
			node = nil
		}
	}()
	res, err := trafilatura.ExtractDocument(doc, trafilatura.Options{OriginalURL: base, ExcludeComments: true, IncludeLinks: true, HtmlDateMode: trafilatura.Disabled})
	if err != nil {
		return nil
	}
	return res.ContentNode
}

func byReadability(doc *html.Node, base *url.URL) (node *html.Node) {
	defer func() {
		if recover() != nil {
			node = nil
		}
	}()
	p := readability.NewParser()
	p.DisableJSONLD = true
	a, err := p.ParseDocument(doc, base)
	if err != nil {
		return nil
	}
	return a.Node
}

// doubtful reports whether trafilatura's result wants a second opinion.
func doubtful(t, body []block) bool { return true }

// choose takes the most trustworthy of the results.
func choose(t, r, body []block) []block {
	nt, nr, nb := size(t), size(r), size(body)
	switch {
	case nb > 600 && nb*2 > 3*max(nt, nr):
		return body // the page shows a part of what it says elsewhere
	case nt == 0 && nr == 0:
		return body
	case nt == 0 || nr > 3*nt:
		return r
	}
	return t
}

// prune takes everything from the tree that is never part of an article, so that the extractors have less to look through.
func prune(doc *html.Node) {
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; {
			next := c.NextSibling
			switch {
			case c.Type == html.CommentNode, c.Type == html.ElementNode && pruned(c), depth > maxNesting:
				n.RemoveChild(c)
			default:
				walk(c, depth+1)
			}
			c = next
		}
	}
	walk(doc, 0)
}

func pruned(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "svg", "template", "iframe", "object", "embed", "canvas", "select", "button", "textarea", "input", "nav", "math", "audio", "video", "link", "meta":
		return true
	}
	return false
}

func paywalled(m *metadata, doc *html.Node, body string) bool {
	return m.ld.free != nil && !*m.ld.free
}
