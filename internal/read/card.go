package read

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// card is what a page shows of one article in a list.
type card struct {
	link     *listLink
	node     *html.Node // the largest element that tells of no other article
	group    *listGroup
	title    string
	heading  bool // the title is marked as a heading
	date     time.Time
	summary  string
	image    string
	alt      string // what is said of the image
	language string
	side     bool
	post     bool // by its element or class it is one of a series
}

// around returns the node of a link's card.
func (l *lister) around(link *listLink) *html.Node {
	n := link.node
	for p := n.Parent; p != nil && l.owners[p] == link.key && !whole(n); p = p.Parent {
		n = p
	}
	return n
}

// card returns what is told around a link, in node.
func (l *lister) card(link *listLink, node *html.Node) *card {
	c := &card{link: link, node: node, side: link.side || l.besideMain(node)}
	c.post = c.node.DataAtom == atom.Article || postClass.MatchString(attr(c.node, "class"))
	for p := link.node; p != nil && c.language == ""; p = p.Parent {
		if p.DataAtom != atom.Html {
			c.language = language(attr(p, "lang"))
		}
	}
	nodes := l.told(c.node)
	if advertised(nodes) {
		return c
	}
	c.title, c.heading = l.headline(link, nodes)
	if c.title == "" {
		return c
	}
	for _, n := range nodes {
		if c.image == "" {
			c.image, c.alt = l.picture(n)
		}
		if c.date.IsZero() {
			c.date = l.date(n, c.title)
		}
		for _, b := range blocks(n) {
			if c.summary == "" && units(b.text) >= 8 && !strings.HasPrefix(text.Fold(c.title), text.Fold(b.text)) && !strings.HasPrefix(text.Fold(b.text), text.Fold(c.title)) {
				c.summary = text.Truncate(b.text, maxSummary, "…")
			}
		}
	}
	return c
}

// whole reports whether a card is complete by its element's meaning.
func whole(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Article, atom.Li, atom.Tr, atom.Main, atom.Body:
		return true
	}
	return false
}

var postClass = regexp.MustCompile(`(?i)(?:^|\s)(?:h-?entry|(?:blog|news|press)?[-_]?(?:post|entry|article|story|news|release)(?:[-_]{1,2}(?:item|card|preview|teaser|summary))?)(?:\s|$)`)

// told returns the nodes that tell of the card's article: its own, and behind a headline that stands by itself what follows it
// until the next.
func (l *lister) told(n *html.Node) []*html.Node {
	nodes := []*html.Node{n}
	if !isHeading(n.DataAtom) && n.DataAtom != atom.Dt && n.DataAtom != atom.A {
		return nodes
	}
	for s := n.NextSibling; s != nil && len(nodes) < 8 && l.owners[s] == "" && !isHeading(s.DataAtom); s = s.NextSibling {
		nodes = append(nodes, s)
	}
	return nodes
}

// headline returns the title of the article that link leads to, and whether it is marked as one.
func (l *lister) headline(link *listLink, nodes []*html.Node) (title string, heading bool) {
	good := func(s string) bool { return s != "" && len(s) < 600 && l.shared[s] != several }
	for _, n := range nodes {
		if h := findElement(n, func(n *html.Node) bool { return isHeading(n.DataAtom) && good(headlineText(n)) }); h != nil {
			return headlineText(h), true
		}
	}
	for _, n := range nodes {
		if h := findElement(n, func(n *html.Node) bool { return titleClass.MatchString(attr(n, "class")) && good(headlineText(n)) }); h != nil {
			return headlineText(h), true
		}
	}
	for _, n := range nodes { // the longest text of a link to the article
		findElement(n, func(a *html.Node) bool {
			if a.DataAtom == atom.A {
				if s := linkText(a); good(s) && len(s) > len(title) && articleKey(resolve(l.base, attr(a, "href"))) == link.key {
					title = s
				}
			}
			return false
		})
	}
	return title, within(link.node, isHeading)
}

var titleClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:title|headline|subject|hed|tit|ttl)(?:$|\s)`)

// linkText is what a link says: the first of its lines that is as long as a headline, else all, else what it says to those who
// can't see its picture.
func linkText(n *html.Node) string {
	list := blocks(n)
	for _, b := range list {
		if len(list) > 1 && units(b.text) >= 4 {
			return b.text
		}
	}
	if s := headlineText(n); s != "" {
		return s
	}
	if img := findElement(n, func(n *html.Node) bool { return n.DataAtom == atom.Img && attr(n, "alt") != "" }); img != nil {
		return text.Clean(attr(img, "alt"))
	}
	if s := text.Clean(attr(n, "title")); s != "" {
		return s
	}
	return text.Clean(attr(n, "aria-label"))
}

// headlineText is the text of n without what stands around a headline.
func headlineText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil && depth < 40 && b.Len() < 2000; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type != html.ElementNode, unseen(c.DataAtom), c.DataAtom == atom.Time, kickerClass.MatchString(attr(c, "class")):
			default:
				if isBlock(c.DataAtom) || c.DataAtom == atom.Br {
					b.WriteByte(' ')
				}
				walk(c, depth+1)
			}
		}
	}
	walk(n, 0)
	return strings.TrimLeft(cmp.Or(text.Clean(b.String()), text.Clean(content(n))), "•·▶▪■□◆◇●○►»›-–—* ")
}

var kickerClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:kicker|eyebrow|overline|topline|badge|label|sr-only|visually-?hidden|screen-reader-text|icon|ico|category|rubric|rubrik|flag|comment-?count|comments|date|time|new)(?:$|\s)`)

// date finds the day of publication below n.
func (l *lister) date(n *html.Node, title string) (found time.Time) {
	take := func(s string) bool {
		s = strings.TrimSpace(s)
		if m := shortYear.FindStringSubmatch(s); m != nil && yearComesFirst(l.language) {
			s = "20" + m[1]
		}
		t, ok := parseDate(s, l.language)
		if ok {
			found = t
		}
		return ok
	}
	if findElement(n, func(n *html.Node) bool {
		return n.DataAtom == atom.Time && (take(attr(n, "datetime")) || take(content(n)))
	}) != nil {
		return found
	}
	findElement(n, func(n *html.Node) bool {
		return classSays(strings.ToLower(attr(n, "class"))).date && take(text.Clean(content(n)))
	})
	if !found.IsZero() {
		return found
	}
	findText(n, func(s string) bool {
		for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '|' || r == '·' || r == '•' || r == '—' || r == '(' || r == ')' }) {
			if part = strings.TrimSpace(part); len(part) <= 60 && part != title && fullYearIn.MatchString(part) && take(part) {
				return true
			}
		}
		return false
	})
	return found
}

var (
	shortYear  = regexp.MustCompile(`^(\d\d\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,2})(?:\D|$)`) // 26.03.05, as dates are written in East Asia
	fullYearIn = regexp.MustCompile(`(?:^|\D)(?:19|20)\d\d(?:\D|$)|^\d\d\s?[./-]\s?\d\d\s?[./-]\s?\d\d\.?$`)
)

func yearComesFirst(lang string) bool {
	switch text.Base(lang) {
	case "ko", "ja", "zh":
		return true
	}
	return false
}

// picture returns the address of the first picture below n that is no icon, and what is said of it.
func (l *lister) picture(n *html.Node) (address, alt string) {
	findElement(n, func(n *html.Node) bool {
		if n.DataAtom != atom.Img {
			return false
		}
		for _, side := range []string{"width", "height"} {
			if px, err := strconv.Atoi(strings.TrimSuffix(attr(n, side), "px")); err == nil && px < 60 {
				return false
			}
		}
		set, _, _ := strings.Cut(strings.TrimSpace(attr(n, "srcset")+attr(n, "data-srcset")), " ")
		for _, ref := range []string{attr(n, "data-src"), attr(n, "data-original"), attr(n, "data-lazy-src"), attr(n, "src"), strings.TrimSuffix(set, ",")} {
			if address = picture(l.base, ref); address != "" {
				alt = attr(n, "alt")
				return true
			}
		}
		return false
	})
	return address, alt
}

// findText calls f with the texts below n, in the order of the page, until it is content.
func findText(n *html.Node, f func(string) bool) bool {
	return findElement(n, func(e *html.Node) bool {
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode && f(text.Clean(c.Data)) {
				return true
			}
		}
		return false
	}) != nil
}

// findElement returns the first element at or below n, in the order of the page, that is one.
func findElement(n *html.Node, is func(*html.Node) bool) *html.Node { return findWithin(n, is, 0) }

func findWithin(n *html.Node, is func(*html.Node) bool, depth int) *html.Node {
	if n.Type == html.ElementNode {
		if unseen(n.DataAtom) {
			return nil
		}
		if is(n) {
			return n
		}
	}
	for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
		if f := findWithin(c, is, depth+1); f != nil {
			return f
		}
	}
	return nil
}
