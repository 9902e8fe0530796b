package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// thousands fills the archive with a day's 3,000 stories of 2 KB, a tenth of them on energy, without making them searchable.
func (w *world) thousands() {
	w.t.Helper()
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	feed := w.feeds["Harbour Post"]
	body := strings.Repeat("The island's council talked about the harbour, its ferry and the school on the hill. ", 24)
	for i := range 3000 {
		at := w.now.Add(-time.Duration(i) * 28 * time.Second)
		id := news.NewID(at, uint32(i))
		a := news.Article{ID: news.ArticleID(id), Feeds: []news.FeedID{feed}, Source: "Harbour Post", URL: fmt.Sprintf("https://harbour.example/%d", i), Title: fmt.Sprintf("Council meeting no. %d", i),
			Text: body, Language: "en", Published: at, Seen: at, Story: news.StoryID(id)}
		s := news.Story{ID: a.Story, Event: a.Story, Language: "en", Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: at, Last: at}
		if i%10 == 0 {
			s.Topics = on("energy", "council")
		}
		if err := w.store.PublishStory(w.t.Context(), at, news.Publication{Feed: feed, Article: a, Story: s}); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.store.PutTopic(w.t.Context(), news.Topic{ID: news.OwnTopicID(here, "own"), Guild: here, Query: "(council ferry) OR submarine"}, false); err != nil {
		w.t.Fatal(err)
	}
}

func BenchmarkAnswer(b *testing.B) {
	w := newWorld(b)
	w.thousands()
	for _, c := range []struct {
		name string
		ask  command.Ask
	}{
		{"brief built in", command.Ask{Command: "brief", Args: map[string]string{"topic": "energy"}}},
		{"brief own", command.Ask{Command: "brief", Args: map[string]string{"topic": "own"}}},
		{"latest", command.Ask{Command: "latest"}},
		{"catchup", command.Ask{Command: "catchup"}},
	} {
		c.ask.Guild, c.ask.Channel, c.ask.User = here, general, "1"
		b.Run(c.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				c.ask.User = news.UserID(fmt.Sprint(i)) // each catches up for the first time
				if r := w.service.Answer(b.Context(), c.ask); r.Title == "" {
					b.Fatal(w.render(r))
				}
			}
		})
	}
}
