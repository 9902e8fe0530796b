package story

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// feature is one word of an article that can tie it to a story.
type feature struct {
	term    string  // folded and stemmed
	surface string  // as the article writes it
	weight  float64 // 1 for a word of the title, less for one that stands elsewhere
	common  float64 // share of stories that are expected to use it, whatever was seen so far; 0: unknown
	written writing
}

// writing is how a word is written where that tells whether it is a name: within a title that has capitals for names only.
type writing uint8

const (
	anyhow writing = iota
	capital
	small
)

const (
	slugWeight   = 0.52 // a word that only the address holds
	textWeight   = 0.3  // a word that only the beginning of the text holds …
	textTotal    = 8.0  // … and all of them together at most
	ranWeight    = 0.5  // two characters of a run whose words can't be told apart
	tripleWeight = 0.35 // three letters of a run of a script without spaces

	smallNumber  = 0.03 // share of stories that use a certain number of one or two digits …
	ownDate      = 0.05 // … and the year, the month or the day they come in
	openingBytes = 900  // how much of a text is looked at; news says first what happened
	maxTextTerms = 60
)

// features are the distinct words of an article, weightiest use of each, in order: title, address, text. Stop words are left
// out.
func features(title, body *reading, slug string, when time.Time) []feature {
	r := featureReader{lang: title.lang, when: when, seen: map[string]bool{}, capitals: title.casing() == forNames}
	r.read(title, title.words, 1)
	r.capitals = false
	address := read(slug, title.lang)
	r.read(address, address.words, slugWeight)
	n := len(r.found)
	r.read(body, body.first(openingBytes), textWeight)
	r.found = r.found[:min(len(r.found), n+maxTextTerms)]
	sum := 0.0
	for _, f := range r.found[n:] {
		sum += f.weight
	}
	if sum > textTotal {
		for i := range r.found[n:] {
			r.found[n+i].weight *= textTotal / sum
		}
	}
	return r.found
}

type featureReader struct {
	lang  string
	when  time.Time
	seen  map[string]bool
	found []feature

	capitals bool // are for names in what is read
}

// read takes the words of a reading. Words of spaced scripts and of Katakana are taken whole, Korean ones without their particle (and long
// ones, which are often compounds, in halves too), Chinese characters two by two, letters of scripts without spaces three by three;
// Hiragana is grammar.
func (r *featureReader) read(from *reading, words []text.Word, weight float64) {
	for i, w := range words {
		surface := from.surface(i)
		if text.Stopword(w.Text, r.lang) {
			continue
		}
		if unspaced(w.Script) {
			eachRun(w.Text, triple, func(letters string) { r.take(letters, letters, weight*tripleWeight) })
			continue
		}
		switch w.Script {
		case text.Hiragana:
		case text.Han:
			r.pairs(w.Text, weight*ranWeight)
		case text.Hangul:
			stem := withoutParticle(w.Text)
			r.take(stem, surface, weight)
			if rs := []rune(stem); len(rs) >= 4 {
				r.take(string(rs[:2]), string(rs[:2]), weight*ranWeight)
				r.take(string(rs[len(rs)-2:]), string(rs[len(rs)-2:]), weight*ranWeight)
			}
		case text.Katakana, text.None:
			r.take(w.Text, surface, weight)
		default:
			if n := len(r.found); r.take(from.stem(i), surface, weight) && r.capitals && i > 0 {
				r.found[n].written = written(surface)
			}
		}
	}
}

// take reports whether the term is a new feature.
func (r *featureReader) take(term, surface string, weight float64) bool {
	if r.seen[term] {
		return false
	}
	if first, n := utf8.DecodeRuneInString(term); n == len(term) && !unicode.IsDigit(first) && !unicode.Is(unicode.Han, first) {
		return false // one letter tells nothing
	}
	r.seen[term] = true
	common := commonness(term, r.lang)
	switch {
	case r.ownDate(term, surface):
		common = max(common, ownDate)
	case len(term) <= 2 && term[0] <= '9':
		common = max(common, smallNumber)
	}
	r.found = append(r.found, feature{term: term, surface: surface, weight: weight, common: common})
	return true
}

// ownDate reports whether a word is part of the date an article came at, or may be: which year, month or day of the week it is ties
// no two articles together.
func (r *featureReader) ownDate(term, surface string) bool {
	if year, err := strconv.Atoi(term); err == nil {
		return year >= r.when.Year()-1 && year <= r.when.Year()+1
	}
	return calendarWord(text.Fold(surface), r.lang)
}

func written(surface string) writing {
	switch first, _ := utf8.DecodeRuneInString(surface); {
	case unicode.IsUpper(first):
		return capital
	case unicode.IsLower(first):
		return small
	}
	return anyhow
}

// pairs takes each two neighbours of a run of Han characters; where one of them is grammar the pair is none.
func (r *featureReader) pairs(run string, weight float64) {
	rs := []rune(run)
	if len(rs) == 1 && !strings.ContainsRune(hanGrammar, rs[0]) {
		r.take(run, run, weight)
	}
	for i := 0; i+1 < len(rs); i++ {
		if !strings.ContainsRune(hanGrammar, rs[i]) && !strings.ContainsRune(hanGrammar, rs[i+1]) {
			pair := string(rs[i : i+2])
			r.take(pair, pair, weight)
		}
	}
}

// Characters of Chinese that carry grammar rather than meaning.
const hanGrammar = "的了在是和与與有为為将將等及对對也就都而或之其这這那他她它们們我你您被把从從向于於以还還又再很更最不没沒个個中上下年月日时時"

// Particles that end a Korean word, longest first.
var particles = strings.Fields("에서는 으로는 에게서 이라고 까지는 에서 으로 에게 부터 까지 라고 이라 하고 처럼 보다 마다 조차 이나 들이 들을 들은 들의 은 는 이 가 을 를 의 에 로 와 과 도 만 나")

// withoutParticle strips a Korean word of one particle, unless less than two characters would be left.
func withoutParticle(word string) string {
	for _, p := range particles {
		if stem, ok := strings.CutSuffix(word, p); ok && utf8.RuneCountInString(stem) >= 2 {
			return stem
		}
	}
	return word
}

// possessive drops the English 's, which otherwise makes a name another word.
func possessive(s string) string { return possessives.Replace(s) }

var possessives = strings.NewReplacer("'s ", " ", "’s ", " ", "s' ", "s ", "s’ ", "s ")

// slug returns the words an address repeats of the title, which feeds often cut short: the longest part of its path that is
// made of at least three words.
func slug(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	best := ""
	for part := range strings.SplitSeq(u.Path, "/") {
		words := strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune("-_+., ", r) })
		kept := words[:0]
		for _, w := range words {
			if strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 && w != "html" && w != "htm" && w != "php" && w != "aspx" {
				kept = append(kept, w)
			}
		}
		if joined := strings.Join(kept, " "); len(kept) >= 3 && len(joined) > len(best) {
			best = joined
		}
	}
	return best
}

// head is the beginning of a text, at most so many bytes, cut after a character.
func head(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
