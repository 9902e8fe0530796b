package search

import (
	"context"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search"
	bsearcher "github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"

	"newsbrief/internal/text"
)

// searcher runs one query over one state of the index. It reads the postings of each term and scores them itself, with BM25 over
// title and text as one weighted field (BM25F; Robertson and Zaragoza 2009): bleve's own scorer takes the root of the term
// frequency and counts rarity twice.
type searcher struct {
	ctx     context.Context
	reader  index.IndexReader
	query   Query
	count   float64 // documents
	lengths lengths
	tongues []string

	units    []unit    // what is looked for, one a term
	phrases  []phrase  // that must be there
	exclude  []clause  // that must not
	required []require // fields that must hold a word
}

// unit is one scored term of the query in its spellings: the stems in several languages, or all words with a prefix.
type unit struct {
	terms  []string
	field  string  // titleField for title:, "" for both
	weight float64 // in the score
	word   string  // the folded word of a spaced script, for guessing at typos; "" for pairs of characters and phrases
	must   bool
}

// phrase is words side by side, in the stems of one language or another.
type phrase struct {
	stems [][]string
	field string
}

type require struct {
	field string
	words []string // one of them
}

// Parameters of BM25F, of the title's weight in it, and of when all words must be there: queries of up to strictWords words that
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
	maxPrefix   = 200 // words a prefix may stand for
)

func newSearcher(ctx context.Context, r index.IndexReader, q Query) (*searcher, error) {
	s := &searcher{ctx: ctx, reader: r, query: q}
	count, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	s.count = float64(count)
	if s.lengths, err = readLengths(r); err != nil {
		return nil, err
	}
	present, err := s.present()
	if err != nil {
		return nil, err
	}
	s.tongues = q.tongues(present)
	if err := s.plan(parse(q.Text)); err != nil {
		return nil, err
	}
	return s, nil
}

// maxTongues bounds the languages a word is stemmed in, the most frequent of the index first.
const maxTongues = 12

// present lists the languages of the index, the most frequent first.
func (s *searcher) present() ([]string, error) {
	dict, err := s.reader.FieldDict(langField)
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	var entries []index.DictEntry
	for {
		e, err := dict.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		entries = append(entries, *e)
	}
	slices.SortFunc(entries, func(a, b index.DictEntry) int { return int(b.Count) - int(a.Count) })
	var present []string
	for _, e := range entries[:min(maxTongues, len(entries))] {
		present = append(present, e.Term)
	}
	return present, nil
}

// plan turns clauses into what is looked for.
func (s *searcher) plan(clauses []clause) error {
	for _, c := range clauses {
		switch {
		case c.not:
			s.exclude = append(s.exclude, c)
		case c.field == langField:
			s.require(langField, text.Base(c.raw))
		case c.field == sourceField:
			s.requireSource(c.raw)
		case c.prefix:
			if err := s.addPrefix(c); err != nil {
				return err
			}
		default:
			s.addWords(c)
		}
	}
	if s.query.Language != "" {
		s.require(langField, text.Base(s.query.Language))
	}
	if s.query.Source != "" {
		s.requireSource(s.query.Source)
	}
	if s.query.Feeds != nil {
		words := make([]string, len(s.query.Feeds))
		for i, feed := range s.query.Feeds {
			words[i] = feed.String()
		}
		s.require(feedField, words...)
	}
	s.dropStopwords()
	return nil
}

func (s *searcher) require(field string, words ...string) {
	s.required = append(s.required, require{field, words})
}

func (s *searcher) requireSource(name string) {
	for _, t := range terms(name, "") {
		s.require(sourceField, t.Text)
	}
}

// addWords adds the terms of a word or phrase.
func (s *searcher) addWords(c clause) {
	tongues := s.tongues
	if len(tongues) == 0 {
		tongues = []string{""}
	}
	made := make([][]text.Term, len(tongues))
	for i, lang := range tongues {
		made[i] = terms(c.raw, lang)
	}
	at := map[Span]int{} // which unit stands where: languages differ in stems, not in places
	for n, lang := range made {
		for _, t := range lang {
			i, ok := at[Span{t.Start, t.End}]
			if !ok {
				i = len(s.units)
				at[Span{t.Start, t.End}] = i
				u := unit{field: c.field, weight: 1, must: c.quoted || c.field != ""}
				if ideographic(t.Text) {
					u.weight = pairWeight(t.Text)
					if tongues[n] == "zh" && text.Stopword(t.Text, "zh") {
						u.weight *= stopPair
					}
				} else {
					u.word = text.Fold(c.raw[t.Start:t.End])
				}
				s.units = append(s.units, u)
			}
			if u := &s.units[i]; !slices.Contains(u.terms, t.Text) {
				u.terms = append(u.terms, t.Text)
			}
		}
	}
	if c.quoted && len(made[0]) > 1 {
		p := phrase{field: c.field}
		for _, lang := range made {
			words := make([]string, len(lang))
			for i, t := range lang {
				words[i] = t.Text
			}
			if !slices.ContainsFunc(p.stems, func(have []string) bool { return slices.Equal(have, words) }) {
				p.stems = append(p.stems, words)
			}
		}
		s.phrases = append(s.phrases, p)
	}
}

