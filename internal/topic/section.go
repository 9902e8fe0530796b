package topic

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// doc is an article prepared for matching. It belongs to one goroutine.
type doc struct {
	lang   string // base
	tag    string // BCP 47
	source section
	title  section
	body   section
}

func newDoc(d Doc) *doc {
	p := &doc{tag: d.Language}
	if p.tag == "" {
		p.tag = text.Language(d.Title+"\n"+d.Text, "")
	}
	p.lang = text.Base(p.tag)
	p.source.prepare(d.Source, p.lang)
	p.title.prepare(d.Title, p.lang)
	p.body.prepare(d.Text, p.lang)
	return p
}

// section is the title or the text.
type section struct {
	text     string
	words    []text.Word
	stems    []string         // of words; "" for solid ones
	at       map[string]int32 // stem → its first word
	next     []int32          // the next word with the same stem, 0 for none
	squeezed string           // the solid runs, folded, with a line break between two that more parts than white space or a name's dot
	runs     []run            // where they stand in squeezed
}

// run is a solid word.
type run struct {
	at     int32 // where it begins in squeezed
	word   int32 // which of words it is
	spaced bool  // white space or a name's dot stands between it and the run before
}

func (s *section) prepare(in, lang string) {
	s.text = in
	s.words = text.Words(in, lang)
	s.stems = make([]string, len(s.words))
	s.next = make([]int32, len(s.words))
	s.at = make(map[string]int32, len(s.words))
	var runs strings.Builder
	end := -1
	for i, w := range s.words {
		if !solid(w.Script) {
			s.stems[i] = stemOf(w.Text, lang)
			continue
		}
		spaced := false
		if end >= 0 && w.Start != end {
			if spaced = strings.Trim(in[end:w.Start], " \t\r\n\u3000·・･‧") == ""; !spaced {
				runs.WriteByte('\n')
			}
		}
		s.runs = append(s.runs, run{int32(runs.Len()), int32(i), spaced})
		runs.WriteString(w.Text)
		end = w.End
	}
	for i := len(s.words) - 1; i >= 0; i-- {
		if stem := s.stems[i]; stem != "" {
			s.next[i] = s.at[stem] // 0 both for none and for word 0, which is never a next one
			s.at[stem] = int32(i)
		}
	}
	s.squeezed = hanOf(runs.String(), lang)
}

// hanOf writes a solid text the way texts of the language are compared: of Chinese characters the simplified ones, but in Japanese, where
// two of one meaning in China are two words (机, 機).
func hanOf(s, lang string) string {
	if lang == "ja" {
		return s
	}
	return Simplify(s)
}

// find looks for a leaf in a section and returns where it stands there.
func (s *section) find(lang string, l *leaf, prefix bool) (start, end int, ok bool) {
	switch {
	case l.solid && lang == "ja":
		return s.findSolid(l.folded)
	case l.solid:
		return s.findSolid(l.simple)
	case prefix:
		return s.findPrefix(l.parts[0])
	}
	return s.findWords(lang, l)
}

// loose is from how many characters on a solid leaf may have spaces inside that the query doesn't have: Korean is spaced freely
// (기후변화, 기후 변화).
const loose = 4

func (s *section) findSolid(want string) (start, end int, ok bool) {
	strict := utf8.RuneCountInString(want) < loose
	for from := 0; ; {
		i := strings.Index(s.squeezed[from:], want)
		if i < 0 {
			return 0, 0, false
		}
		i += from
		first, last := s.runAt(i), s.runAt(i+len(want)-1)
		if !strict || !slices.ContainsFunc(s.runs[first+1:last+1], func(r run) bool { return r.spaced }) {
			return s.original(first, i), s.original(last, i+len(want)), true
		}
		from = i + 1
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
	return s.within(s.words[s.runs[of].word], at-int(s.runs[of].at))
}

// within is where a place in a folded word is in the text.
func (s *section) within(w text.Word, at int) int {
	written := s.text[w.Start:w.End]
	if len(written) == len(w.Text) {
		return w.Start + at
	}
	// Folding changed lengths (half-width kana): behind the longest beginning that folds to no more.
	return w.Start - 1 + sort.Search(len(written)+1, func(n int) bool {
		for n < len(written) && !utf8.RuneStart(written[n]) {
			n++
		}
		return len(text.Fold(written[:n])) > at
	})
}

// findPrefix looks for a word that begins so, also behind an elided article (l'électricité).
func (s *section) findPrefix(prefix string) (start, end int, ok bool) {
	for _, w := range s.words {
		if strings.HasPrefix(w.Text, prefix) || strings.HasPrefix(afterElision(w.Text), prefix) {
			return w.Start, w.End, true
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
func (s *section) findWords(lang string, l *leaf) (start, end int, ok bool) {
	anchor := l.anchor()
	i, ok := s.at[stemOf(l.parts[anchor], lang)]
	for ; ok; i, ok = s.next[i], s.next[i] != 0 {
		if start, end, ok := s.wordsAt(lang, l, int(i)-anchor); ok {
			return start, end, true
		}
	}
	return 0, 0, false
}

// wordsAt tells where a leaf stands if its parts are the words from first on.
func (s *section) wordsAt(lang string, l *leaf, first int) (start, end int, ok bool) {
	n := len(l.parts)
	if first < 0 || first+n > len(s.words) {
		return 0, 0, false
	}
	for k := range n {
		if !s.samePart(lang, l, k, first+k) {
			return 0, 0, false
		}
	}
	if !l.signs.around(s.text, s.words[first:first+n]) {
		return 0, 0, false
	}
	from, to := s.words[first], s.words[first+n-1]
	start, end = from.Start, to.End
	if l.solids != nil && l.solids[0] {
		start = s.within(from, len(from.Text)-len(l.parts[0]))
	}
	if l.solids != nil && l.solids[n-1] {
		end = s.within(to, len(l.parts[n-1]))
	}
	return start, end, true
}

// samePart reports whether a word of the text is a part of the leaf, or of a solid one at the leaf's edge, has it at its own.
func (s *section) samePart(lang string, l *leaf, part, word int) bool {
	want := l.parts[part]
	if l.solids == nil || !l.solids[part] {
		return s.stems[word] != "" && s.stems[word] == stemOf(want, lang)
	}
	if s.stems[word] != "" {
		return false
	}
	want, have := hanOf(want, lang), hanOf(s.words[word].Text, lang)
	switch part {
	case 0:
		return strings.HasSuffix(have, want)
	case len(l.parts) - 1:
		return strings.HasPrefix(have, want)
	}
	return have == want
}
