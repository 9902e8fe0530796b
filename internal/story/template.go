package story

import (
	"hash/maphash"
	"slices"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// wording is the sequence of the words of an article's title and first lines, to see where another one says something else
// in the same place.
type wording []placed

// placed is a word in its place.
type placed struct {
	hash uint32
	kind placedKind
}

type placedKind uint8

const (
	plainWord      placedKind = iota
	particularWord            // a number, a name or, where capitals don't tell names, any word
	character                 // one character of a run whose words can't be told apart
)

// Marks of where title and text begin and the text ends.
const (
	titleBegins = iota
	textBegins
	textEnds
)

const maxWording = 200 // words that are kept

func newWording(title, body *reading) wording {
	w := make(wording, 0, len(title.words)+len(body.words)+3)
	w = append(w, placed{hash: titleBegins}).read(title)
	w = append(w, placed{hash: textBegins}).read(body)
	return append(w, placed{hash: textEnds})
}

// first is the beginning of w, with an end.
func (w wording) first(n int) wording {
	if len(w) <= n {
		return slices.Clone(w)
	}
	return append(slices.Clone(w[:n-1]), placed{hash: textEnds})
}

func (w wording) read(r *reading) wording {
	for i, word := range r.words {
		if word.Script == text.Han {
			for j, c := range word.Text {
				w = append(w, placed{uint32(maphash.String(seed, word.Text[j:j+utf8.RuneLen(c)])), character})
			}
			continue
		}
		kind := plainWord
		first, _ := utf8.DecodeRuneInString(r.surface(i))
		if (unicode.IsUpper(first) || unicode.IsDigit(first) || word.Script == text.Katakana || word.Script == text.Hangul) && !text.Stopword(word.Text, r.lang) {
			kind = particularWord
		}
		w = append(w, placed{uint32(maphash.String(seed, word.Text)), kind})
	}
	return w
}

const (
	maxSlot       = 6    // words between two places that read alike
	slotsApart    = 2    // so many differing slots make another event …
	slotsPerPlace = 0.03 // … unless they are few for how much reads alike: then it is an edited copy
)

// sameTemplate reports whether two articles say the same of different things: where their wording agrees, the names and
// numbers in between are others, as in reports of two earthquakes or of two days at the stock exchange. The copies of one
// agency text agree in those.
func (w wording) sameTemplate(o wording) bool {
	at := w.align(o)
	alike := 0.0
	var slots []uint64 // what differs, each once: a town or a toll that changes is one, however often it is named
	for i := 0; i < len(w); i++ {
		if at[i] >= 0 {
			if w[i].kind == character {
				alike += 0.5
			} else {
				alike++
			}
			continue
		}
		end := i
		for at[end] < 0 {
			end++
		}
		from, to := at[i-1]+1, at[end]
		if from < to && to-from <= maxSlot && end-i <= maxSlot && differ(w[i:end], o[from:to]) {
			if slot := w[i:end].hash()*31 + o[from:to].hash(); !slices.Contains(slots, slot) {
				slots = append(slots, slot)
			}
		}
		i = end - 1
	}
	return len(slots) >= slotsApart && float64(len(slots)) >= slotsPerPlace*alike
}

// align says for each place of w where the same stands in o, -1 for nowhere: pairs of words that each text has just once, and
// both ends.
func (w wording) align(o wording) []int {
	at := make([]int, len(w))
	for i := range at {
		at[i] = -1
	}
	ours, theirs := w.pairs(), o.pairs()
	for i := range len(w) - 1 {
		pair := w.pair(i)
		if j, ok := theirs[pair]; ok && j >= 0 && ours[pair] == i {
			at[i], at[i+1] = j, j+1
		}
	}
	at[0], at[len(w)-1] = 0, len(o)-1
	return at
}

// pairs are the places of the pairs of neighbours; -1 for a pair that occurs again.
func (w wording) pairs() map[uint64]int {
	m := make(map[uint64]int, len(w))
	for i := range len(w) - 1 {
		pair := w.pair(i)
		if _, again := m[pair]; again {
			m[pair] = -1
		} else {
			m[pair] = i
		}
	}
	return m
}

// pair is what stands at i and after it.
func (w wording) pair(i int) uint64 { return uint64(w[i].hash)<<32 | uint64(w[i+1].hash) }

// hash is one for the particulars of w.
func (w wording) hash() uint64 {
	h := uint64(0)
	for _, p := range w {
		if p.kind != plainWord {
			h = (h ^ uint64(p.hash)) * 0x9E3779B97F4A7C15
		}
	}
	return h
}

// differ reports whether two slots both hold particulars, and none that both hold.
func differ(a, b wording) bool {
	ours, theirs := false, false
	for _, x := range a {
		if x.kind == plainWord {
			continue
		}
		ours = true
		for _, y := range b {
			theirs = theirs || y.kind != plainWord
			if x.hash == y.hash {
				return false
			}
		}
	}
	return ours && theirs
}

// sameTemplate reports whether a follows the template of one of the story's texts.
func (s *story) sameTemplate(a analysis) bool {
	return a.full() && slices.ContainsFunc(s.wordings, a.wording.sameTemplate)
}
