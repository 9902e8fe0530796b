package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Number is a number that a text states, in whatever way it is written.
type Number struct {
	Value      string // the canonical decimal: "1200", "2.4"; without sign, group marks, leading or trailing zeros
	Text       string // as it stands in the text, with its unit
	Start, End int    // of Text, in bytes
	Unit       string // "%", an ISO 4217 currency (USD, EUR, GBP, JPY, KRW, CNY, …), "year", "month", "day", or "" for none known
	Year       bool   // it can be a calendar year: four digits from 1800 to 2199 without group marks
}

// Numbers returns the numbers of s in order. It reads digits of every script; group and decimal marks as lang writes
// them (1,200 · 1.200 · 1 200 · 1'200 · 12,34,567); words that multiply (3.5 million · 2,5 Mrd. · 300만 · 3億 · 10 mil
// millones); number words of the languages in numberWords (twelve · zwölf · douze) from two up, because "one" is more
// often an article or pronoun; Han numerals of at least two characters or before a counter (十二 · 二〇二六年 · 三个), and
// Korean ones before a counter (두 명). Digits inside a name aren't numbers ("COP30", "5G").
func Numbers(s, lang string) []Number {
	p := numberParser{text: s, base: Base(lang), words: numberWordsOf(Base(lang))}
	return p.all()
}

type numberParser struct {
	text  string
	base  string
	words map[string]int64
	out   []Number
	dated int // where a number begins that shall be read without marks
}

func (p *numberParser) all() []Number {
	s := p.text
	var prev rune
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		switch {
		case isDigit(r):
			sc := scriptOf(prev)
			if sc != None && !sc.ideographic() && !sc.unspaced() || prev == '_' {
				i = endOfWord(s, i) // COP30, H1N1
				prev = 'a'
				continue
			}
			end := p.digits(i)
			if end > i {
				i = end
				prev, _ = utf8.DecodeLastRuneInString(s[:i])
				continue
			}
			i = endOfWord(s, i)
			prev = 'a'
			continue
		case hanDigit(r) >= 0 || hanUnit(r) > 0:
			if end := p.han(i); end > i {
				i = end
				prev, _ = utf8.DecodeLastRuneInString(s[:i])
				continue
			}
		case scriptOf(r) == Hangul && (prev == 0 || scriptOf(prev) != Hangul):
			if end := p.korean(i); end > i {
				i = end
				prev, _ = utf8.DecodeLastRuneInString(s[:i])
				continue
			}
		case p.words != nil && unicode.IsLetter(r) && !scriptOf(r).ideographic() && !unicode.IsLetter(prev) && !isDigit(prev):
			if end := p.worded(i); end > i {
				i = end
				prev = 'a'
				continue
			}
			i = endOfLetters(s, i)
			prev = 'a'
			continue
		}
		prev = r
		i += n
	}
	return p.out
}

func endOfLetters(s string, i int) int {
	for i < len(s) {
		r, n := decode(s, i)
		if sc := scriptOf(r); sc == None && !isMark(r) || sc.ideographic() {
			break
		}
		i += n
	}
	return i
}

func endOfWord(s string, i int) int {
	for i < len(s) {
		r, n := decode(s, i)
		if sc := scriptOf(r); sc == None && !isDigit(r) && !isMark(r) || sc.ideographic() {
			break
		}
		i += n
	}
	return i
}

// digits reads the number that begins with a digit at i and returns where it ends, or i if it is none.
func (p *numberParser) digits(i int) int {
	s := p.text
	integer, fraction, end, grouped := p.numeral(i)
	plainEnd := end
	value := decimal(integer, fraction)
	// Letters right behind: only those that say what is counted.
	if end < len(s) {
		r, _ := decode(s, end)
		if sc := scriptOf(r); sc != None && !sc.ideographic() && !sc.unspaced() {
			w := endOfWord(s, end)
			suffix := Fold(s[end:w])
			exp, ok := suffixes[suffix]
			if !ok || w == end+1 && strings.IndexByte("GSACFPXEOHTVW", s[end]) >= 0 { // 5G, iPhone 4S, seat 27A
				return i
			}
			if exp == 6 && suffix == "m" && !currencyBefore(s, i) {
				exp = 0
			}
			value = shift(value, exp)
			end = w
		}
	}
	if end == plainEnd {
		if v, e, ok := eastAsian(s, i, end, value); ok {
			value, end = v, e
		} else {
			value, end = p.multiplied(value, end)
		}
	}
	year := !grouped && fraction == "" && end == plainEnd && len(integer) == 4 && integer >= "1800" && integer < "2200"
	p.add(value, i, end, year)
	return p.out[len(p.out)-1].End
}

