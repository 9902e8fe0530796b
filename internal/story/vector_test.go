package story_test

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/story"
)

// embedding is a model as far as its vectors show: a direction that all texts have in common, one of the topic, one of the event
// and one of the text alone, each with its share.
type embedding struct{ common, topic, event, text float64 }

func (m embedding) vector(x telling) story.Vector {
	const dimensions = 96
	sum := make([]float64, dimensions)
	add := func(name string, share float64) {
		h := fnv.New64a()
		h.Write([]byte(name))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for i := range sum {
			sum[i] += share * r.NormFloat64()
		}
	}
	topic, _, _ := strings.Cut(x.event, "/")
	add("", m.common)
	add("topic "+topic, m.topic)
	add("event "+x.event, m.event)
	add("text "+x.Title, m.text)
	return quantised(sum)
}

func quantised(v []float64) story.Vector {
	largest := 0.0
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	b := make([]byte, len(v))
	for i, x := range v {
		b[i] = byte(int8(x / largest * 127))
	}
	return story.Vector(b)
}

func withVectors(all []telling, vector func(telling) story.Vector) []telling {
	seen := make([]telling, len(all))
	for i, x := range all {
		seen[i] = x
		seen[i].Vector = vector(x)
	}
	return seen
}

// Whatever a model takes for alike in general, what it takes for more alike than that links stories that names and numbers don't.
func TestVectors(t *testing.T) {
	for name, model := range map[string]embedding{
		"far apart":       {topic: .4, event: 1, text: .5},
		"all in one cone": {common: 2, topic: .4, event: 1, text: .5},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := links{}, links{}
			for _, corpus := range []string{"languages_tuned.txt", "languages_unseen.txt"} {
				all := readTellings(t, corpus)
				byPair, _, _ := measure(all)
				before = before.plus(byPair["all"])
				byPair, wrong, _ := measure(withVectors(all, model.vector))
				after = after.plus(byPair["all"])
				for _, w := range wrong {
					t.Log("wrong:", w)
				}
			}
			t.Logf("without %+v, with %+v", before, after)
			if after.precision() < .97 {
				t.Errorf("precision %.3f, want at least .97", after.precision())
			}
			if after.recall() < before.recall()+.02 {
				t.Errorf("recall %.3f with vectors and %.3f without", after.recall(), before.recall())
			}
		})
	}
}

func (l links) plus(o links) links {
	return links{l.right + o.right, l.wrong + o.wrong, l.missed + o.missed}
}

// An endpoint whose vectors say nothing, or only what a text is about, or that changes its mind about them, links nothing wrongly
// and unlinks nothing.
func TestLyingVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func(dimensions int) story.Vector {
		v := make([]float64, dimensions)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return quantised(v)
	}
	one, two := random(64), random(64)
	for name, vector := range map[string]func(telling) story.Vector{
		"all equal": func(telling) story.Vector { return one },
		"one for each language": func(x telling) story.Vector {
			return quantised([]float64{float64(x.Language[0]), float64(x.Language[1]), 1, 2})
		},
		"one of two": func(telling) story.Vector {
			if r.IntN(8) == 0 {
				return one
			}
			return two
		},
		"by chance":      func(telling) story.Vector { return random(64) },
		"of any length":  func(telling) story.Vector { return random(8 + r.IntN(4)) },
		"zero":           func(telling) story.Vector { return story.Vector(make([]byte, 64)) },
		"the topic only": embedding{topic: 1, text: .3}.vector,
	} {
		t.Run(name, func(t *testing.T) {
			for _, corpus := range []string{"languages_tuned.txt", "languages_unseen.txt"} {
				all := readTellings(t, corpus)
				honest, _, _ := measure(all)
				lied, wrong, _ := measure(withVectors(all, vector))
				if lied["all"].right < honest["all"].right {
					t.Errorf("%d links are right, %d without vectors", lied["all"].right, honest["all"].right)
				}
				for _, w := range wrong {
					t.Error("wrong:", w)
				}
			}
		})
	}
}

// However near a model sees two texts, numbers that can't both be true keep them apart.
func TestVectorsDontOutweighNumbers(t *testing.T) {
	d := newDesk()
	model := embedding{topic: .4, event: 1, text: .3}
	for _, x := range withVectors(readTellings(t, "languages_tuned.txt"), model.vector) { // what the model is like
		d.take(x.Doc)
	}
	at := time.Date(2026, 4, 24, 20, 0, 0, 0, time.UTC)
	take := func(lang, title, text string) (event uint64) {
		x := telling{"same", doc("S", lang, title, text)}
		x.Published, x.Seen = at, at
		x.Vector = model.vector(x)
		_, e, _ := d.take(x.Doc)
		return uint64(e)
	}
	first := take("en", "Pipeline blast in Kazakhstan kills 14", "An explosion at an oil pipeline near Atyrau in Kazakhstan killed 14 people, the ministry said.")
	if same := take("de", "14 Tote bei Explosion an Pipeline in Kasachstan", "Bei Atyrau in Kasachstan ist eine Ölleitung explodiert. 14 Menschen starben."); same != first {
		t.Error("the same event is not linked")
	}
	if other := take("fr", "Kazakhstan : 37 morts dans une mine", "Un coup de grisou a tué 37 mineurs près de Karaganda."); other == first {
		t.Error("another number of dead elsewhere was linked")
	}
}
