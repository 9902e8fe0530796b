package summary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// data/phrases.txt lists, for each language, what gives boilerplate away, what points back, who speaks, and what figures count.
//
//go:embed data/phrases.txt
var phraseData string

// phraseList holds the phrases of each language, folded.
type phraseList struct {
	boilerplate, labels, previous, asides, also, story, people, articles, speakers map[string][]string

	measures map[string][]measure
}

// measure is a word for what a figure counts.
type measure struct {
	what string
	stem string
	open bool // the word may go on
}

var phrases = sync.OnceValue(func() phraseList {
	l := phraseList{measures: map[string][]measure{}}
	kinds := map[string]*map[string][]string{
		"boilerplate": &l.boilerplate, "label": &l.labels, "previous": &l.previous, "aside": &l.asides, "also": &l.also, "story": &l.story, "people": &l.people,
		"article": &l.articles, "speaker": &l.speakers,
	}
	for _, k := range kinds {
		*k = map[string][]string{}
	}
	for line := range strings.Lines(phraseData) {
		line = strings.TrimSpace(line)
		head, rest, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		var list []string
		for p := range strings.SplitSeq(rest, ",") {
			list = append(list, text.Fold(strings.TrimSpace(p)))
		}
		fields := strings.Fields(head)
		lang := fields[len(fields)-1]
		if fields[0] == "count" {
			for _, p := range list {
				stem, open := strings.CutSuffix(p, "-")
				l.measures[lang] = append(l.measures[lang], measure{fields[1], stem, open})
			}
			continue
		}
		kind := *kinds[fields[0]]
		kind[lang] = append(kind[lang], list...)
	}
	return l
})

// startsWith reports whether folded begins with one of the phrases as whole words; after a dash at the end of a phrase the word may go
// on.
func startsWith(list []string, folded string) bool {
	for _, p := range list {
		rest, ok := strings.CutPrefix(folded, strings.TrimSuffix(p, "-"))
		if !ok {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if strings.HasSuffix(p, "-") || rest == "" || !unicode.IsLetter(next) && next != '-' {
			return true
		}
	}
	return false
}

// says reports whether one of the phrases stands anywhere in folded: as whole words, where the script parts them.
func says(list []string, folded string) bool {
	if len(list) == 0 {
		return false
	}
	if first, _ := utf8.DecodeRuneInString(list[0]); unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana) {
		return slices.ContainsFunc(list, func(p string) bool { return strings.Contains(folded, p) })
	}
	inside := false
	for i, r := range folded {
		letter := unicode.IsLetter(r)
		if letter && !inside && startsWith(list, folded[i:]) {
			return true
		}
		inside = letter || inside && (r == '\'' || r == '’' || r == '-')
	}
	return false
}
