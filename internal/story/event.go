package story

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// eventIndex finds stories of the same event in other languages, by the concepts they share.
type eventIndex struct {
	ids      map[string]uint32
	concepts []indexed
	free     []uint32
	stories  int
	stale    map[uint32]struct{}
}

// indexed is a concept that some story tells.
type indexed struct {
	id    string
	posts []*story // in the order in which they began to tell it
}

// told is what a story says of a concept.
type told struct {
	id       uint32
	weight   float32
	articles uint8
	title    bool
}

func newEventIndex() *eventIndex {
	return &eventIndex{ids: map[string]uint32{}, stale: map[uint32]struct{}{}}
}

// Bars for linking stories across languages.
const (
	linkWeight   = 7.0  // what the shared concepts must be worth together
	linkShare    = 0.34 // and what share they must make of what both tell
	otherPlace   = 1.5  // lost for each place that only one of the titles names
	leastConcept = 3    // how many concepts besides places must be shared

	conceptTellings = 4.0 // how many of a story's articles describe it to other languages
	maxConceptPosts = 500
)

func (x *eventIndex) add(s *story, a analysis) {
	if s.n > conceptTellings {
		return
	}
	if s.concepts == nil {
		x.stories++
	}
	for _, c := range a.concepts {
		id, known := x.ids[c.id]
		if !known {
			id = x.intern(c.id)
		}
		i, found := s.tells(id)
		if !found {
			s.concepts = slices.Insert(s.concepts, i, told{id: id, weight: float32(c.weight)})
			x.concepts[id].posts = append(x.concepts[id].posts, s)
		}
		s.concepts[i].articles++
		s.concepts[i].title = s.concepts[i].title || c.title
	}
	if s.concepts == nil {
		s.concepts = []told{}
	}
}

func (s *story) tells(id uint32) (int, bool) {
	return slices.BinarySearchFunc(s.concepts, id, func(t told, id uint32) int { return cmp.Compare(t.id, id) })
}

func (x *eventIndex) intern(id string) uint32 {
	var n uint32
	if last := len(x.free) - 1; last >= 0 {
		n = x.free[last]
		x.free = x.free[:last]
		x.concepts[n] = indexed{id: id}
	} else {
		n = uint32(len(x.concepts))
		x.concepts = append(x.concepts, indexed{id: id})
	}
	x.ids[id] = n
	return n
}

func (x *eventIndex) remove(s *story) {
	x.stories--
	for _, t := range s.concepts {
		x.stale[t.id] = struct{}{}
	}
}

func (x *eventIndex) sweep() {
	for id := range x.stale {
		c := &x.concepts[id]
		c.posts = slices.DeleteFunc(c.posts, func(s *story) bool { return s.dead })
		if len(c.posts) == 0 {
			delete(x.ids, c.id)
			x.free = append(x.free, id)
			*c = indexed{}
		}
	}
	clear(x.stale)
}

// worth is what sharing a concept is worth that so many stories tell: its weight, up to twice that when few do, next to
// nothing when most do.
func (x *eventIndex) worth(weight float64, stories int) float64 {
	rarity := math.Log(float64(x.stories+30)/float64(stories+1)) / math.Log(30)
	return weight * min(max(rarity, 0.1), 2)
}

// shown is a concept of the article at hand with what the index knows of it.
type shown struct {
	concept
	index uint32
	known bool
	posts []*story
}

// look finds the article's concepts in the index, rarest first.
func (x *eventIndex) look(a analysis) []shown {
	found := make([]shown, len(a.concepts))
	for i, c := range a.concepts {
		found[i].concept = c
		if id, ok := x.ids[c.id]; ok {
			found[i].index, found[i].known, found[i].posts = id, true, x.concepts[id].posts
		}
	}
	slices.SortStableFunc(found, func(p, q shown) int { return cmp.Compare(len(p.posts), len(q.posts)) })
	return found
}

// nearest finds the open story of another language that tells the same event, with the concepts they share, or nil.
func (x *eventIndex) nearest(a analysis, open func(*story, time.Time) bool) (*story, []string) {
	type candidate struct {
		*story
		shared float64
	}
	var candidates []candidate
	at := map[*story]int{}
	total := 0.0
	all := x.look(a)
	for _, c := range all {
		w := x.worth(c.weight, len(c.posts))
		total += w
		for _, s := range c.posts[max(0, len(c.posts)-maxConceptPosts):] {
			if s.lang != a.lang {
				i, known := at[s]
				if !known {
					i = len(candidates)
					at[s] = i
					candidates = append(candidates, candidate{story: s})
				}
				candidates[i].shared += w
			}
		}
	}
	var best *story
	bestScore := 0.0
	for _, c := range candidates {
		s := c.story
		if c.shared < linkWeight || s.dead || !open(s, a.when) {
			continue
		}
		if score := x.likeness(all, s, c.shared, total); score > bestScore || score == bestScore && best != nil && s.id < best.id {
			best, bestScore = s, score
		}
	}
	if best == nil {
		return nil, nil
	}
	var why []string
	for _, c := range all {
		if _, ok := best.tells(c.index); ok && c.known && len(why) < maxReasons {
			why = append(why, c.surface)
		}
	}
	return best, why
}

// agreement is the share that the looked-up concepts and numbers of both an article and a story make of what they tell; 0
// when they are too few to tell an event by. Names are left to the words.
func (x *eventIndex) agreement(all []shown, s *story) float64 {
	shared, total, theirs, kinds := 0.0, 0.0, 0.0, 0
	for _, c := range all {
		kind := c.kind()
		if kind == "name" {
			continue
		}
		w := x.worth(c.weight, len(c.posts))
		total += w
		if _, both := s.tells(c.index); both && c.known {
			shared += w
			if kind != "place" {
				kinds++
			}
		}
	}
	if shared < linkWeight || kinds < leastConcept {
		return 0
	}
	for _, t := range s.concepts {
		if c := x.concepts[t.id]; !strings.HasPrefix(c.id, "name ") {
			theirs += x.worth(float64(t.weight), len(c.posts)) * float64(t.articles) / min(s.n, conceptTellings)
		}
	}
	return shared / math.Sqrt(total*theirs)
}

// likeness is over 0 when the article and s tell the same event: the share that what both tell makes of what they tell.
func (x *eventIndex) likeness(all []shown, s *story, shared, total float64) float64 {
	theirs := 0.0
	for _, t := range s.concepts {
		theirs += x.worth(float64(t.weight), len(x.concepts[t.id].posts)) * float64(t.articles) / min(s.n, conceptTellings)
	}
	others, places, particular, foreign := 0, 0, 0, 0
	for _, c := range all {
		_, both := s.tells(c.index)
		switch kind := c.kind(); {
		case both && c.known && kind == "place":
			places++
		case both && c.known:
			others++
			if kind == "number" && c.weight >= 1 || kind == "name" || kind == "body" {
				particular++
			}
		case kind == "place" && c.title:
			foreign++
		}
	}
	for _, t := range s.concepts {
		if t.title && strings.HasPrefix(x.concepts[t.id].id, "place ") {
			if !slices.ContainsFunc(all, func(c shown) bool { return c.known && c.index == t.id }) {
				foreign++
			}
		}
	}
	if others < leastConcept || places+particular < 2 {
		return 0
	}
	if shared -= otherPlace * float64(foreign); shared < linkWeight {
		return 0
	}
	share := shared / math.Sqrt(total*theirs)
	if share < linkShare {
		return 0
	}
	return share
}
