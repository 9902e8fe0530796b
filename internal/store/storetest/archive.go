package storetest

import (
	"bytes"
	"context"
	"slices"
	"time"

	"newsbrief/internal/news"
)

var archiveTests = map[string]func(*world){
	"articles come in the order asked for": func(w *world) {
		a, b := w.publish(w.publication()), w.publish(w.publication())
		articles, err := w.s.Articles(w.Context(), []news.ArticleID{b.Article.ID, 1, a.Article.ID})
		w.ok(err)
		if len(articles) != 2 || articles[0].ID != b.Article.ID || articles[1].ID != a.Article.ID {
			w.Errorf("%+v", articles)
		}
	},
	"stories by their latest article": func(w *world) {
		var all []news.Publication
		for range 4 {
			all = append(all, w.publish(w.publication()))
			w.pass(minute)
		}
		all[0].Story.Last = w.now // an older story goes on
		w.publish(all[0])
		stories, err := w.s.Stories(w.Context(), start.Add(minute), w.now)
		w.ok(err)
		var got []news.StoryID
		for _, s := range stories {
			got = append(got, s.ID)
		}
		if want := []news.StoryID{all[1].Story.ID, all[2].Story.ID, all[3].Story.ID}; !slices.Equal(got, want) {
			w.Errorf("%v, want %v", got, want)
		}
		stories, err = w.s.Stories(w.Context(), start, w.now.Add(time.Nanosecond))
		w.ok(err)
		if len(stories) != 4 || stories[3].ID != all[0].Story.ID {
			w.Errorf("%+v", stories)
		}
	},
	"the log of articles": func(w *world) {
		var ids []news.ArticleID
		var first news.Publication
		for i := range 5 {
			p := w.publish(w.publication())
			ids = append(ids, p.Article.ID)
			if i == 0 {
				first = p
			}
		}
		read := func(after uint64, max int, want []news.ArticleID) uint64 {
			w.Helper()
			articles, last, err := w.s.ArticlesAfter(w.Context(), after, max)
			w.ok(err)
			var got []news.ArticleID
			for _, a := range articles {
				got = append(got, a.ID)
			}
			if !slices.Equal(got, want) {
				w.Fatalf("after %d: %v, want %v", after, got, want)
			}
			return last
		}
		last := read(0, 3, ids[:3])
		last = read(last, 3, ids[3:])
		if again := read(last, 3, nil); again != last {
			w.Errorf("with nothing new the sequence goes from %d to %d", last, again)
		}
		w.publish(first) // changed: it comes again, at the end
		w.reopen()
		end := read(last, 3, ids[:1])
		if end <= last {
			w.Errorf("sequence %d after %d", end, last)
		}
		read(0, 10, append(slices.Clone(ids[1:]), ids[0]))
	},
	"old rows expire": func(w *world) {
		f := w.addFeed("g1", "https://a.example/")
		slot := w.now.Add(time.Hour)
		old := w.publication()
		old.Feed, old.Marks = f.ID, []news.Mark{mark("old")}
		old.Deliveries = []news.Delivery{w.owed(old, "c1", time.Time{}), w.owed(old, "c2", slot), w.owed(old, "c3", time.Time{})}
		w.publish(old)
		w.posted(w.claims(1)[0])
		long := w.publish(w.publication()) // a story that begins early and goes on
		w.pass(48 * time.Hour)
		cut := w.now.Add(-time.Hour)
		more := w.publication()
		more.Article.Story = long.Story.ID
		more.Story, more.Story.Articles, more.Story.Last = long.Story, append(long.Story.Articles, more.Article.ID), w.now
		more.Deliveries = []news.Delivery{w.owed(more, "c4", time.Time{})}
		w.publish(more)
		fresh := w.owe("c1")

		dropped, err := w.s.Expire(w.Context(), cut)
		w.ok(err)
		slices.Sort(dropped)
		if want := []news.ArticleID{old.Article.ID, long.Article.ID}; !slices.Equal(dropped, want) {
			w.Errorf("dropped %v, want %v", dropped, want)
		}
		if s := w.stats(); s.Articles != 2 || s.Stories != 2 || s.Waiting != 2 {
			w.Errorf("%+v", s)
		}
		_, err = w.s.Story(w.Context(), old.Story.ID)
		wantErr(w, err, news.ErrNotFound)
		_, err = w.s.ArticleByURL(w.Context(), old.Article.URL)
		wantErr(w, err, news.ErrNotFound)
		if s, err := w.s.Story(w.Context(), long.Story.ID); err != nil || len(s.Articles) != 2 {
			w.Errorf("%+v, %v", s, err)
		}
		if articles, _, err := w.s.ArticlesAfter(w.Context(), 0, 10); err != nil || len(articles) != 2 {
			w.Errorf("the log has %d, %v", len(articles), err)
		}
		if known, err := w.s.Known(w.Context(), f.ID, [][]news.Mark{old.Marks}); err != nil || !known[0] {
			w.Errorf("the mark is gone (%v)", err)
		}
		if all, err := w.s.EventDeliveries(w.Context(), old.Story.Event, "g1"); err != nil || len(all) != 0 {
			w.Errorf("%d deliveries of the old story, %v", len(all), err)
		}
		claims := w.claims(10)
		if len(claims) != 2 {
			w.Fatalf("%d claims", len(claims))
		}
		for _, c := range claims {
			w.posted(c)
		}
		if d := w.delivery(fresh, "c1"); d.State != news.Posted {
			w.Errorf("%+v", d)
		}
		if dropped, err = w.s.Expire(w.Context(), cut); err != nil || len(dropped) != 0 {
			w.Errorf("again: %v, %v", dropped, err)
		}
		again := w.publication()
		again.Article.URL = old.Article.URL
		w.publish(again)
	},
	"many expire, and can be interrupted": func(w *world) {
		const n = 1203
		for range n {
			w.publish(w.publication())
		}
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		if _, err := w.s.Expire(ctx, w.now.Add(minute)); err == nil {
			w.Error("no error although it was interrupted")
		}
		dropped, err := w.s.Expire(w.Context(), w.now.Add(minute))
		w.ok(err)
		if len(dropped) != n || w.stats().Articles != 0 || w.stats().Stories != 0 {
			w.Errorf("dropped %d of %d, %+v left", len(dropped), n, w.stats())
		}
	},
	"a delivery that expires while it is sent": func(w *world) {
		w.owe("c1")
		c := w.claim()
		w.pass(48 * time.Hour)
		_, err := w.s.Expire(w.Context(), w.now)
		w.ok(err)
		w.posted(c)
		w.noClaim()
	},
	"a copy of a live database": func(w *world) {
		w.owe("c1")
		w.claim()
		var copied bytes.Buffer
		w.ok(w.s.Backup(w.Context(), &copied))
		if copied.Len() == 0 {
			w.Error("it is empty")
		}
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		wantErr(w, w.s.Backup(ctx, &bytes.Buffer{}), context.Canceled)
	},
	"closed twice": func(w *world) {
		w.ok(w.s.Close())
		w.ok(w.s.Close())
		if err := w.s.PublishStory(w.Context(), w.now, w.publication()); err == nil {
			w.Error("a closed store stores")
		}
		if _, err := w.s.Feeds(w.Context()); err == nil {
			w.Error("a closed store reads")
		}
		w.s = w.db.Open(w)
	},
}
