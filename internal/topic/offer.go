package topic

import (
	"slices"
	"sync"

	"newsbrief/internal/text"
)

// offer are the terms that an article has.
type offer struct {
	doc   *doc
	lang  uint64 // bit of the article's language
	terms []uint32
	had   bitset  // them
	where []spell // by term, of those that are words: where the article has it first
	met   bitset  // the queries it has met
	found []Found // memory
}

// spell is a word of the article: its place in the upper bits and its number there in the lower ones.
type spell uint32

const spellBits = 30

var offers = sync.Pool{New: func() any { return new(offer) }}

func (o *offer) has(also note) bool { return o.had.has(also[0]) || o.had.has(also[1]) }

// read takes what an article has of a vocabulary.
func (o *offer) read(v *vocabulary, d *doc) {
	o.doc, o.lang, o.terms = d, v.language(d.lang.base), o.terms[:0]
	o.where = slices.Grow(o.where[:0], len(v.terms))[:len(v.terms)]
	o.had.reset(len(v.terms))
	o.had.add(0)
	o.key(v, hashOf(d.lang.base)^langSalt, 0)
	if v.kinds[atomSource] > 0 {
		o.key(v, anySource, 0)
		o.words(v, &d.source, InSource, sourceSalt)
	}
	if v.kinds[atomTitle] > 0 {
		o.words(v, &d.title, InTitle, titleSalt)
	}
	for in, s := range []*section{InTitle: &d.title, InText: &d.body} {
		o.words(v, s, Place(in), 0)
		if v.kinds[atomPrefix] > 0 {
			o.heads(v, s)
		}
		o.solids(v, s)
	}
}

// words takes the words of a section, the same ones once.
func (o *offer) words(v *vocabulary, s *section, in Place, salt uint64) {
	for _, at := range s.first {
		if at > 0 {
			o.key(v, s.words[at-1].stem^salt, spell(in)<<spellBits|spell(at-1))
		}
	}
}

// key takes the terms that a key leads to.
func (o *offer) key(v *vocabulary, key uint64, where spell) {
	t := &v.table
	if !t.maybe(key) {
		return
	}
	for at := t.home(key); t.slots[at].term != 0; at = t.next(at) {
		if s := &t.slots[at]; s.key == key && s.langs&o.lang != 0 && o.had.add(s.term) {
			o.terms = append(o.terms, s.term)
			o.where[s.term] = where
		}
	}
}

// heads takes what words begin with.
func (o *offer) heads(v *vocabulary, s *section) {
	for _, w := range s.words {
		if w.solid() {
			continue
		}
		o.head(v, w.head, s.text[w.start:w.end])
		if w.verdict&elided != 0 {
			word := afterElision(text.Fold(s.text[w.start:w.end]))
			o.head(v, headOf(word), word)
		}
	}
}

func (o *offer) head(v *vocabulary, head uint64, written string) {
	for n := 2; n <= headLetters; n++ {
		o.key(v, beginning(head, n)^prefixSalt, 0)
	}
	if !v.table.maybe(head ^ longSalt) {
		return
	}
	word, n := text.Fold(written), 0
	for i := range word {
		if n > headLetters {
			o.key(v, hashOf(word[:i])^prefixSalt, 0)
		}
		if n++; n > prefixLetters {
			return
		}
	}
	o.key(v, hashOf(word)^prefixSalt, 0)
}

func (o *offer) solids(v *vocabulary, s *section) {
	chars := v.kinds[atomChar] > 0
	last := '\n'
	for _, r := range s.simple {
		if chars {
			o.key(v, charKey(r), 0)
		}
		if last != '\n' && r != '\n' {
			o.key(v, pairKey(last, r), 0)
		}
		last = r
	}
}

// wordOf is a term that is a word as the article has it.
func (o *offer) wordOf(term uint32) Found {
	at := o.where[term]
	in := Place(at >> spellBits)
	s := o.doc.section(in)
	w := s.words[at&(1<<spellBits-1)]
	return Found{s.text[w.start:w.end], in, int(w.start), int(w.end)}
}

// bitset is a set of small numbers.
type bitset []uint64

// reset empties the set and makes room for the numbers below n.
func (b *bitset) reset(n int) {
	words := (n + 63) / 64
	*b = slices.Grow((*b)[:0], words)[:words]
	clear(*b)
}

func (b bitset) has(n uint32) bool { return b[n/64]>>(n%64)&1 == 1 }

// add reports whether the number is new.
func (b bitset) add(n uint32) bool {
	absent := b[n/64]>>(n%64)&1 == 0
	b[n/64] |= 1 << (n % 64)
	return absent
}
