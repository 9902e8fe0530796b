package topic

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"newsbrief/internal/news"
)

// Index matches an article against all topics at once: the built-in ones and the guilds' own put into it. It is safe for
// concurrent use; topics come and go in place.
//
// It is an inverted index of queries. Each is filed under the terms of which one must be in every article it matches (of words
// that must all be there only the rarest, with a note of the next), so that an article meets only the few queries that have a fair
// chance. Which words are rare is learnt from the articles: a query that is met in vain too often is filed anew. Equal queries are
// filed once.
type Index struct {
	mu      sync.RWMutex
	entries map[string]*entry // by canonical query
	topics  map[news.TopicID]*entry
	known   numbers // of entries
	vocabulary
}

// entry is one query, the topics that share it, and how it is filed.
type entry struct {
	program
	ids    []news.TopicID
	number uint32
	vain   atomic.Uint32 // how often it was met in vain since it was filed
	tired  atomic.Bool
	places []place
	query  *Query

	// Memory of most entries' code and ids: with all of it in one place an entry is told in one look at memory.
	shortCode [4]instruction
	oneID     [1]news.TopicID
}

// After tiredAfter vain meetings a query is filed anew, at most refileMax after one article. What the note alone kept from being met is
// filed anew when its term is offered for the reviewEvery-th time.
const (
	tiredAfter  = 24
	reviewEvery = 64
	refileMax   = 500
)

func NewIndex() *Index {
	return &Index{entries: map[string]*entry{}, topics: map[news.TopicID]*entry{}, vocabulary: newVocabulary()}
}

// Put files a topic, or its new query. The error says which topic's query can't be read; it wraps a *SyntaxError.
func (x *Index) Put(t news.Topic) error {
	query, err := Parse(t.Query)
	if err != nil {
		return fmt.Errorf("reading the query of topic %s: %w", t.ID, err)
	}
	canonical := query.String()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(t.ID)
	e := x.entries[canonical]
	if e == nil {
		e = &entry{query: query, number: x.known.take()}
		e.code, e.ids = e.shortCode[:0], e.oneID[:0]
		x.write(&e.program, query.root)
		x.entries[canonical] = e
		x.file(e)
	}
	e.ids = append(e.ids, t.ID)
	x.topics[t.ID] = e
	return nil
}

// Delete forgets a topic; one that isn't there is none the worse for it.
func (x *Index) Delete(id news.TopicID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

// Len is how many own topics are filed.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.topics)
}

func (x *Index) remove(id news.TopicID) {
	e := x.topics[id]
	if e == nil {
		return
	}
	delete(x.topics, id)
	e.ids = slices.DeleteFunc(e.ids, func(have news.TopicID) bool { return have == id })
	if len(e.ids) > 0 {
		return
	}
	delete(x.entries, e.query.String())
	x.unfile(e)
	x.forget(&e.program)
	x.known.give(e.number)
}

// Match returns every topic that fits the article, best first: own topics whose query matches, and the built-in topics that
// it clearly belongs to.
func (x *Index) Match(d Doc) []news.Match {
	p := newDoc(d)
	defer p.release()
	matches := x.own(p, classify(p))
	slices.SortFunc(matches, func(a, b news.Match) int {
		if a.Score != b.Score {
			return cmp.Compare(b.Score, a.Score)
		}
		return cmp.Compare(a.Topic, b.Topic)
	})
	return matches
}

// own adds the matches of own topics.
func (x *Index) own(d *doc, matches []news.Match) []news.Match {
	matches, tired := x.meet(d, matches)
	if len(tired) > 0 {
		x.refile(tired)
	}
	return matches
}

// meet is written in steps that each do one thing for all queries: in a short loop the processor fetches from many places of memory at once.
func (x *Index) meet(d *doc, matches []news.Match) (_ []news.Match, tired []*entry) {
	x.lock(d.lang.base)
	defer x.mu.RUnlock()
	o := offers.Get().(*offer)
	defer o.release()
	o.read(&x.vocabulary, d)
	for _, t := range o.terms {
		for _, at := range x.terms[t].filed {
			if o.has(at.also) {
				o.chances = append(o.chances, at.entry)
			}
		}
	}
	o.met.reset(int(x.known.next))
	o.chances = slices.DeleteFunc(o.chances, func(e *entry) bool { return !o.met.add(e.number) })

	tire := func(e *entry) {
		if len(tired) < refileMax && e.tired.CompareAndSwap(false, true) {
			tired = append(tired, e)
		}
	}
	for _, e := range o.chances {
		if e.match(o, &o.finding) {
			o.hits = append(o.hits, hit{e, len(o.found)})
		} else if e.vain.Add(1) >= tiredAfter {
			tire(e)
		}
	}
	for _, t := range o.terms {
		if atomic.AddUint32(&x.terms[t].offered, 1)%reviewEvery > 0 {
			continue
		}
		for _, at := range x.terms[t].filed {
			if !o.has(at.also) {
				tire(at.entry)
			}
		}
	}
	return o.matches(matches), tired
}

// lock takes the read lock, when words of the language are known.
func (x *Index) lock(lang string) {
	x.mu.RLock()
	if x.language(lang) != 0 {
		return
	}
	x.mu.RUnlock()
	x.mu.Lock()
	x.learn(lang)
	x.mu.Unlock()
	x.mu.RLock() // languages are never forgotten
}

// refile looks for better terms for queries.
func (x *Index) refile(tired []*entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range tired {
		if len(e.ids) > 0 { // not deleted in the meantime
			x.unfile(e)
			x.file(e)
		}
	}
}

// numbers hands out small numbers, those given back first.
type numbers struct {
	next uint32
	free []uint32
}

func (n *numbers) take() uint32 {
	if last := len(n.free) - 1; last >= 0 {
		number := n.free[last]
		n.free = n.free[:last]
		return number
	}
	n.next++
	return n.next - 1
}

func (n *numbers) give(number uint32) { n.free = append(n.free, number) }
