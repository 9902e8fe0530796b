package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

// TestSecondLanguage shows that a telling in another language joins the event: the brief that is owed names it, and a channel that
// wants its language gets it then.
func TestSecondLanguage(t *testing.T) {
	w := newWorld(t)
	wire, han := newOutlet(t, "Wire", "en"), newOutlet(t, "한강", "ko")
	w.follow("g", wire.feed())
	w.follow("g", han.feed())
	w.follow("english feeds", wire.feed())
	query := "glaciers OR 빙하"
	w.subscribe("g", "any", query, nil)
	w.subscribe("g", "english", query, func(s *news.Subscription) { s.Language = "en" })
	w.subscribe("g", "korean", query, func(s *news.Subscription) { s.Language = "ko-KR" })
	w.subscribe("g", "german", query, func(s *news.Subscription) { s.Language = "de" })
	w.subscribe("english feeds", "nothing korean", query, func(s *news.Subscription) { s.Language = "ko" })
	w.look()

	wire.tell(wireTitle, long(wireText))
	w.round()
	if d := w.wantOwed("g", "any", wireTitle)[0]; len(d.Brief.Also) != 0 || d.Brief.Language != "en" {
		t.Errorf("before the second telling the brief is in %q with %v besides", d.Brief.Language, d.Brief.Also)
	}
	w.wantOwed("g", "english", wireTitle)
	w.wantOwed("g", "korean")

	han.tell(koTitle, koText)
	w.round()
	if d := w.wantOwed("g", "english", wireTitle)[0]; d.Revision != 2 || len(d.Brief.Also) != 1 || d.Brief.Also[0].Name != "한강" || d.Brief.Language != "en" {
		t.Errorf("after the second telling the brief is %+v, want the Korean source under Also", d.Brief)
	}
	if d := w.wantOwed("g", "korean", koTitle)[0]; d.Brief.Language != "ko" || len(d.Brief.Also) != 1 || d.Brief.Also[0].Name != "Wire" {
		t.Errorf("the Korean brief is %+v, want the English source under Also", d.Brief)
	}
	if owed := w.owed("g", "any"); len(owed) != 1 || owed[0].Revision != 2 {
		t.Errorf("owed %+v, want one brief of the event", owed)
	}
	w.wantOwed("g", "german")
	w.wantOwed("english feeds", "nothing korean")

	wire.tell(postTitle, long(postText)) // a follow-up of a guild that sees no Korean telling
	w.round()
	w.wantOwed("english feeds", "nothing korean")
}

// TestGuildLanguage shows that a guild's settings choose the telling its briefs are made of.
func TestGuildLanguage(t *testing.T) {
	w := newWorld(t)
	wire, han := newOutlet(t, "Wire", "en"), newOutlet(t, "한강", "ko")
	for _, guild := range []news.GuildID{"en", "ko"} {
		w.follow(guild, wire.feed())
		w.follow(guild, han.feed())
		w.subscribe(guild, news.ChannelID("of "+guild), "glaciers OR 빙하", nil)
		w.ok(w.store.PutSettings(context.Background(), news.Settings{Guild: guild, Language: string(guild)}))
	}
	w.look()
	wire.tell(wireTitle, long(wireText))
	w.round()
	han.tell(koTitle, koText)
	w.round()
	w.wantOwed("en", "of en", wireTitle)
	w.wantOwed("ko", "of ko", koTitle)
}

// TestGuildIsolation shows that what only one guild's feeds tell shows nowhere in another's briefs, nor decides what it gets.
func TestGuildIsolation(t *testing.T) {
	w := newWorld(t)
	public, secret := newOutlet(t, "Wire", "en"), newOutlet(t, "Secret Post", "en")
	w.follow("a", public.feed())
	w.follow("a", secret.feed())
	w.follow("b", public.feed())
	for _, guild := range []news.GuildID{"a", "b"} {
		w.subscribe(guild, news.ChannelID(guild+" glaciers"), "glaciers OR promise", nil)
		w.subscribe(guild, news.ChannelID(guild+" zebrafish"), "zebrafish", nil) // only the secret telling has the word
	}
	w.look()
	secret.tell(postTitle, long(postText))
	w.round()
	public.tell(wireTitle, long(wireText))
	w.round()

	if d := w.owed("a", "a glaciers"); len(d) != 1 || len(d[0].Brief.Sources) != 2 {
		t.Errorf("guild a is owed %+v, want one brief of both sources", d)
	}
	if d := w.owed("a", "a zebrafish"); len(d) != 1 {
		t.Errorf("guild a's other channel is owed %+v, want the brief", d)
	}
	w.wantOwed("b", "b zebrafish")
	d := w.wantOwed("b", "b glaciers", wireTitle)[0]
	if all := fmt.Sprintf("%+v", d); strings.Contains(all, "Secret") || strings.Contains(all, secret.URL) || strings.Contains(all, "promise") {
		t.Errorf("guild b's brief shows what only guild a follows: %s", all)
	}
	if d.Revision != 1 {
		t.Errorf("guild b's brief is revision %d", d.Revision)
	}
}

