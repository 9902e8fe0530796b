package story

import (
	"math"
	"slices"
	"strings"
)

// What speaks against an article telling a story although they share words, in nats.
const (
	nextIssue     = 50.0 // the next issue of a daily series: never the same story
	sameLabel     = 30.0 // another item of the same outlet's column
	otherDecimals = 3.0  // titles with decimals, none of them the same: 6.1 and 4.9 on the Richter scale
	otherNumbers  = 0.5  // titles with numbers, none of them the same; tolls rise, so this is weak
	otherPlaces   = 2.0  // titles with places, none of them told by the other side
	otherNames    = 2.0  // titles with names, none of them told by the other side …
	textNames     = 4.0  // … and as much more when both sides have a text, where a name would stand
)

// conflict is what speaks against a telling s.
func (m *Matcher) conflict(a analysis, concepts []shown, s *story) float64 {
	sum := 0.0
	labels, same, otherwise := false, false, false
	for _, t := range s.tellings {
		if a.nextIssueOf(t) {
			return nextIssue
		}
		if len(a.decimal) > 0 && len(t.decimal) > 0 {
			if slices.ContainsFunc(a.decimal, func(d string) bool { return slices.Contains(t.decimal, d) }) {
				same = true
			}
			otherwise = true
		}
		labels = labels || a.label != "" && a.label == t.label && a.source == t.source
	}
	if labels {
		sum += sameLabel
	}
	if otherwise && !same {
		sum += otherDecimals
	}
	if s.concepts == nil {
		return sum
	}
	theirs := m.events.titleConcepts(s)
	kinds := map[string]*faceOff{"place": {}, "name": {}, "number": {}}
	for _, c := range concepts {
		f := kinds[c.kind()]
		if f == nil || !c.title && f == kinds["number"] {
			continue
		}
		i, both := s.tells(c.index)
		both = both && c.known
		if c.title {
			f.mine++
		}
		if both && (c.title || s.concepts[i].title) {
			f.shared++
		}
	}
	for _, id := range theirs {
		kind, _, _ := strings.Cut(id, " ")
		if f := kinds[kind]; f != nil {
			f.theirs++
		}
	}
	if kinds["number"].apart() {
		sum += otherNumbers
	}
	if kinds["place"].apart() {
		sum += otherPlaces
	}
	if kinds["name"].apart() && a.named {
		sum += otherNames
		if len(a.prints) > 0 && len(s.tellings[0].prints) > 0 {
			sum += textNames
		}
	}
	return sum
}

// faceOff counts the concepts of one kind in the titles of both sides, and those that the other side tells anywhere.
type faceOff struct{ mine, theirs, shared int }

func (f *faceOff) apart() bool { return f.mine > 0 && f.theirs > 0 && f.shared == 0 }

// titleConcepts are the concepts in the titles of the story's first articles.
func (x *eventIndex) titleConcepts(s *story) []string {
	var ids []string
	for _, t := range s.concepts {
		if t.title {
			ids = append(ids, x.concepts[t.id].id)
		}
	}
	return ids
}

// nextIssueOf reports whether two titles of one outlet differ in nothing but dates, or in nothing but numbers when they come a
// day apart: issues of a series (a weather report, market closes, a lottery) and not one story.
func (t telling) nextIssueOf(o telling) bool {
	if t.pattern != o.pattern || t.source != o.source {
		return false
	}
	if len(t.dates) > 0 && len(o.dates) > 0 && !slices.Equal(t.dates, o.dates) {
		return true
	}
	return math.Abs(t.when.Sub(o.when).Hours()) >= seriesGap
}
