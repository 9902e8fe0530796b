package command_test

import (
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// TestPersonalEvening is what a person does alone with the bot: from nothing to a subscription, and to what is kept of it.
func TestPersonalEvening(t *testing.T) {
	w := newWorld(t)
	w.island()
	dm := who{name: "member", guild: "dm", channel: "4001"}
	w.ask(dm, "privacy")
	w.ask(dm, "subscriptions")
	w.ask(dm, "subscribe", "topic:climate")
	w.ask(dm, "feed add", "url:https://harbour.example/rss")
	w.ask(dm, "topic create", "name:ferries", "query:ferry OR harbour")
	w.ask(dm, "subscribe", "topic:ferries", "channel:"+string(climate))
	w.ask(dm, "subscribe", "topic:ferries", "when:daily", "at:07:30", "language:de")
	w.ask(dm, "subscribe", "topic:ferries", "when:hourly")
	w.ask(dm, "settings", "timezone:Asia/Seoul", "quiet:22:00-07:00")
	w.ask(dm, "subscriptions")
	w.ask(dm, "unsubscribe", "topic:climate")
	w.ask(dm, "unsubscribe", "topic:climate")
	w.ask(dm, "catchup")
	w.says("Somebody else sees none of it, in their direct messages or in a server.")
	w.ask(who{name: "another", guild: "dm"}, "subscriptions")
	w.ask(manager, "subscriptions")
	w.says("In a server it is the same answer, and nobody else's business.")
	r := w.ask(member, "privacy")
	sure := w.press(member, r, "Delete all of it")
	w.press(member, sure, "Yes, delete it")
	w.ask(member, "privacy")
	w.ask(dm, "subscriptions")
	w.golden("personal")
}

// TestPersonalWords: what a person is told alone speaks of them, not of a server and its channels.
func TestPersonalWords(t *testing.T) {
	w := newWorld(t)
	w.island()
	w.web.pages["https://cove.example/rss"] = command.Found{Feed: news.Feed{URL: "https://cove.example/rss", Title: "Cove Courier"}, Entries: entries(2, w.now)}
	w.web.files["mine.opml"] = []byte(`<opml><body><outline text="a"><outline xmlUrl="https://bay.example/rss" text="Bay"/></outline></body></opml>`)
	dm := who{name: "member", guild: "dm", channel: "4001"}
	own := news.GuildID("@user-member")
	told := func(r command.Reply, texts ...string) {
		t.Helper()
		w.want(r, texts...)
		w.without(r, "erver", "hannel", "posted")
	}
	told(w.ask(dm, "feed export"), "No feeds are followed here yet")
	told(w.ask(dm, "feed remove", "feed:nothing"), "No feed “nothing” is followed here")
	told(w.ask(dm, "feed add", "url:<https://cove.example/rss>"), "I send you its stories", "You subscribe to no topic yet", "When a feed fails, /feed list shows it.")
	told(w.ask(dm, "settings", "quiet:22:00-07:00"), "120 single messages an hour", "follows as a digest")
	w.without(w.ask(dm, "help"), "erver's", "For managers")
	told(w.ask(dm, "feed import", "file:mine.opml"), "None of their old stories come")

	w.follow(own, "Cove Courier", "https://cove.example/rss")
	bread := telling{feed: "Cove Courier", url: "https://cove.example/bread", title: "Bread is dearer", text: "Bread is dearer.", ago: time.Hour}
	w.tell(bread)
	told(w.ask(dm, "why", "url:<https://cove.example/bread>"), "Bread is dearer", "So I did not send it to you")
	told(w.ask(dm, "topic create", "name:bread", "query:bread"))
	told(w.ask(dm, "why", "url:“https://cove.example/bread”"), "You subscribe to no topic that it fits", "/subscribe topic:bread")
	w.ask(dm, "subscribe", "topic:bread", "language:de")
	told(w.ask(dm, "why", "url:`https://cove.example/bread`"), "You get *bread*, but you subscribed only after this had come")
	told(w.ask(dm, "topic edit", "name:bread", "query:bread"), "Your subscription stays")
	w.now = w.now.Add(time.Hour)
	bread.url, bread.ago, bread.topics = "https://cove.example/loaf", 0, on("@user-member/bread", "bread")
	w.tell(bread)
	told(w.ask(dm, "why", "url:https://cove.example/loaf"), "You get *bread* only when it is told in German, and this is in English")
	w.ask(dm, "subscribe", "topic:bread")
	told(w.ask(dm, "why", "url:https://cove.example/loaf"), "when you began to follow the feed")
}

// TestPersonalRest shows that who can't be written to is told so, and is written to again when they are back.
func TestPersonalRest(t *testing.T) {
	w := newWorld(t)
	w.island()
	closed := w.ask(who{name: "closed", guild: "dm", channel: "4002"}, "subscribe", "topic:climate")
	w.want(closed, "I can't write to you: Direct messages are closed. Allow direct messages")
	w.without(closed, "403")
	dm := who{name: "member", guild: "dm", channel: "4001"}
	w.ask(dm, "subscribe", "topic:climate")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/ice", title: "Ice melts", text: "It does.", topics: on("climate"),
		owed: []news.Delivery{{Guild: "@user-member", User: "user-member"}}})
	claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 10, 10)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claims %+v, %v", claims, err)
	}
	if err := w.store.Refuse(t.Context(), w.now, claims[0], "Direct messages are closed.", true); err != nil {
		t.Fatal(err)
	}
	changes := w.changes
	w.without(w.ask(member, "help"), "can't write to you") // in a server it is none of a server's business
	if w.changes != changes {
		t.Error("a word in a server wakes what rests in direct messages")
	}
	w.want(w.ask(dm, "subscriptions"), "I can't write to you: Direct messages are closed.", "Allow direct messages")
	if w.changes != changes+1 {
		t.Error("the outbox is not told that the person is back")
	}
	w.without(w.ask(dm, "subscriptions"), "can't write to you")
	if w.changes != changes+1 {
		t.Error("there is a change each time the person asks")
	}
	if claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 10, 10); err != nil || len(claims) != 1 || claims[0].Digest == "" {
		t.Errorf("what waited comes as %+v, %v", claims, err)
	}
}

// TestPrivacyAsksOnce: the first press deletes nothing.
func TestPrivacyAsksOnce(t *testing.T) {
	w := newWorld(t)
	w.ask(member, "catchup")
	r := w.ask(member, "privacy")
	sure := w.press(member, r, "Delete all of it")
	if !sure.Replace || !strings.HasPrefix(sure.Buttons[0].ID, "forget:") {
		t.Errorf("%+v", sure)
	}
	if p, err := w.store.Person(t.Context(), "user-member"); err != nil || p.CaughtUp != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	w.press(manager, sure, "Yes, delete it") // who presses deletes their own
	if p, err := w.store.Person(t.Context(), "user-member"); err != nil || p.CaughtUp != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	w.press(member, sure, "Yes, delete it")
	if p, err := w.store.Person(t.Context(), "user-member"); err != nil || p.Any() {
		t.Errorf("%+v, %v", p, err)
	}
	if again := w.ask(member, "privacy"); len(again.Buttons) > 0 {
		t.Errorf("%+v offers to delete nothing", []command.Button(again.Buttons))
	}
}
