package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a part of a text: bytes Start up to, not including, End.
type Span struct{ Start, End int }

// maxQuote is how many bytes a quotation or parenthesis may have and still be kept in one piece; what is opened and
// not closed within it is taken for a stray mark.
const maxQuote = 480

// maxLookahead is how many bytes behind a mark are looked at to decide whether the sentence ends there.
const maxLookahead = 100

// Sentences returns the sentences of s in order, without the white space around them; they don't overlap.
//
// A line break always ends a sentence. Otherwise one ends at the marks of its script (. ! ? … 。！？ । ؟ ۔ ። ။ ។ and
// the Greek ; among them) with the closing quotes and brackets behind them, but not inside a number, address,
// abbreviation or initial, not inside a quotation or parenthesis of up to 480 bytes, not where the sentence goes on in lower
// case, and not between a quotation and the words that say who spoke. Thai has no such mark: there a sentence ends
// at a space before a word that begins sentences, or at a wide space. Pieces without any letter or digit join the
// sentence before them, or are left out.
func Sentences(s, lang string) []Span {
	sc := sentenceScanner{text: s, base: Base(lang)}
	for start := 0; start < len(s); {
		end := start
		next := len(s)
		for end < len(s) {
			if n := lineBreak(s, end); n > 0 {
				next = end + n
				break
			}
			end++
		}
		sc.paragraph(start, end)
		start = next
	}
	return sc.spans
}

// lineBreak returns the length of the line break at s[i:], 0 if there is none.
func lineBreak(s string, i int) int {
	switch s[i] {
	case '\n', '\r', '\v', '\f':
		return 1
	case 0xC2:
		if i+1 < len(s) && s[i+1] == 0x85 {
			return 2
		}
	case 0xE2:
		if i+2 < len(s) && s[i+1] == 0x80 && (s[i+2] == 0xA8 || s[i+2] == 0xA9) {
			return 3
		}
	}
	return 0
}

type sentenceScanner struct {
	text  string
	base  string
	spans []Span
	para  int // index of the first span of this paragraph
}

func (sc *sentenceScanner) paragraph(start, end int) {
	sc.para = len(sc.spans)
	s := sc.text[:end]
	from := start
	thai := false
	for i := start; i < end; {
		r, n := decode(s, i)
		switch {
		case r < 0x80 && asciiKind[r] == 0:
			i++
		case isOpener(s, start, i, r, n):
			close := closing(s, i, r, n)
			if close < 0 {
				i += n
				break
			}
			i = close
			if next := sc.afterQuote(s, from, i); next >= 0 {
				sc.emit(from, i)
				from, i = next, next
			}
		case isTerminator(r):
			stop, next := sc.afterTerminator(s, from, i, r, n)
			if next >= 0 {
				sc.emit(from, stop)
				from, i = next, next
			} else {
				i = max(stop, i+n)
			}
		case r == ' ' || r == '\u00A0' || r == '\u3000':
			if thai && sc.thaiBreak(s, from, i) {
				sc.emit(from, i)
				from = i
			}
			i += n
		default:
			thai = r >= 0xE00 && r < 0xE80 || thai && isMark(r)
			i += n
		}
	}
	sc.emit(from, end)
}

// asciiKind marks the ASCII characters that paragraph looks at.
var asciiKind = func() (k [utf8.RuneSelf]byte) {
	for _, c := range " .!?;\"([{" {
		k[c] = 1
	}
	return k
}()

