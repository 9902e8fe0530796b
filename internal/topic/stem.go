package topic

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"newsbrief/internal/text"
)

// stemmed remembers the stems of words met lately: the same words come again in most articles, and stemming them costs more than all
// the rest of matching. Each word has one place, which it takes from the word before it, so that the memory is bounded without locks.
var (
	stemmed  [1 << 16]atomic.Pointer[stemming]
	stemSeed = maphash.MakeSeed()
)

type stemming struct{ word, lang, stem string }

// maxRemembered is the longest word and language remembered, in bytes together.
const maxRemembered = 64

// stemOf is the stem of a word, or the folded word where nothing is left of it (a lone Arabic tatweel).
func stemOf(word, lang string) string {
	place := &stemmed[(maphash.String(stemSeed, word)+maphash.String(stemSeed, lang))%uint64(len(stemmed))]
	if s := place.Load(); s != nil && s.word == word && s.lang == lang {
		return s.stem
	}
	stem := text.Stem(word, lang)
	if stem == "" {
		stem = text.Fold(word)
	}
	if len(word)+len(lang) <= maxRemembered { // cloned: a word would keep its whole article
		stem = strings.Clone(stem)
		place.Store(&stemming{strings.Clone(word), strings.Clone(lang), stem})
	}
	return stem
}
