package search

import "math"

// Articles are scored with BM25 over title and text as one weighted field (BM25F; Robertson and Zaragoza 2009). These are its
// parameters, those of the title's weight in it, and of when all words must be there: queries of up to strictWords words that
// make up to strictUnits terms. They were chosen on questions and headlines in ten languages.
const (
	k1          = 1.2
	bText       = 0.6
	bTitle      = 0.4
	titleBoost  = 2.0
	strictWords = 4
	strictUnits = 24
	coverage    = 0.1 // otherwise, this share of the words' weight
	together    = 0.4 // how much of a score hangs on the share of the words found, in short queries
	kanaPair    = 0.3 // weight of a pair of Hiragana, mostly endings and particles
	mixedPair   = 0.4 // weight of a pair across two scripts, mostly where two words meet
	stopPair    = 0.3 // factor of a Chinese stop word
	headWeight  = 0.5 // of a word's head in its frequency
)

// idf is how much a term says that so many articles have.
func (s *searcher) idf(articles int) float64 {
	count := float64(s.state.live)
	df := min(max(float64(articles), 1), count)
	return math.Log(1 + (count-df+0.5)/(df+0.5))
}

// norms are what a frequency counts for in a field by the field's length. Those of most lengths are kept.
type norms struct {
	average, b float64
	kept       [2048]float32
}

func newNorms(average, b float64) *norms {
	n := &norms{average: average, b: b}
	for length := range n.kept {
		n.kept[length] = float32(n.norm(length))
	}
	return n
}

func (n *norms) norm(length int) float64 { return 1 / (1 - n.b + n.b*float64(length)/n.average) }

func (n *norms) of(length uint16) float64 {
	if int(length) < len(n.kept) {
		return float64(n.kept[length])
	}
	return n.norm(int(length))
}

// saturation is k1 for a unit. Pairs of characters come by chance too, the more so the longer the texts: there it takes more
// of them to say the same.
func (s *searcher) saturation(u *unit) float64 {
	if u.word != "" {
		return k1
	}
	return min(max(k1, s.state.textLength/300), 4)
}

// strict reports whether the query is so short that what has all its words keeps out the rest.
func (s *searcher) strict() bool {
	words := 0
	for i, u := range s.units {
		if i == 0 || u.word != "" || s.units[i-1].word != "" {
			words += u.times
		}
	}
	return words <= strictWords && s.said() <= strictUnits
}

// find returns the articles that fit.
func (s *searcher) find() (*best, error) {
	weight := 0.0
	for _, u := range s.units {
		weight += float64(u.times) * u.weight * u.rarity
	}
	strict, said := s.strict(), s.said()
	hang := min(together, 4/float64(said))
	depth := max(rankDepth, s.query.Offset+s.query.Limit)
	all, some := &best{depth: depth, whole: true}, &best{depth: depth}
	sum := &s.scores
	for n, p := range s.state.parts {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		f, err := s.filter(n)
		if err != nil {
			return nil, err
		}
		if len(s.units) == 0 {
			if s.filters() {
				f.all(func(doc int) { some.add(&p, doc, 0) })
			}
			continue
		}
		sum.reset(f)
		for i := range s.units {
			if err := s.score(&s.units[i], n, sum); err != nil {
				return nil, err
			}
		}
		for i := range sum.of[1:] {
			d := &sum.of[1+i]
			share := d.weight / weight
			whole := strict && int(d.units) == said
			if !whole && (share < coverage || all.total > 0) {
				continue
			}
			list := some
			if whole {
				list = all
			}
			list.add(&p, int(d.doc), d.score*(1-hang+hang*share))
		}
	}
	if all.total > 0 {
		return all, nil
	}
	return some, nil
}

// locateAll finds the units' spellings.
func (s *searcher) locateAll() error {
	for i := range s.units {
		if err := s.complete(&s.units[i]); err != nil {
			return err
		}
		if err := s.locate(&s.units[i]); err != nil {
			return err
		}
	}
	for _, not := range s.exclude {
		if err := not.locateAll(); err != nil {
			return err
		}
	}
	return nil
}

