package discordsim_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/discordsim"
)

func without(header string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(header) }
}

func with(header, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(header, value) }
}

func TestWhoMayAsk(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	for _, c := range []struct {
		name         string
		change       func(*http.Request)
		path         string
		status, code int
	}{
		{"the bot", func(*http.Request) {}, "/users/@me", 200, 0},
		{"no token", without("Authorization"), "/users/@me", 401, 0},
		{"another token", with("Authorization", "Bot other"), "/users/@me", 401, 0},
		{"a token without Bot", with("Authorization", token), "/users/@me", 401, 0},
		{"a bearer token", with("Authorization", "Bearer "+token), "/users/@me", 401, 0},
		{"nobody, at the open gateway route", without("Authorization"), "/gateway", 200, 0},
		{"Go's own user agent", with("User-Agent", "Go-http-client/1.1"), "/users/@me", 403, 40333},
		{"discord.js", with("User-Agent", "DiscordBot (https://discord.js.org, 2.6.0) Node.js/20.20.2"), "/users/@me", 200, 0},
		{"discordgo", with("User-Agent", "DiscordBot (https://github.com/bwmarrin/discordgo, v0.29.0)"), "/users/@me", 200, 0},
		{"API version 9", func(r *http.Request) { r.URL.Path = "/api/v9/users/@me" }, "/users/@me", 400, 50041},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.do("GET", c.path, nil, c.change)
			if a.status != c.status || a.code() != c.code {
				t.Errorf("got %d %s, want %d with code %d", a.status, a.raw, c.status, c.code)
			}
		})
	}
	if a := w.do("GET", "/users/@me", nil, without("Authorization")); a.raw != `{"code":0,"message":"401: Unauthorized"}` {
		t.Errorf("401 says %s", a.raw)
	}
}

func TestUnknownRoutesAreLoud(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	a := w.do("GET", "/guilds/1/widgets/2", nil)
	if a.status != 404 || a.raw != `{"code":0,"message":"404: Not Found"}` {
		t.Errorf("got %d %s", a.status, a.raw)
	}
	if log := w.logs.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "/guilds/1/widgets/2") {
		t.Errorf("the log doesn't name the route: %s", log)
	}
	if a := w.do("PUT", "/users/@me", "{}"); a.status != 405 {
		t.Errorf("a known path with a wrong method answered %d", a.status)
	}
}

func TestUnknownThings(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	ch := w.channel("general")
	for _, c := range []struct {
		method, path string
		status, code int
	}{
		{"GET", "/channels/1", 404, 10003},
		{"POST", "/channels/1/messages", 404, 10003},
		{"GET", "/channels/" + ch + "/messages/1", 404, 10008},
		{"PATCH", "/channels/" + ch + "/messages/1", 404, 10008},
		{"DELETE", "/channels/" + ch + "/messages/1", 404, 10008},
		{"GET", "/channels/general", 400, 50035},
		{"GET", "/guilds/1", 404, 10004},
		{"GET", "/guilds/" + w.guild() + "/members/1", 404, 10013},
		{"GET", "/users/1", 404, 10013},
		{"GET", "/webhooks/1", 404, 10015},
		{"GET", "/applications/" + w.sim.ApplicationID() + "/commands/1", 404, 10063},
		{"GET", "/applications/1/commands", 403, 20012},
		{"POST", "/interactions/1/nothing/callback", 404, 10062},
		{"PATCH", "/webhooks/" + w.sim.ApplicationID() + "/nothing/messages/@original", 404, 10015},
		{"PUT", "/channels/" + ch + "/messages/1/reactions/fire/@me", 404, 10008},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			var body any
			if c.method != "GET" && c.method != "DELETE" {
				body = m{"content": "x", "type": 4}
			}
			w.wants(w.do(c.method, c.path, body), c.status, c.code)
		})
	}
}

