package search

import (
	"cmp"
	"slices"
)

// candidate is one article that fits.
type candidate struct {
	id, story uint64
	score     float64
}

// best keeps the depth best of the candidates added, and counts all.
type best struct {
	whole bool // each has all words
	depth int
	total int
	kept  []candidate // twice as many at most
	worst float64     // of the best so far, once there are enough
	full  bool
}

func (b *best) add(p *part, doc int, score float64) {
	b.total++
	if b.full && score < b.worst {
		return
	}
	if b.kept = append(b.kept, candidate{p.ids[doc], p.stories[doc], score}); len(b.kept) == 2*b.depth {
		b.kept = b.sorted()
		b.worst, b.full = b.kept[b.depth-1].score, true
	}
}

// sorted are the depth best, and of equals the newest, in this order.
func (b *best) sorted() []candidate {
	slices.SortFunc(b.kept, func(a, b candidate) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return cmp.Compare(b.id, a.id)
	})
	return b.kept[:min(b.depth, len(b.kept))]
}
