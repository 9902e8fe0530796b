package read

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ErrNoArticle says that a page holds no text that reads like an article.
var ErrNoArticle = errors.New("there is no article on this page")

// Page is what a web page tells as an article.
type Page struct {
	Title     string
	Byline    string
	Language  string    // as declared, BCP 47, or ""
	Image     string    // lead picture, absolute URL or ""
	ImageAlt  string    // what it shows, as the page says
	Text      string    // plain text, paragraphs separated by "\n"
	Published time.Time // of publication, or of the last change where people are shown only that; in the outlet's zone as far as the page tells, zero if unknown
	Paywalled bool      // Text is only the part that the outlet shows to everyone
}

// Article reads the article on a page in any encoding. pageURL is where the page was fetched, after all redirects, contentType
// the header. Title, author and so on come from JSON-LD, meta tags and what people see, in that order, the date too unless people
// are shown another one (see published); the text from whichever of trafilatura, readability and JSON-LD holds it best (see
// choose), corrected by where it stands on the page (see restore), without what outlets put between and behind their paragraphs.
// With ErrNoArticle comes what the page says of itself, without a text.
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
	title := m.headline()
	seen := look(doc, m.heading(title), m.lang)
	p := Page{
		Title:     title,
		Byline:    m.byline(seen, base),
		Language:  language(cmp.Or(m.lang, m.first("og:locale", "content-language", "dc.language"), m.ld.language)),
		Published: m.published(seen, base),
	}
	image, alt := m.picture(base, seen)
	p.Image, p.ImageAlt = image, altText(alt, title)
	list, shown := extract(doc, base, m, title)
	if p.Paywalled = paywalled(m, doc, list); p.Paywalled {
		list = withoutWall(list)
	}
	const fewWords = 8
	if told(list) < fewWords && (!p.Paywalled || title == "") || m.isFront(base, shown) {
		return p, ErrNoArticle
	}
	p.Text = blockText(list)
	return p, nil
}

// isFront reports whether a page is a site's front page that lists what the site has: it consists of links for the most part, and
// nothing calls it an article.
func (m *metadata) isFront(page *url.URL, shown []block) bool {
	all, linked := 0, 0
	for _, b := range shown {
		all, linked = all+len(b.text), linked+b.link
	}
	return page.Host != "" && strings.Trim(page.Path, "/") == "" && page.RawQuery == "" && linked*2 > all &&
		m.ld.title == "" && m.first("article:published_time") == "" && !strings.HasPrefix(m.first("og:type"), "article")
}

// told returns how many words a text has that don't lead elsewhere.
func told(list []block) (words float64) {
	for _, b := range list {
		if b.link*2 < len(b.text) {
			words += units(b.text)
		}
	}
	return words
}

// extract finds the article's blocks, and all of the page.
func extract(doc *html.Node, base *url.URL, m *metadata, title string) (article, page []block) {
	prune(doc)
	page, boxes := boxesOf(doc)
	known(doc)
	var t, r, body []block
	if node := byTrafilatura(doc, base); node != nil {
		t = trim(blocks(node), title)
	}
	if node := byReadability(doc, base); node != nil {
		r = trim(blocks(node), title)
	}
	if m.ld.body != "" {
		for l := range strings.SplitSeq(Plain(m.ld.body), "\n") {
			body = append(body, block{text: l})
		}
		body = trim(body, title)
	}
	list, stated := choose(t, r, body)
	if !stated {
		list = restore(page, boxes, list, r, title)
	}
	return withStandfirst(page, list, m, title), page
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

// choose takes the most trustworthy of three texts: trafilatura's, which is right most often, readability's, and the one
// the page states in JSON-LD, which is pure but often cut short.
func choose(t, r, body []block) (list []block, stated bool) {
	gt, nt := gramsOf(t)
	gr, nr := gramsOf(r)
	gb, nb := gramsOf(body)
	const enough = 60 // runs of words, about a long paragraph
	if nb >= enough && nb*2 >= 3*max(nt, nr) {
		return body, true // the page shows but a part
	}
	if nb >= enough && nb*10 >= 6*min(nt, nr) {
		best, likeT, likeR := t, agreement(gt, gb), agreement(gr, gb)
		if likeR > likeT {
			best = r
		}
		if max(likeT, likeR) < 0.5 {
			return body, true
		}
		return confirmed(best, gb), false
	}
	switch {
	case nt == 0:
		return r, false
	case nr == 0:
		return t, false
	}
	tInR, rInT := gt.within(gr), gr.within(gt)
	switch {
	case rInT > 0.9 && tInR < 0.5:
		return r, false // trafilatura took in what stands around the article
	case tInR > 0.5 && rInT > 0.5:
		return agreedEnds(t, gr), false
	}
	return t, false
}

// confirmed drops the blocks that the stated text doesn't know, when it knows the bulk of them.
func confirmed(list []block, stated grams) []block {
	kept := make([]block, 0, len(list))
	known, all := 0, 0
	for _, b := range list {
		n := utf8.RuneCountInString(b.text)
		all += n
		if isHeading(b.tag) || stated.share(b.text) >= 0.2 {
			known += n
			kept = append(kept, b)
		}
	}
	if known*10 < all*7 {
		return list
	}
	return kept
}

// known puts tags into the page's head that answer what trafilatura would look for all over the page, which takes longer than
// its extraction. The answers aren't used.
func known(doc *html.Node) {
	head := find(doc, atom.Head)
	if head == nil {
		return
	}
	for _, property := range []string{"author", "og:title", "og:site_name", "article:section", "article:tag"} {
		head.AppendChild(&html.Node{Type: html.ElementNode, Data: "meta", DataAtom: atom.Meta, Attr: []html.Attribute{
			{Key: "property", Val: property}, {Key: "name", Val: property}, {Key: "content", Val: "Known Already"}}})
	}
	head.AppendChild(&html.Node{Type: html.ElementNode, Data: "link", DataAtom: atom.Link, Attr: []html.Attribute{{Key: "rel", Val: "canonical"}, {Key: "href", Val: "https://example.org/"}}})
	head.AppendChild(&html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "rel", Val: "license"}, {Key: "href", Val: "https://creativecommons.org/licenses/by/4.0/"}}})
	section := &html.Node{Type: html.ElementNode, Data: "script", DataAtom: atom.Script, Attr: []html.Attribute{{Key: "type", Val: "application/ld+json"}}}
	section.AppendChild(&html.Node{Type: html.TextNode, Data: `{"@context":"https://schema.org","@type":"Article","articleSection":"Known Already"}`})
	head.AppendChild(section)
}

func find(n *html.Node, a atom.Atom) *html.Node {
	if n.Type == html.ElementNode && n.DataAtom == a {
		return n
	}
	if n.Type == html.ElementNode && n.DataAtom == atom.Body {
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, a); f != nil {
			return f
		}
	}
	return nil
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
	case "script", "noscript", "style", "svg", "template", "iframe", "object", "embed", "canvas", "select", "button", "textarea", "input", "nav", "math", "audio", "video", "link", "meta":
		return true
	}
	return false
}
