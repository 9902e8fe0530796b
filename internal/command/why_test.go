package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// owe is a delivery owed to a channel for a subscription of its.
func (w *world) owe(channel news.ChannelID, topic news.TopicID) news.Delivery {
	w.t.Helper()
	subs, err := w.store.GuildSubscriptions(w.t.Context(), here, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range subs {
		if s.Channel == channel && s.Topic == topic {
			return news.Delivery{Guild: here, Channel: channel, Subscriptions: []news.SubscriptionID{s.ID}}
		}
	}
	w.t.Fatalf("%s does not subscribe to %s", channel, topic)
	return news.Delivery{}
}

// TestWhyEvening asks about every way a story can go.
func TestWhyEvening(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Inselbote", "https://insel.example/rss")
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/old", title: "Old ferry retires", text: "The old ferry retires.", topics: on("transport", "ferry")})
	w.ask(manager, "subscribe", "topic:transport", "channel:"+string(climate))
	w.ask(manager, "subscribe", "topic:climate", "channel:"+string(climate))
	w.ask(manager, "subscribe", "topic:energy", "channel:"+string(climate), "language:de")
	w.now = w.now.Add(time.Hour)

	w.says("Never seen, or no address at all.")
	w.ask(member, "why", "url:https://nowhere.example/1")
	w.ask(member, "why", "url:the one about the ferry")
	w.says("Seen before anyone subscribed.")
	w.ask(member, "why", "url:https://harbour.example/old")
	w.says("Nobody subscribed to its topic, or it has none.")
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, url: "https://harbour.example/prize", title: "Bakery wins prize", text: "The bakery won.", topics: on("food", "Bakery")})
	w.ask(member, "why", "url:https://harbour.example/prize")
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, url: "https://harbour.example/odd", title: "An odd thing", text: "It was odd."})
	w.ask(member, "why", "url:https://harbour.example/odd")
	w.says("In another language than the subscription takes.")
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, url: "https://harbour.example/solar", title: "Solar panels on the school", text: "The school gets solar panels.", topics: on("energy", "solar panels")})
	w.ask(member, "why", "url:https://harbour.example/solar")
	w.says("It was in the feed when the feed was added.")
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, url: "https://harbour.example/first", title: "Storm stops ferry", text: "No ferry today.", topics: on("transport", "ferry")})
	w.ask(member, "why", "url:https://harbour.example/first")
	w.says("A topic that fits it only since it was changed.")
	w.ask(manager, "topic create", "name:bread", "query:rye")
	w.ask(manager, "subscribe", "topic:bread")
	w.now = w.now.Add(time.Minute)
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/bread", title: "Sourdough is back", text: "Sourdough is back on the island."})
	w.ask(manager, "topic edit", "name:bread", "query:rye OR sourdough")
	w.ask(member, "why", "url:https://harbour.example/bread")

	w.says("Posted; asked with tracking parameters too, in two languages.")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/ferry", title: "New ferry arrives", text: "The new ferry arrived in the harbour.", topics: on("transport", "ferry", "harbour"), owed: []news.Delivery{w.owe(climate, "transport")}})
	w.post(9001)
	w.now = w.now.Add(5 * time.Minute)
	w.ask(member, "why", "url:https://harbour.example/ferry?utm_source=x")
	w.want(w.ask(member, "why", "url:harbour.example/ferry"), "Posted in #climate")
	w.ask(who{name: "member", locale: "de"}, "why", "url: https://harbour.example/ferry ")
	w.says("By a link to the message, and with the message command and the button below it.")
	w.ask(member, "why", "url:https://discord.com/channels/1001/2002/9001")
	w.ask(member, "why", "url:https://ptb.discord.com/channels/1001/2002/9001/")
	onPost := who{name: "member", channel: climate, message: "9001"}
	w.ask(onPost, "Why this post?")
	w.press(onPost, command.Reply{}, command.WhyButton("b0123456789abcdef"))
	w.says("Messages that are none of the bot's, or of another server.")
	w.ask(member, "why", "url:https://discord.com/channels/1001/2002/555")
	w.ask(member, "why", "url:https://discord.com/channels/1002/2002/9001")
	w.ask(member, "why", "url:https://discord.com/channels/@me/2002/9001")
	w.ask(who{name: "stranger", guild: elsewhere, channel: climate, message: "9001"}, "Why this post?")
	w.ask(who{name: "member", channel: general, message: "9001"}, "Why this post?")

	w.says("On its way, in the next digest, and refused.")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/way", title: "Ferry tickets cost more", text: "Ferry tickets cost a euro more.", topics: on("transport", "Ferry"), owed: []news.Delivery{w.owe(climate, "transport")}})
	w.ask(member, "why", "url:https://harbour.example/way")
	digest := w.owe(climate, "climate")
	digest.Slot = w.now.Add(3 * time.Hour)
	digest.Due = digest.Slot
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/digest", title: "Emissions fall", text: "Emissions fall.", topics: on("climate", "Emissions"), owed: []news.Delivery{digest}})
	w.ask(member, "why", "url:https://harbour.example/digest")
	claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 1)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claimed %v, %v", claims, err)
	}
	if err := w.store.Refuse(t.Context(), w.now, claims[0], "I may not send messages there.", true); err != nil {
		t.Fatal(err)
	}
	w.ask(member, "why", "url:https://harbour.example/way")
	w.says("What comes after that.")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/after", title: "Ferry is full", text: "The ferry is full.", topics: on("transport", "ferry")})
	w.ask(member, "why", "url:https://harbour.example/after")
	w.golden("why")
}

