package search

import (
	"iter"
	"math/bits"
)

// docSet is a set of document numbers, a bit each. Numbers of documents are dense.
type docSet []uint64

func (s *docSet) add(doc uint64) {
	word := int(doc / 64)
	if word >= len(*s) {
		*s = append(*s, make(docSet, word+1-len(*s))...)
	}
	(*s)[word] |= 1 << (doc % 64)
}

func (s docSet) has(doc uint64) bool {
	word := doc / 64
	return word < uint64(len(s)) && s[word]&(1<<(doc%64)) != 0
}

// intersect leaves in s what is also in t.
func (s docSet) intersect(t docSet) {
	for i := range s {
		if i < len(t) {
			s[i] &= t[i]
		} else {
			s[i] = 0
		}
	}
}

// unite adds to s what is in t.
func (s *docSet) unite(t docSet) {
	if len(t) > len(*s) {
		*s = append(*s, make(docSet, len(t)-len(*s))...)
	}
	for i, w := range t {
		(*s)[i] |= w
	}
}

// all are the documents in the order of their numbers.
func (s docSet) all() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(uint64(i*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

func (s docSet) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
