package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"newsbrief/internal/news"
)

// Result is a page of what was found.
type Result struct {
	Hits  []Hit // best first
	Total int   // how many articles fit, on all pages; with Query.Stories, how many stories the best 500 of them tell
	Loose bool  // nothing fits as it was typed: words may be spelt a little differently, and phrases were taken for their words
}

// Hit is one article found. Scores can be compared within one result only.
type Hit struct {
	Article  news.ArticleID
	Story    news.StoryID
	Tellings int // how many articles of the story are among the best found, at least 1
	Score    float64
}

// Search finds articles. Odd input is no error: it is looked for as it is, and what has nothing to look for finds nothing. An error
// means that the context ended or the index is damaged and was emptied.
func (x *Index) Search(ctx context.Context, q Query) (result Result, err error) {
	if q.Limit <= 0 {
		q.Limit = 10
	}
	q.Offset = max(0, q.Offset)
	state, err := x.acquire()
	if err != nil {
		return Result{}, err
	}
	defer func() {
		state.release()
		if err != nil {
			result, err = Result{}, fmt.Errorf("searching: %w", x.mend(err, state))
		}
	}()
	s := newSearcher(ctx, state, q)
	defer s.done()
	if err := s.locateAll(); err != nil {
		return Result{}, err
	}
	found, err := s.find()
	if err != nil {
		return Result{}, err
	}
	if found.total == 0 || s.strict() && !found.whole {
		loosely, err := s.findLoosely(found.total == 0)
		if err != nil {
			return Result{}, err
		}
		if loosely != nil && loosely.total > 0 && (loosely.whole || found.total == 0) {
			found, result.Loose = loosely, true
		}
	}
	result.Total = found.total
	hits := s.ranked(found)
	if q.Stories {
		hits = onePerStory(hits)
		result.Total = len(hits)
	}
	from := min(q.Offset, len(hits))
	result.Hits = hits[from:min(from+q.Limit, len(hits))]
	return result, nil
}

// How much newer articles gain: freshBoost at the time of asking, half of it freshHalf later. How much an article gains by each doubling
// of the tellings of its story. Only the rankDepth best are looked at.
const (
	freshBoost = 0.25
	freshHalf  = 14 * 24 * time.Hour
	sizeBoost  = 0.05
	rankDepth  = 500
)

// ranked are the best of the articles found in their order.
func (s *searcher) ranked(from *best) []Hit {
	found := from.sorted()
	hits := make([]Hit, len(found))
	tellings := map[news.StoryID]int{}
	for i, c := range found {
		hits[i] = Hit{Article: news.ArticleID(c.id), Story: news.StoryID(c.story), Tellings: 1, Score: c.score}
		if story := hits[i].Story; story != 0 {
			tellings[story]++
		}
	}
	for i := range hits {
		hits[i].Tellings = max(1, tellings[hits[i].Story])
	}
	if s.query.Now.IsZero() {
		return hits
	}
	for i := range hits {
		h := &hits[i]
		age := max(0, s.query.Now.Sub(news.IDTime(uint64(h.Article))))
		h.Score *= 1 + freshBoost/(1+float64(age)/float64(freshHalf)) + sizeBoost*math.Log2(float64(h.Tellings))
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Article, a.Article)) })
	return hits
}

// onePerStory leaves of each story the first hit. Articles without a story stand for themselves.
func onePerStory(hits []Hit) []Hit {
	seen := map[news.StoryID]bool{}
	return slices.DeleteFunc(hits, func(h Hit) bool {
		again := h.Story != 0 && seen[h.Story]
		seen[h.Story] = true
		return again
	})
}
