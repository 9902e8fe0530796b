package pipeline

import (
	"context"
	"slices"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// modelTime is how long a delivery waits for a model's brief; then the extracted one goes out, and is edited when the model's is
// there.
const modelTime = 20 * time.Second

// rewrite asks the model for the briefs of a publication, beside the publishing of other stories, and refreshes the deliveries
// with them. When the event got a newer telling meanwhile, that one's briefs are on their way and these are dropped.
func (p *Pipeline) rewrite(ctx context.Context, pub news.Publication) {
	audience := p.audience
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // the look ends before the model has answered
	pub.Deliveries = slices.Clone(pub.Deliveries)
	pub.Marks = nil // stored already
	p.writing.Go(func() {
		defer cancel()
		go func() {
			select {
			case <-p.stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
		written := map[string]news.Brief{}
		for i, d := range pub.Deliveries {
			ids := make([]news.ArticleID, 0, len(d.Brief.Sources)+len(d.Brief.Also))
			for _, src := range slices.Concat(d.Brief.Sources, d.Brief.Also) {
				ids = append(ids, src.Article)
			}
			tellings, err := p.o.Store.Articles(ctx, ids)
			if err != nil {
				p.o.Logger.Error("the articles of a brief can't be read; the extracted brief goes out", "story", pub.Story.ID, "err", err)
				return
			}
			for j, t := range tellings {
				tellings[j] = audience.Shown(d.Guild, t)
			}
			key := briefKey(tellings, d.Brief.Language)
			b, ok := written[key]
			if !ok {
				b = p.o.Summary.Brief(ctx, tellings, summary.Options{Language: d.Brief.Language})
				written[key] = b
			}
			pub.Deliveries[i].Brief = b
		}
		if ctx.Err() != nil {
			return // stopping: what the model did not finish is no answer
		}
		p.publishing.Lock()
		defer p.publishing.Unlock()
		if p.latest[pub.Story.Event] != pub.Article.ID {
			return
		}
		now := p.o.Now()
		for i := range pub.Deliveries {
			pub.Deliveries[i].Due = later(now, pub.Deliveries[i].Slot)
		}
		if err := p.o.Store.PublishStory(ctx, now, pub); err != nil {
			p.o.Logger.Error("a model's brief can't be stored; the extracted brief goes out", "story", pub.Story.ID, "err", err)
			return
		}
		if p.o.Owed != nil {
			p.o.Owed()
		}
	})
}
