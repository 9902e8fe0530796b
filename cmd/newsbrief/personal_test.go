package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// TestPersonal: from nothing to a brief in a person's direct messages, once, whatever happens to the bot, and to nothing again.
func TestPersonal(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, "general", "climate"), newPress(t)
	bot := w.bot()
	ann, ben := w.person("ann"), w.person("ben")
	dm := w.direct(ann)
	w.hears(dm, ann, "privacy", nil, "Nothing at all")
	w.hears(dm, ann, "subscribe", map[string]any{"topic": "climate"}, "I send you stories on **Climate**", "no feeds here yet")
	w.hears(dm, ann, "feed add", map[string]any{"url": p.feed("Courier")}, "Following Courier")
	w.hears(dm, ann, "topic create", map[string]any{"name": "handball", "query": "handball"}, "handball")
	w.hears(dm, ann, "subscribe", map[string]any{"topic": "handball", "when": "weekly"}, "I send you stories on **handball** in a digest every Monday")
	w.hears(dm, ann, "subscribe", map[string]any{"topic": "handball", "when": "hourly"}, "You had this topic already")
	w.hears(dm, ann, "settings", map[string]any{"timezone": "Asia/Seoul"}, "Asia/Seoul")
	w.hears(w.id("climate"), ann, "catchup", nil, "Nothing missed")
	w.settle(p, "Courier")
	p.release("Courier", seaWall, cup)
	w.eventually(10*time.Second, "the brief is sent", func() bool { return len(w.written(dm)) == 1 })
	post := w.written(dm)[0]
	if got := post.Text(); !strings.Contains(got, "sea wall") || !strings.Contains(got, p.link("Courier", 0)) {
		t.Errorf("ann got\n%s", got)
	}
	w.eventually(5*time.Second, "“Why?” tells the topic once it is stored that the brief was sent", func() bool {
		why := w.invoke(discordsim.Interaction{Type: 3, ChannelID: dm, UserID: ann, MessageID: post.ID, Data: map[string]any{"component_type": 2, "custom_id": button(t, post, "Why?")}})
		return strings.Contains(why.Message.Text(), "Climate")
	})
	w.hears(dm, ann, "why", map[string]any{"url": "https://discord.com/channels/@me/" + dm + "/" + post.ID}, "sea wall")
	w.hears(dm, ann, "brief", map[string]any{"topic": "climate"}, "sea wall")
	w.hears(dm, ann, "subscriptions", nil, "2 subscriptions", "**handball** in a digest every hour")
	w.hears(w.direct(ben), ben, "latest", nil, "no feeds here yet")
	w.hears(w.direct(ben), ben, "subscriptions", nil, "No subscriptions yet")

	bot.stop()
	w.bot()
	w.settle(p, "Courier")
	if n := len(w.written(dm)); n != 1 {
		t.Errorf("after a restart ann has %d messages, want 1", n)
	}
	for _, channel := range []string{w.direct(ben), w.id("general"), w.id("climate")} {
		if n := len(w.written(channel)); n != 0 {
			t.Errorf("somebody else has %d messages", n)
		}
	}

	w.hears(w.id("general"), ann, "privacy", nil, "2 subscriptions that are sent to you", "1 feed that", "1 topic that", "your settings", "in 1 place", "1 story that I sent you", "1 story that waits")
	asked := w.invoke(discordsim.Slash(dm, ann, "privacy", nil))
	press := func(label string) discordsim.Message {
		t.Helper()
		pressed := w.invoke(discordsim.Interaction{Type: 3, ChannelID: dm, UserID: ann, MessageID: asked.Message.ID, Data: map[string]any{"component_type": 2, "custom_id": button(t, *asked.Message, label)}})
		asked.Message = pressed.Message
		return *pressed.Message
	}
	if got := press("Delete all of it").Text(); !strings.Contains(got, "can't be undone") {
		t.Errorf("the first press is answered\n%s", got)
	}
	w.hears(dm, ann, "subscriptions", nil, "2 subscriptions")
	if got := press("Yes, delete it").Text(); !strings.Contains(got, "I keep nothing about you any more") {
		t.Errorf("the second press is answered\n%s", got)
	}
	w.hears(dm, ann, "privacy", nil, "Nothing at all")
	w.hears(dm, ann, "subscriptions", nil, "No subscriptions yet")
	w.hears(dm, ann, "feed list", nil, "No feeds yet")
}

// TestClosedDirectMessages: a person who can't be written to is left alone until they are back, and then gets what waited.
func TestClosedDirectMessages(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, "general"), newPress(t)
	bot := w.bot()
	ann := w.person("ann")
	dm := w.direct(ann)
	refusals := func() (n int) {
		t.Helper()
		for _, r := range w.log(t).Requests {
			if r.ChannelID == dm && r.Status == http.StatusForbidden {
				n++
			}
		}
		return n
	}
	w.hears(dm, ann, "feed add", map[string]any{"url": p.feed("Courier")}, "Following Courier")
	w.hears(dm, ann, "subscribe", map[string]any{"topic": "climate"}, "I send you stories")
	w.settle(p, "Courier")
	w.change(ann, map[string]any{"closed_dms": true})
	p.release("Courier", seaWall)
	w.eventually(10*time.Second, "Discord refuses the brief", func() bool { return refusals() == 1 })
	p.release("Courier", seaWallNews, invented("1"))
	w.settle(p, "Courier")
	bot.stop()
	w.bot()
	w.settle(p, "Courier")
	if n := refusals(); n != 1 {
		t.Errorf("Discord has refused %d messages, want the first alone", n)
	}
	w.hears(dm, ann, "subscriptions", nil, "I can't write to you: Direct messages are closed.", "Allow direct messages")
	w.eventually(10*time.Second, "it is tried again when ann shows up", func() bool { return refusals() == 2 })

	w.change(ann, map[string]any{"closed_dms": false})
	w.eventually(10*time.Second, "what waited is sent", func() bool { // unless she is back before the refusal is stored
		w.hears(dm, ann, "help", nil, "/subscribe")
		return len(w.written(dm)) == 1
	})
	if got := w.written(dm)[0].Text(); !strings.Contains(got, "sea wall") {
		t.Errorf("ann got\n%s", got)
	}
	if got := w.ask(dm, ann, "subscriptions", nil); strings.Contains(got, "can't write") {
		t.Errorf("ann is back, and told\n%s", got)
	}
	p.release("Courier", glacier)
	w.eventually(10*time.Second, "news is sent again", func() bool { return len(w.written(dm)) == 2 })
	if n := refusals(); n != 2 {
		t.Errorf("Discord has refused %d messages, want 2", n)
	}
}

