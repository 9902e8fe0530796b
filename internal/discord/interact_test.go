package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

var simOptions = discordsim.Options{MaxConcurrency: 100}

// finding stands for the web in /feed test, the one command that needs no store: it answers after a while, fails or panics.
type finding struct {
	mu    sync.Mutex
	wait  time.Duration
	err   error
	panic string
	calls int
}

func (f *finding) service() *command.Service {
	return command.New(command.Options{Store: struct{ command.Store }{}, Feeds: f, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
}

func (f *finding) slow(wait time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wait = wait
}

func (f *finding) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *finding) Find(ctx context.Context, url string) (command.Found, error) {
	f.mu.Lock()
	f.calls++
	wait, err, p := f.wait, f.err, f.panic
	f.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return command.Found{}, ctx.Err()
	}
	if p != "" {
		panic(p)
	}
	return command.Found{Feed: news.Feed{Title: "Courier", URL: url}}, err
}

func (f *finding) Canonical(url string) string { return url }

func (f *finding) Redact(url string) string { return url }

func (f *finding) Read(context.Context, string, int64) ([]byte, error) {
	return nil, errors.New("nothing to read")
}

func online(t *testing.T, f *finding) (sim *discordsim.Simulator, stop func()) {
	t.Helper()
	return answering(t, f.service())
}

// answering is a bot that answers a simulated Discord's interactions. stop ends it and waits for its end.
func answering(t *testing.T, service *command.Service) (sim *discordsim.Simulator, stop func()) {
	t.Helper()
	sim, address := simulator(t, simOptions)
	return sim, run(t, sim, newBot(t, address, func(o *Options) { o.Service = service }))
}

// run lets a bot answer until stop, which waits for its end.
func run(t *testing.T, sim *discordsim.Simulator, b *Bot) (stop func()) {
	t.Helper()
	if _, err := b.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx, 100*time.Millisecond) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	t.Cleanup(stop)
	eventually(t, "online", func() bool { return sim.State().Online })
	return stop
}

// ask types /feed test and waits for the answer.
func ask(t *testing.T, sim *discordsim.Simulator) discordsim.Reply {
	t.Helper()
	i := discordsim.Slash(sim.State().Guilds[0].Channels[0].ID, "", "feed test", map[string]any{"url": "https://courier.example"})
	i.Wait = 10 * time.Second
	r, err := sim.Invoke(t.Context(), i)
	if err != nil || r.Message == nil {
		t.Fatalf("/feed test: %+v, %v", r, err)
	}
	return r
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		find     *finding
		deferred bool
		says     string
	}{
		{"at once", &finding{}, false, "Courier"},
		{"later", &finding{wait: deferAfter + 200*time.Millisecond}, true, "Courier"},
		{"a mistake of the person's", &finding{err: &news.UserError{Sentence: "There is *no* feed."}}, false, `There is \*no\* feed.`},
		{"a failure", &finding{err: errors.New("secret cause")}, false, "went wrong on my side"},
		{"a late failure", &finding{wait: deferAfter + 100*time.Millisecond, err: errors.New("secret cause")}, true, "went wrong on my side"},
		{"a panic", &finding{panic: "oh"}, false, "went wrong on my side"},
		{"a late panic", &finding{wait: deferAfter + 100*time.Millisecond, panic: "oh"}, true, "went wrong on my side"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, _ := online(t, c.find)
			r := ask(t, sim)
			if (r.Type == answerDeferred) != c.deferred || !strings.Contains(r.Message.Text(), c.says) || r.Message.Flags&flagEphemeral == 0 || strings.Contains(r.Message.Text(), "secret") {
				t.Errorf("the answer of type %d is %s", r.Type, r.Message.Text())
			}
			c.find.mu.Lock()
			c.find.wait, c.find.err, c.find.panic = 0, nil, ""
			c.find.mu.Unlock()
			if r := ask(t, sim); !strings.Contains(r.Message.Text(), "Courier") {
				t.Errorf("the next answer is %s", r.Message.Text())
			}
		})
	}
}

// TestRefusedAnswer: when Discord refuses an answer, the person is told that it went wrong.
func TestRefusedAnswer(t *testing.T) {
	t.Parallel()
	for _, wait := range []time.Duration{0, deferAfter + 50*time.Millisecond} {
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			var edits []string
			discord := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				if edits = append(edits, string(body)); len(edits) == 1 {
					w.WriteHeader(http.StatusBadRequest)
					io.WriteString(w, `{"code":50035,"message":"Invalid Form Body"}`)
					return
				}
				io.WriteString(w, `{}`)
			}))
			defer discord.Close()
			b := newBot(t, discord.URL, func(o *Options) { o.Service = (&finding{wait: wait}).service() })
			var i interaction
			ask := `{"id":"1","application_id":"2","token":"abc","type":2,"locale":"de","member":{"permissions":"32"},"guild_id":"9",
				"data":{"name":"feed","options":[{"type":1,"name":"test","options":[{"name":"url","value":"https://courier.example"}]}]}}`
			if err := json.Unmarshal([]byte(ask), &i); err != nil {
				t.Fatal(err)
			}
			b.answer(t.Context(), &i, func(ctx context.Context, a answer, _ *command.File) error {
				if a.Kind == answerDeferred {
					return nil
				}
				return b.request(ctx, http.MethodPost, discordgo.EndpointInteractionResponse(i.ID, i.Token), a, nil)
			})
			if len(edits) != 2 || !strings.Contains(edits[0], "Courier") || !strings.Contains(edits[1], tongue("de").say("That went wrong on my side; the operator finds the reason in the log.")) {
				t.Errorf("sent %q", edits)
			}
		})
	}
}

