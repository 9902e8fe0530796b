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

// saturation is k1 for a unit. Pairs of characters come by chance too, the more so the longer the texts: there it takes more
// of them to say the same.
func (s *searcher) saturation(u *unit) float64 {
	if u.word != "" {
		return k1
	}
	return min(max(k1, s.textLength/300), 4)
}

// candidate is one article that fits.
type candidate struct {
	part, doc int
	score     float64
}

// find returns the articles that fit, unsorted. With loose, phrases are but their words and words may be misspelt.
func (s *searcher) find(loose bool) ([]candidate, error) {
	if err := s.locateAll(loose); err != nil {
		return nil, err
	}
	words, weight := 0, 0.0
	for i := range s.units {
		u := &s.units[i]
		weight += u.weight * u.rarity
		if i == 0 || u.word != "" || s.units[i-1].word != "" {
			words++
		}
	}
	strict := words <= strictWords && len(s.units) <= strictUnits
	hang := min(together, 4/float64(len(s.units)))
	var all, some []candidate
	var sum scores
	for n := range s.state.parts {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		f, err := s.filter(n)
		if err != nil {
			return nil, err
		}
		if len(s.units) == 0 {
			if s.filters() {
				f.all(func(doc int) { some = append(some, candidate{part: n, doc: doc}) })
			}
			continue
		}
		sum.reset(f)
		for i := range s.units {
			if err := s.score(&s.units[i], n, &sum); err != nil {
				return nil, err
			}
		}
		for _, d := range sum.of[1:] {
			share := d.weight / weight
			c := candidate{part: n, doc: d.doc, score: d.score * (1 - hang + hang*share)}
			if strict && d.units == len(s.units) {
				all = append(all, c)
			}
			if share >= coverage && len(all) == 0 {
				some = append(some, c)
			}
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return some, nil
}

// locateAll finds the units' spellings.
func (s *searcher) locateAll(loose bool) error {
	if loose {
		s.phrases = nil
	}
	for i := range s.units {
		u := &s.units[i]
		if !loose {
			if err := s.locate(u); err != nil {
				return err
			}
			continue
		}
		u.must = u.field != ""
		if err := s.respell(u); err != nil {
			return err
		}
	}
	if loose {
		return nil
	}
	for _, not := range s.exclude {
		if err := not.locateAll(false); err != nil {
			return err
		}
	}
	return nil
}

// filters reports whether the query asks for articles by other things than words.
func (s *searcher) filters() bool {
	return len(s.langs)+len(s.sources) > 0 || s.query.Feeds != nil || !s.query.Since.IsZero() || !s.query.Until.IsZero()
}

// scores add up the scores of a part's articles unit by unit.
type scores struct {
	*filter
	at []int32    // by article: where in of its score stands, 0 for none
	of []docScore // the first is nobody's
}

type docScore struct {
	doc     int
	score   float64
	weight  float64 // of the units found
	units   int
	current float64 // weighted frequency of the unit being read
}

// reset begins anew with the articles that f lets through.
func (sc *scores) reset(f *filter) {
	sc.filter = f
	for _, d := range sc.of {
		sc.at[d.doc] = 0
	}
	if len(sc.at) < f.len() {
		sc.at = make([]int32, f.len())
	}
	sc.of = append(sc.of[:0], docScore{})
}

// score reads a unit's postings in part n. Its spellings and both fields make one frequency, which is then saturated once.
func (s *searcher) score(u *unit, n int, into *scores) error {
	p := s.state.parts[n]
	inText := u.field != titleField
	var touched []int32
	for _, spelt := range u.found[n] {
		list, err := p.postings(spelt.entry, &s.buffers.postings, false)
		if err != nil {
			return err
		}
		times := 1.0
		if spelt.head {
			times = headWeight
		}
		for list.next() {
			if list.title == 0 && !inText || !into.has(list.doc) {
				continue
			}
			i := into.at[list.doc]
			if i == 0 {
				i = int32(len(into.of))
				into.at[list.doc] = i
				into.of = append(into.of, docScore{doc: list.doc})
			}
			d := &into.of[i]
			if d.current == 0 {
				touched = append(touched, i)
			}
			if list.title > 0 {
				d.current += times * titleBoost * float64(list.title) / (1 - bTitle + bTitle*float64(p.title[list.doc])/s.titleLength)
			}
			if list.text > 0 && inText {
				d.current += times * float64(list.text) / (1 - bText + bText*float64(p.text[list.doc])/s.textLength)
			}
		}
		if err := list.err(); err != nil {
			return err
		}
	}
	idf, k := u.weight*u.rarity, s.saturation(u)
	for _, i := range touched {
		d := &into.of[i]
		d.score += idf * d.current * (k + 1) / (d.current + k)
		d.weight += idf
		d.units++
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
