package story

import "math"

// Vector is the direction in which an embedding model sees a text: one signed byte a dimension. Texts that say the same in
// whatever languages point the same way, as far as the model knows; "" is no vector.
type Vector string

// direction is a vector with its length.
type direction struct {
	v    Vector
	norm float64
}

func newDirection(v Vector) direction {
	sum := 0
	for i := range len(v) {
		x := int(int8(v[i]))
		sum += x * x
	}
	return direction{v, math.Sqrt(float64(sum))}
}

// known reports whether there is a direction.
func (d direction) known() bool { return d.norm > 0 }

// comparable reports whether both are directions that one model can have given.
func (d direction) comparable(o direction) bool {
	return d.known() && o.known() && len(d.v) == len(o.v)
}

func (d direction) cosine(o direction) float64 {
	dot := 0
	for i := range len(d.v) {
		dot += int(int8(d.v[i])) * int(int8(o.v[i]))
	}
	return float64(dot) / (d.norm * o.norm)
}

// yardstick is how alike a model finds texts of two languages that tell different events. Models differ: what is far for one
// is near for another, so a cosine means something beside this alone.
type yardstick struct {
	pairs        float64
	mean, spread float64 // of their cosines; spread is the variance
	recent       []*story
	next         int
}

const (
	enoughPairs  = 60   // from which on a yardstick is believed
	memoryPairs  = 3000 // after so many the old ones fade
	recentKept   = 64   // stories that new ones are compared with …
	recentSample = 8    // … of which so many at most
	leastSpread  = 1e-4 // variance; what says the same of all texts says nothing
)

// add compares a new story with some that were told lately.
func (y *yardstick) add(s *story) {
	taken := 0
	for i := range y.recent {
		o := y.recent[(y.next+i*7)%len(y.recent)]
		if o.tongue == s.tongue || o.event == s.event || !o.direction.comparable(s.direction) {
			continue
		}
		y.learn(s.direction.cosine(o.direction))
		if taken++; taken == recentSample {
			break
		}
	}
	if len(y.recent) < recentKept {
		y.recent = append(y.recent, s)
		return
	}
	y.recent[y.next] = s
	y.next = (y.next + 1) % recentKept
}

func (y *yardstick) learn(cosine float64) {
	y.pairs++
	w := 1 / min(y.pairs, memoryPairs)
	off := cosine - y.mean
	y.mean += w * off
	y.spread = (1 - w) * (y.spread + w*off*off)
}

// above is by how many standard deviations a cosine is over what texts of different events have; 0 as long as that isn't known.
func (y *yardstick) above(cosine float64) float64 {
	if y.pairs < enoughPairs || y.spread < leastSpread {
		return 0
	}
	return (cosine - y.mean) / math.Sqrt(y.spread)
}

// Bars for linking by vectors. A model sees that two texts are about alike things, not that they tell one event: so what they
// tell must agree besides, and no other story may be about as near.
const (
	vectorBar    = 5.0 // standard deviations
	vectorMargin = 1.0 // standard deviations that the next event must be farther
	vectorWorth  = 1.5 // of what both tell
	vectorShare  = 0.2 // of all that they tell
	vectorLooks  = 128 // stories that are compared, those first that share most
)

// nearestByVector finds the story among the candidates that the model sees nearest, if it is near enough and nothing that it tells
// speaks against it.
func (x *eventIndex) nearestByVector(a analysis, all []shown, candidates []candidate) *story {
	if !a.direction.known() || x.yardstick.pairs < enoughPairs {
		return nil
	}
	var best *story
	bestAbove, next := 0.0, 0.0
	looks := vectorLooks
	for _, c := range candidates {
		if !c.direction.comparable(a.direction) {
			continue
		}
		if looks--; looks < 0 {
			break
		}
		switch above := x.yardstick.above(a.direction.cosine(c.direction)); {
		case best != nil && c.event == best.event:
			bestAbove = max(bestAbove, above)
		case above > bestAbove:
			best, bestAbove, next = c.story, above, bestAbove
		default:
			next = max(next, above)
		}
	}
	if best == nil || bestAbove < vectorBar || bestAbove-next < vectorMargin {
		return nil
	}
	if e := x.compare(a, all, best); !e.agrees() {
		return nil
	}
	return best
}

// agrees reports whether two texts of one topic may tell one event: they share some of what they tell, and neither names
// numbers or places in its title that the other knows nothing of.
func (e evidence) agrees() bool {
	return e.shared >= vectorWorth && e.shared >= vectorShare*math.Sqrt(e.ours*e.theirs) && e.foreign == 0 && !e.numbers.apart() && !e.counts.apart() && e.places+e.particulars > 0
}
