package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"newsbrief/internal/news"
)

// Result is a page of what was found.
type Result struct {
	Hits  []Hit // best first
	Total int   // how many articles fit, on all pages
	Loose bool  // nothing fits as it was typed: phrases were taken for their words, and words may be spelt a little differently
}

// Hit is one article found. Scores can be compared within one result only.
type Hit struct {
	Article news.ArticleID
	Score   float64
}

// Search finds articles. Odd input is no error: it is looked for as it is, and what has nothing to look for finds nothing. An error
// means that the index can't be read or the context ended.
func (x *Index) Search(ctx context.Context, q Query) (result Result, err error) {
	defer func() { // damaged files can make the readers below panic
		if p := recover(); p != nil {
			err = fmt.Errorf("searching: unreadable index: %v", p)
		}
	}()
	if q.Limit <= 0 {
		q.Limit = 10
	}
	q.Offset = max(0, q.Offset)
	err = x.read(func(r index.IndexReader) error {
		s, err := newSearcher(ctx, r, q)
		if err != nil {
			return err
		}
		found, err := s.find(false)
		if err != nil {
			return err
		}
		if len(found) == 0 && s.loosens() {
			if found, err = s.find(true); err != nil {
				return err
			}
			result.Loose = len(found) > 0
		}
		result.Total = len(found)
		result.Hits, err = s.page(found)
		return err
	})
	return result, err
}

// candidate is one document that fits.
type candidate struct {
	doc   uint64
	score float64
}

// How much newer articles gain: freshBoost at the time of asking, half of it freshHalf later. Only the freshDepth best are looked at.
const (
	freshBoost = 0.25
	freshHalf  = 14 * 24 * time.Hour
	freshDepth = 500
)

// page sorts the candidates, the best and of equals the newest first, and returns those asked for.
func (s *searcher) page(found []candidate) ([]Hit, error) {
	better := func(a, b candidate) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		case a.doc > b.doc: // later documents have later numbers
			return -1
		case a.doc < b.doc:
			return 1
		}
		return 0
	}
	slices.SortFunc(found, better)
	if !s.query.Now.IsZero() {
		best := found[:min(freshDepth, len(found))]
		for i := range best {
			id, err := s.article(best[i].doc)
			if err != nil {
				return nil, err
			}
			age := max(0, s.query.Now.Sub(news.IDTime(uint64(id))))
			best[i].score *= 1 + freshBoost/(1+float64(age)/float64(freshHalf))
		}
		slices.SortFunc(best, better)
	}
	from := min(s.query.Offset, len(found))
	to := min(from+s.query.Limit, len(found))
	hits := make([]Hit, 0, to-from)
	for _, c := range found[from:to] {
		id, err := s.article(c.doc)
		if err != nil {
			return nil, err
		}
		hits = append(hits, Hit{Article: id, Score: c.score})
	}
	return hits, nil
}

func (s *searcher) article(doc uint64) (news.ArticleID, error) {
	external, err := s.reader.ExternalID(index.NewIndexInternalID(nil, doc))
	if err != nil {
		return 0, err
	}
	return articleID(external)
}
