package storetest

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

var wishTests = map[string]func(*world){
	"the audience's version changes with every wish": func(w *world) {
		a := w.audience()
		if a == nil {
			w.Fatal("no audience for someone who has none")
		}
		seen := map[uint64]bool{a.Version: true}
		changed := func(what string, err error) {
			w.Helper()
			if err != nil {
				w.Fatalf("%s: %v", what, err)
			}
			now := w.audience()
			if seen[now.Version] {
				w.Errorf("the version does not change with %s", what)
			}
			seen[now.Version] = true
			if version, err := w.s.AudienceVersion(w.Context()); err != nil || version != now.Version {
				w.Errorf("%s: the version is %d, %v; the audience's is %d", what, version, err, now.Version)
			}
			if same, err := w.s.Audience(w.Context(), now.Version); err != nil || same != nil {
				w.Errorf("someone up to date gets %v, %v", same, err)
			}
			if other, err := w.s.Audience(w.Context(), now.Version+1); err != nil || other == nil {
				w.Errorf("someone with another version gets %v, %v", other, err)
			}
		}
		f, err := w.s.AddFeed(w.Context(), w.now, "g1", news.Feed{ID: 1, URL: "a"})
		changed("AddFeed", err)
		changed("SetDefaults", w.s.SetDefaults(w.Context(), w.now, []news.Feed{{ID: 2, URL: "b"}}))
		changed("RemoveFeed", w.s.RemoveFeed(w.Context(), "g1", f.ID))
		changed("PutTopic", w.s.PutTopic(w.Context(), news.Topic{ID: "g1/ice", Guild: "g1", Query: "ice"}, false))
		changed("PutTopic", w.s.PutTopic(w.Context(), news.Topic{ID: "g1/ice", Guild: "g1", Query: "sea ice"}, true))
		sub, err := w.s.Subscribe(w.Context(), news.Subscription{ID: 1, Guild: "g1", Channel: "c1", Topic: "g1/ice"})
		changed("Subscribe", err)
		changed("Unsubscribe", w.s.Unsubscribe(w.Context(), sub.ID))
		changed("PutSettings", w.s.PutSettings(w.Context(), news.Settings{Guild: "g1", Zone: "Asia/Seoul"}))
		_, err = w.s.DeleteTopic(w.Context(), "g1/ice")
		changed("DeleteTopic", err)
		changed("ForgetGuild", w.s.ForgetGuild(w.Context(), "g1"))
		v := w.audience().Version
		w.owe("c1")
		w.posted(w.claim())
		if w.audience().Version != v {
			w.Error("the version changes although no wish did")
		}
	},
	"the audience holds every wish": func(w *world) {
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{{ID: 1, URL: "a"}}))
		w.ok(w.s.RemoveFeed(w.Context(), "g1", 1))
		f := w.addFeed("g1", "b")
		topic := news.Topic{ID: "g1/ice", Guild: "g1", Query: "ice"}
		w.ok(w.s.PutTopic(w.Context(), topic, false))
		sub := w.subscribe("g1/ice", "c1")
		settings := news.Settings{Guild: "g1", Language: "ko", QuietFrom: 60, QuietTo: 120, Budget: 3, NoticesTo: "c9"}
		w.ok(w.s.PutSettings(w.Context(), settings))
		got := w.audience()
		want := &news.Audience{
			Version: got.Version, Subscriptions: []news.Subscription{sub}, Topics: []news.Topic{topic},
			Settings: map[news.GuildID]news.Settings{"g1": settings}, Defaults: map[news.FeedID]bool{1: true},
			Choices: map[news.GuildID]map[news.FeedID]news.Choice{"g1": {1: news.Removed, f.ID: news.Added}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Error(diff)
		}
		w.reopen()
		if diff := cmp.Diff(want, w.audience()); diff != "" {
			w.Error(diff)
		}
	},
	"titles only": func(w *world) {
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{{ID: 1, URL: "a"}}))
		f := w.addFeed("g1", "b")
		before := w.audience().Version
		for _, c := range []struct {
			feed news.FeedID
			only bool
			want news.Choice
		}{{f.ID, true, news.Titles}, {1, true, news.Titles}, {f.ID, false, news.Added}} {
			w.ok(w.s.SetTitles(w.Context(), "g1", c.feed, c.only))
			if a := w.audience(); a.Choices["g1"][c.feed] != c.want || !a.Follows("g1", c.feed) || a.Version == before {
				w.Errorf("feed %s: %+v", c.feed, a)
			}
			before = w.audience().Version
		}
		w.reopen()
		if got := w.audience().Choices["g1"]; got[1] != news.Titles || got[f.ID] != news.Added {
			w.Errorf("%v", got)
		}
		if feeds, err := w.s.GuildFeeds(w.Context(), "g1"); err != nil || len(feeds) != 2 {
			w.Errorf("%d feeds, %v", len(feeds), err)
		}
		wantErr(w, w.s.SetTitles(w.Context(), "g2", f.ID, true), news.ErrNotFound)
		w.ok(w.s.RemoveFeed(w.Context(), "g1", 1))
		wantErr(w, w.s.SetTitles(w.Context(), "g1", 1, true), news.ErrNotFound)
	},
	"followers": func(w *world) {
		p := w.publish(w.publication())
		event := p.Story.Event
		other := w.publish(w.publication()).Story.Event
		ann := news.Follower{Event: event, Guild: "g1", User: "u1", Since: w.now}
		ben := news.Follower{Event: event, Guild: "g2", User: "u2", Since: w.now}
		for _, f := range []news.Follower{ann, ben, ann, {Event: other, Guild: "g1", User: "u1"}} {
			w.ok(w.s.Follow(w.Context(), f))
		}
		following := func(want ...news.Follower) {
			w.Helper()
			got, err := w.s.Followers(w.Context(), event)
			w.ok(err)
			if diff := cmp.Diff(want, got); diff != "" {
				w.Error(diff)
			}
		}
		following(ann, ben)
		w.reopen()
		for _, want := range []bool{true, false} {
			if was, err := w.s.Unfollow(w.Context(), event, "u1"); err != nil || was != want {
				w.Errorf("followed %v, %v", was, err)
			}
		}
		following(ben)
		ann.Guild = "g2"
		w.ok(w.s.Follow(w.Context(), ann))
		ann.Guild = "g1"
		w.ok(w.s.Follow(w.Context(), ann))
		w.ok(w.s.ForgetGuild(w.Context(), "g2"))
		following(ann)
		w.pass(time.Hour)
		_, err := w.s.Expire(w.Context(), w.now)
		w.ok(err)
		following()
	},
	"who stops following is told no more": func(w *world) {
		p := w.publish(w.publication())
		event := p.Story.Event
		other := w.publish(w.publication())
		updates := time.Duration(0)
		tell := func(p news.Publication, user news.UserID) {
			w.Helper()
			updates++
			d := w.owed(p, "", time.Time{})
			d.ID = news.NewUpdateID(news.Update{Article: p.Article.ID, At: w.now.Add(updates)}, news.ChannelID(user))
			d.User, d.Update, d.Subscriptions = user, true, nil
			p.Deliveries = []news.Delivery{d}
			w.publish(p)
		}
		follows := func(want ...news.UserID) {
			w.Helper()
			followers, err := w.s.Followers(w.Context(), event)
			w.ok(err)
			var got []news.UserID
			for _, f := range followers {
				got = append(got, f.User)
			}
			if !slices.Equal(got, want) {
				w.Errorf("%q follow, want %q", got, want)
			}
		}
		for _, user := range []news.UserID{"u1", "u2"} {
			w.ok(w.s.Follow(w.Context(), news.Follower{Event: event, Guild: "g1", User: user, Since: w.now}))
		}
		tell(p, "u1")
		sent := w.claim()
		tell(p, "u1")
		tell(other, "u1")
		if was, err := w.s.Unfollow(w.Context(), event, "u1"); err != nil || !was {
			w.Errorf("followed %v, %v", was, err)
		}
		follows("u2")
		w.posted(sent) // it was on its way
		if d := w.claim().Deliveries[0]; d.Event != other.Story.Event {
			w.Errorf("told %+v, want the other story alone", d)
		}
		w.noClaim()
		tell(p, "u2")
		w.ok(w.s.Refuse(w.Context(), w.now, w.claim(), "one message", false))
		follows("u2")
		tell(p, "u2")
		w.ok(w.s.Refuse(w.Context(), w.now, w.claim(), "closed", true))
		follows()
	},
	"answers of models": func(w *world) {
		ask := func(question byte) string {
			w.Helper()
			answer, err := w.s.Answer(w.Context(), [32]byte{question})
			w.ok(err)
			return string(answer)
		}
		put := func(question byte, answer string) {
			w.Helper()
			w.ok(w.s.PutAnswer(w.Context(), w.now, [32]byte{question}, []byte(answer)))
		}
		put(1, "one")
		put(2, "two")
		w.reopen()
		if got := ask(1) + " " + ask(2) + " " + ask(3); got != "one two " {
			w.Errorf("answers %q", got)
		}
		w.pass(time.Hour)
		put(2, "two again")
		_, err := w.s.Expire(w.Context(), w.now)
		w.ok(err)
		if got := ask(1) + " " + ask(2); got != " two again" {
			w.Errorf("answers %q after an hour", got)
		}
	},
	"topics": func(w *world) {
		ice := news.Topic{ID: "g1/ice", Guild: "g1", Query: "ice"}
		wantErr(w, w.s.PutTopic(w.Context(), ice, true), news.ErrNotFound)
		w.ok(w.s.PutTopic(w.Context(), ice, false))
		wantErr(w, w.s.PutTopic(w.Context(), ice, false), news.ErrExists)
		ice.Query = "sea ice"
		w.ok(w.s.PutTopic(w.Context(), ice, true))
		air := news.Topic{ID: "g1/air", Guild: "g1", Query: "air"}
		w.ok(w.s.PutTopic(w.Context(), air, false))
		w.ok(w.s.PutTopic(w.Context(), news.Topic{ID: "g10/ice", Guild: "g10", Query: "x"}, false))
		topics, err := w.s.GuildTopics(w.Context(), "g1")
		w.ok(err)
		if diff := cmp.Diff([]news.Topic{air, ice}, topics); diff != "" {
			w.Error(diff)
		}
		sub := w.subscribe("g1/ice", "c1")
		w.subscribe("climate", "c1")
		p := w.publication()
		p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
		p.Deliveries[0].Subscriptions = []news.SubscriptionID{sub.ID}
		w.publish(p)
		dropped, err := w.s.DeleteTopic(w.Context(), "g1/ice")
		w.ok(err)
		if diff := cmp.Diff([]news.Subscription{sub}, dropped); diff != "" {
			w.Error(diff)
		}
		w.noClaim()
		_, err = w.s.DeleteTopic(w.Context(), "g1/ice")
		wantErr(w, err, news.ErrNotFound)
		if subs, err := w.s.GuildSubscriptions(w.Context(), "g1"); err != nil || len(subs) != 1 {
			w.Errorf("%d subscriptions are left, %v", len(subs), err)
		}
	},
	"subscriptions": func(w *world) {
		sub := w.subscribe("climate", "c2")
		w.pass(time.Hour)
		again, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(w.id()), Guild: "g1", Channel: "c2", Topic: "climate", When: news.Daily, At: 480, Created: w.now})
		w.ok(err)
		if again.ID != sub.ID || !again.Created.Equal(sub.Created) || again.When != news.Daily || again.At != 480 {
			w.Errorf("%+v", again)
		}
		w.subscribe("sport", "c1")
		w.subscribe("climate", "c1")
		mine, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(w.id()), Guild: news.OwnGuild("u1"), User: "u1", Topic: "climate", Created: w.now})
		w.ok(err)
		w.subscribe("climate", "u1x")
		subs, err := w.s.GuildSubscriptions(w.Context(), "g1")
		w.ok(err)
		var got []string
		for _, s := range subs {
			got = append(got, string(s.Channel)+" "+string(s.Topic))
		}
		if diff := cmp.Diff([]string{"c1 climate", "c1 sport", "c2 climate", "u1x climate"}, got); diff != "" {
			w.Error(diff)
		}
		own, err := w.s.GuildSubscriptions(w.Context(), news.OwnGuild("u1"))
		w.ok(err)
		if diff := cmp.Diff([]news.Subscription{mine}, own); diff != "" {
			w.Error(diff)
		}
		if w.stats().Subscriptions != 5 {
			w.Errorf("%d subscriptions, want 5", w.stats().Subscriptions)
		}
		wantErr(w, w.s.Unsubscribe(w.Context(), 1), news.ErrNotFound)
		w.ok(w.s.Unsubscribe(w.Context(), mine.ID))
		wantErr(w, w.s.Unsubscribe(w.Context(), mine.ID), news.ErrNotFound)
	},
	"unsubscribing drops what one alone had waiting": func(w *world) {
		climate, sport := w.subscribe("climate", "c1"), w.subscribe("sport", "c1")
		owe := func(subs ...news.SubscriptionID) news.Publication {
			p := w.publication()
			d := w.owed(p, "c1", time.Time{})
			d.Subscriptions, d.Topics = subs, []news.Match{{Topic: "climate"}, {Topic: "sport"}}[:len(subs)]
			p.Deliveries = []news.Delivery{d}
			return w.publish(p)
		}
		old := owe(climate.ID)
		w.posted(w.claim())
		sending := owe(climate.ID)
		c := w.claim()
		owe(climate.ID)
		both := owe(climate.ID, sport.ID)
		w.ok(w.s.Unsubscribe(w.Context(), climate.ID))
		w.ok(w.s.Posted(w.Context(), w.now, c, "c1", "m")) // it was on its way and can't be stopped
		if d := w.delivery(sending, "c1"); d.State != news.Posted {
			w.Errorf("%+v", d)
		}
		c = w.claim()
		if d := c.Deliveries[0]; d.Story != both.Story.ID || len(d.Subscriptions) != 1 || d.Subscriptions[0] != sport.ID || len(d.Topics) != 1 || d.Topics[0].Topic != "sport" {
			w.Errorf("%+v", d)
		}
		w.posted(c)
		w.noClaim()
		if d := w.delivery(old, "c1"); d.State != news.Posted {
			w.Errorf("what was posted became %+v", d)
		}
	},
	"unsubscribing drops what is being sent when it can't be sent": func(w *world) {
		for _, end := range []func(news.Claim) error{
			func(c news.Claim) error { return w.s.Postpone(w.Context(), w.now, c, w.now, "", false) },
			func(c news.Claim) error { return w.s.Fold(w.Context(), w.now, c, w.now) },
			func(c news.Claim) error { w.pass(time.Hour); return nil },
		} {
			sub := w.subscribe("climate", "c1")
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
			p.Deliveries[0].Subscriptions = []news.SubscriptionID{sub.ID}
			w.publish(p)
			c := w.claim()
			w.ok(w.s.Unsubscribe(w.Context(), sub.ID))
			w.ok(end(c))
			w.noClaim()
			if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.IsZero() {
				w.Errorf("next at %v, %v", next, err)
			}
		}
	},
	"settings": func(w *world) {
		s, err := w.s.GuildSettings(w.Context(), "g1")
		w.ok(err)
		if diff := cmp.Diff(news.Settings{Guild: "g1"}, s); diff != "" {
			w.Error(diff)
		}
		s.Zone, s.Budget = "Asia/Seoul", 4
		w.ok(w.s.PutSettings(w.Context(), s))
		got, err := w.s.GuildSettings(w.Context(), "g1")
		w.ok(err)
		if diff := cmp.Diff(s, got); diff != "" {
			w.Error(diff)
		}
	},
	"catching up": func(w *world) {
		for _, want := range []time.Time{{}, start, start.Add(minute)} {
			last, err := w.s.CaughtUp(w.Context(), w.now, "g1", "u1")
			w.ok(err)
			if !last.Equal(want) {
				w.Errorf("last asked %v, want %v", last, want)
			}
			w.pass(minute)
		}
		asked := w.now
		if last, err := w.s.CaughtUp(w.Context(), asked, "g1", "u2"); err != nil || !last.IsZero() {
			w.Errorf("someone else asked %v, %v", last, err)
		}
		if last, err := w.s.CaughtUp(w.Context(), w.now, "g2", "u1"); err != nil || !last.IsZero() {
			w.Errorf("elsewhere asked %v, %v", last, err)
		}
		_, err := w.s.Expire(w.Context(), asked)
		w.ok(err)
		if last, err := w.s.CaughtUp(w.Context(), w.now, "g1", "u2"); err != nil || !last.Equal(asked) {
			w.Errorf("asked %v, %v; want what was not before", last, err)
		}
		w.pass(minute)
		_, err = w.s.Expire(w.Context(), w.now)
		w.ok(err)
		for _, user := range []news.UserID{"u1", "u2"} {
			if last, err := w.s.CaughtUp(w.Context(), w.now, "g1", user); err != nil || !last.IsZero() {
				w.Errorf("long ago %s asked %v, %v", user, last, err)
			}
		}
	},
	"a guild that is forgotten": func(w *world) {
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{{ID: 1, URL: "a"}}))
		w.ok(w.s.RemoveFeed(w.Context(), "g1", 1))
		w.addFeed("g1", "own")
		w.addFeed("g1", "shared")
		w.addFeed("g2", "shared")
		w.ok(w.s.PutTopic(w.Context(), news.Topic{ID: "g1/ice", Guild: "g1"}, false))
		w.ok(w.s.PutTopic(w.Context(), news.Topic{ID: "g2/ice", Guild: "g2"}, false))
		w.subscribe("climate", "c1")
		_, err := w.s.CaughtUp(w.Context(), w.now, "g1", "u1")
		w.ok(err)
		w.ok(w.s.PutSettings(w.Context(), news.Settings{Guild: "g1", Budget: 2}))
		p := w.publication()
		for _, c := range []news.ChannelID{"c1", "c2", "c3"} {
			p.Deliveries = append(p.Deliveries, w.owed(p, c, time.Time{}))
		}
		p.Deliveries[2].Guild = "g2"
		w.publish(p)
		c := w.claims(1)[0]
		w.ok(w.s.ForgetGuild(w.Context(), "g1"))
		wantErr(w, w.s.Posted(w.Context(), w.now, c, "c1", "m"), news.ErrLeaseLost)
		if c := w.claim(); c.Deliveries[0].Guild != "g2" {
			w.Errorf("%+v", c)
		}
		a := w.audience()
		if len(a.Subscriptions) != 0 || len(a.Settings) != 0 || len(a.Topics) != 1 || len(a.Choices["g1"]) != 0 || !a.Follows("g1", 1) {
			w.Errorf("%+v", a)
		}
		if w.stats().Feeds != 2 || w.stats().Articles != 1 {
			w.Errorf("%+v", w.stats())
		}
		if last, err := w.s.CaughtUp(w.Context(), w.now, "g1", "u1"); err != nil || !last.IsZero() {
			w.Errorf("asked %v, %v", last, err)
		}
	},
}
