package topic

import (
	"cmp"
	"math"
	"slices"

	"newsbrief/internal/news"
)

// Rank orders the built-in topics by how much speaks for them in the article, best first, with the words that do. It leaves out
// the ones nothing speaks for and says nothing about whether the best is good enough: that is Classify.
func Rank(d Doc) []news.Match { return rank(newDoc(d)).matches() }

// Classify returns the built-in topics that the article clearly belongs to, best first: precision comes before recall, since
// these are posted into channels.
func Classify(d Doc) []news.Match { return classify(newDoc(d)) }

// Find says which words of an article speak for the topic, those that say most first, each where it stands first.
func (b Builtin) Find(d Doc) []Found {
	return rank(newDoc(d)).byTopic[builtins().index[b.ID]].found()
}

// Parameters of the ranking. titleWeight is how often a word of the title counts; bodyHalf after how many words of the text a
// word counts half. Measured on both halves of labelled headlines and sentences in nine languages.
const (
	titleWeight = 2.5
	bodyHalf    = 250
	shared      = 0.3 // a word that speaks for n broad topics counts n^-shared for each
	maxWords    = 8   // words named in a match
)

// What Classify asks for: points, growing with the text's length since long texts hold every word once; a share of the best
// topic's points; and two words that decide, where one is enough in the title or for the best topic that has one: words that hint add up in any
// text that names places. Where the broad topic is sure, fewer points are enough for one that is part of it.
const (
	surePoints    = 5.5
	sureShare     = 0.5
	decidedPoints = 5
	decidedShare  = 0.2
)

// evidence is what speaks for one topic.
type evidence struct {
	points float64
	words  []weighted
	decide int  // how many words decide
	strong bool // one of them in the title
}

type weighted struct {
	at     Found
	points float64
}

type ranking struct {
	byTopic []evidence
	length  int // of the article, in words
}

func rank(d *doc) ranking {
	p := profileOf(d.lang)
	set := builtins()
	r := ranking{byTopic: make([]evidence, len(set.list))}
	// How often each keyword was found, weighted by place, and where first.
	type seen struct {
		count, share float64
		at           Found
	}
	finds := map[int32]*seen{}
	var order []int32
	gather := func(s *section, in Place) find {
		return func(e int32, share float32, before, start, end int) {
			f := finds[e]
			if f == nil {
				f = &seen{at: Found{s.text[start:end], in, start, end}}
				finds[e] = f
				order = append(order, e)
			}
			f.share = max(f.share, float64(share))
			if in == InTitle {
				f.count += titleWeight
			} else {
				f.count += bodyHalf / float64(bodyHalf+before)
			}
		}
	}
	p.scan(&d.title, gather(&d.title, InTitle))
	p.scan(&d.body, gather(&d.body, InText))
	r.length = len(d.title.words) + len(d.body.words) + len(d.title.squeezed)/6 + len(d.body.squeezed)/6
	for _, e := range order {
		f := finds[e]
		often := 2 * f.count / (f.count + 1) // 1 for once in the text, never above 2
		r.count(set, p.entries[e].votes, often*f.share, f.at)
	}
	return r
}

// count gives a keyword's points to its topics and to those they are part of, each topic once, and the less to each the more broad
// topics there are.
func (r *ranking) count(set builtinSet, votes []vote, factor float64, at Found) {
	var given [16]vote // topics a keyword speaks for are few
	got := given[:0]
	for _, v := range votes {
		for t := int(v.topic); t >= 0; t = set.parents[t] {
			i := slices.IndexFunc(got, func(g vote) bool { return g.topic == int32(t) })
			if i < 0 {
				got = append(got, vote{topic: int32(t), weight: v.weight})
			} else {
				got[i].weight = max(got[i].weight, v.weight)
			}
		}
	}
	broad := 0
	for _, v := range got {
		if set.parents[v.topic] < 0 {
			broad++
		}
	}
	factor *= math.Pow(float64(broad), -shared)
	for _, v := range got {
		e := &r.byTopic[v.topic]
		points := float64(v.weight) * factor
		e.points += points
		e.words = append(e.words, weighted{at, points})
		if v.weight >= weights["3"] {
			e.decide++
		}
		e.strong = e.strong || at.In == InTitle && v.weight >= weights["3"]
	}
}

func (r ranking) matches() []news.Match {
	var matches []news.Match
	for t, e := range r.byTopic {
		if e.points > 0 {
			matches = append(matches, e.match(builtins().list[t].ID))
		}
	}
	sortBuiltins(matches)
	return matches
}

// sortBuiltins puts the best first and, where two are as good, a topic before its parts.
func sortBuiltins(matches []news.Match) {
	index := builtins().index
	slices.SortFunc(matches, func(a, b news.Match) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return index[a.Topic] - index[b.Topic]
	})
}

func (e evidence) match(id news.TopicID) news.Match {
	m := news.Match{Topic: id, Score: e.points / (e.points + 2*5)}
	for _, found := range e.found() {
		if len(m.Words) < maxWords && !slices.Contains(m.Words, found.Word) {
			m.Words = append(m.Words, found.Word)
		}
	}
	return m
}

// found are the words, those that say most first.
func (e evidence) found() []Found {
	slices.SortStableFunc(e.words, func(a, b weighted) int { return cmp.Compare(b.points, a.points) })
	found := make([]Found, len(e.words))
	for i, w := range e.words {
		found[i] = w.at
	}
	return found
}

func classify(d *doc) []news.Match {
	r := rank(d)
	best, firmest := 0.0, 0.0
	for _, e := range r.byTopic {
		best = max(best, e.points)
		if e.decide > 0 {
			firmest = max(firmest, e.points)
		}
	}
	need := max(surePoints*(1+0.4*math.Log2(1+float64(r.length)/100)), sureShare*best)
	decided := max(decidedPoints, decidedShare*best)
	var matches []news.Match
	set := builtins()
	sure := make([]bool, len(set.list))
	for t, e := range r.byTopic { // a topic stands behind the one it is part of
		sure[t] = e.points >= need && (e.strong || e.decide > 1 || e.decide > 0 && e.points == firmest)
		if parent := set.parents[t]; parent >= 0 && sure[parent] && (e.strong || e.decide > 1) && e.points >= decided {
			sure[t] = true
		}
	}
	yield(sure, r.byTopic)
	for t, e := range r.byTopic {
		if sure[t] {
			matches = append(matches, e.match(set.list[t].ID))
		}
	}
	sortBuiltins(matches)
	return matches
}
