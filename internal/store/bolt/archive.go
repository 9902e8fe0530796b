package bolt

import (
	"context"
	"fmt"
	"math"
	"time"

	"newsbrief/internal/news"
)

// ArticleByURL implements pipeline.Store and command.Store.
func (s *Store) ArticleByURL(ctx context.Context, url string) (a news.Article, err error) {
	err = s.view(ctx, func(t tx) error {
		k := t.in("article_urls").Get(digest([]byte(url)))
		if k == nil {
			return fmt.Errorf("an article at %s: %w", url, news.ErrNotFound)
		}
		r, _, err := get[article](t, "articles", k)
		a = r.Article
		return err
	})
	return a, err
}

// Articles implements pipeline.Store and command.Store.
func (s *Store) Articles(ctx context.Context, ids []news.ArticleID) (articles []news.Article, err error) {
	err = s.view(ctx, func(t tx) error {
		for _, id := range ids {
			r, ok, err := get[article](t, "articles", number(id))
			if err != nil {
				return err
			}
			if ok {
				articles = append(articles, r.Article)
			}
		}
		return nil
	})
	return articles, err
}

// Story implements pipeline.Store and command.Store.
func (s *Store) Story(ctx context.Context, id news.StoryID) (story news.Story, err error) {
	err = s.view(ctx, func(t tx) error {
		r, ok, err := get[news.Story](t, "stories", number(id))
		if err == nil && !ok {
			err = fmt.Errorf("story %s: %w", id, news.ErrNotFound)
		}
		story = r
		return err
	})
	return story, err
}

// Stories implements pipeline.Store and command.Store.
func (s *Store) Stories(ctx context.Context, from, to time.Time) (stories []news.Story, err error) {
	err = s.view(ctx, func(t tx) error {
		for k := range t.between("story_times", moment(from), moment(to)) {
			story, ok, err := get[news.Story](t, "stories", k[8:])
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("story %s has no row: %w", news.StoryID(toNumber(k[8:])), news.ErrCorrupt)
			}
			stories = append(stories, story)
		}
		return nil
	})
	return stories, err
}

// ArticlesAfter implements store.Store.
func (s *Store) ArticlesAfter(ctx context.Context, after uint64, max int) (articles []news.Article, last uint64, err error) {
	last = after
	if after == math.MaxUint64 || max <= 0 {
		return nil, last, nil
	}
	err = s.view(ctx, func(t tx) error {
		c := t.in("log").Cursor()
		for k, id := c.Seek(number(after + 1)); k != nil && len(articles) < max; k, id = c.Next() {
			r, ok, err := get[article](t, "articles", id)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("article %s is in the log and has no row: %w", news.ArticleID(toNumber(id)), news.ErrCorrupt)
			}
			articles = append(articles, r.Article)
			last = toNumber(k)
		}
		return nil
	})
	return articles, last, err
}
