package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

// TestWhoseBusiness: where the bot isn't, an interaction is about the person's own guild
// (https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object).
func TestWhoseBusiness(t *testing.T) {
	const member, user = `"guild_id":"3","member":{"user":{"id":"5"},"permissions":"0"}`, `"user":{"id":"5"}`
	for name, c := range map[string]struct {
		from, owners string
		guild        news.GuildID
	}{
		"in a server":                            {member, `{"0":"3"}`, "3"},
		"in a server by both installations":      {member, `{"0":"3","1":"5"}`, "3"},
		"in a server that doesn't have it":       {member, `{"1":"5"}`, "@5"},
		"on another's answer there":              {member, `{"1":"6"}`, "@5"},
		"in direct messages":                     {user, `{"0":"0"}`, "@5"},
		"in direct messages by own installation": {user, `{"1":"5"}`, "@5"},
		"in a group":                             {user, `{"1":"5"}`, "@5"},
		"from long ago":                          {member, `{}`, "3"},
	} {
		var i interaction
		if err := json.Unmarshal(fmt.Appendf(nil, `{"id":"1","type":2,"channel_id":"4",%s,"authorizing_integration_owners":%s,"data":{"name":"latest","type":1}}`, c.from, c.owners), &i); err != nil {
			t.Fatal(err)
		}
		a, _ := i.ask()
		if own := c.guild.Person() != ""; a.Guild != c.guild || a.User != "5" || a.Manager != own {
			t.Errorf("%s: %+v, want guild %s", name, a, c.guild)
		}
	}
}

// TestCommandsForPeople: commands are registered for people's own installations where the application allows them.
func TestCommandsForPeople(t *testing.T) {
	for _, only := range []bool{false, true} {
		sim, address := simulator(t, discordsim.Options{GuildInstallOnly: only})
		if _, err := newBot(t, address, nil).Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		var commands []struct {
			Installs []int `json:"integration_types"`
			Contexts []int
		}
		registered, err := json.Marshal(sim.State().Commands)
		if err == nil {
			err = json.Unmarshal(registered, &commands)
		}
		if err != nil || len(commands) == 0 {
			t.Fatalf("%s, %v", registered, err)
		}
		want := "[0 1] [0 1 2]"
		if only {
			want = "[0] [0 1]"
		}
		for _, c := range commands {
			if got := fmt.Sprint(c.Installs, c.Contexts); got != want {
				t.Errorf("servers only %v: a command is for %s, want %s", only, got, want)
			}
		}
	}
}

// TestDirectMessagesRefused: whatever Discord says of a person's channel, theirs are closed, and opened anew next time.
func TestDirectMessagesRefused(t *testing.T) {
	for _, code := range []int{50007, 50278, 50001, 10003} {
		opened := 0
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/users/@me/channels") {
				opened++
				io.WriteString(w, `{"id":"9"}`)
				return
			}
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"code":%d,"message":"no"}`, code)
		}))
		b := newBot(t, api.URL, nil)
		for range 2 {
			refused := (*news.SendError)(nil)
			d := delivery(1, "Ice melts", "It does.", "https://a.example/1", "A")
			d.Guild, d.User, d.Channel = "@5", "5", ""
			if _, _, err := b.Post(t.Context(), news.Claim{Deliveries: []news.Delivery{d}}); !errors.As(err, &refused) || !refused.Place || !refused.Permanent || refused.Sentence != "Direct messages are closed." {
				t.Errorf("%d: %v", code, err)
			}
		}
		api.Close()
		if opened != 2 {
			t.Errorf("%d: direct messages were opened %d times, want again after the refusal", code, opened)
		}
	}
}

// TestCanWrite: who can't be written to at all is told at once; closed direct messages are seen only by sending.
func TestCanWrite(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	b := newBot(t, address, nil)
	ann, err := sim.AddUser("ann", "de")
	if err != nil {
		t.Fatal(err)
	}
	sentence := (*news.UserError)(nil)
	if err := b.CanPost(t.Context(), news.OwnGuild(news.UserID(ann.ID)), ""); err != nil {
		t.Error(err)
	}
	if err := b.CanPost(t.Context(), "@1", ""); !errors.As(err, &sentence) || !strings.Contains(sentence.Sentence, "no such person") {
		t.Error(err)
	}
	if err := b.CanPost(t.Context(), news.OwnGuild(news.UserID(ann.ID)), "2"); !errors.As(err, &sentence) || !strings.Contains(sentence.Sentence, "to you alone") {
		t.Error(err)
	}
}
