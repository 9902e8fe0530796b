package summary

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// evidence is an article taken apart for the fact check.
type evidence struct {
	article   *news.Article
	base      string          // its language
	whole     string          // title and text
	folded    string          // with numerals as text.Numbers reads them
	squeezed  string          // for quotations
	packed    string          // squeezed without spaces
	sentences map[string]bool // squeezed: what stands so in the article needs no check
	words     map[string]bool // folded
	plain     map[string]bool // and without accents
	keys      map[string]bool // search terms
	terms     map[string]bool
	lower     map[string]bool   // words that stand in lower case somewhere
	caps      map[string]bool   // words with a capital that no beginning of a sentence explains
	nouns     map[string]bool   // German words with a capital that are no names
	pairs     map[string]bool   // neighbouring words with capitals
	follows   map[string]string // a word with a capital that only ever stands before another one
	preceded  map[string]bool   // a word with a capital before it
	initials  map[string]bool   // of runs of words with capitals
	places    map[string]bool
	figures   []figure
	digits    map[string]bool
	lastYear  bool   // it speaks of the year before its own
	dates     []date // with what follows from them
	passages  []*statement
}

func newEvidence(a *news.Article) *evidence {
	e := &evidence{article: a, base: languageOf(*a), whole: a.Title + "\n" + a.Text[:min(len(a.Text), maxEvidence)], sentences: map[string]bool{}, words: map[string]bool{}, plain: map[string]bool{},
		keys: map[string]bool{}, places: map[string]bool{}, terms: map[string]bool{}, lower: map[string]bool{}, caps: map[string]bool{}, nouns: map[string]bool{}, pairs: map[string]bool{}, follows: map[string]string{}, preceded: map[string]bool{}, initials: map[string]bool{}, digits: map[string]bool{}}
	numerals := plainNumerals(e.whole, e.base)
	e.folded = text.Fold(numerals)
	e.squeezed = " " + squeeze(e.whole) + " "
	e.packed = strings.ReplaceAll(e.squeezed, " ", "")
	for run := range strings.FieldsFuncSeq(numerals, func(r rune) bool { return r < '0' || r > '9' }) {
		e.digits[strings.TrimLeft(run, "0")] = true
	}
	for _, span := range text.Sentences(e.whole, e.base) {
		s := e.whole[span.Start:span.End]
		e.sentences[squeeze(s)] = true
		if n := dateline(s); n > 0 {
			e.sentences[squeeze(s[n:])] = true
		}
		st := newStatement(s, e.base)
		e.passages = append(e.passages, &st)
		e.figures = append(e.figures, st.figures...)
		e.dates = append(e.dates, st.dates...)
		maps.Copy(e.terms, st.terms)
		maps.Copy(e.places, st.places)
		e.learn(&st)
	}
	for _, p := range e.passages {
		p.nameFirst(e.caps)
	}
	var years []string
	day := a.Published
	if day.IsZero() {
		day = a.Seen
	}
	e.dates, years = deduce(e.folded, e.words, e.dates, e.base, day)
	for phrase, distance := range relativeYears[e.base] {
		e.lastYear = e.lastYear || distance == -1 && strings.Contains(e.folded, phrase)
	}
	for _, y := range years {
		e.figures = append(e.figures, figure{value: y, unit: "year", year: true})
	}
	return e
}

// learn takes in the words of a passage, and what its capitals tell.
func (e *evidence) learn(st *statement) {
	initials := ""
	last := -2
	for i, t := range st.tokens {
		e.words[t.text] = true
		e.keys[t.key] = true
		if !cased(t.text) {
			continue
		}
		e.words[unowned(t.text)] = true
		if i := strings.IndexAny(t.text, "'’"); i > 0 && i <= 2 { // l'Irlandais
			_, n := utf8.DecodeRuneInString(t.text[i:])
			e.words[t.text[i+n:]], e.plain[plainName(t.text[i+n:])] = true, true
		}
		e.plain[plainName(t.text)] = true
		if !t.capital {
			e.lower[t.text] = true
			if !t.stop {
				initials = ""
			}
			continue
		}
		if st.headed {
			continue
		}
		if t.name > 0 && i > 0 {
			e.caps[t.text] = true
		}
		if t.name == 0 && st.base == "de" {
			e.nouns[t.text] = true
		}
		joined := last >= 0 && i-last <= 2 && !st.clauseEnds(last, i)
		if joined {
			a := st.tokens[last].text
			e.pairs[a+" "+t.text] = true
			if i-last == 1 {
				e.preceded[t.text] = true
			}
		} else {
			initials = ""
		}
		r, _ := utf8.DecodeRuneInString(t.text)
		if initials += string(r); utf8.RuneCountInString(initials) > longestAcronym {
			_, n := utf8.DecodeRuneInString(initials)
			initials = initials[n:]
		}
		for k := range initials {
			if len(initials)-k >= 2 {
				e.initials[initials[k:]] = true
			}
		}
		last = i
		next := ""
		if i+1 < len(st.tokens) && st.tokens[i+1].capital && !st.clauseEnds(i, i+1) {
			next = st.tokens[i+1].text
		}
		if _, ok := e.follows[t.text]; !ok || next == "" {
			e.follows[t.text] = next
		}
	}
}

// nameFirst makes a name of a first word that is one elsewhere.
func (st *statement) nameFirst(names map[string]bool) {
	if len(st.tokens) == 0 {
		return
	}
	t := &st.tokens[0]
	if t.capital && t.name == 0 && !t.stop && t.figure == 0 && (names[t.text] || placeWord(t.text, st.base)) {
		st.names = append(st.names, text.Name{Text: st.text[t.start:t.end], Start: t.start, End: t.end})
		t.name = len(st.names)
	}
}