// numeral reads digits with their group and decimal marks.
func (p *numberParser) numeral(i int) (integer, fraction string, end int, grouped bool) {
	type group struct {
		digits string
		end    int
	}
	s := p.text
	var groups []group
	var marks []rune
	// What follows a mark that parted two numbers stands alone: 12.03.2026.
	alone := p.dated == i && i > 0
	for j := i; ; {
		start := j
		for j < len(s) {
			r, n := decode(s, j)
			if !isDigit(r) {
				break
			}
			j += n
		}
		groups = append(groups, group{asciiDigits(s[start:j]), j})
		if alone {
			p.dated = j + 1 // the next part too, if there is one
		}
		if j == len(s) {
			break
		}
		r, n := decode(s, j)
		if alone || !p.mark(r) || j+n >= len(s) {
			break
		}
		if next, _ := decode(s, j+n); !isDigit(next) {
			break
		}
		if r == ' ' || r == '\u00A0' || r == '\u202F' || r == '\u2009' {
			// Only ever between groups of three.
			if len(groups) == 1 && len(groups[0].digits) > 3 || len(marks) > 0 && marks[len(marks)-1] != r || digitRun(s, j+n) != 3 {
				break
			}
		}
		marks = append(marks, normalMark(r))
		j += n
	}
	first := groups[0]
	if len(marks) == 0 {
		return first.digits, "", first.end, false
	}
	last := groups[len(groups)-1]
	join := func(gs []group) string {
		var b strings.Builder
		for _, g := range gs {
			b.WriteString(g.digits)
		}
		return b.String()
	}
	grouping := func(marks []rune, gs []group) bool { // do these marks part thousands?
		if len(gs[0].digits) > 3 || gs[0].digits == "0" {
			return false
		}
		for k, m := range marks {
			if m != marks[0] {
				return false
			}
			if n := len(gs[k+1].digits); n != 3 && !(n == 2 && m == ',' && k+1 < len(marks)) {
				return false
			}
		}
		return true
	}
	n := len(marks)
	mark := marks[n-1]
	switch {
	case n > 1 && mark != marks[0] && (mark == '.' || mark == ',') && grouping(marks[:n-1], groups[:n]):
		return join(groups[:n]), last.digits, last.end, true
	case n > 1 && grouping(marks, groups):
		return join(groups), "", last.end, true
	case n > 1:
		_, w := decode(s, first.end)
		p.dated = first.end + w
		return first.digits, "", first.end, false
	case mark == ' ' || mark == '\'':
		if grouping(marks, groups) {
			return join(groups), "", last.end, true
		}
		return first.digits, "", first.end, false
	case grouping(marks, groups) && mark == p.groupMark():
		return join(groups), "", last.end, true
	case mark == '.', mark == ',' && p.groupMark() != ',', mark == ',' && p.base == "":
		return first.digits, last.digits, last.end, false
	}
	return first.digits, "", first.end, false
}

func (p *numberParser) mark(r rune) bool {
	switch r {
	case '.', ',', '٫', '٬', '．', '，', '\u00A0', '\u202F', '\u2009':
		return true
	case '\'', '’':
		return p.base == "de" || p.base == "it" || p.base == "fr" || p.base == ""
	case ' ':
		switch p.base {
		case "fr", "ru", "uk", "be", "bg", "pl", "cs", "sk", "sv", "nb", "nn", "no", "fi", "hu", "et", "lv", "lt", "pt", "es":
			return true
		}
	}
	return false
}

func normalMark(r rune) rune {
	switch r {
	case '٫', '．':
		return '.'
	case '٬', '，':
		return ','
	case '\u00A0', '\u202F', '\u2009':
		return ' '
	case '’':
		return '\''
	}
	return r
}

// groupMark is the mark between thousands in the language, of full stop and comma (CLDR).
func (p *numberParser) groupMark() rune {
	switch p.base {
	case "de", "es", "it", "pt", "nl", "id", "tr", "da", "nb", "nn", "no", "el", "ro", "vi", "hr", "sl", "sr", "bs", "ca", "gl", "eu", "is", "mk", "az":
		return '.'
	case "fr", "ru", "uk", "be", "bg", "pl", "cs", "sk", "sv", "fi", "hu", "et", "lv", "lt", "kk":
		return ' '
	}
	return ','
}

func digitRun(s string, i int) int {
	n := 0
	for i < len(s) {
		r, w := decode(s, i)
		if !isDigit(r) {
			break
		}
		n++
		i += w
	}
	return n
}

// asciiDigits writes digits of any script as 0 to 9.
func asciiDigits(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte('0'+digitValue(r)))
	}
	return string(b)
}

// digitValue relies on Unicode encoding the decimal digits of a script in ascending order from a code point whose
// predecessor is no digit (or, in the mathematical block, in tens from U+1D7CE).
func digitValue(r rune) int {
	switch {
	case r < 0x80:
		return int(r - '0')
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return int(r-0x1D7CE) % 10
	}
	zero := r
	for zero > 0 && r-zero < 9 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return int(r - zero)
}

// decimal makes the canonical form of digits before and after the decimal mark.
func decimal(integer, fraction string) string {
	integer = strings.TrimLeft(integer, "0")
	fraction = strings.TrimRight(fraction, "0")
	if integer == "" {
		integer = "0"
	}
	if fraction == "" {
		return integer
	}
	return integer + "." + fraction
}

// shift multiplies a canonical decimal by a power of ten.
func shift(value string, exp int) string {
	if exp == 0 {
		return value
	}
	integer, fraction, _ := strings.Cut(value, ".")
	for len(fraction) < exp {
		fraction += "0"
	}
	return decimal(integer+fraction[:exp], fraction[exp:])
}

// multiplied takes in words behind a number that multiply it: "3.5 million", "10 mil millones".
func (p *numberParser) multiplied(value string, end int) (string, int) {
	s := p.text
	for range 2 {
		i := end
		for i < len(s) {
			r, n := decode(s, i)
			if r != ' ' && r != '\u00A0' && r != '\u202F' && r != '-' || i-end >= 3 {
				break
			}
			i += n
		}
		w := endOfLetters(s, i)
		if w == i || w-i > 40 {
			break
		}
		exp := multiplier(Fold(s[i:w]), p.base)
		if exp == 0 {
			break
		}
		value, end = shift(value, exp), w
	}
	return value, end
}

// add records a number and takes in its unit.
func (p *numberParser) add(value string, start, end int, year bool) {
	unit, stop := unitAfter(p.text, end)
	if unit == "" {
		unit = unitBefore(p.text, start)
	}
	year = year && (unit == "" || unit == "year")
	p.out = append(p.out, Number{Value: value, Text: p.text[start:stop], Start: start, End: stop, Unit: unit, Year: year})
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }
