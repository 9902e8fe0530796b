package command_test

import (
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// TestSubscribeEvening subscribes in every way there is.
func TestSubscribeEvening(t *testing.T) {
	w := newWorld(t)
	w.ask(manager, "subscriptions")
	w.ask(manager, "subscribe", "topic:climate")
	w.island()
	w.says("With feeds to read, in another channel, at all times.")
	in := "channel:" + string(climate)
	w.ask(manager, "subscribe", "topic:climate", in)
	w.says("Again: it changes.")
	w.ask(manager, "subscribe", "topic:climate", in, "when:hourly")
	w.ask(manager, "subscribe", "topic:energy", in, "when:daily")
	w.ask(manager, "subscribe", "topic:energy", in, "when:daily", "at:7:05")
	w.ask(manager, "subscribe", "topic:energy", in, "at:21:30")
	w.ask(manager, "subscribe", "topic:sport", in, "when:weekly")
	w.ask(manager, "subscribe", "topic:sport", in, "weekday:0", "at:10:00")
	w.ask(manager, "subscribe", "topic:ai", in, "language:de", "budget:3")
	w.ask(manager, "subscribe", "topic:ai", in, "language:any", "budget:1")
	w.says("What can't be.")
	for _, options := range [][]string{{"at:25:00"}, {"at:8"}, {"at:soon", "when:daily"}, {"at:08:00", "when:now"}, {"at:08:00", "when:hourly"}, {"weekday:3", "when:daily"}, {"weekday:9"}, {"weekday:Friday"},
		{"when:sometimes"}, {"language:klingonisch"}, {"language:und"}, {"budget:0"}, {"budget:many"}, {"channel:" + string(locked)}} {
		w.ask(manager, "subscribe", append([]string{"topic:climate"}, options...)...)
	}
	w.says("Topics there are not.")
	for _, name := range []string{"climte", "Climates", "zzzzzz", "", "1002/secret"} {
		w.ask(manager, "subscribe", "topic:"+name)
	}
	w.says("By its name in any language.")
	w.ask(manager, "subscribe", "topic:Klima")
	w.ask(who{name: "manager", manager: true, locale: "de"}, "subscribe", "topic:climate")
	w.ask(manager, "subscriptions")

	w.says("Ending it.")
	w.ask(manager, "unsubscribe", "topic:climate")
	w.ask(manager, "unsubscribe", "topic:climate")
	w.ask(manager, "unsubscribe", "topic:sporrt", in)
	w.ask(manager, "unsubscribe", "topic:nonsense-topic", in)
	w.ask(manager, "unsubscribe", "topic:Künstliche Intelligenz", in)
	w.ask(manager, "subscriptions")
	w.golden("subscriptions")
}

func TestSubscriptionIsStored(t *testing.T) {
	w := newWorld(t)
	w.ask(manager, "subscribe", "topic:climate", "when:weekly", "weekday:5", "at:06:45", "language:EN-us", "budget:7")
	first := w.now
	w.now = w.now.Add(time.Hour)
	w.ask(manager, "subscribe", "topic:climate", "when:daily", "at:06:45")
	subs, err := w.store.GuildSubscriptions(t.Context(), here)
	if err != nil || len(subs) != 1 {
		t.Fatalf("got %v, %v", subs, err)
	}
	got := subs[0]
	want := news.Subscription{ID: got.ID, Guild: here, Channel: general, Topic: "climate", When: news.Daily, At: 6*60 + 45, Weekday: time.Monday, Created: first, CreatedBy: "user-manager"}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if w.changes != 2 {
		t.Errorf("Changed was called %d times", w.changes)
	}
}

// TestSubscriptionRests shows what a manager sees after Discord refused to post, and that subscribing anew mends it.
func TestSubscriptionRests(t *testing.T) {
	w := newWorld(t)
	w.island()
	w.ask(manager, "subscribe", "topic:climate")
	subs, _ := w.store.GuildSubscriptions(t.Context(), here)
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/x", title: "Emissions fall", text: "Emissions fell by a tenth.", topics: on("climate", "Emissions"),
		owed: []news.Delivery{{Guild: here, Channel: general, Subscriptions: []news.SubscriptionID{subs[0].ID}}}})
	claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 1, 1)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claimed %v, %v", claims, err)
	}
	if err := w.store.Refuse(t.Context(), w.now, claims[0], "I may not send messages there.", true); err != nil {
		t.Fatal(err)
	}
	w.want(w.ask(manager, "subscriptions"), "not posted now: I may not send messages there.")
	w.want(w.ask(member, "why", "url:https://harbour.example/x"), "Could not be posted in #general: I may not send messages there.")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/y", title: "Emissions fall again", text: "Emissions fell by a fifth.", topics: on("climate", "Emissions")})
	w.want(w.ask(member, "why", "url:https://harbour.example/y"), "but nothing is posted there now: I may not send messages there.")
	w.ask(manager, "subscribe", "topic:climate")
	w.without(w.ask(manager, "subscriptions"), "not posted now")
}

