package search

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"
)

// spelling is one term of a unit in one segment.
type spelling struct {
	entry
	head bool
}

// locate finds a unit's spellings in all parts, and with them how rare it is.
func (s *searcher) locate(u *unit) error {
	u.found = make([][]spelling, len(s.state.parts))
	title, body := 0, 0
	for n, p := range s.state.parts {
		for _, term := range u.terms {
			e, ok, err := p.find(term, &s.buffers)
			if err != nil {
				return err
			}
			if ok {
				u.found[n] = append(u.found[n], spelling{e, isHead(term)})
				title, body = title+e.title, body+e.text
			}
		}
	}
	if u.field == titleField {
		body = 0
	}
	u.rarity = s.idf(max(title, body))
	return nil
}

// A prefix stands for up to maxPrefix words, those of the most articles, and for no more of them once they stand in maxBegun articles:
// what is typed so far then says too little to look further. Where a part has broadPrefix words that begin so, no others are asked.
// An excluded prefix stands for up to maxExcluded words.
const (
	maxPrefix   = 50
	maxBegun    = 20_000
	broadPrefix = 4 * maxPrefix
	maxExcluded = 2000
)

// complete adds to a unit's terms the words that begin with its prefixes.
func (s *searcher) complete(u *unit) error {
	if len(u.prefixes) == 0 {
		return nil
	}
	parts := slices.SortedFunc(slices.Values(s.state.parts), func(a, b part) int { return b.len() - a.len() })
	articles := map[string]int{} // of the parts looked at
	looked := 0
	for _, p := range parts {
		before := len(articles)
		looked += p.len()
		for _, prefix := range u.prefixes {
			if err := p.begun(prefix, u, &s.buffers, articles); err != nil {
				return err
			}
		}
		if !u.every && len(articles)-before >= broadPrefix {
			break
		}
	}
	most := slices.SortedFunc(maps.Keys(articles), func(a, b string) int {
		return cmp.Or(articles[b]-articles[a], cmp.Compare(a, b))
	})
	taken := u.terms
	sum := 0
	for _, term := range most {
		if len(taken) >= maxExcluded || !u.every && (len(taken) >= maxPrefix || sum > maxBegun*looked/max(1, s.state.live)) {
			break
		}
		if !slices.Contains(u.terms, term) && (u.every || !s.stopword(term)) {
			taken, sum = append(taken, term), sum+articles[term]
		}
	}
	slices.Sort(taken) // neighbours are found together
	u.terms = taken
	return nil
}

// begun adds the words that begin with a unit's prefix, and how many articles have each, to articles. Of many words the rare ones are
// left out.
func (s *segment) begun(prefix string, u *unit, b *buffers, articles map[string]int) error {
	enough := broadPrefix
	if u.every {
		enough = maxExcluded
	}
	type word struct {
		term     string
		articles int
	}
	var words []word
	least := 1
	err := s.walk(prefix, b, func(l *listReader) int {
		if l.articles() < least || u.field == titleField && l.title == 0 || isHead(string(l.term)) {
			return least
		}
		if words = append(words, word{string(l.term), l.articles()}); len(words) == 2*enough {
			slices.SortFunc(words, func(a, b word) int { return b.articles - a.articles })
			words = words[:enough]
			least = words[enough-1].articles + 1
		}
		return least
	})
	for _, w := range words {
		articles[w.term] += w.articles
	}
	return err
}

// minFuzzy is from how many letters a word is looked for with one letter wrong; from twice as many, two. Where other words of the query are
// found it is minFuzzyBeside: short words of Arabic that are spelt alike led away from what they had found.
const (
	minFuzzy       = 4
	minFuzzyBeside = 5
)

// maxRespelt is how many of a word's stems are looked for so: the others differ in an ending, which a wrong letter or two allow for.
const maxRespelt = 2

// maxNear is how many words one that no article has may stand for: the nearest, and of these the ones of the most articles.
const maxNear = 50

// respell adds to a word of at least so many letters that nobody wrote those of the index that may be meant, and reports whether it did.
func (s *searcher) respell(u *unit, least int) (bool, error) {
	if utf8.RuneCountInString(u.word) < least {
		return false, nil
	}
	if written, err := s.written(u); err != nil || written {
		return false, err
	}
	meant, err := s.accented(u)
	if err == nil && len(meant) == 0 {
		meant, err = s.near(u)
	}
	if err != nil || len(meant) == 0 {
		return false, err
	}
	u.terms = append(u.terms, meant...)
	return true, s.locate(u)
}

