package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

func TestCanPost(t *testing.T) {
	t.Parallel()
	const administrator, view, send, embed, history, threads = 1 << 3, 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 38
	type bits struct{ allow, deny uint64 }
	for _, c := range []struct {
		name    string
		guild   bits // of the bot's role
		channel bits // of the bot in the channel
		kind    int
		thread  bool
		says    string // "" when it can
	}{
		{name: "as invited"},
		{name: "announcement channel", kind: discordsim.ChannelAnnouncement},
		{name: "voice channel", kind: discordsim.ChannelVoice},
		{name: "forum", kind: discordsim.ChannelForum, says: "takes no messages"},
		{name: "category", kind: discordsim.ChannelCategory, says: "takes no messages"},
		{name: "role may not send", guild: bits{0, send}, says: "I lack Send Messages."},
		{name: "role may not send, the channel lets it", guild: bits{0, send}, channel: bits{send, 0}},
		{name: "channel forbids two", channel: bits{0, embed | history}, says: "I lack Embed Links, Read Message History."},
		{name: "channel hidden", channel: bits{0, view}, says: "can't see that channel"},
		{name: "an administrator may all", guild: bits{administrator, send | embed | history}, channel: bits{0, send | view}},
		{name: "thread", thread: true},
		{name: "thread in a channel that forbids posts", thread: true, channel: bits{0, send}},
		{name: "thread without its permission", thread: true, channel: bits{0, threads}, says: "I lack Send Messages in Threads."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{})
			b, guild := known(t, address), sim.State().Guilds[0].ID
			ch, err := sim.AddChannel(guild, "place", c.kind, "")
			if err != nil {
				t.Fatal(err)
			}
			place := ch.ID
			if c.thread {
				var made struct{ ID string }
				if err := b.request(t.Context(), http.MethodPost, "https://discord.com/api/v9/channels/"+ch.ID+"/threads", map[string]any{"name": "thread", "type": 11}, &made); err != nil {
					t.Fatal(err)
				}
				place = made.ID
			}
			if err := errors.Join(sim.SetBotPermissions(guild, "", c.guild.allow, c.guild.deny), sim.SetBotPermissions(guild, ch.ID, c.channel.allow, c.channel.deny)); err != nil {
				t.Fatal(err)
			}
			err = b.CanPost(t.Context(), news.GuildID(guild), news.ChannelID(place))
			var user *news.UserError
			switch {
			case c.says == "" && err != nil:
				t.Errorf("it can't: %v", err)
			case c.says != "" && (!errors.As(err, &user) || !strings.Contains(user.Error(), c.says)):
				t.Errorf("it says %v, want %q", err, c.says)
			}
			// What it says is what happens.
			if c.kind == discordsim.ChannelText && !strings.Contains(c.says, "Embed Links") {
				if _, _, posted := b.Post(t.Context(), claim(place, 1)); (posted == nil) != (err == nil) {
					t.Errorf("a post ends with %v, though CanPost says %v", posted, err)
				}
			}
		})
	}
}

func TestCanPostInPlacesThatAreNone(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	b, first := known(t, address), sim.State().Guilds[0]
	second, err := sim.AddGuild("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	var user *news.UserError
	if err := b.CanPost(t.Context(), news.GuildID(second), news.ChannelID(first.Channels[0].ID)); !errors.As(err, &user) || !strings.Contains(user.Sentence, "not in this server") {
		t.Errorf("another server's channel: %v", err)
	}
	if err := b.CanPost(t.Context(), news.GuildID(first.ID), "99999999999999999"); !errors.As(err, &user) || !strings.Contains(user.Sentence, "no such channel") {
		t.Errorf("a channel that isn't there: %v", err)
	}
	if err := sim.Fault(discordsim.Fault{Kind: "http_502"}); err != nil {
		t.Fatal(err)
	}
	if err := b.CanPost(t.Context(), news.GuildID(first.ID), news.ChannelID(first.Channels[0].ID)); err != nil {
		t.Errorf("while Discord is down: %v; the first post would tell", err)
	}
}

func TestGuilds(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{GuildName: "first"})
	second, err := sim.AddGuild("second")
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.SetBotPermissions(second, "", 0, 1<<11|1<<16); err != nil {
		t.Fatal(err)
	}
	guilds, err := newBot(t, address, nil).Guilds(t.Context())
	if err != nil || len(guilds) != 2 || guilds[0].Name != "first" || len(guilds[0].Missing) != 0 ||
		!slices.Equal(guilds[1].Missing, []string{"Send Messages", "Read Message History"}) {
		t.Errorf("the servers are %+v, %v", guilds, err)
	}
}

// TestGuildsAreAll: Discord lists 200 servers at a time.
func TestGuildsAreAll(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var after int
		if s := r.URL.Query().Get("after"); s != "" {
			fmt.Sscan(s, &after)
		}
		page := []map[string]string{}
		for id := after + 1; id <= min(after+200, 450); id++ {
			page = append(page, map[string]string{"id": fmt.Sprint(id), "name": fmt.Sprint("guild ", id), "permissions": "8"})
		}
		if err := json.NewEncoder(w).Encode(page); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	guilds, err := newBot(t, server.URL, nil).Guilds(t.Context())
	if err != nil || len(guilds) != 450 {
		t.Errorf("%d servers of 450, %v", len(guilds), err)
	}
}
