package story

import (
	"math"
	"slices"
	"strings"
)

// What speaks against an article telling a story although they share words, in nats.
const (
	nextIssue     = 50.0 // the next issue of a daily series, or the same template filled in anew: never the same story
	sameLabel     = 30.0 // another item of the same outlet's column
	otherDecimals = 4.0  // titles with decimals, none of them the same: 6.1 and 4.9 on the Richter scale
	otherNumbers  = 0.25 // titles with numbers, none of them the same; tolls rise, so this is weak
	otherPlaces   = 2.0  // titles with places, none of them told by the other side
	otherNames    = 1.0  // titles with names, none of them told by the other side
)

// against is what speaks against a telling s, as a negative number.
func (m *Matcher) against(a analysis, concepts []shown, s *story) float64 {
	labelled, decimals, sameDecimal := false, false, false
	for _, t := range s.tellings {
		if a.nextIssueOf(t) {
			return -nextIssue
		}
		labelled = labelled || a.label != "" && a.label == t.label && a.source == t.source
		if len(a.decimal) > 0 && len(t.decimal) > 0 {
			decimals = true
			sameDecimal = sameDecimal || slices.ContainsFunc(a.decimal, func(d string) bool { return slices.Contains(t.decimal, d) })
		}
	}
	sum := 0.0
	if labelled {
		sum -= sameLabel
	}
	if decimals && !sameDecimal {
		sum -= otherDecimals
	}
	var places, names, numbers faceOff
	of := func(id string) *faceOff {
		switch {
		case strings.HasPrefix(id, "place "):
			return &places
		case strings.HasPrefix(id, "name "):
			return &names
		case strings.HasPrefix(id, "number "):
			return &numbers
		}
		return nil
	}
	for _, c := range concepts {
		f := of(c.id)
		if f == nil {
			continue
		}
		if c.title {
			f.mine++
		}
		if i, both := s.tells(c.index); both && c.known && (c.title || s.concepts[i].title) {
			f.shared++
		}
	}
	for _, t := range s.concepts {
		if !t.title {
			continue
		}
		if f := of(m.events.concepts[t.id].id); f != nil {
			f.theirs++
		}
	}
	if numbers.apart() {
		sum -= otherNumbers
	}
	if places.apart() {
		sum -= otherPlaces
	}
	if a.casing != forTitles && names.apart() {
		sum -= otherNames
	}
	return sum
}

// faceOff counts the concepts of one kind in the titles of both sides, and those of them that the other side tells anywhere.
type faceOff struct{ mine, theirs, shared int }

func (f *faceOff) apart() bool { return f.mine > 0 && f.theirs > 0 && f.shared == 0 }

// nextIssueOf reports whether two titles differ in nothing but dates, or, in one outlet, in nothing but numbers when they come a
// day apart: issues of a series (a weather report, market closes, a lottery) and not one story.
func (t telling) nextIssueOf(o telling) bool {
	if t.pattern != o.pattern {
		return false
	}
	if len(t.dates) > 0 && len(o.dates) > 0 && !slices.Equal(t.dates, o.dates) {
		return true
	}
	return t.source == o.source && math.Abs(t.when.Sub(o.when).Hours()) >= seriesGap
}