// TestAccount checks what a bot reads before it does anything.
func TestAccount(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	for path, want := range map[string]map[string]any{
		"/users/@me":                  {"id": w.sim.ApplicationID(), "bot": true, "username": "newsbrief"},
		"/applications/@me":           {"id": w.sim.ApplicationID(), "name": "newsbrief"},
		"/oauth2/applications/@me":    {"id": w.sim.ApplicationID()},
		"/gateway":                    {"url": "ws://sim/gateway"},
		"/guilds/" + w.guild():        {"name": "newsbrief trial", "owner_id": w.sim.State().You},
		"/users/" + w.sim.State().You: {"username": "you"},
		"/guilds/" + w.guild() + "/members/" + w.sim.ApplicationID(): {"nick": nil},
	} {
		a := w.must("GET", path, nil)
		for key, v := range want {
			if get(a.body, key) != v {
				t.Errorf("%s: %s is %v, want %v", path, key, get(a.body, key), v)
			}
		}
	}
	if a := w.must("GET", "/guilds/"+w.guild()+"?with_counts=true", nil); get(a.body, "approximate_member_count") != 3.0 {
		t.Errorf("the guild counts %v members, want 3", get(a.body, "approximate_member_count"))
	}
	if a := w.must("GET", "/guilds/"+w.guild(), nil); get(a.body, "approximate_member_count") != nil {
		t.Error("the guild counts members unasked")
	}
	if a := w.must("GET", "/users/@me/guilds", nil); get(a.body, 0, "permissions") != strconv.FormatUint(discordsim.DefaultBotPermissions, 10) {
		t.Errorf("the guild's permissions are %v", get(a.body, 0, "permissions"))
	}
	if list := w.must("GET", "/guilds/"+w.guild()+"/channels", nil).body.([]any); len(list) != 3 {
		t.Errorf("%d channels, want 3", len(list))
	}
	if list := w.must("GET", "/guilds/"+w.guild()+"/roles", nil).body.([]any); get(list[0], "name") != "@everyone" || get(list[0], "id") != w.guild() {
		t.Errorf("the first role is %v, want @everyone with the guild's id", list[0])
	}
}

func TestMessageCreationLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		path := "/channels/" + w.channel("general") + "/messages"
		var a answer
		for i := range 5 {
			a = w.must("POST", path, m{"content": "x"})
			if got := a.header.Get("X-RateLimit-Remaining"); got != fmt.Sprint(4-i) {
				t.Errorf("message %d leaves %s, want %d", i, got, 4-i)
			}
		}
		if a.header.Get("X-RateLimit-Limit") != "5" || a.header.Get("X-RateLimit-Reset-After") != "5.000" || a.header.Get("X-RateLimit-Bucket") == "" {
			t.Errorf("headers are %v", a.header)
		}
		reset, err := strconv.ParseFloat(a.header.Get("X-RateLimit-Reset"), 64)
		if want := float64(time.Now().Unix() + 5); err != nil || reset != want {
			t.Errorf("reset is at %v, want %v", reset, want)
		}
		time.Sleep(1500 * time.Millisecond)
		a = w.do("POST", path, m{"content": "x"})
		if a.status != 429 || get(a.body, "retry_after") != 3.5 || get(a.body, "global") != false || get(a.body, "message") != "You are being rate limited." {
			t.Errorf("the sixth message got %d %s", a.status, a.raw)
		}
		if a.header.Get("Retry-After") != "4" || a.header.Get("X-RateLimit-Scope") != "user" || a.header.Get("X-RateLimit-Remaining") != "0" {
			t.Errorf("headers of the 429 are %v", a.header)
		}
		other := w.must("POST", "/channels/"+w.channel("climate")+"/messages", m{"content": "x"})
		if other.header.Get("X-RateLimit-Bucket") != a.header.Get("X-RateLimit-Bucket") {
			t.Error("the bucket's name tells channels apart")
		}
		time.Sleep(3500 * time.Millisecond)
		w.must("POST", path, m{"content": "x"})
	})
}

func TestGlobalLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		register(w)
		r := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
		time.Sleep(time.Second)
		limited := 0
		var last answer
		for i := range 60 {
			last = w.do("GET", fmt.Sprintf("/users/%d", 1000+i), nil)
			if last.status == 429 && get(last.body, "global") == true {
				limited++
			}
		}
		// 30 of them fit the route's own bucket; the rest draw its 429, and the
		// global limit stops all after fifty.
		if limited != 10 {
			t.Errorf("%d of 60 requests drew the global limit, want 10", limited)
		}
		h := last.header
		if h.Get("X-RateLimit-Global") != "true" || h.Get("X-RateLimit-Scope") != "global" || h.Get("X-RateLimit-Reset-After") != "" || h.Get("Retry-After") != "1" {
			t.Errorf("headers of the global 429 are %v", h)
		}
		r.answer(w, m{"type": 4, "data": m{"content": "pong"}}, 204) // interactions are exempt
		<-r.done
		time.Sleep(time.Second)
		w.must("GET", "/gateway", nil)
	})
}

func TestTooManyInvalidRequestsBan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{InvalidRequests: 20})
		if err := w.sim.Fault(discordsim.Fault{Kind: "shared_429", Count: 5}); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if a := w.do("GET", "/users/@me", nil); a.status != 429 || a.header.Get("X-RateLimit-Scope") != "shared" || a.header.Get("X-RateLimit-Remaining") == "0" {
				t.Fatalf("got %d %v, want a shared 429", a.status, a.header)
			}
		}
		for i := range 20 {
			if a := w.do("GET", "/users/@me", nil, without("Authorization")); a.status != 401 {
				t.Fatalf("request %d got %d, want 401: shared 429s don't count", i, a.status)
			}
		}
		a := w.do("GET", "/users/@me", nil)
		if a.status != 429 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || a.header.Get("Retry-After") != "600" {
			t.Errorf("got %d %v %q, want the proxy's ban", a.status, a.header, a.raw)
		}
		time.Sleep(10 * time.Minute)
		w.must("GET", "/users/@me", nil)
	})
}

func TestNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{NonceWindow: 3 * time.Minute})
		path := "/channels/" + w.channel("general") + "/messages"
		body := m{"content": "brief", "nonce": "delivery-1", "enforce_nonce": true}
		first := w.must("POST", path, body)
		if get(first.body, "nonce") != "delivery-1" {
			t.Errorf("the answer has nonce %v", get(first.body, "nonce"))
		}
		if again := w.must("POST", path, body); again.id() != first.id() {
			t.Error("the same nonce made a second message")
		}
		if got := get(w.must("GET", path+"/"+first.id(), nil).body, "nonce"); got != nil {
			t.Errorf("the history tells the nonce %v; Discord doesn't store it", got)
		}
		if plain := w.must("POST", path, m{"content": "brief", "nonce": "delivery-1"}); plain.id() == first.id() {
			t.Error("without enforce_nonce the earlier message came back")
		}
		w.must("DELETE", path+"/"+first.id(), nil)
		w.wants(w.do("POST", path, body), 404, 10008) // deleted: not made again
		time.Sleep(3 * time.Minute)
		if late := w.must("POST", path, body); late.id() == first.id() {
			t.Error("the nonce is remembered for too long")
		}
		if number := w.must("POST", path, m{"content": "x", "nonce": 42, "enforce_nonce": true}); get(number.body, "nonce") != 42.0 {
			t.Errorf("a numeric nonce comes back as %v", get(number.body, "nonce"))
		}
	})
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		path := "/channels/" + w.channel("general") + "/messages"
		var ids []string
		for i := range 12 {
			ids = append(ids, w.must("POST", path, m{"content": fmt.Sprint(i)}).id())
			time.Sleep(time.Second)
		}
		read := func(query string) string {
			t.Helper()
			time.Sleep(2 * time.Second)
			var texts []string
			for _, m := range w.must("GET", path+query, nil).body.([]any) {
				texts = append(texts, get(m, "content").(string))
			}
			return strings.Join(texts, " ")
		}
		for query, want := range map[string]string{
			"?limit=3":                   "11 10 9",
			"?limit=2&before=" + ids[5]:  "4 3",
			"?limit=2&after=" + ids[5]:   "7 6",
			"?limit=3&around=" + ids[5]:  "6 5 4",
			"?limit=100&after=" + ids[9]: "11 10",
			"?after=0&limit=1":           "0",
			"?limit=5&before=" + ids[0]:  "",
		} {
			if got := read(query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		time.Sleep(5 * time.Second)
		check(t, w.do("GET", path+"?limit=101", nil), "limit", 200)
		w.allow("", 0, 1<<16)
		if got := read(""); got != "" {
			t.Errorf("without Read Message History the bot read %q", got)
		}
		w.wants(w.do("GET", path+"/"+ids[0], nil), 403, 50013)
	})
}

