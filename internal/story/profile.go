package story

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// profile is what an article with a text is about: the words of its title and beginning, in order of their hashes.
type profile struct {
	words []profileWord
	norm  float64 // length as a vector of weight times rarity, as of when it was made
	title float64 // rarity of the title's words together
}

type profileWord struct {
	hash  uint32
	count uint8
	title bool
	lead  bool // stands in the first lines
	name  bool // is a number of two digits or more, or a name as far as the script shows
}

const (
	profileBytes = 1500 // how much of a text is looked at; what comes later is background and other news
	leadBytes    = 300
	maxProfile   = 160 // words there commonly are at most
	maxProfiles  = 4   // articles of a story that are kept to compare others with

	firstLines   = 0.5 // what a word weighs more that the first lines hold …
	nameOrNumber = 0.7 // … and one that looks like a name or a number
)

// weight is high for what an article keeps saying, for what it says first and for what tells events apart.
func (w profileWord) weight() float64 {
	sum := 0.0
	if w.count > 0 {
		sum = 1 + math.Log(float64(w.count))
	}
	if w.title {
		sum++
	}
	if w.lead {
		sum += firstLines
	}
	if w.name {
		sum += nameOrNumber
	}
	return sum
}

func newProfile(title, body *reading, concepts []concept) profile {
	words := make([]profileWord, 0, maxProfile)
	at := make(map[uint32]int, maxProfile)
	find := func(h uint32) *profileWord {
		i, known := at[h]
		if !known {
			i = len(words)
			at[h] = i
			words = append(words, profileWord{hash: h})
		}
		return &words[i]
	}
	eachProfileWord(title, title.words, func(h uint32, _ int, _ bool) { find(h).title = true })
	eachProfileWord(body, body.first(profileBytes), func(h uint32, at int, name bool) {
		w := find(h)
		w.lead, w.name = w.lead || at < leadBytes, w.name || name
		if w.count < math.MaxUint8 {
			w.count++
		}
	})
	for _, c := range concepts {
		if k := c.kind(); k != "name" && k != "number" && k != "detail" {
			w := find(uint32(maphash.String(seed, c.id)))
			w.count, w.title = 1, c.title
		}
	}
	slices.SortFunc(words, func(a, b profileWord) int { return cmp.Compare(a.hash, b.hash) })
	return profile{words: slices.Clip(words)}
}

// eachProfileWord calls f for each word that isn't grammar, Han and Hangul two characters by two, with the byte it begins at and
// whether it looks like a name or a number.
func eachProfileWord(r *reading, words []text.Word, f func(hash uint32, at int, name bool)) {
	for i, w := range words {
		if w.Script == text.Hiragana || text.Stopword(w.Text, r.lang) {
			continue
		}
		plain := func(part string) { f(uint32(maphash.String(seed, part)), w.Start, false) }
		switch {
		case w.Script == text.Hangul:
			eachRun(withoutParticle(w.Text), 2, plain)
			continue
		case w.Script == text.Han:
			eachRun(w.Text, 2, func(pair string) {
				if !strings.ContainsAny(pair, hanGrammar) {
					plain(pair)
				}
			})
			continue
		case unspaced(w.Script):
			eachRun(w.Text, triple, plain)
			continue
		}
		stem := r.stem(i)
		if first, n := utf8.DecodeRuneInString(stem); n < len(stem) || unicode.IsDigit(first) {
			capital, _ := utf8.DecodeRuneInString(r.s[w.Start:])
			f(uint32(maphash.String(seed, stem)), w.Start, unicode.IsUpper(capital) || unicode.IsDigit(first) && n < len(stem))
		}
	}
}

// likeness compares two profiles: the cosine between them, and which share of the one title the other article has, or the
// other way round if that is more. rarities are those of p's words.
func (p *profile) likeness(rarities []float64, q *profile) (cosine, title float64) {
	dot, ours, theirs := 0.0, 0.0, 0.0
	for i, j := 0, 0; i < len(p.words) && j < len(q.words); {
		switch a, b := p.words[i], q.words[j]; {
		case a.hash < b.hash:
			i++
		case a.hash > b.hash:
			j++
		default:
			r := rarities[i]
			dot += a.weight() * b.weight() * r * r
			if a.title {
				ours += r
			}
			if b.title {
				theirs += r
			}
			i++
			j++
		}
	}
	if dot == 0 {
		return 0, 0
	}
	if p.title > 0 {
		title = ours / p.title
	}
	if q.title > 0 {
		title = max(title, theirs/q.title)
	}
	return dot / (p.norm * q.norm), min(title, 1)
}

// Where texts begin to tell the same event, in nats. Measured on reports of developing stories, and on others that are as alike as
// different events get.
const (
	cosineNats  = 2.0
	titleNats   = 4.0 // times the share of a title that the other article has
	conceptNats = 8.0 // times the share of looked-up concepts: paraphrases name the same things in other words
	likeBar     = 7.3

	// Texts that are alike throughout need nothing that is theirs alone.
	copyCosineNats = 10.0
	copyTitleNats  = 5.0
	copyBar        = 9.0
)

// likeness is how strongly the texts of a and the story, the share of concepts that both tell, and the words that are theirs alone
// speak for one event, in nats over the bar.
func (s *story) likeness(a analysis, rarities []float64, agreement, own float64) float64 {
	best := math.Inf(-1)
	for i := range s.profiles {
		cosine, title := a.profile.likeness(rarities, &s.profiles[i])
		best = max(best, cosineNats*cosine+titleNats*title+conceptNats*agreement+own-likeBar, copyCosineNats*cosine+copyTitleNats*title+conceptNats*agreement-copyBar)
	}
	return best
}