// titleCased reports whether a statement is written Like This, so that capitals tell nothing.
func (st *statement) titleCased() bool {
	long, capital := 0, 0
	for i, t := range st.tokens {
		if i > 0 && len(t.text) > 3 && cased(t.text) {
			long++
			if t.capital {
				capital++
			}
		}
	}
	return long >= 3 && capital*10 >= long*8 && st.base != "de"
}

// longestAcronym is how many letters an abbreviation of the article's may have.
const longestAcronym = 7

// maxEvidence is how many bytes of an article are read: the sentences of a brief come from the first ones.
const maxEvidence = 1 << 16

// maxClaim is how many bytes a sentence may have to be read.
const maxClaim = 2000

const (
	leastCovered  = 0.35 // share of a sentence's words that must stand somewhere in the article
	leastShared   = 0.2  // and of its pairs of characters
	followsOne    = 0.5  // share of its words that one of the article's sentences has when it follows that one closely
	leastFollowed = 0.3  // and that it has when it may speak of the same
	nearlyAsGood  = 0.1
	leastJudged   = 5 // words without which it isn't judged by what the whole article has
	leastTerms    = 3 // with fewer words a share says nothing
)

// missing is what a claim says and the article doesn't.
func (e *evidence) missing(s, lang string) []fault {
	if len(s) > maxClaim {
		return []fault{{kind: Unsaid, what: text.Truncate(s, maxHeadline, "…")}}
	}
	if squeezed := squeeze(s); squeezed != "" && e.sentences[squeezed] {
		return nil
	}
	var faults []fault
	add := func(kind Kind, what string) { faults = append(faults, fault{kind: kind, what: what}) }
	for _, u := range address.FindAllString(s, -1) {
		if !strings.Contains(e.whole, u) && !strings.Contains(e.article.URL, u) {
			add(Linked, u)
		}
	}
	for _, q := range quotes(s) {
		if !e.quotes(q) {
			add(Quoted, q)
		}
	}
	claim := newStatement(address.ReplaceAllString(s, " "), lang)
	c := &claim
	if len(c.tokens) == 0 {
		add(Unsaid, s)
	}
	c.nameFirst(e.caps)
	for _, f := range c.figures {
		if !e.states(f) && !c.datesHave(f) && !c.between(f) {
			add(Figure, f.text)
		}
	}
	for _, d := range c.dates {
		if !tells(e.dates, d) {
			add(Dated, d.text)
		}
	}
	for _, n := range e.unknownNames(c) {
		add(Named, n)
	}
	if len(faults) > 0 {
		return faults
	}
	if c.base != e.base {
		return nil // its words can't be compared with the article's
	}
	least := leastCovered
	if c.base == "ko" || c.base == "ja" || c.base == "zh" {
		least = leastShared
	}
	if e.covered(c) < least {
		add(Unsaid, s)
		return faults
	}
	return e.misplaced(c)
}

// between reports whether a figure is the time between two years of the claim.
func (st *statement) between(f figure) bool {
	if f.unit != "year" || f.year {
		return false
	}
	for _, a := range st.figures {
		for _, b := range st.figures {
			if a.year && b.year && a.value > b.value {
				from, _ := strconv.Atoi(b.value)
				to, _ := strconv.Atoi(a.value)
				if strconv.Itoa(to-from) == f.value {
					return true
				}
			}
		}
	}
	return false
}

// datesHave reports whether a figure is part of a date, which is checked as such.
func (st *statement) datesHave(f figure) bool {
	if f.unit != "month" && f.unit != "day" {
		return slices.ContainsFunc(st.dates, func(d date) bool {
			return d.day > 0 && d.month > 0 && strings.TrimLeft(f.value, "0") == strconv.Itoa(d.day)
		})
	}
	return slices.ContainsFunc(st.dates, func(d date) bool {
		return f.unit == "month" && strconv.Itoa(d.month) == f.value || f.unit == "day" && strconv.Itoa(d.day) == f.value
	})
}

// covered is the share of a claim's words, names and figures that stand somewhere in the article.
func (e *evidence) covered(c *statement) float64 {
	n, all := len(c.figures), len(c.figures)
	for t := range c.terms {
		all++
		if e.terms[t] || e.keys[t] {
			n++
		}
	}
	if all < leastJudged {
		return 1
	}
	return float64(n) / float64(all)
}

// quotes reports whether what a quotation says stands in the article, word for word and in this order; what "…" leaves out and brackets
// put in doesn't count. In scripts without spaces a part of a word will do.
func (e *evidence) quotes(q string) bool {
	from := 0
	for _, part := range omission.Split(q, -1) {
		s := squeeze(part)
		if s == "" {
			continue
		}
		within := e.squeezed
		if r, _ := utf8.DecodeRuneInString(s); ideograph(r) {
			within, s = e.packed, strings.ReplaceAll(s, " ", "")
		} else {
			s = " " + s + " "
		}
		if from > len(within) {
			return false
		}
		i := strings.Index(within[from:], s)
		if i < 0 {
			return false
		}
		from += i
	}
	return true
}

// states reports whether the article has the figure.
func (e *evidence) states(f figure) bool {
	if f.both || f.value == "1/2" && f.unit == "" || f.value == "1" && f.unit == "year" && e.lastYear {
		return true
	}
	if slices.ContainsFunc(e.figures, func(g figure) bool { return f.same(g) }) {
		return true
	}
	return f.unit == "" && e.digits[f.value] && !slices.ContainsFunc(e.figures, func(g figure) bool { return g.value == f.value })
}

// isCapital reports whether s begins with a capital letter.
func isCapital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}
