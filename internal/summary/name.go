package summary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// unknownNames are the names of a claim that the article doesn't have in any form.
func (e *evidence) unknownNames(c *statement) []string {
	var unknown []string
	for _, n := range c.names {
		if !cased(n.Text) {
			if n.Text[0] >= '0' && n.Text[0] <= '9' { // 150ha
				continue
			}
			if !e.hasEastern(n.Text) && !(c.base == "zh" && e.hasEastern(twoRunes(n.Text))) {
				unknown = append(unknown, n.Text)
			}
			continue
		}
		if !e.hasName(c, n) {
			unknown = append(unknown, n.Text)
		}
	}
	eachPlace(c.text, c.base, func(id string, start, end int) {
		name := c.text[start:end]
		if !e.speaksOf(id) && !e.wordsOf(name) && !e.hasEastern(name) && !slices.ContainsFunc(unknown, func(n string) bool { return strings.Contains(n, name) }) {
			unknown = append(unknown, name)
		}
	})
	if first := c.newFirst(e); first != "" && c.base == "en" && len(c.tokens) > 1 && strings.HasPrefix(c.text[c.tokens[0].end:], ", ") {
		unknown = append(unknown, first)
	}
	return append(unknown, e.unknownEastern(c)...)
}

// twoRunes are the first two characters of a name: what follows may be the verb.
func twoRunes(name string) string {
	rs := []rune(name)
	if len(rs) != 3 || !strings.ContainsRune(surnames, rs[0]) {
		return name
	}
	return string(rs[:2])
}

// hasName reports whether the article has each word of a name, and has them together.
func (e *evidence) hasName(c *statement, n text.Name) bool {
	if e.wordsOf(n.Text) || e.abbreviated(n.Text) || e.hasPlace(n.Text, c.base) {
		return true
	}
	var words []token
	for _, t := range c.tokens {
		if t.start >= n.Start && t.end <= n.End {
			words = append(words, t)
		}
	}
	placed := map[int]bool{} // where words that are a place's name begin
	eachPlace(n.Text, c.base, func(id string, start, end int) {
		for _, t := range words {
			if t.start-n.Start >= start && t.end-n.Start <= end && e.speaksOf(id) {
				placed[t.start] = true
			}
		}
	})
	if own := e.personal(words, placed, c.base); c.base != e.base && own != "" && e.transcribed(own) {
		return true
	}
	for _, t := range words {
		if !t.capital || t.figure > 0 || t.stop || placed[t.start] || e.knows(t.text, c, t.start == c.tokens[0].start) {
			continue
		}
		return false
	}
	for i := 1; i < len(words); i++ {
		a, b := words[i-1].text, words[i].text
		if words[i-1].capital && words[i].capital && e.follows[a] != "" && e.preceded[b] && !e.pairs[a+" "+b] && !e.pairs[b+" "+a] && !e.lower[a] && !e.lower[b] && !isRole(a, c.base) && !placeWord(a, c.base) {
			return false // the first name of one, the last name of another
		}
	}
	return true
}

// personal are the words of a name without what it is called by and the places among them.
func (e *evidence) personal(words []token, placed map[int]bool, base string) string {
	var own []string
	for _, t := range words {
		if !placed[t.start] && !isRole(t.text, base) && !t.stop {
			own = append(own, t.text)
		}
	}
	return strings.Join(own, " ")
}

// wordsOf reports whether the name stands in the article as it is.
func (e *evidence) wordsOf(name string) bool {
	return strings.Contains(e.squeezed, " "+squeeze(name)+" ")
}

// abbreviated reports whether a name is the initials of one of the article's, or the other way round: UN, United Nations.
func (e *evidence) abbreviated(name string) bool {
	folded := strings.ReplaceAll(text.Fold(name), ".", "")
	if !strings.ContainsAny(folded, " -") && utf8.RuneCountInString(folded) >= 2 && e.initials[folded] && strings.ToUpper(name) == name {
		return true
	}
	initials := ""
	for _, w := range text.Words(name, "") {
		if isCapital(name[w.Start:w.End]) {
			r, _ := utf8.DecodeRuneInString(w.Text)
			initials += string(r)
		}
	}
	return utf8.RuneCountInString(initials) >= 2 && (e.words[initials] || strings.Contains(e.squeezed, " "+strings.Join(strings.Split(initials, ""), " ")+" "))
}

// knows reports whether a word with a capital stands in the article in some form, or is no name.
func (e *evidence) knows(word string, c *statement, first bool) bool {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")
	if e.words[word] || e.plain[plainName(word)] || utf8.RuneCountInString(word) == 1 {
		return true
	}
	if i := strings.IndexAny(word, "'’"); i > 0 && i <= 2 { // l'Espagne, d'Oslo
		return e.knows(word[i+len(string([]rune(word[i:])[0])):], c, first)
	}
	if isRole(word, c.base) || isGeneric(word, c.base) && c.base != e.base || (c.base != "en" || first || c.headed) && isCommon(word, c.base) {
		return true
	}
	if _, ok := calendarWords[c.base][word]; ok {
		return true
	}
	if e.hasPlace(word, c.base) {
		return true
	}
	if e.abbreviated(strings.ToUpper(word)) && c.isUpper(word) {
		return true
	}
	if c.base == e.base && e.keys[stemOf(word, c.base)] {
		return true
	}
	if placeWord(word, c.base) {
		return false // a known place that the article doesn't speak of
	}
	for w := range e.words {
		if inflects(word, w, c.base) || variant(word, w) {
			return true
		}
		if c.base == "de" && compound(word, w) {
			return true
		}
	}
	return e.transcribed(word)
}

