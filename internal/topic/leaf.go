package topic

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// leaf is how a word or phrase of a query is looked for in a text.
type leaf struct {
	parts  []string // its words, folded
	hashes []uint64 // of parts
	solids []bool   // which of them are written in scripts matched by substring; nil when none is
	solid  bool     // all of them are: look for folded in the text's solid runs
	folded string   // when solid: the parts as one, as section.squeezed has them
	simple string   // folded, in simplified characters
	head   uint64   // of a prefix
	signs  signs
}

func newLeaf(raw string, prefix bool) leaf {
	words := text.Words(raw, "")
	l := leaf{parts: make([]string, len(words)), hashes: make([]uint64, len(words)), signs: signsOf(raw, words)}
	solids := 0
	for i, w := range words {
		l.parts[i], l.hashes[i] = w.Text, hashOf(w.Text)
		if solid(w.Script) {
			solids++
		}
	}
	if solids > 0 {
		l.solids = make([]bool, len(words))
		for i, w := range words {
			l.solids[i] = solid(w.Script)
		}
	}
	if prefix && len(words) > 0 {
		l.head = headOf(l.parts[0])
	}
	if l.solid = solids > 0 && solids == len(words); l.solid {
		var b strings.Builder
		for i, w := range words {
			if i > 0 && parted(raw[words[i-1].End:w.Start]) {
				b.WriteByte('\n')
			}
			b.WriteString(w.Text)
		}
		l.folded = b.String()
		l.simple = Simplify(l.folded)
	}
	return l
}

// mixed reports whether part of the leaf is matched by substring and part of it word by word.
func (l *leaf) mixed() bool { return l.solids != nil && !l.solid }

// anchor is the first part that is matched word by word.
func (l *leaf) anchor() int { return max(0, slices.Index(l.solids, false)) }

// parted reports whether what stands between two solid words parts them more than white space or a name's dot.
func parted(gap string) bool { return strings.Trim(gap, " \t\r\n\u3000·・･‧") != "" }

// plain is the hash of a leaf that is one word and nothing else, 0 for others.
func (l *leaf) plain() uint64 {
	if len(l.parts) != 1 || l.solid || l.signs.before != "" || l.signs.after != "" {
		return 0
	}
	return l.hashes[0]
}

// solid tells the scripts that are matched by what a text contains rather than word by word: those without spaces, and Hangul.
func solid(s text.Script) bool {
	switch s {
	case text.Hangul, text.Hiragana, text.Katakana, text.Han, text.Thai, text.Lao, text.Myanmar, text.Khmer:
		return true
	}
	return false
}

// signs are those around words that make another word of them (C++, C#, .NET, AT&T): a text must have them, too.
type signs struct {
	before, after string
	between       []string // behind each part but the last; nil when there are none
}

func signsOf(raw string, words []text.Word) signs {
	var s signs
	if len(words) == 0 {
		return s
	}
	if before := text.Fold(raw[:words[0].Start]); before == "." {
		s.before = before
	}
	last := words[len(words)-1].End
	s.after = text.Fold(raw[last : last+signsEnd(raw[last:])])
	for i := range words[1:] {
		if between := strings.TrimSpace(text.Fold(raw[words[i].End:words[i+1].Start])); between == "&" || between == "+" {
			if s.between == nil {
				s.between = make([]string, len(words)-1)
			}
			s.between[i] = between
		}
	}
	return s
}

// signsEnd is where the + and # at the beginning of s end.
func signsEnd(s string) int {
	for i, r := range s {
		if r != '+' && r != '#' && r != '＋' && r != '＃' {
			return i
		}
	}
	return len(s)
}

// around tells how far words of a text reach with the signs around them; ok is false where other signs, or none, stand there.
func (s *signs) around(in string, words []word, start, end int) (from, to int, ok bool) {
	if s.before != "" {
		rest, ok := strings.CutSuffix(in[:start], s.before)
		if r, _ := utf8.DecodeLastRuneInString(rest); !ok || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return start, end, false
		}
		start = len(rest)
	}
	if s.after != "" {
		n := signsEnd(in[end:])
		if text.Fold(in[end:end+n]) != s.after {
			return start, end, false
		}
		end += n
	}
	for i, sign := range s.between {
		if sign != "" && strings.TrimSpace(text.Fold(in[words[i].end:words[i+1].start])) != sign {
			return start, end, false
		}
	}
	return start, end, true
}
