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

// Cut prepares an article for matching.
func Cut(d Doc) { newDoc(d).release() }

// Parts are the parts of Index.Match that come after that.
type Parts struct {
	x *Index
	d *doc
}

func PartsOf(x *Index, d Doc) Parts { return Parts{x, newDoc(d)} }

func (p Parts) Builtin() int { return len(classify(p.d)) }
func (p Parts) Queries() int { return len(p.x.own(p.d, nil)) }
