package discordsim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/discordsim"
)

// register makes the commands the tests call.
func register(w *world) {
	w.t.Helper()
	w.must("PUT", "/applications/"+w.sim.ApplicationID()+"/commands", []any{
		chat(m{"name": "ping"}),
		chat(m{"name": "brief", "options": []any{opt(m{"required": true, "autocomplete": true, "min_length": 2}),
			m{"type": 4, "name": "days", "description": "d", "min_value": 1, "max_value": 7},
			m{"type": 3, "name": "when", "description": "d", "choices": []any{m{"name": "Now", "value": "now"}}},
			m{"type": 7, "name": "channel", "description": "d", "channel_types": []any{0}}}}),
		chat(m{"name": "feed", "default_member_permissions": "32", "options": []any{
			m{"type": 1, "name": "add", "description": "d", "options": []any{m{"type": 3, "name": "url", "description": "d", "required": true}}},
			m{"type": 1, "name": "import", "description": "d", "options": []any{m{"type": 11, "name": "file", "description": "d", "required": true}}}}}),
		chat(m{"name": "secret", "default_member_permissions": "0"}),
		chat(m{"name": "here", "contexts": []any{0}}),
		m{"type": 3, "name": "Why this post?"},
	})
}

// pending is an invocation that waits for the bot.
type pending struct {
	event packet
	reply discordsim.Reply
	err   error
	done  chan struct{}
}

// invokeLater invokes and leaves the answer to the test, which reads the event
// from a session of its own.
func invokeLater(w *world, i discordsim.Interaction) *pending {
	w.t.Helper()
	s, _ := w.connect(nil)
	return invokeOn(w, s, i)
}

func invokeOn(w *world, s *socket, i discordsim.Interaction) *pending {
	w.t.Helper()
	p := &pending{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.reply, p.err = w.sim.Invoke(context.Background(), i)
	}()
	events := make(chan packet, 1)
	go func() { events <- s.event("INTERACTION_CREATE") }()
	select {
	case p.event = <-events:
	case <-p.done:
		w.t.Fatalf("the invocation ended before it reached the bot: %v", p.err)
	}
	return p
}

func (p *pending) id() string    { return p.event.get("id").(string) }
func (p *pending) token() string { return p.event.get("token").(string) }
func (p *pending) callback() string {
	return "/interactions/" + p.id() + "/" + p.token() + "/callback"
}
func (p *pending) original(w *world) string {
	return "/webhooks/" + w.sim.ApplicationID() + "/" + p.token() + "/messages/@original"
}

func (p *pending) answer(w *world, body any, status int) answer {
	w.t.Helper()
	a := w.do("POST", p.callback(), body)
	if a.status != status {
		w.t.Fatalf("the callback got %d %s, want %d", a.status, a.raw, status)
	}
	return a
}