var glacier = entry{title: "Greenland's Jakobshavn glacier lost nine gigatonnes of ice in a week", text: "Greenland's Jakobshavn glacier has lost nine gigatonnes of ice in one week of June, " +
	"the Danish Meteorological Institute said on Monday. Climate change has doubled the speed of the glacier since 2002, its glaciologist Ruth Mottram said."}

// TestPersonsOwnApplication: who has the bot for themselves uses it where the bot isn't, and what it has to tell comes to them alone.
func TestPersonsOwnApplication(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, "general"), newPress(t)
	w.bot()
	ann, ben := w.person("ann"), w.person("ben")
	var foreign, lounge, group struct{ ID string }
	w.call("POST", "/sim/guilds", map[string]any{"name": "elsewhere"}, &foreign)
	w.call("POST", "/sim/guilds/"+foreign.ID+"/channels", map[string]any{"name": "lounge"}, &lounge)
	w.call("POST", "/sim/groups", map[string]any{"user_ids": []string{ann, ben}}, &group)
	if status := w.call("DELETE", "/sim/guilds/"+foreign.ID+"/bot", nil, nil); status != http.StatusNoContent {
		t.Fatalf("the bot is removed with %d", status)
	}
	w.change(ann, map[string]any{"installed": true})

	w.hears(lounge.ID, ann, "subscribe", map[string]any{"topic": "climate", "channel": lounge.ID}, "I write to you alone")
	w.hears(lounge.ID, ann, "subscribe", map[string]any{"topic": "climate"}, "I send you stories on **Climate**", "nothing is posted in a channel")
	w.hears(group.ID, ann, "feed add", map[string]any{"url": p.feed("Courier")}, "Following Courier")
	w.settle(p, "Courier")
	for i := range 12 {
		p.release("Courier", invented(string(rune('a'+i))))
	}
	p.release("Courier", seaWall)
	dm := w.direct(ann)
	w.eventually(10*time.Second, "the brief is sent", func() bool { return len(w.written(dm)) == 1 })
	for _, place := range []string{lounge.ID, group.ID} {
		if n := len(w.written(place)); n != 0 {
			t.Errorf("%d messages were posted where the bot isn't", n)
		}
	}

	latest := w.invoke(discordsim.Slash(group.ID, ann, "latest", nil))
	if latest.Message.Flags&64 != 0 || !strings.Contains(latest.Message.Text(), "Latest stories") {
		t.Fatalf("/latest is answered, with flags %d,\n%s", latest.Message.Flags, latest.Message.Text())
	}
	more := func(user string) discordsim.Message {
		t.Helper()
		return *w.invoke(discordsim.Interaction{Type: 3, ChannelID: group.ID, UserID: user, MessageID: latest.Message.ID,
			Data: map[string]any{"component_type": 2, "custom_id": button(t, *latest.Message, "More (3)")}}).Message
	}
	if got := more(ben); got.ID == latest.Message.ID || got.Flags&64 == 0 || !strings.Contains(got.Text(), "You follow no feeds here yet") {
		t.Errorf("ben turns ann's pages to\n%s", got.Text())
	}
	if got := more(ann); got.ID != latest.Message.ID {
		t.Errorf("ann's page comes as another message\n%s", got.Text())
	}
}

// person is somebody new on the world's server.
func (w *world) person(name string) string {
	w.Helper()
	var u struct{ ID string }
	w.call("POST", "/sim/users", map[string]string{"username": name}, &u)
	return u.ID
}

// change changes what a person allows.
func (w *world) change(person string, to map[string]any) {
	w.Helper()
	if status := w.call("PATCH", "/sim/users/"+person, to, nil); status != http.StatusNoContent {
		w.Fatalf("changing %v is answered %d", to, status)
	}
}

// ask types a command as a person, in a channel by its id, and returns the text of the reply.
func (w *world) ask(channel, person, path string, options map[string]any) string {
	w.Helper()
	reply := w.invoke(discordsim.Slash(channel, person, path, options))
	if reply.Message == nil {
		w.Fatalf("/%s got no message: %+v", path, reply)
	}
	return reply.Message.Text()
}

// hears types a command as a person and checks that the reply holds all of want.
func (w *world) hears(channel, person, path string, options map[string]any, want ...string) {
	w.Helper()
	got := w.ask(channel, person, path, options)
	for _, s := range want {
		if !strings.Contains(got, s) {
			w.Errorf("/%s %v answered\n%s\nwithout %q", path, options, got, s)
		}
	}
}
