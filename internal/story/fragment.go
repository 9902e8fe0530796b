package story

// Two outlets may begin to tell one event in such different words that it makes two stories. Later articles have words of both: when
// enough of them fit the one story as well as the other, the smaller is taken for a fragment of the larger, which gets what would join
// the fragment from then on. Ids that were handed out stay.
const (
	leastBetween = 3   // articles that must fit both …
	fitShare     = 0.8 // … and how many there must be for each article of the smaller
)

// tie notes that an article fits all of these stories.
func tie(fit []*story) {
	for _, s := range fit {
		for _, t := range fit {
			if s == t || s.n > t.n || s.n == t.n && s.id < t.id {
				continue
			}
			if s.between == nil {
				s.between = map[*story]float64{}
			}
			s.between[t]++
			if n := s.between[t]; s.part == nil && n >= leastBetween && n >= fitShare*s.n {
				s.part = t
			}
		}
	}
}

// whole is the story that s is a fragment of, or s.
func (s *story) whole() *story {
	for range maxParts {
		if s.part == nil || s.part.dead {
			break
		}
		s = s.part
	}
	return s
}

// maxParts bounds the way from a fragment of a fragment to its whole.
const maxParts = 8