// written reports whether an article that one of the query's feeds carried has a unit, not merely its head.
func (s *searcher) written(u *unit) (bool, error) {
	for n, p := range s.state.parts {
		feeds := s.carried(p)
		for _, spelt := range u.found[n] {
			if spelt.head {
				continue
			}
			list, err := p.postings(spelt.entry, &s.buffers.postings, false)
			if err != nil {
				return false, err
			}
			for list.next() {
				if !p.gone.has(uint64(list.doc)) && (feeds == nil || feeds[p.feeds[list.doc]]) && (list.title > 0 || u.field != titleField) {
					return true, nil
				}
			}
			if err := list.err(); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// near are the terms that are spelt nearly like a unit's.
func (s *searcher) near(u *unit) ([]string, error) {
	n := utf8.RuneCountInString(u.word)
	_, size := utf8.DecodeRuneInString(u.terms[0])
	stems := slices.DeleteFunc(slices.Clone(u.terms), isHead)
	type neighbour struct{ distance, articles int }
	near := map[string]neighbour{}
	for _, stem := range stems[:min(maxRespelt, len(stems))] {
		for _, p := range s.state.parts {
			m := newMisspelling(stem, 1+min(1, n/(2*minFuzzy)))
			err := p.walk(stem[:min(size, len(stem))], &s.buffers, func(l *listReader) int {
				if d, ok := m.distance(l.term, l.same); ok && !isHead(string(l.term)) {
					have, known := near[string(l.term)]
					if known {
						d = min(d, have.distance)
					}
					near[string(l.term)] = neighbour{d, have.articles + l.articles()}
				}
				return 0
			})
			if err != nil {
				return nil, err
			}
			if err := s.ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	nearest := slices.SortedFunc(maps.Keys(near), func(a, b string) int {
		return cmp.Or(near[a].distance-near[b].distance, near[b].articles-near[a].articles, cmp.Compare(a, b))
	})
	return nearest[:min(maxNear, len(nearest))], nil
}

// misspelling compares a word with those of a sorted list: how many letters have to be added, left out, replaced or swapped with their
// neighbour to make one of the other. Of each word only what differs from the one before is looked at.
type misspelling struct {
	word  []rune
	most  int // distance of interest
	other []rune
	ends  []int   // in bytes, of each letter of other
	rows  [][]int // of the table of distances, one more than letters of other
	far   int     // from so many bytes on no word that begins like the last one is near; 0 for none
}

func newMisspelling(word string, most int) *misspelling {
	m := &misspelling{word: []rune(word), most: most}
	m.rows = [][]int{make([]int, len(m.word)+1)}
	for i := range m.rows[0] {
		m.rows[0][i] = i
	}
	return m
}

// distance is that of the next word of the list, which has its first same bytes in common with the one before; ok is false where it is
// more than is of interest.
func (m *misspelling) distance(term []byte, same int) (d int, ok bool) {
	if m.far > 0 && same >= m.far {
		return 0, false
	}
	m.far = 0
	k := 0
	for k < len(m.ends) && m.ends[k] <= same {
		k++
	}
	m.other, m.ends = m.other[:k], m.ends[:k]
	at := 0
	if k > 0 {
		at = m.ends[k-1]
	}
	for at < len(term) {
		r, size := utf8.DecodeRune(term[at:])
		at += size
		m.other, m.ends = append(m.other, r), append(m.ends, at)
		if m.row(len(m.other)) > m.most {
			m.far = at
			return 0, false
		}
	}
	d = m.rows[len(m.other)][len(m.word)]
	return d, d <= m.most
}

// row fills in the distances of other's first k letters and returns the smallest.
func (m *misspelling) row(k int) int {
	if k == len(m.rows) {
		m.rows = append(m.rows, make([]int, len(m.word)+1))
	}
	above, row := m.rows[k-1], m.rows[k]
	row[0] = k
	least := k
	for i := 1; i <= len(m.word); i++ {
		d := min(above[i], row[i-1]) + 1
		cost := 1
		if m.word[i-1] == m.other[k-1] {
			cost = 0
		}
		d = min(d, above[i-1]+cost)
		if i > 1 && k > 1 && m.word[i-1] == m.other[k-2] && m.word[i-2] == m.other[k-1] {
			d = min(d, m.rows[k-2][i-2]+1)
		}
		row[i] = d
		least = min(least, d)
	}
	return least
}
