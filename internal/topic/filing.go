package topic

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// place is where a query is filed: the term, and the note of what else must be there.
type place struct {
	term uint32
	also note
}

// file files an entry under the terms that are likely to be offered least.
func (v *vocabulary) file(e *entry) {
	e.vain.Store(0)
	e.tired.Store(false)
	spots := v.spots(e.query.root)
	e.places = make([]place, len(spots))
	for i, s := range spots {
		at := place{term: v.use(s.atom)}
		for k := range at.also {
			if s.also[0] != (atom{}) {
				at.also[k] = v.use(s.also[k])
			}
		}
		e.places[i] = at
		t := &v.terms[at.term]
		t.filed = append(t.filed, under{e, at.also})
	}
}

func (v *vocabulary) unfile(e *entry) {
	for _, at := range e.places {
		t := &v.terms[at.term]
		if i := slices.IndexFunc(t.filed, func(have under) bool { return have.entry == e }); i >= 0 {
			t.filed[i] = t.filed[len(t.filed)-1]
			t.filed[len(t.filed)-1] = under{}
			t.filed = t.filed[:len(t.filed)-1]
		}
		v.drop(at.term)
		for _, also := range at.also {
			if also != 0 {
				v.drop(also)
			}
		}
	}
	e.places = nil
}

// spot is a place before its terms have numbers.
type spot struct {
	atom
	also [2]atom // both empty where nothing is noted
}

// spots returns where to file n: every article that n matches comes to one of them; nil when there are none (an exclusion).
func (v *vocabulary) spots(n *node) []spot {
	switch n.op {
	case opNot:
		return nil
	case opOr:
		var spots []spot
		for _, kid := range n.kids {
			for _, at := range v.spots(kid) {
				if !slices.Contains(spots, at) {
					spots = append(spots, at)
				}
			}
		}
		return spots
	}
	// All of several things must be there: the rarest is where the query is filed, the next is noted.
	var best, next []spot
	bestCost, nextCost := 0, 0
	choose := func(spots []spot) {
		cost := 0
		for _, at := range spots {
			cost += v.cost(at.atom)
		}
		switch {
		case best == nil || cost < bestCost:
			best, next, bestCost, nextCost = spots, best, cost, bestCost
		case next == nil || cost < nextCost:
			next, nextCost = spots, cost
		}
	}
	if n.op == opAnd {
		for _, kid := range n.kids {
			if kid.barren() == nil {
				choose(v.spots(kid))
			}
		}
	} else {
		for _, a := range atoms(n) {
			choose([]spot{{atom: a}})
		}
	}
	if len(next) > 0 && len(next) <= len(note{}) {
		for i := range best {
			if best[i].also[0] == (atom{}) {
				best[i].also = [2]atom{next[0].atom, next[len(next)-1].atom}
			}
		}
	}
	return best
}

// cost guesses how common a term is: by how often articles have had it, and before that by what it looks like.
func (v *vocabulary) cost(a atom) int {
	common := 1
	switch a.kind {
	case atomWord:
		switch n := utf8.RuneCountInString(a.word); {
		case v.stopword(a.word):
			common = 1000
		case n <= 4 && a.word[0] < utf8.RuneSelf:
			common = 12 - 2*n
		}
	case atomPrefix:
		common = max(1, 300>>(2*(utf8.RuneCountInString(a.word)-1)))
	case atomChar:
		common = 50
	case atomTitle:
		common = 2
	case atomSource:
		common = 200
	case atomLang:
		common = 100_000
	}
	return common + 16*int(v.terms[v.byAtom[a]].offered) // of the term 0 when there is none yet
}

func (v *vocabulary) stopword(word string) bool {
	for lang := range v.langs {
		if text.Stopword(word, lang) {
			return true
		}
	}
	return false
}

// atoms returns those of which an article that the leaf matches has all.
func atoms(n *node) []atom {
	switch n.field {
	case fieldLang:
		return []atom{{atomLang, text.Base(n.raw)}}
	case fieldSource:
		if n.prefix || n.leaf.solids != nil {
			return []atom{{kind: atomSource}}
		}
		return []atom{{atomSource, n.leaf.parts[0]}}
	}
	if n.leaf.solid {
		return pairs(n.leaf.simple)
	}
	var list []atom
	for i, part := range n.leaf.parts {
		switch {
		case n.leaf.solids != nil && n.leaf.solids[i]:
			list = append(list, pairs(Simplify(part))...)
		case n.prefix && n.leaf.solids == nil:
			runes := []rune(part)
			list = append(list, atom{atomPrefix, string(runes[:min(prefixLetters, len(runes))])})
		case n.field == fieldTitle:
			list = append(list, atom{atomTitle, part})
		default:
			list = append(list, atom{atomWord, part})
		}
	}
	return list
}

// pairs cuts words of solid scripts, parted by line breaks, into their neighbouring characters.
func pairs(s string) []atom {
	var list []atom
	for word := range strings.SplitSeq(s, "\n") {
		runes := []rune(word)
		if len(runes) == 1 {
			list = append(list, atom{atomChar, word})
		}
		for i := range runes[1:] {
			list = append(list, atom{atomPair, string(runes[i : i+2])})
		}
	}
	return list
}
