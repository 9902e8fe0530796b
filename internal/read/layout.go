package read

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// layout is a page's blocks in the boxes that hold them, with what was taken of them for the article.
type layout struct {
	page        []block
	boxes       []box
	taken       []bool
	sums        []sum   // by box, with those in it
	places      []place // by box
	root        int     // the innermost box that holds nearly all that was taken
	first, last int     // the first and the last block taken in it that isn't short
}

// place is where a box stands.
type place struct {
	rooted bool // in the root, or the root
	near   int  // the innermost box around it, or itself, with taken text
	branch int  // the outermost box between that one and this, or -1
	// What is between them, this box included:
	beside bool // a box for something else than an article's text
	quote  bool
	alike  bool // a box of a kind that holds taken text elsewhere
}

// sum counts letters (see extent), those of links in bytes.
type sum struct {
	all, taken, link int
	prose            int // in long sentences
	pictures, heads  int // how many there are of pictures, and of what an article of its own begins with
}

func (s *sum) add(o sum) {
	s.all, s.taken, s.link, s.prose = s.all+o.all, s.taken+o.taken, s.link+o.link, s.prose+o.prose
	s.pictures, s.heads = s.pictures+o.pictures, s.heads+o.heads
}

// takenOf lays out a page of which an extractor took list. It is not ok when the page is hard to recognise in the list.
func takenOf(page []block, boxes []box, list []block) (l *layout, ok bool) {
	l = &layout{page: page, boxes: boxes, sums: make([]sum, len(boxes)), taken: make([]bool, len(page))}
	known, _ := gramsOf(list)
	for i, b := range page {
		n := extent(b.text)
		s := sum{all: n, link: b.link}
		if known.share(b.text) >= 0.5 {
			l.taken[i] = true
			s.taken = n
		}
		switch {
		case isHeading(b.tag) && b.link*2 > len(b.text):
			s.prose = -1000 // it heads another article
		case n >= 80 && b.link*2 < n && isSentence(b.text):
			s.prose = n
		}
		l.sums[b.box].add(s)
	}
	for i := len(boxes) - 1; i > 0; i-- {
		l.sums[i].pictures += boxes[i].pictures
		if a := boxes[i].node.DataAtom; a == atom.H1 || a == atom.Article {
			l.sums[i].heads++
		}
		l.sums[boxes[i].in].add(l.sums[i])
	}
	all := l.sums[0].taken
	whole := 0
	for _, b := range list {
		whole += extent(b.text)
	}
	if all == 0 || all*10 < whole*7 {
		return nil, false
	}
	for i := range boxes {
		if l.sums[i].taken*10 >= all*9 {
			l.root = i // boxes with so much stand in one another
		}
	}
	l.place()
	l.first, l.last = len(page), -1
	for i, b := range page {
		if l.taken[i] && extent(b.text) > 40 && l.places[b.box].rooted {
			l.first, l.last = min(l.first, i), i
		}
	}
	return l, true
}

// place finds the places of the boxes. Each box is looked at once, as a hostile page may have many in one another.
func (l *layout) place() {
	kinds := map[style]bool{}
	for i, b := range l.boxes {
		if i > l.root && l.sums[i].taken > 40 {
			kinds[b.style()] = true
		}
	}
	delete(kinds, style{})
	l.places = make([]place, len(l.boxes))
	for i, b := range l.boxes {
		around := l.places[b.in]
		p := place{rooted: i == l.root || i > l.root && around.rooted, near: i, branch: -1}
		if l.sums[i].taken == 0 {
			p.near, p.branch, p.beside, p.quote, p.alike = around.near, around.branch, around.beside, around.quote, around.alike
			if p.branch < 0 {
				p.branch = i
			}
			switch b.node.DataAtom {
			case atom.Aside, atom.Footer, atom.Nav, atom.Form, atom.Figure, atom.Figcaption, atom.Header, atom.Caption:
				p.beside = true
			case atom.Blockquote:
				p.quote = true
			}
			p.beside = p.beside || b.named(clutterNames)
			p.alike = p.alike || kinds[b.style()]
		}
		l.places[i] = p
	}
}

// dropped tells the boxes whose text is none of the article's, whatever the extractors say.
func (l *layout) dropped() []bool {
	dropped := make([]bool, len(l.boxes))
	for i := 1; i < len(l.boxes); i++ {
		dropped[i] = dropped[l.boxes[i].in] || l.sums[i].taken > 0 && l.sums[i].taken*4 < l.sums[0].taken && l.boxes[i].named(besideNames)
	}
	return dropped
}

// parts tells the boxes in which the text goes on though the extractors left them out: some outlets spread it over several boxes
// of one kind, with something between them.
func (l *layout) parts() []bool {
	parts := make([]bool, len(l.boxes))
	held := make([]int, len(l.boxes)) // what was taken of a box and of the paragraphs right in it
	most := 0
	for i, b := range l.page {
		if l.taken[i] {
			x := b.box
			if b.tag == atom.P || isHeading(b.tag) {
				x = l.boxes[x].in
			}
			if held[x] += extent(b.text); held[x] > held[most] {
				most = x
			}
		}
	}
	classes := strings.Fields(attr(l.boxes[most].node, "class"))
	if len(classes) == 0 || len(classes) > 32 || held[most]*5 < l.sums[0].taken {
		return parts
	}
	for i := 1; i < len(l.boxes); i++ {
		s, p, n := l.sums[i], l.places[i], l.boxes[i].node
		parts[i] = parts[l.boxes[i].in] || s.taken == 0 && !p.beside && l.sums[p.branch].heads == 0 &&
			s.prose >= 80 && s.prose*10 >= s.all*6 && s.link*4 <= s.all && n.Data == l.boxes[most].node.Data && hasClasses(n, classes)
	}
	return parts
}

func hasClasses(n *html.Node, classes []string) bool {
	have := strings.Fields(attr(n, "class"))
	return !slices.ContainsFunc(classes, func(c string) bool { return !slices.Contains(have, c) })
}

// extent is the length of a text in letters, where each character of the scripts that write a syllable or a word in one counts for
// three.
func extent(s string) (n int) {
	for _, r := range s {
		if n++; r >= 0x2e80 {
			n += 2
		}
	}
	return n
}

// isSentence reports whether a text ends as sentences do.
func isSentence(s string) bool {
	s = strings.TrimRight(s, "\"”’'»«“)）」』] ")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？؟।", r)
}
