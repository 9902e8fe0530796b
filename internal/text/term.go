package text

import (
	"strings"
	"sync"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// Term is what a text is searched by.
type Term struct {
	Text       string
	Start, End int // where it stands, in bytes
}

// Terms returns the search terms of s in order.
//
// A word of a spaced script is one term: folded, stemmed and stripped of its accents, without what an apostrophe joins to
// it: the elided article of French, the ending of a Turkish name. It is stemmed in lang when lang is written in the word's
// script, otherwise in the language that the script most often stands for (English for Latin, Russian for Cyrillic), so
// that the same word in a text of another or unknown language meets it.
//
// A run of Han, Kana or Hangul, and of Thai, Lao, Khmer or Myanmar, is cut into characters; each is a term, and so are
// each two neighbours, also across Han and Kana, in the order of their beginnings, the single one first. Terms so
// overlap there: a phrase is told by Start and End. Pairs alone find less (measured with BM25 over pairs of Korean
// sentences .76 against .82 mean reciprocal rank, Japanese .715 against .725, Chinese .955 against .959).
//
// Vietnamese keeps its accents, which tell its words apart (.91 against .94). No stop words are left out.
func Terms(s, lang string) []Term {
	t := termer{text: s, stem: stemmers(lang), terms: make([]Term, 0, len(s)/5+1)}
	EachWord(s, t.word)
	t.flush()
	return t.terms
}

// Stem returns the search term of one word of a spaced script, as Terms makes it.
func Stem(word, lang string) string {
	word = Fold(word)
	script := None
	for _, r := range word {
		if script = scriptOf(r); script != None {
			break
		}
	}
	return stemWord(word, script, stemmers(lang))
}

// headLetters is how many letters a head has: of 4 to 7, five served Turkish best.
const headLetters = 5

// headed are the inflected languages without a stemmer, and Turkish, whose stemmer leaves verbs alone.
var headed = map[string]bool{"tr": true, "az": true, "kk": true, "pl": true, "cs": true, "sk": true, "hr": true, "bs": true, "sl": true, "sr": true,
	"mk": true, "bg": true, "uk": true, "be": true, "lv": true, "lt": true, "et": true, "sq": true}

// Head returns the first five letters of a word, without accents, in languages where a stem alone doesn't bring its forms together,
// and "" elsewhere and for shorter words. Beside the stem it finds Turkish better than either by itself (.937 to .961 mean reciprocal
// rank; after Can and others, "Information retrieval on Turkish texts", 2008).
func Head(word, lang string) string {
	if !headed[Base(lang)] {
		return ""
	}
	word = bare(Fold(word))
	n := 0
	for i, r := range word {
		if n == headLetters {
			return word[:i]
		}
		if !unicode.IsLetter(r) {
			return ""
		}
		n++
	}
	if n < headLetters {
		return ""
	}
	return word
}

type termer struct {
	text      string
	stem      *stemmerSet
	terms     []Term
	run       []Term // characters of the run being read
	ideograms bool   // whether they are Han, Kana or Hangul
	end       int    // of the run
}

func (t *termer) word(start, end int, script Script) {
	if !script.ideographic() && !script.unspaced() {
		t.flush()
		if stem := stemWord(Fold(t.text[start:end]), script, t.stem); stem != "" { // a kashida alone lengthens no word
			t.terms = append(t.terms, Term{Text: stem, Start: start, End: end})
		}
		return
	}
	if len(t.run) > 0 && (start != t.end || t.ideograms != script.ideographic()) {
		t.flush()
	}
	t.ideograms, t.end = script.ideographic(), end
	for i := start; i < end; {
		from := i
		_, n := decode(t.text, i)
		for i += n; i < end; i += n {
			var r rune
			if r, n = decode(t.text, i); !isMark(r) {
				break
			}
		}
		t.run = append(t.run, Term{Text: t.text[from:i], Start: from, End: i})
	}
}

// flush turns the characters of a run into terms.
func (t *termer) flush() {
	for i, c := range t.run {
		c.Text = Fold(c.Text)
		t.terms = append(t.terms, c)
		if i+1 < len(t.run) {
			end := t.run[i+1].End
			t.terms = append(t.terms, Term{Text: Fold(t.text[c.Start:end]), Start: c.Start, End: end})
		}
	}
	t.run = t.run[:0]
}

// maxStemmed is how many bytes a word may have and still be stemmed. Longer ones are no words.
const maxStemmed = 64

func stemWord(folded string, script Script, set *stemmerSet) string {
	folded = strings.ReplaceAll(folded, "’", "'")
	stem := set[script]
	if len(folded) > maxStemmed {
		stem = nil
	}
	if stem == nil {
		if script == Latin && set == languageStemmers["vi"] {
			return folded
		}
		return bare(folded)
	}
	env := envs.Get().(*snowballstem.Env)
	env.SetCurrent(folded)
	stem(env)
	folded = env.Current()
	envs.Put(env)
	return bare(folded)
}

var envs = sync.Pool{New: func() any { return snowballstem.NewEnv("") }}

// stemmerSet is the stemmer for each script, nil for none.
type stemmerSet [scripts]func(*snowballstem.Env) bool

var anyLanguage = stemmerSet{Latin: english.Stem, Cyrillic: russian.Stem, Arabic: arabic.Stem, Tamil: tamil.Stem}

var languageStemmers = func() map[string]*stemmerSet {
	sets := map[string]*stemmerSet{}
	for lang, stem := range map[string]func(*snowballstem.Env) bool{
		"da": danish.Stem, "nl": dutch.Stem, "en": english.Stem, "fi": finnish.Stem, "fr": elided(french.Stem),
		"de": german.Stem, "hu": hungarian.Stem, "ga": irish.Stem, "it": elided(italian.Stem), "nb": norwegian.Stem,
		"no": norwegian.Stem, "nn": norwegian.Stem, "pt": portuguese.Stem, "ro": romanian.Stem, "es": spanish.Stem,
		"sv": swedish.Stem, "tr": suffixed(turkish.Stem),
		"ca": elided(func(*snowballstem.Env) bool { return false }),
		// Languages without a stemmer: better unstemmed than stemmed as English.
		"id": nil, "ms": nil, "vi": nil, "pl": nil, "cs": nil, "sk": nil, "hr": nil, "sl": nil, "et": nil, "lv": nil,
		"lt": nil, "tl": nil, "sq": nil, "az": nil, "sw": nil, "af": nil, "eu": nil, "gl": nil, "is": nil,
		"cy": nil, "bs": nil,
	} {
		set := anyLanguage
		set[Latin] = stem
		sets[lang] = &set
	}
	for _, lang := range []string{"uk", "be", "bg", "mk", "sr", "kk", "mn"} {
		set := anyLanguage
		set[Cyrillic] = nil
		sets[lang] = &set
	}
	for _, lang := range []string{"fa", "ur", "ps", "ckb"} {
		set := anyLanguage
		set[Arabic] = nil
		sets[lang] = &set
	}
	return sets
}()

// suffixed stems what stands before an apostrophe, which in Turkish sets off the endings of names ("Ankara'da").
func suffixed(stem func(*snowballstem.Env) bool) func(*snowballstem.Env) bool {
	return func(env *snowballstem.Env) bool {
		if name, _, ok := strings.Cut(env.Current(), "'"); ok && name != "" {
			env.SetCurrent(name)
		}
		return stem(env)
	}
}

// elisions are the articles, prepositions and pronouns that French, Italian and Catalan join to the next word.
var elisions = map[string]bool{"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "c": true, "n": true, "v": true, "qu": true,
	"jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true, "un": true, "all": true, "dall": true, "dell": true, "nell": true,
	"sull": true, "coll": true, "gl": true, "agl": true, "dagl": true, "degl": true, "negl": true, "sugl": true, "quell": true, "quest": true}

// elided stems what stands behind an elision ("l'Europe", "dell'Italia").
func elided(stem func(*snowballstem.Env) bool) func(*snowballstem.Env) bool {
	return func(env *snowballstem.Env) bool {
		if before, word, ok := strings.Cut(env.Current(), "'"); ok && word != "" && elisions[before] {
			env.SetCurrent(word)
		}
		return stem(env)
	}
}

func stemmers(lang string) *stemmerSet {
	if set := languageStemmers[Base(lang)]; set != nil {
		return set
	}
	return &anyLanguage
}
