package summary

// gap is what two statements have between two neighbouring words that both have.
type gap struct {
	cFrom, cTo int // tokens of the claim, cTo excluded
	pFrom, pTo int // tokens of the passage
}

// maxAligned is how many tokens a statement may have to be laid beside another one.
const maxAligned = 400

// align lays a claim beside a passage, word for word in the order of both, so that as many as possible meet, and returns what is left
// between them. Entities meet no one: which of them stand in the same place is what is asked. matched is the share of the claim's
// words that meet one.
func align(c, p *statement) (gaps []gap, matched float64) {
	n, m := len(c.tokens), len(p.tokens)
	if n == 0 || m == 0 || n > maxAligned || m > maxAligned {
		return nil, 0
	}
	best := make([]int32, (n+1)*(m+1))
	at := func(i, j int) int { return i*(m+1) + j }
	weight := func(i, j int) int32 {
		a, b := &c.tokens[i], &p.tokens[j]
		if a.entity() || b.entity() || a.key != b.key {
			return 0
		}
		if a.stop {
			return 2
		}
		return 3
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			v := max(best[at(i+1, j)], best[at(i, j+1)])
			if w := weight(i, j); w > 0 {
				v = max(v, w+best[at(i+1, j+1)])
			}
			best[at(i, j)] = v
		}
	}
	met, words := 0, 0
	for _, t := range c.tokens {
		if !t.entity() {
			words++
		}
	}
	ci, pi := 0, 0
	for i, j := 0, 0; ; {
		if i < n && j < m {
			if w := weight(i, j); w > 0 && best[at(i, j)] == w+best[at(i+1, j+1)] {
				if i > ci || j > pi {
					gaps = append(gaps, gap{ci, i, pi, j})
				}
				i, j = i+1, j+1
				ci, pi = i, j
				met++
				continue
			}
			if best[at(i+1, j)] >= best[at(i, j+1)] {
				i++
			} else {
				j++
			}
			continue
		}
		break
	}
	if ci < n || pi < m {
		gaps = append(gaps, gap{ci, n, pi, m})
	}
	if words == 0 {
		return gaps, 0
	}
	return gaps, float64(met) / float64(words)
}

// held reports whether the words around a gap of the claim say that it is the same place in both: one that says something, or two.
func (st *statement) held(g gap) bool {
	n := 0
	if g.cFrom == 0 && g.pFrom == 0 {
		n++
	}
	for _, k := range []int{g.cFrom - 1, g.cTo} {
		if k >= 0 && k < len(st.tokens) {
			n++
			if !st.tokens[k].stop {
				n++
			}
		}
	}
	return n >= 2
}

// names are the indexes of the names that begin among tokens from up to to.
func (st *statement) namesAmong(from, to int) []int {
	var list []int
	for _, t := range st.tokens[from:to] {
		if k := t.name - 1; k >= 0 && (len(list) == 0 || list[len(list)-1] != k) {
			list = append(list, k)
		}
	}
	return list
}

func (st *statement) figuresAmong(from, to int) []int {
	var list []int
	for _, t := range st.tokens[from:to] {
		if k := t.figure - 1; k >= 0 && (len(list) == 0 || list[len(list)-1] != k) {
			list = append(list, k)
		}
	}
	return list
}

// bare reports whether the tokens hold nothing but names and figures.
func (st *statement) bare(from, to int) bool {
	for _, t := range st.tokens[from:to] {
		if !t.entity() && !isArticle(t.text, st.base) {
			return false
		}
	}
	return true
}

// onlyEntities reports whether the tokens hold nothing but names and figures, and what describes them: "the oil company Halden".
func (st *statement) onlyEntities(from, to int) bool {
	described := 0
	for k, t := range st.tokens[from:to] {
		switch {
		case t.entity() || isArticle(t.text, st.base) || isRole(t.text, st.base):
			described = 0
		case !t.stop && described < 2 && from+k+1 < to && !st.clauseEnds(from+k, from+k+1):
			described++
		default:
			return false
		}
	}
	return described == 0
}
