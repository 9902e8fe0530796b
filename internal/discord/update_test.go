package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
)

// updated is a claim's delivery with an update that its second source told.
func updated(c news.Claim) news.Delivery {
	d := c.Deliveries[0]
	d.Brief.Sources = append(d.Brief.Sources, news.Source{Article: 2, Name: "Herald", URL: "https://herald.example/2"})
	said := news.Sentence{Text: "The dyke broke at noon.", Article: 2}
	d.Brief.Sentences = append(d.Brief.Sentences, said)
	d.Brief.Update = &news.Update{Article: 2, Sentences: []news.Sentence{said}, At: time.Unix(2e9, 0)}
	return d
}

// words are all that can be read in a message.
func words(t *testing.T, c components) string {
	t.Helper()
	data, err := json.Marshal(newMessage(c, 0))
	if err != nil {
		t.Fatal(err)
	}
	var m discordsim.Message
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m.Text()
}

// button is what a message's button with a label has as value for a key.
func button(t *testing.T, m discordsim.Message, label, key string) string {
	t.Helper()
	for _, row := range m.Components {
		list, _ := row["components"].([]any)
		for _, b := range list {
			if b, _ := b.(map[string]any); b["label"] == label {
				value, _ := b[key].(string)
				return value
			}
		}
	}
	t.Fatalf("there is no button %q below\n%s", label, m.Text())
	return ""
}

func TestUpdateLine(t *testing.T) {
	posted := updated(claim("123", 1))
	posted.Message, posted.PostedAt = "9", time.Unix(2e9-60, 0)
	const line = "**Updated** <t:2000000000:R>: The dyke broke at noon.\u00a0[²](https://herald.example/2)"
	for _, c := range []struct {
		name   string
		change func(*news.Delivery)
		line   string
	}{
		{"a new article", func(*news.Delivery) {}, line},
		{"told by an edit before", func(d *news.Delivery) { d.Told = d.Brief.Update.At }, line},
		{"a correction", func(d *news.Delivery) { d.Brief.Update.Corrects = true }, strings.Replace(line, "Updated", "Correction", 1)},
		{"a correction that says so itself", func(d *news.Delivery) {
			d.Brief.Sentences = []news.Sentence{{Text: "Correction: The dyke broke at noon.", Article: 2}}
			d.Brief.Update = &news.Update{Article: 2, Sentences: d.Brief.Sentences, Corrects: true, At: d.Brief.Update.At}
		}, strings.Replace(line, "Updated", "Correction", 1)},
		{"a first post", func(d *news.Delivery) { d.Message = "" }, ""},
		{"posted with it", func(d *news.Delivery) { d.Told, d.PostedAt = d.Brief.Update.At, time.Unix(2e9+60, 0) }, ""},
		{"seen while it was posted", func(d *news.Delivery) { d.PostedAt = time.Unix(2e9+1, 0) }, line},
		{"nothing new", func(d *news.Delivery) { d.Brief.Update = nil }, ""},
		{"a correction that quotes nothing", func(d *news.Delivery) {
			d.Brief.Update.Corrects, d.Brief.Update.Sentences = true, nil
			d.Brief.Sources[1].Title = "*Correction*: the dyke"
		}, `**Correction** <t:2000000000:R>: \*Correction\*: the dyke`},
		{"of a source that isn't shown", func(d *news.Delivery) { d.Brief.Sources = d.Brief.Sources[:1] }, "**Updated** <t:2000000000:R>: The dyke broke at noon."},
	} {
		d := posted
		u := *posted.Brief.Update
		d.Brief.Update, d.Brief.Sources = &u, slices.Clone(d.Brief.Sources)
		c.change(&d)
		got := words(t, briefMessage(d))
		if n := strings.Count(got, "The dyke broke"); n != 1 {
			t.Errorf("%s: the sentence stands there %d times:\n%s", c.name, n, got)
		}
		if c.line == "" && strings.Contains(got, "**Updated**") || !strings.Contains(got, c.line) {
			t.Errorf("%s: the message says\n%s\nwant the line %q", c.name, got, c.line)
		}
	}
}

