package command_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// followed tells a story that is posted in #climate as message 9001, and returns its event.
func (w *world) followed() news.StoryID {
	w.t.Helper()
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.ask(manager, "subscribe", "topic:transport", "channel:"+string(climate))
	w.now = w.now.Add(time.Hour)
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/ferry", title: "New ferry arrives", text: "The new ferry arrived in the harbour.", topics: on("transport", "ferry"),
		owed: []news.Delivery{w.owe(climate, "transport")}})
	w.post(9001)
	return w.stories["https://harbour.example/ferry"].Event
}

// inform owes a follower an update, and returns it.
func (w *world) inform(event news.StoryID, user news.UserID) news.Delivery {
	w.t.Helper()
	s := w.stories["https://harbour.example/ferry"]
	u := &news.Update{Article: s.Articles[0], At: w.now, Sentences: []news.Sentence{{Text: "It leaks.", Article: s.Articles[0]}}}
	d := news.Delivery{ID: news.NewUpdateID(*u, news.ChannelID(user)), Event: event, Story: s.ID, Guild: here, User: user, Update: true, Due: w.now,
		Brief: news.Brief{Story: s.ID, Headline: "New ferry leaks", Update: u}}
	a, err := w.store.Articles(w.t.Context(), s.Articles[:1])
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.PublishStory(w.t.Context(), w.now, news.Publication{Article: a[0], Story: s, Deliveries: []news.Delivery{d}}); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// TestFollowOwn shows that who has briefs sent to them can follow a story there, and nobody else can.
func TestFollowOwn(t *testing.T) {
	w := newWorld(t)
	event := w.followed()
	s := w.stories["https://harbour.example/ferry"]
	a, err := w.store.Articles(t.Context(), s.Articles[:1])
	if err != nil {
		t.Fatal(err)
	}
	own := news.Delivery{ID: news.NewDeliveryID(event, "@user-member"), Event: event, Story: s.ID, Guild: "@user-member", User: "user-member", Due: w.now, Brief: news.Brief{Story: s.ID, Headline: "New ferry arrives"}}
	if err := w.store.PublishStory(t.Context(), w.now, news.Publication{Article: a[0], Story: s, Deliveries: []news.Delivery{own}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"member", "another"} {
		w.press(who{name: name, guild: "dm", channel: "3001"}, command.Reply{}, command.FollowButton(event, own.ID))
	}
	followers, err := w.store.Followers(t.Context(), event)
	if err != nil || len(followers) != 1 || followers[0].User != "user-member" || followers[0].Guild != "@user-member" {
		t.Errorf("followers %+v, %v", followers, err)
	}
}

func TestFollowEvening(t *testing.T) {
	w := newWorld(t)
	event := w.followed()
	onPost := who{name: "member", channel: climate, message: "9001"}
	button := command.FollowButton(event, "b1")
	w.says("The button below a brief, pressed twice.")
	w.press(onPost, command.Reply{}, button)
	w.press(onPost, command.Reply{}, button)
	w.says("The select below a digest, with the button that its answer has.")
	inDigest := onPost
	inDigest.values = []string{command.StoryKey(event)}
	w.press(onPost, w.press(inDigest, command.Reply{}, command.FollowSelect("d1")), "Stop following")
	w.says("Below a direct message, once and again.")
	w.press(onPost, command.Reply{}, button)
	dm := who{name: "member", guild: "dm", channel: "3001"}
	w.press(dm, command.Reply{}, command.UnfollowButton(event, "u1"))
	w.press(dm, command.Reply{}, command.UnfollowButton(event, "u1"))
	w.says("After a direct message was refused.")
	w.press(onPost, command.Reply{}, button)
	w.inform(event, "user-member")
	claims, err := w.store.ClaimDeliveries(t.Context(), w.now, time.Minute, 10, 10)
	if err != nil || len(claims) != 1 {
		t.Fatalf("%d claims, %v", len(claims), err)
	}
	if err := w.store.Refuse(t.Context(), w.now, claims[0], "Direct messages are closed.", true); err != nil {
		t.Fatal(err)
	}
	w.press(onPost, command.Reply{}, button)
	w.says("Whoever else asks why the story was posted learns of no follower.")
	w.ask(who{name: "another"}, "why", "url:https://harbour.example/ferry")
	w.says("Where the story is unknown, in direct messages, and with buttons nobody was given.")
	w.press(who{name: "another", guild: elsewhere, channel: other}, command.Reply{}, command.FollowButton(event, ""))
	w.press(onPost, command.Reply{}, command.FollowButton(event+1, ""))
	w.press(who{name: "another", guild: "dm"}, command.Reply{}, button)
	for _, id := range []string{"follow:", "follow:0:b1", "follow:-1", "unfollow::", "unfollow:zzzzzzzzzzzzzzzz:x"} {
		w.press(onPost, command.Reply{}, id)
	}
	w.golden("follow")

	post, err := w.service.Post(t.Context(), event, here)
	if want := "https://discord.com/channels/1001/2002/9001"; err != nil || post != want {
		t.Errorf("the story stands at %q, %v; want %s", post, err, want)
	}
	if post, err := w.service.Post(t.Context(), event, elsewhere); err != nil || post != "" {
		t.Errorf("elsewhere the story stands at %q, %v", post, err)
	}
}

// TestManyFollow: many people press at once, and each press counts.
func TestManyFollow(t *testing.T) {
	w := newWorld(t)
	event := w.followed()
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			a := who{name: fmt.Sprint(i), channel: climate, message: "9001"}.ask()
			a.Button = command.FollowButton(event, "b1")
			for range 1 + i%2 { // every other one thinks better of it
				w.service.Answer(t.Context(), a)
			}
		})
	}
	wg.Wait()
	followers, err := w.store.Followers(t.Context(), event)
	if err != nil || len(followers) != 100 {
		t.Errorf("%d followers, %v; want 100", len(followers), err)
	}
	for _, f := range followers {
		if f.Guild != here || f.Event != event || !f.Since.Equal(w.now) || !strings.HasPrefix(string(f.User), "user-") {
			t.Errorf("follower %+v", f)
		}
	}
}