func ideographic(term string) bool {
	r, _ := utf8.DecodeRuneInString(term)
	return r >= 0x3040 && r < 0xD7A4 || r >= 0xF900 && r < 0xFB00 || r >= 0x20000 && r < 0x33480
}

func hiragana(term string) bool {
	for _, r := range term {
		if r < 0x3041 || r > 0x309F {
			return false
		}
	}
	return true
}

func single(term string) bool { return utf8.RuneCountInString(term) == 1 }

func pairWeight(term string) float64 {
	if hiragana(term) {
		return kanaPair
	}
	first, n := utf8.DecodeRuneInString(term)
	second, _ := utf8.DecodeRuneInString(term[n:])
	if n < len(term) && kana(first) != kana(second) {
		return mixedPair
	}
	return 1
}

// kana tells Hiragana (1) and Katakana (2) from the rest.
func kana(r rune) int {
	switch {
	case r >= 0x3041 && r <= 0x309F:
		return 1
	case r >= 0x30A0 && r <= 0x30FF:
		return 2
	}
	return 0
}

// saturation is k1 for a unit. Pairs of characters come by chance too, the more so the longer the texts: there it takes more
// of them to say the same.
func (s *searcher) saturation(u *unit) float64 {
	if u.word != "" {
		return k1
	}
	return min(max(k1, s.lengths.average(textField)/300), 4)
}

// addPrefix adds one term of the word itself and all words that begin so. A run of characters is looked for as it is.
func (s *searcher) addPrefix(c clause) error {
	first := len(s.units)
	s.addWords(clause{raw: c.raw, field: c.field})
	words := text.Words(c.raw, "")
	if len(s.units) != first+1 || len(words) != 1 || s.units[first].word == "" {
		return nil
	}
	u := &s.units[first]
	u.word, u.terms = "", slices.DeleteFunc(u.terms, isHead)
	prefixes := []string{words[0].Text}
	if plain := text.Stem(words[0].Text, unaccented); plain != words[0].Text {
		prefixes = append(prefixes, plain)
	}
	for _, prefix := range prefixes {
		for _, field := range u.fields() {
			dict, err := s.reader.FieldDictPrefix(field, []byte(prefix))
			if err != nil {
				return err
			}
			if err := u.take(dict); err != nil {
				return err
			}
		}
	}
	return nil
}

// unaccented is a language whose words are stripped of their accents and not stemmed. Terms of most languages have no accents, those
// of Vietnamese have.
const unaccented = "pl"

// take adds a dictionary's terms, up to maxPrefix of them, and closes it.
func (u *unit) take(dict index.FieldDict) error {
	for len(u.terms) < maxPrefix {
		e, err := dict.Next()
		if err != nil {
			dict.Close()
			return err
		}
		if e == nil {
			break
		}
		if !isHead(e.Term) && !slices.Contains(u.terms, e.Term) {
			u.terms = append(u.terms, e.Term)
		}
	}
	return dict.Close()
}

// dropStopwords leaves out words that say nothing, unless there are no others or they were asked for.
func (s *searcher) dropStopwords() {
	kept := slices.DeleteFunc(slices.Clone(s.units), func(u unit) bool {
		return u.word != "" && !u.must && slices.ContainsFunc(s.tongues, func(lang string) bool { return text.Stopword(u.word, lang) })
	})
	if len(kept) > 0 {
		s.units = kept
	}
}

// loosens reports whether there is a phrase to take apart or a word whose spelling could be guessed at.
func (s *searcher) loosens() bool {
	return len(s.phrases) > 0 || slices.ContainsFunc(s.units, func(u unit) bool { return utf8.RuneCountInString(u.word) >= minFuzzy })
}

// minFuzzy is from how many letters a word is looked for with one letter wrong; from twice as many, two.
const minFuzzy = 4

// maxRespelt is how many of a word's stems are looked for so: the others differ in an ending, which a wrong letter or two allow for.
const maxRespelt = 2

