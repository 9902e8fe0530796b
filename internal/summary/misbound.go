package summary

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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

var anyone = map[string]bool{"people": true, "persons": true, "men": true, "women": true, "menschen": true, "personen": true, "leute": true, "personnes": true, "personas": true, "pessoas": true, "человек": true, "людей": true, "명의": true, "others": true}

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

func (st *statement) nameBeside(i int) string {
	if i+1 < len(st.tokens) && (!st.clauseEnds(i, i+1) || st.text[st.tokens[i].end:st.tokens[i+1].start] == ", ") {
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

func unowned(word string) string { return strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s") }

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
