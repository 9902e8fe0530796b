package topic

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"newsbrief/internal/text"
)

var hashSeed = maphash.MakeSeed()

func hashOf(s string) uint64 { return maphash.String(hashSeed, s) }

// language is a base language, and what tells the hashes of its words from those of others.
type language struct {
	base string
	salt uint64
}

func newLanguage(base string) language { return language{base, hashOf(base)} }

// lexeme is what is known of a word of a spaced script. Words are compared by hashes alone: of 64 bits under a secret seed, two
// words don't share one.
type lexeme struct {
	stem    uint64 // of its stem; never 0
	head    uint64 // its first letters
	verdict verdict
}

// lexemes remembers the words met lately: the same words come again in most articles, and stemming them costs more than all the rest of
// matching. Each word has two places side by side, of which it takes one from the word before it, so that the memory is bounded without
// locks; a place that is read while it is written is told by its check.
var lexemes [1 << 17][2]remembered

type remembered struct{ check, stem, head, verdict atomic.Uint64 }

// lexeme returns what is known of a word as a text writes it.
func (l language) lexeme(written string) lexeme {
	hash := hashOf(written)
	if x, ok := l.remembered(hash); ok {
		return x
	}
	folded := text.Fold(written)
	stem := stemOf(folded, l.base)
	x := lexeme{keyOf(stem), headOf(folded), profileOf(l.base).verdict(folded, stem)}
	if afterElision(folded) != "" {
		x.verdict |= elided
	}
	key := hash ^ l.salt
	places := &lexemes[key%uint64(len(lexemes))]
	place := &places[0]
	if place.stem.Load() != 0 && (places[1].stem.Load() == 0 || key>>63 == 1) {
		place = &places[1]
	}
	place.stem.Store(x.stem)
	place.head.Store(x.head)
	place.verdict.Store(uint64(x.verdict))
	place.check.Store(key ^ x.stem ^ x.head ^ uint64(x.verdict))
	return x
}

// remembered is lexeme for a word of a hash, if it was met lately.
func (l language) remembered(hash uint64) (lexeme, bool) {
	key := hash ^ l.salt
	places := &lexemes[key%uint64(len(lexemes))]
	for i := range places {
		place := &places[i]
		x := lexeme{place.stem.Load(), place.head.Load(), verdict(place.verdict.Load())}
		if x.stem != 0 && place.check.Load() == key^x.stem^x.head^uint64(x.verdict) {
			return x, true
		}
	}
	return lexeme{}, false
}

// stemOf is a folded word's stem, or the word itself where nothing is left of it (a lone Arabic tatweel).
func stemOf(word, lang string) string {
	stem := text.Stem(word, lang)
	switch {
	case stem == "":
		return word
	case lang == "de":
		return plainUmlauts(stem)
	}
	return stem
}

// keyOf is what a stem is known by.
func keyOf(stem string) uint64 { return max(1, hashOf(stem)) }

// plainUmlauts writes the ae, oe and ue of those without umlauts on their keyboards as the stems have ä, ö and ü.
func plainUmlauts(stem string) string {
	if !strings.Contains(stem, "ae") && !strings.Contains(stem, "oe") && !strings.Contains(stem, "ue") {
		return stem
	}
	plain := make([]byte, 0, len(stem))
	for i := range len(stem) {
		if stem[i] == 'e' && i > 0 && strings.IndexByte("aou", stem[i-1]) >= 0 && (i == 1 || strings.IndexByte("aeiouq", stem[i-2]) < 0) {
			continue
		}
		plain = append(plain, stem[i])
	}
	return string(plain)
}

// headLetters is how many letters of a prefix the index and the search for it go by first.
const headLetters = 4

// noLetter stands in a head where the word has no letter any more.
const noLetter = 0xFFFF

// headOf packs the first letters of a folded word, 16 bits of each.
func headOf(word string) uint64 {
	head := uint64(0)
	for range headLetters {
		r, n := utf8.DecodeRuneInString(word)
		if n == 0 {
			r = noLetter
		}
		head, word = head<<16|uint64(r&0xFFFF), word[n:]
	}
	return head
}

// beginning is the head of the first n letters of a word that has the head.
func beginning(head uint64, n int) uint64 { return head | (1<<(16*(headLetters-n)) - 1) }