// respell adds to a word that no article has those of the index that are spelt nearly like it.
func (s *searcher) respell(u *unit) error {
	n := utf8.RuneCountInString(u.word)
	fuzzy, ok := s.reader.(index.IndexReaderFuzzy)
	if n < minFuzzy || !ok {
		return nil
	}
	var have docSet
	if err := s.gather(*u, &have); err != nil || len(have) > 0 {
		return err
	}
	_, size := utf8.DecodeRuneInString(u.terms[0])
	stems := slices.DeleteFunc(slices.Clone(u.terms), isHead)
	for _, term := range stems[:min(maxRespelt, len(stems))] {
		for _, field := range []string{titleField, textField} {
			dict, err := fuzzy.FieldDictFuzzy(field, term, 1+min(1, n/(2*minFuzzy)), term[:min(size, len(term))])
			if err != nil {
				return err
			}
			if err := u.take(dict); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the documents that fit, unsorted. With loose, phrases are but their words and words may be misspelt.
func (s *searcher) find(loose bool) ([]candidate, error) {
	if loose {
		s.phrases = nil
		for i := range s.units {
			s.units[i].must = s.units[i].field != ""
		}
	}
	allowed, err := s.allowed()
	if err != nil {
		return nil, err
	}
	if len(s.units) == 0 {
		return s.all(allowed), nil
	}
	scores := newScores(allowed)
	words := 0
	for i := range s.units {
		u := &s.units[i]
		if i == 0 || u.word != "" || s.units[i-1].word != "" {
			words++
		}
		if loose {
			if err := s.respell(u); err != nil {
				return nil, err
			}
		}
		if err := s.score(u, scores); err != nil {
			return nil, err
		}
	}
	strict := words <= strictWords && len(s.units) <= strictUnits
	return scores.candidates(len(s.units), strict), nil
}

// all is what a query with filters alone finds: everything they let through.
func (s *searcher) all(allowed *docs) []candidate {
	if allowed == nil || len(s.required) == 0 && s.query.Since.IsZero() && s.query.Until.IsZero() {
		return nil
	}
	var found []candidate
	for doc := range allowed.in.all() {
		if allowed.has(doc) {
			found = append(found, candidate{doc: doc})
		}
	}
	return found
}

// docs says which documents the filters let through.
type docs struct {
	filtered bool
	in       docSet // if filtered
	out      docSet
}

func (d *docs) has(doc uint64) bool { return (!d.filtered || d.in.has(doc)) && !d.out.has(doc) }

// allowed gathers the filters: fields, times, phrases and exclusions.
func (s *searcher) allowed() (*docs, error) {
	d := &docs{}
	keep := func(set docSet) {
		if d.filtered {
			set.intersect(d.in)
		}
		d.filtered, d.in = true, set
	}
	for _, r := range s.required {
		var set docSet
		for _, word := range r.words {
			if err := s.postings(r.field, word, false, func(doc uint64, _ uint64, _ float64) { set.add(doc) }); err != nil {
				return nil, err
			}
		}
		keep(set)
	}
	if !s.query.Since.IsZero() || !s.query.Until.IsZero() {
		set, err := s.published()
		if err != nil {
			return nil, err
		}
		keep(set)
	}
	for _, p := range s.phrases {
		set, err := s.phrase(p)
		if err != nil {
			return nil, err
		}
		keep(set)
	}
	for _, u := range s.units {
		if !u.must {
			continue
		}
		var set docSet
		if err := s.gather(u, &set); err != nil {
			return nil, err
		}
		keep(set)
	}
	for _, c := range s.exclude {
		set, err := s.excluded(c)
		if err != nil {
			return nil, err
		}
		d.out.unite(set)
	}
	return d, nil
}

// gather adds the documents that have a unit, not merely its head, to set.
func (s *searcher) gather(u unit, set *docSet) error {
	for _, field := range u.fields() {
		for _, term := range u.terms {
			if isHead(term) {
				continue
			}
			if err := s.postings(field, term, false, func(doc uint64, _ uint64, _ float64) { set.add(doc) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (u unit) fields() []string {
	if u.field != "" {
		return []string{u.field}
	}
	return []string{titleField, textField}
}

func (s *searcher) phrase(p phrase) (docSet, error) {
	var set docSet
	for _, field := range (unit{field: p.field}).fields() {
		for _, words := range p.stems {
			found, err := bsearcher.NewPhraseSearcher(s.ctx, s.reader, words, 0, false, field, 1, search.SearcherOptions{IncludeTermVectors: true})
			if err != nil {
				return nil, err
			}
			if err := drain(found, &set); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// drain puts all that a searcher of bleve's finds into set.
func drain(found search.Searcher, set *docSet) error {
	defer found.Close()
	ctx := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(found.DocumentMatchPoolSize()+1, 0)}
	for {
		m, err := found.Next(ctx)
		if err != nil || m == nil {
			return err
		}
		set.add(m.IndexInternalID.Value())
		ctx.DocumentMatchPool.Put(m)
	}
}

func (s *searcher) published() (docSet, error) {
	bound := func(t time.Time) *float64 {
		if t.IsZero() {
			return nil
		}
		sec := float64(t.Unix())
		if t.Nanosecond() > 0 {
			sec++
		}
		return &sec
	}
	yes, no := true, false
	found, err := bsearcher.NewNumericRangeSearcher(s.ctx, s.reader, bound(s.query.Since), bound(s.query.Until), &yes, &no, timeField, 1, search.SearcherOptions{})
	if err != nil {
		return nil, err
	}
	var set docSet
	err = drain(found, &set)
	return set, err
}

// excluded are the documents an excluded word or phrase keeps out.
func (s *searcher) excluded(c clause) (docSet, error) {
	not := &searcher{ctx: s.ctx, reader: s.reader, tongues: s.tongues}
	c.not = false
	if c.field == "" || c.field == titleField {
		c.quoted = c.quoted || !c.prefix // all its terms, side by side
	}
	if err := not.plan([]clause{c}); err != nil {
		return nil, err
	}
	var set docSet
	if len(not.required) == 0 && len(not.phrases) == 0 {
		for _, u := range not.units {
			if err := not.gather(u, &set); err != nil {
				return nil, err
			}
		}
		return set, nil
	}
	allowed, err := not.allowed()
	if err != nil {
		return nil, err
	}
	return allowed.in, nil
}

// postings calls f with each document that has term in field: its number, how often, and 1/√ of the field's length.
func (s *searcher) postings(field, term string, scored bool, f func(doc, freq uint64, norm float64)) error {
	r, err := s.reader.TermFieldReader(s.ctx, []byte(term), field, scored, scored, false)
	if err != nil {
		return err
	}
	var posting index.TermFieldDoc
	for n := 0; ; n++ {
		if n%4096 == 0 && s.ctx.Err() != nil {
			r.Close()
			return s.ctx.Err()
		}
		p, err := r.Next(&posting)
		if err != nil {
			r.Close()
			return err
		}
		if p == nil {
			return r.Close()
		}
		f(p.ID.Value(), p.Freq, p.Norm)
	}
}

// scores add up the documents' scores unit by unit.
type scores struct {
	allowed *docs
	at      []int32    // by document: where in of its score stands, 0 for none
	of      []docScore // the first is nobody's
	weight  float64    // of all units
}

type docScore struct {
	doc     uint64
	score   float64
	weight  float64 // of the units found
	units   int
	current float64 // weighted frequency of the unit being read
}

func newScores(allowed *docs) *scores {
	return &scores{allowed: allowed, of: make([]docScore, 1)}
}

// place is where in of a document's score stands.
func (sc *scores) place(doc uint64) int32 {
	if doc >= uint64(len(sc.at)) {
		sc.at = append(sc.at, make([]int32, doc+1-uint64(len(sc.at)))...)
	}
	if sc.at[doc] == 0 {
		sc.at[doc] = int32(len(sc.of))
		sc.of = append(sc.of, docScore{doc: doc})
	}
	return sc.at[doc]
}

// score reads a unit's postings. Its spellings and both fields make one frequency, which is then saturated once.
func (s *searcher) score(u *unit, into *scores) error {
	var touched []int32
	have := 0
	for _, field := range u.fields() {
		average, b, boost := s.lengths.average(field), bText, 1.0
		if field == titleField {
			b, boost = bTitle, titleBoost
		}
		n := 0
		for _, term := range u.terms {
			times := boost
			if isHead(term) {
				times *= headWeight
			}
			err := s.postings(field, term, true, func(doc, freq uint64, norm float64) {
				n++
				if !into.allowed.has(doc) {
					return
				}
				i := into.place(doc)
				d := &into.of[i]
				if d.current == 0 {
					touched = append(touched, i)
				}
				length := average
				if norm > 0 {
					length = 1 / (norm * norm)
				}
				d.current += times * float64(freq) / (1 - b + b*length/average)
			})
			if err != nil {
				return err
			}
		}
		have = max(have, n)
	}
	df := math.Min(math.Max(float64(have), 1), s.count)
	idf := u.weight * math.Log(1+(s.count-df+0.5)/(df+0.5))
	into.weight += idf
	k := s.saturation(u)
	for _, i := range touched {
		d := &into.of[i]
		d.score += idf * d.current * (k + 1) / (d.current + k)
		d.weight += idf
		d.units++
		d.current = 0
	}
	return nil
}

// candidates returns the documents that have all units if strict and any has them all, and otherwise those that have enough.
func (sc *scores) candidates(units int, strict bool) []candidate {
	var all, some []candidate
	hang := min(together, 4/float64(units))
	for _, d := range sc.of[1:] {
		share := d.weight / sc.weight
		c := candidate{doc: d.doc, score: d.score * (1 - hang + hang*share)}
		if d.units == units {
			all = append(all, c)
		}
		if share >= coverage {
			some = append(some, c)
		}
	}
	if strict && len(all) > 0 {
		return all
	}
	return some
}
