package summary

import (
	"slices"
)

func (e *evidence) figuresAgainst(c, p *statement, around []*statement, gaps []gap) []fault {
	var faults []fault
	has := func(st *statement, f figure) bool {
		return slices.ContainsFunc(st.figures, func(g figure) bool { return f.same(g) })
	}
	count := func(st *statement, f figure) int {
		n := 0
		for _, g := range st.figures {
			if f.same(g) {
				n++
			}
		}
		return n
	}
	for i, f := range c.figures {
		if f.both {
			continue
		}
		if f.value == "1/2" && slices.ContainsFunc(p.figures, func(g figure) bool { return g.unit == "%" && g.value > "44" && g.value < "56" }) {
			continue
		}
		var left *figure // of the passage and its kind, that the claim leaves out
		for k, g := range p.figures {
			if !has(c, g) && (g.unit == f.unit || comparable(f.unit, g.unit) && !f.year && !g.year && f.unit != ordinal && g.unit != ordinal) && f.year == g.year {
				left = &p.figures[k]
				break
			}
		}
		if left == nil {
			continue
		}
		if has(p, f) {
			if count(c, f) > count(p, f) && slices.IndexFunc(c.figures, f.same) < i { // said twice, once in place of another
				faults = append(faults, fault{kind: Figure, what: f.text, instead: left.text})
			}
			continue
		}
		if !e.supports(c, p, f.start, f.end, func(q *statement) bool { return has(q, f) }) {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: left.text})
		}
	}
	// Figures that have changed places.
	for _, g := range gaps {
		for _, i := range c.figuresAmong(g.cFrom, g.cTo) {
			f := c.figures[i]
			there := p.figuresAmong(g.pFrom, g.pTo)
			if len(there) == 0 || slices.ContainsFunc(there, func(k int) bool { return f.same(p.figures[k]) }) {
				continue
			}
			h := p.figures[there[0]]
			if len(there) == 1 && f.value != "1/2" && comparable(f.unit, h.unit) && c.bare(g.cFrom, g.cTo) && p.bare(g.pFrom, g.pTo) {
				faults = append(faults, fault{kind: Figure, what: f.text, instead: h.text})
			}
		}
	}
	return faults
}

func (e *evidence) tiedOtherwise(c, p *statement) []fault {
	type tie struct {
		name string
		in   span
	}
	ties := func(st *statement) []tie {
		var list []tie
		for _, in := range st.segments() {
			if names := st.namesAmong(in.from, in.to); len(names) == 1 && len(e.nameWords(st.names[names[0]].Text, c.base)) > 0 {
				list = append(list, tie{st.names[names[0]].Text, in})
			}
		}
		return list
	}
	mine, theirs := ties(c), ties(p)
	if len(mine) < 2 || len(theirs) < 2 {
		return nil
	}
	for _, t := range mine {
		for _, i := range c.figuresAmong(t.in.from, t.in.to) {
			f := c.figures[i]
			own, other := "", false
			for _, u := range theirs {
				for _, k := range p.figuresAmong(u.in.from, u.in.to) {
					switch g := p.figures[k]; {
					case e.sameName(t.name, u.name, c.base) && f.same(g):
						return nil
					case e.sameName(t.name, u.name, c.base) && f.unit == g.unit:
						own = g.text
					case f.same(g):
						other = true
					}
				}
			}
			if own != "" && other {
				return []fault{{kind: Figure, what: f.text, instead: own}}
			}
		}
	}
	return nil
}

func (st *statement) segments() []span {
	var list []span
	for _, in := range st.clauses() {
		from := in.from
		for k := in.from + 1; k < in.to; k++ {
			if isJoint(st.tokens[k].text, st.base) && !isArticle(st.tokens[k].text, st.base) || contrasts[st.tokens[k].text] {
				list = append(list, span{from, k})
				from = k
			}
		}
		list = append(list, span{from, in.to})
	}
	return list
}

var contrasts = map[string]bool{"while": true, "whereas": true, "but": true, "während": true, "aber": true, "tandis": true, "mais": true, "mientras": true, "pero": true, "enquanto": true, "mas": true, "а": true, "но": true}
