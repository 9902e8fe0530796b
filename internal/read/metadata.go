package read

import (
	"cmp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// metadata is what a page says about itself: in its meta tags, its JSON-LD, and where people see it.
type metadata struct {
	meta  map[string]string // by lower-case name, property or itemprop, the first of each
	ld    jsonLD
	title string // <title>
	h1    []string
	heads []*html.Node // headings in the order they stand there
	lang  string
	base  string // <base href>

	wall    bool     // an element is marked as standing before or for what isn't shown
	scripts []string // as they stand
}

// readMetadata walks the document once.
func readMetadata(doc *html.Node) *metadata {
	m := &metadata{meta: map[string]string{}}
	var scripts []string
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Html:
				m.lang = cmp.Or(attr(n, "lang"), attr(n, "xml:lang"))
			case atom.Base:
				m.base = cmp.Or(m.base, attr(n, "href"))
			case atom.Meta:
				m.take(n)
				return
			case atom.Title:
				if m.title == "" && n.Parent != nil && n.Parent.DataAtom != atom.Svg {
					m.title = text.Clean(content(n))
				}
				return
			case atom.Script:
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(n, "type"))), "application/ld+json") {
					scripts = append(scripts, content(n))
				}
				if n.FirstChild != nil {
					m.scripts = append(m.scripts, n.FirstChild.Data)
				}
				return
			case atom.Style, atom.Svg, atom.Iframe, atom.Noscript:
				return
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
				if len(m.heads) < 60 {
					m.heads = append(m.heads, n)
				}
				if n.DataAtom != atom.H1 {
					break
				}
				if s := text.Clean(content(n)); s != "" && len(m.h1) < 8 {
					m.h1 = append(m.h1, s)
				}
			}
			m.marked(n)
		}
		for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(doc, 0)
	m.ld = readJSONLD(scripts)
	return m
}

func (m *metadata) take(n *html.Node) {
	value := strings.TrimSpace(cmp.Or(attr(n, "content"), attr(n, "value"))) // Twitter once asked for "value"
	if value == "" {
		return
	}
	for _, k := range []string{"property", "name", "itemprop", "http-equiv"} {
		name := strings.ToLower(strings.TrimSpace(attr(n, k)))
		switch {
		case name == "":
		case m.meta[name] == "":
			m.meta[name] = value
		case (name == "author" || name == "citation_author" || name == "dc.creator") && len(m.meta[name]) < 200 && !strings.Contains(m.meta[name], value):
			m.meta[name] += "; " + value // one tag for each author
		}
	}
}

// marked keeps what an element's attributes mark as the date or as a wall.
func (m *metadata) marked(n *html.Node) {
	prop := attr(n, "itemprop")
	switch prop {
	case "datePublished", "dateCreated":
		if v := cmp.Or(attr(n, "datetime"), attr(n, "content"), content(n)); m.meta[strings.ToLower(prop)] == "" && len(v) < 100 {
			m.meta[strings.ToLower(prop)] = strings.TrimSpace(v)
		}
	}
	class := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	if containsAny(class, "wall", "subscriber", "premium", "metered", "piano", "tp-container", "plus-", "locked") && wallClass.MatchString(class) {
		m.wall = true
	}
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func (m *metadata) first(names ...string) string {
	for _, n := range names {
		if v := m.meta[n]; v != "" {
			return v
		}
	}
	return ""
}

// all returns what the tags of these names say, in the order of the names.
func (m *metadata) all(names []string) (values []string) {
	for _, n := range names {
		if v := m.meta[n]; v != "" {
			values = append(values, v)
		}
	}
	return values
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// content returns the text below n as it stands, at most some thousand bytes of it but for scripts.
func content(n *html.Node) string {
	if n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode {
		return n.FirstChild.Data
	}
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if b.Len() > 4096 || depth > 40 {
			return
		}
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Svg {
				return
			}
			b.WriteByte(' ')
			if isBlock(n.DataAtom) || n.DataAtom == atom.Br {
				b.WriteByte('\n')
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, 0)
	}
	return b.String()
}
