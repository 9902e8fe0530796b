package topic

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// profile is what decides for which built-in topic in one language. Its words are known by the hashes of their stems.
type profile struct {
	lang    string
	entries []keyword
	exact   map[string]int32   // folded word → entry, for words whose stem means too much
	words   map[uint64]int32   // stem → entry
	phrases map[uint64][]int32 // first stem → entries, longest first
	solid   map[string]int32   // word of a solid script, without spaces → entry
	begins  map[[2]rune]uint64 // first two characters of solid (the second 0 for a single one) → a bit for each length in characters there is
	begin   filter             // of the keys of begins: most pairs of a text begin nothing
	mixed   map[uint64][]mixed // words of several kinds of scripts (JR東日本), by the stem of their anchor
	heads   map[uint64]bool    // first letters of exact and words where the language writes compounds as one word, whose parts count too
}

// keyword is one word or phrase of a profile with the topics it speaks for.
type keyword struct {
	stems  []uint64 // of a phrase
	votes  []vote
	points []points // the votes, shared out to their topics and to those these are part of
}

// points are what a keyword found once in the text gives to a topic.
type points struct {
	topic   int32 // index in builtins
	decides bool
	points  float64
}

// mixed is a keyword with parts that are found inside longer words and parts that are not.
type mixed struct {
	leaf  leaf
	entry int32
}

type vote struct {
	topic  int32 // index in builtins
	weight float32
}

// weights of the four kinds of lines in a profile: words that decide, words that are typical, words that hint, and words that only
// look as if they did: those use up their place in the text and speak for nothing.
var weights = map[string]float32{"3": 3, "2": 2, "1": 1, "0": 0}

var profiles = func() map[string]func() *profile {
	byLang := map[string]func() *profile{}
	for _, lang := range Languages {
		byLang[lang] = sync.OnceValue(func() *profile { return loadProfile(lang) })
	}
	return byLang
}()

// profileOf returns the profile an article of a base language is read with.
func profileOf(lang string) *profile {
	if load := profiles[lang]; load != nil {
		return load()
	}
	return profiles["en"]()
}

func loadProfile(lang string) *profile {
	p := &profile{lang: lang, exact: map[string]int32{}, words: map[uint64]int32{}, phrases: map[uint64][]int32{}, solid: map[string]int32{}, begins: map[[2]rune]uint64{}, begin: newFilter(1 << 16), mixed: map[uint64][]mixed{}}
	if lang == "de" {
		p.heads = map[uint64]bool{}
	}
	set := builtins()
	readSections(lang, func(id news.TopicID, key, value string) {
		weight, ok := weights[key]
		if !ok {
			if key, _, _ := strings.Cut(key, " "); key != "name" && key != "about" && key != "also" {
				panic(fmt.Sprintf("profiles/%s.txt: %s is no key of a topic", lang, key))
			}
			return
		}
		for word := range strings.SplitSeq(value, ",") {
			if word = strings.TrimSpace(word); word != "" {
				p.add(word, vote{topic: int32(set.index[id]), weight: weight})
			}
		}
	})
	for i := range p.entries {
		p.entries[i].share(set)
	}
	return p
}

func (p *profile) add(word string, v vote) {
	l := newLeaf(word, false)
	switch {
	case word[0] == '=':
		castVote(p, p.exact, l.parts[0], v)
		p.partly(l.parts[0])
	case l.solid:
		key := newLanguage(p.lang).han(l.folded)
		castVote(p, p.solid, key, v)
		begin := beginOf(key)
		p.begins[begin] |= 1 << min(utf8.RuneCountInString(key), 63)
		p.begin.add(pairKey(begin[0], begin[1]))
	case len(l.parts) == 0:
		panic(fmt.Sprintf("profiles/%s.txt: %q is no word", p.lang, word))
	case l.mixed():
		p.voteMixed(l, v)
	case len(l.parts) == 1:
		castVote(p, p.words, keyOf(stemOf(l.parts[0], p.lang)), v)
		p.partly(l.parts[0])
	default:
		stems := make([]uint64, len(l.parts))
		for i, part := range l.parts {
			stems[i] = keyOf(stemOf(part, p.lang))
		}
		p.votePhrase(stems, v)
	}
}

func castVote[K comparable](p *profile, in map[K]int32, key K, v vote) {
	i, ok := in[key]
	if !ok {
		i = int32(len(p.entries))
		p.entries = append(p.entries, keyword{})
		in[key] = i
	}
	p.entries[i].add(v)
}

// add keeps a topic's heaviest vote: several words of a profile may share a stem.
func (k *keyword) add(v vote) {
	if v.weight == 0 {
		return
	}
	for i, have := range k.votes {
		if have.topic == v.topic {
			k.votes[i].weight = max(have.weight, v.weight)
			return
		}
	}
	k.votes = append(k.votes, v)
}

