package summary

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// namesAgainst finds names that stand where the passage has others.
func (e *evidence) namesAgainst(c, p *statement, gaps []gap, matched float64) []fault {
	var faults []fault
	within := func(name string, st *statement) bool {
		for _, w := range e.nameWords(name, c.base) {
			if !slices.ContainsFunc(st.tokens, func(t token) bool {
				return t.text == w || t.key == stemOf(w, c.base) || inflects(t.text, w, c.base) || c.base == "de" && compound(t.text, w)
			}) && !samePlaceIn(w, st, c.base) {
				return false
			}
		}
		return true
	}
	var left []string // names of the passage that the claim leaves out
	for _, n := range p.names {
		if cased(n.Text) && len(e.nameWords(n.Text, c.base)) > 0 && !within(n.Text, c) && !partly(e.nameWords(n.Text, c.base), c) &&
			!slices.ContainsFunc(c.names, func(m text.Name) bool { return e.sameName(m.Text, n.Text, c.base) }) {
			left = append(left, n.Text)
		}
	}
	if len(left) > 0 {
		for _, n := range c.names {
			if !cased(n.Text) || within(n.Text, p) || e.abbreviated(n.Text) || slices.ContainsFunc(left, func(l string) bool { return e.sameName(n.Text, l, c.base) }) {
				continue
			}
			for _, l := range left {
				if sameSlot(c, p, n.Start, n.End, l) && !demonym(n.Text, c.base) && !e.supports(c, p, n.Start, n.End, func(q *statement) bool { return within(n.Text, q) }) {
					faults = append(faults, fault{kind: Named, what: n.Text, instead: l})
					break
				}
			}
		}
		if first := c.newFirst(e); first != "" && len(faults) == 0 {
			for _, l := range left {
				if c.base != "de" || sameSlot(c, p, 0, len(first), l) {
					faults = append(faults, fault{kind: Named, what: first, instead: l})
					break
				}
			}
		}
	}
	// Names in each other's place: of two that both sentences have, both must have changed theirs.
	var changed []fault
	for gi, g := range gaps {
		mine, theirs := c.namesAmong(g.cFrom, g.cTo), p.namesAmong(g.pFrom, g.pTo)
		if !c.onlyEntities(g.cFrom, g.cTo) || !p.onlyEntities(g.pFrom, g.pTo) || matched < 0.75 && !c.held(g) {
			continue
		}
		var new, gone []string
		for _, k := range mine {
			if n := c.names[k].Text; !slices.ContainsFunc(theirs, func(j int) bool { return e.sameName(n, p.names[j].Text, c.base) }) {
				new = append(new, n)
			}
		}
		for _, k := range theirs {
			if n := p.names[k].Text; !slices.ContainsFunc(mine, func(j int) bool { return e.sameName(n, c.names[j].Text, c.base) }) {
				gone = append(gone, n)
			}
		}
		if len(new) == 0 || len(gone) == 0 || e.listed(c, p, gaps, gi) {
			continue
		}
		a, b := new[0], gone[0]
		if !within(a, p) && (demonym(b, c.base) && !demonym(a, c.base) || !within(b, c) && matched < 0.5) {
			continue
		}
		f := fault{kind: Named, what: a, instead: b}
		if within(a, p) && within(b, c) && (caseKept(c, p, a) || caseKept(p, c, b)) {
			continue
		}
		if within(a, p) && within(b, c) {
			changed = append(changed, f)
		} else {
			faults = append(faults, f)
		}
	}
	if len(changed) > 1 {
		faults = append(faults, changed...)
	}
	if len(faults) == 0 {
		faults = e.exchanged(c, p, gaps)
	}
	return faults
}

// exchanged finds two names of which each stands, right beside a word that both statements have, where the passage has the other.
func (e *evidence) exchanged(c, p *statement, gaps []gap) []fault {
	type pair struct {
		gap          int
		mine, theirs string
		small        bool // the word beside it says little
	}
	var pairs []pair
	add := func(i, k, j, beside int) {
		if k < 0 || j < 0 || k >= len(c.tokens) || j >= len(p.tokens) || c.tokens[k].name == 0 || p.tokens[j].name == 0 {
			return
		}
		a, b := c.names[c.tokens[k].name-1].Text, p.names[p.tokens[j].name-1].Text
		if !e.sameName(a, b, c.base) && len(e.nameWords(a, c.base)) > 0 && len(e.nameWords(b, c.base)) > 0 {
			pairs = append(pairs, pair{i, a, b, c.tokens[beside].stop})
		}
	}
	for i, g := range gaps {
		if g.cFrom < g.cTo && g.pFrom < g.pTo {
			if g.cFrom > 0 && g.pFrom > 0 {
				add(i, g.cFrom, g.pFrom, g.cFrom-1)
			}
			if g.cTo < len(c.tokens) && g.pTo < len(p.tokens) {
				add(i, g.cTo-1, g.pTo-1, g.cTo)
			}
		}
	}
	for _, x := range pairs {
		for _, y := range pairs {
			if x.gap < y.gap && !(x.small && y.small) && e.sameName(x.mine, y.theirs, c.base) && e.sameName(x.theirs, y.mine, c.base) &&
				!e.joined(c, gaps[x.gap].cTo, gaps[y.gap].cFrom) && !caseKept(c, p, x.mine) && !caseKept(c, p, y.mine) {
				return []fault{{kind: Named, what: x.mine, instead: x.theirs}, {kind: Named, what: y.mine, instead: y.theirs}}
			}
		}
	}
	return nil
}