func TestMentions(t *testing.T) {
	const everyone = 1 << 17
	for _, c := range []struct {
		name     string
		content  string
		allowed  any
		power    uint64
		users    int
		everyone bool
	}{
		{"by default all are parsed", "hi <@YOU> <@!OTHER>", nil, 0, 2, false},
		{"the same person once", "<@YOU> <@YOU>", nil, 0, 1, false},
		{"nothing parsed", "hi <@YOU> @everyone", m{"parse": []any{}}, everyone, 0, false},
		{"one named", "hi <@YOU> <@OTHER>", m{"users": []any{"YOU"}}, 0, 1, false},
		{"everyone without the permission", "@everyone", nil, 0, 0, false},
		{"everyone with the permission", "@everyone", nil, everyone, 0, true},
		{"here with the permission", "psst @here", nil, everyone, 0, true},
		{"a backslash doesn't help", `\@everyone \<@YOU>`, nil, everyone, 1, true},
		{"code doesn't ping", "`@everyone` ```\n<@YOU>\n```", nil, everyone, 0, false},
		{"somebody unknown", "<@123>", nil, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{})
			w.allow("", c.power, 0)
			fill := strings.NewReplacer("YOU", w.sim.State().You, "OTHER", w.person())
			body := m{"content": fill.Replace(c.content)}
			if c.allowed != nil {
				a := c.allowed.(m)
				if list, ok := a["users"].([]any); ok {
					a["users"] = []any{fill.Replace(list[0].(string))}
				}
				body["allowed_mentions"] = a
			}
			a := w.must("POST", "/channels/"+w.channel("general")+"/messages", body)
			if n := len(get(a.body, "mentions").([]any)); n != c.users || get(a.body, "mention_everyone") != c.everyone {
				t.Errorf("%d people and everyone=%v, want %d and %v", n, get(a.body, "mention_everyone"), c.users, c.everyone)
			}
			delete(body, "content")
			body["flags"], body["components"] = 1<<15, []any{m{"type": 17, "components": []any{display(fill.Replace(c.content))}}}
			a = w.must("POST", "/channels/"+w.channel("general")+"/messages", body)
			if n := len(get(a.body, "mentions").([]any)); n != c.users || get(a.body, "mention_everyone") != c.everyone {
				t.Errorf("in a text display: %d people and everyone=%v, want %d and %v", n, get(a.body, "mention_everyone"), c.users, c.everyone)
			}
			embed := m{"embeds": []any{m{"description": fill.Replace(c.content)}}}
			if a := w.must("POST", "/channels/"+w.channel("general")+"/messages", embed); len(get(a.body, "mentions").([]any)) != 0 || get(a.body, "mention_everyone") != false {
				t.Errorf("an embed pinged: %s", a.raw)
			}
		})
	}
}

func TestRoleMentions(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	role := w.sim.State().Guilds[0].Roles[1].ID // people's role, which nobody made mentionable
	path := "/channels/" + w.channel("general") + "/messages"
	if a := w.must("POST", path, m{"content": "<@&" + role + ">"}); len(get(a.body, "mention_roles").([]any)) != 0 {
		t.Error("a role that isn't mentionable was pinged")
	}
	w.allow("", 1<<17, 0)
	if a := w.must("POST", path, m{"content": "<@&" + role + ">"}); get(a.body, "mention_roles", 0) != role {
		t.Error("with Mention Everyone the role isn't pinged")
	}
}

func TestReplies(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	said, err := w.sim.Say(w.channel("general"), "", "question")
	if err != nil {
		t.Fatal(err)
	}
	a := w.must("POST", path, m{"content": "answer", "message_reference": m{"message_id": said.ID}})
	if get(a.body, "type") != 19.0 || get(a.body, "referenced_message", "id") != said.ID || len(get(a.body, "mentions").([]any)) != 1 {
		t.Errorf("the reply is %s", a.raw)
	}
	check(t, w.do("POST", path, m{"content": "x", "message_reference": m{"message_id": "1"}}), "message_reference", 200)
	w.must("POST", path, m{"content": "x", "message_reference": m{"message_id": "1", "fail_if_not_exists": false}})
}

