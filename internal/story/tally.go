package story

import (
	"hash/maphash"
	"math"
)

// tally counts in how many texts of a language a word occurs.
type tally struct {
	texts float64
	in    map[uint32]float32
}

const (
	tallyPrior = 100.0   // texts we pretend to have read besides, with no words in them but those of data/common.txt
	perTitle   = 4.0     // how much oftener a word stands in a text than in a title
	tallyLimit = 100_000 // texts after which the old ones begin to fade
)

func newTally(lang string) tally {
	t := tally{in: map[uint32]float32{}}
	for w, share := range commonWords()[lang] {
		t.in[uint32(maphash.String(seed, w))] = float32(share * tallyPrior * perTitle)
	}
	return t
}

// rarity is the inverse document frequency of a word.
func (t *tally) rarity(hash uint32) float64 {
	return max(math.Log((t.texts+tallyPrior)/(float64(t.in[hash])+1)), 0)
}

func (t *tally) add(p profile) {
	if t.texts >= tallyLimit {
		t.texts /= 2
		for h, n := range t.in {
			if n /= 2; n < 1 {
				delete(t.in, h)
			} else {
				t.in[h] = n
			}
		}
	}
	t.texts++
	for _, w := range p.words {
		t.in[w.hash]++
	}
}

// measure computes a profile's sums and returns the rarities of its words.
func (t *tally) measure(p *profile) (rarities []float64) {
	rarities = make([]float64, len(p.words))
	squares := 0.0
	p.title = 0
	for i, w := range p.words {
		rarities[i] = t.rarity(w.hash)
		v := w.weight() * rarities[i]
		squares += v * v
		if w.title {
			p.title += rarities[i]
		}
	}
	p.norm = math.Sqrt(squares)
	return rarities
}