// isUpper reports whether the claim writes the folded word in capitals.
func (st *statement) isUpper(folded string) bool {
	return strings.Contains(st.text, strings.ToUpper(folded))
}

// endings are what case, number, gender and nationality add to a name.
var endings = map[string]string{
	"en": "s n an ian ese ish i er", "de": "s es e er en n in innen isch ische ischen ischer isches", "fr": "s e es ais aise aises en enne ennes ien ienne iens",
	"es": "s es o a os as és esa eses", "pt": "s es o a os as ês esa eses", "it": "i e o a", "nl": "s e en er se",
	"ru": "а я у ю о е ё ом ем ём ой ей ою ею ы и ов ев ам ям ами ями ах ях ого его ому ему ым им ых их ая яя ую юю ое ее ый ий ье ья ью ьи ина ину иной ины ской ский ского скому ским ском ская скую ские ских скими ского ь й",
}

// inflects reports whether two words differ by their endings alone.
func inflects(a, b, base string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	if utf8.RuneCountInString(a[:n]) < 3 || n*2 < max(len(a), len(b)) {
		return false
	}
	ending := func(s string) bool { return s == "" || hasWord(endings[base], s) }
	if ending(a[n:]) && ending(b[n:]) {
		return true
	}
	// The common part may reach into the ending.
	if _, size := utf8.DecodeLastRuneInString(a[:n]); n-size > 0 && base == "ru" {
		n -= size
		return utf8.RuneCountInString(a[:n]) >= 4 && ending(a[n:]) && ending(b[n:])
	}
	return false
}

func hasWord(list, w string) bool {
	for len(list) > 0 {
		head, rest, _ := strings.Cut(list, " ")
		if head == w {
			return true
		}
		list = rest
	}
	return false
}

// compound reports whether one German word begins or ends with the other.
func compound(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= 5 && (strings.HasPrefix(a, b) || strings.HasSuffix(a, b))
}

// plainName is a name without accents and without the spellings in which romanisations differ.
func plainName(folded string) string { return text.Stem(folded, "id") }

var spellings = strings.NewReplacer("yy", "i", "iy", "i", "ii", "i", "y", "i", "j", "i", "kh", "h", "ou", "u", "w", "v", "ph", "f", "q", "k", "ck", "k", "oo", "u", "ee", "i", "dh", "d", "gh", "g", "tz", "ts", "ll", "l", "mm", "m", "nn", "n", "ss", "s", "tt", "t", "pp", "p", "ff", "f", "bb", "b", "dd", "d")

// variant reports whether two Latin words are spellings of one name: Zelensky, Zelenskyy.
func variant(a, b string) bool {
	if len(a) < 5 || len(b) < 5 || a[0] != b[0] && !(strings.ContainsRune("yji", rune(a[0])) && strings.ContainsRune("yji", rune(b[0]))) || a[0] > unicode.MaxASCII {
		return false
	}
	return strings.TrimSuffix(spellings.Replace(plainName(a)), "h") == strings.TrimSuffix(spellings.Replace(plainName(b)), "h")
}

// sameName reports whether two names can stand for the same: one's words are the other's, apart from what people are called by.
func (e *evidence) sameName(a, b, base string) bool {
	wa, wb := e.nameWords(a, base), e.nameWords(b, base)
	if len(wa) == 0 || len(wb) == 0 {
		return true
	}
	same := func(v, w string) bool { return v == w || inflects(v, w, base) || plainName(v) == plainName(w) }
	lacks := func(list, of []string) (some, all bool) { // words of the one that the other hasn't, places aside
		all = true
		for _, w := range of {
			switch {
			case slices.ContainsFunc(list, func(v string) bool { return same(v, w) }):
				all = false
			case !placeWord(w, base):
				some = true
			}
		}
		return some, all
	}
	someA, allA := lacks(wb, wa)
	someB, _ := lacks(wa, wb)
	if !allA && !(someA && someB) {
		return true
	}
	if samePlace(a, b, base) {
		return true
	}
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	initials := ""
	for _, w := range text.Words(long, "") {
		if r, _ := utf8.DecodeRuneInString(w.Text); isCapital(long[w.Start:w.End]) {
			initials += string(r)
		}
	}
	return initials == strings.ReplaceAll(text.Fold(short), ".", "")
}

// nameWords are the words of a name that no one else has: without "President", "Mr" and what stands in lower case in the article.
func (e *evidence) nameWords(name, base string) []string {
	var words []string
	for _, w := range text.Words(name, "") {
		t := strings.TrimSuffix(strings.TrimSuffix(w.Text, "'s"), "’s")
		if isCapital(name[w.Start:w.End]) && !e.nouns[t] && !isRole(t, base) && !e.lower[t] && !isCommon(t, base) {
			words = append(words, t)
		}
	}
	return words
}
