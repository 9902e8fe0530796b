package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Need is what articles must have to be candidates. The zero Need is nothing.
type Need struct {
	All, Any []Need // all of these; one of these

	Words    string // a word in any inflection, characters side by side
	Prefix   bool   // or all words that begin so
	Title    bool   // in the title
	Language string // BCP 47; its base counts, and articles without a language have each
	Source   string // words of the outlet's name
	Feeds    []news.FeedID
}

// Candidates are the articles that one of the feeds carried and that have what is needed, of stories told since a time, by story. They are
// what another kind of query is worth trying on: a few may lack it. sequence is that of the last batch they were looked for in.
func (x *Index) Candidates(ctx context.Context, need Need, feeds []news.FeedID, since time.Time) (found map[news.StoryID][]news.ArticleID, sequence uint64, err error) {
	state, err := x.acquire()
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		state.release()
		if err != nil {
			found, err = nil, fmt.Errorf("looking for candidates: %w", x.mend(err, state))
		}
	}()
	c := candidates{state: state, langs: map[string]bool{}}
	for _, p := range state.parts {
		for _, lang := range p.langTable.values {
			c.langs[lang] = true
		}
	}
	carried := Need{Feeds: append([]news.FeedID{}, feeds...)} // none are not all
	found = map[news.StoryID][]news.ArticleID{}
	told, first := map[uint64]bool{}, news.FirstID(since)
	for _, p := range state.parts {
		for doc, id := range p.ids {
			if id >= first {
				told[p.stories[doc]] = true
			}
		}
	}
	for _, p := range state.parts {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		fit, all, err := c.fit(need, p)
		if err != nil {
			return nil, 0, err
		}
		ours, _, err := c.fit(carried, p)
		if err != nil {
			return nil, 0, err
		}
		if !all {
			ours.intersect(fit)
		}
		for doc := range ours.all() {
			if story := p.stories[doc]; told[story] && !p.gone.has(doc) {
				found[news.StoryID(story)] = append(found[news.StoryID(story)], news.ArticleID(p.ids[doc]))
			}
		}
	}
	return found, state.sequence, nil
}

// candidates finds what is needed in one state of the index.
type candidates struct {
	buffers
	state *state
	langs map[string]bool // that any article is in
}

// fit are the articles of a part that have what is needed; with all, each has.
func (c *candidates) fit(need Need, p part) (set docSet, all bool, err error) {
	switch {
	case need.Any != nil:
		for _, n := range need.Any {
			one, all, err := c.fit(n, p)
			if err != nil || all {
				return nil, all, err
			}
			set.unite(one)
		}
		return set, false, nil
	case need.Words != "" && need.Prefix:
		set, err = c.begun(need, p)
		return set, false, err
	case need.Words != "":
		return c.words(need, p)
	case need.Language != "":
		base := text.Base(need.Language)
		return c.rows(p, p.langs, p.langTable, func(lang string) bool { return lang == base || lang == "" }), false, nil
	case need.Source != "":
		return c.rows(p, p.sources, p.sourceTable, func(name string) bool {
			for _, t := range terms(need.Source, "") {
				if !strings.Contains(name, " "+t.Text+" ") {
					return false
				}
			}
			return true
		}), false, nil
	case need.Feeds != nil:
		wanted := map[news.FeedID]bool{}
		for _, feed := range need.Feeds {
			wanted[feed] = true
		}
		return c.rows(p, p.feeds, p.feedTable, func(feeds string) (ok bool) {
			eachFeed(feeds, func(feed news.FeedID) { ok = ok || wanted[feed] })
			return ok
		}), false, nil
	}
	all = true
	for _, n := range need.All {
		one, any, err := c.fit(n, p)
		switch {
		case err != nil:
			return nil, false, err
		case any:
		case all:
			set, all = one, false
		default:
			set.intersect(one)
		}
	}
	return set, all, nil
}

// rows are the articles whose value in a column fits.
func (c *candidates) rows(p part, column []uint32, t table, fits func(value string) bool) (set docSet) {
	rows := make([]bool, len(t.values))
	for i, value := range t.values {
		rows[i] = fits(value)
	}
	for doc, row := range column {
		if rows[row] {
			set.add(uint64(doc))
		}
	}
	return set
}

// words are the articles that have all terms of the words, each as it is in one of the languages.
func (c *candidates) words(need Need, p part) (set docSet, all bool, err error) {
	units := map[Span]map[string]bool{}
	for lang := range c.langs {
		for _, t := range text.Terms(text.Simplify(need.Words), lang) {
			span := Span{t.Start, t.End}
			if units[span] == nil {
				units[span] = map[string]bool{}
			}
			units[span][shortTerm(t.Text)] = true
		}
	}
	all = true
	for span, spellings := range units {
		delete(spellings, "")
		if len(spellings) == 0 || clustered(need.Words) && span.End == len(need.Words) { // a mark may follow in the text, which makes it another character
			continue
		}
		var one docSet
		for term := range spellings {
			if err := c.gather(term, need, p, &one); err != nil {
				return nil, false, err
			}
		}
		if all {
			set, all = one, false
		} else {
			set.intersect(one)
		}
	}
	if all {
		return nil, true, nil
	}
	if !c.langs[""] {
		return set, false, nil
	}
	// The terms of articles whose language nobody knew may be those of any.
	set.unite(c.rows(p, p.langs, p.langTable, func(lang string) bool { return lang == "" }))
	return set, false, nil
}

// clustered reports whether characters are written with marks that are characters of their own.
func clustered(s string) bool {
	for _, r := range s {
		if r >= 0x0E00 && r <= 0x109F || r >= 0x1780 && r <= 0x17FF { // Thai, Lao, Tibetan, Myanmar; Khmer
			return true
		}
	}
	return false
}

// stemLoses is how many letters of a word's beginning its stem may lack or write otherwise (y → i, e dropped).
const stemLoses = 2

// begun are the articles that have a term of which a word that begins so may be the stem.
func (c *candidates) begun(need Need, p part) (set docSet, err error) {
	prefix := text.Fold(need.Words)
	for _, word := range []string{prefix, text.Stem(prefix, unaccented)} {
		runes := []rune(word)
		head := runes[:min(len(runes), 3)]
		var found []entry
		for n := 1; n < len(head); n++ {
			if e, ok, err := p.find(string(head[:n]), &c.buffers); err != nil {
				return nil, err
			} else if ok {
				found = append(found, e)
			}
		}
		err := p.walk(string(head), &c.buffers, func(l *listReader) int {
			stem := []rune(string(l.term))
			same := 0
			for same < min(len(stem), len(runes)) && stem[same] == runes[same] {
				same++
			}
			if same >= min(len(stem), len(runes))-stemLoses && !isHead(string(l.term)) {
				found = append(found, l.entry)
			}
			return 0
		})
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			if err := c.list(e, need, p, &set); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// gather adds the articles that have a term.
func (c *candidates) gather(term string, need Need, p part, set *docSet) error {
	e, ok, err := p.find(term, &c.buffers)
	if err != nil || !ok {
		return err
	}
	return c.list(e, need, p, set)
}

func (c *candidates) list(e entry, need Need, p part, set *docSet) error {
	list, err := p.postings(e, &c.buffers.postings, false)
	if err != nil {
		return err
	}
	for list.next() {
		if list.title > 0 || !need.Title {
			set.add(uint64(list.doc))
		}
	}
	return list.err()
}
