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
	subs, err := w.store.GuildSubscriptions(w.t.Context(), here)
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
	w.ask(manager, "subscribe", "topic:climate", "channel:"+string(climate), "when:daily")
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
	claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 1, 1)
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
	w.want(r, "Why this post?", "Ferry story 00", "It fits *Transport* by “Ferry”.", "… and 4 more of this digest.")
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
	w.want(r, "Written by the model small-7b and checked against these sources.", "It fits *Transport* by “Ferry”.\n")
	w.without(r, "word for word", "timetable") // a word that stands in no telling
}

// TestWhyHeld says what holds a brief back: quiet hours, or a channel's budget.
func TestWhyHeld(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.ask(manager, "subscribe", "topic:transport")
	w.ask(manager, "settings", "quiet:22:00-07:00", "timezone:Asia/Seoul")
	for slot, want := range map[time.Time]string{
		time.Date(2026, 5, 1, 22, 0, 0, 0, time.UTC): "It came in the quiet hours: it goes out in #general when they end, in 4 hours. /settings quiet changes them.",
		time.Date(2026, 5, 1, 19, 0, 0, 0, time.UTC): "#general had as many single posts this hour as it may have: this goes out there with a digest, in 60 minutes.",
	} {
		d := w.owe(general, "transport")
		d.Slot, d.Due = slot, slot
		url := fmt.Sprint("https://harbour.example/", slot.Unix())
		w.tell(telling{feed: "Harbour Post", url: url, title: "Ferry sails", text: "The ferry sails.", topics: on("transport", "ferry"), owed: []news.Delivery{d}})
		w.want(w.ask(member, "why", "url:"+url), want)
	}
}

// TestWhyTold says of an article whose story others told before that this is why it is no post of its own, and where that post is.
func TestWhyTold(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	w.ask(manager, "subscribe", "topic:transport", "channel:"+string(climate))
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, story: "ferry", url: "https://harbour.example/ferry", title: "New ferry arrives", text: "The new ferry arrived.", topics: on("transport", "ferry"), owed: []news.Delivery{w.owe(climate, "transport")}})
	w.post(9001)
	w.tell(telling{feed: "Valley Herald", story: "ferry", url: "https://valley.example/ferry", title: "Ferry is there", text: "It is there."})
	w.want(w.ask(member, "why", "url:https://valley.example/ferry"), "Also told by: Harbour Post <https://harbour.example/ferry>",
		"Posted in #climate 0 minutes ago: see the message <https://discord.com/channels/1001/2002/9001>", "this one was told before by: Harbour Post <https://harbour.example/ferry>")
	w.without(w.ask(member, "why", "url:https://harbour.example/ferry"), "told before by")
}

// TestWhyUnseen tells how the feeds of an unknown article's site are doing.
func TestWhyUnseen(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.want(w.ask(member, "why", "url:https://www.harbour.example/never"), "Of that site these are followed:", "· *Harbour Post* · not looked at yet", "it may be listed at the next look")
	claims, err := w.store.ClaimFeeds(t.Context(), w.now, time.Minute, 10)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claimed %v, %v", claims, err)
	}
	f := claims[0]
	f.CheckedAt, f.Failures, f.FailingSince, f.Problem, f.NextPoll = w.now, 3, w.now.Add(-3*time.Hour), "The site answers 503.", w.now.Add(time.Hour)
	if err := w.store.FinishPoll(t.Context(), w.now, news.Poll{Feed: f}); err != nil {
		t.Fatal(err)
	}
	r := w.ask(manager, "why", "url:harbour.example/never")
	w.want(r, "failing since 3 hours ago", "503", "next try in 60 minutes", "comes when it can be read again")
	w.without(r, "Manage Server")
	w.want(w.ask(member, "why", "url:https://elsewhere.example/1"), "No feed of *elsewhere.example* is among them. ‘/feed add url:https://elsewhere.example’", "Manage Server")
	w.without(w.ask(member, "why", "url:https://elsewhere.example/1"), "Harbour Post")
}

// TestWhyNearMiss names the own topics that lack a word.
func TestWhyNearMiss(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.ask(manager, "topic create", "name:panels", "query:solar school")
	w.ask(manager, "topic create", "name:power", "query:(wind OR solar) -roof")
	w.ask(manager, "topic create", "name:ships", "query:ship")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/1", title: "Solar roof", text: "A roof gets solar panels."})
	r := w.ask(member, "why", "url:https://harbour.example/1")
	w.want(r, "So there was nowhere to post it.", "It just misses your topic *panels*. It lacks: school", "It just misses your topic *power*. It has what must not be there: roof")
	w.without(r, "ships")
}

// TestWhyManyTopics explains some of many topics that an article fits, those first that are subscribed to.
func TestWhyManyTopics(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i := range 25 {
		w.ask(manager, "topic create", fmt.Sprintf("name:roof-%02d", i), "query:solar")
	}
	w.ask(manager, "subscribe", "topic:roof-17")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/1", title: "Solar roof", text: "A roof gets solar panels."})
	r := w.ask(member, "why", "url:https://harbour.example/1")
	w.want(r, "It fits *roof-17* by “Solar”.", "It fits *roof-03* by “Solar”.", "… and 20 more", "#general takes *roof-17*")
	w.without(r, "*roof-04*")
	if told := w.render(r); strings.Index(told, "*roof-17*") > strings.Index(told, "*roof-00*") {
		t.Errorf("the topic that is subscribed to comes late:\n%s", told)
	}
}

