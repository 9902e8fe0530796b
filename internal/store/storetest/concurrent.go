package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"newsbrief/internal/news"
)

var concurrentTests = map[string]func(*world){
	"no delivery is handed out twice": func(w *world) {
		const stories, channels, workers = 40, 10, 8
		for range stories {
			p := w.publication()
			for c := range channels {
				p.Deliveries = append(p.Deliveries, w.owed(p, news.ChannelID(fmt.Sprintf("c%d", c)), time.Time{}))
			}
			w.publish(p)
		}
		var mu sync.Mutex
		last := map[news.ChannelID]news.StoryID{}
		seen := map[news.DeliveryID]bool{}
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					claims, err := w.s.ClaimDeliveries(w.Context(), w.now, minute, 3, 3)
					if err != nil {
						w.Error(err)
						return
					}
					mu.Lock()
					done := len(seen) == stories*channels
					for _, c := range claims {
						d := c.Deliveries[0]
						if seen[d.ID] {
							w.Errorf("%s was handed out twice", d.ID)
						}
						if d.Story <= last[d.Channel] {
							w.Errorf("%s gets story %s after %s", d.Channel, d.Story, last[d.Channel])
						}
						seen[d.ID], last[d.Channel] = true, d.Story
					}
					mu.Unlock()
					if done {
						return
					}
					for _, c := range claims {
						if err := w.s.Posted(w.Context(), w.now, c, c.Deliveries[0].Channel, news.MessageID(c.Deliveries[0].ID)); err != nil {
							w.Error(err)
							return
						}
					}
					if len(claims) == 0 {
						time.Sleep(time.Millisecond)
					}
				}
			})
		}
		wg.Wait()
		w.noClaim()
	},
	"no feed is handed out twice": func(w *world) {
		const feeds = 100
		for i := range feeds {
			w.addFeed("g1", fmt.Sprint("https://a.example/", i))
		}
		var mu sync.Mutex
		seen := map[news.FeedID]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range feeds {
					got, err := w.s.ClaimFeeds(w.Context(), w.now, minute, 3)
					if err != nil {
						w.Error(err)
						return
					}
					mu.Lock()
					for _, f := range got {
						if seen[f.ID] {
							w.Errorf("%s was handed out twice", f.URL)
						}
						seen[f.ID] = true
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != feeds {
			w.Errorf("%d feeds were handed out, want %d", len(seen), feeds)
		}
	},
	"one of many who publish the same page": func(w *world) {
		const publishers = 16
		var mu sync.Mutex
		stored := 0
		var wg sync.WaitGroup
		for i := range publishers {
			p := w.publication()
			p.Article.URL = "https://news.example/same"
			p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
			other := w.publication() // neighbours that must not notice
			other.Deliveries = []news.Delivery{w.owed(other, news.ChannelID(fmt.Sprintf("other%d", i)), time.Time{})}
			wg.Go(func() {
				err := w.s.PublishStory(w.Context(), w.now, p)
				if err != nil && !errors.Is(err, news.ErrExists) {
					w.Error(err)
				}
				mu.Lock()
				if err == nil {
					stored++
				}
				mu.Unlock()
			})
			wg.Go(func() {
				if err := w.s.PublishStory(w.Context(), w.now, other); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if s := w.stats(); stored != 1 || s.Articles != 1+publishers || s.Waiting != 1+publishers {
			w.Errorf("%d publishers stored it; %+v", stored, s)
		}
	},
	"everyone at once": func(w *world) {
		var wg sync.WaitGroup
		stories := make([]news.Publication, 32)
		for i := range stories {
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, news.ChannelID(fmt.Sprintf("c%d", i%4)), time.Time{})}
			stories[i] = p
		}
		for i, p := range stories {
			wg.Go(func() {
				for range 3 {
					if err := w.s.PublishStory(w.Context(), w.now, p); err != nil {
						w.Error(err)
					}
				}
			})
			wg.Go(func() {
				sub, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(i + 1), Guild: "g1", Channel: "c1", Topic: news.TopicID(fmt.Sprint(i)), Created: w.now})
				if err == nil && i%2 == 0 {
					err = w.s.Unsubscribe(w.Context(), sub.ID)
				}
				if err != nil {
					w.Error(err)
				}
			})
			wg.Go(func() {
				claims, err := w.s.ClaimDeliveries(w.Context(), w.now, minute, 2, 2)
				for _, c := range claims {
					if err == nil {
						err = w.s.Postpone(w.Context(), w.now, c, w.now, "", false)
					}
				}
				if err != nil {
					w.Error(err)
				}
			})
			wg.Go(func() {
				if _, _, err := w.s.ArticlesAfter(w.Context(), 0, 10); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if s := w.stats(); s.Articles != 32 || s.Waiting != 32 || s.Subscriptions != 16 {
			w.Errorf("%+v", s)
		}
	},
}