// TestRemovedDefault shows that the operator's feeds are everyone's but for those who removed them.
func TestRemovedDefault(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.ok(w.store.SetDefaults(context.Background(), w.clock(), []news.Feed{{URL: o.feed()}}))
	feeds, err := w.store.Feeds(context.Background())
	w.ok(err)
	w.ok(w.store.RemoveFeed(context.Background(), "without", feeds[0].ID))
	w.subscribe("with", "a", "glaciers", nil)
	w.subscribe("without", "b", "glaciers", nil)
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round()
	w.wantOwed("with", "a", wireTitle)
	w.wantOwed("without", "b")
}

// TestDirectMessages shows that people who subscribed for themselves each get briefs of the feeds they follow: the operator's, but for
// those they removed, and their own.
func TestDirectMessages(t *testing.T) {
	w := newWorld(t)
	o, own := newOutlet(t, "Wire", "en"), newOutlet(t, "Own", "en")
	ctx := context.Background()
	w.ok(w.store.SetDefaults(ctx, w.clock(), []news.Feed{{ID: 1, URL: o.feed()}}))
	for _, user := range []news.UserID{"ann", "bob", "carl"} {
		guild := news.OwnGuild(user)
		topic := news.Topic{ID: news.OwnTopicID(guild, "ice"), Guild: guild, Query: "glaciers"}
		w.ok(w.store.PutTopic(ctx, topic, false))
		_, err := w.store.Subscribe(ctx, news.Subscription{Guild: guild, User: user, Topic: topic.ID, When: news.Now, Created: w.clock()})
		w.ok(err)
	}
	w.follow("@ann", own.feed())
	w.ok(w.store.RemoveFeed(ctx, "@carl", 1))
	w.look()
	o.tell(wireTitle, wireText)
	w.round()
	own.tell("Two glaciers of the Cordillera Darwin have met again", "The tongues of two glaciers touched on Sunday for the first time since 1987, rangers said.")
	w.round()
	w.wantOwed("@ann", "@ann", wireTitle, "Two glaciers of the Cordillera Darwin have met again")
	d := w.wantOwed("@bob", "@bob", wireTitle)[0]
	if d.User != "bob" || d.Channel != "" || d.Topics[0].Topic != "@bob/ice" {
		t.Errorf("owed %+v", d)
	}
	w.wantOwed("@carl", "@carl")
}

// TestSubscriptionsMeet shows that several subscriptions of one channel are one delivery, at the moment of the most impatient.
func TestSubscriptionsMeet(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	ctx := context.Background()
	for name, query := range map[string]string{"ice": "glaciers", "deals": "treaty", "other": "volcano"} {
		w.ok(w.store.PutTopic(ctx, news.Topic{ID: news.OwnTopicID("g", name), Guild: "g", Query: query}, false))
	}
	subscribe := func(channel news.ChannelID, topic string, when news.When, budget int) news.SubscriptionID {
		s, err := w.store.Subscribe(ctx, news.Subscription{Guild: "g", Channel: channel, Topic: news.OwnTopicID("g", topic), When: when, Budget: budget, Created: w.clock()})
		w.ok(err)
		return s.ID
	}
	ice, deals := subscribe("a", "ice", news.Hourly, 5), subscribe("a", "deals", news.Now, 7)
	subscribe("a", "other", news.Now, 100)
	subscribe("b", "ice", news.Hourly, 0)
	subscribe("b", "deals", news.Daily, 0)
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round()
	d := w.wantOwed("g", "a", wireTitle)[0]
	slices.Sort(d.Subscriptions)
	if !d.Slot.IsZero() || !d.Due.Equal(w.clock()) || d.Budget != 7 || len(d.Topics) != 2 || !slices.Equal(d.Subscriptions, []news.SubscriptionID{ice, deals}) {
		t.Errorf("owed %+v, want it at once for both reasons", d)
	}
	d = w.wantOwed("g", "b", wireTitle)[0]
	if want := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC); !d.Slot.Equal(want) || !d.Due.Equal(want) || d.Budget != news.DefaultBudget {
		t.Errorf("owed %+v, want it with the digest of %v", d, want)
	}
}

