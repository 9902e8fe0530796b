package storetest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

var publishTests = map[string]func(*world){
	"an article and its story": func(w *world) {
		p := w.publication()
		p.Article.Feeds, p.Article.Byline, p.Article.Teaser = []news.FeedID{1}, "Kim", true
		p.Story.Topics = []news.Match{{Topic: "climate", Score: .25, Words: []string{"ice", "기후"}}}
		w.publish(p)
		a, err := w.s.ArticleByURL(w.Context(), p.Article.URL)
		w.ok(err)
		if diff := cmp.Diff(p.Article, a); diff != "" {
			w.Error(diff)
		}
		s, err := w.s.Story(w.Context(), p.Story.ID)
		w.ok(err)
		if diff := cmp.Diff(p.Story, s); diff != "" {
			w.Error(diff)
		}
		_, err = w.s.ArticleByURL(w.Context(), "https://news.example/other")
		wantErr(w, err, news.ErrNotFound)
		_, err = w.s.Story(w.Context(), 1)
		wantErr(w, err, news.ErrNotFound)
	},
	"the same article through one more feed": func(w *world) {
		p := w.publish(w.publication())
		p.Article.Feeds, p.Article.URL = append(p.Article.Feeds, 9), "https://news.example/moved"
		w.publish(p)
		a, err := w.s.ArticleByURL(w.Context(), "https://news.example/moved")
		w.ok(err)
		if !slices.Equal(a.Feeds, []news.FeedID{9}) || w.stats().Articles != 1 || w.stats().Stories != 1 {
			w.Errorf("%+v, %+v", a, w.stats())
		}
	},
	"a story that another process added to": func(w *world) {
		p := w.publication()
		q := w.publication()
		p.Story.Topics, q.Story.Topics = []news.Match{{Topic: "ice"}}, []news.Match{{Topic: "law"}}
		q.Story.ID, q.Story.Event, q.Story.First = p.Story.ID, p.Story.Event, p.Story.First
		q.Article.Story = p.Story.ID
		p.Story.Last, q.Story.Last = w.now.Add(minute), w.now
		w.publish(p)
		w.publish(q)
		want := p.Story
		want.Articles, want.Topics = []news.ArticleID{p.Article.ID, q.Article.ID}, []news.Match{{Topic: "law"}, {Topic: "ice"}}
		s, err := w.s.Story(w.Context(), p.Story.ID)
		w.ok(err)
		if diff := cmp.Diff(want, s); diff != "" {
			w.Error(diff)
		}
		if found, err := w.s.Stories(w.Context(), w.now.Add(minute), w.now.Add(time.Hour)); err != nil || len(found) != 1 {
			w.Errorf("%d stories, %v", len(found), err)
		}
	},
	"better briefs": func(w *world) {
		digest := w.now.Add(time.Hour)
		p := w.publication()
		p.Deliveries = []news.Delivery{w.owed(p, "waits", time.Time{}), w.owed(p, "digest", digest), w.owed(p, "posted", time.Time{}), w.owed(p, "moved on", time.Time{})}
		for i := range p.Deliveries {
			p.Deliveries[i].Brief.Published = w.now.In(time.FixedZone("", 3600))
		}
		p.Deliveries[0].Due, p.Deliveries[3].Due = w.now.Add(20*time.Second), w.now.Add(20*time.Second)
		w.publish(p)
		w.posted(w.claim())
		newer := p
		newer.Deliveries = []news.Delivery{p.Deliveries[3]}
		newer.Deliveries[0].Brief.Headline = "Newer"
		w.publish(newer)
		p.Deliveries[2].Brief.Headline = "Draft"
		newer.Deliveries = []news.Delivery{p.Deliveries[2]}
		newer.Deliveries[0].Due = w.now.Add(20 * time.Second)
		w.publish(newer)
		w.pass(time.Second)
		w.noClaim()

		var rewrites []news.Rewrite
		for _, d := range append(p.Deliveries, w.owed(w.publication(), "unknown", time.Time{})) {
			better := d.Brief
			better.Headline, better.Model = "Better", "m"
			rewrites = append(rewrites, news.Rewrite{Event: d.Event, Delivery: d.ID, Was: d.Brief, Brief: better})
		}
		w.ok(w.s.RewriteBriefs(w.Context(), w.now, rewrites))
		w.reopen()
		for channel, want := range map[news.ChannelID]struct {
			headline string
			revision int
			due      time.Time
		}{
			"waits": {"Better", 2, w.now}, "digest": {"Better", 2, digest}, "posted": {"Better", 3, w.now}, "moved on": {"Newer", 2, w.now.Add(19 * time.Second)},
		} {
			if d := w.delivery(p, channel); d.Brief.Headline != want.headline || d.Revision != want.revision || !d.Due.Equal(want.due) {
				w.Errorf("%s: %q in revision %d due %v, want %+v", channel, d.Brief.Headline, d.Revision, d.Due, want)
			}
		}
		if all, err := w.s.EventDeliveries(w.Context(), p.Story.Event, "g1"); err != nil || len(all) != len(p.Deliveries) {
			w.Errorf("%d deliveries, %v", len(all), err)
		}
		var out []news.ChannelID
		for _, c := range w.claims(10) {
			out = append(out, c.Deliveries[0].Channel)
		}
		if slices.Sort(out); !slices.Equal(out, []news.ChannelID{"posted", "waits"}) {
			w.Errorf("claims for %v, want the post and the edit", out)
		}
	},
	"another article with the same address": func(w *world) {
		p := w.publish(w.publication())
		q := w.publication()
		q.Article.URL = p.Article.URL
		q.Deliveries = []news.Delivery{w.owed(q, "c1", time.Time{})}
		wantErr(w, w.s.PublishStory(w.Context(), w.now, q), news.ErrExists)
		w.noClaim()
		if w.stats().Articles != 1 || w.stats().Stories != 1 {
			w.Errorf("%+v", w.stats())
		}
		for range 2 { // articles without an address don't get into each other's way
			q = w.publication()
			q.Article.URL = ""
			w.publish(q)
		}
	},
	"an error in the middle leaves nothing": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		old := w.owe("c1")
		before := w.stats()
		p := w.publication()
		p.Feed, p.Marks = f.ID, []news.Mark{mark("m")}
		p.Story = old.Story
		p.Story.Headline = "Changed"
		nowhere := w.owed(p, "", time.Time{})
		p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{}), w.owed(p, "c2", time.Time{}), nowhere, w.owed(p, "c3", time.Time{})}
		if err := w.s.PublishStory(w.Context(), w.now, p); err == nil {
			w.Fatal("a delivery to nowhere was taken")
		}
		after := w.stats()
		before.Bytes, after.Bytes = 0, 0
		if diff := cmp.Diff(before, after); diff != "" {
			w.Error(diff)
		}
		if s, err := w.s.Story(w.Context(), old.Story.ID); err != nil || s.Headline != old.Story.Headline {
			w.Errorf("the story is %+v, %v", s, err)
		}
		if known, err := w.s.Known(w.Context(), f.ID, [][]news.Mark{p.Marks}); err != nil || known[0] {
			w.Error("the entry is marked as seen", err)
		}
		if _, err := w.s.ArticleByURL(w.Context(), p.Article.URL); !errors.Is(err, news.ErrNotFound) {
			w.Error("the article is there", err)
		}
		if d := w.delivery(old, "c1"); d.Revision != 1 {
			w.Errorf("the brief was refreshed to revision %d", d.Revision)
		}
		p.Deliveries = slices.Delete(p.Deliveries, 2, 3)
		w.publish(p)
	},
	"nothing happens once the context is done": func(w *world) {
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		wantErr(w, w.s.PublishStory(ctx, w.now, w.publication()), context.Canceled)
		if w.stats().Articles != 0 {
			w.Error("it was stored")
		}
	},
	"ids are needed": func(w *world) {
		for _, change := range []func(*news.Publication){
			func(p *news.Publication) { p.Article.ID = 0 },
			func(p *news.Publication) { p.Story.ID = 0 },
			func(p *news.Publication) { p.Deliveries[0].ID = "" },
		} {
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
			change(&p)
			if w.s.PublishStory(w.Context(), w.now, p) == nil {
				w.Errorf("%+v was taken", p)
			}
		}
	},
	"the same event is owed to a channel once": func(w *world) {
		p := w.owe("c1")
		w.publish(p)
		w.posted(w.claim())
		p.Deliveries[0].Brief.Headline = "New"
		w.publish(p)
		w.posted(w.claim())
		w.noClaim()
		if all, err := w.s.EventDeliveries(w.Context(), p.Story.Event, "g1"); err != nil || len(all) != 1 {
			w.Errorf("%d deliveries, %v", len(all), err)
		}
		if all, err := w.s.EventDeliveries(w.Context(), p.Story.Event, "g2"); err != nil || len(all) != 0 {
			w.Errorf("%d deliveries in another guild, %v", len(all), err)
		}
	},
}
