package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameParticles may stand in lower case inside a name.
var nameParticles = wordSet(`of de da do dos das del della delle dei di du des d la las los le van von der den zu zur het ter ten el al bin ibn
	bint ben e y af av och for fra`)

// calendarWords are capitalised, but name no one.
var calendarWords = wordSet(
	`monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december`,
	`montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember`)

// germanDeterminers stand before common nouns; so do adjectives, which germanNoun knows by their ending.
var germanDeterminers = wordSet(`der die das den dem des ein eine einen einem einer eines kein keine keinen keiner im am zum zur beim vom ins ans
	dieser diese dieses diesen diesem jeder jede jedes jeden alle allen aller viele vielen vieler mehr weniger seine seinen seiner seinem sein ihre ihren
	ihrer ihrem ihr unsere unser mein meine etwa rund zwei drei vier fünf sechs sieben acht neun zehn zwölf mehrere einige weitere ohne pro je`)

var germanNounEndings = []string{"ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "tion", "tionen", "tät", "täten", "ismus",
	"nis", "nisse", "chen", "ling", "ment", "zeug", "jahr", "jahre", "jahren", "tag", "tage", "tagen", "woche", "wochen", "monat", "monate", "monaten",
	"uhr", "prozent", "millionen", "milliarden", "menschen", "leute", "kosten", "preise", "zahlen", "ziele", "fragen", "regeln", "daten", "recht", "arbeit", "abend", "morgen", "zeit", "ende", "anfang", "mitte"}

// cased finds names by their capitals.
func (f *nameFinder) cased() {
	f.latinInOther()
	s := f.text
	lower, upper := map[string]bool{}, map[string]bool{} // words in lower case anywhere, capitalised inside a sentence
	sentences := Sentences(s, f.base)
	headline := make([]bool, len(sentences))
	w := 0
	first := make([]int, len(sentences)) // index of the first word of each sentence
	for k, sp := range sentences {
		for w < len(f.words) && f.words[w].start < sp.Start {
			w++
		}
		first[k] = w
		long, capital := 0, 0
		for v := w; v < len(f.words) && f.words[v].end <= sp.End; v++ {
			word := s[f.words[v].start:f.words[v].end]
			cap, cased := capitalised(word)
			if !cased {
				continue
			}
			if !cap {
				lower[word] = true
			}
			if v > w && len(word) > 2 && (cap || !Stopword(word, f.base)) {
				long++
				if cap {
					capital++
				}
			}
		}
		end, _ := utf8.DecodeLastRuneInString(s[sp.Start:sp.End])
		headline[k] = long >= 3 && capital*10 >= long*9 && end != '.'
	}
	for k, sp := range sentences {
		if headline[k] && f.base != "de" {
			continue
		}
		for v := first[k] + 1; v < len(f.words) && f.words[v].end <= sp.End; v++ {
			word := s[f.words[v].start:f.words[v].end]
			if cap, _ := capitalised(word); cap && !opensQuote(s, sp.Start, f.words[v].start) {
				upper[word] = true
			}
		}
	}
	for k, sp := range sentences {
		end := first[k]
		for end < len(f.words) && f.words[end].end <= sp.End {
			end++
		}
		f.sentence(first[k], end, sp.Start, headline[k] && f.base != "de", lower, upper)
	}
}

// opensQuote reports whether only a quotation mark stands between the end of a clause and s[i:], so that the capital
// there is that of a sentence.
func opensQuote(s string, from, i int) bool {
	before := strings.TrimRight(s[from:i], " \u00A0")
	return before == "" || strings.HasSuffix(before, "“") || strings.HasSuffix(before, "\"") || strings.HasSuffix(before, "„") ||
		strings.HasSuffix(before, "«") || strings.HasSuffix(before, "»") || strings.HasSuffix(before, ":")
}

func (f *nameFinder) sentence(from, to, start int, headline bool, lower, upper map[string]bool) {
	s := f.text
	for v := from; v < to; {
		word := s[f.words[v].start:f.words[v].end]
		cap, _ := capitalised(word)
		if !cap || Stopword(word, f.base) && !acronym(word) || !unicode.IsLetter(firstRune(word)) {
			v++
			continue
		}
		initial := v == from || opensQuote(s, start, f.words[v].start)
		last := v
		if !headline {
			last = f.runEnd(v, to)
		}
		if last == v && !f.single(v, word, initial, headline, lower, upper) {
			v++
			continue
		}
		begin, end := f.words[v].start, f.words[last].end
		if base, ok := possessor(s[begin:end]); ok {
			end = begin + base
		}
		f.add(begin, end)
		v = last + 1
	}
}

