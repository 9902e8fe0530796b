package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

// newBot returns a bot that talks to a server. adjust may change its options.
func newBot(t *testing.T, address string, adjust func(*Options)) *Bot {
	t.Helper()
	o := Options{Token: testToken, API: address + "/api/v10", Logger: slog.New(slog.DiscardHandler), Now: time.Now}
	if adjust != nil {
		adjust(&o)
	}
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// known is a bot that Discord has told who it is.
func known(t *testing.T, address string) *Bot {
	t.Helper()
	b := newBot(t, address, nil)
	if _, err := b.Application(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// claim is one brief for a channel.
func claim(channel string, n int) news.Claim {
	return news.Claim{Deliveries: []news.Delivery{{ID: news.NewDeliveryID(news.StoryID(n), news.ChannelID(channel)), Event: news.StoryID(n), Channel: news.ChannelID(channel),
		Topics: []news.Match{{Topic: "climate"}}, Created: time.Now(), FirstTry: time.Now(),
		Brief: news.Brief{Headline: fmt.Sprintf("Headline %d", n), Sentences: []news.Sentence{{Text: "It rained.", Article: 1}},
			Sources: []news.Source{{Article: 1, Name: "Courier", URL: "https://courier.example/1"}}}}}}
}

func messages(t *testing.T, sim *discordsim.Simulator, channel string) []discordsim.Message {
	t.Helper()
	list, err := sim.Messages(channel, "")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPostRepeatsSafely(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	b, channel, other := newBot(t, address, nil), sim.State().Guilds[0].Channels[0].ID, sim.State().Guilds[0].Channels[1].ID
	single, digest := claim(channel, 1), claim(channel, 2)
	digest.Digest = news.NewDigestID(news.ChannelID(channel), time.Unix(1e9, 0), 0)
	digest.Deliveries = append(digest.Deliveries, claim(channel, 3).Deliveries...)
	for _, c := range []news.Claim{single, digest} {
		in, id, err := b.Post(t.Context(), c)
		if err != nil || id == "" || in != news.ChannelID(channel) {
			t.Fatalf("posted as %s in %s, %v", id, in, err)
		}
		if _, again, err := b.Post(t.Context(), c); err != nil || again != id {
			t.Errorf("the repeated post is %s, %v; want %s", again, err, id)
		}
	}
	if list := messages(t, sim, channel); len(list) != 2 || !strings.Contains(list[0].Text(), "Headline 1") || !strings.Contains(list[1].Text(), "2 stories") {
		t.Errorf("the channel has %d messages: %v", len(list), list)
	}
	// The answer is lost, the message isn't.
	for i, kind := range []string{"commit_then_502", "commit_then_reset"} {
		if err := sim.Fault(discordsim.Fault{Kind: kind, Route: "POST /channels/"}); err != nil {
			t.Fatal(err)
		}
		c := claim(other, 10+i)
		_, _, err := b.Post(t.Context(), c)
		if refused := (*news.SendError)(nil); err == nil || errors.As(err, &refused) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line that leaves the outcome open", kind, err)
		}
		if _, _, err := b.Post(t.Context(), c); err != nil {
			t.Errorf("after %s: %v", kind, err)
		}
		if n := len(messages(t, sim, other)); n != i+1 {
			t.Errorf("after %s the channel has %d messages, want %d", kind, n, i+1)
		}
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	b, channel := newBot(t, address, nil), sim.State().Guilds[0].Channels[0].ID
	c := claim(channel, 1)
	in, id, err := b.Post(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Deliveries[0]
	d.PostedIn, d.Message, d.Brief.Headline = in, id, "More is known"
	if thread, err := b.Edit(t.Context(), d); err != nil || thread != "" {
		t.Fatalf("a thread %q, %v", thread, err)
	}
	if m := messages(t, sim, channel); len(m) != 1 || m[0].EditedTimestamp == nil || !strings.Contains(m[0].Text(), "More is known") {
		t.Errorf("after the edit the channel has %+v", m)
	}
	if err := b.request(t.Context(), http.MethodDelete, "https://discord.com/api/v9/channels/"+channel+"/messages/"+string(id), nil, nil); err != nil {
		t.Fatal(err)
	}
	var refused *news.SendError
	if _, err := b.Edit(t.Context(), d); !errors.As(err, &refused) || !refused.Permanent || refused.Place {
		t.Errorf("the edit of a deleted message: %v; want a permanent refusal that leaves the place alone", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	guild := sim.State().Guilds[0]
	b, channel, other := newBot(t, address, nil), guild.Channels[0].ID, guild.Channels[1].ID
	c := claim(channel, 1)
	_, id, err := b.Post(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Post(t.Context(), claim(channel, 2)); err != nil {
		t.Fatal(err)
	}
	for i := range 150 {
		if _, err := sim.Say(channel, "", fmt.Sprintf("chat %d %s", i, command.WhyButton(c.Deliveries[0].ID))); err != nil {
			t.Fatal(err)
		}
	}
	if in, found, err := b.Find(t.Context(), c); err != nil || found != id || in != news.ChannelID(channel) {
		t.Errorf("found %s in %s, %v; want %s", found, in, err, id)
	}
	if _, found, err := b.Find(t.Context(), claim(channel, 3)); err != nil || found != "" {
		t.Errorf("what was never posted is found as %s, %v", found, err)
	}
	moved := claim(channel, 1)
	moved.Deliveries[0].Channel = news.ChannelID(other)
	if _, found, err := b.Find(t.Context(), moved); err != nil || found != "" {
		t.Errorf("found in a channel it isn't in as %s, %v", found, err)
	}
	if err := sim.SetBotPermissions(guild.ID, other, 0, 1<<10); err != nil {
		t.Fatal(err)
	}
	var refused *news.SendError
	if _, _, err := b.Find(t.Context(), moved); !errors.As(err, &refused) || !refused.Place {
		t.Errorf("looking into a channel out of sight: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const view, send = 1 << 10, 1 << 11
	for _, c := range []struct {
		name      string
		adjust    func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error
		kind      int
		permanent bool
		place     bool
		says      string
	}{
		{"deleted channel", func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error {
			return sim.DeleteChannel(channel)
		}, discordsim.ChannelText, true, true, "gone"},
		{"hidden channel", func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error {
			return sim.SetBotPermissions(guild, channel, 0, view)
		}, discordsim.ChannelText, true, true, "View Channel"},
		{"no sending", func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error {
			return sim.SetBotPermissions(guild, channel, 0, send)
		}, discordsim.ChannelText, true, true, "Send Messages"},
		{"kicked", func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error { return sim.KickBot(guild) }, discordsim.ChannelText, true, true, ""},
		{"category", nil, discordsim.ChannelCategory, true, true, "text channel"},
		{"user limit", func(t *testing.T, sim *discordsim.Simulator, guild, channel string) error {
			return sim.Fault(discordsim.Fault{Kind: "user_429", MS: 1500})
		}, discordsim.ChannelText, false, false, "slow down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{})
			guild := sim.State().Guilds[0].ID
			ch, err := sim.AddChannel(guild, "place", c.kind, "")
			if err != nil {
				t.Fatal(err)
			}
			if c.adjust != nil {
				if err := c.adjust(t, sim, guild, ch.ID); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err = newBot(t, address, nil).Post(t.Context(), claim(ch.ID, 1))
			var refused *news.SendError
			if !errors.As(err, &refused) || refused.Permanent != c.permanent || refused.Place != c.place || !strings.Contains(refused.Sentence, c.says) {
				t.Errorf("refused as %+v (%v)", refused, err)
			}
			if !c.permanent && refused.After != 1500*time.Millisecond {
				t.Errorf("again after %v, want 1.5 s", refused.After)
			}
		})
	}
}

// TestAnswersThatAreNotDiscords: a proxy's page says nothing about the message.
func TestAnswersThatAreNotDiscords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status    int
		body      string
		refused   bool
		permanent bool
	}{
		{403, "<html>Access denied</html>", true, false},
		{404, "<html>Not found</html>", true, false},
		{401, `{"message": "401: Unauthorized", "code": 0}`, true, false},
		{400, `{"message": "Invalid Form Body", "code": 50035, "errors": {}}`, true, true},
		{413, "<html>too large</html>", true, true},
		{500, "", false, false},
		{502, "<html>\nBad\nGateway</html>", false, false},
		{200, "<html>a captive portal</html>", false, false},
		{200, `{}`, false, false},
		{200, ``, false, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}))
		_, _, err := newBot(t, server.URL, nil).Post(t.Context(), claim("123", 1))
		server.Close()
		var refused *news.SendError
		if err == nil || errors.As(err, &refused) != c.refused || c.refused && (refused.Permanent != c.permanent || refused.Place) {
			t.Errorf("%d %s is %+v (%v)", c.status, c.body, refused, err)
		}
		if !c.permanent && c.refused && refused.After <= 0 {
			t.Errorf("%d %s is tried again after %v", c.status, c.body, refused.After)
		}
	}
}

func TestPostObeysItsContext(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	if err := sim.Fault(discordsim.Fault{Kind: "hang"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, _, err := newBot(t, address, nil).Post(ctx, claim(sim.State().Guilds[0].Channels[0].ID, 1)); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Second {
		t.Errorf("a server that hangs: %v after %v", err, time.Since(start))
	}
}

func TestErrorsHoldNoToken(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	const secret = "the-token-of-an-interaction-which-is-a-secret-for-fifteen-minutes"
	b := newBot(t, server.URL, nil)
	for _, url := range []string{"https://discord.com/api/v9/interactions/1/" + secret + "/callback", "https://discord.com/api/v9/webhooks/1/" + secret + "/messages/@original"} {
		if err := b.request(t.Context(), http.MethodPost, url, map[string]int{}, nil); err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), testToken) {
			t.Errorf("%v", err)
		}
	}
}