// TestWhyDigest explains a message that holds many briefs.
func TestWhyDigest(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.ask(manager, "subscribe", "topic:transport", "when:hourly")
	slot := w.now.Add(-time.Minute)
	for i := range 14 {
		d := w.owe(general, "transport")
		d.Slot, d.Due = slot, slot
		w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: fmt.Sprintf("https://harbour.example/%d", i), title: fmt.Sprintf("Ferry story %02d", i), text: "The ferry.", topics: on("transport", "ferry"), owed: []news.Delivery{d}})
	}
	w.post(7001)
	r := w.press(who{message: "7001"}, command.Reply{}, command.WhyButton("d1"))
	w.want(r, "Why this post?", "Ferry story 00", "Topics: *Transport* by “ferry”", "… and 4 more of this digest.")
	if !r.Private {
		t.Error("the answer is for everyone")
	}
}

// TestWhyModel says who wrote a brief that a model wrote.
func TestWhyModel(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	a := w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/1", title: "Ferry sails", text: "The ferry sails."})
	s := w.stories["https://harbour.example/1"]
	d := news.Delivery{ID: "b1", Event: s.Event, Story: s.ID, Guild: here, Channel: general, State: news.Waiting, Topics: on("transport", "ferry", "timetable"),
		Brief: news.Brief{Headline: "Ferry sails", Model: "small-7b", Sentences: []news.Sentence{{Text: "It sails.", Article: a.ID}}, Sources: []news.Source{{Article: a.ID, Name: "Harbour Post", URL: a.URL}}}}
	if err := w.store.PublishStory(t.Context(), w.now, news.Publication{Feed: a.Feeds[0], Article: a, Story: s, Deliveries: []news.Delivery{d}}); err != nil {
		t.Fatal(err)
	}
	w.post(7001)
	r := w.ask(who{message: "7001"}, "Why this post?")
	w.want(r, "Written by the model small-7b and checked against these sources.", "Topics: *Transport* by “ferry”\n")
	w.without(r, "word for word", "timetable") // a word that stands in no telling
}

