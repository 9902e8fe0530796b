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

	yardstick yardstick
	round     uint64 // of nearest, see story.met
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

// Bars for linking stories across languages. Measured on invented news and on texts that have nothing to do with each other.
const (
	linkBar       = 5.8  // what the shared concepts must be worth, times …
	linkOffset    = 0.35 // … this and the share they make of what both tell …
	linkShare     = 0.5  // … which must be so much, unless …
	linkAlone     = 7.0  // … what concepts.txt tells of the shared is worth that
	lookedUp      = 2.0  // of the worth must come from concepts.txt …
	strongNumbers = 2    // … or so many numbers of three digits or more be shared
	leastConcept  = 3    // concepts besides places must be shared
	leastPlaces   = 3    // places must be shared where no number, name or institution is
	otherPlace    = 1.5  // lost for each place that only one of the titles names
	numbersApart  = 3.0  // lost when both titles have numbers and none is in the other article

	agreeWeight = 7.0 // what tellings in one language must share for agreement

	conceptTellings = 4.0 // how many of a story's articles describe it to other languages
)

// Limits of the search for candidates: they bound its time however many stories tell a concept.
const (
	postsPerConcept = 400  // the latest stories that tell a concept
	postsPerLink    = 4000 // over all concepts, rarest first
	worthALook      = 0.5
)

func (x *eventIndex) add(s *story, a analysis) {
	if s.n > conceptTellings {
		return
	}
	if s.concepts == nil {
		x.stories++
	}
	s.concepts = x.tell(s, s.concepts, a.concepts)
	s.ties = x.tell(s, s.ties, a.ties)
	if a.direction.known() && !s.direction.known() {
		s.direction = a.direction
		x.yardstick.add(s)
	}
}

// tell adds concepts of a story to those that it has told.
func (x *eventIndex) tell(s *story, have []told, concepts []concept) []told {
	if have == nil {
		have = []told{}
	}
	for _, c := range concepts {
		id, known := x.ids[c.id]
		if !known {
			id = x.intern(c.id)
		}
		i, found := find(have, id)
		if !found {
			have = slices.Insert(have, i, told{id: id, weight: float32(c.weight)})
			x.concepts[id].posts = append(x.concepts[id].posts, s)
		}
		have[i].articles++
		have[i].title = have[i].title || c.title
	}
	return have
}

func (s *story) tells(id uint32) (int, bool) { return find(s.concepts, id) }

