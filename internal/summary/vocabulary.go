package summary

import "newsbrief/internal/text"

// contentTerms are the search terms of a sentence without stop words.
func contentTerms(s, lang string) []string {
	var out []string
	for _, t := range text.Terms(s, lang) {
		if !text.Stopword(s[t.Start:t.End], lang) {
			out = append(out, t.Text)
		}
	}
	return out
}

// vocabulary numbers the terms of a story's tellings, and their pairs.
type vocabulary struct {
	terms map[string]int
	pairs map[[2]int]int
	size  int
}

func newVocabulary() *vocabulary {
	return &vocabulary{terms: map[string]int{}, pairs: map[[2]int]int{}}
}

// read numbers what a sentence says: its terms, each once, and together with them its pairs of neighbouring terms.
func (v *vocabulary) read(words []string) (terms, concepts []int) {
	seen := make(map[int]bool, 2*len(words))
	var pairs []int
	last := -1
	for _, w := range words {
		id, ok := v.terms[w]
		if !ok {
			id = v.size
			v.terms[w] = id
			v.size++
		}
		if !seen[id] {
			seen[id] = true
			terms = append(terms, id)
		}
		if last >= 0 {
			pair, ok := v.pairs[[2]int{last, id}]
			if !ok {
				pair = v.size
				v.pairs[[2]int{last, id}] = pair
				v.size++
			}
			if !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
		last = id
	}
	return terms, append(pairs, terms...)
}
