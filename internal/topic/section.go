package topic

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// doc is an article prepared for matching. It belongs to one goroutine.
type doc struct {
	lang   language
	tag    string // BCP 47
	source section
	title  section
	body   section

	entries  []int32 // memory for the keywords found
	keywords []keywordFound
}

func newDoc(d Doc) *doc {
	p := docs.Get().(*doc)
	p.tag = d.Language
	if p.tag == "" {
		p.tag = text.Language(d.Title+"\n"+d.Text, "")
	}
	p.lang = newLanguage(text.Base(p.tag))
	p.source.prepare(d.Source, p.lang)
	p.title.prepare(d.Title, p.lang)
	p.body.prepare(d.Text, p.lang)
	return p
}

var docs = sync.Pool{New: func() any { return new(doc) }}

// release lets another article use the memory.
func (d *doc) release() {
	if cap(d.body.words) < 1<<14 {
		docs.Put(d)
	}
}

func (d *doc) section(in Place) *section {
	switch in {
	case InTitle:
		return &d.title
	case InText:
		return &d.body
	}
	return &d.source
}

// section is the title, the text or the source.
type section struct {
	lang     language
	text     string
	words    []word
	next     []int32 // for each word the next with the same stem, 0 for none
	first    []int32 // by a stem's hash: the first word with it plus 1, 0 for an empty place; a power of 2 of them
	squeezed string  // the solid runs, folded, with a line break between two that more parts than white space or a name's dot
	simple   string  // squeezed in simplified characters
	runs     []run   // where they stand in squeezed
	buffer   []byte

	// Of squeezed, once mark was called:
	chars     []int   // where its characters begin, and its end
	begins    []bool  // whether a space or a break stands before each
	nextPair  []int32 // for each the next that begins the same pair with the one behind it, plus 1, 0 for none
	firstPair []int32 // by a pair's hash: the first that begins one plus 1, 0 for an empty place; a power of 2 of them
}

// word is one word of a section.
type word struct {
	lexeme     // zero for a solid one
	start, end int32
}

func (w word) solid() bool { return w.stem == 0 }

// run is a solid word.
type run struct {
	at     int32 // where it begins in squeezed
	word   int32 // which of words it is
	spaced bool  // white space or a name's dot stands between it and the run before
}

func (s *section) prepare(in string, lang language) {
	s.text, s.lang = in, lang
	s.words, s.runs, s.buffer, s.chars = s.words[:0], s.runs[:0], s.buffer[:0], s.chars[:0]
	end := -1
	text.EachWord(in, func(from, to int, script text.Script) {
		w := word{start: int32(from), end: int32(to)}
		if !solid(script) {
			w.lexeme = lang.lexeme(in[from:to])
			s.words = append(s.words, w)
			return
		}
		spaced := false
		if end >= 0 && from != end {
			if spaced = !parted(in[end:from]); !spaced {
				s.buffer = append(s.buffer, '\n')
			}
		}
		s.runs = append(s.runs, run{int32(len(s.buffer)), int32(len(s.words)), spaced})
		s.words = append(s.words, w)
		s.buffer = append(s.buffer, text.Fold(in[from:to])...)
		end = to
	})
	s.squeezed = string(s.buffer)
	s.simple = Simplify(s.squeezed)
	s.file()
}

// file makes the words to be found by their stems.
func (s *section) file() {
	size := 8
	for size < 2*len(s.words) {
		size *= 2
	}
	s.first = slices.Grow(s.first[:0], size)[:size]
	clear(s.first)
	s.next = slices.Grow(s.next[:0], len(s.words))[:len(s.words)]
	for i := len(s.words) - 1; i >= 0; i-- {
		s.next[i] = 0
		if stem := s.words[i].stem; stem != 0 {
			place := s.place(stem)
			s.next[i] = max(0, *place-1) // 0 both for none and for word 0, which is never a next one
			*place = int32(i) + 1
		}
	}
}

func (s *section) place(stem uint64) *int32 {
	mask := uint64(len(s.first) - 1)
	for at := stem & mask; ; at = (at + 1) & mask {
		if i := s.first[at]; i == 0 || s.words[i-1].stem == stem {
			return &s.first[at]
		}
	}
}

// firstOf is the first word with a stem.
func (s *section) firstOf(stem uint64) (i int, ok bool) {
	at := *s.place(stem)
	return int(at) - 1, at > 0
}