func TestReactionsAndPins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		one := "/channels/" + w.channel("general") + "/messages/" + w.must("POST", "/channels/"+w.channel("general")+"/messages", m{"content": "x"}).id()
		fire := one + "/reactions/%F0%9F%94%A5/@me"
		w.wants(w.do("PUT", fire, nil), 403, 50013) // the bot wasn't given Add Reactions
		w.allow("", 1<<6|1<<51, 0)
		time.Sleep(time.Second)
		w.must("PUT", fire, nil)
		time.Sleep(time.Second)
		w.must("PUT", fire, nil)
		if a := w.must("GET", one, nil); get(a.body, "reactions", 0, "count") != 1.0 || get(a.body, "reactions", 0, "me") != true || get(a.body, "reactions", 0, "emoji", "name") != "🔥" {
			t.Errorf("reactions are %v", get(a.body, "reactions"))
		}
		time.Sleep(time.Second)
		w.must("DELETE", fire, nil)
		if a := w.must("GET", one, nil); get(a.body, "reactions") != nil {
			t.Errorf("reactions are %v after taking it back", get(a.body, "reactions"))
		}
		time.Sleep(time.Second)
		w.wants(w.do("PUT", one+"/reactions/fire/@me", nil), 400, 10014)

		pin := strings.Replace(one, "/messages/", "/messages/pins/", 1)
		w.must("PUT", pin, nil)
		pins := w.must("GET", "/channels/"+w.channel("general")+"/messages/pins", nil)
		if get(pins.body, "items", 0, "message", "content") != "x" || get(pins.body, "has_more") != false {
			t.Errorf("pins are %s", pins.raw)
		}
		w.must("DELETE", pin, nil)
	})
}

func TestPermissions(t *testing.T) {
	const view, send, embed, history, threads, sendThreads = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 35, 1 << 38
	for _, c := range []struct {
		name         string
		deny         uint64
		everywhere   bool
		body         any
		status, code int
	}{
		{"all in order", 0, false, m{"content": "x"}, 200, 0},
		{"can't see the channel", view, false, m{"content": "x"}, 403, 50001},
		{"can't see anything", view, true, m{"content": "x"}, 403, 50001},
		{"can't send here", send | sendThreads, false, m{"content": "x"}, 403, 50013},
		{"can't send anywhere", send, true, m{"content": "x"}, 403, 50013},
		{"can't embed", embed, false, m{"embeds": []any{m{"title": "t"}}}, 403, 50013},
		{"text needs no embed permission", embed, false, m{"content": "x"}, 200, 0},
		{"can't read history, doesn't reply", history, false, m{"content": "x"}, 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{})
			ch := w.channel("general")
			where := ch
			if c.everywhere {
				where = ""
			}
			w.allow(where, 0, c.deny)
			w.wants(w.do("POST", "/channels/"+ch+"/messages", c.body), c.status, c.code)
		})
	}
	t.Run("a channel can allow what the role lacks", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		w.allow("", 0, send)
		w.allow(w.channel("climate"), send, 0)
		w.wants(w.do("POST", "/channels/"+w.channel("general")+"/messages", m{"content": "x"}), 403, 50013)
		w.must("POST", "/channels/"+w.channel("climate")+"/messages", m{"content": "x"})
	})
	t.Run("threads have permissions of their own", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		ch := "/channels/" + w.channel("general")
		thread := w.must("POST", ch+"/threads", m{"name": "details", "type": 11})
		w.allow("", 0, send)
		w.must("POST", "/channels/"+thread.id()+"/messages", m{"content": "x"})
		w.allow("", send, sendThreads|threads)
		w.wants(w.do("POST", "/channels/"+thread.id()+"/messages", m{"content": "x"}), 403, 50013)
		w.wants(w.do("POST", ch+"/threads", m{"name": "more", "type": 11}), 403, 50013)
	})
	t.Run("other people's messages", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		said, err := w.sim.Say(w.channel("general"), "", "hello")
		if err != nil {
			t.Fatal(err)
		}
		one := "/channels/" + w.channel("general") + "/messages/" + said.ID
		w.wants(w.do("DELETE", one, nil), 403, 50013)
		w.allow("", 1<<13, 0)
		w.must("DELETE", one, nil)
	})
}

