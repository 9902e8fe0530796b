package topic

import "strings"

// Terms are the words and phrases of a query that can make it true, not those it excludes, in order: each as a query of its own.
func (q *Query) Terms() []*Query {
	var terms []*Query
	var gather func(n *node)
	gather = func(n *node) {
		switch n.op {
		case opLeaf:
			terms = append(terms, &Query{root: n})
		case opAnd, opOr:
			for _, kid := range n.kids {
				gather(kid)
			}
		}
	}
	gather(q.root)
	return terms
}

// Missing says what keeps a query from matching an article, as the fewest terms in their order: words that would have to be there and
// are not and, behind a -, words that are there and must not be. It is empty when the query matches.
func (q *Query) Missing(d Doc) []string { return q.root.missing(newDoc(d)) }

func (n *node) missing(d *doc) []string {
	if n.eval(d, nil) {
		return nil
	}
	var out []string
	switch n.op {
	case opAnd:
		for _, kid := range n.kids {
			out = append(out, kid.missing(d)...)
		}
	case opOr:
		for i, kid := range n.kids {
			if m := kid.missing(d); i == 0 || len(m) < len(out) {
				out = m
			}
		}
	default:
		var b strings.Builder
		n.write(&b, opOr)
		out = append(out, b.String())
	}
	return out
}