// TestWhyMarks: quotation marks, commas and spaces are those of the asker's language.
func TestWhyMarks(t *testing.T) {
	w := newWorld(t)
	for i, outlet := range []string{"Harbour Post", "Valley Herald", "Island Echo"} {
		w.follow(here, outlet, fmt.Sprintf("https://%d.example/rss", i))
		w.tell(telling{feed: outlet, story: "ferry", url: fmt.Sprintf("https://%d.example/ferry", i), title: "New ferry arrives in the harbour", text: "The new ferry has arrived.", topics: on("transport", "ferry")})
	}
	w.ask(manager, "topic create", "name:ships", "query:ferry harbour")
	w.ask(manager, "topic create", "name:bread", "query:ferry sourdough")
	for locale, want := range map[string][]string{
		"en-US": {"“ferry”, “harbour”", "Also told by: Valley Herald <https://1.example/ferry>, Island Echo", "“New *ferry* arrives in the *harbour*”"},
		"ja":    {"「ferry」、「harbour」", "ほかに報じたメディア：Valley Herald <https://1.example/ferry>、Island Echo"},
		"zh-CN": {"“ferry”、“harbour”", "其他报道者：Valley Herald"},
		"ko":    {"“ferry”, “harbour”", "함께 전한 곳: Valley Herald"},
		"fr":    {"«\u00a0ferry\u00a0», «\u00a0harbour\u00a0»", "Aussi raconté par\u00a0: Valley Herald"},
		"de":    {"„ferry“, „harbour“"},
	} {
		w.want(w.ask(who{name: "member", locale: locale}, "why", "url:https://0.example/ferry"), want...)
	}
	w.tell(telling{feed: "Harbour Post", url: "https://0.example/full", title: "Ferry is full", text: "The ferry is full."})
	for locale, want := range map[string]string{
		"ja": "一致します。足りないもの：sourdough", "zh-TW": "*bread*。缺少：sourdough", "de": "Sie verfehlt dein Thema *bread* nur knapp. Ihr fehlt: sourdough",
	} {
		w.want(w.ask(who{name: "member", locale: locale}, "why", "url:https://0.example/full"), want)
	}
}

// TestLongOutletName: a name as long as a feed's title may be leaves what stands behind it to be read.
func TestLongOutletName(t *testing.T) {
	w := newWorld(t)
	name := "The " + strings.Repeat("Very ", 48) + "Long Post"
	w.follow(here, name, "https://long.example/rss")
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.tell(telling{feed: name, ago: time.Hour, story: "ferry", url: "https://long.example/ferry", title: "New ferry arrives", text: "The new ferry arrived.", topics: on("transport", "ferry")})
	w.tell(telling{feed: "Harbour Post", story: "ferry", url: "https://harbour.example/ferry", title: "Ferry is there", text: "It is there."})
	for _, r := range []command.Reply{w.ask(member, "latest"), w.ask(member, "search", "query:ferry"), w.ask(member, "why", "url:https://long.example/ferry"),
		w.ask(member, "why", "url:https://harbour.example/ferry"), w.ask(manager, "topic preview", "query:ferry")} {
		w.want(r, "The Very Very")
		for _, b := range r.Blocks {
			for _, l := range b.Lines {
				for _, span := range l {
					if strings.Contains(span.Text, name[:70]) {
						t.Errorf("%q is not cut in\n%s", span.Text, w.render(r))
					}
				}
			}
		}
	}
}

// TestWhyUpdate explains a message to somebody who follows a story, and to nobody else.
func TestWhyUpdate(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/1", title: "Ferry sails", text: "The ferry sails.", topics: on("transport", "ferry"),
		owed: []news.Delivery{{Guild: here, Channel: "4001", User: "user-member", Update: true}}})
	w.post(7001)
	w.want(w.ask(who{name: "member", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "You follow this story", "It fits *Transport*")
	w.want(w.ask(who{name: "stranger", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "no brief of mine")
}

// TestWhyInDirectMessages shows people their own posts alone.
func TestWhyInDirectMessages(t *testing.T) {
	w := newWorld(t)
	if err := w.store.SetDefaults(t.Context(), w.now, []news.Feed{{ID: 7, URL: "https://default.example/rss", Title: "Default", NextPoll: w.now}}); err != nil {
		t.Fatal(err)
	}
	w.feeds["Default"] = 7
	w.tell(telling{feed: "Default", url: "https://default.example/1", title: "Ferry sails", text: "The ferry sails.", topics: on("transport", "ferry"),
		owed: []news.Delivery{{Guild: "@user-member", Channel: "4001", User: "user-member"}}})
	w.post(7001)
	w.want(w.ask(who{name: "member", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "Ferry sails")
	w.want(w.ask(who{name: "stranger", guild: "dm", channel: "4001", message: "7001"}, "Why this post?"), "no brief of mine")
	w.want(w.ask(who{name: "stranger", guild: "dm"}, "why", "url:https://discord.com/channels/@me/4001/7001"), "no brief of mine")
	w.want(w.ask(member, "why", "url:https://discord.com/channels/@me/4001/7001"), "That message is elsewhere")
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
			a = who{name: "x", guild: "dm"}.ask()
			a.Command = name
			if strings.Contains(w.render(w.service.Answer(t.Context(), a)), "This needs the Manage Server permission.") {
				t.Errorf("/%s is refused in direct messages", name)
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
	w.without(w.press(who{guild: "dm"}, command.Reply{}, "page:0:feeds"), "Manage Server")
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
