package story

import "slices"

const (
	frameWords = 40   // of a title that are looked at
	leastFrame = 2    // words that two titles of one frame share in the same order …
	frameShare = 0.42 // … and their share of the shorter title
	besides    = 1    // words that only one of them has where the other has none
)

// sameFrame reports whether two titles fill in one frame with another name and another number: "A beats B 2-1", "C beats D 3-0". Where
// capitals don't tell names it takes another subject, which comes first; where all words are written alike also as much that differs
// as is alike.
func (w wording) sameFrame(o wording, c casing) bool {
	w, o = w.title(), o.title()
	alike, differing, extra := 0.0, 0.0, 0.0
	subject, numbers := false, false
	from, to := 0, 0
	for _, p := range append(w.common(o), [2]int{len(w), len(o)}) {
		ours, theirs := w[from:p[0]], o[to:p[1]]
		numbers = numbers || ours.numbers().differs(theirs.numbers())
		if a, b := ours.words().length(), theirs.words().length(); a == 0 || b == 0 {
			extra += a + b
		} else if !ours.words().meets(o) && !theirs.words().meets(w) {
			differing += min(a, b)
			subject = subject || from == 0 || c == forNames && ours.names().differs(theirs.names())
		}
		if p[0] < len(w) {
			alike += w[p[0] : p[0]+1].words().length()
		}
		from, to = p[0]+1, p[1]+1
	}
	return numbers && extra <= besides && alike >= leastFrame && alike >= frameShare*min(w.words().length(), o.words().length()) &&
		(subject || c == alikeForAll && differing >= alike)
}

// title is the beginning of the title.
func (w wording) title() wording {
	w = w[1:min(len(w), frameWords+1)]
	if end := slices.IndexFunc(w, func(p placed) bool { return p.hash == textBegins }); end >= 0 {
		w = w[:end]
	}
	return w
}

// length is in words, two characters for one.
func (w wording) length() float64 {
	sum := 0.0
	for _, p := range w {
		if p.kind == character {
			sum += 0.5
		} else {
			sum++
		}
	}
	return sum
}

func (w wording) numbers() wording { return w.only(numeral) }
func (w wording) names() wording   { return w.only(particularWord) }
func (w wording) words() wording   { return w.only(plainWord, particularWord, character) }

func (w wording) only(kinds ...placedKind) wording {
	return slices.DeleteFunc(slices.Clone(w), func(p placed) bool { return !slices.Contains(kinds, p.kind) })
}

// differs reports whether both have something, and not the same.
func (w wording) differs(o wording) bool { return len(w) > 0 && len(o) > 0 && !slices.Equal(w, o) }

// meets reports whether they have a word in common.
func (w wording) meets(o wording) bool {
	return slices.ContainsFunc(w, func(p placed) bool { return slices.ContainsFunc(o, func(q placed) bool { return p.hash == q.hash }) })
}

// common is where the longest common subsequence of both stands in w and in o, numbers left out.
func (w wording) common(o wording) [][2]int {
	n := len(o) + 1
	longest := make([]int, (len(w)+1)*n)
	for i := len(w) - 1; i >= 0; i-- {
		for j := len(o) - 1; j >= 0; j-- {
			best := max(longest[(i+1)*n+j], longest[i*n+j+1])
			if w[i].hash == o[j].hash && w[i].kind != numeral {
				best = max(best, longest[(i+1)*n+j+1]+1)
			}
			longest[i*n+j] = best
		}
	}
	var at [][2]int
	for i, j := 0, 0; i < len(w) && j < len(o); {
		switch {
		case w[i].hash == o[j].hash && w[i].kind != numeral && longest[i*n+j] == longest[(i+1)*n+j+1]+1:
			at = append(at, [2]int{i, j})
			i, j = i+1, j+1
		case longest[(i+1)*n+j] >= longest[i*n+j+1]:
			i++
		default:
			j++
		}
	}
	return at
}
