package search

import (
	"slices"

	"newsbrief/internal/text"
)

// Terms have no accents in most languages, yet stemmers know some endings by them alone: Spanish “inmigración” becomes “inmigr”, and
// “inmigracion”, as it is typed in haste, stays. These are the letters an ending may lack, by what is typed.
var accents = map[rune][]rune{
	'a': []rune("áàâãä"), 'e': []rune("éèêë"), 'i': []rune("íîï"), 'o': []rune("óôõö"), 'u': []rune("úùûü"), 'c': []rune("ç"), 'n': []rune("ñ"),
}

// accentedEnd is how many letters the longest such ending has, from its accent on.
const accentedEnd = 6

// accented are the terms of the index that a unit's word makes with accents in its ending.
func (s *searcher) accented(u *unit) ([]string, error) {
	stems := map[string]bool{}
	for _, word := range withAccents(u.word) {
		for _, lang := range s.tongues {
			stems[shortTerm(text.Stem(word, lang))] = true
		}
	}
	for _, term := range u.terms {
		delete(stems, term)
	}
	var found []string
	for stem := range stems {
		ok, err := s.indexed(stem)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, stem)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (s *searcher) indexed(term string) (bool, error) {
	for _, p := range s.state.parts {
		if _, ok, err := p.find(term, &s.buffers); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// withAccents are the spellings of a word with one accent in its ending, or with one and a cedilla or tilde before it, as in “ção”.
func withAccents(word string) []string {
	letters := []rune(word)
	var made []string
	for i := max(1, len(letters)-accentedEnd); i < len(letters); i++ {
		plain := letters[i]
		for _, accent := range accents[plain] {
			letters[i] = accent
			made = append(made, string(letters))
			if consonant := accents[letters[i-1]]; len(consonant) == 1 {
				before := letters[i-1]
				letters[i-1] = consonant[0]
				made = append(made, string(letters))
				letters[i-1] = before
			}
		}
		letters[i] = plain
	}
	return made
}
