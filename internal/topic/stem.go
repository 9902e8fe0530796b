package topic

import (
	"hash/maphash"
	"sync/atomic"

	"newsbrief/internal/text"
)

// stemmed remembers the stems of words met lately: the same words come again in most articles, and stemming them costs more than all
// the rest of matching. Each word has one place, which it takes from the word before it, so that the memory is bounded without locks.
var (
	stemmed  [1 << 16]atomic.Pointer[stemming]
	stemSeed = maphash.MakeSeed()
)

type stemming struct{ word, stem, lang string }

// maxRemembered is how many bytes a word that is remembered may have together with its stem and language.
const maxRemembered = 128

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
	if n, m := len(word), len(word)+len(stem); m+len(lang) <= maxRemembered {
		all := word + stem + lang // copied, since a word would keep its whole article, and side by side, which memory reads at once
		stem = all[n:m]
		place.Store(&stemming{all[:n], stem, all[m:]})
	}
	return stem
}
