package topic

import (
	"cmp"
	"math"
	"slices"

	"newsbrief/internal/news"
)

// Rank orders the built-in topics by how much speaks for them in the article, best first, with the words that do. It leaves out
// the ones nothing speaks for and says nothing about whether the best is good enough: that is Index.Match.
func Rank(d Doc) []news.Match {
	p := newDoc(d)
	defer p.release()
	r := rank(p)
	return r.matches()
}

// Find says which words of an article speak for the topic, those that say most first, each where it stands first.
func (b Builtin) Find(d Doc) []Found {
	p := newDoc(d)
	defer p.release()
	r := rank(p)
	return r.words(builtins().index[b.ID])
}

// Parameters of the ranking. titleWeight is how often a word of the title counts; bodyHalf after how many words of the text a
// word counts half. Measured on both halves of labelled headlines and sentences in nine languages.
const (
	titleWeight = 2.5
	bodyHalf    = 250
	shared      = 0.3 // a word that speaks for n broad topics counts n^-shared for each
	maxWords    = 8   // words named in a match
)

// What Index.Match asks for: points, growing with the text's length since long texts hold every word once; a share of the best
// topic's points; and two words that decide, where one is enough in the title or for the best topic that has one: words that hint add up in any
// text that names places. Where the broad topic is sure, fewer points are enough for one that is part of it.
const (
	surePoints    = 5.5
	sureShare     = 0.45
	decidedPoints = 5
	decidedShare  = 0.2
)

// evidence is what speaks for one topic.
type evidence struct {
	points float64
	decide int  // how many words decide
	strong bool // one of them in the title
}

// ranking is what speaks for the built-in topics in an article.
type ranking struct {
	profile *profile
	byTopic []evidence
	found   []keywordFound
	number  []int32 // of an entry in found, plus 1; 0 for none
	length  int     // of the article, in words
}

// keywordFound is a keyword in an article: how often, weighted by place, and where first.
type keywordFound struct {
	entry        int32
	count, share float64
	at           Found
}

// factor is by how much its points are multiplied: 1 for once in the text, below 2 however often.
func (f *keywordFound) factor() float64 { return 2 * f.count / (f.count + 1) * f.share }

func rank(d *doc) ranking {
	r := ranking{profile: profileOf(d.lang.base), byTopic: make([]evidence, len(builtins().list)), found: d.keywords[:0]}
	d.entries = slices.Grow(d.entries[:0], len(r.profile.entries))[:len(r.profile.entries)]
	clear(d.entries)
	r.number = d.entries
	r.gather(&d.title, InTitle)
	r.gather(&d.body, InText)
	d.keywords = r.found
	r.length = len(d.title.words) + len(d.body.words) + len(d.title.squeezed)/6 + len(d.body.squeezed)/6
	for i := range r.found {
		f := &r.found[i]
		for _, given := range r.profile.entries[f.entry].points {
			e := &r.byTopic[given.topic]
			e.points += given.points * f.factor()
			if given.decides {
				e.decide++
				e.strong = e.strong || f.at.In == InTitle
			}
		}
	}
	return r
}

func (r *ranking) gather(s *section, in Place) {
	r.profile.scan(s, func(entry int32, share float64, before, start, end int) {
		if r.number[entry] == 0 {
			r.found = append(r.found, keywordFound{entry: entry, at: Found{s.text[start:end], in, start, end}})
			r.number[entry] = int32(len(r.found))
		}
		f := &r.found[r.number[entry]-1]
		f.share = max(f.share, share)
		if in == InTitle {
			f.count += titleWeight
		} else {
			f.count += bodyHalf / float64(bodyHalf+before)
		}
	})
}

// words are those that speak for a topic, those that say most first.
func (r *ranking) words(topic int) []Found {
	type weighted struct {
		at     Found
		points float64
	}
	var words []weighted
	for i := range r.found {
		f := &r.found[i]
		for _, given := range r.profile.entries[f.entry].points {
			if given.topic == int32(topic) {
				words = append(words, weighted{f.at, given.points * f.factor()})
			}
		}
	}
	slices.SortStableFunc(words, func(a, b weighted) int { return cmp.Compare(b.points, a.points) })
	found := make([]Found, len(words))
	for i, w := range words {
		found[i] = w.at
	}
	return found
}

func (r *ranking) matches() []news.Match {
	var matches []news.Match
	for t, e := range r.byTopic {
		if e.points > 0 {
			matches = append(matches, r.match(t))
		}
	}
	sortBuiltins(matches)
	return matches
}

func (r *ranking) match(topic int) news.Match {
	points := r.byTopic[topic].points
	m := news.Match{Topic: builtins().list[topic].ID, Score: points / (points + 2*5)}
	for _, found := range r.words(topic) {
		if len(m.Words) < maxWords && !slices.Contains(m.Words, found.Word) {
			m.Words = append(m.Words, found.Word)
		}
	}
	return m
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

// classify returns the built-in topics that the article clearly belongs to, best first: precision comes before recall, since these are
// posted into channels.
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
	for t := range sure {
		if sure[t] {
			matches = append(matches, r.match(t))
		}
	}
	sortBuiltins(matches)
	return matches
}
