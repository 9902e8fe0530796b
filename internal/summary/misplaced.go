package summary

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

func itoa(n int) string { return strconv.Itoa(n) }

// misplaced finds figures, names, dates and denials that the article has, but not where the claim puts them: where the claim follows
// passages of the article closely, one of those must hold what it says.
func (e *evidence) misplaced(c *statement) []fault {
	if faults := slices.Concat(e.misbound(c), e.misboundEastern(c), e.misquoted(c)); len(faults) > 0 {
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
		faults := e.against(c, i, p, shares[i])
		if len(faults) == 0 {
			return nil
		}
		if least == nil || len(faults) < len(least) {
			least = faults
		}
	}
	return least
}

// misquoted finds a quotation with the name of someone who is not named near it in the article, where others are.
func (e *evidence) misquoted(c *statement) []fault {
	for _, q := range quotes(c.text) {
		said := squeeze(q)
		if strings.Count(said, " ") < 2 {
			continue
		}
		outside := newStatement(strings.Replace(c.text, q, " ", 1), c.base)
		outside.nameFirst(e.caps)
		for i, p := range e.passages {
			if !strings.Contains(squeeze(p.text), said) {
				continue
			}
			near := e.passages[max(0, i-1) : i+1]
			mine, other := "", ""
			for _, n := range outside.names {
				if len(e.nameWords(n.Text, c.base)) == 0 || placeWord(text.Fold(n.Text), c.base) {
					continue
				}
				if slices.ContainsFunc(near, func(q *statement) bool { return partly(e.nameWords(n.Text, c.base), q) }) {
					return nil
				}
				mine = n.Text
			}
			for _, n := range p.names {
				if cased(n.Text) && len(e.nameWords(n.Text, c.base)) > 0 {
					other = n.Text
				}
			}
			if mine != "" && other != "" {
				return []fault{{kind: Named, what: mine, instead: other}}
			}
		}
	}
	return nil
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
func (e *evidence) against(c *statement, at int, p *statement, share float64) []fault {
	var around []*statement
	for i := max(0, at-1); i < min(len(e.passages), at+2); i++ {
		if i != at {
			around = append(around, e.passages[i])
		}
	}
	gaps, matched := align(c, p)
	var faults []fault
	faults = append(faults, e.figuresAgainst(c, p, around, gaps)...)
	faults = append(faults, e.namesAgainst(c, p, around, gaps, matched)...)
	faults = append(faults, e.datesAgainst(c, p)...)
	faults = append(faults, e.easternAgainst(c, p, gaps, matched)...)
	if len(faults) > 0 {
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

// figuresAgainst finds figures that the passage has not, or has elsewhere.
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

// namesAgainst finds names that stand where the passage has others.
func (e *evidence) namesAgainst(c, p *statement, around []*statement, gaps []gap, matched float64) []fault {
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
			faults = append(faults, fault{kind: Named, what: first, instead: left[0]})
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
	return faults
}

// caseKept reports whether a name has the same ending or article in both statements, in a language whose words may change places
// because these say who does what to whom.
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

// sameSlot reports whether a piece of the claim stands beside the same words as a name does in the passage.
func sameSlot(c, p *statement, start, end int, name string) bool {
	at := strings.Index(p.text, name)
	if at < 0 {
		return false
	}
	mine, theirs := c.around(start, end), p.around(at, at+len(name))
	return slices.ContainsFunc(mine, func(k string) bool { return slices.Contains(theirs, k) })
}

// around are the nearest words before and behind a piece of the text that say something, at most three words away and in its clause.
func (st *statement) around(start, end int) []string {
	var keys []string
	first, last := -1, -1
	for i, t := range st.tokens {
		if t.end <= start {
			first = i
		}
		if t.start >= end && last < 0 {
			last = i
		}
	}
	for i := first; i >= 0 && i > first-3; i-- {
		if t := st.tokens[i]; (!t.stop || t.key == "say") && !t.entity() && !isRole(t.text, st.base) {
			keys = append(keys, t.key)
			break
		}
	}
	for i := last; i >= 0 && i < len(st.tokens) && i < last+3; i++ {
		if t := st.tokens[i]; (!t.stop || t.key == "say") && !t.entity() && !isRole(t.text, st.base) {
			keys = append(keys, t.key)
			break
		}
	}
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

// newFirst is a first word of the claim that no capital proves to be a name, but that the article doesn't have and that is no common
// word either.
func (st *statement) newFirst(e *evidence) string {
	if len(st.tokens) == 0 || st.base == "de" {
		return ""
	}
	t := st.tokens[0]
	if t.name > 0 || !t.capital || t.stop || t.figure > 0 || e.knows(t.text, st, true) || len(t.text) < 3 || looksCommon(t.text, st.base) {
		return ""
	}
	return st.text[t.start:t.end]
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

// misbound finds what a claim ties together that the article ties otherwise: a name to what the person is ("Judge Okello"), a figure to
// what is counted ("71,000 jobs").
func (e *evidence) misbound(c *statement) []fault {
	var faults []fault
	for i, t := range c.tokens {
		if c.headed || !bindsRole(t.text, c.base) {
			continue
		}
		name := c.nameBeside(i)
		if name == "" {
			continue
		}
		if other := e.holderOf(c, t, name); other != "" {
			faults = append(faults, fault{kind: Named, what: c.text[t.start:t.end] + " " + name, instead: other})
		}
	}
	for i, f := range c.figures {
		if f.year || f.both || f.unit != "" {
			continue
		}
		counted := c.countedBy(i)
		if counted == "" {
			continue
		}
		var other *figure
		fits := false
		for _, q := range e.passages {
			for k, g := range q.figures {
				if g.year || q.countedBy(k) != counted {
					continue
				}
				if f.same(g) {
					fits = true
				} else if other == nil {
					other = &q.figures[k]
				}
			}
			if !fits && slices.ContainsFunc(q.figures, f.same) && (q.has(counted) || follows(c, q) >= leastFollowed) {
				fits = true
			}
		}
		if other != nil && !fits {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: other.text})
		}
	}
	for i, f := range c.figures {
		name := c.agedBy(i)
		if name == "" {
			continue
		}
		var other *figure
		fits, elsewhere := false, false
		for _, q := range e.passages {
			for k := range q.figures {
				switch n := q.agedBy(k); {
				case n == name && f.same(q.figures[k]):
					fits = true
				case n == name:
					other = &q.figures[k]
				case n != "" && f.same(q.figures[k]):
					elsewhere = true
				}
			}
		}
		if !fits && (other != nil || elsewhere) {
			said := ""
			if other != nil {
				said = other.text
			}
			faults = append(faults, fault{kind: Figure, what: name + ", " + f.text, instead: said})
		}
	}
	for i, f := range c.figures {
		said := c.saidOf(i)
		if said == "" {
			continue
		}
		var other *figure
		fits := false
		for _, q := range e.passages {
			for k, g := range q.figures {
				if q.saidOf(k) != said {
					continue
				}
				if f.same(g) {
					fits = true
				} else if slices.ContainsFunc(q.figures, f.same) {
					other = &q.figures[k]
				}
			}
		}
		if other != nil && !fits {
			faults = append(faults, fault{kind: Figure, what: f.text, instead: other.text})
		}
	}
	return faults
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

// saidOf are the two words behind a figure, if one of them says something: "71,000 were electric".
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

// nameBeside is the last word of the name next to token i, which says what someone is: "Judge Helena Brandt", "the minister of mines,
// Rodrigo Salcedo", "Paul Greene, a doctor".
func (st *statement) nameBeside(i int) string {
	if i+1 < len(st.tokens) && !st.clauseEnds(i, i+1) {
		if name := st.nameFrom(i + 1); name != "" {
			return name
		}
	}
	for k := i + 1; k+1 < len(st.tokens) && k <= i+4; k++ { // the minister of mines,
		if k == i+1 && !st.tokens[k].stop {
			break
		}
		if between := st.text[st.tokens[k].end:st.tokens[k+1].start]; between == ", " {
			if name := st.nameFrom(k + 1); name != "" {
				return name
			}
		}
	}
	for k := i - 1; k >= 0 && k >= i-3; k-- { // , a doctor
		t := st.tokens[k]
		if between := st.text[t.end:st.tokens[k+1].start]; between == ", " || between == " , " {
			if t.capital && t.name > 0 && !isRole(t.text, st.base) {
				return unowned(t.text)
			}
			break
		}
		if !t.stop && !isRole(t.text, st.base) {
			break
		}
	}
	return ""
}

// nameFrom is the last word of the name that begins at token i.
func (st *statement) nameFrom(i int) string {
	last := ""
	for k := i; k < len(st.tokens) && k < i+5; k++ {
		t := st.tokens[k]
		if k > i && st.text[st.tokens[k-1].end:t.start] == "-" && !t.capital { // Jae-hoon
			last += "-" + t.text
			continue
		}
		if k > 0 && strings.ContainsAny(st.text[st.tokens[k-1].end:t.start], ",;:.\"“„«") && k > i {
			break
		}
		if k == i && k > 0 && strings.ContainsAny(st.text[st.tokens[k-1].end:t.start], ";:.\"“„«") {
			break
		}
		if !t.capital || isRole(t.text, st.base) || t.figure > 0 || t.name == 0 && st.base == "de" {
			break
		}
		last = t.text
	}
	return unowned(last)
}

// unowned is a word without the ending of an owner.
func unowned(word string) string { return strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s") }

// holderOf returns who in the article is what the role says, if that is someone else than the name.
func (e *evidence) holderOf(c *statement, role token, name string) string {
	other := ""
	for _, q := range e.passages {
		free, taken := false, false // the role stands by itself, with another name
		for k, t := range q.tokens {
			if t.key != role.key && !sameRole(t.text, role.text, c.base) {
				continue
			}
			switch n := q.nameBeside(k); {
			case n == "":
				free = true
			case n == name || inflects(n, name, c.base):
				return ""
			default:
				taken = true
				if other == "" {
					other = n
				}
			}
		}
		if free && !taken && slices.ContainsFunc(q.tokens, func(t token) bool {
			return t.text == name || inflects(t.text, name, c.base) || strings.TrimSuffix(t.text, "'s") == name
		}) {
			return ""
		}
	}
	return other
}
