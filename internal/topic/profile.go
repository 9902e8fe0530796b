package topic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// profile is what decides for which built-in topic in one language.
type profile struct {
	lang    string
	entries []keyword
	exact   map[string]int32   // folded word → entry, for words whose stem means too much
	words   map[string]int32   // stem → entry
	phrases map[string][]int32 // first stem → entries, longest first
	solid   map[string]int32   // word of a solid script, without spaces → entry
	longest int                // of solid, in characters
	mixed   map[string][]mixed // words of several kinds of scripts (JR東日本), by the stem of their anchor
	parts   bool               // whether the language writes compounds as one word, whose parts count too
}

// keyword is one word or phrase of a profile with the topics it speaks for.
type keyword struct {
	stems []string // of a phrase
	votes []vote
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
	p := &profile{lang: lang, exact: map[string]int32{}, words: map[string]int32{}, phrases: map[string][]int32{}, solid: map[string]int32{}, mixed: map[string][]mixed{}, parts: lang == "de"}
	set := builtins()
	readSections(lang, func(id news.TopicID, key, value string) {
		weight, ok := weights[key]
		if !ok {
			if key, _, _ := strings.Cut(key, " "); key != "name" && key != "about" {
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
	return p
}

func (p *profile) add(word string, v vote) {
	l := newLeaf(word, false)
	switch {
	case word[0] == '=':
		p.vote(p.exact, l.parts[0], v)
	case l.solid:
		key := hanOf(l.folded, p.lang)
		p.longest = max(p.longest, utf8.RuneCountInString(key))
		p.vote(p.solid, key, v)
	case len(l.parts) == 0:
		panic(fmt.Sprintf("profiles/%s.txt: %q is no word", p.lang, word))
	case l.mixed():
		p.voteMixed(l, v)
	case len(l.parts) == 1:
		p.vote(p.words, stemOf(l.parts[0], p.lang), v)
	default:
		stems := make([]string, len(l.parts))
		for i, part := range l.parts {
			stems[i] = stemOf(part, p.lang)
		}
		p.votePhrase(stems, v)
	}
}

func (p *profile) vote(in map[string]int32, key string, v vote) {
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

func (p *profile) votePhrase(stems []string, v vote) {
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
	anchor := stemOf(l.parts[l.anchor()], p.lang)
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

// scan calls found for each keyword of the profile in a section: the entry, the fraction of its weight that counts, how many
// words stand before it, and where it is.
func (p *profile) scan(s *section, found find) {
	for i := 0; i < len(s.words); {
		if s.stems[i] == "" {
			i++
			continue
		}
		i += p.scanWord(s, i, found)
	}
	if len(p.solid) > 0 && len(s.runs) > 0 {
		p.scanSolid(s, found)
	}
}

type find func(entry int32, share float32, before, start, end int)

// scanWord looks at word i and returns how many words it used up.
func (p *profile) scanWord(s *section, i int, found find) int {
	stem, w := s.stems[i], s.words[i]
	for _, m := range p.mixed[stem] {
		if start, end, ok := s.wordsAt(p.lang, &m.leaf, i-m.leaf.anchor()); ok {
			found(m.entry, 1, i, start, end)
		}
	}
	for _, e := range p.phrases[stem] {
		stems := p.entries[e].stems
		if i+len(stems) <= len(s.words) && slices.Equal(stems, s.stems[i:i+len(stems)]) {
			found(e, 1, i, w.Start, s.words[i+len(stems)-1].End)
			return len(stems)
		}
	}
	if e, ok := p.exact[w.Text]; ok {
		found(e, 1, i, w.Start, w.End)
	} else if e, ok := p.words[stem]; ok {
		if !text.Stopword(w.Text, p.lang) { // Spanish para has the stem of paro, German über that of Uber
			found(e, 1, i, w.Start, w.End)
		}
	} else if p.parts && len(stem) >= 2*minPart {
		if e, share, ok := p.part(w.Text); ok {
			found(e, share, i, w.Start, w.End)
		}
	}
	return 1
}

// minPart is the shortest part of a compound that is looked at, in bytes.
const minPart = 4

// part finds the keyword that a compound ends with (its head: Bundestagswahl is a Wahl), or else begins with.
func (p *profile) part(word string) (int32, float32, bool) {
	for i := minPart; i+minPart <= len(word); i++ {
		if utf8.RuneStart(word[i]) {
			if e, ok := p.exact[word[i:]]; ok {
				return e, 0.8, true
			}
			if e, ok := p.words[stemOf(word[i:], p.lang)]; ok {
				return e, 0.8, true
			}
		}
	}
	for i := len(word) - minPart; i >= minPart+1; i-- {
		if utf8.RuneStart(word[i]) {
			if e, ok := p.words[stemOf(strings.TrimSuffix(word[:i], "s"), p.lang)]; ok {
				return e, 0.6, true
			}
		}
	}
	return 0, 0, false
}

// scanSolid reads the runs of scripts without spaces, and of Hangul, by the longest keyword at each place.
func (p *profile) scanSolid(s *section, found find) {
	// Characters of squeezed by where they begin, and whether a space or a break stands before them.
	in := s.squeezed
	at := make([]int, 0, len(in)/3+2)
	starts := make([]bool, 0, len(in)/3+1)
	next := 0 // of the runs
	for i := range in {
		start := i == 0 || in[i-1] == '\n'
		if next < len(s.runs) && int(s.runs[next].at) == i {
			start = start || s.runs[next].spaced
			next++
		}
		at = append(at, i)
		starts = append(starts, start)
	}
	n := len(at)
	at = append(at, len(in))
	used := -1 // where the last keyword ended
	for i := 0; i < n; {
		e, size := p.longestAt(in, at, i)
		share := float32(0)
		if size > 0 {
			share = p.boundary(in, at, starts, i, size, used == i)
		}
		if share == 0 {
			i++
			continue
		}
		start, end := s.solidAt(at[i], at[i+size])
		found(e, share, i/2, start, end)
		i += size
		used = i
	}
}

func (p *profile) longestAt(in string, at []int, i int) (entry int32, size int) {
	for size = min(p.longest, len(at)-1-i); size > 0; size-- {
		if e, ok := p.solid[in[at[i]:at[i+size]]]; ok {
			return e, size
		}
	}
	return 0, 0
}

// boundary tells how much a find counts by whether it can be a word there: 0 for not at all.
func (p *profile) boundary(in string, at []int, starts []bool, i, size int, follows bool) float32 {
	begins := starts[i] || follows
	ends := i+size >= len(starts) || starts[i+size]
	first, _ := utf8.DecodeRuneInString(in[at[i]:])
	before, _ := utf8.DecodeLastRuneInString(in[:at[i]])
	after, _ := utf8.DecodeRuneInString(in[at[i+size]:])
	switch {
	case first >= 0xAC00 && first < 0xD7A4: // Hangul: a word with its particle, or the head of a compound
		switch {
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
