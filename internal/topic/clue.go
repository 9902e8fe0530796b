package topic

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// Clue is what every article that a query matches has, so that an archive can tell which ones are worth a look. The zero Clue tells
// nothing.
type Clue struct {
	All, Any []Clue // all of these; one of these

	Words  string // a word in any inflection; of a script without spaces, and of Hangul, a part of what is written
	Prefix bool   // words that begin so
	In     Place  // InText stands for title and text
	Leaf   *Query // the word as a query of its own, where In is InSource
}

// Clue is that of the query.
func (q *Query) Clue() Clue { return q.root.clue() }

func (c Clue) empty() bool { return c.All == nil && c.Any == nil && c.Words == "" }

func (n *node) clue() Clue {
	switch n.op {
	case opAnd:
		var all []Clue
		for _, kid := range n.kids {
			if c := kid.clue(); !c.empty() {
				all = append(all, c)
			}
		}
		return Clue{All: all}
	case opOr:
		var any []Clue
		for _, kid := range n.kids {
			c := kid.clue()
			if c.empty() {
				return Clue{}
			}
			any = append(any, c)
		}
		return Clue{Any: any}
	case opNot:
		return Clue{}
	}
	in := InText
	switch n.field {
	case fieldLang:
		return Clue{Words: n.raw, In: InLanguage}
	case fieldSource:
		return Clue{Words: n.raw, In: InSource, Leaf: &Query{root: n}}
	case fieldTitle:
		in = InTitle
	}
	switch l := &n.leaf; {
	case l.solid:
		return solidClue(l.folded, in)
	case n.prefix && !l.mixed():
		return Clue{Words: l.parts[0], Prefix: true, In: in}
	default:
		var all []Clue
		for i, part := range l.parts {
			if l.solids != nil && l.solids[i] {
				all = append(all, solidClue(part, in))
			} else {
				all = append(all, Clue{Words: part, In: in})
			}
		}
		return Clue{All: all}
	}
}

// solidClue is that of a run of characters. From loose characters on they may be apart, but all of them are there.
func solidClue(folded string, in Place) Clue {
	if utf8.RuneCountInString(folded) >= loose {
		var all []Clue
		for _, r := range folded {
			all = append(all, solidClue(string(r), in))
		}
		return Clue{All: all}
	}
	written := []string{""}
	for _, r := range folded {
		var longer []string
		for _, begun := range written {
			for _, v := range variants(r) {
				longer = append(longer, begun+string(v))
			}
		}
		written = longer
	}
	var any []Clue
	for _, w := range written {
		any = append(any, Clue{Words: w, In: in})
	}
	if len(any) == 1 {
		return any[0]
	}
	return Clue{Any: any}
}

// variants are the characters that one character is compared as equal to, itself among them.
func variants(r rune) []rune {
	simple, _ := utf8.DecodeRuneInString(Simplify(string(r)))
	all := append([]rune{simple}, traditional()[simple]...)
	if !slices.Contains(all, r) {
		all = append(all, r)
	}
	return all
}

// traditional are the other characters of each simplified one.
var traditional = sync.OnceValue(func() map[rune][]rune {
	of := map[rune][]rune{}
	for i, simple := range simplified() {
		if simple != 0 {
			of[rune(simple)] = append(of[rune(simple)], rune(firstHan+i))
		}
	}
	return of
})
