package summary

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	finalists   = 12  // sentences among which the best set is searched
	coverWeight = 2.0 // what the set tells, against how good its sentences are one by one
	coverEarly  = 0.6 // how much more a concept counts that the beginning of an article uses
	lengthPower = 0.9 // how much more a sentence counts that is longer
	repeatShare = 0.7 // share of a sentence's terms that the others may have said already
	retoldShare = 0.4 // and one of another telling
	opening     = 5   // sentences among which one begins the brief
)

// choose takes the set of sentences that tells the most within the limit and stands on its own, and puts it in reading order. It
// makes do with flawed sentences only where there are no others.
func choose(all []*candidate, o Options) []*candidate {
	for _, worst := range []float64{parted, repeated, unmarked} {
		usable := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool {
			return c.flaw > worst || len(c.terms) == 0 || c.flaw >= unmarked && c.article.Teaser
		})
		if chosen := best(all, usable, o); len(chosen) > 0 {
			return inOrder(chosen)
		}
	}
	return nil
}

// best is the best set of usable sentences.
func best(all, usable []*candidate, o Options) []*candidate {
	slices.SortStableFunc(usable, func(x, y *candidate) int { return cmp.Compare(y.score, x.score) })
	fitting := slices.DeleteFunc(slices.Clone(usable), func(c *candidate) bool { return c.words > o.Words })
	s := search{from: fitting[:min(len(fitting), finalists)], most: o.Sentences}
	for _, c := range s.from {
		c.known = c.shortened()
	}
	s.opens = slices.ContainsFunc(s.from, (*candidate).opens)
	s.weigh(all)
	s.extend(0, o.Words, 0)
	if len(s.best) == 0 {
		// Rather one long sentence than none.
		for _, c := range usable {
			if c.back == toNothing {
				return []*candidate{c}
			}
		}
	}
	return s.best
}

// inOrder puts sentences as a reader takes them in: each telling's together, and first the telling that has the earliest one.
func inOrder(chosen []*candidate) []*candidate {
	first := map[int]int{}
	for _, c := range chosen {
		if p, ok := first[c.telling]; !ok || c.position < p {
			first[c.telling] = c.position
		}
	}
	slices.SortStableFunc(chosen, func(x, y *candidate) int {
		return cmp.Or(cmp.Compare(first[x.telling], first[y.telling]), cmp.Compare(x.telling, y.telling), cmp.Compare(x.position, y.position))
	})
	return chosen
}

// search tries all sets of a few sentences.
type search struct {
	from   []*candidate
	weight []float64 // of each concept that a set can tell
	most   int
	opens  bool // a set needs a sentence that can open a brief

	picked []*candidate
	said   []int // how many picked sentences tell a concept
	best   []*candidate
	value  float64
}

// weigh rates the concepts: one counts the more, the more sentences tell it and the earlier it is told.
func (s *search) weigh(all []*candidate) {
	size := 0
	for _, c := range all {
		for _, t := range c.concepts {
			size = max(size, t+1)
		}
	}
	s.weight, s.said = make([]float64, size), make([]int, size)
	count, early := make([]float64, size), make([]float64, size)
	for _, c := range all {
		for _, t := range c.concepts {
			count[t]++
			early[t] = max(early[t], c.early())
		}
	}
	total := 0.0
	for t, n := range count {
		if n > 0 {
			s.weight[t] = math.Log(n) + coverEarly*early[t]
			total += s.weight[t]
		}
	}
	for t := range s.weight {
		s.weight[t] *= coverWeight * 10 / total
	}
}

func (s *search) extend(from, room int, value float64) {
	if len(s.picked) > 0 && (s.best == nil || value > s.value) && s.standsAlone() {
		s.best, s.value = slices.Clone(s.picked), value
	}
	if len(s.picked) == s.most {
		return
	}
	for i := from; i < len(s.from); i++ {
		c := s.from[i]
		if c.words > room || s.repeats(c) {
			continue
		}
		gain := 0.0
		for _, t := range c.concepts {
			if s.said[t] == 0 {
				gain += s.weight[t]
			}
			s.said[t]++
		}
		s.picked = append(s.picked, c)
		s.extend(i+1, room-c.words, value+gain+c.score*math.Pow(float64(c.words)/20, lengthPower))
		s.picked = s.picked[:len(s.picked)-1]
		for _, t := range c.concepts {
			s.said[t]--
		}
	}
}

// repeats reports whether the picked sentences have said most of what c says, or c most of what one of them says.
func (s *search) repeats(c *candidate) bool {
	said := 0
	for _, t := range c.terms {
		if s.said[t] > 0 {
			said++
		}
	}
	if float64(said) > repeatShare*float64(len(c.terms)) {
		return true
	}
	return slices.ContainsFunc(s.picked, func(p *candidate) bool {
		shared := 0
		for _, t := range p.terms {
			if slices.Contains(c.terms, t) {
				shared++
			}
		}
		share := repeatShare
		if p.telling != c.telling {
			share = retoldShare
		}
		return float64(shared) > share*float64(min(len(p.terms), len(c.terms)))
	})
}

// standsAlone reports whether the set holds what its sentences point back at.
func (s *search) standsAlone() bool {
	for _, c := range s.picked {
		if c.back != toNothing && !slices.ContainsFunc(s.picked, c.restsOn) {
			return false
		}
		if slices.ContainsFunc(c.known, func(name string) bool { return !s.namesBefore(c, name) }) {
			return false
		}
	}
	return !s.opens || slices.ContainsFunc(s.picked, (*candidate).opens)
}

// namesBefore reports whether a sentence of the set that c's article has before it holds the name.
func (s *search) namesBefore(c *candidate, name string) bool {
	return slices.ContainsFunc(s.picked, func(p *candidate) bool {
		return p.telling == c.telling && p.position < c.position && strings.Contains(p.text(), name)
	})
}

// opens reports whether c stands where articles tell what happened.
func (c *candidate) opens() bool { return c.position < opening && c.back == toNothing }

// restsOn reports whether p tells what c points back at.
func (c *candidate) restsOn(p *candidate) bool {
	if c.telling != p.telling {
		return false
	}
	if c.back == toStory {
		return p.position < c.position
	}
	return p.position == c.position-1
}
