package summary

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// evidence is an article taken apart for the fact check.
type evidence struct {
	article   *news.Article
	whole     string // title and text
	folded    string
	squeezed  string // for quotations
	lang      string
	terms     map[string]bool
	words     map[string]bool
	numbers   []text.Number
	sentences []passage
}

// passage is one sentence of the article.
type passage struct {
	terms   map[string]bool
	numbers []string
	names   []string // folded
	words   map[string]bool
	folded  string
	dates   []date
	negated bool
}

func newEvidence(a *news.Article) *evidence {
	e := &evidence{article: a, lang: languageOf(*a), whole: a.Title + "\n" + a.Text, terms: map[string]bool{}, words: map[string]bool{}}
	e.folded = text.Fold(e.whole)
	e.squeezed = " " + squeeze(e.whole) + " "
	e.numbers = text.Numbers(e.whole, e.lang)
	for _, t := range text.Terms(e.whole, e.lang) {
		e.terms[t.Text] = true
	}
	for _, span := range text.Sentences(e.whole, e.lang) {
		s := e.whole[span.Start:span.End]
		words := text.Words(s, e.lang)
		p := passage{terms: set(contentTerms(s, e.lang)), words: map[string]bool{}, folded: text.Fold(s), dates: dates(s, words, e.lang), negated: negates(s, words, e.lang)}
		for _, w := range words {
			p.words[w.Text], e.words[w.Text] = true, true
		}
		for _, n := range text.Numbers(s, e.lang) {
			p.numbers = append(p.numbers, n.Value)
		}
		for _, n := range text.Names(s, e.lang) {
			p.names = append(p.names, text.Fold(n.Text))
		}
		e.sentences = append(e.sentences, p)
	}
	return e
}

const (
	leastCovered = 0.4 // share of a sentence's words that must stand somewhere in the article
	followsOne   = 0.6 // share of its words that one of the article's sentences has when it follows that one closely
	nearlyAsGood = 0.1
	leastTerms   = 3 // with fewer words a share says nothing
)

// missing is what a claim says and the article doesn't.
func (e *evidence) missing(c claim) []fault {
	var faults []fault
	add := func(kind Kind, what string) { faults = append(faults, fault{kind, what}) }
	for _, u := range c.urls {
		if !strings.Contains(e.whole, u) && !strings.Contains(e.article.URL, u) {
			add(Linked, u)
		}
	}
	for _, q := range c.quotes {
		if s := squeeze(q); s != "" && !e.quotes(s) {
			add(Quoted, q)
		}
	}
	for _, n := range c.numbers {
		if !e.states(n) {
			add(Figure, n.Text)
		}
	}
	for _, n := range c.names {
		if !nameIn(n.Text, e.words, e.folded) {
			add(Named, n.Text)
		}
	}
	for _, d := range c.dates {
		if !slices.ContainsFunc(e.sentences, func(p passage) bool { return dated(p.dates, d) }) {
			add(Dated, d.text)
		}
	}
	if len(faults) > 0 {
		return faults
	}
	if share(c.terms, e.terms) < leastCovered && len(c.terms) >= leastTerms {
		add(Unsaid, c.text)
		return faults
	}
	return e.misplaced(c)
}

// quotes reports whether the squeezed words stand in the article in this order; in scripts without spaces a part of a word will do.
func (e *evidence) quotes(s string) bool {
	if r, _ := utf8.DecodeRuneInString(s); ideograph(r) {
		return strings.Contains(strings.ReplaceAll(e.squeezed, " ", ""), strings.ReplaceAll(s, " ", ""))
	}
	return strings.Contains(e.squeezed, " "+s+" ")
}

// states reports whether the article has the number; where both name a unit of money or a per cent sign it must be the same.
func (e *evidence) states(n text.Number) bool {
	return slices.ContainsFunc(e.numbers, func(m text.Number) bool {
		return m.Value == n.Value && (m.Unit == n.Unit || m.Unit == "" || n.Unit == "")
	})
}