func find(all []told, id uint32) (int, bool) {
	return slices.BinarySearchFunc(all, id, func(t told, id uint32) int { return cmp.Compare(t.id, id) })
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
	for _, all := range [][]told{s.concepts, s.ties} {
		for _, t := range all {
			x.stale[t.id] = struct{}{}
		}
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

// worth is what sharing a concept is worth that so many stories tell: its weight when as many do as we expect of one we have not
// met, next to nothing when most do.
func (x *eventIndex) worth(weight float64, stories int) float64 {
	rarity := math.Log((float64(x.stories)+expectedOf)/(float64(stories)+expected)) / math.Log(expectedOf/expected)
	return weight * min(max(rarity, 0.1), 1.4)
}

// So many stories of so many are expected to tell a concept before any was read.
const (
	expected   = 3.0
	expectedOf = 300.0
)

// shown is a concept of the article at hand with what the index knows of it.
type shown struct {
	concept
	index uint32
	known bool
	posts []*story
}

// look finds concepts of an article in the index, rarest first.
func (x *eventIndex) look(concepts []concept) []shown {
	found := make([]shown, len(concepts))
	for i, c := range concepts {
		found[i].concept = c
		if id, ok := x.ids[c.id]; ok {
			found[i].index, found[i].known, found[i].posts = id, true, x.concepts[id].posts
		}
	}
	slices.SortStableFunc(found, func(p, q shown) int { return cmp.Compare(len(p.posts), len(q.posts)) })
	return found
}

// candidate is a story of another language that shares concepts with an article.
type candidate struct {
	*story
	shared float64 // what they are worth together, of those that were looked at
}

// nearest finds the open story of another language that tells the same event, with the concepts they share, or nil.
func (x *eventIndex) nearest(a analysis, open func(*story, time.Time) bool) (*story, []string) {
	var candidates []candidate
	x.round++
	all := x.look(slices.Concat(a.concepts, a.ties))
	budget := postsPerLink
	for _, c := range all {
		w := x.worth(c.weight, len(c.posts))
		posts := c.posts[max(0, len(c.posts)-min(postsPerConcept, budget)):]
		budget -= len(posts)
		for _, s := range posts {
			if s.tongue == a.tongue {
				continue
			}
			if s.met != x.round {
				s.met, s.place = x.round, len(candidates)
				candidates = append(candidates, candidate{story: s})
			}
			candidates[s.place].shared += w
		}
	}
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool {
		return c.shared < worthALook || c.dead || !open(c.story, a.when)
	})
	slices.SortFunc(candidates, func(c, d candidate) int {
		return cmp.Or(cmp.Compare(d.shared, c.shared), cmp.Compare(c.id, d.id))
	})
	var best *story
	bestScore := 0.0
	for _, c := range candidates[:min(len(candidates), finalists)] {
		if score := x.compare(a, all, c.story).score(); score > bestScore {
			best, bestScore = c.story, score
		}
	}
	if best == nil {
		best = x.nearestByVector(a, all, candidates)
	}
	if best == nil {
		return nil, nil
	}
	var why []string
	for _, c := range all {
		if c.toldBy(best) && len(why) < maxReasons {
			why = append(why, c.surface)
		}
	}
	return best, why
}

// agreement is the share that the looked-up concepts of both an article and a story make of what they tell; 0 when they are too few to
// tell an event by. Names and numbers are left to the words: figures of the day close many articles that tell of other things.
func (x *eventIndex) agreement(all []shown, s *story) float64 {
	shared, total, theirs, kinds := 0.0, 0.0, 0.0, 0
	for _, c := range all {
		kind := c.kind()
		if kind == "name" || kind == "detail" || kind == "number" {
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
	if shared < agreeWeight || kinds < leastConcept {
		return 0
	}
	for _, t := range s.concepts {
		if c := x.concepts[t.id]; !strings.HasPrefix(c.id, "name ") && !strings.HasPrefix(c.id, "detail ") && !strings.HasPrefix(c.id, "number ") {
			theirs += x.worth(float64(t.weight), len(c.posts)) * float64(t.articles) / min(s.n, conceptTellings)
		}
	}
	return shared / math.Sqrt(total*theirs)
}

// toldBy reports whether a story tells the concept too.
func (c *shown) toldBy(s *story) bool {
	if !c.known {
		return false
	}
	_, both := s.tells(c.index)
	if !both {
		_, both = find(s.ties, c.index)
	}
	return both
}

// evidence is what an article and a story in another language have in common, in worth and in kinds.
type evidence struct {
	shared, ours, theirs float64 // worth of what both tell, and of what each tells that the other's language could say too
	lookedUp             float64 // of the shared, what concepts.txt tells
	places               int     // shared, cities too
	particulars          int     // shared numbers that say something, names and institutions
	strong               int     // shared numbers that hardly come by chance
	others               int     // all that is shared besides places
	foreign              int     // places in the title of one that the other doesn't tell
	numbers              faceOff // of the titles, those that say something
	counts               faceOff // of the titles, all numbers
}

// unsharedName is the share of a name's weight that counts when only one side tells it: capitals stand for more than names.
const unsharedName = 0.25

func (x *eventIndex) compare(a analysis, all []shown, s *story) (e evidence) {
	bothListed := lexicons()[a.lang] != nil && lexicons()[s.lang] != nil
	sameScript := script(a.lang) == script(s.lang)
	// sayable is how much a concept counts that only one side tells.
	sayable := func(kind string) float64 {
		switch kind {
		case "number":
			return 1
		case "name":
			if sameScript {
				return unsharedName
			}
			return 0
		case "sound", "date":
			return 0
		}
		if bothListed {
			return 1
		}
		return 0
	}
	heard := ""
	for _, c := range all {
		kind, w := c.kind(), x.worth(c.weight, len(c.posts))
		number := kind == "number" && c.weight >= 1
		if kind == "number" && c.title {
			e.counts.mine++
			if number {
				e.numbers.mine++
			}
		}
		if !c.toldBy(s) {
			e.ours += sayable(kind) * w
			if kind == "place" && c.title && bothListed {
				e.foreign++
			}
			continue
		}
		if kind == "sound" {
			if sameScript || c.surface == heard {
				continue // the name itself counts, and once
			}
			heard = c.surface
		}
		e.shared += w
		e.ours += w
		switch kind {
		case "place", "city":
			e.places++
		case "name", "body", "sound":
			e.particulars++
		case "number":
			if number {
				e.particulars++
			}
			if c.title {
				e.counts.shared++
				if number {
					e.numbers.shared++
				}
			}
			if c.weight >= 2 {
				e.strong++
			}
		}
		switch kind {
		case "place", "city", "body", "event", "topic", "detail":
			e.lookedUp += w
		}
		if kind != "place" {
			e.others++
		}
	}
	mine := make(map[uint32]bool, len(all))
	for _, c := range all {
		mine[c.index] = mine[c.index] || c.known
	}
	for _, t := range s.concepts {
		kind, _, _ := strings.Cut(x.concepts[t.id].id, " ")
		ours := mine[t.id]
		w := x.worth(float64(t.weight), len(x.concepts[t.id].posts)) * float64(t.articles) / min(s.n, conceptTellings)
		if !ours {
			w *= sayable(kind)
		}
		e.theirs += w
		if !t.title {
			continue
		}
		if kind == "place" && bothListed && !ours {
			e.foreign++
		}
		if kind == "number" {
			e.counts.theirs++
			if ours {
				e.counts.shared++
			}
			if t.weight >= 1 {
				e.numbers.theirs++
				if ours {
					e.numbers.shared++
				}
			}
		}
	}
	return e
}

// script names what a language is written in, as far as names look different in it.
func script(lang string) string {
	switch lang {
	case "ko", "ja", "zh":
		return lang
	case "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg":
		return "cyrillic"
	}
	return "latin"
}

// score is over 0 when the evidence is enough to take both for one event, and the higher the stronger it is.
func (e evidence) score() float64 {
	if e.others < leastConcept || e.places+e.particulars < 2 || e.particulars == 0 && e.places < leastPlaces {
		return 0
	}
	if e.lookedUp < lookedUp && e.strong < strongNumbers {
		return 0
	}
	worth := e.shared - otherPlace*float64(e.foreign)
	if e.numbers.apart() {
		worth -= numbersApart
	}
	share := e.shared / math.Sqrt(e.ours*e.theirs)
	if score := worth * (linkOffset + share); score >= linkBar && (share >= linkShare || e.lookedUp >= linkAlone) {
		return score
	}
	return 0
}
