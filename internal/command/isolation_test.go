package command_test

import (
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// TestIsolation: nothing of what another guild follows, made or was sent shows in a guild's answers, whatever is asked.
func TestIsolation(t *testing.T) {
	w := newWorld(t)
	w.follow(elsewhere, "Secret Times", "https://secret.example/rss")
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(elsewhere, "Harbour Post", "https://harbour.example/rss")
	spy := who{name: "manager", manager: true, guild: elsewhere, channel: other}
	w.ask(spy, "topic create", "name:secret-plan", "query:secret OR ferry")
	w.ask(spy, "subscribe", "topic:secret-plan")
	w.ask(spy, "settings", "language:ko", "timezone:Asia/Seoul")
	own := news.OwnTopicID(elsewhere, "secret-plan")
	subs, err := w.store.GuildSubscriptions(t.Context(), elsewhere)
	if err != nil || len(subs) != 1 {
		t.Fatal(subs, err)
	}
	owed := []news.Delivery{{Guild: elsewhere, Channel: other, Subscriptions: []news.SubscriptionID{subs[0].ID}}}
	// One story that both know, told to the other guild in secret words as well; one of the other guild alone.
	w.tell(telling{feed: "Secret Times", ago: 2 * time.Hour, story: "ferry", url: "https://secret.example/ferry", title: "Secret ferry plan", text: "The secret ferry codename is Nautilus.",
		topics: append(on(own, "secret"), on("transport", "Nautilus", "ferry")...), owed: owed})
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, story: "ferry", url: "https://harbour.example/ferry", title: "Ferry plan", text: "There is a plan for a ferry."})
	w.tell(telling{feed: "Secret Times", ago: time.Hour, url: "https://secret.example/only", title: "Secret alone", text: "Only told in secret.", topics: on("climate", "secret"), owed: owed})
	// A page that reached the archive through the other guild's feed first: it is ours too, but not under that name.
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	shared := w.tell(telling{feed: "Secret Times", ago: 30 * time.Minute, url: "https://valley.example/shared", title: "Valley fair opens", text: "The valley's fair opens.", topics: on("transport", "fair")})
	shared.Feeds = append(shared.Feeds, w.feeds["Valley Herald"])
	if err := w.store.PublishStory(t.Context(), w.now, news.Publication{Feed: w.feeds["Valley Herald"], Article: shared, Story: w.stories["https://valley.example/shared"]}); err != nil {
		t.Fatal(err)
	}
	w.put(shared)
	w.post(8001) // one claim a place
	w.post(8002)

	asks := []struct {
		command string
		options []string
		want    string // what should be there, so that the test does not pass on empty answers
	}{
		{"latest", nil, "Valley Herald"},
		{"latest", []string{"topic:transport"}, "Ferry plan"},
		{"latest", []string{"topic:climate"}, "Nothing"},
		{"latest", []string{"topic:" + string(own)}, "no topic"},
		{"brief", []string{"topic:transport"}, "Valley Herald"},
		{"brief", []string{"topic:climate"}, "Nothing"},
		{"brief", []string{"topic:secret-plan"}, "no topic"},
		{"search", []string{"query:ferry"}, "Ferry plan"},
		{"search", []string{"query:fair"}, "Valley Herald"},
		{"search", []string{"query:Nautilus"}, "Nothing found"},
		{"search", []string{"query:source:times only"}, "Nothing found"},
		{"catchup", nil, "Ferry plan"},
		{"why", []string{"url:https://secret.example/ferry"}, "Not seen"},
		{"why", []string{"url:https://secret.example/only"}, "Not seen"},
		{"why", []string{"url:https://harbour.example/ferry"}, "Transport"},
		{"why", []string{"url:https://valley.example/shared"}, "Valley Herald"},
		{"why", []string{"url:https://discord.com/channels/1002/2099/8001"}, "That message is elsewhere"},
		{"why", []string{"url:https://discord.com/channels/1001/2099/8001"}, "no brief of mine"},
		{"feed list", nil, "Harbour Post"},
		{"feed remove", []string{"feed:https://secret.example/rss"}, "is followed here"},
		{"feed export", nil, "2 feeds"},
		{"topic list", nil, "None yet"},
		{"topic preview", []string{"query:nautilus OR fair"}, "It matches 1 of"},
		{"topic preview", []string{"query:alone"}, "matches none of"},
		{"topic edit", []string{"name:secret-plan", "query:x"}, "no topic of your own"},
		{"topic edit", []string{"name:" + string(own), "query:x"}, "no topic of your own"},
		{"topic delete", []string{"name:secret-plan"}, "no topic of your own"},
		{"topic delete", []string{"name:" + string(own)}, "no topic of your own"},
		{"subscribe", []string{"topic:" + string(own)}, "no topic"},
		{"unsubscribe", []string{"topic:" + string(own), "channel:" + string(other)}, "no topic"},
		{"subscriptions", nil, "No subscriptions"},
		{"settings", nil, "UTC"},
	}
	for _, a := range asks {
		r := w.ask(manager, a.command, a.options...)
		w.want(r, a.want)
		asked := strings.Join(a.options, " ")
		for _, secret := range []string{"Secret", "secret.example", "secret", "Nautilus", "#other", "Seoul"} {
			if strings.Contains(asked, secret) { // it is their own word
				continue
			}
			w.without(r, secret)
		}
		if r.File != nil && strings.Contains(string(r.File.Data), "secret") {
			t.Errorf("/%s gives away\n%s", a.command, r.File.Data)
		}
	}
	for _, option := range []string{"topic", "name", "feed"} {
		for _, c := range w.complete(manager, "brief", option, "") {
			if strings.Contains(strings.ToLower(c.Name+c.Value), "secret") {
				t.Errorf("offered %v", c)
			}
		}
	}
	for _, id := range []string{command.WhyButton("b1"), "page:0:brief:" + string(own) + ":1w", "page:0:latest:" + string(own)} {
		r := w.press(who{name: "manager", manager: true, channel: other, message: "8001"}, command.Reply{}, id)
		w.without(r, "Secret", "Nautilus")
	}
	w.want(w.ask(spy, "brief", "topic:climate"), "Secret alone")
	w.want(w.ask(spy, "why", "url:https://secret.example/only"), "Posted in #other")
}
