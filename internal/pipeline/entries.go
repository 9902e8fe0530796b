package pipeline

import (
	"context"
	"fmt"
	"slices"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// lister is what a feed lists before it is read (see read.Items).
type lister interface {
	Marks() []news.Mark
	Feed(skip map[news.Mark]bool) (*read.Document, error)
}

// list is a watched page, of which all articles are read.
type list struct {
	body []byte
	o    read.FeedOptions
}

func (l list) Marks() []news.Mark                              { return nil }
func (l list) Feed(map[news.Mark]bool) (*read.Document, error) { return read.List(l.body, l.o) }

// entries reads a feed. Entries that are known by their very characters are skipped, unless one of the others can only be judged
// beside them. fresh are those of the document that are new, edited those that were listed before and say something else now.
func (p *Pipeline) entries(ctx context.Context, feed news.Feed, items lister) (doc *read.Document, fresh, edited []int, err error) {
	known, err := p.known(ctx, feed.ID, items.Marks())
	if err != nil {
		return nil, nil, nil, err
	}
	for sure := false; !sure; known = nil {
		if doc, err = items.Feed(known); err != nil {
			return nil, nil, nil, fmt.Errorf("read %s: %w", fetch.RedactURL(feed.URL), err)
		}
		if known, err = p.known(ctx, feed.ID, slices.Concat(doc.Marks()...)); err != nil {
			return nil, nil, nil, err
		}
		if fresh, sure = doc.Fresh(known); sure {
			edited = doc.Edited(known, fresh)
		}
	}
	return doc, fresh, edited, nil
}

// known tells which of the marks are known of a feed.
func (p *Pipeline) known(ctx context.Context, feed news.FeedID, marks []news.Mark) (map[news.Mark]bool, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	known := make(map[news.Mark]bool, len(marks))
	found, err := p.o.Store.Known(ctx, feed, slices.Collect(slices.Chunk(marks, 1)))
	if err != nil {
		return nil, fmt.Errorf("%w: look up known entries: %w", errStore, err)
	}
	for i, m := range marks {
		if found[i] {
			known[m] = true
		}
	}
	return known, nil
}
