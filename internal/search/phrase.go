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
	var lists []postings
	var offsets []int // in the phrase
	rarest, fewest := 0, math.MaxInt
	for i, word := range words {
		if implied(words, i) {
			continue
		}
		e, ok, err := in.find(word, &s.buffers)
		if err != nil || !ok {
			return err
		}
		if n := e.articles(); n < fewest {
			rarest, fewest = len(lists), n
		}
		list, err := in.postings(e, s.phraseBuffer(len(lists)), true)
		if err != nil {
			return err
		}
		lists, offsets = append(lists, list), append(offsets, i)
	}
	title, text := make([][]int, len(lists)), make([][]int, len(lists))
	lead := &lists[rarest]
	for lead.next() {
		found := true
		for i := range lists {
			l := &lists[i]
			for l.doc < lead.doc {
				l.skip()
				if !l.next() {
					return l.err()
				}
			}
			if found = l.doc == lead.doc; !found {
				break
			}
		}
		if !found {
			lead.skip()
			continue
		}
		for i := range lists {
			title[i], text[i] = lists[i].places(title[i], text[i])
		}
		if beside(title, offsets) || field != titleField && beside(text, offsets) {
			set.add(uint64(lead.doc))
		}
	}
	return lead.err()
}

// implied reports whether word i of a phrase is a character that a pair beside it has too.
func implied(words []string, i int) bool {
	word := words[i]
	return single(word) && ideographic(word) &&
		(i > 0 && !single(words[i-1]) && strings.HasSuffix(words[i-1], word) ||
			i+1 < len(words) && !single(words[i+1]) && strings.HasPrefix(words[i+1], word))
}

// beside reports whether there is a place of the phrase's first word from which all words stand at their offsets.
func beside(places [][]int, offsets []int) bool {
	return slices.ContainsFunc(places[0], func(at int) bool {
		for i, others := range places[1:] {
			if _, ok := slices.BinarySearch(others, at+offsets[i+1]-offsets[0]); !ok {
				return false
			}
		}
		return true
	})
}
