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

// Match matches one query against one article. The match carries no topic id. Its score is between 0.5 (all of it in the text)
// and 1 (all of it in the title).
func (q *Query) Match(d Doc) (news.Match, bool) {
	return q.match(newDoc(d))
}

func (q *Query) match(d *doc) (news.Match, bool) {
	if !q.root.eval(d, nil) {
		return news.Match{}, false
	}
	var f finding
	q.root.eval(d, &f)
	score := 0.5
	if f.leaves > 0 {
		score += 0.5 * float64(f.inTitle) / float64(f.leaves)
	}
	return news.Match{Score: score, Words: f.words}, true
}

// finding gathers which leaves were found and how the text writes them.
type finding struct {
	words           []string
	leaves, inTitle int
}

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
			before := *f
			if kid.eval(d, f) {
				found = true
			} else {
				*f = before
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
		return sameLanguage(n.raw, d.tag)
	case fieldSource:
		_, found := d.source.find(d, &n.leaf, n.prefix)
		return found
	}
	in := &d.title
	word, found := in.find(d, &n.leaf, n.prefix)
	if !found && n.field == fieldAny {
		in = &d.body
		word, found = in.find(d, &n.leaf, n.prefix)
	}
	if found && f != nil {
		f.leaves++
		if in == &d.title {
			f.inTitle++
		}
		f.add(in.asWritten(word))
	}
	return found
}

// sameLanguage compares a wanted tag with an article's: the base alone where either says no more.
func sameLanguage(want, tag string) bool {
	if !strings.ContainsAny(want, "-_") || !strings.ContainsAny(tag, "-_") {
		return text.Base(want) == text.Base(tag)
	}
	return strings.EqualFold(strings.ReplaceAll(want, "_", "-"), strings.ReplaceAll(tag, "_", "-"))
}

// asWritten is a folded find as the text writes it, if that can be told.
func (s *section) asWritten(word string) string {
	if strings.Contains(s.text, word) {
		return word
	}
	if i := strings.Index(strings.ToLower(s.text), word); i >= 0 && i+len(word) <= len(s.text) && strings.EqualFold(s.text[i:i+len(word)], word) {
		return s.text[i : i+len(word)]
	}
	return word
}

func (f *finding) add(word string) {
	for _, have := range f.words {
		if have == word {
			return
		}
	}
	f.words = append(f.words, word)
}