// TestWhyInDirectMessages shows people their own posts alone.
func TestWhyInDirectMessages(t *testing.T) {
	w := newWorld(t)
	if err := w.store.SetDefaults(t.Context(), w.now, []news.Feed{{ID: 7, URL: "https://default.example/rss", Title: "Default", NextPoll: w.now}}); err != nil {
		t.Fatal(err)
	}
	w.feeds["Default"] = 7
	w.tell(telling{feed: "Default", url: "https://default.example/1", title: "Ferry sails", text: "The ferry sails.", topics: on("transport", "ferry"),
		owed: []news.Delivery{{Channel: "4001", User: "user-member"}}})
	w.post(7001)
	w.want(w.ask(who{name: "member", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "Ferry sails")
	w.want(w.ask(who{name: "stranger", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "no brief of mine")
	w.want(w.ask(who{name: "stranger", guild: "dm"}, "why", "url:https://discord.com/channels/@me/4001/7001"), "no brief of mine")
	w.want(w.ask(member, "why", "url:https://discord.com/channels/@me/4001/7001"), "not in this server")
}

// TestGarbageButtons: ids nobody was given are refused in a sentence.
func TestGarbageButtons(t *testing.T) {
	w := newWorld(t)
	w.island()
	for _, id := range []string{"x", ":", "page", "page:", "page::", "page:0", "page:0:", "page:0:nothing:x", "page:-1:latest:", "page:1e3:latest:", "page:999999999999:latest:", "page:9223372036854775807:search:x",
		"page:99999999999999999999:latest:", "page:0:catchup:", "page:0:catchup:zz", "page:0:catchup:!!:??", "page:0:brief:climate:nonsense", "page:0:brief:nothing:6h", "page:0:brief:1002/secret:6h", "page:0:latest:1002/secret",
		"page:0:search:", "why", "why:", "why:\x00", strings.Repeat("x", 100)} {
		r := w.press(manager, command.Reply{}, id)
		if r.Title != "" || len(r.Blocks) != 1 || !r.Private {
			t.Errorf("%q is answered\n%s", id, w.render(r))
		}
	}
	// Behind the last page is the last page.
	w.want(w.press(member, command.Reply{}, "page:10000:latest:"), "Bakery wins")
	w.want(w.press(member, command.Reply{}, "page:0:catchup:0:zzzzzzzzzzz"), "missed")
	if strings.Contains(w.log.String(), "level=ERROR") {
		t.Error(w.log.String())
	}
}

func TestPermissions(t *testing.T) {
	w := newWorld(t)
	for _, spec := range command.Specs() {
		names := []string{spec.Name}
		if len(spec.Subs) > 0 {
			names = nil
			for _, sub := range spec.Subs {
				names = append(names, spec.Name+" "+sub.Name)
			}
		}
		for _, name := range names {
			a := member.ask()
			a.Command = name
			refused := strings.Contains(w.render(w.service.Answer(t.Context(), a)), "This needs the Manage Server permission.")
			if refused != spec.Manager {
				t.Errorf("/%s: refused to a member is %v", name, refused)
			}
			a = who{name: "x", manager: true, guild: "dm"}.ask()
			a.Command = name
			refused = strings.Contains(w.render(w.service.Answer(t.Context(), a)), "This works in a server only.")
			if refused != spec.Manager {
				t.Errorf("/%s: refused in direct messages is %v", name, refused)
			}
			if private := w.service.Answer(t.Context(), a).Private; spec.Private && !private {
				t.Errorf("the answer to /%s is for everyone", name)
			}
			if command.Private(a) != spec.Private {
				t.Errorf("Private(/%s) is %v", name, command.Private(a))
			}
		}
	}
	if w.changes > 0 {
		t.Error("something was changed")
	}
	w.want(w.ask(manager, "dance"), "don't have this command any more")
	w.want(w.ask(manager, "feed"), "don't have this command any more")
	w.want(w.press(member, command.Reply{}, "page:0:feeds"), "Manage Server")
	w.want(w.press(member, command.Reply{}, "page:0:subscriptions"), "Manage Server")
	w.want(w.press(who{guild: "dm", manager: true}, command.Reply{}, "page:0:feeds"), "server only")
}

// TestSpecs holds the commands to Discord's limits
// (https://docs.discord.com/developers/interactions/application-commands#application-command-object).
func TestSpecs(t *testing.T) {
	var check func(spec command.Spec, top bool)
	check = func(spec command.Spec, top bool) {
		if n := len(spec.Description); !spec.Message && (n < 1 || n > 100) {
			t.Errorf("%s: a description of %d", spec.Name, n)
		}
		if len(spec.Name) > 32 || !spec.Message && spec.Name != strings.ToLower(spec.Name) {
			t.Errorf("name %q", spec.Name)
		}
		optional := false
		for _, o := range spec.Options {
			if n := len(o.Description); n < 1 || n > 100 || len(o.Choices) > 25 || o.Autocomplete && len(o.Choices) > 0 {
				t.Errorf("%s %s: description of %d, %d choices", spec.Name, o.Name, n, len(o.Choices))
			}
			if o.Required && optional {
				t.Errorf("%s: %s is required behind an optional one", spec.Name, o.Name)
			}
			optional = optional || !o.Required
		}
		for _, sub := range spec.Subs {
			check(sub, false)
		}
	}
	for _, spec := range command.Specs() {
		check(spec, true)
	}
}

func TestHelp(t *testing.T) {
	w := newWorld(t)
	w.ask(member, "help")
	w.ask(manager, "help")
	w.golden("help")
}
