package story

import (
	"cmp"
	"math"
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
			s.wordings = slices.Delete(s.wordings, 1, 2)
		}
		s.profiles = append(s.profiles, a.profile)
		s.wordings = append(s.wordings, a.wording)
	}
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

// Limits of the search for candidates: they bound its time however many stories use a word.
const (
	postsPerTerm = 200 // the latest stories that use a word
	postsPerDoc  = 800 // over all words, rarest first
	finalists    = 32  // candidates that are scored in full
)

// pull is how much, of two stories that both explain an article, the bigger one is preferred, by the logarithm of its articles.
const pull = 0.16

// weighted is a feature of the article at hand with what the index knows about it.
type weighted struct {
	feature
	id    uint32
	posts []*story
}

// nearest finds the open story that explains a best, with the evidence in nats. It returns nil when no story shares a word.
func (m *Matcher) nearest(l *language, a analysis) (*story, float64, []string) {
	words := make([]weighted, 0, len(a.features))
	missing := 0.0 // weight of the words no story uses
	for _, f := range a.features {
		if id, ok := l.ids[f.term]; ok {
			words = append(words, weighted{f, id, l.terms[id].posts})
		} else {
			missing += f.weight
		}
	}
	slices.SortStableFunc(words, func(x, y weighted) int { return cmp.Compare(len(x.posts), len(y.posts)) })

	type candidate struct {
		*story
		partial float64
	}
	var candidates []candidate
	at := map[*story]int{}
	budget := postsPerDoc
	for _, w := range words {
		posts := w.posts[max(0, len(w.posts)-min(postsPerTerm, budget)):]
		budget -= len(posts)
		rarity := w.weight * math.Log(1+float64(l.stories)/float64(len(w.posts)))
		for _, s := range posts {
			i, known := at[s]
			if !known {
				i = len(candidates)
				at[s] = i
				candidates = append(candidates, candidate{story: s})
			}
			candidates[i].partial += rarity
		}
	}
	slices.SortFunc(candidates, func(x, y candidate) int {
		if x.partial != y.partial {
			return cmp.Compare(y.partial, x.partial)
		}
		return cmp.Compare(x.id, y.id)
	})
	shownConcepts := m.events.look(a.concepts)
	rarities := l.tally.measure(&a.profile)
	var best *story
	bestScore, bestRank := math.Inf(-1), math.Inf(-1)
	left := finalists
	for _, c := range candidates {
		if c.dead || !m.open(c.story, a.when) {
			continue
		}
		if left--; left < 0 {
			break
		}
		var score float64
		if a.full() && len(c.profiles) > 0 {
			score = m.bar + c.likeness(a, rarities, m.events.agreement(shownConcepts, c.story)) - perDay*c.gap(a.when)/24
		} else {
			score = l.evidence(words, missing, c.story, a.when)
		}
		score += m.against(a, shownConcepts, c.story)
		if score >= m.bar && c.sameTemplate(a) {
			score -= nextIssue
		}
		rank := score
		if score >= m.bar {
			rank = 1000 + score + pull*math.Log(c.n)
		}
		if rank > bestRank {
			best, bestScore, bestRank = c.story, score, rank
		}
	}
	if best == nil {
		return nil, 0, nil
	}
	return best, bestScore, l.reasons(words, best)
}

const maxReasons = 6

// reasons are the words the article shares with the story, rarest first, as the article writes them.
func (l *language) reasons(words []weighted, s *story) []string {
	var why []string
	for _, w := range words {
		if _, ok := s.uses(w.id); ok && !slices.Contains(why, w.surface) {
			if why = append(why, w.surface); len(why) == maxReasons {
				break
			}
		}
	}
	return why
}