// nameIn reports whether each word of a name is in a text, allowing for the ending that case, plural or nationality adds.
func nameIn(name string, words map[string]bool, folded string) bool {
	if strings.Contains(folded, text.Fold(name)) {
		return true
	}
	for _, w := range text.Words(name, "") {
		if !words[w.Text] && !inflected(w.Text, words) && !strings.Contains(folded, w.Text) {
			return false
		}
	}
	return true
}

func inflected(word string, words map[string]bool) bool {
	n := utf8.RuneCountInString(word)
	if n < 4 {
		return false
	}
	rs := []rune(word)
	stem := string(rs[:max(4, n*2/3)])
	for w := range words {
		if m := utf8.RuneCountInString(w); strings.HasPrefix(w, stem) && m-n <= 3 && n-m <= 3 {
			return true
		}
	}
	return false
}

func dated(have []date, d date) bool {
	return slices.ContainsFunc(have, func(h date) bool { return h.word == d.word && (d.day == "" || h.day == d.day) })
}

func share(terms []string, in map[string]bool) float64 {
	if len(terms) == 0 {
		return 1
	}
	n := 0
	for _, t := range terms {
		if in[t] {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

// misplaced finds figures, names and negations that the article has, but not where the claim puts them: when the claim follows
// sentences of the article closely, one of those, or a neighbour of it, must hold what it says.
func (e *evidence) misplaced(c claim) []fault {
	if len(c.terms) < leastTerms {
		return nil
	}
	best := 0.0
	shares := make([]float64, len(e.sentences))
	for i, p := range e.sentences {
		shares[i] = share(c.terms, p.terms)
		best = max(best, shares[i])
	}
	if best < followsOne {
		return nil
	}
	var least []fault
	for i, p := range e.sentences {
		if shares[i] < best-nearlyAsGood {
			continue
		}
		faults := e.against(c, p, e.sentences[max(0, i-1):min(len(e.sentences), i+2)])
		if len(faults) == 0 {
			return nil
		}
		if least == nil || len(faults) < len(least) {
			least = faults
		}
	}
	return least
}

// against compares a claim with the sentence it follows. What a neighbour holds is allowed, as long as the sentence itself doesn't
// hold another of its kind that the claim leaves out.
func (e *evidence) against(c claim, p passage, around []passage) []fault {
	var faults []fault
	mine, theirs := map[string]int{}, map[string]int{}
	for _, n := range c.numbers {
		mine[n.Value]++
	}
	for _, v := range p.numbers {
		theirs[v]++
	}
	left := slices.ContainsFunc(p.numbers, func(v string) bool { return mine[v] == 0 })
	for _, n := range c.numbers {
		if left && theirs[n.Value] > 0 && mine[n.Value] > theirs[n.Value] { // said twice, once in place of another
			faults = append(faults, fault{Figure, n.Text})
		}
		if !slices.Contains(p.numbers, n.Value) && (left || !slices.ContainsFunc(around, func(q passage) bool { return slices.Contains(q.numbers, n.Value) })) {
			faults = append(faults, fault{Figure, n.Text})
		}
	}
	folded := text.Fold(c.text)
	words := map[string]bool{}
	for _, w := range c.words {
		words[w.Text] = true
	}
	dropped := slices.ContainsFunc(p.names, func(n string) bool { return !nameIn(n, words, folded) })
	for _, n := range c.names {
		if !nameIn(n.Text, p.words, p.folded) && dropped {
			faults = append(faults, fault{Named, n.Text})
		}
	}
	for _, d := range c.dates {
		if len(p.dates) > 0 && !dated(p.dates, d) && !slices.ContainsFunc(p.dates, func(h date) bool {
			return slices.ContainsFunc(c.dates, func(o date) bool { return o.word == h.word })
		}) {
			faults = append(faults, fault{Dated, d.text})
		}
	}
	if c.negated != p.negated {
		faults = append(faults, fault{Negated, c.text})
	}
	return faults
}