func TestDirectMessages(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	ch := w.must("POST", "/users/@me/channels", m{"recipient_id": w.person()})
	if get(ch.body, "type") != 1.0 || get(ch.body, "recipients", 0, "id") != w.person() {
		t.Fatalf("the channel is %s", ch.raw)
	}
	if again := w.must("POST", "/users/@me/channels", m{"recipient_id": w.person()}); again.id() != ch.id() {
		t.Error("a second channel was opened for the same person")
	}
	path := "/channels/" + ch.id() + "/messages"
	w.must("POST", path, m{"content": "hello"})
	if err := w.sim.CloseDMs(w.person(), true); err != nil {
		t.Fatal(err)
	}
	w.wants(w.do("POST", path, m{"content": "hello"}), 403, 50007)
	if err := w.sim.CloseDMs(w.person(), false); err != nil {
		t.Fatal(err)
	}
	if err := w.sim.KickBot(w.guild()); err != nil {
		t.Fatal(err)
	}
	w.wants(w.do("POST", path, m{"content": "hello"}), 403, 50278)
	w.wants(w.do("POST", "/users/@me/channels", m{"recipient_id": w.sim.ApplicationID()}), 400, 50033)
}

// TestThreadOfMessage: what a bot learns of a thread that a person starts from its message, and what it may do there.
func TestThreadOfMessage(t *testing.T) { synctest.Test(t, testThreadOfMessage) }

func testThreadOfMessage(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	general := "/channels/" + w.channel("general")
	msg := w.must("POST", general+"/messages", m{"content": "start"})
	edit := func() answer { return w.must("PATCH", general+"/messages/"+msg.id(), m{"content": "edited"}) }
	if a := edit(); get(a.body, "thread") != nil || get(a.body, "flags") != 0.0 {
		t.Errorf("without a thread: %s", a.raw)
	}
	other, err := w.sim.AddUser("other", "")
	if err != nil {
		t.Fatal(err)
	}
	thread, err := w.sim.StartThread(w.channel("general"), msg.id(), other.ID, "about it")
	if err != nil || thread.ID != msg.id() || thread.OwnerID != other.ID {
		t.Fatalf("started %+v, %v", thread, err)
	}
	if _, err := w.sim.StartThread(w.channel("general"), msg.id(), "", "again"); err == nil {
		t.Error("a second thread was started from one message")
	}
	if _, err := w.sim.StartThread(w.channel("general"), "1", "", "nothing"); err == nil {
		t.Error("a thread was started from no message")
	}
	if a := edit(); get(a.body, "thread", "id") != msg.id() || get(a.body, "flags") != 32.0 {
		t.Errorf("with a thread: %s", a.raw)
	}
	path := "/channels/" + thread.ID
	w.must("POST", path+"/messages", m{"content": "reply"})
	if _, err := w.sim.Say(thread.ID, other.ID, "thanks"); err != nil {
		t.Error(err)
	}
	if a := edit(); get(a.body, "thread", "message_count") != 2.0 || get(a.body, "thread", "member_count") != 2.0 {
		t.Errorf("after two messages: %s", a.raw)
	}

	set := func(archived, locked bool) {
		t.Helper()
		if err := w.sim.SetThread(thread.ID, archived, locked); err != nil {
			t.Fatal(err)
		}
	}
	set(true, false)
	w.must("POST", path+"/messages", m{"content": "wakes it up"})
	if a := edit(); get(a.body, "thread", "thread_metadata", "archived") != false {
		t.Errorf("after a message the thread is %s", a.raw)
	}
	for _, archived := range []bool{false, true} {
		set(archived, true)
		w.wants(w.do("POST", path+"/messages", m{"content": "x"}), 400, 160005)
		if _, err := w.sim.Say(thread.ID, other.ID, "x"); err == nil {
			t.Error("a member wrote in a locked thread")
		}
	}
	set(false, false)
	time.Sleep(10 * time.Second) // five messages are all that a channel takes in five seconds
	w.allow("", 0, 1<<38)
	w.wants(w.do("POST", path+"/messages", m{"content": "x"}), 403, 50013)
	w.allow("", 1<<38, 0)
	if err := w.sim.DeleteChannel(thread.ID); err != nil {
		t.Fatal(err)
	}
	w.wants(w.do("POST", path+"/messages", m{"content": "x"}), 404, 10003)
	if a := edit(); get(a.body, "thread") != nil || get(a.body, "flags") != 32.0 {
		t.Errorf("without the thread: %s", a.raw)
	}
	if err := w.sim.SetThread(thread.ID, true, true); err == nil {
		t.Error("a thread that is gone was locked")
	}
	w.wants(w.do("POST", general+"/messages/"+msg.id()+"/threads", m{"name": "again"}), 400, 160004)
}

