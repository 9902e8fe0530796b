package search

import (
	"math"
	"slices"
	"strings"
)

// phrase is the articles of a segment that have a phrase.
func (s *searcher) phrase(p phrase, in *segment) (docSet, error) {
	var set docSet
	for _, words := range p.stems {
		if err := s.sideBySide(words, p.field, in, &set); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// sideBySide adds the articles that have words one behind the other to set. Those of the rarest word are looked at.
func (s *searcher) sideBySide(words []string, field string, in *segment, set *docSet) error {
	var distinct []string
	var order []spot
	for i, word := range words {
		if implied(words, i) {
			continue
		}
		n := slices.Index(distinct, word)
		if n < 0 {
			n = len(distinct)
			distinct = append(distinct, word)
		}
		order = append(order, spot{n, i})
	}
	lists := make([]postings, len(distinct))
	rarest, fewest := 0, math.MaxInt
	for i, word := range distinct {
		e, ok, err := in.find(word, &s.buffers)
		if err != nil || !ok {
			return err
		}
		if n := e.articles(); n < fewest {
			rarest, fewest = i, n
		}
		if lists[i], err = in.postings(e, s.phraseBuffer(i), true); err != nil {
			return err
		}
	}
	title, text := make([][]int, len(lists)), make([][]int, len(lists))
	lead := &lists[rarest]
	for n := 0; lead.next(); n++ {
		if n%4096 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		found := true
		for i := range lists {
			l := &lists[i]
			for l.doc < lead.doc {
				if !l.next() {
					return l.err()
				}
			}
			if found = l.doc == lead.doc; !found {
				break
			}
		}
		if !found {
			continue
		}
		for i := range lists {
			title[i], text[i] = lists[i].places(title[i], text[i])
		}
		if beside(title, order) || field != titleField && beside(text, order) {
			set.add(uint64(lead.doc))
		}
	}
	return lead.err()
}

// spot is where a phrase has a word.
type spot struct{ word, at int }

// implied reports whether word i of a phrase is a character that a pair beside it has too.
func implied(words []string, i int) bool {
	word := words[i]
	return single(word) && ideographic(word) &&
		(i > 0 && !single(words[i-1]) && strings.HasSuffix(words[i-1], word) ||
			i+1 < len(words) && !single(words[i+1]) && strings.HasPrefix(words[i+1], word))
}

// beside reports whether there is a place of the phrase's first word from which all words stand as in the phrase. places are those of
// each word.
func beside(places [][]int, phrase []spot) bool {
	first := phrase[0]
	return slices.ContainsFunc(places[first.word], func(at int) bool {
		for _, next := range phrase[1:] {
			if _, ok := slices.BinarySearch(places[next.word], at+next.at-first.at); !ok {
				return false
			}
		}
		return true
	})
}
