package read

import (
	"unicode"
	"unicode/utf8"
)

// grams are the runs of four words of a text, hashed, with how often each occurs. A text of fewer words is one run.
type grams map[uint64]int

// add counts the runs of s.
func (g grams) add(s string) int {
	return eachRun(s, func(run uint64) { g[run]++ })
}

// share returns the share of the runs of s that g has.
func (g grams) share(s string) float64 {
	known := 0
	all := eachRun(s, func(run uint64) {
		if g[run] > 0 {
			known++
		}
	})
	if all == 0 {
		return 0
	}
	return float64(known) / float64(all)
}

// eachRun calls f with the hash of every run of s and returns how many there are.
func eachRun(s string, f func(run uint64)) int {
	var last [4]uint64
	words, runs := 0, 0
	word := func(h uint64) {
		last[0], last[1], last[2], last[3] = last[1], last[2], last[3], h
		if words++; words >= 4 {
			f(((last[0]*31+last[1])*31+last[2])*31 + last[3])
			runs++
		}
	}
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	open := false
	for _, r := range s {
		single := r >= 0x3040 && (r <= 0x9fff || 0xac00 <= r && r <= 0xd7a3)
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r >= utf8.RuneSelf && !single && (unicode.IsLetter(r) || unicode.IsDigit(r))
		if !letter && open {
			word(h)
			h, open = offset, false
		}
		switch {
		case single:
			word(uint64(r) * prime)
		case letter:
			if r < utf8.RuneSelf {
				r |= 0x20
			}
			h = (h ^ uint64(r)) * prime
			open = true
		}
	}
	if open {
		word(h)
	}
	if words > 0 && runs == 0 {
		f(((last[0]*31+last[1])*31+last[2])*31 + last[3])
		runs = 1
	}
	return runs
}

func gramsOf(list []block) (grams, int) {
	g := grams{}
	n := 0
	for _, b := range list {
		n += g.add(b.text)
	}
	return g, n
}

// within returns the share of g's runs that other has too.
func (g grams) within(other grams) float64 {
	all, both := 0, 0
	for k, n := range g {
		all += n
		both += min(n, other[k])
	}
	if all == 0 {
		return 0
	}
	return float64(both) / float64(all)
}

// agreement is the harmonic mean of the shares that two texts have in common.
func agreement(a, b grams) float64 {
	x, y := a.within(b), b.within(a)
	if x+y == 0 {
		return 0
	}
	return 2 * x * y / (x + y)
}