func TestWhoWaitsForAnAnswerIsToldOfTheStop(t *testing.T) {
	t.Parallel()
	find := &finding{wait: time.Hour}
	sim, stop := online(t, find)
	answered := make(chan discordsim.Reply, 1)
	go func() { answered <- ask(t, sim) }()
	eventually(t, "asked", func() bool { return find.asked() > 0 })
	start := time.Now()
	stop()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the stop took %v", took)
	}
	if r := <-answered; !strings.Contains(r.Message.Text(), "restarted") {
		t.Errorf("told %s", r.Message.Text())
	}
}

func TestAnswerToAStrangerFails(t *testing.T) {
	t.Parallel()
	sim, _ := online(t, &finding{})
	reader, err := sim.AddUser("visitor", "de")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.Invoke(t.Context(), discordsim.Slash(sim.State().Guilds[0].Channels[0].ID, reader.ID, "feed test", map[string]any{"url": "x"})); err == nil {
		t.Error("a member without Manage Server sees /feed")
	}
}

// FuzzInteraction: whatever arrives as an interaction, the bot answers at most once and lives.
func FuzzInteraction(f *testing.F) {
	for _, s := range []string{
		`{"type":1}`, `{"type":2,"data":{"name":"help"}}`, `{"type":2,"data":{"name":"feed","options":[{"type":1,"name":"test","options":[{"name":"url","value":"a"}]}]},"member":{"permissions":"32"},"guild_id":"1"}`,
		`{"type":2,"data":{"name":"feed","options":[{"type":2,"name":"a","options":[{"type":1,"name":"b","options":[]}]}]}}`,
		`{"type":3,"data":{"custom_id":"page:1:search:a:b"}}`, `{"type":3,"data":{"custom_id":"why:"},"message":{"id":"x"}}`, `{"type":4,"data":{"name":"settings","options":[{"name":"timezone","value":7,"focused":true}]}}`,
		`{"type":2,"data":{"name":"feed","options":[{"type":11,"name":"file","value":"9"}],"resolved":{"attachments":{"9":{"url":"x"}}}}}`, `{"type":5}`, `null`, `{"type":2,"member":null,"user":{"id":"1"}}`, "\xff",
	} {
		f.Add([]byte(s))
	}
	b, err := New(Options{Token: testToken, API: "http://127.0.0.1:1/api/v10", Service: (&finding{}).service(), Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var i interaction
		if json.Unmarshal(data, &i) != nil {
			return
		}
		answers := 0
		b.answer(t.Context(), &i, func(_ context.Context, a answer, _ *command.File) error {
			answers++
			if _, err := json.Marshal(a); err != nil {
				t.Errorf("the answer can't be written: %v", err)
			}
			return nil
		})
		if answers > 1 {
			t.Errorf("%d answers to %s", answers, data)
		}
	})
}

// slowly is a store that takes its time to follow a feed.
type slowly struct{ command.Store }

func (slowly) GuildFeeds(context.Context, news.GuildID) ([]news.Feed, error) { return nil, nil }

func (slowly) GuildSettings(_ context.Context, guild news.GuildID) (news.Settings, error) {
	return news.Settings{Guild: guild}, nil
}

func (slowly) AddFeed(_ context.Context, _ time.Time, _ news.GuildID, f news.Feed) (news.Feed, error) {
	time.Sleep(200 * time.Millisecond)
	return f, nil
}

// listing is a web with one file, an OPML list of 1,500 feeds.
type listing struct{ finding }

func (*listing) Read(context.Context, string, int64) ([]byte, error) {
	var b strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&b, `<outline text="%d" xmlUrl="https://f%d.example/"/>`, i, i)
	}
	return []byte("<opml><body>" + b.String() + "</body></opml>"), nil
}

// TestProgress: who imports many feeds sees how far it has come, and at last what has become of it, in one message.
func TestProgress(t *testing.T) {
	t.Parallel()
	service := command.New(command.Options{Store: slowly{}, Feeds: &listing{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	sim, _ := answering(t, service)
	i := discordsim.Slash(sim.State().Guilds[0].Channels[0].ID, "", "feed import", map[string]any{"file": map[string]any{"filename": "feeds.opml", "content": "x"}})
	i.Wait = 10 * time.Second
	r, err := sim.Invoke(t.Context(), i)
	if err != nil || r.Message == nil || !strings.Contains(r.Message.Text(), "of 1,500 feeds …") || r.Message.Flags&flagEphemeral == 0 {
		t.Fatalf("the progress is %+v, %v", r.Message, err)
	}
	eventually(t, "the import ended", func() bool {
		end, err := sim.Reply(r.ID)
		return err == nil && end.Message != nil && strings.Contains(end.Message.Text(), "Following 1,500 new feeds") && end.Message.ID == r.Message.ID
	})
}
