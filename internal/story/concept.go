package story

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// concept is something that is written alike in every language or can be looked up: a place, an institution, a kind of event,
// a number, a name in Latin letters.
type concept struct {
	id      string // its kind, a space, its name: "place korea", "number 2014", "name saemangeum", "sound SMNKM", "date 7-28"
	surface string // as the article writes it
	weight  float64
	title   bool // stands in the title
}

func (c concept) kind() string {
	kind, _, _ := strings.Cut(c.id, " ")
	return kind
}

// What sharing a concept is worth, before it is known how common the concept is.
const (
	placeWeight  = 1.0
	bodyWeight   = 1.4
	eventWeight  = 1.2
	topicWeight  = 1.2
	detailWeight = 0.6
	nameWeight   = 2.0
)

// concepts are the distinct concepts of an article of that time, those of the title first, and what else ties it to articles in
// other languages: how its names sound and the dates it gives.
func concepts(title, body *reading, when time.Time) (found, ties []concept) {
	c := conceptReader{lang: title.lang, lexicon: lexicons()[title.lang], seen: map[string]bool{}, when: when}
	c.read(title, true)
	c.read(body, false)
	return c.found, c.ties
}

type conceptReader struct {
	lang    string
	lexicon *lexicon // nil for a language that concepts.txt doesn't know
	when    time.Time
	seen    map[string]bool
	found   []concept
	ties    []concept
}

func (c *conceptReader) take(id, surface string, weight float64, title bool) {
	if !c.seen[id] {
		c.seen[id] = true
		c.found = append(c.found, concept{id, surface, weight, title})
	}
}

func (c *conceptReader) tie(id, surface string, weight float64, title bool) {
	if !c.seen[id] {
		c.seen[id] = true
		c.ties = append(c.ties, concept{id, surface, weight, title})
	}
}

func (c *conceptReader) read(r *reading, title bool) {
	var named []month
	if c.lexicon != nil {
		c.lexicon.find(r.s, r.words, func(ids []string, start, end int) {
			for _, id := range ids {
				switch kind, name, _ := strings.Cut(id, " "); {
				case kind != "time":
					c.take(id, r.s[start:end], kindWeight(kind), title)
				case months[name] != 0:
					named = append(named, month{months[name], start, end})
				}
			}
		})
	}
	numbers := text.Numbers(r.s, c.lang)
	for _, n := range numbers {
		if w := c.numberWeight(n); w > 0 {
			c.take("number "+n.Value, n.Text, w, title)
		}
	}
	c.dates(r.s, numbers, named, title)
	c.names(r, title)
	c.sounds(r, title)
}

func kindWeight(kind string) float64 {
	switch kind {
	case "place":
		return placeWeight
	case "body", "city":
		return bodyWeight
	case "event":
		return eventWeight
	case "detail":
		return detailWeight
	}
	return topicWeight
}

// numberWeight is small for numbers that stand in every second article: counts up to nine, the present year.
func (c *conceptReader) numberWeight(n text.Number) float64 {
	digits := len(strings.ReplaceAll(n.Value, ".", ""))
	switch {
	case n.Year && (n.Value == fmt.Sprint(c.when.Year()) || n.Value == fmt.Sprint(c.when.Year()-1)):
		return 0.5
	case n.Year:
		return 2
	case strings.Contains(n.Value, ".") || digits >= 3 && strings.TrimRight(n.Value, "0") != n.Value[:1]:
		return 2.2
	case digits >= 2:
		return 1
	}
	return 0.3
}

// names are the Latin words that are names: all of them in a text of another script, else those with a capital letter.
func (c *conceptReader) names(r *reading, title bool) {
	latin := 0
	for _, w := range r.words {
		if w.Script == text.Latin {
			latin++
		}
	}
	foreign := latin*3 < len(r.words)
	for i, w := range r.words {
		if w.Script != text.Latin || utf8.RuneCountInString(w.Text) < 3 && !foreign || len(w.Text) < 2 {
			continue
		}
		first, _ := utf8.DecodeRuneInString(r.s[w.Start:])
		if !foreign && !unicode.IsUpper(first) || text.Stopword(w.Text, c.lang) {
			continue
		}
		if commonness(r.stem(i), c.lang) > 0 || c.lexicon != nil && c.lexicon.knows(w.Text) {
			continue
		}
		c.take("name "+plain(w.Text), r.surface(i), nameWeight, title)
	}
}

// plain is a name without accents and without the ending that a genitive adds.
func plain(folded string) string {
	if bare := withoutElision(folded); bare != "" {
		folded = bare
	}
	folded = text.Stem(folded, "id") // no stemmer: strips the accents alone
	if n := len(folded); n > 5 && strings.HasSuffix(folded, "s") {
		folded = folded[:n-1]
	}
	return strings.TrimSuffix(strings.TrimSuffix(folded, "'"), "’")
}

//go:embed data/concepts.txt
var conceptData string

// conceptLanguages are the columns of data/concepts.txt.
var conceptLanguages = []string{"en", "ko", "zh", "ja", "de", "es", "fr", "pt", "ru"}

// lexicon finds the concepts of data/concepts.txt in texts of one language.
type lexicon struct {
	words *node // by word; a key that ends in a star is the beginning of a word
	runes *node // by character, for scripts whose words can't be told apart by spaces
}