func TestSlashCommand(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "/brief", m{"topic": "climate", "days": 3, "channel": w.channel("climate")}))
	for _, c := range []struct {
		path []any
		want any
	}{
		{[]any{"type"}, 2.0}, {[]any{"application_id"}, w.sim.ApplicationID()}, {[]any{"guild_id"}, w.guild()},
		{[]any{"channel", "name"}, "general"}, {[]any{"member", "user", "username"}, "you"}, {[]any{"locale"}, "en-US"},
		{[]any{"guild_locale"}, "en-US"}, {[]any{"version"}, 1.0}, {[]any{"context"}, 0.0},
		{[]any{"authorizing_integration_owners", "0"}, w.guild()}, {[]any{"data", "name"}, "brief"},
		{[]any{"data", "resolved", "channels", w.channel("climate"), "name"}, "climate"},
		{[]any{"app_permissions"}, fmt.Sprint(discordsim.DefaultBotPermissions)}, {[]any{"user"}, nil},
	} {
		if got := p.event.get(c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if n, ok := p.event.get("entitlements").([]any); !ok || len(n) != 0 {
		t.Errorf("entitlements are %v", p.event.get("entitlements"))
	}
	p.answer(w, m{"type": 4, "data": m{"content": "here it is"}}, 204)
	<-p.done
	r := p.reply
	if p.err != nil || r.Type != 4 || r.State != "answered" || r.Message == nil || r.Message.Content != "here it is" || r.Message.Type != 20 {
		t.Errorf("the person got %+v, %v", r, p.err)
	}
	if r.Message.Metadata["name"] != "brief" {
		t.Errorf("interaction_metadata is %v", r.Message.Metadata)
	}
	w.wants(w.do("POST", p.callback(), m{"type": 4, "data": m{"content": "again"}}), 400, 40060)
	if a := w.must("GET", p.original(w), nil); get(a.body, "content") != "here it is" {
		t.Errorf("@original is %s", a.raw)
	}
	w.must("PATCH", p.original(w), m{"content": "edited"})
	w.must("DELETE", p.original(w), nil)
	w.wants(w.do("GET", p.original(w), nil), 404, 10008)
}

func TestCallbackWithResponse(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
	a := w.do("POST", p.callback()+"?with_response=true", m{"type": 4, "data": m{"content": "pong", "flags": 64}})
	if a.status != 200 || get(a.body, "interaction", "id") != p.id() || get(a.body, "resource", "message", "content") != "pong" ||
		get(a.body, "interaction", "response_message_ephemeral") != true {
		t.Errorf("got %d %s", a.status, a.raw)
	}
	<-p.done
}

func TestEphemeralIsForOnePerson(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	s, _ := w.connect(nil)
	p := invokeOn(w, s, discordsim.Slash(w.channel("general"), w.person(), "ping", nil))
	p.answer(w, m{"type": 4, "data": m{"content": "psst", "flags": 64}}, 204)
	<-p.done
	for user, want := range map[string]int{w.person(): 1, w.sim.State().You: 0, "": 0} {
		list, err := w.sim.Messages(w.channel("general"), user)
		if err != nil || len(list) != want {
			t.Errorf("%q sees %d messages, want %d (%v)", user, len(list), want, err)
		}
	}
	if list := w.must("GET", "/channels/"+w.channel("general")+"/messages", nil).body.([]any); len(list) != 0 {
		t.Error("the history shows an ephemeral message")
	}
	w.must("POST", "/channels/"+w.channel("general")+"/messages", m{"content": "public"})
	if got := s.next().get("content"); got != "public" {
		t.Errorf("the gateway told %v, want nothing of the ephemeral message", got)
	}
}

func TestFirstAnswerWithinThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		register(w)
		start := time.Now()
		p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
		<-p.done
		if d := time.Since(start); d != 3*time.Second || p.err == nil || p.err.Error() != "The application did not respond" || p.reply.State != "failed" {
			t.Errorf("after %v the person got %+v, %v", d, p.reply, p.err)
		}
		w.wants(w.do("POST", p.callback(), m{"type": 4, "data": m{"content": "late"}}), 404, 10062)
		w.wants(w.do("PATCH", p.original(w), m{"content": "late"}), 404, 10015)
	})
}

func TestDeferredAnswerWithinFifteenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		register(w)
		i := discordsim.Slash(w.channel("general"), "", "ping", nil)
		i.Wait = 5 * time.Minute
		p := invokeLater(w, i)
		p.answer(w, m{"type": 5, "data": m{"flags": 64}}, 204)
		if r, err := w.sim.Reply(p.id()); err != nil || r.State != "deferred" || r.Message != nil {
			t.Errorf("after the deferral: %+v, %v", r, err)
		}
		list, err := w.sim.Messages(w.channel("general"), w.sim.State().You)
		if err != nil || len(list) != 1 || list[0].Flags != 128|64 {
			t.Errorf("the person sees %+v, want one loading message", list)
		}
		time.Sleep(4 * time.Minute)
		a := w.must("PATCH", p.original(w), m{"content": "done"})
		if get(a.body, "flags") != 64.0 || get(a.body, "edited_timestamp") != nil {
			t.Errorf("the answer is %s", a.raw)
		}
		<-p.done
		if p.err != nil || p.reply.Message == nil || p.reply.Message.Content != "done" || p.reply.Type != 5 {
			t.Errorf("the person got %+v, %v", p.reply, p.err)
		}
		follow := "/webhooks/" + w.sim.ApplicationID() + "/" + p.token()
		w.must("POST", follow, m{"content": "and more"})
		if r, err := w.sim.Reply(p.id()); err != nil || len(r.Followups) != 1 || r.Followups[0].Content != "and more" {
			t.Errorf("follow-ups are %+v, %v", r.Followups, err)
		}
		time.Sleep(11 * time.Minute)
		w.wants(w.do("POST", follow, m{"content": "too late"}), 401, 50027)
	})
}

