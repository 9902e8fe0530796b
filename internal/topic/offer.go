package topic

import (
	"slices"
	"sync"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// offer are the terms that an article has.
type offer struct {
	doc   *doc
	lang  uint64  // bit of the article's language
	keys  []keyAt // noted, to be looked up one right after the other
	terms []uint32
	had   bitset  // them
	where []spell // by term, of those that are words: where the article has it first

	chances []*entry // queries that it may match
	met     bitset   // their numbers
	hits    []hit    // those it matches
	finding          // what it has of them
}

// hit is a query that the article matches.
type hit struct {
	*entry
	end int // of its part of found
}

type keyAt struct {
	key   uint64
	where spell
}

// spell is a word of the article: its place in the upper bits and its number there in the lower ones.
type spell uint32

const spellBits = 30

var offers = sync.Pool{New: func() any { return new(offer) }}

// release lets another article use the memory.
func (o *offer) release() {
	clear(o.chances)
	clear(o.hits)
	clear(o.found)
	o.doc, o.chances, o.hits, o.found = nil, o.chances[:0], o.hits[:0], o.found[:0]
	offers.Put(o)
}

// matches adds the topics of the hits. All their words share one piece of memory.
func (o *offer) matches(matches []news.Match) []news.Match {
	topics := 0
	for _, h := range o.hits {
		topics += len(h.ids)
	}
	matches = slices.Grow(matches, topics)
	words, start := make([]string, len(o.found)), 0
	for _, h := range o.hits {
		m := matchOf(o.found[start:h.end], words[start:start:h.end])
		for _, id := range h.ids {
			m.Topic = id
			matches = append(matches, m)
		}
		start = h.end
	}
	return matches
}

func (o *offer) has(also note) bool { return o.had.has(also[0]) || o.had.has(also[1]) }

// read takes what an article has of a vocabulary.
func (o *offer) read(v *vocabulary, d *doc) {
	o.doc, o.lang, o.terms = d, v.language(d.lang.base), o.terms[:0]
	o.where = slices.Grow(o.where[:0], len(v.terms))[:len(v.terms)]
	o.had.reset(len(v.terms))
	o.had.add(0)
	o.key(&v.table, hashOf(d.lang.base)^langSalt, 0)
	if v.kinds[atomSource] > 0 {
		o.key(&v.table, anySource, 0)
		o.words(v, &d.source, InSource, sourceSalt)
	}
	if v.kinds[atomTitle] > 0 {
		o.words(v, &d.title, InTitle, titleSalt)
	}
	sections := []*section{InTitle: &d.title, InText: &d.body}
	for in, s := range sections {
		o.words(v, s, Place(in), 0)
		o.solids(v, s)
	}
	o.look(&v.table)
	if v.kinds[atomPrefix] > 0 {
		for _, s := range sections {
			o.heads(&v.heads, s)
		}
		o.look(&v.heads)
	}
}

// words takes the words of a section, the same ones once.
func (o *offer) words(v *vocabulary, s *section, in Place, salt uint64) {
	for _, at := range s.first {
		if at > 0 {
			o.key(&v.table, s.words[at-1].stem^salt, spell(in)<<spellBits|spell(at-1))
		}
	}
}

// key notes a key that the table can have.
func (o *offer) key(t *table, key uint64, where spell) {
	if t.seen.maybe(key) {
		o.keys = append(o.keys, keyAt{key, where})
	}
}

// look takes the terms that the noted keys lead to.
func (o *offer) look(t *table) {
	for _, k := range o.keys {
		for at := t.home(k.key); t.slots[at].term != 0; at = t.next(at) {
			if s := &t.slots[at]; s.key == k.key && s.langs&o.lang != 0 && o.had.add(s.term) {
				o.terms = append(o.terms, s.term)
				o.where[s.term] = k.where
			}
		}
	}
	o.keys = o.keys[:0]
}

// heads takes what words begin with.
func (o *offer) heads(t *table, s *section) {
	for _, w := range s.words {
		if w.solid() {
			continue
		}
		o.head(t, w.head, s.text[w.start:w.end])
		if w.verdict&elided != 0 {
			word := afterElision(text.Fold(s.text[w.start:w.end]))
			o.head(t, headOf(word), word)
		}
	}
}

func (o *offer) head(t *table, head uint64, written string) {
	for n := 2; n <= headLetters; n++ {
		o.key(t, beginning(head, n), 0)
	}
	if !t.seen.maybe(head ^ longSalt) {
		return
	}
	word, n := text.Fold(written), 0
	for i := range word {
		if n > headLetters {
			o.key(t, hashOf(word[:i]), 0)
		}
		if n++; n > prefixLetters {
			return
		}
	}
	o.key(t, hashOf(word), 0)
}

func (o *offer) solids(v *vocabulary, s *section) {
	chars := v.kinds[atomChar] > 0
	last := '\n'
	for _, r := range s.simple {
		if chars {
			o.key(&v.table, charKey(r), 0)
		}
		if last != '\n' && r != '\n' {
			o.key(&v.table, pairKey(last, r), 0)
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
