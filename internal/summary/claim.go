package summary

import (
	"regexp"
	"strings"
	"unicode"

	"newsbrief/internal/text"
)

// claim is a sentence taken apart for the fact check.
type claim struct {
	text    string
	lang    string
	words   []text.Word
	terms   []string // content words, without those that are part of numbers and names
	numbers []text.Number
	names   []text.Name
	dates   []date
	quotes  []string
	urls    []string
	negated bool
}

// date is a day of the week, a month, or a day of a month.
type date struct {
	word string // as calendar has it: "may", "monday"
	day  string // the number beside a month, "" if there is none
	text string
}

func newClaim(s, lang string) claim {
	c := claim{text: s, lang: lang, words: text.Words(s, lang), numbers: text.Numbers(s, lang), names: text.Names(s, lang), quotes: quotes(s), urls: address.FindAllString(s, -1)}
	c.dates = dates(s, c.words, lang)
	c.negated = negates(s, c.words, lang)
	taken := func(start, end int) bool {
		for _, n := range c.numbers {
			if start < n.End && n.Start < end {
				return true
			}
		}
		for _, n := range c.names {
			if start < n.End && n.Start < end {
				return true
			}
		}
		return false
	}
	for _, t := range text.Terms(s, lang) {
		if !taken(t.Start, t.End) && !text.Stopword(s[t.Start:t.End], lang) {
			c.terms = append(c.terms, t.Text)
		}
	}
	return c
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

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

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
