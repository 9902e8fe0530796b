package read

import "golang.org/x/net/html/atom"

// restore returns the article's blocks as they stand on the page, given the list that one extractor took. Extractors lose
// paragraphs that look unlike the others and take in what outlets put between them; where a block stands tells which is which.
// What another extractor took counts as a second opinion.
func restore(page []block, boxes []box, list, other []block, title string) []block {
	l, ok := takenOf(page, boxes, list)
	if !ok {
		return list
	}
	second, _ := gramsOf(other)
	dropped, parts := l.dropped(), l.parts()
	var kept []block
	for i, b := range page {
		if !dropped[b.box] && (l.taken[i] || parts[b.box] || l.belongs(i, second)) {
			kept = append(kept, b)
		}
	}
	return trim(kept, title)
}

// belongs reports whether a block that wasn't taken stands in the article as its paragraphs do.
func (l *layout) belongs(i int, second grams) bool {
	b := l.page[i]
	p := l.places[b.box]
	if !p.rooted || p.beside {
		return false
	}
	n := extent(b.text)
	between := l.first < i && i < l.last
	linked := b.link*2 > len(b.text)
	sentence := n >= 60 && isSentence(b.text)
	if l.sums[p.near].taken*10 < l.sums[0].taken*3 {
		return i < l.last && (between || sentence) && n >= 100 && !linked && second.share(b.text) >= 0.5
	}
	switch {
	case p.quote && between:
		return n > 20 // also a post of somebody, which is mostly links
	case p.branch < 0:
		return n > 20 && !linked
	}
	branch := l.sums[p.branch]
	switch {
	case branch.link*2 > branch.all:
		return false
	case i < l.first && n <= 80 && !sentence, i > l.last && (!sentence || bio.MatchString(b.text)):
		return false
	}
	switch l.boxes[p.branch].node.DataAtom {
	case atom.P, atom.Blockquote, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Pre, atom.Table, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	if p.alike && sentence && b.tag != atom.Div && b.tag != atom.Span {
		return true
	}
	return branch.all > 500 && branch.link*20 < branch.all && branch.pictures == 0 // a box of facts
}
