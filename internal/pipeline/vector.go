package pipeline

import (
	"context"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// prepare has the embedding model read the articles that may be posted. It is called before publishing is locked, so that a slow
// endpoint holds up nobody else's news, and its own for seconds; without a vector an article is matched by its words.
func (p *Pipeline) prepare(ctx context.Context, feed news.Feed, articles []news.Article, now time.Time) {
	if p.o.Embedder == nil {
		return
	}
	var texts []string
	for _, a := range articles {
		if a.Title != "" && isNews(feed, a, now) {
			texts = append(texts, embedded(a))
		}
	}
	if len(texts) > 0 {
		p.o.Embedder.Prepare(ctx, texts)
	}
}

// matchedBy is an article as the matcher is shown it: with the vector that was prepared, of which restarts lose nothing.
func (p *Pipeline) matchedBy(ctx context.Context, a news.Article) story.Doc {
	d := storyDoc(a)
	if p.o.Embedder == nil {
		return d
	}
	v, err := p.o.Embedder.Vector(ctx, embedded(a))
	if err != nil && ctx.Err() == nil {
		p.o.Logger.Error("an article is matched without its vector", "article", a.ID, "err", err)
	}
	d.Vector = story.Vector(v)
	return d
}

func embedded(a news.Article) string { return a.Title + "\n" + a.Text }
