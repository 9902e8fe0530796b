package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// seaWallNews tells of seaWall what was not known before.
var seaWallNews = entry{title: "Court stops Rotterdam's 1.9 billion euro sea wall at Hoek van Holland", text: "A court in The Hague has stopped the sea wall at Hoek van Holland that " +
	"Rotterdam's city council approved for 1.9 billion euros. Judge Maria Vermeulen ruled on Friday that the port must study the harm to 340 hectares of dunes first. " +
	"The barrier is to hold back the rising seas that climate change brings until 2120. Mayor Carola Schouten said that the city would appeal."}

// TestFollowedStory: a post is edited when there is news, its thread and who follows the story are told once, and nobody else is,
// whatever happens to the bot and to Discord's answers meanwhile.
func TestFollowedStory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults []discordsim.Fault
		killed func(edited bool, replies, direct int) bool // when the bot is to be killed
	}{
		{"undisturbed", nil, nil},
		{"answers lost", []discordsim.Fault{{Kind: "commit_then_reset", Route: "PATCH /channels/"}, {Kind: "commit_then_502", Route: "POST /channels/", Count: 2}}, nil},
		{"killed when it has edited", []discordsim.Fault{{Kind: "commit_then_hang", Route: "PATCH /channels/", MS: 30_000}},
			func(edited bool, _, _ int) bool { return edited }},
		{"killed when it has told", []discordsim.Fault{{Kind: "commit_then_hang", Route: "POST /channels/", MS: 30_000, Count: 2}},
			func(_ bool, replies, direct int) bool { return replies > 0 && direct > 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := newWorld(t, "general", "climate"), newPress(t)
			bot := w.bot()
			w.says("general", "subscribe", map[string]any{"topic": "climate", "channel": w.id("climate")}, w.id("climate"))
			w.follow(p, "general", "Courier", "Herald")
			p.release("Courier", seaWall)
			w.eventually(10*time.Second, "the story is posted", func() bool { return w.holding("climate", "sea wall") == 1 })

			post := w.messages("climate")[0]
			var reader struct{ ID string }
			w.call("POST", "/sim/users", map[string]string{"username": "follower"}, &reader)
			pressed := w.invoke(discordsim.Interaction{Type: 3, ChannelID: w.id("climate"), UserID: reader.ID, MessageID: post.ID,
				Data: map[string]any{"component_type": 2, "custom_id": button(t, post, "Follow")}})
			if !strings.Contains(pressed.Message.Text(), "You follow this story") {
				t.Fatalf("following is answered with %s", pressed.Message.Text())
			}
			thread := map[string]string{"channel_id": w.id("climate"), "message_id": post.ID, "name": "the wall"}
			if status := w.call("POST", "/sim/threads", thread, nil); status != http.StatusCreated {
				t.Fatalf("starting a thread is answered %d", status)
			}
			told := func() (edited bool, replies, direct []discordsim.Message) {
				t.Helper()
				edited = strings.Contains(w.messages("climate")[0].Text(), "**Updated**")
				return edited, w.written(post.ID), w.written(w.direct(reader.ID))
			}

			for _, f := range c.faults {
				w.fault(f)
			}
			p.release("Herald", seaWallNews)
			if c.killed != nil {
				w.eventually(15*time.Second, "the moment to kill", func() bool {
					edited, replies, direct := told()
					return c.killed(edited, len(replies), len(direct))
				})
				bot.kill()
				bot = w.bot()
			}
			w.eventually(90*time.Second, "the news is told everywhere", func() bool { // the leases of the dead have to end
				edited, replies, direct := told()
				return edited && len(replies) > 0 && len(direct) > 0
			})
			p.release("Courier", seaWallAgain) // in other words
			w.settle(p, "Courier", "Herald")
			bot.stop()
			w.bot()
			w.settle(p, "Courier", "Herald")
			_, replies, direct := told()
			if len(replies) != 1 || len(direct) != 1 || len(w.messages("climate")) != 1 {
				t.Errorf("%d posts, %d replies in the thread, %d messages to the follower, want one each", len(w.messages("climate")), len(replies), len(direct))
			}
			for _, m := range slices.Concat(w.messages("climate"), replies, direct) {
				if !strings.Contains(m.Text(), "Judge Maria Vermeulen ruled") {
					t.Errorf("a message does not tell the news:\n%s", m.Text())
				}
			}
			if n := len(w.written(w.direct(w.state().You))); n != 0 {
				t.Errorf("someone who does not follow the story has %d messages", n)
			}
		})
	}
}

// direct is the channel of a person's direct messages.
func (w *world) direct(person string) string {
	w.Helper()
	var channel struct{ ID string }
	w.call("POST", "/sim/dms", map[string]string{"user_id": person}, &channel)
	return channel.ID
}

// written is what the bot wrote in a channel, by the channel's id.
func (w *world) written(channel string) (list []discordsim.Message) {
	w.Helper()
	var all struct{ Messages []discordsim.Message }
	w.call("GET", "/sim/messages?channel_id="+channel, nil, &all)
	for _, m := range all.Messages {
		if m.Author.Bot && m.Type == 0 {
			list = append(list, m)
		}
	}
	return list
}
