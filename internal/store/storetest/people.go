package storetest

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

var peopleTests = map[string]func(*world){
	"channels don't wait for direct messages": func(w *world) {
		w.tell("u1", "u2", "u3")
		w.pass(time.Second)
		w.owe("c1", "c2")
		for _, want := range []news.ChannelID{"c1", "c2", "@u1", "@u2", "@u3"} {
			claims := w.claims(1)
			if len(claims) != 1 || claims[0].Deliveries[0].Place() != want {
				w.Fatalf("claims %+v, want one of %s", claims, want)
			}
			if next, err := w.s.NextDelivery(w.Context()); err != nil || next.IsZero() {
				w.Errorf("next at %v, %v", next, err)
			}
		}
		w.noClaim()
	},
	"so many direct messages are handed out": func(w *world) {
		w.tell("u1", "u2", "u3")
		w.owe("c1", "c2")
		for _, c := range []struct{ max, direct, channels, people int }{{5, 0, 2, 0}, {5, 0, 0, 0}, {5, 2, 0, 2}, {0, 5, 0, 0}, {5, 5, 0, 1}} {
			claims, err := w.s.ClaimDeliveries(w.Context(), w.now, minute, c.max, c.direct)
			w.ok(err)
			people := 0
			for _, claim := range claims {
				if claim.Deliveries[0].Place().Direct() {
					people++
				}
			}
			if people != c.people || len(claims)-people != c.channels {
				w.Errorf("of %+v come %d to people and %d to channels", c, people, len(claims)-people)
			}
		}
	},
	"closed direct messages are left alone until the person is back": func(w *world) {
		climate, sport := w.subscribeOwn("u1", "climate"), w.subscribeOwn("u1", "sport")
		other := w.subscribeOwn("u2", "climate")
		p := w.publication()
		d := w.direct(p, "u1")
		d.Subscriptions = []news.SubscriptionID{climate.ID}
		p.Deliveries = []news.Delivery{d}
		w.publish(p)
		w.pass(time.Minute)
		w.ok(w.s.Refuse(w.Context(), w.now, w.claim(), "closed", true))
		for _, sub := range w.audience().Subscriptions {
			if want := map[bool]string{true: "closed"}[sub.ID != other.ID]; sub.Rests != want {
				w.Errorf("subscription %+v, want it to rest with %q", sub, want)
			}
		}
		w.pass(30 * 24 * time.Hour)
		w.noClaim()
		w.reopen()
		w.noClaim()
		if rested, err := w.s.Resume(w.Context(), w.now, news.OwnGuild("u2")); err != nil || rested {
			w.Errorf("u2 rested %v, %v", rested, err)
		}
		for _, want := range []bool{true, false} {
			if rested, err := w.s.Resume(w.Context(), w.now, news.OwnGuild("u1")); err != nil || rested != want {
				w.Errorf("u1 rested %v, %v, want %v", rested, err, want)
			}
		}
		for _, sub := range w.audience().Subscriptions {
			if sub.Rests != "" {
				w.Errorf("%+v", sub)
			}
		}
		w.pass(time.Second)
		c := w.claim()
		if c.Digest == "" || len(c.Deliveries) != 1 || c.Deliveries[0].Story != p.Story.ID || !c.Deliveries[0].FirstTry.IsZero() {
			w.Errorf("claim %+v, want a digest of what waited, as never tried", c)
		}
		w.ok(w.s.Refuse(w.Context(), w.now, c, "still closed", true))
		w.noClaim()
		for _, topic := range []news.TopicID{"climate", "sport"} { // which ends their rest alone
			w.subscribeOwn("u1", topic)
		}
		w.noClaim()
		if rested, err := w.s.Resume(w.Context(), w.now, news.OwnGuild("u1")); err != nil || !rested {
			w.Errorf("u1 rested %v, %v, want what waits to be found", rested, err)
		}
		w.ok(w.s.Refuse(w.Context(), w.now, w.claim(), "still closed", true))
		for _, sub := range []news.Subscription{climate, sport} {
			w.ok(w.s.Unsubscribe(w.Context(), sub.ID))
		}
		if rested, err := w.s.Resume(w.Context(), w.now, news.OwnGuild("u1")); err != nil || rested {
			w.Errorf("without subscriptions u1 rested %v, %v", rested, err)
		}
		w.noClaim()
	},
	"who unsubscribes while it is refused is not told later": func(w *world) {
		sub := w.subscribeOwn("u1", "climate")
		p := w.publication()
		d := w.direct(p, "u1")
		d.Subscriptions = []news.SubscriptionID{sub.ID}
		p.Deliveries = []news.Delivery{d}
		w.publish(p)
		c := w.claim()
		w.ok(w.s.Unsubscribe(w.Context(), sub.ID))
		w.ok(w.s.Refuse(w.Context(), w.now, c, "closed", true))
		w.subscribeOwn("u1", "climate")
		if rested, err := w.s.Resume(w.Context(), w.now, news.OwnGuild("u1")); err != nil || rested {
			w.Errorf("rested %v, %v", rested, err)
		}
		w.noClaim()
	},
	"a person follows so many stories": func(w *world) {
		var events []news.StoryID
		for range news.MaxFollowed + 2 {
			w.pass(time.Second)
			events = append(events, w.publication().Story.Event)
			w.ok(w.s.Follow(w.Context(), news.Follower{Event: events[len(events)-1], Guild: "g1", User: "u1"}))
			w.ok(w.s.Follow(w.Context(), news.Follower{Event: events[len(events)-1], Guild: "g1", User: news.UserID(fmt.Sprint("u", len(events)+1))}))
		}
		for i, event := range events {
			followers, err := w.s.Followers(w.Context(), event)
			w.ok(err)
			want := 2
			if i < 2 {
				want = 1
			}
			if len(followers) != want {
				w.Errorf("story %d has %d followers, want %d", i, len(followers), want)
			}
		}
		if p := w.person("u1"); p.Followed != news.MaxFollowed {
			w.Errorf("%+v", p)
		}
	},
	"a person who follows enough follows a story that is older than all": func(w *world) {
		first := w.publication().Story.Event
		for range news.MaxFollowed {
			w.pass(time.Second)
			w.ok(w.s.Follow(w.Context(), news.Follower{Event: w.publication().Story.Event, Guild: "g1", User: "u1"}))
		}
		w.ok(w.s.Follow(w.Context(), news.Follower{Event: first, Guild: "g1", User: "u1"}))
		if followers, err := w.s.Followers(w.Context(), first); err != nil || len(followers) != 1 || w.person("u1").Followed != news.MaxFollowed {
			w.Errorf("%v, %v; %+v", followers, err, w.person("u1"))
		}
	},
	"what is kept of a person, and is forgotten": func(w *world) {
		w.ok(w.s.SetDefaults(w.Context(), w.now, []news.Feed{{ID: 1, URL: "default"}}))
		var told []news.StoryID
		everything := func(user news.UserID) {
			w.Helper()
			own := news.OwnGuild(user)
			w.addFeed(own, "shared")
			w.ok(w.s.RemoveFeed(w.Context(), own, 1))
			w.ok(w.s.PutTopic(w.Context(), news.Topic{ID: news.OwnTopicID(own, "ice"), Guild: own, Query: "ice"}, false))
			w.subscribeOwn(user, "climate")
			w.ok(w.s.PutSettings(w.Context(), news.Settings{Guild: own, Zone: "Asia/Seoul"}))
			for _, guild := range []news.GuildID{own, "g1", "g2"} {
				_, err := w.s.CaughtUp(w.Context(), w.now, guild, user)
				w.ok(err)
			}
			_, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(w.id()), Guild: "g1", Channel: news.ChannelID("by-" + user), Topic: "climate", CreatedBy: user})
			w.ok(err)
			w.tell(user)
			w.posted(w.claim())
			p := w.tell(user)
			w.ok(w.s.Follow(w.Context(), news.Follower{Event: p.Story.Event, Guild: "g1", User: user}))
			d := w.direct(p, user)
			d.ID, d.Guild, d.Update = news.NewUpdateID(news.Update{Article: p.Article.ID, At: w.now}, d.Place()), "g1", true
			p.Deliveries = []news.Delivery{d}
			p.Story.Topics = append(p.Story.Topics, news.Match{Topic: news.OwnTopicID(own, "ice")}, news.Match{Topic: "climate"})
			w.publish(p)
			told = append(told, p.Story.ID)
		}
		everything("u1")
		held := w.claim() // on its way while it is forgotten
		everything("u11") // whose id begins alike
		if p := w.person("u2"); p.Any() {
			w.Errorf("of someone unknown %+v is kept", p)
		}
		want := news.Personal{Subscriptions: 1, Feeds: 2, Topics: 1, Settings: true, Followed: 1, CaughtUp: 3, Created: 1, Waiting: 2, Sent: 1}
		for _, user := range []news.UserID{"u1", "u11"} {
			if diff := cmp.Diff(want, w.person(user)); diff != "" {
				w.Errorf("%s: %s", user, diff)
			}
		}
		before := w.audience()
		topics := func(id news.StoryID) int {
			story, err := w.s.Story(w.Context(), id)
			w.ok(err)
			return len(story.Topics)
		}
		had := topics(told[0])
		w.ok(w.s.ForgetPerson(w.Context(), "u1"))
		wantErr(w, w.s.Posted(w.Context(), w.now, held, "dm", "m"), news.ErrLeaseLost)
		if p := w.person("u1"); p.Any() {
			w.Errorf("%+v is left", p)
		}
		if diff := cmp.Diff(want, w.person("u11")); diff != "" {
			w.Error(diff)
		}
		if topics(told[0]) != had-1 || topics(told[1]) != had {
			w.Errorf("stories have %d and %d topics, want %d and %d", topics(told[0]), topics(told[1]), had-1, had)
		}
		a := w.audience()
		if a.Version == before.Version || len(a.Subscriptions) != 3 || len(a.Topics) != 1 || len(a.Settings) != 1 || !a.Follows(news.OwnGuild("u1"), 1) {
			w.Errorf("%+v", a)
		}
		for _, sub := range a.Subscriptions {
			if sub.Channel == "by-u1" && sub.CreatedBy != "" {
				w.Errorf("%+v", sub)
			}
		}
		if c := w.claim(); c.Deliveries[0].User != "u11" {
			w.Errorf("%+v", c)
		}
		w.ok(w.s.ForgetPerson(w.Context(), "u1"))
	},
}

// direct is what a publication owes a person in their own guild.
func (w *world) direct(p news.Publication, user news.UserID) news.Delivery {
	d := w.owed(p, "", time.Time{})
	d.Guild, d.User = news.OwnGuild(user), user
	d.ID = news.NewDeliveryID(p.Story.Event, d.Place())
	return d
}

// tell publishes a new story that is owed to people.
func (w *world) tell(users ...news.UserID) news.Publication {
	w.Helper()
	p := w.publication()
	for _, user := range users {
		p.Deliveries = append(p.Deliveries, w.direct(p, user))
	}
	return w.publish(p)
}

func (w *world) subscribeOwn(user news.UserID, topic news.TopicID) news.Subscription {
	w.Helper()
	sub, err := w.s.Subscribe(w.Context(), news.Subscription{ID: news.SubscriptionID(w.id()), Guild: news.OwnGuild(user), User: user, Topic: topic, When: news.Now, Created: w.now, CreatedBy: user})
	w.ok(err)
	return sub
}

func (w *world) person(user news.UserID) news.Personal {
	w.Helper()
	p, err := w.s.Person(w.Context(), user)
	w.ok(err)
	return p
}
