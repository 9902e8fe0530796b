package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// article is the row of an article.
type article struct {
	news.Article
	Sequence uint64 // its place in the log
}

// PublishStory implements pipeline.Store.
func (s *Store) PublishStory(ctx context.Context, now time.Time, p news.Publication) error {
	if p.Article.ID == 0 || p.Story.ID == 0 {
		return errors.New("a publication needs an article and a story with ids")
	}
	briefs, err := encodeBriefs(p.Deliveries)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t tx) error {
		if err := t.putArticle(p.Article); err != nil {
			return err
		}
		if err := t.putStory(p.Story); err != nil {
			return err
		}
		if t.in("feeds").Get(number(p.Feed)) != nil {
			if err := t.putMarks(p.Feed, p.Marks); err != nil {
				return err
			}
		}
		return t.oweAll(now, p.Deliveries, briefs)
	})
}

// oweAll creates or refreshes deliveries and settles their places.
func (t tx) oweAll(now time.Time, deliveries []news.Delivery, briefs []brief) error {
	places := map[string]bool{}
	for i, d := range deliveries {
		if err := t.owe(now, d, briefs[i]); err != nil {
			return fmt.Errorf("delivery %q: %w", d.ID, err)
		}
		places[string(d.Place())] = true
	}
	for at := range places {
		if err := t.settle(at, t.place(at).lease); err != nil {
			return err
		}
	}
	return nil
}

// notify creates the notices that don't exist yet.
func (t tx) notify(now time.Time, notices []news.Delivery, briefs []brief) error {
	for i, d := range notices {
		if _, ok := t.find("deliveries", key(number(d.Event), []byte(d.ID))); ok {
			continue
		}
		if err := t.oweAll(now, notices[i:i+1], briefs[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// putArticle creates or replaces an article and moves it to the end of the log.
func (t tx) putArticle(a news.Article) error {
	id := number(a.ID)
	was, ok, err := get[article](t, "articles", id)
	if err != nil {
		return err
	}
	if a.URL != "" {
		if k := t.in("article_urls").Get(digest([]byte(a.URL))); k != nil && toNumber(k) != uint64(a.ID) {
			return fmt.Errorf("an article at %s: %w", a.URL, news.ErrExists)
		}
	}
	if ok {
		if err := t.unindexArticle(was); err != nil {
			return err
		}
	}
	if a.URL != "" {
		if err := t.set("article_urls", digest([]byte(a.URL)), id); err != nil {
			return err
		}
	}
	sequence, err := t.in("log").NextSequence()
	if err != nil {
		return fmt.Errorf("take a sequence: %w", err)
	}
	if err := t.set("log", number(sequence), id); err != nil {
		return err
	}
	return put(t, "articles", id, article{a, sequence})
}

func (t tx) unindexArticle(a article) error {
	if a.URL != "" {
		if err := t.drop("article_urls", digest([]byte(a.URL))); err != nil {
			return err
		}
	}
	return t.drop("log", number(a.Sequence))
}

func (t tx) putStory(s news.Story) error {
	was, ok, err := get[news.Story](t, "stories", number(s.ID))
	if err != nil {
		return err
	}
	if ok {
		s = s.Join(was)
		if err := t.drop("story_times", key(moment(was.Last), number(was.ID))); err != nil {
			return err
		}
	}
	if err := t.set("story_times", key(moment(s.Last), number(s.ID)), nil); err != nil {
		return err
	}
	return put(t, "stories", number(s.ID), s)
}

// owe creates or refreshes a delivery. Its place has to be settled afterwards.
func (t tx) owe(now time.Time, d news.Delivery, b brief) error {
	if err := sending.Check(d); err != nil {
		return err
	}
	r, ok, err := t.delivery(d.Event, d.ID)
	if err != nil {
		return err
	}
	if ok {
		r.Refresh(now, d, bytes.Equal(r.Brief, b.key))
	} else {
		r = &row{Delivery: sending.New(now, d)}
	}
	return t.saveWith(r, b)
}

// RewriteBriefs implements pipeline.Store.
func (s *Store) RewriteBriefs(ctx context.Context, now time.Time, rewrites []news.Rewrite) error {
	was, better := make([]brief, len(rewrites)), make([]brief, len(rewrites))
	for i, w := range rewrites {
		var err error
		if was[i], err = encodeBrief(w.Was); err != nil {
			return err
		}
		if better[i], err = encodeBrief(w.Brief); err != nil {
			return err
		}
	}
	return s.update(ctx, func(t tx) error {
		for i, w := range rewrites {
			r, ok, err := t.delivery(w.Event, w.Delivery)
			if err != nil {
				return err
			}
			if !ok || !bytes.Equal(r.Brief, was[i].key) {
				continue
			}
			r.Rewrite(now, w.Brief)
			if err := t.saveWith(r, better[i]); err != nil {
				return err
			}
			at := string(r.Place())
			if err := t.settle(at, t.place(at).lease); err != nil {
				return err
			}
		}
		return nil
	})
}

// brief is a brief as it is stored: once, however many deliveries share it.
type brief struct{ key, value []byte }

// encodeBriefs works outside the transaction, which everyone waits for.
func encodeBriefs(deliveries []news.Delivery) ([]brief, error) {
	briefs := make([]brief, len(deliveries))
	for i, d := range deliveries {
		var err error
		if briefs[i], err = encodeBrief(d.Brief); err != nil {
			return nil, err
		}
	}
	return briefs, nil
}

func encodeBrief(b news.Brief) (brief, error) {
	v, err := json.Marshal(b)
	if err != nil {
		return brief{}, fmt.Errorf("encode a brief: %w", err)
	}
	return brief{digest(v), v}, nil
}
