package topic

import (
	"slices"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Doc is the article to be matched. Language is BCP 47; when it is empty the text decides.
type Doc struct {
	Title, Text, Source, Language string
}

// Found is a word or phrase that speaks for a topic, and where the article has it.
type Found struct {
	Word       string // as it is written there
	In         Place
	Start, End int // where in it, in bytes; 0 and 0 for InLanguage
}

// Place is a part of an article.
type Place uint8

const (
	InTitle Place = iota
	InText
	InSource
	InLanguage
)

// Match matches one query against one article. The match carries no topic id. Its score is between 0.5 (all of it in the text)
// and 1 (all of it in the title).
func (q *Query) Match(d Doc) (news.Match, bool) {
	p := newDoc(d)
	defer p.release()
	return q.match(p)
}

// Find says what of a query an article has, each word or phrase where it stands first, and whether the query matches. Without a match
// there is nothing to say; Missing tells why.
func (q *Query) Find(d Doc) ([]Found, bool) {
	p := newDoc(d)
	defer p.release()
	if !q.root.eval(p, nil) {
		return nil, false
	}
	var f finding
	q.root.eval(p, &f)
	return f.found, true
}

func (q *Query) match(d *doc) (news.Match, bool) {
	if !q.root.eval(d, nil) {
		return news.Match{}, false
	}
	var f finding
	q.root.eval(d, &f)
	return matchOf(f.found, nil), true
}

// matchOf puts its words into memory as far as that reaches.
func matchOf(all []Found, memory []string) news.Match {
	m := news.Match{Score: 0.5}
	words := memory[:0]
	leaves, inTitle := 0, 0
	for _, found := range all {
		switch found.In {
		case InTitle:
			inTitle++
		case InText:
		default:
			continue
		}
		leaves++
		if !slices.Contains(words, found.Word) {
			words = append(words, found.Word)
		}
	}
	if len(words) > 0 {
		m.Words = slices.Clip(words)
	}
	if leaves > 0 {
		m.Score += 0.5 * float64(inTitle) / float64(leaves)
	}
	return m
}

// finding gathers what was found.
type finding struct{ found []Found }

// eval reports whether the node is true of the article, and what was found when f is not nil.
func (n *node) eval(d *doc, f *finding) bool {
	switch n.op {
	case opAnd:
		for _, kid := range n.kids {
			if !kid.eval(d, f) {
				return false
			}
		}
		return true
	case opOr:
		if f == nil {
			return slices.ContainsFunc(n.kids, func(kid *node) bool { return kid.eval(d, nil) })
		}
		found := false
		for _, kid := range n.kids { // all of them: each found word helps to explain
			before := len(f.found)
			if kid.eval(d, f) {
				found = true
			} else {
				f.found = f.found[:before]
			}
		}
		return found
	case opNot:
		return !n.kids[0].eval(d, nil)
	}
	return n.find(d, f)
}

func (n *node) find(d *doc, f *finding) bool {
	switch n.field {
	case fieldLang:
		found := sameLanguage(n.raw, d.tag)
		if found && f != nil {
			f.found = append(f.found, Found{Word: d.tag, In: InLanguage})
		}
		return found
	case fieldSource:
		return n.findIn(&d.source, InSource, f)
	case fieldTitle:
		return n.findIn(&d.title, InTitle, f)
	}
	return n.findIn(&d.title, InTitle, f) || n.findIn(&d.body, InText, f)
}

func (n *node) findIn(s *section, in Place, f *finding) bool {
	var start, end int
	var ok bool
	if n.plain != 0 {
		start, end, ok = s.findPlain(n.plain, &n.leaf)
	} else {
		start, end, ok = s.find(&n.leaf, n.prefix)
	}
	if ok && f != nil {
		f.found = append(f.found, Found{s.text[start:end], in, start, end})
	}
	return ok
}

// sameLanguage compares a wanted tag with an article's: the base alone where either says no more.
func sameLanguage(want, tag string) bool {
	if !strings.ContainsAny(want, "-_") || !strings.ContainsAny(tag, "-_") {
		return text.Base(want) == text.Base(tag)
	}
	return strings.EqualFold(strings.ReplaceAll(want, "_", "-"), strings.ReplaceAll(tag, "_", "-"))
}