// runEnd returns the last word of the run of capitalised words and particles that begins at v.
func (f *nameFinder) runEnd(v, to int) int {
	s := f.text
	last := v
	for next := v + 1; next < to; next++ {
		gap := s[f.words[next-1].end:f.words[next].start]
		before := s[f.words[next-1].start:f.words[next-1].end]
		if gap != " " && gap != "-" && gap != "\u00A0" && gap != " & " && gap != "’" && gap != "'" && !(gap == ". " && (utf8.RuneCountInString(before) <= 2 || strings.Contains(before, "."))) && gap != "." {
			break
		}
		if _, ok := possessor(before); ok && next-1 == last {
			break
		}
		word := s[f.words[next].start:f.words[next].end]
		if cap, _ := capitalised(word); cap {
			if gap != "-" && !acronym(word) && utf8.RuneCountInString(word) > 1 && Stopword(word, f.base) {
				break // a sentence that begins without a full stop before it
			}
			last = next
			continue
		}
		if f.words[next].script == None && last == next-1 && digitsOnly(word) && len(word) <= 4 && gap == " " && len(word) < 4 {
			last = next // "Apollo 11"
			continue
		}
		if gap == "-" && last == next-1 { // Jae-myung
			last = next
			continue
		}
		if f.base == "de" && next-last == 1 && (word == "der" || word == "den" || word == "das" || word == "des" || word == "zur" || word == "la") {
			break // "Reform des Arbeitsrechts"; but "von der Leyen"
		}
		if _, ok := nameParticles[word]; !ok || gap != " " || next-last > 2 {
			if word != "the" || next-last != 2 {
				break
			}
		}
	}
	return last
}

// single decides whether one capitalised word is a name.
func (f *nameFinder) single(v int, word string, initial, headline bool, lower, upper map[string]bool) bool {
	folded := Fold(word)
	if _, ok := calendarWords[folded]; ok {
		return false
	}
	if acronym(word) {
		return true
	}
	if len(word) < 2 || lower[folded] && (initial || headline) {
		return false
	}
	if initial {
		if f.base == "de" {
			return false
		}
		_, owns := possessor(word)
		return headline || upper[word] || owns
	}
	if headline {
		return true
	}
	return f.base != "de" || !f.germanNoun(v, folded)
}

func (f *nameFinder) germanNoun(v int, folded string) bool {
	for _, e := range germanNounEndings {
		if strings.HasSuffix(folded, e) {
			return true
		}
	}
	if v == 0 || f.text[f.words[v-1].end:f.words[v].start] != " " {
		return false
	}
	before := f.text[f.words[v-1].start:f.words[v-1].end]
	if f.words[v-1].script == None {
		return true // a number
	}
	if cap, _ := capitalised(before); cap {
		before = Fold(before)
		_, ok := germanDeterminers[before]
		return ok
	}
	if _, ok := germanDeterminers[before]; ok {
		return true
	}
	if len(before) <= 4 || Stopword(before, "de") {
		return false
	}
	for _, e := range []string{"e", "en", "er", "es", "em"} { // an adjective
		if strings.HasSuffix(before, e) {
			return true
		}
	}
	return false
}

// capitalised reports whether a word begins with a capital or title letter, or has one later (iPhone), and whether its
// script has capitals at all.
func capitalised(word string) (capital, cased bool) {
	for i, r := range word {
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return true, true
		}
		if unicode.IsLower(r) {
			cased = true
		}
		if i > 8 {
			break
		}
	}
	return false, cased
}

// acronym reports whether a word has two capitals, or a capital and a digit.
func acronym(word string) bool {
	upper, digit := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r):
			upper++
		case isDigit(r):
			digit++
		}
	}
	return upper >= 2 || upper == 1 && digit > 0
}

// possessor returns the length of the name in "Samsung's".
func possessor(word string) (int, bool) {
	for _, e := range []string{"'s", "’s"} {
		if strings.HasSuffix(word, e) {
			return len(word) - len(e), true
		}
	}
	return 0, false
}

func firstRune(s string) rune { r, _ := decode(s, 0); return r }

func digitsOnly(s string) bool {
	for _, r := range s {
		if !isDigit(r) {
			return false
		}
	}
	return true
}