// emit adds s[start:end] as a sentence.
func (sc *sentenceScanner) emit(start, end int) {
	for start < end {
		r, n := decode(sc.text, start)
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(sc.text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	if start == end {
		return
	}
	for i := start; i < end; {
		r, n := decode(sc.text, i)
		if scriptOf(r) != None || isDigit(r) {
			sc.spans = append(sc.spans, Span{start, end})
			return
		}
		i += n
	}
	if len(sc.spans) > sc.para {
		sc.spans[len(sc.spans)-1].End = end
	}
}

func isTerminator(r rune) bool {
	switch r {
	case '.', '!', '?', ';', '…', '‼', '⁇', '⁈', '⁉', '。', '！', '？', '｡', '．', '।', '॥', '۔', '؟', '።', '፧', '។', '៕', '။', '։', '\u037E':
		return true
	}
	return false
}

// wide tells marks that end a sentence whatever follows.
func wideTerminator(r rune) bool { return r == '。' || r == '！' || r == '？' || r == '｡' }

func spacedTerminator(r rune) bool {
	switch r {
	case '.', '!', '?', ';', '…', '‼', '⁇', '⁈', '⁉', '．', '\u037E':
		return true
	}
	return false
}

// isOpener reports whether r at s[i:] opens a quotation or parenthesis.
func isOpener(s string, para, i int, r rune, n int) bool {
	switch r {
	case '(', '[', '{', '（', '【', '〔', '「', '『', '《', '〈', '｢', '“', '„', '‟':
		return true
	case '"', '”', '«', '»', '‘', '‚':
		if i+n >= len(s) {
			return false
		}
		if next, _ := decode(s, i+n); unicode.IsSpace(next) {
			return r == '«' // French spaces inside
		}
		if i == para {
			return true
		}
		prev, _ := utf8.DecodeLastRuneInString(s[para:i])
		return unicode.IsSpace(prev) || strings.ContainsRune("([{-–—/:：（，、", prev) ||
			r != '»' && r != '”' && scriptOf(prev).ideographic()
	}
	return false
}

// closing returns where the bracket or quotation opened by r at s[i:] has been closed, or -1.
func closing(s string, i int, r rune, n int) int {
	var ends string
	switch r {
	case '(':
		ends = ")"
	case '[':
		ends = "]"
	case '{':
		ends = "}"
	case '（':
		ends = "）"
	case '【':
		ends = "】"
	case '〔':
		ends = "〕"
	case '「':
		ends = "」"
	case '『':
		ends = "』"
	case '《':
		ends = "》"
	case '〈':
		ends = "〉"
	case '｢':
		ends = "｣"
	case '“', '‟':
		ends = "”"
	case '„':
		ends = "“”"
	case '"':
		ends = "\""
	case '”':
		ends = "”"
	case '«':
		ends = "»"
	case '»':
		ends = "«"
	case '‘', '‚':
		ends = "’‘"
	}
	limit := min(len(s), i+maxQuote)
	depth := 0
	for j := i + n; j < limit; {
		c, m := decode(s, j)
		switch {
		case c == r && c != '"' && c != '”':
			depth++
		case strings.ContainsRune(ends, c):
			if c == '’' && j+m < len(s) {
				if next, _ := decode(s, j+m); unicode.IsLetter(next) {
					break // an apostrophe
				}
			}
			if depth == 0 {
				return j + m
			}
			depth--
		}
		j += m
	}
	return -1
}

// afterQuote decides whether the sentence that began at from ends with the quotation or bracket that ends at i: it
// returns where the next sentence begins, or -1.
func (sc *sentenceScanner) afterQuote(s string, from, i int) int {
	closer, n := utf8.DecodeLastRuneInString(s[:i])
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[from:i-n], " \u00A0\u202F"))
	if !isTerminator(last) || last == ';' || i == len(s) {
		return -1
	}
	if strings.ContainsRune(")]}）】〕》〉", closer) {
		// Only a parenthesis that is a sentence of its own.
		first, _ := decode(s, skipSpace(s, from))
		if !strings.ContainsRune("([{（【〔", first) {
			return -1
		}
	}
	next := skipSpace(s, i)
	if next == len(s) {
		return -1
	}
	r, _ := decode(s, next)
	if wideTerminator(last) || scriptOf(r).ideographic() && scriptOf(r) != Hangul && next == i {
		if continuesQuote(s[next:]) {
			return -1
		}
		return next
	}
	if next == i || !sc.begins(s, next) || sc.attribution(s, next) {
		return -1
	}
	return next
}

