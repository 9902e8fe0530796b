package text

import (
	"slices"
	"strings"
)

// Name is a candidate for a proper name.
type Name struct {
	Text       string // as it stands in the text
	Start, End int    // where, in bytes
}

// Names returns candidates for the proper names of s in order; they don't overlap. There is no dictionary behind it,
// so what each script shows is taken:
//
// In scripts with capitals, runs of capitalised words with the particles between them ("Bank of Korea", "Ursula von der
// Leyen") and words written in capitals or with capitals or digits inside (NATO, COP30). A single word whose capital the
// beginning of the sentence explains counts only when it is capitalised elsewhere too, or is a possessor ("Samsung's …");
// in a headline Written Like This each word that isn't a function word counts for itself. German nouns are left out as far
// as article, adjective or ending show them. Weekdays and months don't count.
//
// In Japanese, runs of three or more Katakana (two with a dot between them). In Korean and Chinese, what stands beside
// a title with a family name first (김성환 장관, 部长金星焕), and foreign names written with a dot (唐纳德·特朗普). In all
// three, Latin words with a capital or digit, and what stands between the marks of a work (《》『』〈〉) or, without being a
// sentence, between quotation marks.
func Names(s, lang string) []Name {
	f := nameFinder{text: s, base: Base(lang)}
	f.words = make([]nameWord, 0, len(s)/6)
	east, rest := 0, 0
	EachWord(s, func(start, end int, script Script) {
		f.words = append(f.words, nameWord{start: start, end: end, script: script})
		if script.ideographic() {
			east += (end - start) / 3 * 4
		} else {
			rest += end - start
		}
	})
	if east > rest {
		f.eastAsian()
	} else {
		f.cased()
	}
	return f.sorted()
}

type nameWord struct {
	start, end int
	script     Script
}

type nameFinder struct {
	text  string
	base  string
	words []nameWord
	found []Name
}

func (f *nameFinder) add(start, end int) {
	f.found = append(f.found, Name{Text: f.text[start:end], Start: start, End: end})
}

// sorted puts the names in order and keeps the longest of those that overlap.
func (f *nameFinder) sorted() []Name {
	slices.SortFunc(f.found, func(a, b Name) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	kept := f.found[:0]
	for _, n := range f.found {
		if len(kept) > 0 && n.Start < kept[len(kept)-1].End {
			if last := &kept[len(kept)-1]; n.End-n.Start > last.End-last.Start {
				*last = n
			}
			continue
		}
		kept = append(kept, n)
	}
	return kept
}

// wordSet makes a set of the words of lists.
func wordSet(lists ...string) map[string]struct{} {
	set := map[string]struct{}{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			set[w] = struct{}{}
		}
	}
	return set
}