// TestTopicsChange shows that guilds' own topics and subscriptions work from the next article on, without a restart.
func TestTopicsChange(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.look()
	tell := func(title, text string) {
		o.tell(title, text)
		w.round()
	}
	tell("Bakers of Ghent meet the baker king", "They will bake all night.")
	s := w.subscribe("g", "a", "volcano", nil)
	tell("Volcano near Catania wakes up", "Ash fell on the town.")
	w.wantOwed("g", "a", "Volcano near Catania wakes up")

	w.ok(w.store.PutTopic(ctx, news.Topic{ID: s.Topic, Guild: "g", Query: "tram OR funicular"}, true))
	tell("Volcano in Iceland falls silent", "Geologists go home.")
	tell("Tram line 9 opens in Graz", "It runs every 7 minutes.")
	w.wantOwed("g", "a", "Volcano near Catania wakes up", "Tram line 9 opens in Graz")

	w.ok(w.store.PutTopic(ctx, news.Topic{ID: s.Topic, Guild: "g", Query: "funicular OR ("}, true)) // as a newer program might have stored it
	tell("Funicular of Naples closes for repairs", "Its cables are worn.")
	w.wantOwed("g", "a", "Volcano near Catania wakes up", "Tram line 9 opens in Graz")

	w.ok(w.store.PutTopic(ctx, news.Topic{ID: s.Topic, Guild: "g", Query: "ferry"}, true))
	tell("Ferry to Skye gets a new engine", "It is electric.")
	w.wantOwed("g", "a", "Volcano near Catania wakes up", "Tram line 9 opens in Graz", "Ferry to Skye gets a new engine")

	_, err := w.store.DeleteTopic(ctx, s.Topic)
	w.ok(err)
	tell("Ferry from Naples runs aground", "All 212 passengers are safe.")
	w.wantOwed("g", "a") // what still waited went with the topic
}

// TestRests shows that nothing is owed to a subscription that rests until someone subscribes anew.
func TestRests(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	s := w.subscribe("g", "a", "glaciers OR cup", func(s *news.Subscription) { s.Rests = "The channel is gone." })
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round()
	w.wantOwed("g", "a")
	s.Rests = ""
	_, err := w.store.Subscribe(context.Background(), s)
	w.ok(err)
	o.tell(cupTitle, cupText)
	w.round()
	w.wantOwed("g", "a", cupTitle)
}