// follow is a bot with a real store behind its buttons, in a Discord with the story posted in its first channel.
type follow struct {
	*testing.T
	sim   *discordsim.Simulator
	bot   *Bot
	store *bolt.Store
	guild news.GuildID
	claim news.Claim
	post  discordsim.Message
}

func newFollow(t *testing.T) *follow {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "news.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	service := command.New(command.Options{Store: store, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	sim, address := simulator(t, simOptions)
	f := &follow{T: t, sim: sim, store: store, guild: news.GuildID(sim.State().Guilds[0].ID)}
	f.bot = newBot(t, address, func(o *Options) { o.Service = service })
	run(t, sim, f.bot)
	channel := sim.State().Guilds[0].Channels[0].ID
	event := news.StoryID(news.NewID(time.Now(), 1))
	f.claim = claim(channel, 0)
	d := &f.claim.Deliveries[0]
	d.ID, d.Event, d.Story, d.Guild = news.NewDeliveryID(event, d.Channel), event, event, f.guild
	f.publish(*d)
	f.send()
	f.claim.Deliveries[0] = f.stored(d.ID)
	f.post = messages(t, sim, channel)[0]
	return f
}

func (f *follow) ok(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *follow) publish(d news.Delivery) {
	f.Helper()
	f.ok(f.store.PublishStory(f.Context(), time.Now(), news.Publication{Article: news.Article{ID: news.ArticleID(d.Event), Story: d.Story, Seen: time.Now()},
		Story: news.Story{ID: d.Story, Event: d.Event, First: time.Now(), Last: time.Now()}, Deliveries: []news.Delivery{d}}))
}

// send posts what is due, as the outbox does.
func (f *follow) send() {
	f.Helper()
	claims, err := f.store.ClaimDeliveries(f.Context(), time.Now(), time.Minute, 10, 10)
	f.ok(err)
	for _, c := range claims {
		channel, message, err := f.bot.Post(f.Context(), c)
		f.ok(err)
		f.ok(f.store.Posted(f.Context(), time.Now(), c, channel, message))
	}
}

func (f *follow) stored(id news.DeliveryID) news.Delivery {
	f.Helper()
	all, err := f.store.EventDeliveries(f.Context(), f.claim.Deliveries[0].Event, f.guild)
	f.ok(err)
	i := slices.IndexFunc(all, func(d news.Delivery) bool { return d.ID == id })
	if i < 0 {
		f.Fatalf("delivery %s is not stored", id)
	}
	return all[i]
}

// inform is an update that a person is owed.
func (f *follow) inform(user string) news.Delivery {
	d := updated(f.claim)
	d.ID = news.NewUpdateID(*d.Brief.Update, news.ChannelID(user))
	d.Channel, d.User, d.Update, d.State, d.Message, d.PostedIn, d.PostedRevision, d.Due = "", news.UserID(user), true, news.Waiting, "", "", 0, time.Now()
	return d
}

func (f *follow) direct(user string) (string, []discordsim.Message) {
	f.Helper()
	dm, err := f.sim.OpenDM(user)
	f.ok(err)
	return dm.ID, messages(f.T, f.sim, dm.ID)
}

// press presses the button with a label below a message, and returns what the person is told.
func (f *follow) press(user, channel string, m discordsim.Message, label string) string {
	f.Helper()
	reply, err := f.sim.Invoke(f.Context(), discordsim.Interaction{Type: 3, ChannelID: channel, UserID: user, MessageID: m.ID,
		Data: map[string]any{"component_type": 2, "custom_id": button(f.T, m, label, "custom_id")}, Wait: 10 * time.Second})
	f.ok(err)
	if reply.Message == nil || reply.Message.Flags&discordsim.FlagEphemeral == 0 {
		f.Fatalf("pressing %s is answered with %+v, want words for one person", label, reply)
	}
	return reply.Message.Text()
}

