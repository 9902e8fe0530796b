package summary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"newsbrief/internal/text"
)

//go:embed data/words.txt
var wordData string

// lexicon holds words that are no names, by language: what people are called by, the small words before and between names, and common
// words that have a capital for other reasons or stand in for one another.
type lexicon struct {
	roles, styles, articles, joints, common, generic, titles, suffixes map[string]bool
	beginnings, styleBeginnings                                        []string // of roles and styles
	tails                                                              []string // of German compounds
}

var lexicons = sync.OnceValue(func() map[string]*lexicon {
	all := map[string]*lexicon{}
	for line := range strings.Lines(wordData) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		head, list, ok := strings.Cut(line, ": ")
		kind, base, _ := strings.Cut(head, " ")
		if !ok {
			panic("summary: data/words.txt: " + line)
		}
		l := all[base]
		if l == nil {
			l = &lexicon{roles: map[string]bool{}, styles: map[string]bool{}, articles: map[string]bool{}, joints: map[string]bool{}, common: map[string]bool{}, generic: map[string]bool{}, titles: map[string]bool{}, suffixes: map[string]bool{}}
			all[base] = l
		}
		for w := range strings.FieldsSeq(list) {
			w = text.Fold(w)
			switch kind {
			case "role":
				if stem, open := strings.CutSuffix(w, "*"); open {
					l.beginnings = append(l.beginnings, stem)
				} else {
					l.roles[w] = true
				}
			case "style":
				if stem, open := strings.CutSuffix(w, "*"); open {
					l.styleBeginnings = append(l.styleBeginnings, stem)
				} else {
					l.styles[w] = true
				}
			case "article":
				l.articles[w] = true
			case "joint":
				l.joints[w] = true
			case "common":
				l.common[w] = true
				l.common[text.Stem(w, base)] = true
				if base == "de" && len(w) >= 4 && !placeTails[w] {
					l.tails = append(l.tails, w)
				}
			case "generic":
				l.generic[w] = true
			case "title":
				l.titles[w] = true
			case "suffix":
				l.suffixes[w] = true
			default:
				panic("summary: data/words.txt: " + kind)
			}
		}
	}
	return all
})

// placeTails end the names of towns as well as common nouns.
var placeTails = map[string]bool{"wald": true, "stadt": true, "dorf": true, "berg": true, "burg": true, "feld": true, "hafen": true, "land": true, "haus": true, "hausen": true, "brücke": true, "kirche": true, "ort": true, "erde": true, "rück": true, "halle": true, "linde": true, "hain": true, "sitz": true, "grund": true, "werk": true, "ring": true, "fluss": true, "insel": true, "westen": true, "osten": true, "norden": true, "süden": true, "meer": true, "heim": true, "stein": true, "gebiet": true, "straße": true, "bach": true, "furt": true, "müll": true, "mitte": true, "raum": true, "bund": true}

var noLexicon = &lexicon{}

func lexiconOf(base string) *lexicon {
	if l := lexicons()[base]; l != nil {
		return l
	}
	return noLexicon
}

// isRole tells words that say what someone is, or go with them.
func isRole(word, base string) bool {
	l := lexiconOf(base)
	return bindsRole(word, base) || l.styles[word] || beginsWith(word, l.styleBeginnings)
}

// bindsRole tells words that say what someone is.
func bindsRole(word, base string) bool {
	l := lexiconOf(base)
	return l.roles[word] || beginsWith(word, l.beginnings) || base == "de" && slices.ContainsFunc(l.beginnings, func(role string) bool {
		return len(role) >= 4 && (strings.HasSuffix(word, role) || strings.HasSuffix(word, role+"in"))
	})
}

func beginsWith(word string, beginnings []string) bool {
	for _, b := range beginnings {
		if strings.HasPrefix(word, b) && len(word)-len(b) <= 12 {
			return true
		}
	}
	return false
}

// sameRole reports whether two words are forms of one role.
func sameRole(a, b, base string) bool {
	if a == b || strings.TrimSuffix(a, "in") == strings.TrimSuffix(b, "in") && base == "de" {
		return true
	}
	for _, s := range lexiconOf(base).beginnings {
		if strings.HasPrefix(a, s) && strings.HasPrefix(b, s) {
			return true
		}
	}
	return false
}

func isArticle(word, base string) bool { return lexiconOf(base).articles[word] }

func isJoint(word, base string) bool { return lexiconOf(base).joints[word] || isArticle(word, base) }

// isCommon tells words that are no names.
func isCommon(word, base string) bool {
	l := lexiconOf(base)
	if l.common[word] || l.common[stemOf(word, base)] {
		return true
	}
	for _, tail := range l.tails {
		if len(word) > len(tail) {
			for _, e := range []string{"", "s", "es", "e", "en", "n", "er", "ern", "in", "innen"} {
				if strings.HasSuffix(word, tail+e) {
					return true
				}
			}
		}
	}
	return false
}

// isGeneric tells words that are part of many names, and translated with them.
func isGeneric(word, base string) bool { return lexiconOf(base).generic[word] }

// looksCommon tells words that begin a sentence and are hardly names by their endings.
func looksCommon(word, base string) bool {
	if isCommon(word, base) || isRole(word, base) {
		return true
	}
	var list string
	switch base {
	case "en":
		list = "ed ing ly ers ors ists ments tions ities ness ships ants ents"
	case "de":
		list = "ung ungen heit heiten keit keiten schaft schaften tion tionen tät ismus nis chen ling ment innen"
	case "es", "pt", "fr", "it":
		list = "s ando iendo mente ment ción ção tion sión zione"
	case "ru":
		list = "ы и ть ние ния ство ости ость но"
	}
	for e := range strings.FieldsSeq(list) {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}
