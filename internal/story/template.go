package story

import (
	"hash/maphash"
	"slices"
	"strings"
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
	particularWord            // a name or, where capitals don't tell names, any word
	numeral                   // a number
	grammar                   // a word without a meaning of its own
	character                 // one character of a run whose words can't be told apart
)

func (k placedKind) particular() bool { return k != plainWord && k != grammar }

// Marks of where title and text begin and the text ends.
const (
	titleBegins = iota
	textBegins
	textEnds
)

const maxWording = 200 // words that are kept

func newWording(title, body *reading) wording {
	w := make(wording, 0, len(title.words)+len(body.words)+3)
	w = append(w, placed{hash: titleBegins}).read(title, title.casing() == forNames)
	w = append(w, placed{hash: textBegins}).read(body, true)
	return append(w, placed{hash: textEnds})
}

// first is the beginning of w, with an end.
func (w wording) first(n int) wording {
	if len(w) <= n {
		return slices.Clone(w)
	}
	return append(slices.Clone(w[:n-1]), placed{hash: textEnds})
}

// read appends the words of r, in which a capital may tell a name.
func (w wording) read(r *reading, capitals bool) wording {
	for i, word := range r.words {
		if word.Script == text.Han || unspaced(word.Script) {
			eachRun(word.Text, 1, func(c string) { w = append(w, placed{uint32(maphash.String(seed, c)), character}) })
			continue
		}
		kind, s := plainWord, word.Text
		first, _ := utf8.DecodeRuneInString(r.surface(i))
		switch {
		case unicode.IsDigit(first):
			kind = numeral
			if end := strings.LastIndexFunc(s, unicode.IsDigit) + 1; end > 0 {
				s = s[:end] // "179B", "179bn"
			}
		case word.Script == text.Hiragana || text.Stopword(s, r.lang):
			kind = grammar
		case capitals && unicode.IsUpper(first) || word.Script == text.Katakana || word.Script == text.Hangul:
			kind = particularWord
		}
		w = append(w, placed{uint32(maphash.String(seed, s)), kind})
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

// align says for each place of w where the same stands in o, -1 for nowhere: pairs of words that both texts have equally often, the
// first of one to the first of the other, and both ends.
func (w wording) align(o wording) []int {
	at := make([]int, len(w))
	for i := range at {
		at[i] = -1
	}
	theirs := o.pairs()
	for pair, ours := range w.pairs() {
		if same := theirs[pair]; len(same) == len(ours) {
			for k, i := range ours {
				at[i], at[i+1] = same[k], same[k]+1
			}
		}
	}
	at[0], at[len(w)-1] = 0, len(o)-1
	return at
}

// pairs are the places of each pair of neighbours.
func (w wording) pairs() map[uint64][]int {
	m := make(map[uint64][]int, len(w))
	for i := range len(w) - 1 {
		m[w.pair(i)] = append(m[w.pair(i)], i)
	}
	return m
}

// pair is what stands at i and after it.
func (w wording) pair(i int) uint64 { return uint64(w[i].hash)<<32 | uint64(w[i+1].hash) }

// hash is one for the particulars of w.
func (w wording) hash() uint64 {
	h := uint64(0)
	for _, p := range w {
		if p.kind.particular() {
			h = (h ^ uint64(p.hash)) * 0x9E3779B97F4A7C15
		}
	}
	return h
}

// differ reports whether two slots both hold particulars, and none that both hold.
func differ(a, b wording) bool {
	ours, theirs := false, false
	for _, x := range a {
		if !x.kind.particular() {
			continue
		}
		ours = true
		for _, y := range b {
			theirs = theirs || y.kind.particular()
			if x.hash == y.hash {
				return false
			}
		}
	}
	return ours && theirs
}

// sameTemplate reports whether a follows the template of one of the story's articles, of its text or, where one is a title alone, of its
// title.
func (s *story) sameTemplate(a analysis) bool {
	return slices.ContainsFunc(s.wordings, func(w wording) bool {
		if a.full() && w.full() {
			return a.wording.sameTemplate(w)
		}
		return a.wording.sameFrame(w, a.casing)
	})
}

// full reports whether there is enough of a text to tell its template.
func (w wording) full() bool {
	return len(w)-slices.IndexFunc(w, func(p placed) bool { return p.hash == textBegins }) > 2*shingleWords
}
