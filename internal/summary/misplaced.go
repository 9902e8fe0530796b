package summary

import (
	"slices"
	"strings"

	"newsbrief/internal/text"
)

// misplaced finds figures, names, dates and denials that the article has, but not where the claim puts them: where the claim follows
// passages of the article closely, one of those must hold what it says.
func (e *evidence) misplaced(c *statement) []fault {
	if faults := slices.Concat(e.misbound(c), e.misboundEastern(c), e.miscounted(c), e.misquoted(c)); len(faults) > 0 {
		return faults
	}
	best := 0.0
	shares := make([]float64, len(e.passages))
	for i, p := range e.passages {
		shares[i] = follows(c, p)
		best = max(best, shares[i])
	}
	if best < followsOne || len(c.terms) < leastTerms && best < 1 {
		return e.deniedAnyway(c, shares, best)
	}
	var least []fault
	for i, p := range e.passages {
		if shares[i] < best-nearlyAsGood {
			continue
		}
		faults := e.against(c, i, p)
		if len(faults) == 0 {
			return nil
		}
		if least == nil || len(faults) < len(least) {
			least = faults
		}
	}
	return least
}

// deniedWithFigure reports whether another passage denies something of a figure that the claim has.
func (e *evidence) deniedWithFigure(c, p *statement) bool {
	return len(c.denials) > 0 && slices.ContainsFunc(e.passages, func(q *statement) bool {
		return q != p && len(q.denials) > 0 && slices.ContainsFunc(c.figures, func(f figure) bool {
			return !slices.ContainsFunc(p.figures, f.same) && slices.ContainsFunc(q.figures, f.same)
		})
	})
}

// deniedAnyway finds a denial where none of the passages that have something of the claim denies anything.
func (e *evidence) deniedAnyway(c *statement, shares []float64, best float64) []fault {
	if len(c.denials) == 0 || best < leastFollowed {
		return nil
	}
	near := ""
	for i, p := range e.passages {
		if shares[i] < best/2 && !(i > 0 && shares[i-1] >= best/2) {
			continue
		}
		if len(p.denials) > 0 || softens(p, c) || p.undoesAny(c) {
			return nil
		}
		if near == "" || shares[i] == best {
			near = p.text
		}
	}
	return []fault{{kind: Negated, what: c.text, instead: near}}
}

// follows is the share of a claim's words that a passage has.
func follows(c, p *statement) float64 {
	n := 0
	for t := range c.terms {
		if p.terms[t] {
			n++
		}
	}
	return float64(n) / float64(max(len(c.terms), 1))
}

// against compares a claim with a passage that it follows.
func (e *evidence) against(c *statement, at int, p *statement) []fault {
	var around []*statement
	for i := max(0, at-1); i < min(len(e.passages), at+2); i++ {
		if i != at {
			around = append(around, e.passages[i])
		}
	}
	gaps, matched := align(c, p)
	if faults := slices.Concat(e.figuresAgainst(c, p, gaps), e.namesAgainst(c, p, gaps, matched), e.datesAgainst(c, p),
		e.tiedOtherwise(c, p), e.easternAgainst(c, p, gaps, matched)); len(faults) > 0 {
		return faults
	}
	if turned(c, p, around) && !e.deniedWithFigure(c, p) {
		return []fault{{kind: Negated, what: c.text, instead: p.text}}
	}
	if said, there := opposed(c, p); said != "" && (len(c.denials) > 0) == (len(p.denials) > 0) {
		return []fault{{kind: Opposed, what: said, instead: there}}
	}
	return nil
}

// supports reports whether a passage other than p for which holds is true carries the part of the claim around [start, end): it has most
// of the words beside it there.
func (e *evidence) supports(c, p *statement, start, end int, holds func(*statement) bool) bool {
	beside := c.beside(start, end)
	for _, q := range e.passages {
		if q == p || !holds(q) {
			continue
		}
		n, own := 0, 0
		for _, k := range beside {
			if q.has(k) {
				n++
				if !p.has(k) {
					own++
				}
			}
		}
		if n*2 >= len(beside) && (n > 1 || own > 0 || len(beside) == 1) {
			return true
		}
	}
	return false
}

// beside are the words that say something next to [start, end), two on either side.
func (st *statement) beside(start, end int) []string {
	var keys []string
	n := 0
	for i := len(st.tokens) - 1; i >= 0 && n < 2; i-- {
		if t := st.tokens[i]; t.end <= start && !t.stop && t.figure == 0 {
			keys = append(keys, t.key)
			n++
		}
	}
	n = 0
	for _, t := range st.tokens {
		if t.start >= end && !t.stop && t.figure == 0 && n < 2 {
			keys = append(keys, t.key)
			n++
		}
	}
	return keys
}

// datesAgainst finds days and months in the place of the passage's.
func (e *evidence) datesAgainst(c, p *statement) []fault {
	var faults []fault
	day := e.article.Published
	if day.IsZero() {
		day = e.article.Seen
	}
	words := map[string]bool{}
	for _, t := range p.tokens {
		words[t.text] = true
	}
	theirs, _ := deduce(text.Fold(p.text), words, slices.Clone(p.dates), p.base, day)
	for _, d := range c.dates {
		if tells(theirs, d) {
			continue
		}
		left := slices.IndexFunc(p.dates, func(h date) bool {
			return (h.weekday > 0) == (d.weekday > 0) && (h.month > 0) == (d.month > 0) && !tells(c.dates, h)
		})
		if left < 0 {
			continue
		}
		at := strings.Index(c.text, d.text)
		if at < 0 {
			at = 0
		}
		if !e.supports(c, p, at, at+len(d.text), func(q *statement) bool { return tells(q.dates, d) }) {
			faults = append(faults, fault{kind: Dated, what: d.text, instead: p.dates[left].text})
		}
	}
	return faults
}
