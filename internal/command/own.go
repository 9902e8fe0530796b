package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/topic"
)

const (
	unindexed     = 1000 // articles that the archive index may be behind for its candidates to be used: they are candidates, too
	storiesAtOnce = 16   // whose articles are read together
)

// candidates are the articles that the archive index leaves to try a query on, of stories told since a time, by story. ok is false where
// the index is too far behind to tell.
func (v *view) candidates(ctx context.Context, since time.Time, q *topic.Query) (found map[news.StoryID][]news.ArticleID, ok bool, err error) {
	feeds, err := v.s.o.Store.GuildFeeds(ctx, v.guild)
	if err != nil {
		return nil, false, fmt.Errorf("read the feeds: %w", err)
	}
	followed := make([]news.FeedID, len(feeds))
	for i, f := range feeds {
		followed[i] = f.ID
	}
	found, sequence, err := v.s.o.Archive.Candidates(ctx, needs(q.Clue(), feeds), followed, since)
	if err != nil {
		return nil, false, err
	}
	late, _, err := v.s.o.Store.ArticlesAfter(ctx, sequence, unindexed)
	if err != nil {
		return nil, false, fmt.Errorf("read what the index lacks: %w", err)
	}
	for _, a := range late {
		found[a.Story] = append(found[a.Story], a.ID)
	}
	return found, len(late) < unindexed, nil
}

// matching returns the stories of [from, to) whose events have an article that a query matches, and these articles. What has no chance
// is not read. ok is as of candidates.
func (v *view) matching(ctx context.Context, from, to time.Time, q *topic.Query) (stories []news.Story, matched map[news.ArticleID]bool, ok bool, err error) {
	found, ok, err := v.candidates(ctx, from, q)
	if err != nil || !ok {
		return nil, nil, false, err
	}
	matched = map[news.ArticleID]bool{}
	told := map[news.StoryID]bool{}
	read := map[news.ArticleID]news.Article{}
	var mu sync.Mutex // of these
	work, working := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for some := range slices.Chunk(slices.Collect(maps.Values(found)), storiesAtOnce) {
		work.Go(func() error {
			articles, err := v.articles(working, slices.Concat(some...))
			if err != nil {
				return err
			}
			for _, a := range articles {
				if _, fits := q.Match(topicDoc(a)); fits {
					mu.Lock()
					matched[a.ID], told[a.Story], read[a.ID] = true, true, a
					mu.Unlock()
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, nil, false, fmt.Errorf("read the candidates: %w", err)
	}
	v.read = read
	stories, err = v.s.tellings.around(ctx, told, from, to)
	return stories, matched, true, err
}

// needs are what articles must have in the archive index to fit a clue.
func needs(c topic.Clue, feeds []news.Feed) search.Need {
	need := search.Need{Words: c.Words, Prefix: c.Prefix, Title: c.In == topic.InTitle}
	switch {
	case c.Words == "":
		for _, kid := range c.All {
			need.All = append(need.All, needs(kid, feeds))
		}
		for _, kid := range c.Any {
			need.Any = append(need.Any, needs(kid, feeds))
		}
		return search.Need{All: need.All, Any: need.Any}
	case c.In == topic.InLanguage:
		return search.Need{Language: c.Words}
	case c.In == topic.InSource: // an outlet's articles may have its name of today or that of their day
		named := []news.FeedID{}
		for _, f := range feeds {
			if _, ok := c.Leaf.Match(topic.Doc{Source: f.Title, Language: f.Language}); ok {
				named = append(named, f.ID)
			}
		}
		return search.Need{Any: []search.Need{{Feeds: named}, {Source: c.Words}}}
	}
	return need
}

// tellings remembers which stories tell one event, which the store has no index of. That never changes once a story is there.
type tellings struct {
	store Store

	mu       sync.Mutex
	from, to time.Time // of the stories that were read
	of       map[news.StoryID][]news.StoryID
}

// settled is how long after its Last a story may come to be stored.
const settled = 10 * time.Minute

// learn reads the stories of [from, to) that were not read yet.
func (t *tellings) learn(ctx context.Context, from, to time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	gaps := [][2]time.Time{{from, to}}
	if !t.to.IsZero() {
		gaps = [][2]time.Time{{from, t.from}, {t.to.Add(-settled), to}}
	}
	for _, gap := range gaps {
		if !gap[0].Before(gap[1]) {
			continue
		}
		stories, err := t.store.Stories(ctx, gap[0], gap[1])
		if err != nil {
			return fmt.Errorf("read the stories: %w", err)
		}
		for _, st := range stories {
			if st.Event != st.ID && !slices.Contains(t.of[st.Event], st.ID) {
				if t.of == nil {
					t.of = map[news.StoryID][]news.StoryID{}
				}
				t.of[st.Event] = append(t.of[st.Event], st.ID)
			}
		}
	}
	if t.to.IsZero() || from.Before(t.from) {
		t.from = from
	}
	t.to = later(t.to, to)
	return nil
}

// around returns the stories of [from, to) that tell the same events as some stories.
func (t *tellings) around(ctx context.Context, told map[news.StoryID]bool, from, to time.Time) ([]news.Story, error) {
	if err := t.learn(ctx, from, to); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var stories []news.Story
	seen := map[news.StoryID]bool{}
	var read func(id news.StoryID) error
	read = func(id news.StoryID) error {
		if seen[id] {
			return nil
		}
		seen[id] = true
		st, err := t.store.Story(ctx, id)
		if errors.Is(err, news.ErrNotFound) { // no longer kept
			return nil
		}
		if err != nil {
			return fmt.Errorf("read story %s: %w", id, err)
		}
		if !st.Last.Before(from) && st.Last.Before(to) {
			stories = append(stories, st)
		}
		for _, other := range append([]news.StoryID{st.Event}, t.of[st.Event]...) {
			if err := read(other); err != nil {
				return err
			}
		}
		return nil
	}
	for id := range told {
		if err := read(id); err != nil {
			return nil, err
		}
	}
	return stories, nil
}