func TestFollowByDirectMessage(t *testing.T) {
	t.Parallel()
	f := newFollow(t)
	reader, err := f.sim.AddUser("follower", "")
	f.ok(err)
	if said := f.press(reader.ID, f.post.ChannelID, f.post, "Follow"); !strings.Contains(said, "You follow this story") {
		t.Errorf("following is answered with %q", said)
	}
	followers, err := f.store.Followers(t.Context(), f.claim.Deliveries[0].Event)
	if err != nil || len(followers) != 1 || string(followers[0].User) != reader.ID || followers[0].Guild != f.guild {
		t.Fatalf("followers are %+v, %v", followers, err)
	}

	d := f.inform(reader.ID)
	f.publish(d)
	f.send()
	dm, got := f.direct(reader.ID)
	if len(got) != 1 {
		t.Fatalf("the follower has %d direct messages", len(got))
	}
	for _, want := range []string{"The dyke broke at noon.", "Herald", "you follow this story", "Read at Herald"} {
		if !strings.Contains(got[0].Text(), want) {
			t.Errorf("the direct message lacks %q:\n%s", want, got[0].Text())
		}
	}
	if got, want := button(t, got[0], "See the post", "url"), fmt.Sprintf("https://discord.com/channels/%s/%s/%s", f.guild, f.post.ChannelID, f.post.ID); got != want {
		t.Errorf("the post is said to be at %s, want %s", got, want)
	}
	// Repeated within the nonce's window, and found beyond it.
	c := news.Claim{Deliveries: []news.Delivery{d}}
	if _, again, err := f.bot.Post(t.Context(), c); err != nil || string(again) != got[0].ID {
		t.Errorf("repeated as %s, %v", again, err)
	}
	if in, found, err := f.bot.Find(t.Context(), c); err != nil || string(found) != got[0].ID || string(in) != dm {
		t.Errorf("found %s in %s, %v", found, in, err)
	}
	other := f.inform(reader.ID)
	other.ID = "uother"
	if _, found, err := f.bot.Find(t.Context(), news.Claim{Deliveries: []news.Delivery{other}}); err != nil || found != "" {
		t.Errorf("what was never sent is found as %s, %v", found, err)
	}
	opened := 0
	for _, r := range f.sim.Requests().Requests {
		if r.Route == "POST /users/@me/channels" {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("direct messages with one person were opened %d times", opened)
	}

	for range 2 {
		if said := f.press(reader.ID, dm, got[0], "Stop following"); !strings.Contains(said, "no longer follow") {
			t.Errorf("pressing Stop following is answered with %q", said)
		}
	}
	if followers, err := f.store.Followers(t.Context(), d.Event); err != nil || len(followers) != 0 {
		t.Errorf("followers are %+v, %v", followers, err)
	}
}

// TestUpdatesTogether: several updates of a person's stories in one message, each of which can be stopped.
func TestUpdatesTogether(t *testing.T) {
	t.Parallel()
	f := newFollow(t)
	person := f.sim.State().You
	first, second := f.inform(person), f.inform(person)
	second.Event++
	c := news.Claim{Digest: "ddigest", Deliveries: []news.Delivery{first, second, first}}
	_, id, err := f.bot.Post(t.Context(), c)
	f.ok(err)
	_, got := f.direct(person)
	if len(got) != 1 || strings.Count(got[0].Text(), "The dyke broke at noon.") != 3 || !strings.Contains(got[0].Text(), "3 updates") {
		t.Fatalf("the direct messages are %+v", got)
	}
	if _, found, err := f.bot.Find(t.Context(), c); err != nil || found != id {
		t.Errorf("found %s, %v; want %s", found, err, id)
	}
	f.ok(f.store.Follow(t.Context(), news.Follower{Event: first.Event, Guild: f.guild, User: news.UserID(person)}))
	reply, err := f.sim.Invoke(t.Context(), discordsim.Interaction{Type: 3, ChannelID: got[0].ChannelID, MessageID: got[0].ID, Wait: 10 * time.Second,
		Data: map[string]any{"component_type": 3, "custom_id": command.UnfollowSelect("ddigest"), "values": []string{command.StoryKey(first.Event)}}})
	if err != nil || !strings.Contains(reply.Message.Text(), "no longer follow") {
		t.Errorf("choosing a story is answered with %+v, %v", reply.Message, err)
	}
}

// TestFollowFromDigest: the stories of a digest can be chosen from.
func TestFollowFromDigest(t *testing.T) {
	t.Parallel()
	f := newFollow(t)
	c := f.claim
	c.Digest = "ddigest"
	_, id, err := f.bot.Post(t.Context(), c)
	f.ok(err)
	reply, err := f.sim.Invoke(t.Context(), discordsim.Interaction{Type: 3, ChannelID: f.post.ChannelID, MessageID: string(id), Wait: 10 * time.Second,
		Data: map[string]any{"component_type": 3, "custom_id": command.FollowSelect("ddigest"), "values": []string{command.StoryKey(c.Deliveries[0].Event)}}})
	if err != nil || !strings.Contains(reply.Message.Text(), "You follow this story") {
		t.Fatalf("choosing a story is answered with %+v, %v", reply.Message, err)
	}
	if said := f.press("", f.post.ChannelID, *reply.Message, "Stop following"); !strings.Contains(said, "no longer follow") {
		t.Errorf("pressing Stop following is answered with %q", said)
	}
}

func TestPeopleWhoCannotBeToldPermanently(t *testing.T) {
	t.Parallel()
	f := newFollow(t)
	person := f.sim.State().You
	refusedFor := func(user string) *news.SendError {
		t.Helper()
		_, _, err := f.bot.Post(t.Context(), news.Claim{Deliveries: []news.Delivery{f.inform(user)}})
		var refused *news.SendError
		if !errors.As(err, &refused) {
			t.Fatalf("a message to %s ends with %v, want a refusal", user, err)
		}
		return refused
	}
	f.ok(f.sim.CloseDMs(person, true))
	if r := refusedFor(person); !r.Permanent || !r.Place || !strings.Contains(r.Sentence, "closed") {
		t.Errorf("closed direct messages are %+v", r)
	}
	f.ok(f.sim.CloseDMs(person, false))
	if r := refusedFor("1"); !r.Permanent || !r.Place {
		t.Errorf("a person who isn't there is %+v", r)
	}
	if err := f.sim.Fault(discordsim.Fault{Kind: "user_429", Route: "POST /users/@me/channels", MS: 3000}); err != nil {
		t.Fatal(err)
	}
	another, err := f.sim.AddUser("another", "")
	f.ok(err)
	if r := refusedFor(another.ID); r.Permanent || r.After <= 0 {
		t.Errorf("opening too fast is %+v", r)
	}
	f.ok(f.sim.KickBot(string(f.guild)))
	if r := refusedFor(person); !r.Permanent || !r.Place {
		t.Errorf("a person without a common server is %+v", r)
	}
}

func TestReplyInThread(t *testing.T) {
	t.Parallel()
	f := newFollow(t)
	d := updated(f.claim)
	d.Message, d.PostedIn = news.MessageID(f.post.ID), news.ChannelID(f.post.ChannelID)
	edit := func() news.ChannelID {
		t.Helper()
		thread, err := f.bot.Edit(t.Context(), d)
		f.ok(err)
		return thread
	}
	if thread := edit(); thread != "" {
		t.Errorf("a message without a thread has %s", thread)
	}
	started, err := f.sim.StartThread(f.post.ChannelID, f.post.ID, "", "what about it")
	f.ok(err)
	thread := edit()
	if string(thread) != started.ID {
		t.Fatalf("the thread is %q, want %s", thread, started.ID)
	}
	r := d
	r.ID, r.Channel, r.Update, r.Message, r.FirstTry = news.NewUpdateID(*d.Brief.Update, thread), thread, true, "", d.Brief.Update.At
	c := news.Claim{Deliveries: []news.Delivery{r}}
	if _, found, err := f.bot.Find(t.Context(), c); err != nil || found != "" {
		t.Errorf("found %s before it is posted, %v", found, err)
	}
	in, id, err := f.bot.Post(t.Context(), c)
	if err != nil || in != thread {
		t.Fatalf("posted in %s, %v", in, err)
	}
	if _, again, err := f.bot.Post(t.Context(), c); err != nil || again != id {
		t.Errorf("repeated as %s, %v", again, err)
	}
	if _, found, err := f.bot.Find(t.Context(), c); err != nil || found != id {
		t.Errorf("found %s, %v", found, err)
	}
	list := messages(t, f.sim, started.ID)
	reply := list[len(list)-1]
	if text := reply.Text(); !strings.Contains(text, "The dyke broke at noon.") || !strings.Contains(text, "Read at Herald") || strings.Contains(text, "See the post") {
		t.Errorf("the thread is told\n%s", text)
	}
	if said := f.press("", started.ID, reply, "Follow"); !strings.Contains(said, "You follow this story") {
		t.Errorf("following from the thread is answered with %q", said)
	}

	for name, spoil := range map[string]func() error{
		"locked":        func() error { return f.sim.SetThread(started.ID, false, true) },
		"archived":      func() error { return f.sim.SetThread(started.ID, true, true) },
		"no permission": func() error { return f.sim.SetBotPermissions(string(f.guild), "", 0, 1<<38) },
	} {
		f.ok(f.sim.SetThread(started.ID, false, false))
		f.ok(f.sim.SetBotPermissions(string(f.guild), "", 1<<38, 0))
		f.ok(spoil())
		r.ID = news.DeliveryID("u" + name)
		var refused *news.SendError
		if _, _, err := f.bot.Post(t.Context(), news.Claim{Deliveries: []news.Delivery{r}}); !errors.As(err, &refused) || !refused.Permanent {
			t.Errorf("%s: the reply ends with %v, want a refusal for good", name, err)
		}
		if got := edit(); got != thread {
			t.Errorf("%s: the edit tells the thread %q", name, got)
		}
	}
	f.ok(f.sim.DeleteChannel(started.ID))
	r.ID = "udeleted"
	var refused *news.SendError
	if _, _, err := f.bot.Post(t.Context(), news.Claim{Deliveries: []news.Delivery{r}}); !errors.As(err, &refused) || !refused.Permanent {
		t.Errorf("the reply in a thread that is gone ends with %v, want a refusal for good", err)
	}
}

// TestEditTellsOwnThread: of all that an answer may say of threads.
func TestEditTellsOwnThread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer string
		thread news.ChannelID
		fails  bool
	}{
		{`{"id": "9", "flags": 32768}`, "", false},
		{`{"id": "9", "flags": 32800}`, "9", false},
		{`{"id": "9", "flags": 32800, "thread": {"id": "9"}}`, "9", false},
		{`{"id": "9", "flags": 0, "thread": {"id": "9"}}`, "9", false},
		{`{"id": "9", "flags": 32800, "thread": {"id": "10"}}`, "", false},
		{`{"id": "9", "flags": 0, "thread": null}`, "", false},
		{`{}`, "", true},
		{`<html>a captive portal</html>`, "", true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, c.answer) }))
		d := claim("1", 1).Deliveries[0]
		d.Message, d.PostedIn = "9", "1"
		thread, err := newBot(t, server.URL, nil).Edit(t.Context(), d)
		server.Close()
		if thread != c.thread || (err != nil) != c.fails {
			t.Errorf("%s tells the thread %q, %v; want %q", c.answer, thread, err, c.thread)
		}
	}
}

// TestMemory: what is remembered is bounded.
func TestMemory(t *testing.T) {
	var m memory[int, string]
	for i := range 3 * remembered {
		m.put(i, fmt.Sprint(i))
		if v, ok := m.get(i); !ok || v != fmt.Sprint(i) {
			t.Fatalf("%d is remembered as %q, %v", i, v, ok)
		}
	}
	if len(m.values) != remembered {
		t.Errorf("%d answers are remembered, want %d", len(m.values), remembered)
	}
}
