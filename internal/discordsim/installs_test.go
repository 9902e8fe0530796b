package discordsim_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/discordsim"
)

// everywhere registers a command for both kinds of installation and one for servers alone.
func everywhere(w *world) {
	w.t.Helper()
	w.must("PUT", "/applications/"+w.sim.ApplicationID()+"/commands", []any{
		chat(m{"name": "anywhere", "integration_types": []any{0, 1}, "contexts": []any{0, 1, 2}, "default_member_permissions": "32"}),
		chat(m{"name": "servers", "integration_types": []any{0}, "contexts": []any{0, 1}}),
		chat(m{"name": "mine", "integration_types": []any{1}, "contexts": []any{0, 1, 2}}),
	})
}

// TestPlacesOfInteractions: what an interaction tells of where it comes from, and who has the application there
// (developers/interactions/receiving-and-responding).
func TestPlacesOfInteractions(t *testing.T) { synctest.Test(t, places) }

func places(t *testing.T) {
	const private = 1<<14 | 1<<15 | 1<<17
	w := newWorld(t, discordsim.Options{})
	everywhere(w)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ann, err := w.sim.AddUser("ann", "de")
	ok(err)
	ben, err := w.sim.AddUser("ben", "de")
	ok(err)
	guild := w.guild()
	foreign, err := w.sim.AddGuild("elsewhere")
	ok(err)
	there, err := w.sim.AddChannel(foreign, "lounge", discordsim.ChannelText, "")
	ok(err)
	dm, err := w.sim.OpenDM(ann.ID)
	ok(err)
	group, err := w.sim.OpenGroup(ann.ID, ben.ID)
	ok(err)
	s, _ := w.connect(nil)
	ok(w.sim.KickBot(foreign))
	refused := func(channel, command, want string) {
		t.Helper()
		if _, err := w.sim.Invoke(t.Context(), discordsim.Slash(channel, ann.ID, command, nil)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("/%s: %v, want %q", command, err, want)
		}
	}
	for _, channel := range []string{there.ID, group.ID} {
		refused(channel, "anywhere", "not with ann")
	}
	refused(w.channel("general"), "anywhere", "doesn't see")
	refused(dm.ID, "mine", "not with ann")
	ok(w.sim.InstallApp(ann.ID, true))
	refused(there.ID, "servers", "not with ann")
	for _, c := range []struct {
		channel, command string
		context          float64
		owners           m
		permissions      string
		member           bool
	}{
		{w.channel("general"), "servers", 0, m{"0": guild}, fmt.Sprint(discordsim.DefaultBotPermissions), true},
		{w.channel("general"), "mine", 0, m{"1": ann.ID}, "", true},
		{there.ID, "anywhere", 0, m{"1": ann.ID}, "", true}, // although only managers have it in servers
		{dm.ID, "anywhere", 1, m{"0": "0", "1": ann.ID}, fmt.Sprint(private | 1<<18), false},
		{dm.ID, "servers", 1, m{"0": "0"}, fmt.Sprint(private | 1<<18), false},
		{group.ID, "anywhere", 2, m{"1": ann.ID}, fmt.Sprint(private), false},
	} {
		if c.channel == w.channel("general") && c.command == "servers" {
			ok(w.sim.SetModerator(guild, ann.ID, true))
		}
		p := invokeOn(w, s, discordsim.Slash(c.channel, ann.ID, c.command, nil))
		owners, _ := p.event.get("authorizing_integration_owners").(map[string]any)
		if p.event.get("context") != c.context || fmt.Sprint(owners) != fmt.Sprint(map[string]any(c.owners)) {
			t.Errorf("%+v: context %v, owners %v", c, p.event.get("context"), owners)
		}
		if got := p.event.get("app_permissions"); c.permissions != "" && got != c.permissions {
			t.Errorf("%+v: the application has %v", c, got)
		}
		user, in := "user", "member"
		if c.member {
			user, in = in, user
		}
		if p.event.get(user) == nil || p.event.get(in) != nil || c.member != (p.event.get("guild_id") != nil) {
			t.Errorf("%+v: user %v, member %v, guild %v", c, p.event.get("user"), p.event.get("member"), p.event.get("guild_id"))
		}
		p.answer(w, m{"type": 4, "data": m{"content": "so"}}, 204)
		<-p.done
		if p.err != nil || fmt.Sprint(p.reply.Message.Metadata["authorizing_integration_owners"]) != fmt.Sprint(map[string]any(c.owners)) {
			t.Errorf("%+v: %v, %+v", c, p.err, p.reply.Message)
		}
	}

	// What only the person has can't look into the place, and may add five messages.
	for _, channel := range []string{there.ID, group.ID} {
		w.wants(w.do("GET", "/channels/"+channel+"/messages", nil), 403, 50001)
		w.wants(w.do("POST", "/channels/"+channel+"/messages", m{"content": "so"}), 403, 50001)
	}
	p := invokeOn(w, s, discordsim.Slash(group.ID, ann.ID, "anywhere", nil))
	p.answer(w, m{"type": 4, "data": m{"content": "one"}}, 204)
	hook := "/webhooks/" + w.sim.ApplicationID() + "/" + p.token()
	for range 5 {
		w.must("POST", hook, m{"content": "more"})
	}
	time.Sleep(2 * time.Second)
	w.wants(w.do("POST", hook, m{"content": "more"}), 400, 40094)

	// A component belongs to whoever asked for its message; anyone there can use it.
	p = invokeOn(w, s, discordsim.Slash(group.ID, ann.ID, "anywhere", nil))
	p.answer(w, m{"type": 4, "data": m{"content": "press", "components": []any{m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "x", "custom_id": "x"}}}}}}, 204)
	<-p.done
	press := invokeOn(w, s, discordsim.Interaction{Type: 3, ChannelID: group.ID, UserID: ben.ID, MessageID: p.reply.Message.ID, Data: m{"custom_id": "x", "component_type": 2}})
	if press.event.get("authorizing_integration_owners", "1") != ann.ID || press.event.get("user", "id") != ben.ID {
		t.Errorf("%v", press.event)
	}
}

