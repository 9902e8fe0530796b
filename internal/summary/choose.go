package summary

import (
	"cmp"
	"math"
	"slices"
)

const (
	finalists   = 18  // sentences among which the best set is searched
	coverWeight = 2.0 // what the set tells, against how good its sentences are one by one
	coverEarly  = 0.5 // how much more a word counts that the beginning of an article uses
	lengthPower = 0.9 // how much more a sentence counts that is longer
	alone       = 6.0 // lost for a sentence that points back at one the set doesn't hold
	repeatShare = 0.7 // share of a sentence's words that the others may have said already
)

// choose takes the set of sentences that tells the most within the limit, and puts it in reading order.
func choose(all []*candidate, o Options) []*candidate {
	usable := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.flaw >= boiler || len(c.terms) == 0 })
	slices.SortStableFunc(usable, func(x, y *candidate) int { return cmp.Compare(y.score, x.score) })
	fitting := slices.DeleteFunc(slices.Clone(usable), func(c *candidate) bool { return c.words > o.Words })
	if len(fitting) == 0 {
		return usable[:min(len(usable), 1)]
	}
	fitting = fitting[:min(len(fitting), finalists)]

	weight := map[string]float64{}
	for _, c := range all {
		for t := range set(c.terms) {
			weight[t]++
		}
	}
	early := map[string]float64{}
	for _, c := range all {
		for _, t := range c.terms {
			early[t] = max(early[t], 1/(1+float64(c.position)/positionFade))
		}
	}
	total := 0.0
	for t, n := range weight {
		weight[t] = math.Log(n) + coverEarly*early[t]
		total += weight[t]
	}

	s := search{from: fitting, weight: weight, most: o.Sentences, said: map[string]int{}, scale: 10 / math.Max(total, 1)}
	s.extend(0, o.Words, 0)
	chosen := s.best
	// The article that has the earliest sentence among them opens the brief.
	first := map[int]int{}
	for _, c := range chosen {
		if p, ok := first[c.rank]; !ok || c.position < p {
			first[c.rank] = c.position
		}
	}
	slices.SortStableFunc(chosen, func(x, y *candidate) int {
		return cmp.Or(cmp.Compare(first[x.rank], first[y.rank]), cmp.Compare(x.rank, y.rank), cmp.Compare(x.position, y.position))
	})
	return chosen
}

// search tries all sets of a few sentences.
type search struct {
	from   []*candidate
	weight map[string]float64 // of each term that a set can tell
	most   int
	scale  float64

	picked []*candidate
	said   map[string]int
	best   []*candidate
	value  float64
}

func (s *search) extend(from, room int, value float64) {
	if len(s.picked) > 0 {
		v := value
		for _, c := range s.picked {
			if c.back && !slices.ContainsFunc(s.picked, c.follows) {
				v -= alone
			}
		}
		if s.best == nil || v > s.value {
			s.best, s.value = slices.Clone(s.picked), v
		}
	}
	if len(s.picked) == s.most {
		return
	}
	for i := from; i < len(s.from); i++ {
		c := s.from[i]
		if c.words > room {
			continue
		}
		gain, old := 0.0, 0
		for _, t := range c.terms {
			if s.said[t] == 0 {
				gain += s.weight[t]
			} else {
				old++
			}
			s.said[t]++
		}
		if float64(old) <= repeatShare*float64(len(c.terms)) {
			s.picked = append(s.picked, c)
			s.extend(i+1, room-c.words, value+coverWeight*s.scale*gain+c.score*math.Pow(float64(c.words)/20, lengthPower))
			s.picked = s.picked[:len(s.picked)-1]
		}
		for _, t := range c.terms {
			s.said[t]--
		}
	}
}

// follows reports whether c stands right behind p.
func (c *candidate) follows(p *candidate) bool { return c.rank == p.rank && c.position == p.position+1 }
