package bolt_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/news"
)

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// publication is the n-th story, owed to a number of channels, with texts of the usual size.
func publication(n, channels int) news.Publication {
	id := news.NewID(now.Add(time.Duration(n)*time.Millisecond), 0)
	p := news.Publication{
		Article: news.Article{ID: news.ArticleID(id), URL: fmt.Sprintf("https://news.example/%d", n), Title: "A headline of the usual length says what happened",
			Text: strings.Repeat("A sentence of an article with some words in it. ", 80), Language: "en", Seen: now, Story: news.StoryID(id)},
		Story: news.Story{ID: news.StoryID(id), Event: news.StoryID(id), Language: "en", Headline: "A headline", Articles: []news.ArticleID{news.ArticleID(id)}, First: now, Last: now},
	}
	for c := range channels {
		channel := news.ChannelID(fmt.Sprintf("c%d", c))
		p.Deliveries = append(p.Deliveries, news.Delivery{
			ID: news.NewDeliveryID(p.Story.Event, channel), Event: p.Story.Event, Story: p.Story.ID, Guild: "g", Channel: channel, Due: now,
			Brief: news.Brief{Story: p.Story.ID, Headline: fmt.Sprint("Headline ", n), Sentences: []news.Sentence{{Text: strings.Repeat("A sentence of a brief. ", 10)}}},
		})
	}
	return p
}

// BenchmarkPublishStory stores stories that are owed to one channel or many, one after the other and from many writers.
func BenchmarkPublishStory(b *testing.B) {
	for _, channels := range []int{1, 100} {
		b.Run(fmt.Sprintf("channels=%d", channels), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "news.db"))
			for n := 0; b.Loop(); n++ {
				if err := s.PublishStory(b.Context(), now, publication(n, channels)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("writers=64", func(b *testing.B) {
		s := open(b, filepath.Join(b.TempDir(), "news.db"))
		var n atomic.Int64
		b.SetParallelism(64)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := s.PublishStory(b.Context(), now, publication(int(n.Add(1)), 1)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkClaimDeliveries claims in twenties and ends each claim, with 1,000 channels that have 20 briefs waiting each.
func BenchmarkClaimDeliveries(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "news.db"))
	for n := range 20 {
		if err := s.PublishStory(b.Context(), now, publication(n, 1000)); err != nil {
			b.Fatal(err)
		}
	}
	claimed, at := 0, now
	for b.Loop() {
		claims, err := s.ClaimDeliveries(b.Context(), at, time.Minute, 20, 20)
		if err != nil || len(claims) == 0 {
			b.Fatal(len(claims), err)
		}
		done := make(chan error, len(claims))
		for _, c := range claims {
			go func() { done <- s.Postpone(b.Context(), at, c, at.Add(time.Second), "", false) }()
		}
		for range claims {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
		claimed += len(claims)
		at = at.Add(20 * time.Millisecond)
	}
	b.ReportMetric(float64(claimed)/b.Elapsed().Seconds(), "claims/s")
}

// BenchmarkCaughtUp is the smallest write there is, from many writers: what the committer makes of it.
func BenchmarkCaughtUp(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "news.db"))
	var n atomic.Int64
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.CaughtUp(b.Context(), now, "g", news.UserID(fmt.Sprint(n.Add(1)))); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkAudience reads everyone's wishes after one of 100,000 subscriptions changed.
func BenchmarkAudience(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "news.db"))
	sub := func(n int) news.Subscription {
		guild := news.GuildID(fmt.Sprintf("1000000000000%05d", n/10))
		return news.Subscription{ID: news.SubscriptionID(n + 1), Guild: guild, Channel: news.ChannelID(fmt.Sprintf("2000000000000%06d", n)),
			Topic: news.OwnTopicID(guild, "solar-power"), When: news.Now, Created: now, CreatedBy: "300000000000000001"}
	}
	var writing sync.WaitGroup
	for w := range 100 {
		writing.Go(func() {
			for n := w; n < 100_000; n += 100 {
				if _, err := s.Subscribe(b.Context(), sub(n)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	writing.Wait()
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		if _, err := s.Subscribe(b.Context(), sub(n%100_000)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		a, err := s.Audience(b.Context(), uint64(n))
		if err != nil || len(a.Subscriptions) != 100_000 {
			b.Fatal(len(a.Subscriptions), err)
		}
	}
}
