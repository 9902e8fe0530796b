package summary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"newsbrief/internal/text"
)

//go:embed data/places.txt
var placeData string

// placeLanguages are the columns of data/places.txt.
var placeLanguages = []string{"en", "ko", "zh", "ja", "de", "es", "fr", "pt", "ru"}

// gazetteer finds places and bodies by what a language calls them.
type gazetteer struct {
	words  map[string]map[string][]string // language: name of one or more words, or beginning of a word with a "*": places
	runes  map[string]map[string][]string // language: name in a script without spaces: places
	people map[string]map[string]bool     // language: names that are no place's own, but its people's: "German"
	longer map[string]map[string]bool     // language: first words of names of several
}

var places = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{map[string]map[string][]string{}, map[string]map[string][]string{}, map[string]map[string]bool{}, map[string]map[string]bool{}}
	for _, base := range placeLanguages {
		g.words[base], g.runes[base], g.people[base], g.longer[base] = map[string][]string{}, map[string][]string{}, map[string]bool{}, map[string]bool{}
	}
	for line := range strings.Lines(placeData) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, names, _ := strings.Cut(line, ": ")
		columns := strings.Split(names, "|")
		if len(columns) != len(placeLanguages) {
			panic("summary: data/places.txt: " + id + " needs a column for each language")
		}
		for i, column := range columns {
			base := placeLanguages[i]
			for name := range strings.SplitSeq(column, ",") {
				name = strings.ReplaceAll(text.Fold(strings.TrimSpace(name)), ".", "")
				if name == "" {
					continue
				}
				if r, _ := utf8.DecodeRuneInString(name); ideograph(r) {
					g.runes[base][name] = append(g.runes[base][name], id)
					continue
				}
				if rest, ok := strings.CutPrefix(name, "~"); ok { // its people
					name = rest
					g.people[base][name] = true
				}
				if first := text.Words(name, ""); len(first) > 1 {
					g.longer[base][first[0].Text] = true
				}
				g.words[base][name] = append(g.words[base][name], id)
			}
		}
	}
	return g
})

// lookup returns the places that a word, or some words, are called, and whether it is their people who are called so; nil for none.
func (g *gazetteer) lookup(name, base string) (ids []string, people bool) {
	names := g.words[base]
	if names == nil {
		return nil, false
	}
	name = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s"), ".", "")
	if ids := names[name]; ids != nil {
		return ids, g.people[base][name]
	}
	for i := len(name); i >= 3 && i >= len(name)-longestEnding; i-- {
		if i < len(name) && !utf8.RuneStart(name[i]) {
			continue
		}
		if ids := names[name[:i]+"*"]; ids != nil && !strings.ContainsAny(name[i:], " ,;:()-") {
			return ids, g.people[base][name[:i]+"*"]
		}
	}
	if base == "de" && len(name) > 4 { // the genitive
		if short, ok := strings.CutSuffix(name, "s"); ok {
			return names[short], g.people[base][short]
		}
	}
	return nil, false
}

// longestEnding is how many bytes may follow the listed beginning of a word.
const longestEnding = 9

// placesIn returns the places that a text names, in its language and in Latin letters.
func placesIn(s, base string) map[string]bool {
	found := map[string]bool{}
	eachPlace(s, base, func(id string, _, _ int) { found[id] = true })
	return found
}

// eachPlace calls f for each place that s names. Only what a place's people are called may stand in lower case.
func eachPlace(s, base string, f func(id string, start, end int)) {
	g := places()
	words := text.Words(s, base)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if r, _ := utf8.DecodeRuneInString(w.Text); ideograph(r) {
			eachEasternPlace(g, s[w.Start:w.End], base, func(id string, start, end int) { f(id, w.Start+start, w.Start+end) })
			continue
		}
		in := base
		if base == "ko" || base == "ja" || base == "zh" {
			in = "en"
		}
		most := 1
		if g.longer[in][w.Text] {
			most = min(4, len(words)-i)
		}
		for n := most; n >= 1; n-- {
			end := words[i+n-1].End
			raw := s[w.Start:end]
			ids, people := g.lookup(strings.Join(strings.Fields(text.Fold(raw)), " "), in)
			if ids == nil || !people && !isCapital(raw) || len(raw) <= 2 && strings.ToUpper(raw) != raw {
				continue
			}
			for _, id := range ids {
				f(id, w.Start, end)
			}
			i += n - 1
			break
		}
	}
}

// eachEasternPlace finds the longest names in a run of characters.
func eachEasternPlace(g *gazetteer, run, base string, f func(id string, start, end int)) {
	names := g.runes[base]
	for i := 0; i < len(run); {
		longest, ids := 0, []string(nil)
		for n, end := 0, i; end < len(run) && n < 10; n++ {
			_, size := utf8.DecodeRuneInString(run[end:])
			end += size
			if found, ok := names[text.Fold(run[i:end])]; ok {
				longest, ids = end, found
			}
		}
		if longest > 0 {
			for _, id := range ids {
				f(id, i, longest)
			}
			i = longest
			continue
		}
		_, size := utf8.DecodeRuneInString(run[i:])
		i += size
	}
}

// hasPlace reports whether a name is a place's that the article speaks of, in whatever words.
func (e *evidence) hasPlace(name, base string) bool {
	ids, _ := places().lookup(strings.Join(strings.Fields(text.Fold(name)), " "), base)
	for _, id := range ids {
		if e.speaksOf(id) {
			return true
		}
	}
	return false
}

// speaksOf reports whether the article names a place, or its capital.
func (e *evidence) speaksOf(id string) bool { return e.places[id] || e.places[capitalOf(id)] }

// capitalOf is the id of a country's capital: who names the capital names the country.
func capitalOf(id string) string { return "capital " + id }

// placeWord reports whether a word is a known place's name.
func placeWord(word, base string) bool {
	ids, _ := places().lookup(word, base)
	return ids != nil
}

// demonym reports whether a name is that of a place's people.
func demonym(name, base string) bool {
	ids, people := places().lookup(text.Fold(name), base)
	return ids != nil && people
}

func samePlace(a, b, base string) bool {
	g := places()
	as, _ := g.lookup(text.Fold(a), base)
	bs, _ := g.lookup(text.Fold(b), base)
	for _, x := range as {
		for _, y := range bs {
			if x == y || x == capitalOf(y) || capitalOf(x) == y {
				return true
			}
		}
	}
	return false
}

// samePlaceIn reports whether the statement names the place that a word is the name of.
func samePlaceIn(word string, st *statement, base string) bool {
	ids, _ := places().lookup(word, base)
	if len(ids) == 0 {
		return false
	}
	return slices.ContainsFunc(ids, func(id string) bool { return st.places[id] || st.places[capitalOf(id)] })
}
