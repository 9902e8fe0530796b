package topic

import "unicode/utf8"

// vocabulary are the terms that queries are filed under, and how articles come to them.
type vocabulary struct {
	terms   []term // by number; 0 is the one that every article has and none is filed under
	numbers numbers
	byAtom  map[atom]uint32
	byKey   map[uint64]uint32 // key → the first of its links
	links   []link            // 0 ends
	unused  []uint32          // links
	filter  []uint64          // a bit for each key there ever was: most of an article's aren't looked up
	langs   map[string]uint64 // the languages that words have keys of, a bit each
	kinds   [atomKinds]int    // how many terms there are
}

// atom is what a term stands for.
type atom struct {
	kind atomKind
	word string
}

type atomKind uint8

const (
	atomWord   atomKind = iota // a word of a spaced script, in all its inflections
	atomTitle                  // such a word in the title
	atomSource                 // such a word in the source's name; "" is any source
	atomPair                   // two neighbours of a solid script, in simplified characters
	atomChar                   // one of them
	atomPrefix                 // the first two to four letters of a word
	atomLang                   // a base language
	atomKinds
)

// inflected tells the kinds whose keys differ by language.
func (k atomKind) inflected() bool { return k <= atomSource }

type term struct {
	atom
	filed   []under
	used    uint32 // in how many places of queries
	offered uint32 // how many articles had it, as far as it was known
}

// under is an entry as it is filed under a term. An article must have one of the terms noted in also, too: most are told by that
// without a look at the query.
type under struct {
	*entry
	also  note
	alone bool // the query is nothing but the term
}

// note are terms of which an article must have one; both are 0 where nothing else must be there.
type note [2]uint32

// link says that a key leads to a term in some languages. Several words have the same stem.
type link struct {
	langs      uint64
	term, next uint32
}

// maxLangs bounds the languages; what a feed declares beyond them is matched as an unknown language.
const maxLangs = 64

const everyLanguage = 1<<maxLangs - 1

const filterBits = 1 << 21

func newVocabulary() vocabulary {
	return vocabulary{terms: make([]term, 1), numbers: numbers{next: 1}, byAtom: map[atom]uint32{}, byKey: map[uint64]uint32{},
		links: make([]link, 1), filter: make([]uint64, filterBits/64), langs: map[string]uint64{}}
}

// language is the bit of a language, 0 for one that is not learnt yet.
func (v *vocabulary) language(lang string) uint64 {
	if bit := v.langs[lang]; bit != 0 || len(v.langs) < maxLangs {
		return bit
	}
	return v.langs[""]
}

// learn gives all words their keys in a language, and before anything else in the unknown one.
func (v *vocabulary) learn(lang string) {
	for _, lang := range []string{"", lang} {
		if v.language(lang) != 0 {
			continue
		}
		bit := uint64(1) << len(v.langs)
		v.langs[lang] = bit
		for number := uint32(1); int(number) < len(v.terms); number++ {
			if t := &v.terms[number]; t.used > 0 && t.kind.inflected() {
				v.link(t.key(lang), bit, number)
			}
		}
	}
}

// Keys are what an article offers: hashes of stems, and what the other kinds are told by.
const (
	titleSalt   = 0x27D4EB2F165667C5
	sourceSalt  = 0x9E3779B97F4A7C15
	prefixSalt  = 0xC2B2AE3D27D4EB4F
	langSalt    = 0x165667B19E3779F9
	anySource   = 1
	charBit     = 1 << 42
	pairKeyBits = 21
)

func (a atom) key(lang string) uint64 {
	switch a.kind {
	case atomWord:
		return keyOf(stemOf(a.word, lang))
	case atomTitle:
		return keyOf(stemOf(a.word, lang)) ^ titleSalt
	case atomSource:
		if a.word == "" {
			return anySource
		}
		return keyOf(stemOf(a.word, lang)) ^ sourceSalt
	case atomPair, atomChar:
		first, n := utf8.DecodeRuneInString(a.word)
		if n == len(a.word) {
			return charKey(first)
		}
		second, _ := utf8.DecodeRuneInString(a.word[n:])
		return pairKey(first, second)
	case atomPrefix:
		return headOf(a.word) ^ prefixSalt
	default:
		return hashOf(a.word) ^ langSalt
	}
}

func charKey(r rune) uint64       { return charBit | uint64(r) }
func pairKey(a, b rune) uint64    { return uint64(a)<<pairKeyBits | uint64(b) }
func filterBit(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> (64 - 21) }

// use returns the term of an atom, which has one use more.
func (v *vocabulary) use(a atom) uint32 {
	number, ok := v.byAtom[a]
	if !ok {
		number = v.numbers.take()
		if int(number) == len(v.terms) {
			v.terms = append(v.terms, term{})
		}
		v.terms[number] = term{atom: a}
		v.byAtom[a] = number
	}
	t := &v.terms[number]
	if t.used++; t.used > 1 {
		return number
	}
	v.kinds[a.kind]++
	v.eachKey(a, func(key, langs uint64) { v.link(key, langs, number) })
	return number
}

// drop takes one use back. A term that articles have often is kept without keys: it knows how often.
func (v *vocabulary) drop(number uint32) {
	t := &v.terms[number]
	if t.used--; t.used > 0 {
		return
	}
	v.kinds[t.kind]--
	v.eachKey(t.atom, func(key, _ uint64) { v.unlink(key, number) })
	if t.offered < tiredAfter/2 {
		delete(v.byAtom, t.atom)
		v.terms[number] = term{}
		v.numbers.give(number)
	}
}

func (v *vocabulary) eachKey(a atom, do func(key, langs uint64)) {
	if !a.kind.inflected() {
		do(a.key(""), everyLanguage)
		return
	}
	for lang, bit := range v.langs {
		do(a.key(lang), bit)
	}
}

// link leads a key to a term in some languages.
func (v *vocabulary) link(key, langs uint64, term uint32) {
	first := v.byKey[key]
	for at := first; at != 0; at = v.links[at].next {
		if v.links[at].term == term {
			v.links[at].langs |= langs
			return
		}
	}
	at := uint32(len(v.links))
	if last := len(v.unused) - 1; last >= 0 {
		at, v.unused = v.unused[last], v.unused[:last]
	} else {
		v.links = append(v.links, link{})
	}
	v.links[at] = link{langs, term, first}
	v.byKey[key] = at
	bit := filterBit(key)
	v.filter[bit/64] |= 1 << (bit % 64)
}

func (v *vocabulary) unlink(key uint64, term uint32) {
	before := uint32(0)
	for at := v.byKey[key]; at != 0; before, at = at, v.links[at].next {
		if v.links[at].term != term {
			continue
		}
		switch next := v.links[at].next; {
		case before != 0:
			v.links[before].next = next
		case next != 0:
			v.byKey[key] = next
		default:
			delete(v.byKey, key)
		}
		v.unused = append(v.unused, at)
		return
	}
}