func TestFollowupFillsADeferral(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
	p.answer(w, m{"type": 5}, 204)
	<-p.done
	first := w.must("POST", "/webhooks/"+w.sim.ApplicationID()+"/"+p.token(), m{"content": "done"})
	if a := w.must("GET", p.original(w), nil); a.id() != first.id() {
		t.Error("the first follow-up after a deferral is a message of its own")
	}
}

func TestAutocomplete(t *testing.T) {
	ask := func(w *world) *pending {
		return invokeLater(w, discordsim.Interaction{Type: 4, ChannelID: w.channel("general"), Data: m{"name": "brief",
			"options": []any{m{"name": "topic", "value": "c", "focused": true}}}})
	}
	t.Run("choices", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		register(w)
		p := ask(w)
		if p.event.get("type") != 4.0 || p.event.get("data", "options", 0, "focused") != true {
			t.Errorf("the bot got %s", p.event.D)
		}
		p.answer(w, m{"type": 8, "data": m{"choices": []any{m{"name": "Climate", "value": "climate"}}}}, 204)
		<-p.done
		if p.err != nil || len(p.reply.Choices) != 1 || p.reply.Type != 8 {
			t.Errorf("the person got %+v, %v", p.reply, p.err)
		}
	})
	t.Run("no choices at all, as discordgo writes it", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		register(w)
		p := ask(w)
		p.answer(w, m{"type": 8, "data": m{"tts": false, "components": nil}}, 204)
		<-p.done
		if p.err != nil || p.reply.Choices == nil || len(p.reply.Choices) != 0 {
			t.Errorf("the person got %+v, %v", p.reply, p.err)
		}
	})
	for name, c := range map[string]struct {
		body m
		path string
	}{
		"26 choices":        {m{"type": 8, "data": m{"choices": many(26, func(i int) any { return m{"name": fmt.Sprint(i), "value": "v"} })}}, "data.choices"},
		"name of 101":       {m{"type": 8, "data": m{"choices": []any{m{"name": times("n", 101), "value": "v"}}}}, "data.choices.0.name"},
		"a number as value": {m{"type": 8, "data": m{"choices": []any{m{"name": "n", "value": 3}}}}, "data.choices.0.value"},
		"a message":         {m{"type": 4, "data": m{"content": "x"}}, "type"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{})
			register(w)
			p := ask(w)
			check(t, w.do("POST", p.callback(), c.body), c.path, 204)
			p.answer(w, m{"type": 8, "data": m{"choices": nil}}, 204) // a refused answer leaves time for another
			<-p.done
		})
	}
}

func TestButtonsAndMenus(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, _ := w.connect(nil)
	ch := w.channel("general")
	msg := w.must("POST", "/channels/"+ch+"/messages", m{"content": "pick", "components": []any{
		row(button("more"), m{"type": 2, "style": 1, "label": "x", "custom_id": "off", "disabled": true}),
		row(menu("pick", option(1), option(2))), row(m{"type": 8, "custom_id": "where"})}})
	use := func(id string, values ...any) discordsim.Interaction {
		data := m{"custom_id": id}
		if values != nil {
			data["values"] = values
		}
		return discordsim.Interaction{Type: 3, ChannelID: ch, MessageID: msg.id(), Data: data}
	}
	p := invokeOn(w, s, use("more"))
	if p.event.get("message", "id") != msg.id() || p.event.get("data", "component_type") != 2.0 {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 7, "data": m{"content": "changed"}}, 204)
	<-p.done
	if p.err != nil || p.reply.Message == nil || p.reply.Message.ID != msg.id() || p.reply.Message.Content != "changed" {
		t.Errorf("the person got %+v, %v", p.reply, p.err)
	}
	p = invokeOn(w, s, use("pick", "2"))
	if p.event.get("data", "values", 0) != "2" {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 6}, 204)
	<-p.done
	w.must("PATCH", p.original(w), m{"content": "changed again"})
	p = invokeOn(w, s, use("where", ch))
	if p.event.get("data", "resolved", "channels", ch, "name") != "general" {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 4, "data": m{"content": "reply"}}, 204)
	<-p.done
	if p.reply.Message.MessageReference["message_id"] != msg.id() {
		t.Errorf("the reply refers to %v", p.reply.Message.MessageReference)
	}
	for name, i := range map[string]discordsim.Interaction{
		"a component that isn't there": use("nothing"), "a disabled one": use("off"), "a value that isn't there": use("pick", "9"),
		"no value": use("pick"), "two values where one goes": use("pick", "1", "2"), "a channel that isn't there": use("where", "1"),
	} {
		if _, err := w.sim.Invoke(t.Context(), i); err == nil {
			t.Errorf("%s: the client would let nobody do this", name)
		}
	}
}

