package story

import (
	"unicode"

	"newsbrief/internal/text"
)

// reading is a title, or the beginning of a text, cut into words once for all that is made of them.
type reading struct {
	s     string
	lang  string
	words []text.Word
	stems []string
}

// How much is read of what others wrote.
const (
	titleBytes = 500
	urlBytes   = 1000
	readBytes  = 2400 // of a text
)

func read(s, lang string) *reading {
	words := text.Words(s, lang)
	return &reading{s: s, lang: lang, words: words, stems: make([]string, len(words))}
}

// first are the words that begin within so many bytes.
func (r *reading) first(bytes int) []text.Word {
	n := len(r.words)
	for n > 0 && r.words[n-1].Start >= bytes {
		n--
	}
	return r.words[:n]
}

func (r *reading) stem(i int) string {
	if r.stems[i] == "" {
		r.stems[i] = text.Stem(r.words[i].Text, r.lang)
	}
	return r.stems[i]
}

// surface is the word as the article writes it.
func (r *reading) surface(i int) string { return r.s[r.words[i].Start:r.words[i].End] }

// unspaced reports whether a script is written without spaces between words, and with letters, of which one or two tell nothing.
func unspaced(s text.Script) bool {
	return s == text.Thai || s == text.Lao || s == text.Khmer || s == text.Myanmar
}

// triple is how many letters stand for a word in a run of an unspaced script.
const triple = 3

// eachRun calls f for each n neighbours among the letters of a run, each with the marks on it, or for the run when it has fewer.
func eachRun(run string, n int, f func(string)) {
	var starts []int
	for i, r := range run {
		if i == 0 || !unicode.Is(unicode.M, r) {
			starts = append(starts, i)
		}
	}
	starts = append(starts, len(run))
	if len(starts) <= n {
		f(run)
		return
	}
	for i := 0; i+n < len(starts); i++ {
		f(run[starts[i]:starts[i+n]])
	}
}