func (p *profile) votePhrase(stems []uint64, v vote) {
	same := p.phrases[stems[0]]
	at := len(same)
	for k, i := range same {
		have := p.entries[i].stems
		if slices.Equal(have, stems) {
			p.entries[i].add(v)
			return
		}
		if len(have) < len(stems) {
			at = min(at, k)
		}
	}
	i := int32(len(p.entries))
	k := keyword{stems: stems}
	k.add(v)
	p.entries = append(p.entries, k)
	same = append(same, 0)
	copy(same[at+1:], same[at:])
	same[at] = i
	p.phrases[stems[0]] = same
}

func (p *profile) voteMixed(l leaf, v vote) {
	anchor := keyOf(stemOf(l.parts[l.anchor()], p.lang))
	for _, m := range p.mixed[anchor] {
		if slices.Equal(m.leaf.parts, l.parts) {
			p.entries[m.entry].add(v)
			return
		}
	}
	p.mixed[anchor] = append(p.mixed[anchor], mixed{l, int32(len(p.entries))})
	k := keyword{}
	k.add(v)
	p.entries = append(p.entries, k)
}

// share gives a keyword's points to its topics and to those they are part of, each topic once, and the less to each the more broad topics
// there are.
func (k *keyword) share(set builtinSet) {
	for _, v := range k.votes {
		for t := int(v.topic); t >= 0; t = set.parents[t] {
			given := points{topic: int32(t), decides: v.weight >= weights["3"], points: float64(v.weight)}
			if i := slices.IndexFunc(k.points, func(have points) bool { return have.topic == given.topic }); i < 0 {
				k.points = append(k.points, given)
			} else if k.points[i].points < given.points {
				k.points[i] = given
			}
		}
	}
	broad := 0
	for _, v := range k.points {
		if set.parents[v.topic] < 0 {
			broad++
		}
	}
	for i := range k.points {
		k.points[i].points *= math.Pow(float64(broad), -shared)
	}
}

// compoundHead is by how many letters it is told first whether a keyword can be part of a compound.
const compoundHead = 3

// partly notes a word as one that may be a part of compounds.
func (p *profile) partly(word string) {
	if p.heads != nil {
		p.heads[bareHead(word)] = true
	}
}

// bareHead is the head of a German word's stem, which has no umlauts.
func bareHead(word string) uint64 {
	return beginning(headOf(strings.Map(func(r rune) rune {
		switch r {
		case 'ä':
			return 'a'
		case 'ö':
			return 'o'
		case 'ü':
			return 'u'
		}
		return r
	}, word[:min(len(word), 4*compoundHead)])), compoundHead)
}

// verdict is what a profile says of a word: the entry it stands for, the fraction of its weight that counts, and whether longer keywords may
// begin with it.
type verdict uint64

func newVerdict(entry int32, tenths uint64) verdict { return verdict(entry+1) | verdict(tenths)<<32 }

const (
	beginsLonger verdict = 1 << 40
	elided       verdict = 1 << 41 // not the profile's: there is an apostrophe in the word
)

func (v verdict) entry() (entry int32, share float64, ok bool) {
	return int32(uint32(v)) - 1, float64(v>>32&0xFF) / 10, uint32(v) > 0
}

// verdict judges a folded word and its stem.
func (p *profile) verdict(word, stem string) verdict {
	v := p.alone(word, stem)
	if key := keyOf(stem); len(p.phrases[key]) > 0 || len(p.mixed[key]) > 0 {
		v |= beginsLonger
	}
	return v
}

func (p *profile) alone(word, stem string) verdict {
	if e, ok := p.exact[word]; ok {
		return newVerdict(e, 10)
	}
	if e, ok := p.words[keyOf(stem)]; ok {
		if text.Stopword(word, p.lang) { // Spanish para has the stem of paro, German über that of Uber
			return 0
		}
		return newVerdict(e, 10)
	}
	if p.heads != nil && len(stem) >= 2*minPart {
		return p.part(word)
	}
	return 0
}

// scan calls found for each keyword of the profile in a section: the entry, the fraction of its weight that counts, how many
// words stand before it, and where it is.
func (p *profile) scan(s *section, found find) {
	for i := 0; i < len(s.words); {
		if s.words[i].verdict&^elided == 0 {
			i++
			continue
		}
		i += p.scanWord(s, i, found)
	}
	if len(p.solid) > 0 && len(s.runs) > 0 {
		p.scanSolid(s, found)
	}
}

type find func(entry int32, share float64, before, start, end int)

// scanWord looks at word i and returns how many words it used up.
func (p *profile) scanWord(s *section, i int, found find) int {
	w := s.words[i]
	if w.verdict&beginsLonger != 0 {
		for _, m := range p.mixed[w.stem] {
			if start, end, ok := s.wordsAt(&m.leaf, i-m.leaf.anchor()); ok {
				found(m.entry, 1, i, start, end)
			}
		}
		for _, e := range p.phrases[w.stem] {
			if n := len(p.entries[e].stems); s.isPhrase(i, p.entries[e].stems) {
				found(e, 1, i, int(w.start), int(s.words[i+n-1].end))
				return n
			}
		}
	}
	if e, share, ok := w.verdict.entry(); ok {
		found(e, share, i, int(w.start), int(w.end))
	}
	return 1
}