func TestSubscriptionPages(t *testing.T) {
	w := newWorld(t)
	w.island()
	for i := range 60 {
		sub := news.Subscription{ID: news.SubscriptionID(i + 1), Guild: here, Channel: news.ChannelID("3" + string(rune('a'+i/26)) + string(rune('a'+i%26))), Topic: "climate", When: news.Now, Created: w.now}
		if _, err := w.store.Subscribe(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	r := w.ask(manager, "subscriptions")
	lines := len(r.Blocks[0].Lines)
	for _, want := range []string{"More (35)", "More (10)"} {
		w.want(r, want)
		r = w.press(manager, r, "More")
		lines += len(r.Blocks[0].Lines)
	}
	if lines != 60 {
		t.Errorf("%d lines", lines)
	}
	w.want(w.press(manager, r, "Back"), "More (10)", "Back")
	// Who may manage no longer may not turn the page either.
	w.want(w.press(member, r, "Back"), "Manage Server")
}

func TestSettings(t *testing.T) {
	w := newWorld(t)
	w.ask(manager, "settings")
	w.ask(manager, "settings", "language:ko", "timezone:Asia/Seoul", "quiet:22:00-07:00", "budget:20", "notices:"+string(climate))
	w.ask(manager, "settings")
	w.says("Digests follow the zone.")
	w.ask(manager, "subscribe", "topic:climate", "when:daily")
	w.ask(manager, "settings", "quiet:off")
	w.ask(manager, "settings", "quiet: 9:00 – 17:30 ")
	w.ask(manager, "settings", "language:any")
	w.ask(manager, "settings", "language:pt-br", "budget:1", "timezone:")
	w.says("What can't be; nothing of a refused command is kept.")
	before := w.service.Answer(t.Context(), command.Ask{Command: "settings", Guild: here, Manager: true})
	for _, options := range [][]string{{"timezone:Mars/Olympus"}, {"timezone:Local"}, {"timezone:../../etc/passwd"}, {"timezone:/etc/localtime"}, {"quiet:night"}, {"quiet:22:00"}, {"quiet:22:00-25:00"}, {"quiet:22:00-22:00"}, {"quiet:-"},
		{"language:englisch"}, {"language:zz-yy-xx-1"}, {"budget:0"}, {"budget:-5"}, {"budget:1e9"}, {"language:fr", "timezone:nowhere"}, {"language:fr", "notices:" + string(locked)}} {
		w.ask(manager, "settings", options...)
	}
	after := w.service.Answer(t.Context(), command.Ask{Command: "settings", Guild: here, Manager: true})
	if w.render(before) != w.render(after) {
		t.Errorf("a refused command changed the settings:\n%s%s", w.render(before), w.render(after))
	}
	w.golden("settings")
}
