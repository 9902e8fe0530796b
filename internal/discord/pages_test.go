package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/summary"
)

// tardy is a store that takes its time to read stories once, and may fail to.
type tardy struct {
	*bolt.Store
	wait atomic.Int64
	err  atomic.Pointer[error]
}

func (s *tardy) Stories(ctx context.Context, from, to time.Time) ([]news.Story, error) {
	time.Sleep(time.Duration(s.wait.Swap(0)))
	if err := s.err.Load(); err != nil {
		return nil, *err
	}
	return s.Store.Stories(ctx, from, to)
}

// readingRoom is a server whose two feeds told 24 stories.
func readingRoom(t *testing.T) (*discordsim.Simulator, *tardy) {
	t.Helper()
	db, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := search.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close(); db.Close() })
	store := &tardy{Store: db}
	sim, _ := answering(t, command.New(command.Options{Store: store, Archive: index, Summary: summary.NewSummarizer(nil, nil, nil), Feeds: &finding{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now}))
	guild, now := news.GuildID(sim.State().Guilds[0].ID), time.Now()
	var feeds []news.FeedID
	for i, title := range []string{"Courier", "Herald"} {
		f, err := db.AddFeed(t.Context(), now, guild, news.Feed{ID: news.FeedID(i + 1), Title: title, URL: "https://" + title + ".example"})
		if err != nil {
			t.Fatal(err)
		}
		feeds = append(feeds, f.ID)
	}
	for i := range 24 {
		at := now.Add(-time.Duration(24-i) * time.Minute)
		id := news.NewID(at, uint32(i))
		topic := news.TopicID([]string{"sport", "climate"}[i%2])
		a := news.Article{ID: news.ArticleID(id), Feeds: feeds[i%3/2:][:1], Source: []string{"Courier", "Herald"}[i%3/2], URL: fmt.Sprintf("https://a.example/%d", i), Title: fmt.Sprintf("Story %02d", i),
			Text: "The ferry is late.", Language: "en", Published: at, Seen: at, Story: news.StoryID(id)}
		s := news.Story{ID: a.Story, Event: a.Story, Language: "en", Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: at, Last: at, Topics: []news.Match{{Topic: topic, Score: 1}}}
		if err := db.PublishStory(t.Context(), at, news.Publication{Feed: a.Feeds[0], Article: a, Story: s}); err != nil {
			t.Fatal(err)
		}
		if err := index.Put([]news.Article{a}, uint64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	return sim, store
}

// part is a component of a message whose id begins so.
func part(list []map[string]any, begins string) map[string]any {
	for _, c := range list {
		if id, _ := c["custom_id"].(string); id != "" && strings.HasPrefix(id, begins) {
			return c
		}
		inside, _ := c["components"].([]any)
		for _, x := range inside {
			if m, ok := x.(map[string]any); ok {
				if found := part([]map[string]any{m}, begins); found != nil {
					return found
				}
			}
		}
	}
	return nil
}

// use presses the button of a message whose id begins so, or makes a choice in that select.
func use(t *testing.T, sim *discordsim.Simulator, user string, m *discordsim.Message, begins string, values ...string) discordsim.Reply {
	t.Helper()
	c := part(m.Components, begins)
	if c == nil {
		t.Fatalf("nothing begins with %s in %s", begins, m.Text())
	}
	data := map[string]any{"component_type": c["type"], "custom_id": c["custom_id"]}
	if len(values) > 0 {
		data["values"] = values
	}
	r, err := sim.Invoke(t.Context(), discordsim.Interaction{Type: kindComponent, UserID: user, ChannelID: m.ChannelID, MessageID: m.ID, Wait: 10 * time.Second, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPagesAndSelects: who asked turns and narrows the answer in its place; somebody else gets a page of their own.
func TestPagesAndSelects(t *testing.T) {
	t.Parallel()
	sim, _ := readingRoom(t)
	other, err := sim.AddUser("other", "de")
	if err != nil {
		t.Fatal(err)
	}
	channel := sim.State().Guilds[0].Channels[0].ID
	first, err := sim.Invoke(t.Context(), discordsim.Slash(channel, "", "latest", nil))
	if err != nil || first.Message == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	says := func(r discordsim.Reply, texts ...string) {
		t.Helper()
		if r.Message == nil {
			t.Fatalf("no message in %+v", r)
		}
		for _, text := range texts {
			if !strings.Contains(r.Message.Text(), text) {
				t.Errorf("%q is missing in\n%s", text, r.Message.Text())
			}
		}
	}
	says(first, "Story 23", "Story 14")
	second := use(t, sim, "", first.Message, "page:10:latest")
	if says(second, "Story 13"); second.Type != answerUpdate || second.Message.ID != first.Message.ID {
		t.Errorf("the next page is answer %d in message %s", second.Type, second.Message.ID)
	}
	mine := use(t, sim, other.ID, second.Message, "page:20:latest")
	if says(mine, "Story 03"); mine.Type != answerMessage || mine.Message.Flags&flagEphemeral == 0 || mine.Message.ID == first.Message.ID {
		t.Errorf("somebody else's page is answer %d: %+v", mine.Type, mine.Message)
	}
	back := use(t, sim, other.ID, mine.Message, "page:10:latest") // their own they turn in its place
	if says(back, "Story 13"); back.Type != answerUpdate || back.Message.ID != mine.Message.ID {
		t.Errorf("turning one's own page is answer %d in message %s", back.Type, back.Message.ID)
	}
	narrowed := use(t, sim, "", second.Message, "page:source:latest", command.FeedKey(2))
	if says(narrowed, "Herald"); strings.Contains(narrowed.Message.Text(), "Courier ·") || narrowed.Type != answerUpdate {
		t.Errorf("of one source, answer %d:\n%s", narrowed.Type, narrowed.Message.Text())
	}
	says(use(t, sim, "", narrowed.Message, "page:topic:latest", "climate"), "Latest: Climate")

	brief, err := sim.Invoke(t.Context(), discordsim.Slash(channel, "", "brief", map[string]any{"topic": "gaming"}))
	if err != nil {
		t.Fatal(err)
	}
	says(brief, "Nothing on this topic in the last day.", "There is news on: ")
	says(use(t, sim, "", use(t, sim, "", brief.Message, "page:topic:brief", "sport").Message, "page:since:brief", "1w"), "12 stories in the last week")
	catchup, err := sim.Invoke(t.Context(), discordsim.Slash(channel, other.ID, "catchup", nil))
	if err != nil || catchup.Message.Flags&flagEphemeral == 0 {
		t.Fatalf("%+v, %v", catchup, err)
	}
	says(use(t, sim, other.ID, catchup.Message, "page:topic:catchup", "sport"), "12 Meldungen", "Story 22")
}

// TestSlowPages: a page that takes long comes in the place of the one before, and where it fails that one stays.
func TestSlowPages(t *testing.T) {
	t.Parallel()
	sim, store := readingRoom(t)
	first, err := sim.Invoke(t.Context(), discordsim.Slash(sim.State().Guilds[0].Channels[0].ID, "", "latest", nil))
	if err != nil || first.Message == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	store.wait.Store(int64(deferAfter + 100*time.Millisecond))
	page := func() discordsim.Message {
		t.Helper()
		messages, err := sim.Messages(first.Message.ChannelID, "")
		if err != nil || len(messages) != 1 {
			t.Fatalf("%d messages, %v", len(messages), err)
		}
		return messages[0]
	}
	if r := use(t, sim, "", first.Message, "page:10:latest"); r.Type != answerDeferredUpdate {
		t.Fatalf("a slow page is %+v", r)
	}
	eventually(t, "turned", func() bool { return strings.Contains(page().Text(), "Story 13") })
	second := page()
	failure := errors.New("the disk is gone")
	store.err.Store(&failure)
	store.wait.Store(int64(deferAfter + 100*time.Millisecond))
	failed := use(t, sim, "", &second, "page:20:latest")
	eventually(t, "told of the failure", func() bool {
		r, err := sim.Reply(failed.ID)
		return err == nil && len(r.Followups) == 1 && strings.Contains(r.Followups[0].Text(), "went wrong") && r.Followups[0].Flags&flagEphemeral != 0
	})
	if text := page().Text(); !strings.Contains(text, "Story 13") {
		t.Errorf("the page is now %s", text)
	}
}
