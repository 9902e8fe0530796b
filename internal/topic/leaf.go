package topic

import (
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// leaf is how a word or phrase of a query is looked for in a text.
type leaf struct {
	parts  []string // its words, folded
	solid  bool     // all of it is written in scripts matched by substring: look for folded in the text's solid runs
	mixed  bool     // part of it is: look for folded in the whole text
	folded string   // white space squeezed; without any when solid
}

func newLeaf(raw string, prefix bool) leaf {
	words := text.Words(raw, "")
	l := leaf{parts: make([]string, len(words))}
	solids := 0
	for i, w := range words {
		l.parts[i] = w.Text
		if solid(w.Script) {
			solids++
		}
	}
	l.solid = solids > 0 && solids == len(words)
	l.mixed = solids > 0 && !l.solid
	switch {
	case l.solid:
		l.folded = strings.Join(l.parts, "")
	case l.mixed:
		l.folded = strings.Join(strings.Fields(text.Fold(raw)), " ")
	}
	return l
}

// solid tells the scripts that are matched by what a text contains rather than word by word: those without spaces, and Hangul.
func solid(s text.Script) bool {
	switch s {
	case text.Hangul, text.Hiragana, text.Katakana, text.Han, text.Thai, text.Lao, text.Myanmar, text.Khmer:
		return true
	}
	return false
}

// loose is from how many characters on a solid leaf may have spaces inside that the query doesn't have: Korean is spaced freely
// (기후변화, 기후 변화).
const loose = 4

// doc is an article prepared for matching. It belongs to one goroutine.
type doc struct {
	lang   string // base
	tag    string // BCP 47
	source section
	title  section
	body   section
}

// section is the title or the text.
type section struct {
	text     string
	words    []text.Word
	stems    []string         // of words; "" for solid ones
	at       map[string]int32 // stem → its first word
	next     []int32          // the next word with the same stem, 0 for none
	solid    string           // the solid runs, folded; a space for white space or a name's dot between two of them, a line break for anything else
	squeezed string           // solid without the spaces
	folded   string           // the whole text, folded, white space squeezed; made when needed
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

func (s *section) prepare(in, lang string) {
	s.text = in
	s.words = text.Words(in, lang)
	s.stems = make([]string, len(s.words))
	s.next = make([]int32, len(s.words))
	s.at = make(map[string]int32, len(s.words))
	var runs strings.Builder
	end := -1
	for i, w := range s.words {
		if solid(w.Script) {
			if end >= 0 && w.Start != end {
				if strings.Trim(in[end:w.Start], " \t\r\n\u3000·・･‧") == "" {
					runs.WriteByte(' ')
				} else {
					runs.WriteByte('\n')
				}
			}
			runs.WriteString(w.Text)
			end = w.End
			continue
		}
		s.stems[i] = stemOf(w.Text, lang)
	}
	for i := len(s.words) - 1; i >= 0; i-- {
		if stem := s.stems[i]; stem != "" {
			s.next[i] = s.at[stem] // 0 both for none and for word 0, which is never a next one
			s.at[stem] = int32(i)
		}
	}
	s.solid = runs.String()
	s.squeezed = s.solid
	if strings.Contains(s.solid, " ") {
		s.squeezed = strings.ReplaceAll(s.solid, " ", "")
	}
}

// find looks for a leaf in a section and returns how the text writes it.
func (s *section) find(d *doc, l *leaf, prefix bool) (string, bool) {
	switch {
	case l.solid:
		in := s.solid
		if utf8.RuneCountInString(l.folded) >= loose {
			in = s.squeezed
		}
		return l.folded, strings.Contains(in, l.folded)
	case l.mixed:
		return l.folded, strings.Contains(s.wholeFolded(), l.folded)
	case prefix:
		for _, w := range s.words {
			if strings.HasPrefix(w.Text, l.parts[0]) {
				return s.text[w.Start:w.End], true
			}
		}
		return "", false
	}
	return s.findStems(d, l.parts)
}

func (s *section) wholeFolded() string {
	if s.folded == "" && s.text != "" {
		s.folded = strings.Join(strings.Fields(text.Fold(s.text)), " ")
	}
	return s.folded
}

func (s *section) findStems(d *doc, parts []string) (string, bool) {
	i, ok := s.at[stemOf(parts[0], d.lang)]
	for ; ok; i, ok = s.next[i], s.next[i] != 0 {
		if int(i)+len(parts) > len(s.words) {
			return "", false
		}
		same := true
		for k := 1; k < len(parts) && same; k++ {
			same = s.stems[int(i)+k] == stemOf(parts[k], d.lang)
		}
		if same {
			return s.text[s.words[i].Start:s.words[int(i)+len(parts)-1].End], true
		}
	}
	return "", false
}
