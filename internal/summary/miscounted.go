package summary

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// miscounted finds figures of which the claim says what the article says of others, wherever these stand.
func (e *evidence) miscounted(c *statement) []fault {
	var faults []fault
	for i, f := range c.figures {
		if there, ok := e.otherCount(c, i); ok {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: there})
		}
		if there, ok := e.otherAge(c, i); ok {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: there})
		}
		if there, ok := e.otherSaid(c, i); ok {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: there})
		}
	}
	return faults
}

// otherCount returns how many the article has of what a figure counts, when that is never as many: "71,000 jobs".
func (e *evidence) otherCount(c *statement, i int) (there string, ok bool) {
	f, counted := c.figures[i], c.countedBy(i)
	if counted == "" || f.year || f.both || f.unit != "" {
		return "", false
	}
	for _, q := range e.passages {
		for k, g := range q.figures {
			if g.year || q.countedBy(k) != counted {
				continue
			}
			if f.same(g) {
				return "", false
			}
			if there == "" {
				there = g.text
			}
		}
		if slices.ContainsFunc(q.figures, f.same) && (q.has(counted) || follows(c, q) >= leastFollowed) {
			return "", false
		}
	}
	return there, there != ""
}

// otherAge returns the age that the article gives the one whose age a figure is; ok is true too where only others are of that age.
func (e *evidence) otherAge(c *statement, i int) (there string, ok bool) {
	name := c.agedBy(i)
	if name == "" {
		return "", false
	}
	for _, q := range e.passages {
		for k, g := range q.figures {
			switch n := q.agedBy(k); {
			case n == name && c.figures[i].same(g):
				return "", false
			case n == name:
				there, ok = g.text, true
			case n != "" && c.figures[i].same(g):
				ok = true
			}
		}
	}
	return there, ok
}

// otherSaid returns the figure of which the article says what the claim says of one that stands in the same sentence there:
// "71,000 were electric".
func (e *evidence) otherSaid(c *statement, i int) (there string, ok bool) {
	f, said := c.figures[i], c.saidOf(i)
	if said == "" {
		return "", false
	}
	for _, q := range e.passages {
		for k, g := range q.figures {
			if q.saidOf(k) != said {
				continue
			}
			if f.same(g) {
				return "", false
			}
			if slices.ContainsFunc(q.figures, f.same) {
				there = g.text
			}
		}
	}
	return there, there != ""
}

// anyone are words for people that could each be another one.
var anyone = map[string]bool{"people": true, "persons": true, "men": true, "women": true, "menschen": true, "personen": true, "leute": true, "personnes": true, "personas": true, "pessoas": true, "человек": true, "людей": true, "명의": true, "others": true}

// countedBy is the word behind a figure: what is counted.
func (st *statement) countedBy(i int) string {
	if k := st.figures[i].next; k < len(st.tokens) {
		t := st.tokens[k]
		if t.stop || t.entity() || utf8.RuneCountInString(t.text) < 2 || anyone[t.text] || st.base == "ko" && strings.HasPrefix(t.text, "명") {
			return ""
		}
		return t.key
	}
	return ""
}

// agedBy is the name whose age a figure between commas is: "Rin Aoki, 19, won".
func (st *statement) agedBy(i int) string {
	f := st.figures[i]
	if f.unit != "" || f.year || len(f.value) > 3 {
		return ""
	}
	before, after := strings.TrimRight(st.text[:f.start], " "), strings.TrimLeft(st.text[f.end:], " ")
	if !strings.HasSuffix(before, ",") || after != "" && after[0] != ',' && after[0] != '.' && after[0] != ';' {
		return ""
	}
	for k := f.next - 1; k >= 0; k-- {
		if t := st.tokens[k]; t.figure != i+1 {
			if t.capital && t.end == len(strings.TrimRight(strings.TrimSuffix(before, ","), " ")) {
				return t.text
			}
			break
		}
	}
	return ""
}

// saidOf are the two words behind a figure, if one of them says something.
func (st *statement) saidOf(i int) string {
	if k := st.figures[i].next; k < len(st.tokens) {
		t := st.tokens[k]
		if k+1 >= len(st.tokens) || st.clauseEnds(k, k+1) || t.entity() || st.tokens[k+1].entity() || t.stop && st.tokens[k+1].stop || anyone[st.tokens[k+1].text] || !cased(t.text) {
			return ""
		}
		return t.key + " " + st.tokens[k+1].key
	}
	return ""
}

// figuresAgainst finds figures that the passage has not, or has elsewhere.
func (e *evidence) figuresAgainst(c, p *statement, gaps []gap) []fault {
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

// tiedOtherwise finds a figure in one part of the claim with a name that the passage has with another figure, while it has this one with
// another name: "Ash fell 4 percent while Birch rose 17".
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

// segments are the clauses of a statement, parted besides at the words that set one thing against another.
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

// contrasts are the words that set one thing against another.
var contrasts = map[string]bool{"while": true, "whereas": true, "but": true, "während": true, "aber": true, "tandis": true, "mais": true, "mientras": true, "pero": true, "enquanto": true, "mas": true, "а": true, "но": true}