func TestModal(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	s, _ := w.connect(nil)
	p := invokeOn(w, s, discordsim.Slash(w.channel("general"), "", "ping", nil))
	modal := func(change m) m {
		input := m{"type": 4, "custom_id": "query", "style": 1, "min_length": 3}
		data := m{"custom_id": "topic-edit", "title": "Topic", "components": []any{m{"type": 18, "label": "Query", "component": input}}}
		for k, v := range change {
			data[k] = v
		}
		return m{"type": 9, "data": data}
	}
	check(t, w.do("POST", p.callback(), modal(m{"title": times("t", 46)})), "data.title", 204)
	check(t, w.do("POST", p.callback(), modal(m{"custom_id": ""})), "data.custom_id", 204)
	check(t, w.do("POST", p.callback(), modal(m{"components": []any{}})), "data.components", 204)
	check(t, w.do("POST", p.callback(), modal(m{"components": many(6, func(i int) any {
		return m{"type": 18, "label": "l", "component": m{"type": 4, "custom_id": fmt.Sprint(i), "style": 1}}
	})})), "data.components", 204)
	check(t, w.do("POST", p.callback(), modal(m{"components": []any{m{"type": 18, "label": times("l", 46), "component": m{"type": 4, "custom_id": "a", "style": 1}}}})), "data.components.0.label", 204)
	p.answer(w, modal(nil), 204)
	<-p.done
	if p.err != nil || p.reply.Type != 9 || p.reply.Modal["title"] != "Topic" {
		t.Fatalf("the person got %+v, %v", p.reply, p.err)
	}
	send := func(value string) discordsim.Interaction {
		return discordsim.Interaction{Type: 5, ChannelID: w.channel("general"), Data: m{"custom_id": "topic-edit",
			"components": []any{m{"type": 18, "component": m{"type": 4, "custom_id": "query", "value": value}}}}}
	}
	for _, value := range []string{"", "ab"} {
		if _, err := w.sim.Invoke(t.Context(), send(value)); err == nil {
			t.Errorf("the client lets nobody send %q", value)
		}
	}
	p = invokeOn(w, s, send("wind OR solar"))
	if p.event.get("data", "components", 0, "component", "value") != "wind OR solar" || p.event.get("data", "custom_id") != "topic-edit" {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 4, "data": m{"content": "saved", "flags": 64}}, 204)
	<-p.done
	if p.err != nil || p.reply.Message.Content != "saved" {
		t.Errorf("the person got %+v, %v", p.reply, p.err)
	}
}

