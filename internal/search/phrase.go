package search

import "slices"

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

// sideBySide adds the articles that have words one behind the other to set.
func (s *searcher) sideBySide(words []string, field string, in *segment, set *docSet) error {
	lists := make([]postings, len(words))
	for i, word := range words {
		e, ok, err := in.find(word, &s.buffers)
		if err != nil || !ok {
			return err
		}
		if lists[i], err = in.postings(e, new([]byte), true); err != nil {
			return err
		}
	}
	title, text := make([][]int, len(words)), make([][]int, len(words))
	for lists[0].next() {
		doc := lists[0].doc
		title[0], text[0] = lists[0].places(title[0], text[0])
		together := true
		for i := 1; i < len(lists) && together; i++ {
			l := &lists[i]
			for l.doc < doc {
				l.skip()
				if !l.next() {
					return l.err()
				}
			}
			if together = l.doc == doc; together {
				title[i], text[i] = l.places(title[i], text[i])
			}
		}
		if together && (beside(title) || field != titleField && beside(text)) {
			set.add(uint64(doc))
		}
	}
	return lists[0].err()
}

// beside reports whether there is a place of the first word that those of the others follow.
func beside(places [][]int) bool {
	return slices.ContainsFunc(places[0], func(at int) bool {
		for i, others := range places[1:] {
			if _, ok := slices.BinarySearch(others, at+i+1); !ok {
				return false
			}
		}
		return true
	})
}
