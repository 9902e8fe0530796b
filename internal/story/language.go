package story

import (
	"cmp"
	"slices"
)

// language is the inverted index of the stories told in one language.
type language struct {
	ids     map[string]uint32
	terms   []term
	free    []uint32 // ids of terms that no story uses any more
	stories int
	stale   map[uint32]struct{} // terms whose posting lists name dead stories
	tally   tally               // over the texts
	strange bool                // the everyday words of the language are not known
}

// term is one word that some story uses.
type term struct {
	text   string
	spread float64  // sum, over the stories, of the share of each story's articles that use it
	posts  []*story // the stories that use it, in the order in which they began to

	capital, small float32 // how often it was written so where the writing tells whether it is a name
}

// count is how often a story uses a term, in articles.
type count struct {
	term uint32
	n    float32
}

func newLanguage(lang string) *language {
	return &language{ids: map[string]uint32{}, stale: map[uint32]struct{}{}, tally: newTally(lang), strange: len(commonWords()[lang]) < everydayWords}
}

// maxTerms bounds what a long-lived story is described by.
const maxTerms = 1500

func (l *language) add(s *story, a analysis) {
	if s.n == 0 {
		l.stories++
	} else {
		l.spread(s, -1)
	}
	for _, f := range a.features {
		id, known := l.ids[f.term]
		if !known {
			id = l.intern(f.term)
		}
		i, found := slices.BinarySearchFunc(s.counts, id, func(c count, id uint32) int { return cmp.Compare(c.term, id) })
		if found {
			s.counts[i].n += float32(f.weight)
			s.core = max(s.core, s.counts[i].n)
		} else if len(s.counts) < maxTerms {
			s.counts = slices.Insert(s.counts, i, count{id, float32(f.weight)})
			s.core = max(s.core, float32(f.weight))
			l.terms[id].posts = append(l.terms[id].posts, s)
		}
		switch f.written {
		case capital:
			l.terms[id].capital++
		case small:
			l.terms[id].small++
		}
	}
	s.n++
	l.spread(s, 1)
	if a.full() {
		l.tally.add(a.profile)
		l.tally.measure(&a.profile)
		if len(s.profiles) == maxProfiles {
			s.profiles = slices.Delete(s.profiles, 1, 2)
		}
		s.profiles = append(s.profiles, a.profile)
	}
	if len(s.wordings) == maxProfiles {
		s.wordings = slices.Delete(s.wordings, 1, 2)
	}
	s.wordings = append(s.wordings, a.wording)
}

// spread adds sign times what the story contributes to the spread of its terms.
func (l *language) spread(s *story, sign float64) {
	for _, c := range s.counts {
		l.terms[c.term].spread += sign * float64(c.n) / s.n
	}
}

func (l *language) intern(t string) uint32 {
	var id uint32
	if n := len(l.free); n > 0 {
		id = l.free[n-1]
		l.free = l.free[:n-1]
		l.terms[id] = term{text: t}
	} else {
		id = uint32(len(l.terms))
		l.terms = append(l.terms, term{text: t})
	}
	l.ids[t] = id
	return id
}

// remove takes a dead story out of the counts; sweep takes it out of the posting lists.
func (l *language) remove(s *story) {
	l.stories--
	l.spread(s, -1)
	for _, c := range s.counts {
		l.stale[c.term] = struct{}{}
	}
}

func (l *language) sweep() {
	for id := range l.stale {
		t := &l.terms[id]
		t.posts = slices.DeleteFunc(t.posts, func(s *story) bool { return s.dead })
		if len(t.posts) == 0 {
			delete(l.ids, t.text)
			l.free = append(l.free, id)
			*t = term{}
		}
	}
	clear(l.stale)
}