func (s *section) isPhrase(first int, stems []uint64) bool {
	if first+len(stems) > len(s.words) {
		return false
	}
	for k, stem := range stems {
		if s.words[first+k].stem != stem {
			return false
		}
	}
	return true
}

// minPart is the shortest part of a compound that is looked at, in bytes.
const minPart = 4

// part finds the keyword that a compound ends with (its head: Bundestagswahl is a Wahl), or else begins with.
func (p *profile) part(word string) verdict {
	for i := minPart; i+minPart <= len(word); i++ {
		if !utf8.RuneStart(word[i]) || !p.heads[bareHead(word[i:])] {
			continue
		}
		if e, ok := p.exact[word[i:]]; ok {
			return newVerdict(e, 8)
		}
		if e, ok := p.words[keyOf(stemOf(word[i:], p.lang))]; ok {
			return newVerdict(e, 8)
		}
	}
	if !p.heads[bareHead(word)] {
		return 0
	}
	for i := len(word) - minPart; i >= minPart+1; i-- {
		if utf8.RuneStart(word[i]) {
			if e, ok := p.words[keyOf(stemOf(strings.TrimSuffix(word[:i], "s"), p.lang))]; ok {
				return newVerdict(e, 6)
			}
		}
	}
	return 0
}

// scanSolid reads the runs of scripts without spaces, and of Hangul, by the longest keyword at each place.
func (p *profile) scanSolid(s *section, found find) {
	in := s.solids()
	s.mark()
	n := len(s.begins)
	used := -1 // where the last keyword ended
	for i := 0; i < n; {
		e, size := p.longestAt(in, s.chars, i)
		share := 0.0
		if size > 0 {
			share = p.boundary(in, s.chars, s.begins, i, size, used == i)
		}
		if share == 0 {
			i++
			continue
		}
		start, end := s.solidAt(s.chars[i], s.chars[i+size])
		found(e, share, i/2, start, end)
		i += size
		used = i
	}
}

func (p *profile) longestAt(in string, at []int, i int) (entry int32, size int) {
	begin := beginOf(in[at[i]:])
	for sizes := p.sizes(begin); sizes != 0; sizes &^= 1 << size {
		size = bits.Len64(sizes) - 1
		if i+size < len(at) {
			if e, ok := p.solid[in[at[i]:at[i+size]]]; ok {
				return e, size
			}
		}
	}
	if p.sizes([2]rune{begin[0], 0}) > 0 {
		return p.solid[in[at[i]:at[i+1]]], 1
	}
	return 0, 0
}

// sizes are the lengths of the keywords that begin so.
func (p *profile) sizes(begin [2]rune) uint64 {
	if !p.begin.maybe(pairKey(begin[0], begin[1])) {
		return 0
	}
	return p.begins[begin]
}

// beginOf are the first two characters of s.
func beginOf(s string) [2]rune {
	first, n := utf8.DecodeRuneInString(s)
	second, m := utf8.DecodeRuneInString(s[n:])
	if m == 0 {
		second = 0
	}
	return [2]rune{first, second}
}

// boundary tells how much a find counts by whether it can be a word there: 0 for not at all.
func (p *profile) boundary(in string, at []int, starts []bool, i, size int, follows bool) float64 {
	begins := starts[i] || follows
	ends := i+size >= len(starts) || starts[i+size]
	first, _ := utf8.DecodeRuneInString(in[at[i]:])
	before, _ := utf8.DecodeLastRuneInString(in[:at[i]])
	after, _ := utf8.DecodeRuneInString(in[at[i+size]:])
	switch {
	case first >= 0xAC00 && first < 0xD7A4: // Hangul: a word with its particle, or the head of a compound
		across := slices.Contains(starts[i+1:i+size], true) // 국제 유가, but no 전세 in 전 세계
		switch {
		case across && !(begins && (ends || size > 2)):
			return 0
		case begins && (size > 1 || ends):
			return 1
		case size >= 3:
			return 0.8
		case size == 2 && ends:
			return 0.5
		}
		return 0
	case isKatakana(first): // テスト is not in コンテスト
		begins, ends = begins || !isKatakana(before), ends || !isKatakana(after)
		switch {
		case begins && (ends || size > 2): // nor is トラ in トラブル
			return 1
		case size >= 4 && ends:
			return 0.8
		}
		return 0
	case size == 1:
		if p.lang == "ja" { // kana ends a word: 脳が, 歌う
			begins, ends = begins || !unicode.Is(unicode.Han, before), ends || !unicode.Is(unicode.Han, after)
		}
		if begins && ends {
			return 1
		}
		return 0
	}
	return 1
}

func isKatakana(r rune) bool { return r >= 0x30A1 && r <= 0x30FF }