// caseKept reports whether a name has the same ending or article in both statements, in a language whose words may change places because
// these say who does what to whom.
func caseKept(c, p *statement, name string) bool {
	words := text.Words(name, "")
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1].Text
	find := func(st *statement) int {
		return slices.IndexFunc(st.tokens, func(t token) bool { return t.text == last })
	}
	switch c.base {
	case "ru":
		r, _ := utf8.DecodeLastRuneInString(last)
		return strings.ContainsRune("аяуюы", r) && find(p) >= 0
	case "de":
		article := func(st *statement) string {
			for k := find(st) - 1; k >= 0 && k >= find(st)-4; k-- {
				if t := st.tokens[k]; isArticle(t.text, "de") {
					return t.text
				}
			}
			return ""
		}
		return find(p) >= 0 && article(p) != "" && article(p) == article(c)
	}
	return false
}

// sameSlot reports whether a piece of the claim stands beside a word that a name stands beside in the passage.
func sameSlot(c, p *statement, start, end int, name string) bool {
	at := strings.Index(p.text, name)
	if at < 0 {
		return false
	}
	mine, theirs := c.around(start, end), p.around(at, at+len(name))
	return slices.ContainsFunc(mine, func(k string) bool { return slices.Contains(theirs, k) })
}

// around are the nearest words before and behind a piece of the text that say something, at most three words away.
func (st *statement) around(start, end int) []string {
	first, last := -1, len(st.tokens)
	for i, t := range st.tokens {
		if t.end <= start {
			first = i
		}
		if t.start >= end {
			last = i
			break
		}
	}
	var keys []string
	look := func(i, step int) {
		for n := 0; n < 3 && i >= 0 && i < len(st.tokens); n++ {
			if t := st.tokens[i]; (!t.stop || t.key == "say") && !t.entity() && !isRole(t.text, st.base) {
				keys = append(keys, t.key)
				return
			}
			i += step
		}
	}
	look(first, -1)
	look(last, 1)
	return keys
}

// partly reports whether one of the words of a name is in the statement.
func partly(words []string, st *statement) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(st.tokens, func(t token) bool { return t.text == w || inflects(t.text, w, st.base) })
	})
}

// listed reports whether the names of a gap and of the one beside it are but joined by "and", so that their order says nothing.
func (e *evidence) listed(c, p *statement, gaps []gap, i int) bool {
	joins := func(from, to int) bool {
		if to <= from {
			return false
		}
		for _, t := range c.tokens[from:to] {
			if !isJoint(t.text, c.base) {
				return false
			}
		}
		return true
	}
	swapped := func(k int) bool {
		mine, theirs := c.namesAmong(gaps[k].cFrom, gaps[k].cTo), p.namesAmong(gaps[i].pFrom, gaps[i].pTo)
		return len(mine) > 0 && len(theirs) > 0 && e.sameName(c.names[mine[len(mine)-1]].Text, p.names[theirs[0]].Text, c.base)
	}
	return i > 0 && joins(gaps[i-1].cTo, gaps[i].cFrom) && swapped(i-1) || i+1 < len(gaps) && joins(gaps[i].cTo, gaps[i+1].cFrom) && swapped(i+1)
}

// newFirst is a first word of the statement that no capital proves to be a name, but that the article doesn't have and that is no common
// word either.
func (st *statement) newFirst(e *evidence) string {
	if len(st.tokens) == 0 {
		return ""
	}
	t := st.tokens[0]
	if t.name > 0 || !t.capital || t.stop || t.figure > 0 || e.knows(t.text, st, true) || len(t.text) < 3 || looksCommon(t.text, st.base) {
		return ""
	}
	return st.text[t.start:t.end]
}
