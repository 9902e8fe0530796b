package story

import (
	"unicode"
	"unicode/utf8"
)

// What a word is worth that an article shares with one story alone, in nats, and how many of a kind count. Shared with two or three
// stories, which may be fragments of one, it is worth half or a third of that.
const (
	ownTitleName  = 1.5 // a name in both titles …
	ownName       = 0.6 // … or elsewhere; names alone may be those of another thing their bearers did
	ownTitleWord  = 1.0
	ownWord       = 0.8
	mostOfNames   = 3.5
	maxTitleWords = 3.0
	maxWords      = 6.0
	maxSharers    = 3
)

// own is how strongly the uncommon words speak that hardly another story has: a town, a ship, a firm, the number of the injured.
func (l *language) own(words []weighted, s *story) float64 {
	var titleNames, names, titleWords, others float64
	for _, w := range words {
		n, shared := s.uses(w.id)
		if !shared || w.common > 0 {
			continue
		}
		sharers := 0
		for _, p := range w.posts {
			if !p.dead {
				if sharers++; sharers > maxSharers {
					break
				}
			}
		}
		if sharers > maxSharers {
			continue
		}
		worth := 1 / float64(sharers)
		first, _ := utf8.DecodeRuneInString(w.surface)
		if unicode.Is(unicode.Han, first) { // two characters of a run, which overlap
			worth /= 2
		}
		isName, inTitles := unicode.IsUpper(first) || unicode.Is(unicode.Katakana, first), w.weight == 1 && n >= 1
		switch {
		case isName && inTitles:
			titleNames += worth
		case isName:
			names += worth
		case inTitles:
			titleWords += worth
		default:
			others += worth
		}
	}
	return min(ownTitleName*titleNames+ownName*names, mostOfNames) + ownTitleWord*min(titleWords, maxTitleWords) + ownWord*min(others, maxWords)
}