// findLoosely finds again what may be meant: words that nobody wrote are respelt and, where nothing was found, phrases are but their
// words. It returns nil where that changes nothing.
func (s *searcher) findLoosely(nothing bool) (*best, error) {
	least := minFuzzyBeside
	if nothing {
		least = minFuzzy
	}
	changed := nothing && len(s.phrases) > 0
	if changed {
		s.phrases = nil
		for i := range s.units {
			s.units[i].must = s.units[i].field != ""
		}
	}
	for i := range s.units {
		respelt, err := s.respell(&s.units[i], least)
		if err != nil {
			return nil, err
		}
		changed = changed || respelt
	}
	if !changed {
		return nil, nil
	}
	return s.find()
}

// filters reports whether the query asks for articles by other things than words.
func (s *searcher) filters() bool {
	return len(s.langs)+len(s.sources) > 0 || s.query.Feeds != nil || !s.query.Since.IsZero() || !s.query.Until.IsZero()
}

// scores add up the scores of a part's articles unit by unit.
type scores struct {
	*filter
	at      []int32    // by article: where in of its score stands, 0 for none
	of      []docScore // the first is nobody's
	touched []int32    // which of them have the unit being read
}

type docScore struct {
	doc, units int32
	score      float64
	weight     float64 // of the units found
	current    float64 // weighted frequency of the unit being read
}

// reset begins anew with the articles that f lets through, or none.
func (sc *scores) reset(f *filter) {
	sc.filter = f
	for i := 1; i < len(sc.of); i++ {
		sc.at[sc.of[i].doc] = 0
	}
	sc.of = append(sc.of[:0], docScore{})
	if f != nil && len(sc.at) < f.len() {
		sc.at = make([]int32, f.len())
	}
}

// score reads a unit's postings in part n. Its spellings and both fields make one frequency, which is then saturated once.
func (s *searcher) score(u *unit, n int, into *scores) error {
	p := s.state.parts[n]
	inText := u.field != titleField
	titleNorms, textNorms := s.state.titleNorms, s.state.textNorms
	into.touched = into.touched[:0]
	for _, spelt := range u.found[n] {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		list, err := p.postings(spelt.entry, &s.buffers.postings, false)
		if err != nil {
			return err
		}
		times := 1.0
		if spelt.head {
			times = headWeight
		}
		for list.next() {
			if list.title == 0 && !inText || !into.everything && !into.has(list.doc) {
				continue
			}
			i := into.at[list.doc]
			if i == 0 {
				i = int32(len(into.of))
				into.at[list.doc] = i
				into.of = append(into.of, docScore{doc: int32(list.doc)})
			}
			d := &into.of[i]
			if d.current == 0 {
				into.touched = append(into.touched, i)
			}
			if list.title > 0 {
				d.current += times * titleBoost * float64(list.title) * titleNorms.of(p.title[list.doc])
			}
			if list.text > 0 && inText {
				d.current += times * float64(list.text) * textNorms.of(p.text[list.doc])
			}
		}
		if err := list.err(); err != nil {
			return err
		}
	}
	idf, k := float64(u.times)*u.weight*u.rarity, s.saturation(u)
	for _, i := range into.touched {
		d := &into.of[i]
		d.score += idf * d.current * (k + 1) / (d.current + k)
		d.weight += idf
		d.units += int32(u.times)
		d.current = 0
	}
	return nil
}

// gather adds the articles of part n that have a unit, not merely its head, to set.
func (s *searcher) gather(u *unit, n int, set *docSet) error {
	for _, spelt := range u.found[n] {
		if spelt.head {
			continue
		}
		list, err := s.state.parts[n].postings(spelt.entry, &s.buffers.postings, false)
		if err != nil {
			return err
		}
		for list.next() {
			if list.title > 0 || u.field != titleField {
				set.add(uint64(list.doc))
			}
		}
		if err := list.err(); err != nil {
			return err
		}
	}
	return nil
}
