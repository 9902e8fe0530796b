package story

import (
	"cmp"
	"math"
	"slices"
)

// Limits of the search for candidates: they bound its time however many stories use a word.
const (
	postsPerTerm = 200 // the latest stories that use a word
	postsPerDoc  = 800 // over all words, rarest first
	finalists    = 32  // candidates that are scored in full
)

// perDay is what texts lose for each day since the story's latest article.
const perDay = 0.5

// pull is how much, of two stories that both explain an article, the bigger one is preferred, by the logarithm of its articles.
const pull = 0.5

// weighted is a feature of the article at hand with what the index knows about it.
type weighted struct {
	feature
	id    uint32
	posts []*story
}

// judgement is what the stories of a language have to do with an article.
type judgement struct {
	best    *story   // the open story that explains it best; nil: none shares a word with it …
	joins   *story   // … and the one that best is a fragment of, or best
	score   float64  // the evidence for best, in nats
	reasons []string // the words that decided
	clear   []*story // all stories whose evidence clears the bar
}

// nearest looks for the stories that explain a.
func (m *Matcher) nearest(l *language, a analysis) (j judgement) {
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
	bestRank := math.Inf(-1)
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
			score = m.bar + c.likeness(a, rarities, m.events.agreement(shownConcepts, c.story), l.own(words, c.story)) - perDay*c.gap(a.when)/24
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
			j.clear = append(j.clear, c.story)
		}
		if rank > bestRank {
			j.best, j.score, bestRank = c.story, score, rank
		}
	}
	if j.best == nil {
		return j
	}
	j.reasons = l.reasons(words, j.best)
	j.joins = j.best
	if whole := j.best.whole(); whole != j.best && m.open(whole, a.when) && m.against(a, shownConcepts, whole) > -sameLabel && !whole.sameTemplate(a) {
		j.joins = whole
	}
	return j
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