// solids is what solid leaves are looked for in: in Chinese simplified characters, but as it is written in Japanese, where two characters of one
// meaning in China are two words (机, 機).
func (s *section) solids() string {
	if s.lang.base == "ja" {
		return s.squeezed
	}
	return s.simple
}

// han writes a solid word as solids does.
func (l language) han(word string) string {
	if l.base == "ja" {
		return word
	}
	return Simplify(word)
}

// find looks for a leaf in a section and returns where it stands there.
func (s *section) find(l *leaf, prefix bool) (start, end int, ok bool) {
	switch {
	case l.solid && s.lang.base == "ja":
		return s.findSolid(l.folded)
	case l.solid:
		return s.findSolid(l.simple)
	case prefix && l.solids == nil:
		return s.findPrefix(l.parts[0], l.head)
	}
	return s.findWords(l)
}

// loose is from how many characters on a solid leaf may have spaces inside that the query doesn't have: Korean is spaced freely
// (기후변화, 기후 변화).
const loose = 4

func (s *section) findSolid(want string) (start, end int, ok bool) {
	if len(want) > len(s.squeezed) {
		return 0, 0, false
	}
	in, strict := s.solids(), utf8.RuneCountInString(want) < loose
	fits := func(i int) bool {
		first, last := s.runAt(i), s.runAt(i+len(want)-1)
		return !strict || !slices.ContainsFunc(s.runs[first+1:last+1], func(r run) bool { return r.spaced })
	}
	if begin := beginOf(want); begin[1] != 0 {
		s.mark()
		for at := *s.pairPlace(begin); at > 0; at = s.nextPair[at-1] {
			if i := s.chars[at-1]; strings.HasPrefix(in[i:], want) && fits(i) {
				start, end = s.solidAt(i, i+len(want))
				return start, end, true
			}
		}
		return 0, 0, false
	}
	for from := 0; ; {
		i := strings.Index(in[from:], want)
		if i < 0 {
			return 0, 0, false
		}
		if i += from; fits(i) {
			start, end = s.solidAt(i, i+len(want))
			return start, end, true
		}
		from = i + 1
	}
}

// mark notes where the characters of squeezed are, unless it did already.
func (s *section) mark() {
	if len(s.chars) > 0 {
		return
	}
	in := s.solids()
	s.begins = s.begins[:0]
	next := 0 // of the runs
	for i := range in {
		begins := i == 0 || in[i-1] == '\n'
		if next < len(s.runs) && int(s.runs[next].at) == i {
			begins = begins || s.runs[next].spaced
			next++
		}
		s.chars = append(s.chars, i)
		s.begins = append(s.begins, begins)
	}
	size := 8
	for size < 2*len(s.chars) {
		size *= 2
	}
	s.firstPair = slices.Grow(s.firstPair[:0], size)[:size]
	clear(s.firstPair)
	s.nextPair = slices.Grow(s.nextPair[:0], len(s.chars))[:len(s.chars)]
	for k := len(s.chars) - 1; k >= 0; k-- {
		place := s.pairPlace(beginOf(in[s.chars[k]:]))
		s.nextPair[k], *place = *place, int32(k)+1
	}
	s.chars = append(s.chars, len(in))
}

// pairPlace is the place of a pair in firstPair.
func (s *section) pairPlace(pair [2]rune) *int32 {
	in, mask := s.solids(), uint64(len(s.firstPair)-1)
	for at := mixed64(pairKey(pair[0], pair[1])) >> 30 & mask; ; at = (at + 1) & mask {
		if k := s.firstPair[at]; k == 0 || beginOf(in[s.chars[k-1]:]) == pair {
			return &s.firstPair[at]
		}
	}
}

// solidAt is where a part of squeezed stands in the text.
func (s *section) solidAt(from, to int) (start, end int) {
	return s.original(s.runAt(from), from), s.original(s.runAt(to-1), to)
}

// runAt is the run that a place in squeezed belongs to.
func (s *section) runAt(at int) int {
	return sort.Search(len(s.runs), func(k int) bool { return int(s.runs[k].at) > at }) - 1
}

// original is where a place in squeezed, in a run or at its end, is in the text.
func (s *section) original(of, at int) int {
	r := s.runs[of]
	return s.within(s.words[r.word], s.folded(of), at-int(r.at))
}