func TestSlot(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	daily := func(hour, minute int) news.Subscription {
		return news.Subscription{When: news.Daily, At: hour*60 + minute}
	}
	weekly := func(day time.Weekday, hour int) news.Subscription {
		return news.Subscription{When: news.Weekly, Weekday: day, At: hour * 60}
	}
	for _, tt := range []struct {
		name string
		sub  news.Subscription
		zone string
		now  string
		want string // "" for at once
	}{
		{"now", news.Subscription{When: news.Now}, "", "2026-03-02T09:15:00Z", ""},
		{"unknown", news.Subscription{}, "", "2026-03-02T09:15:00Z", ""},
		{"hourly", news.Subscription{When: news.Hourly}, "", "2026-03-02T09:15:00Z", "2026-03-02T10:00:00Z"},
		{"hourly at the full hour", news.Subscription{When: news.Hourly}, "", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"},
		{"daily, later today", daily(18, 30), "", "2026-03-02T09:15:00Z", "2026-03-02T18:30:00Z"},
		{"daily, this moment", daily(9, 15), "", "2026-03-02T09:15:00Z", "2026-03-03T09:15:00Z"},
		{"daily, tomorrow", daily(8, 0), "", "2026-03-02T09:15:00Z", "2026-03-03T08:00:00Z"},
		{"daily over the end of a year", daily(8, 0), "", "2026-12-31T09:15:00Z", "2027-01-01T08:00:00Z"},
		{"daily where it is tomorrow already", daily(8, 0), "Asia/Seoul", "2026-03-02T22:30:00Z", "2026-03-02T23:00:00Z"},
		{"daily in a zone of half an hour", daily(8, 0), "Asia/Kolkata", "2026-03-02T00:00:00Z", "2026-03-02T02:30:00Z"},
		{"daily in a zone nobody knows", daily(8, 0), "Moon/Tycho", "2026-03-02T00:00:00Z", "2026-03-02T08:00:00Z"},
		{"weekly, this week", weekly(time.Friday, 8), "", "2026-03-02T09:15:00Z", "2026-03-06T08:00:00Z"},
		{"weekly, later today", weekly(time.Monday, 10), "", "2026-03-02T09:15:00Z", "2026-03-02T10:00:00Z"},
		{"weekly, earlier today", weekly(time.Monday, 9), "", "2026-03-02T09:15:00Z", "2026-03-09T09:00:00Z"},
		{"weekly, the day before", weekly(time.Sunday, 9), "", "2026-03-02T09:15:00Z", "2026-03-08T09:00:00Z"},
		{"weekly where the day is another", weekly(time.Monday, 7), "America/New_York", "2026-03-02T03:00:00Z", "2026-03-02T12:00:00Z"},
		// Berlin: 02:00 CET becomes 03:00 CEST on Sunday 29 March 2026; 03:00 CEST becomes 02:00 CET on Sunday 25 October.
		{"Berlin, daily into summer", daily(8, 0), "Europe/Berlin", "2026-03-28T08:00:00Z", "2026-03-29T06:00:00Z"},
		{"Berlin, daily into winter", daily(8, 0), "Europe/Berlin", "2026-10-24T08:00:00Z", "2026-10-25T07:00:00Z"},
		{"Berlin, daily at an hour that is skipped", daily(2, 30), "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		{"Berlin, the day after it was skipped", daily(2, 30), "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		{"Berlin, weekly into summer", weekly(time.Sunday, 8), "Europe/Berlin", "2026-03-22T08:00:00Z", "2026-03-29T06:00:00Z"},
		{"Berlin, weekly into winter", weekly(time.Sunday, 8), "Europe/Berlin", "2026-10-18T08:00:00Z", "2026-10-25T07:00:00Z"},
		// New York: 02:00 EST becomes 03:00 EDT on Sunday 8 March 2026; 02:00 EDT becomes 01:00 EST on Sunday 1 November.
		{"New York, daily into summer", daily(20, 0), "America/New_York", "2026-03-08T06:00:00Z", "2026-03-09T00:00:00Z"},
		{"New York, daily into winter", daily(20, 0), "America/New_York", "2026-11-01T05:00:00Z", "2026-11-02T01:00:00Z"},
		{"New York, weekly into winter", weekly(time.Wednesday, 20), "America/New_York", "2026-10-29T12:00:00Z", "2026-11-05T01:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := pipeline.Slot(tt.sub, news.Settings{Zone: tt.zone}, at(tt.now))
			if tt.want == "" {
				if !got.IsZero() {
					t.Errorf("with the digest of %v, want at once", got)
				}
			} else if !got.Equal(at(tt.want)) {
				t.Errorf("with the digest of %v, want %v", got.UTC(), tt.want)
			}
		})
	}
}

// TestSlotEachDay shows that a daily digest at an hour that comes twice or never is still one a day, whenever its briefs come in.
func TestSlotEachDay(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		for _, minute := range []int{0, 90, 150, 23*60 + 59} {
			sub := news.Subscription{When: news.Daily, At: minute}
			slots := map[time.Time]bool{}
			start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
			for now := start; now.Before(start.AddDate(1, 0, 0)); now = now.Add(3 * time.Hour) {
				slot := pipeline.Slot(sub, news.Settings{Zone: zone}, now)
				if !slot.After(now) || slot.Sub(now) > 25*time.Hour {
					t.Fatalf("%s %d: the slot at %v is %v", zone, minute, now, slot)
				}
				slots[slot.UTC()] = true
			}
			if n := len(slots); n != 366 && n != 365 {
				t.Errorf("%s %d: %d digests a year", zone, minute, n)
			}
		}
	}
}
