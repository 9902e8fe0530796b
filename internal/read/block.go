package read

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// block is a paragraph, heading, list item or the like.
type block struct {
	text string
	tag  atom.Atom // the element that holds it
	link int       // how many bytes of text are links
	box  int       // the box that holds it, an index
}

// box is an element that holds blocks, and where it stands.
type box struct {
	node     *html.Node
	in       int // the box around it; the outermost is in itself
	pictures int // right in it
}

// blocks returns the text below n, block by block.
func blocks(n *html.Node) []block {
	list, _ := boxesOf(n)
	return list
}

// boxesOf returns the text below n, block by block, and the boxes that the blocks stand in, outer ones first.
func boxesOf(n *html.Node) ([]block, []box) {
	w := blockWriter{boxes: []box{{node: n}}}
	w.walk(n, 0)
	w.flush(0)
	return w.blocks, w.boxes
}

type blockWriter struct {
	blocks []block
	boxes  []box
	box    int
	b      strings.Builder
	link   int
	tag    atom.Atom
}

func (w *blockWriter) flush(next atom.Atom) {
	if w.b.Len() > 0 {
		s := w.b.String()
		if w.tag == atom.Pre {
			s = lines(s)
		} else {
			s = text.Clean(s)
		}
		if s != "" {
			w.blocks = append(w.blocks, block{text: s, tag: w.tag, link: w.link, box: w.box})
		}
		w.b.Reset()
	}
	w.link, w.tag = 0, next
}

func (w *blockWriter) walk(n *html.Node, depth int) {
	switch n.Type {
	case html.TextNode:
		w.b.WriteString(n.Data)
		return
	case html.ElementNode:
	default:
		for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
			w.walk(c, depth+1)
		}
		return
	}
	if depth >= maxNesting {
		return
	}
	name := n.DataAtom
	if name == 0 {
		name = atom.Lookup([]byte(n.Data)) // extractors make nodes without it
	}
	if unseen(name) {
		return
	}
	switch {
	case name == atom.Br:
		if w.b.Len() > 0 && followedByBreak(n) {
			w.flush(w.tag)
		} else {
			w.b.WriteByte('\n')
		}
		return
	case name == atom.Img:
		w.boxes[w.box].pictures++
		return
	case name == atom.A:
		before := w.b.Len()
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.walk(c, depth+1)
		}
		w.link += max(0, w.b.Len()-before)
		return
	case name == atom.Td || name == atom.Th:
		if w.b.Len() > 0 {
			w.b.WriteByte(' ')
		}
	case isBlock(name):
		w.flush(name)
		around := w.box
		w.boxes = append(w.boxes, box{node: n, in: around})
		w.box = len(w.boxes) - 1
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.walk(c, depth+1)
		}
		parent := atom.Atom(0)
		if n.Parent != nil {
			parent = n.Parent.DataAtom
		}
		w.flush(parent)
		w.box = around
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, depth+1)
	}
}

// followedByBreak reports whether another <br> follows: two of them make a paragraph.
func followedByBreak(n *html.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		switch {
		case s.Type == html.TextNode && strings.TrimSpace(s.Data) == "":
		case s.Type == html.ElementNode && s.DataAtom == atom.Br:
			return true
		default:
			return false
		}
	}
	return false
}

// maxNesting is how deep documents are followed.
const maxNesting = 400

// unseen lists elements whose text nobody reads.
func unseen(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Head, atom.Title, atom.Iframe, atom.Object, atom.Embed, atom.Canvas,
		atom.Select, atom.Button, atom.Textarea, atom.Input, atom.Audio, atom.Video, atom.Map, atom.Datalist:
		return true
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Tr, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Article, atom.Section, atom.Main, atom.Header, atom.Footer,
		atom.Aside, atom.Nav, atom.Figure, atom.Figcaption, atom.Hr, atom.Address, atom.Form, atom.Fieldset, atom.Details, atom.Summary, atom.Center, atom.Body, atom.Html:
		return true
	}
	return false
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func blockText(list []block) string {
	var b strings.Builder
	for i, l := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// size is how much there is to read, in characters.
func size(list []block) int {
	n := 0
	for _, l := range list {
		n += utf8.RuneCountInString(l.text)
	}
	return n
}
