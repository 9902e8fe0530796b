package summary

import (
	"cmp"
	"slices"
)

// choose takes the best sentences that fit, without repetition, and puts them in reading order.
func choose(all []*candidate, o Options) []*candidate {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(x, y *candidate) int { return cmp.Compare(y.score, x.score) })
	var chosen []*candidate
	said := map[string]bool{}
	left := o.Words
	for _, c := range order {
		if len(chosen) == o.Sentences {
			break
		}
		if c.flaw >= boiler || c.words > left || repeats(c, said) {
			continue
		}
		chosen = append(chosen, c)
		left -= c.words
		for _, t := range c.terms {
			said[t] = true
		}
	}
	if len(chosen) == 0 && len(order) > 0 {
		chosen = order[:1]
	}
	slices.SortStableFunc(chosen, func(x, y *candidate) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.position, y.position))
	})
	return chosen
}

func repeats(c *candidate, said map[string]bool) bool {
	old, terms := 0, set(c.terms)
	for t := range terms {
		if said[t] {
			old++
		}
	}
	return len(terms) == 0 || float64(old) > 0.6*float64(len(terms))
}
