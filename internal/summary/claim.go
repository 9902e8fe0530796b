package summary

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// statement is a sentence taken apart for the fact check: one of a brief, or one of the article that shall carry it.
type statement struct {
	text    string // with numerals as text.Numbers reads them
	base    string // language
	tokens  []token
	terms   map[string]bool // what its words say, without numbers
	figures []figure
	names   []text.Name // in scripts with capitals, and what text.Names finds elsewhere
	dates   []date
	denials []denial
	places  map[string]bool
	titles  []titledName // in eastern Asia
	headed  bool         // written Like This
}

// token is a word; of scripts without spaces a character; in Korean a word without its particle, and the particle.
type token struct {
	key        string // by which it is compared: the search term of a word, the character
	text       string // folded
	start, end int
	stop       bool // says little
	capital    bool
	figure     int // 1 + index of the figure it is part of
	name       int // 1 + index of the name it is part of
}

// entity reports whether the token is part of what is compared by itself rather than as a word.
func (t token) entity() bool { return t.figure > 0 || t.name > 0 }

func newStatement(s, lang string) statement {
	base := text.Base(lang)
	s = plainNumerals(s, base)
	st := statement{text: s, base: base, terms: map[string]bool{}}
	words := text.Words(s, lang)
	st.figures = figures(s, words, base)
	st.names = text.Names(s, lang)
	st.dates = dates(s, words, st.figures, base)
	st.places = placesIn(s, base)
	st.tokenize(words)
	st.headed = st.titleCased()
	st.denials = denials(&st)
	st.titles = titled(&st)
	return st
}

func (st *statement) tokenize(words []text.Word) {
	figure, name := 0, 0 // the first that doesn't end before the token
	add := func(key, folded string, start, end int, stop, capital bool) {
		t := token{key: key, text: folded, start: start, end: end, stop: stop, capital: capital}
		for figure < len(st.figures) && st.figures[figure].end <= start {
			st.figures[figure].next = len(st.tokens)
			figure++
		}
		for name < len(st.names) && st.names[name].End <= start {
			name++
		}
		if figure < len(st.figures) && st.figures[figure].start < end {
			t.figure = figure + 1
		}
		if name < len(st.names) && st.names[name].Start < end && cased(folded) {
			t.name = name + 1
		}
		st.tokens = append(st.tokens, t)
	}
	for _, w := range words {
		raw := st.text[w.Start:w.End]
		switch w.Script {
		case text.Han, text.Hiragana, text.Katakana, text.Thai, text.Lao, text.Khmer, text.Myanmar:
			for i, r := range raw {
				n := utf8.RuneLen(r)
				if n < 0 || i+n > len(raw) {
					n = 1
				}
				c := text.Fold(raw[i : i+n])
				add(c, c, w.Start+i, w.Start+i+n, w.Script == text.Hiragana, false)
			}
		case text.Hangul:
			stem := len(raw) - koreanParticle(raw)
			key := raw[:stem]
			if verbal(key) && len(key) > 2*len("가") { // a verb's forms have their beginning in common
				key = key[:2*len("가")]
			}
			add(key, raw[:stem], w.Start, w.Start+stem, text.Stopword(raw[:stem], "ko"), false)
			if stem < len(raw) {
				add(raw[stem:], raw[stem:], w.Start+stem, w.End, true, false)
			}
		default:
			first, _ := utf8.DecodeRuneInString(raw)
			add(stemOf(w.Text, st.base), w.Text, w.Start, w.End, text.Stopword(raw, st.base) || len(raw) == utf8.RuneLen(first), unicode.IsUpper(first))
		}
	}
	for ; figure < len(st.figures); figure++ {
		st.figures[figure].next = len(st.tokens)
	}
	for i, t := range st.tokens {
		if t.figure > 0 {
			continue
		}
		if cased(t.text) {
			if !t.stop {
				st.terms[t.key] = true
			}
			continue
		}
		// Of other scripts two neighbouring characters of a word say something.
		if utf8.RuneCountInString(t.text) > 1 {
			rs := []rune(t.text)
			if !t.stop {
				for k := range rs[1:] {
					st.terms[string(rs[k:k+2])] = true
				}
			}
		} else if i > 0 && st.tokens[i-1].end == t.start && !(t.stop && st.tokens[i-1].stop) && st.tokens[i-1].figure == 0 {
			st.terms[st.tokens[i-1].text+t.text] = true
		}
	}
}

// stemOf is a word's search term; strong verbs of English come back to one form.
func stemOf(folded, base string) string {
	if base == "en" {
		folded = strings.TrimSuffix(strings.TrimSuffix(folded, "'s"), "’s")
		if s := strongVerbs()[folded]; s != "" {
			return s
		}
	}
	return text.Stem(folded, base)
}

// cased reports whether a word is written in a script with capitals.
func cased(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian)
}

// ideograph reports whether r belongs to a script of eastern Asia.
func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}

var koreanParticles = strings.Fields("에서는 으로는 이라고 이라는 에게서 으로써 로써 까지 부터 에서 에게 께서 으로 보다 처럼 마다 에는 에도 과의 와의 로는 라고 라는 이며 이나 은 는 이 가 을 를 의 에 로 와 과 도 만")

// koreanParticle returns how many bytes the particle at the end of a word has; what is left has two syllables at least.
func koreanParticle(word string) int {
	for _, p := range koreanParticles {
		if strings.HasSuffix(word, p) && len(word)-len(p) >= 2*len("가") {
			return len(p)
		}
	}
	return 0
}

var address = regexp.MustCompile(`(?:https?://|www\.)[^\s<>"'“”«»()]*[^\s<>"'“”«»().,;:!?]`)

// quotePairs are the marks that open and close a quotation.
var quotePairs = map[rune]rune{'“': '”', '„': '“', '«': '»', '»': '«', '「': '」', '『': '』', '‘': '’', '‚': '‘', '"': '"', '《': '》', '〈': '〉'}

// quotes returns what stands between quotation marks.
func quotes(s string) []string {
	var found []string
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		end, ok := quotePairs[rs[i]]
		if !ok || i > 0 && unicode.IsLetter(rs[i-1]) && rs[i] < 0x3000 && !ideograph(rs[i-1]) { // an apostrophe
			continue
		}
		for j := i + 1; j < len(rs); j++ {
			closes := rs[j] == end || rs[i] == '„' && rs[j] == '”'
			if closes && !(rs[j] == '’' && j+1 < len(rs) && unicode.IsLetter(rs[j+1]) && !ideograph(rs[j+1])) {
				found = append(found, string(rs[i+1:j]))
				i = j
				break
			}
		}
	}
	return found
}

// omission is what a quotation leaves out or puts in: "…", "[the bank]".
var omission = regexp.MustCompile(`…|\.\.\.|\[[^\]]*\]|\([^)]*\)`)

// squeeze is a text reduced to its letters and digits with one space between words: quotations are compared in this form.
func squeeze(s string) string {
	var b strings.Builder
	space := false
	for _, r := range text.Fold(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		case r == '\'' || r == '’':
		default:
			space = true
		}
	}
	return b.String()
}
