package pipeline

import (
	"context"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// modelTime is how long a delivery waits for a model's brief; then the extracted one goes out, and is edited when the model's is
// there.
const modelTime = 20 * time.Second

// draft is the brief that deliveries have until a model has written theirs.
type draft struct {
	tellings   []news.Article // as the deliveries' guilds may know them
	language   string         // asked for
	brief      news.Brief
	waits      bool // for the model
	event      news.StoryID
	deliveries []news.DeliveryID
}

// rewrite has the model write a draft anew, beside the publishing of other stories, and gives the brief to the deliveries that still have
// the draft: what got a newer telling meanwhile has a draft of its own. A draft whose model has not answered when the program ends goes
// out as it is.
func (p *Pipeline) rewrite(ctx context.Context, d *draft) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // the look ends before the model has answered
	p.writing.Go(func() {
		select {
		case <-p.stopping:
		case <-ctx.Done():
		}
		cancel()
	})
	p.writing.Go(func() {
		defer cancel()
		b := p.o.Summary.Brief(ctx, d.tellings, summary.Options{Language: d.language})
		if ctx.Err() != nil {
			return
		}
		var rewrites []news.Rewrite
		for _, id := range d.deliveries {
			rewrites = append(rewrites, news.Rewrite{Event: d.event, Delivery: id, Was: d.brief, Brief: b})
		}
		if err := p.o.Store.RewriteBriefs(ctx, p.o.Now(), rewrites); err != nil {
			p.o.Logger.Error("a model's brief can't be stored; the extracted brief goes out", "story", d.brief.Story, "err", err)
			return
		}
		if p.o.Owed != nil {
			p.o.Owed()
		}
	})
}