type node struct {
	next map[string]*node
	ids  []string
}

func (n *node) child(key string) *node {
	if n.next == nil {
		n.next = map[string]*node{}
	}
	c := n.next[key]
	if c == nil {
		c = &node{}
		n.next[key] = c
	}
	return c
}

var lexicons = sync.OnceValue(func() map[string]*lexicon {
	all := map[string]*lexicon{}
	for _, lang := range conceptLanguages {
		all[lang] = &lexicon{words: &node{}, runes: &node{}}
	}
	for line := range strings.Lines(conceptData) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, names, _ := strings.Cut(line, ":")
		columns := strings.Split(names, "|")
		if len(columns) != len(conceptLanguages) {
			panic("story: data/concepts.txt: " + id + " needs a column for each language")
		}
		for i, column := range columns {
			for name := range strings.SplitSeq(column, ",") {
				if name = strings.TrimSpace(name); name != "" {
					all[conceptLanguages[i]].add(name, id)
				}
			}
		}
	}
	return all
})

func (l *lexicon) add(name, id string) {
	if r, _ := utf8.DecodeRuneInString(name); unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		n := l.runes
		for _, r := range strings.TrimSuffix(text.Fold(name), "*") {
			n = n.child(string(r))
		}
		n.ids = append(n.ids, id)
		return
	}
	n := l.words
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == '-' }) {
		key, _, starred := strings.Cut(text.Fold(word), "*")
		if starred {
			key += "*"
		}
		n = n.child(key)
	}
	n.ids = append(n.ids, id)
}

// find calls f for each concept in s with where it stands. Where a longer name begins with a shorter one ("environment
// ministry") both count.
func (l *lexicon) find(s string, words []text.Word, f func(ids []string, start, end int)) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		if ideographic(w.Script) {
			from := i
			for i+1 < len(words) && words[i+1].Start == words[i].End && ideographic(words[i+1].Script) {
				i++
			}
			l.findRunes(s, words[from].Start, words[i].End, w.Script == text.Hangul, f)
			continue
		}
		n, end := l.words, i
		for j := i; j < len(words) && n != nil; j++ {
			next := n.step(words[j].Text)
			if bare := withoutElision(words[j].Text); next == nil && bare != "" {
				next = n.step(bare)
			}
			if n = next; n != nil && len(n.ids) > 0 {
				f(n.ids, w.Start, words[j].End)
				end = j
			}
		}
		i = end
	}
}

func ideographic(s text.Script) bool {
	return s == text.Hangul || s == text.Han || s == text.Hiragana || s == text.Katakana
}

// withoutElision is a word without the article or preposition that an apostrophe joins to it in Romance languages, "" when
// there is none: l'Islande, dell'Ucraina.
func withoutElision(word string) string {
	if i := strings.IndexAny(word, "'’"); i > 0 && i <= 5 {
		_, n := utf8.DecodeRuneInString(word[i:])
		if elided[word[:i]] {
			return word[i+n:]
		}
	}
	return ""
}

var elided = map[string]bool{"l": true, "d": true, "qu": true, "un": true, "all": true, "dell": true, "nell": true, "dall": true, "sull": true, "quell": true}

// longestStem is how many bytes a listed beginning of a word may have.
const longestStem = 48

// step follows a word: as it is listed, or as the longest listed beginning of it.
func (n *node) step(word string) *node {
	if n.next == nil {
		return nil
	}
	if c := n.next[word]; c != nil {
		return c
	}
	for i := min(len(word), longestStem); i > 1; i-- {
		if i < len(word) && !utf8.RuneStart(word[i]) {
			continue
		}
		if c := n.next[word[:i]+"*"]; c != nil {
			return c
		}
	}
	return nil
}

// findRunes looks through a run of characters; in Hangul a name must begin a word or follow another name.
func (l *lexicon) findRunes(s string, start, end int, wordsOnly bool, f func(ids []string, start, end int)) {
	for i := start; i < end; {
		n, longest := l.runes, 0
		for j := i; j < len(s); {
			r, size := utf8.DecodeRuneInString(s[j:])
			if n = n.next[string(unicode.ToLower(r))]; n == nil {
				break
			}
			j += size
			if len(n.ids) > 0 {
				f(n.ids, i, j)
				longest = j
			}
		}
		if longest > 0 {
			i = longest
			continue
		}
		if wordsOnly {
			return
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
}

// knows reports whether a word alone names a concept.
func (l *lexicon) knows(word string) bool {
	n := l.words.step(word)
	return n != nil && len(n.ids) > 0
}

// calendarWord tells days and months.
func calendarWord(folded, lang string) bool {
	l := lexicons()[lang]
	if l == nil {
		return false
	}
	calendar := false
	if r, _ := utf8.DecodeRuneInString(folded); unicode.In(r, unicode.Han, unicode.Hangul) {
		l.findRunes(folded, 0, len(folded), true, func(ids []string, _, _ int) { calendar = calendar || isCalendar(ids) })
		return calendar
	}
	n := l.words.step(folded)
	return n != nil && isCalendar(n.ids)
}

func isCalendar(ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "time ") })
}
