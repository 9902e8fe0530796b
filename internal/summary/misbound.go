package summary

import (
	"slices"
	"strings"
)

// misbound finds a name with what someone else is: "Judge Okello" where the judge is another one.
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
	return faults
}

// nameBeside is the last word of the name next to token i, which says what someone is: "Judge Helena Brandt", "the minister of mines,
// Rodrigo Salcedo", "Paul Greene, a doctor".
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

// nameFrom is the last word of the name that begins at token i.
func (st *statement) nameFrom(i int) string {
	last := ""
	for k := i; k < len(st.tokens) && k < i+5; k++ {
		t, between := st.tokens[k], ""
		if k > 0 {
			between = st.text[st.tokens[k-1].end:t.start]
		}
		if k > i && between == "-" && !t.capital { // Jae-hoon
			last += "-" + t.text
			continue
		}
		if strings.ContainsAny(between, ";:.\"“„«") || k > i && strings.Contains(between, ",") ||
			!t.capital || isRole(t.text, st.base) || t.figure > 0 || t.name == 0 && st.base == "de" {
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