// folded is a run's word.
func (s *section) folded(of int) string {
	from, to := int(s.runs[of].at), len(s.squeezed)
	if of+1 < len(s.runs) {
		to = int(s.runs[of+1].at)
	}
	return strings.TrimSuffix(s.squeezed[from:to], "\n")
}

// within is where a place in a folded word is in the text.
func (s *section) within(w word, folded string, at int) int {
	written := s.text[w.start:w.end]
	if len(written) == len(folded) {
		return int(w.start) + at
	}
	// Folding changed lengths (half-width kana): behind the longest beginning that folds to no more.
	return int(w.start) - 1 + sort.Search(len(written)+1, func(n int) bool {
		for n < len(written) && !utf8.RuneStart(written[n]) {
			n++
		}
		return len(text.Fold(written[:n])) > at
	})
}

// findPrefix looks for a word that begins so, also behind an elided article (l'électricité).
func (s *section) findPrefix(prefix string, head uint64) (start, end int, ok bool) {
	letters := min(headLetters, utf8.RuneCountInString(prefix))
	head = beginning(head, letters)
	for _, w := range s.words {
		if beginning(w.head, letters) == head && strings.HasPrefix(text.Fold(s.text[w.start:w.end]), prefix) ||
			w.verdict&elided != 0 && strings.HasPrefix(afterElision(text.Fold(s.text[w.start:w.end])), prefix) {
			return int(w.start), int(w.end), true
		}
	}
	return 0, 0, false
}

// afterElision is what stands behind the apostrophe in a word, "" when there is none.
func afterElision(word string) string {
	i := strings.IndexAny(word, "'’")
	if i < 0 {
		return ""
	}
	_, n := utf8.DecodeRuneInString(word[i:])
	return word[i+n:]
}

// findWords looks for words side by side, of which at least one is no solid one.
func (s *section) findWords(l *leaf) (start, end int, ok bool) {
	anchor := l.anchor()
	i, ok := s.firstOf(s.lang.stem(l, anchor))
	for ; ok; i, ok = int(s.next[i]), s.next[i] != 0 {
		if start, end, ok := s.wordsAt(l, i-anchor); ok {
			return start, end, true
		}
	}
	return 0, 0, false
}

// findPlain looks for a single word. It doesn't look at the leaf where it can do without: that costs more than all the rest.
func (s *section) findPlain(hash uint64, l *leaf) (start, end int, ok bool) {
	x, ok := s.lang.remembered(hash)
	if !ok {
		x.stem = s.lang.stem(l, 0)
	}
	if i, ok := s.firstOf(x.stem); ok {
		return int(s.words[i].start), int(s.words[i].end), true
	}
	return 0, 0, false
}

// stem is that of a part of a leaf.
func (l language) stem(of *leaf, part int) uint64 {
	if x, ok := l.remembered(of.hashes[part]); ok {
		return x.stem
	}
	return l.lexeme(of.parts[part]).stem
}

// wordsAt tells where a leaf stands if its parts are the words from first on.
func (s *section) wordsAt(l *leaf, first int) (start, end int, ok bool) {
	n := len(l.parts)
	if first < 0 || first+n > len(s.words) {
		return 0, 0, false
	}
	for k := range n {
		if from, to, same := s.samePart(l, k, first+k); !same {
			return 0, 0, false
		} else if k == 0 {
			start, end = from, to
		} else {
			end = to
		}
	}
	return l.signs.around(s.text, s.words[first:first+n], start, end)
}

// samePart reports whether a word of the text is a part of the leaf, or of a solid one at the leaf's edge has it at its own, and where that
// stands.
func (s *section) samePart(l *leaf, part, at int) (start, end int, same bool) {
	want, w := l.parts[part], s.words[at]
	start, end = int(w.start), int(w.end)
	if l.solids == nil || !l.solids[part] {
		return start, end, !w.solid() && w.stem == s.lang.stem(l, part)
	}
	if !w.solid() {
		return start, end, false
	}
	have := text.Fold(s.text[w.start:w.end])
	want, simple := s.lang.han(want), s.lang.han(have)
	switch part {
	case 0:
		return s.within(w, have, len(have)-len(want)), end, strings.HasSuffix(simple, want)
	case len(l.parts) - 1:
		return start, s.within(w, have, len(want)), strings.HasPrefix(simple, want)
	}
	return start, end, simple == want
}