// afterTerminator looks at the terminator r at s[i:]. When the sentence that began at from ends there, it returns
// where it stops and where the next one begins; otherwise how far the mark reaches, and -1.
func (sc *sentenceScanner) afterTerminator(s string, from, i int, r rune, n int) (stop, next int) {
	if (r == ';' || r == '\u037E') && sc.base != "el" {
		return i + n, -1
	}
	stop = i + n
	dots, wide := 0, wideTerminator(r)
	if r == '.' {
		dots = 1
	}
	for stop < len(s) {
		c, m := decode(s, stop)
		if !isTerminator(c) || c == ';' {
			break
		}
		if c == '.' {
			dots++
		}
		wide = wide || wideTerminator(c)
		stop += m
	}
	ellipsis := r == '…' || dots > 1
	closers := stop
	for stop < len(s) {
		c, m := decode(s, stop)
		if !strings.ContainsRune("\"”’»)]}）】〕」』》〉｣“", c) || c == '“' && !spaceOrEnd(s, stop+m) {
			break
		}
		stop += m
	}
	closed := stop > closers
	if note := footnote(s, stop); note > 0 {
		stop += note
	}
	if stop == len(s) {
		return stop, stop
	}
	next = skipSpace(s, stop)
	if next == len(s) {
		return stop, next
	}
	after, _ := decode(s, next)
	if wide {
		if closed && continuesQuote(s[next:]) || strings.ContainsRune("、，,」』）", after) {
			return stop, -1
		}
		return stop, next
	}
	prev, _ := utf8.DecodeLastRuneInString(s[from:i])
	if next == stop {
		return stop, sc.glued(r, prev, after, next)
	}
	if !spacedTerminator(r) {
		if isDigit(after) && isDigit(prev) && r == '۔' {
			return stop, -1
		}
		return stop, next
	}
	if !sc.begins(s, next) {
		return stop, -1
	}
	if r == '.' && !ellipsis && closers == i+n && !sc.stopEnds(s, from, i, next) {
		return stop, -1
	}
	if closed && sc.attribution(s, next) {
		return stop, -1
	}
	return stop, next
}

// glued decides on a mark that no space follows: next where a Korean, Chinese or Japanese sentence follows it, else -1.
func (sc *sentenceScanner) glued(r, prev, after rune, next int) int {
	ps, as := scriptOf(prev), scriptOf(after)
	if !ps.ideographic() || as == None && !strings.ContainsRune("\"“‘「『《", after) {
		return -1
	}
	switch {
	case r == '.' && ps == Hangul:
		if strings.ContainsRune("다요죠까음함됨임", prev) && (as == Hangul || as == None || as == Han) {
			return next
		}
	case as.ideographic() || as == None:
		return next
	}
	return -1
}