// TestNoExternalApps: where a person may not use applications of their own publicly, only they see the answer.
func TestNoExternalApps(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	everywhere(w)
	ann, err := w.sim.AddUser("ann", "de")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.sim.InstallApp(ann.ID, true); err != nil {
		t.Fatal(err)
	}
	s, _ := w.connect(nil)
	for _, allowed := range []bool{true, false} {
		if !allowed {
			if err := w.sim.SetMemberPermissions(w.guild(), 0, 1<<50); err != nil {
				t.Fatal(err)
			}
		}
		p := invokeOn(w, s, discordsim.Slash(w.channel("general"), ann.ID, "mine", nil))
		p.answer(w, m{"type": 4, "data": m{"content": "so"}}, 204)
		<-p.done
		if seen := p.reply.Message.Flags&64 == 0; seen != allowed {
			t.Errorf("allowed %v, seen by all %v", allowed, seen)
		}
	}
}

// TestDirectMessagesAreTaken: a person can be written to who shares a guild with the bot or installed it, unless they closed their direct messages.
func TestDirectMessagesAreTaken(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	ann, err := w.sim.AddUser("ann", "de")
	if err != nil {
		t.Fatal(err)
	}
	dm, err := w.sim.OpenDM(ann.ID)
	if err != nil {
		t.Fatal(err)
	}
	write := func(status, code int) {
		t.Helper()
		w.wants(w.do("POST", "/channels/"+dm.ID+"/messages", m{"content": "so"}), status, code)
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write(200, 0)
	do(w.sim.KickBot(w.guild()))
	write(403, 50278)
	do(w.sim.InstallApp(ann.ID, true))
	write(200, 0)
	do(w.sim.CloseDMs(ann.ID, true))
	write(403, 50007)
	do(w.sim.CloseDMs(ann.ID, false))
	write(200, 0)
}

// TestInstallsOfTheApplication: a command is registered for what the application is configured for.
func TestInstallsOfTheApplication(t *testing.T) {
	for _, only := range []bool{false, true} {
		w := newWorld(t, discordsim.Options{GuildInstallOnly: only})
		about := w.must("GET", "/applications/@me", nil)
		if people := get(about.body, "integration_types_config", "1") != nil; people == only {
			t.Errorf("servers only %v: %s", only, about.raw)
		}
		a := w.do("POST", "/applications/"+w.sim.ApplicationID()+"/commands", chat(m{"name": "x", "integration_types": []any{0, 1}}))
		if refused := a.status == 400; refused != only {
			t.Errorf("servers only %v: registering is answered %d %s", only, a.status, a.raw)
		}
		a = w.must("POST", "/applications/"+w.sim.ApplicationID()+"/commands", chat(m{"name": "y"}))
		if kinds := get(a.body, "integration_types").([]any); len(kinds) == 1 != only {
			t.Errorf("servers only %v: a command is for %v", only, kinds)
		}
		if err := w.sim.InstallApp("", true); (err != nil) != only {
			t.Errorf("servers only %v: installing: %v", only, err)
		}
	}
}