func TestThreadsAndForums(t *testing.T) {
	w := newWorld(t, discordsim.Options{Channels: []string{"general", "news:announcement", "briefs:forum"}, Permissions: discordsim.DefaultBotPermissions | 1<<4})
	general := "/channels/" + w.channel("general")
	msg := w.must("POST", general+"/messages", m{"content": "start"})
	thread := w.must("POST", general+"/messages/"+msg.id()+"/threads", m{"name": "about it"})
	if thread.id() != msg.id() || get(thread.body, "type") != 11.0 || get(thread.body, "parent_id") != w.channel("general") {
		t.Errorf("the thread is %s, want it to have the message's id", thread.raw)
	}
	w.wants(w.do("POST", general+"/messages/"+msg.id()+"/threads", m{"name": "again"}), 400, 160004)
	check(t, w.do("POST", general+"/threads", m{"name": times("n", 101)}), "name", 201)
	check(t, w.do("POST", general+"/threads", m{"name": "n", "auto_archive_duration": 7}), "auto_archive_duration", 201)
	if a := w.must("GET", "/guilds/"+w.guild()+"/threads/active", nil); get(a.body, "threads", 0, "id") != thread.id() {
		t.Errorf("active threads are %s", a.raw)
	}
	w.must("PATCH", "/channels/"+thread.id(), m{"archived": true})
	w.must("POST", "/channels/"+thread.id()+"/messages", m{"content": "wakes it up"})
	if a := w.must("GET", "/channels/"+thread.id(), nil); get(a.body, "thread_metadata", "archived") != false {
		t.Error("a message left the thread archived")
	}

	forum := "/channels/" + w.channel("briefs")
	w.wants(w.do("POST", forum+"/messages", m{"content": "x"}), 400, 40058)
	tags := many(20, func(i int) any { return m{"name": fmt.Sprint("tag ", i)} })
	edited := w.must("PATCH", forum, m{"available_tags": tags})
	check(t, w.do("PATCH", forum, m{"available_tags": append(tags, m{"name": "one more"})}), "available_tags", 200)
	check(t, w.do("PATCH", forum, m{"available_tags": []any{m{"name": times("n", 21)}}}), "available_tags.0.name", 200)
	tag := func(i int) any { return get(edited.body, "available_tags", i, "id") }
	post := func(n int) m {
		return m{"name": "a story", "message": m{"content": "text"}, "applied_tags": many(n, tag)}
	}
	a := w.must("POST", forum+"/threads", post(5))
	if get(a.body, "message", "id") != a.id() || len(get(a.body, "applied_tags").([]any)) != 5 {
		t.Errorf("the post is %s", a.raw)
	}
	check(t, w.do("POST", forum+"/threads", post(6)), "applied_tags", 201)
	check(t, w.do("POST", forum+"/threads", m{"name": "no message"}), "message", 201)
	w.wants(w.do("POST", forum+"/threads", m{"name": "n", "message": m{}}), 400, 50006)
	w.must("PATCH", forum, m{"flags": 1 << 4})
	w.wants(w.do("POST", forum+"/threads", post(0)), 400, 40067)
}

func TestPublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{Channels: []string{"general", "news:announcement"}})
		path := "/channels/" + w.channel("news") + "/messages"
		post := func() string { time.Sleep(2 * time.Second); return w.must("POST", path, m{"content": "x"}).id() }
		first := post()
		if a := w.must("POST", path+"/"+first+"/crosspost", nil); get(a.body, "flags") != 1.0 {
			t.Errorf("flags are %v after publishing", get(a.body, "flags"))
		}
		w.wants(w.do("POST", path+"/"+first+"/crosspost", nil), 400, 40033)
		for i := range 3 {
			w.must("PATCH", path+"/"+first, m{"content": fmt.Sprint("edit ", i)})
		}
		w.wants(w.do("PATCH", path+"/"+first, m{"content": "one too many"}), 429, 20022)
		for range 8 {
			w.must("POST", path+"/"+post()+"/crosspost", nil)
		}
		if a := w.do("POST", path+"/"+post()+"/crosspost", nil); a.status != 429 {
			t.Errorf("the eleventh publishing of the hour got %d", a.status)
		}
		other := "/channels/" + w.channel("general") + "/messages"
		w.wants(w.do("POST", other+"/"+w.must("POST", other, m{"content": "x"}).id()+"/crosspost", nil), 400, 50024)
	})
}

func TestWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{Channels: []string{"general", "briefs:forum"}})
		path := "/channels/" + w.channel("general") + "/webhooks"
		w.wants(w.do("POST", path, m{"name": "briefs"}), 403, 50013)
		w.allow("", 1<<29, 0)
		check(t, w.do("POST", path, m{"name": times("n", 81)}), "name", 200)
		check(t, w.do("POST", path, m{"name": "my discord"}), "name", 200)
		hook := w.must("POST", path, m{"name": times("n", 80)})
		url := "/webhooks/" + hook.id() + "/" + get(hook.body, "token").(string)
		anyone := without("Authorization")
		if a := w.do("POST", url, m{"content": "x"}, anyone); a.status != 204 {
			t.Errorf("executing without wait got %d %s", a.status, a.raw)
		}
		a := w.do("POST", url+"?wait=true", m{"content": "<@" + w.sim.State().You + "> @everyone", "username": "Climate desk"}, anyone)
		if a.status != 200 || get(a.body, "webhook_id") != hook.id() || get(a.body, "author", "username") != "Climate desk" {
			t.Errorf("executing got %d %s", a.status, a.raw)
		}
		if get(a.body, "mention_everyone") != false || len(get(a.body, "mentions").([]any)) != 1 {
			t.Errorf("webhooks ping users only by default: %s", a.raw)
		}
		if e := w.do("PATCH", url+"/messages/"+a.id(), m{"content": "edited"}, anyone); e.status != 200 || get(e.body, "content") != "edited" {
			t.Errorf("editing got %d %s", e.status, e.raw)
		}
		time.Sleep(10 * time.Second)
		w.wants(w.do("POST", "/webhooks/"+hook.id()+"/other", m{"content": "x"}, anyone), 401, 50027)
		w.wants(w.do("POST", url+"?thread_id=1", m{"content": "x"}, anyone), 404, 10003)
		w.wants(w.do("POST", url, m{"content": "x", "thread_name": "t"}, anyone), 400, 220003)
		w.must("DELETE", "/webhooks/"+hook.id(), nil)
		w.wants(w.do("POST", url, m{"content": "x"}, anyone), 404, 10015)

		for range 15 {
			w.must("POST", path, m{"name": "briefs"})
			time.Sleep(time.Second)
		}
		w.wants(w.do("POST", path, m{"name": "briefs"}), 400, 30007)

		forum := w.must("POST", "/channels/"+w.channel("briefs")+"/webhooks", m{"name": "posts"})
		url = "/webhooks/" + forum.id() + "/" + get(forum.body, "token").(string)
		w.wants(w.do("POST", url, m{"content": "x"}, anyone), 400, 220001)
		if a := w.do("POST", url+"?wait=true", m{"content": "x", "thread_name": "a story"}, anyone); a.status != 200 || get(a.body, "channel_id") != a.id() {
			t.Errorf("posting to the forum got %d %s", a.status, a.raw)
		}
	})
}