// stopEnds decides whether the full stop at s[dot:] ends a sentence, by the word before it and the one at next.
func (sc *sentenceScanner) stopEnds(s string, from, dot, next int) bool {
	begin := dot
	letters, digits, inner := 0, 0, false
	for begin > from {
		r, n := utf8.DecodeLastRuneInString(s[from:begin])
		switch {
		case scriptOf(r) != None || isMark(r):
			letters++
		case isDigit(r):
			digits++
		case r == '.' && begin < dot:
			inner = true
		case r == '-' || r == '’' || r == '\'':
			if letters == 0 {
				goto done
			}
		default:
			goto done
		}
		begin -= n
	}
done:
	word := strings.TrimLeft(s[begin:dot], "'’-.")
	after, _ := decode(s, next)
	switch {
	case word == "":
		return true
	case letters == 0:
		if strings.TrimSpace(s[from:begin]) == "" && digits <= 3 {
			return false // the number of a list item
		}
		if ordinalStop(sc.base) && !inner && digits <= 2 {
			return sc.starter(s, next)
		}
		switch sc.base {
		case "ko", "ja", "zh": // 2026. 3. 1. and the like
			return !isDigit(after) && !strings.HasSuffix(strings.TrimRight(s[from:begin], " "), ".")
		}
		return true
	}
	first, firstLen := utf8.DecodeRuneInString(word)
	if firstLen == len(word) && scriptOf(first) != None && !scriptOf(first).ideographic() {
		switch {
		case unicode.IsUpper(first):
			return sc.starter(s, next) // an initial, or "Plan B."
		case singleLetter(s[next:]): // z. B., с. г.
			return false
		case isDigit(after), abbreviationOf(word, sc.base) != notAbbreviated:
			return abbreviationOf(word, sc.base) == mayEnd && sc.starter(s, next)
		}
		return true
	}
	if inner && lettersWithStops(word) {
		switch word {
		case "e.g", "i.e", "z.B", "d.h", "u.a", "o.ä", "p.ex", "p.e", "m.in", "т.е", "т.д", "т.п", "t.ex", "f.eks", "bl.a":
			return strings.HasSuffix(word, "д") || strings.HasSuffix(word, "п")
		}
		return sc.starter(s, next)
	}
	switch abbreviationOf(word, sc.base) {
	case neverEnds:
		return false
	case beforeNumber:
		return !isDigit(after) && !roman(s[next:])
	case mayEnd:
		return sc.starter(s, next)
	}
	return true
}

// singleLetter reports whether s begins with one letter and a full stop.
func singleLetter(s string) bool {
	r, n := decode(s, 0)
	return scriptOf(r) != None && n < len(s) && s[n] == '.'
}

// lettersWithStops reports whether word is made of parts of one or two letters: "U.S", "a.m", "Ph.D".
func lettersWithStops(word string) bool {
	part := 0
	for _, r := range word {
		if r == '.' {
			part = 0
			continue
		}
		if part++; part > 2 {
			return false
		}
	}
	return true
}

func roman(s string) bool {
	n := 0
	for n < len(s) && strings.IndexByte("IVXLC", s[n]) >= 0 {
		n++
	}
	return n > 0 && (n == len(s) || strings.IndexByte(" ,.;:)", s[n]) >= 0)
}

// begins reports whether a sentence can begin at s[next:]: not with a lower-case letter.
func (sc *sentenceScanner) begins(s string, next int) bool {
	s = s[:min(len(s), next+maxLookahead)]
	for i := next; i < len(s); {
		r, n := decode(s, i)
		if scriptOf(r) == None && !isDigit(r) {
			if r == ',' || r == ';' || r == ':' || r == '，' || r == '、' {
				return false
			}
			i += n
			continue
		}
		if unicode.IsLower(r) {
			// iPhone, eBay
			if i+n < len(s) {
				second, _ := decode(s, i+n)
				return unicode.IsUpper(second)
			}
			return false
		}
		return true
	}
	return true
}

// starter reports whether the word at s[next:] is a capitalised function word, as sentences begin with.
func (sc *sentenceScanner) starter(s string, next int) bool {
	s = s[:min(len(s), next+maxLookahead)]
	i := next
	for i < len(s) {
		r, n := decode(s, i)
		if scriptOf(r) != None {
			if !unicode.IsUpper(r) {
				return scriptOf(r).ideographic()
			}
			break
		}
		if isDigit(r) {
			return false
		}
		i += n
	}
	if i == len(s) {
		return true
	}
	end := lettersEnd(s, i)
	if end < len(s) && s[end] == '.' && end-i <= 2 {
		return false
	}
	return Stopword(s[i:end], sc.base)
}

// lettersEnd is where the run of letters and their marks that begins at i ends.
func lettersEnd(s string, i int) int {
	for i < len(s) {
		r, n := decode(s, i)
		if scriptOf(r) == None && !isMark(r) {
			break
		}
		i += n
	}
	return i
}

