package topic

import "unicode/utf8"

// vocabulary are the terms that queries are filed under, and how articles come to them.
type vocabulary struct {
	terms   []term // by number; 0 is the one that every article has and none is filed under
	atoms   []atom // what they stand for
	numbers numbers
	byAtom  map[atom]uint32
	table   table
	heads   table             // of prefixes: every word of an article is looked for here, in little memory
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
	atomPrefix                 // the first letters of a word, at most prefixLetters
	atomLang                   // a base language
	atomKinds
)

// prefixLetters is how many letters of a prefix are an atom.
const prefixLetters = 8

// inflected tells the kinds whose keys differ by language.
func (k atomKind) inflected() bool { return k <= atomSource }

type term struct {
	filed   []under
	used    uint32 // in how many places of queries
	offered uint32 // how many articles had it, as far as it was known
}

// under is an entry as it is filed under a term. An article must have one of the terms noted in also, too: most are told by that
// without a look at the query.
type under struct {
	*entry
	also note
}

// note are terms of which an article must have one; both are 0 where nothing else must be there.
type note [2]uint32

// maxLangs bounds the languages; what a feed declares beyond them is matched as an unknown language.
const maxLangs = 64

const everyLanguage = 1<<maxLangs - 1

func newVocabulary() vocabulary {
	return vocabulary{terms: make([]term, 1), atoms: make([]atom, 1), numbers: numbers{next: 1}, byAtom: map[atom]uint32{}, table: newTable(1 << 21), heads: newTable(1 << 16), langs: map[string]uint64{}}
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
			if a := v.atoms[number]; v.terms[number].used > 0 && a.kind.inflected() {
				v.table.add(a.key(lang), bit, number)
			}
		}
	}
}

// Keys are what an article offers: hashes of stems, and what the other kinds are told by.
const (
	titleSalt   = 0x27D4EB2F165667C5
	sourceSalt  = 0x9E3779B97F4A7C15
	longSalt    = 0x85EBCA77C2B2AE63 // of the head of a longer prefix: a mark without a term
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
		if utf8.RuneCountInString(a.word) <= headLetters {
			return headOf(a.word)
		}
		return hashOf(a.word)
	default:
		return hashOf(a.word) ^ langSalt
	}
}

func charKey(r rune) uint64    { return charBit | uint64(r) }
func pairKey(a, b rune) uint64 { return uint64(a)<<pairKeyBits | uint64(b) }

// use returns the term of an atom, which has one use more.
func (v *vocabulary) use(a atom) uint32 {
	number, ok := v.byAtom[a]
	if !ok {
		number = v.numbers.take()
		if int(number) == len(v.terms) {
			v.terms, v.atoms = append(v.terms, term{}), append(v.atoms, atom{})
		}
		v.atoms[number] = a
		v.byAtom[a] = number
	}
	t := &v.terms[number]
	if t.used++; t.used > 1 {
		return number
	}
	v.kinds[a.kind]++
	if a.kind == atomPrefix {
		v.heads.seen.add(headOf(a.word) ^ longSalt)
	}
	v.eachKey(a, func(t *table, key, langs uint64) { t.add(key, langs, number) })
	return number
}

// drop takes one use back. A term that articles have often is kept without keys: it knows how often.
func (v *vocabulary) drop(number uint32) {
	t := &v.terms[number]
	if t.used--; t.used > 0 {
		return
	}
	a := v.atoms[number]
	v.kinds[a.kind]--
	v.eachKey(a, func(t *table, key, _ uint64) { t.remove(key, number) })
	if t.offered < tiredAfter/2 {
		delete(v.byAtom, a)
		v.terms[number], v.atoms[number] = term{}, atom{}
		v.numbers.give(number)
	}
}

func (v *vocabulary) eachKey(a atom, do func(t *table, key, langs uint64)) {
	switch {
	case a.kind == atomPrefix:
		do(&v.heads, a.key(""), everyLanguage)
	case !a.kind.inflected():
		do(&v.table, a.key(""), everyLanguage)
	default:
		for lang, bit := range v.langs {
			do(&v.table, a.key(lang), bit)
		}
	}
}
