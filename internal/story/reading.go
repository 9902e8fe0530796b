package story

import "newsbrief/internal/text"

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