// sayings are words that tell who said the quotation before them.
var sayings = func() map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range strings.Fields(`said says say told tells added adds asked wrote writes tweeted explained noted stated insisted argued warned
		sagte sagt erklärte meinte so betonte fügte schrieb dit déclare déclaré affirme affirmé explique ajoute assure indique dijo dice afirmó
		señaló añadió aseguró explicó declaró disse afirmou explicou diz ha detto dice spiega aggiunge zei zegt sa säger сказал сказала заявил заявила
		сообщил сообщила отметил отметила добавил добавила подчеркнул считает powiedział powiedziała mówi dodał řekl uvedl dodal dedi söyledi`) {
		m[w] = struct{}{}
	}
	return m
}()

// attribution reports whether s[next:] says who spoke, within its first four words.
func (sc *sentenceScanner) attribution(s string, next int) bool {
	s = s[:min(len(s), next+maxLookahead)]
	words := 0
	for i := next; i < len(s) && words < 4; {
		r, n := decode(s, i)
		if scriptOf(r) == None {
			if isTerminator(r) || r == '"' || r == '“' {
				return false
			}
			i += n
			continue
		}
		end := lettersEnd(s, i)
		if _, ok := sayings[s[i:end]]; ok {
			return true
		}
		words++
		i = end
	}
	return false
}

// continuesQuote tells what goes on with the sentence after a mark of East Asian writing: a Japanese quoting
// particle, a comma or closing bracket, or a short Chinese clause that says who spoke.
func continuesQuote(rest string) bool {
	for _, p := range []string{"と", "って", "との", "など", "、", "，", "」", "』", "）", "라고", "이라고", "라며", "라는"} {
		if strings.HasPrefix(rest, p) {
			return true
		}
	}
	runes, said := 0, false
	for _, r := range rest {
		switch {
		case r == '说' || r == '說' || r == '称' || r == '稱' || r == '道':
			said = true
		case said:
			return r != '：' && r != ':'
		case scriptOf(r) != Han || runes > 8:
			return false
		}
		runes++
	}
	return said
}

// footnote returns the length of a reference such as "[12]" at s[i:], or 0.
func footnote(s string, i int) int {
	if i >= len(s) || s[i] != '[' {
		return 0
	}
	j := i + 1
	for j < len(s) && j-i <= 3 && '0' <= s[j] && s[j] <= '9' {
		j++
	}
	if j == i+1 || j >= len(s) || s[j] != ']' {
		return 0
	}
	return j + 1 - i
}

// thaiStarters begin sentences of Thai news.
var thaiStarters = []string{"ทั้งนี้", "นอกจากนี้", "อย่างไรก็ตาม", "ขณะที่", "ขณะเดียวกัน", "ส่วน", "ด้าน", "สำหรับ", "ล่าสุด", "ต่อมา", "จากนั้น",
	"โดย", "เมื่อ", "แต่", "นาย", "นาง", "พล.", "ทางด้าน", "อีกทั้ง", "ดังนั้น", "เนื่องจาก", "หลังจาก", "ก่อนหน้านี้"}

// minThaiSentence is how many bytes (three a letter) a Thai sentence has at least, because spaces also part its clauses.
const minThaiSentence = 150

// thaiBreak reports whether a Thai sentence that began at from ends at the space at s[i:].
func (sc *sentenceScanner) thaiBreak(s string, from, i int) bool {
	next := skipSpace(s, i)
	if next == len(s) || i-from < minThaiSentence {
		return false
	}
	if next-i >= 2 {
		return true
	}
	for _, w := range thaiStarters {
		if strings.HasPrefix(s[next:], w) {
			return true
		}
	}
	return false
}

func skipSpace(s string, i int) int {
	for i < len(s) {
		r, n := decode(s, i)
		if !unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

func spaceOrEnd(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := decode(s, i)
	return unicode.IsSpace(r)
}
