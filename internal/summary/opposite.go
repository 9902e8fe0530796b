package summary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/opposites.txt
var oppositeData string

// opposition is a pair of groups of words that say the opposite of each other.
type opposition [2][]string

var oppositions = sync.OnceValue(func() map[string][]opposition {
	all := map[string][]opposition{}
	for line := range strings.Lines(oppositeData) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		base, pair, _ := strings.Cut(line, ": ")
		one, other, ok := strings.Cut(pair, " | ")
		if !ok {
			panic("summary: data/opposites.txt: " + line)
		}
		all[base] = append(all[base], opposition{strings.Fields(one), strings.Fields(other)})
	}
	return all
})

// span is a part of a statement: tokens from up to to.
type span struct{ from, to int }

// clauses are the parts of a statement between its marks.
func (st *statement) clauses() []span {
	var list []span
	from := 0
	for i := 1; i <= len(st.tokens); i++ {
		if i == len(st.tokens) || st.clauseEnds(i-1, i) {
			list = append(list, span{from, i})
			from = i
		}
	}
	return list
}

// find returns the first word of a part of st that is in the list, "" if there is none. A "*" ends the beginning of a word; of
// languages without spaces any part of the text will do.
func (st *statement) find(list []string, in span) string {
	if in.from >= in.to {
		return ""
	}
	within := st.text[st.tokens[in.from].start:st.tokens[in.to-1].end]
	for _, w := range list {
		stem, open := strings.CutSuffix(w, "*")
		if !cased(stem) && st.base != "ko" {
			if strings.Contains(within, stem) {
				return stem
			}
			continue
		}
		for _, t := range st.tokens[in.from:in.to] {
			if !t.entity() && (t.text == stem || (open || st.base == "ko") && strings.HasPrefix(t.text, stem)) {
				return st.text[t.start:t.end]
			}
		}
	}
	return ""
}

// opposed returns a word of the claim that says the opposite of one in the passage, and that one. Clauses are compared with those that
// have most of their words, so that what rose and what fell in one sentence stay apart.
func opposed(c, p *statement) (said, there string) {
	for _, mine := range c.clauses() {
		best, most := span{}, 0
		for _, theirs := range p.clauses() {
			n := 0
			for _, t := range c.tokens[mine.from:mine.to] {
				if !t.stop && slices.ContainsFunc(p.tokens[theirs.from:theirs.to], func(u token) bool { return u.key == t.key }) {
					n++
				}
			}
			if n > most {
				best, most = theirs, n
			}
		}
		words := 0
		for _, t := range c.tokens[mine.from:mine.to] {
			if !t.stop {
				words++
			}
		}
		if said, there := opposedIn(c, p, mine, best); said != "" {
			for _, t := range c.tokens[mine.from:mine.to] {
				if strings.Contains(said, t.text) {
					most++
				}
			}
			if most*10 >= words*9 {
				return said, there
			}
		}
	}
	return opposedIn(c, p, span{0, len(c.tokens)}, span{0, len(p.tokens)})
}

func opposedIn(c, p *statement, mine, theirs span) (said, there string) {
	for _, o := range oppositions()[c.base] {
		for side := range o {
			said, there := c.find(o[side], mine), p.find(o[1-side], theirs)
			if said != "" && there != "" && c.find(o[1-side], mine) == "" && p.find(o[side], theirs) == "" {
				return said, there
			}
		}
	}
	return "", ""
}

var strongVerbs = sync.OnceValue(func() map[string]string {
	verbs := map[string]string{}
	for line := range strings.Lines(oppositeData) {
		if forms, ok := strings.CutPrefix(strings.TrimSpace(line), "#en forms: "); ok {
			for group := range strings.SplitSeq(forms, ",") {
				list := strings.Fields(group)
				for _, f := range list {
					verbs[f] = list[0]
				}
			}
		}
	}
	return verbs
})
