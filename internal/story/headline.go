package story

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// What the evidence of a headline is made of, in nats. Measured on headlines that a news aggregator had put together: what counts was
// found on half of the stories and confirmed on the other half, in the order they came and shuffled; the values are fitted to both.
const (
	share     = 0.24  // of an article's words come from its story, the rest from the news at large
	oneSample = 0.9   // how many articles our trust in that share waits for
	atLarge   = 575.0 // stories we pretend to know besides those we do, so that a young Matcher takes no word for rare
	unseen    = 2.64  // stories that would use a word we have not seen …
	unseenYet = 0.72  // … when it is a name
	further   = 0.55  // what each further word counts for, of the one before it: words come together, as in a name
	aName     = 0.7   // for a word that is a name
	noWord    = 0.162 // lost for a word that the story doesn't use
	crowd     = 0.75  // times the logarithm of a story's articles, lost: what has been told at length has words for everything
	core      = 1.3   // times the logarithm of how seldom the story does without the words it is about
	aside     = 0.43  // lost for sharing only what the story seldom speaks of

	// Lost with the time since the latest article, which counts by what the story has lived: what was told for an hour is over the
	// next day, what was told for a week goes on.
	pace     = 1.3 // times the logarithm
	restless = 2.0 // hours
	lived    = 0.6 // of the hours it has lived
	everyday = 1.0 // everyday words tie a story to yesterday's so much less: they are those of a daily series

	// One word that two headlines share may be any word, above all where we don't know the everyday words of the language.
	leastShared   = 1.5 // words, by weight, that a headline must share with a single other one; else it loses
	loneWord      = 4.5 // times the square of the doubt that the word is a name
	loneStrange   = 30.0
	everydayWords = 500 // so many in data/common.txt are enough to know them
)

// evidence is how strongly an article's words speak for story s. Each word that both use weighs the logarithm of how much likelier it is
// in the story than in the news at large, where "at large" counts stories and not articles, so that a big story doesn't make its own
// words common.
func (l *language) evidence(words []weighted, missing float64, s *story, when time.Time) float64 {
	own := share * s.n / (s.n + oneSample)
	shared, names, sure, mine := 0.0, 0.0, 0.0, 0.0
	all, common := 0.0, 0.0
	found := make([]float64, 0, len(words))
	for _, w := range words {
		n, ok := s.uses(w.id)
		if !ok {
			missing += w.weight
			continue
		}
		f := min(float64(n)/s.n, 1)
		large := l.background(w, f)
		e := w.weight * math.Log((own*f+(1-own)*large)/large)
		found = append(found, e)
		all += e
		if w.common > 0 {
			common += e
		}
		shared += w.weight
		name := l.nameness(w)
		names += w.weight * name
		sure = max(sure, w.weight*name)
		mine = max(mine, f)
	}
	slices.SortFunc(found, func(x, y float64) int { return cmp.Compare(y, x) })
	sum, counts := 0.0, 1.0
	for _, e := range found {
		sum += counts * e
		counts *= further
	}
	sum += aName*names - crowd*math.Log(s.n) - noWord*missing - aside*(1-mine)
	if s.n > 1 {
		most := min(float64(s.core)/s.n, 1)
		sum += core * math.Log(1-s.n/(s.n+oneSample)*max(most-mine, 0))
	}
	if all > 0 {
		sum -= pace * (1 + everyday*common/all) * math.Log(1+s.gap(when)/(restless+lived*s.last.Sub(s.first).Hours()))
	}
	if s.n == 1 && shared < leastShared {
		if l.strange {
			sum -= loneStrange
		} else {
			sum -= loneWord * (1 - sure) * (1 - sure)
		}
	}
	return sum
}

// gap is how many hours before t the story's latest article was.
func (s *story) gap(t time.Time) float64 { return max(t.Sub(s.last).Hours(), 0) }

// background is the share of other stories that use a word.
func (l *language) background(w weighted, f float64) float64 {
	others := max(l.terms[w.id].spread-f, 0)
	name := l.nameness(w)
	others += math.Pow(unseen, 1-name) * math.Pow(unseenYet, name)
	return min(max(others/(float64(l.stories)+atLarge), w.common), 0.5)
}

// nameness is how sure it is that a term is a name, by how it is written within sentences; a half when its script doesn't tell.
func (l *language) nameness(w weighted) float64 {
	capitals, all := l.terms[w.id].capital, l.terms[w.id].capital+l.terms[w.id].small
	switch w.written {
	case capital:
		capitals, all = capitals+1, all+1
	case small:
		all++
	}
	return float64(capitals+0.5) / float64(all+1)
}

func (s *story) uses(term uint32) (float32, bool) {
	i, ok := slices.BinarySearchFunc(s.counts, term, func(c count, id uint32) int { return cmp.Compare(c.term, id) })
	if !ok {
		return 0, false
	}
	return s.counts[i].n, true
}