func TestWhatTheClientRefuses(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	ch, other := w.channel("general"), w.person()
	slash := func(user, path string, options m) discordsim.Interaction {
		return discordsim.Slash(ch, user, path, options)
	}
	for _, c := range []struct {
		name   string
		do     discordsim.Interaction
		status int
		says   string
	}{
		{"an unknown command", slash("", "nothing", nil), 404, "nothing"},
		{"a required option is missing", slash("", "brief", nil), 400, "topic"},
		{"an unknown option", slash("", "ping", m{"x": 1}), 400, "x"},
		{"text too short", slash("", "brief", m{"topic": "a"}), 400, "short"},
		{"a number too large", slash("", "brief", m{"topic": "abc", "days": 8}), 400, "large"},
		{"a number that is text", slash("", "brief", m{"topic": "abc", "days": "x"}), 400, "number"},
		{"none of the choices", slash("", "brief", m{"topic": "abc", "when": "later"}), 400, "choices"},
		{"an unknown channel", slash("", "brief", m{"topic": "abc", "channel": "1"}), 400, "picked"},
		{"no subcommand", slash("", "feed", nil), 400, "subcommand"},
		{"an unknown subcommand", slash("", "feed burn", nil), 400, "burn"},
		{"a manager's command by somebody else", slash(other, "feed add", m{"url": "https://example.org"}), 403, "doesn't see /feed"},
		{"an administrators' command by somebody else", slash(other, "secret", nil), 403, "doesn't see /secret"},
		{"a message that isn't there", discordsim.Interaction{Type: 2, ChannelID: ch, Data: m{"name": "Why this post?", "type": 3, "target_id": "1"}}, 404, "message"},
		{"a modal nobody opened", discordsim.Interaction{Type: 5, ChannelID: ch, Data: m{"custom_id": "x"}}, 404, "modal"},
		{"an unknown channel to do it in", discordsim.Slash("1", "", "ping", nil), 404, "channel"},
		{"an unknown locale", discordsim.Interaction{Type: 2, ChannelID: ch, Locale: "xx", Data: m{"name": "ping"}}, 400, "locale"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.do("POST", "/sim/interactions", c.do)
			if says, _ := get(a.body, "error").(string); a.status != c.status || !strings.Contains(says, c.says) {
				t.Errorf("got %d %s, want %d about %q", a.status, a.raw, c.status, c.says)
			}
		})
	}
}

func TestCommandsInDirectMessages(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	dm, err := w.sim.OpenDM("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sim.Invoke(t.Context(), discordsim.Slash(dm.ID, "", "here", nil)); err == nil {
		t.Error("a command for guilds only was invoked in a direct message")
	}
	p := invokeLater(w, discordsim.Slash(dm.ID, "", "ping", nil))
	if p.event.get("user", "username") != "you" || p.event.get("member") != nil || p.event.get("guild_id") != nil || p.event.get("context") != 1.0 {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 4, "data": m{"content": "pong"}}, 204)
	<-p.done
}

func TestMessageCommandAndAttachment(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	s, _ := w.connect(nil)
	msg := w.must("POST", "/channels/"+w.channel("general")+"/messages", m{"content": "a brief"})
	p := invokeOn(w, s, discordsim.Interaction{Type: 2, ChannelID: w.channel("general"), Data: m{"name": "Why this post?", "type": 3, "target_id": msg.id()}})
	if p.event.get("data", "resolved", "messages", msg.id(), "content") != "a brief" || p.event.get("data", "target_id") != msg.id() {
		t.Errorf("the bot got %s", p.event.D)
	}
	p.answer(w, m{"type": 4, "data": m{"content": "because"}}, 204)
	<-p.done
	if p.reply.Message.Type != 23 {
		t.Errorf("the answer to a message command has type %d, want 23", p.reply.Message.Type)
	}
	p = invokeOn(w, s, discordsim.Slash(w.channel("general"), "", "feed import", m{"file": m{"filename": "feeds.opml", "content": "<opml/>"}}))
	id, _ := p.event.get("data", "options", 0, "options", 0, "value").(string)
	url, _ := p.event.get("data", "resolved", "attachments", id, "url").(string)
	if a := w.do("GET", strings.TrimPrefix(url, "http://sim"), nil); a.raw != "<opml/>" {
		t.Errorf("the uploaded file reads %q (%s)", a.raw, p.event.D)
	}
	p.answer(w, m{"type": 4, "data": m{"content": "imported"}}, 204)
	<-p.done
}

func TestInteractionAnswersHaveMessageLimits(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
	check(t, w.do("POST", p.callback(), m{"type": 4, "data": m{"content": times("x", 2001)}}), "data.content", 204)
	check(t, w.do("POST", p.callback(), m{"type": 4}), "data", 204)
	check(t, w.do("POST", p.callback(), m{"type": 7, "data": m{"content": "x"}}), "type", 204)
	w.wants(w.do("POST", p.callback(), m{"type": 4, "data": m{}}), 400, 50006)
	p.answer(w, m{"type": 4, "data": m{"flags": 1 << 15, "components": []any{display("V2")}}}, 204)
	<-p.done
	if p.reply.Message.Flags != 1<<15 {
		t.Errorf("flags are %d", p.reply.Message.Flags)
	}
}
