package topic

import "testing"

// Loop is what the index is measured beside: every query in turn, on an article prepared once.
func Loop(b *testing.B, queries []string) func(Doc) int {
	parsed := make([]*Query, len(queries))
	for i, q := range queries {
		var err error
		if parsed[i], err = Parse(q); err != nil {
			b.Fatal(err)
		}
	}
	return func(d Doc) int {
		p, n := newDoc(d), 0
		for _, q := range parsed {
			if _, ok := q.match(p); ok {
				n++
			}
		}
		return n
	}
}
