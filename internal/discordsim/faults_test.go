package discordsim_test

import (
	"bufio"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/discordsim"
)

func TestRESTFaults(t *testing.T) {
	type outcome struct {
		status  int
		html    bool
		lost    bool // no answer at all
		carried bool // the message is there all the same
	}
	for kind, want := range map[string]outcome{
		"commit_then_502":   {status: 502, html: true, carried: true},
		"http_502":          {status: 502, html: true},
		"commit_then_reset": {lost: true, carried: true},
		"reset":             {lost: true},
		"hang":              {lost: true},
		"commit_then_hang":  {lost: true, carried: true},
		"html_429":          {status: 429, html: true},
		"global_429":        {status: 429},
		"user_429":          {status: 429},
		"shared_429":        {status: 429},
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, discordsim.Options{})
				ch := w.channel("general")
				path := "/channels/" + ch + "/messages"
				w.must("POST", "/sim/faults", m{"kind": kind, "route": "POST /channels/"})
				w.must("GET", "/users/@me", nil) // another route is spared
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				a, err := w.try("POST", path, m{"content": "x"}, func(r *http.Request) { *r = *r.WithContext(ctx) })
				if (err != nil) != want.lost {
					t.Fatalf("got %d %q, %v", a.status, a.raw, err)
				}
				if a.status != want.status || want.html != strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
					t.Errorf("got %d %v", a.status, a.header)
				}
				if want.status == 429 && !want.html {
					scope := strings.TrimSuffix(kind, "_429")
					if a.header.Get("X-RateLimit-Scope") != scope || get(a.body, "global") != (scope == "global") || get(a.body, "retry_after") != 1.0 {
						t.Errorf("got %v %s", a.header, a.raw)
					}
				}
				if want.carried && kind == "commit_then_502" && a.header.Get("X-RateLimit-Bucket") != "" {
					t.Error("the proxy's page has Discord's headers")
				}
				list, err := w.sim.Messages(ch, "")
				if err != nil || (len(list) == 1) != want.carried {
					t.Errorf("%d messages are there (%v)", len(list), err)
				}
				w.must("POST", path, m{"content": "y"}) // once only
				synctest.Wait()                         // a request is logged when its handler is through
				log := w.sim.Requests().Requests
				if i := slices.IndexFunc(log, func(r discordsim.Request) bool { return r.Fault == kind }); i < 0 {
					t.Errorf("the log doesn't tell the fault: %+v", log)
				}
			})
		})
	}
}

func TestFaultsThatDoNotExist(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	for _, body := range []any{m{"kind": "earthquake"}, m{"kind": "close"}, m{"kind": "hang", "ms": -1}, "{"} {
		if a := w.do("POST", "/sim/faults", body); a.status != 400 || get(a.body, "error") == nil {
			t.Errorf("%v got %d %s", body, a.status, a.raw)
		}
	}
}

func TestControlFace(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	if a := w.must("GET", "/sim/state", nil); get(a.body, "bot", "id") != w.sim.ApplicationID() || get(a.body, "guilds", 0, "channels", 0, "name") != "general" ||
		get(a.body, "online") != false || get(a.body, "guilds", 0, "owner_id") != get(a.body, "you") {
		t.Errorf("the state is %s", a.raw)
	}
	g := w.must("POST", "/sim/guilds", m{"name": "another"})
	c := w.must("POST", "/sim/guilds/"+g.id()+"/channels", m{"name": "news", "type": 5})
	if get(c.body, "guild_id") != g.id() || get(c.body, "type") != 5.0 {
		t.Errorf("the channel is %s", c.raw)
	}
	w.must("PATCH", "/sim/channels/"+c.id(), m{"name": "briefs"})
	u := w.must("POST", "/sim/users", m{"username": "ada", "locale": "de"})
	said := w.must("POST", "/sim/messages", m{"channel_id": c.id(), "user_id": u.id(), "content": "hello"})
	if get(said.body, "author", "username") != "ada" {
		t.Errorf("the message is %s", said.raw)
	}
	if a := w.must("GET", "/sim/messages?channel_id="+c.id(), nil); get(a.body, "messages", 0, "content") != "hello" {
		t.Errorf("messages are %s", a.raw)
	}
	w.must("POST", "/sim/guilds/"+g.id()+"/permissions", m{"channel_id": c.id(), "deny": "2048"})
	w.wants(w.do("POST", "/channels/"+c.id()+"/messages", m{"content": "x"}), 403, 50013)
	w.must("DELETE", "/sim/guilds/"+g.id()+"/bot", nil)
	w.wants(w.do("POST", "/channels/"+c.id()+"/messages", m{"content": "x"}), 403, 50001)
	w.must("DELETE", "/sim/channels/"+c.id(), nil)
	if a := w.must("GET", "/sim/requests", nil); get(a.body, "counts", "403") != 2.0 || get(a.body, "requests", 0, "route") != "POST /channels/{channel}/messages" {
		t.Errorf("requests are %s", a.raw)
	}
	w.must("POST", "/sim/reset-requests", nil)
	if log := w.sim.Requests(); len(log.Requests) != 0 || len(log.Counts) != 0 {
		t.Errorf("requests are %+v after the reset", log)
	}
	for path, status := range map[string]int{"/sim/nowhere": 404, "/sim/messages?channel_id=1": 404, "/sim/interactions/1": 404} {
		if a := w.do("GET", path, nil); a.status != status || get(a.body, "error") == nil {
			t.Errorf("%s got %d %s", path, a.status, a.raw)
		}
	}
	if a := w.do("POST", "/sim/guilds", m{"name": "evil"}, with("Origin", "https://evil.example")); a.status != 403 {
		t.Errorf("another site's page got %d", a.status)
	}
}

func TestEventStream(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	watch := func(user string) <-chan string {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://sim/sim/events?user_id="+user, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := w.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		if resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("content type %q", resp.Header.Get("Content-Type"))
		}
		lines := make(chan string, 100)
		go func() {
			defer close(lines)
			for s := bufio.NewScanner(resp.Body); s.Scan(); {
				if name, ok := strings.CutPrefix(s.Text(), "event: "); ok {
					lines <- name
				}
			}
		}()
		return lines
	}
	you, other := watch(""), watch(w.person())
	next := func(who <-chan string, want string) {
		t.Helper()
		select {
		case got := <-who:
			if got != want {
				t.Errorf("event %q, want %q", got, want)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("no event, want %q", want)
		}
	}
	p := invokeLater(w, discordsim.Slash(w.channel("general"), "", "ping", nil))
	p.answer(w, m{"type": 4, "data": m{"content": "psst", "flags": 64}}, 204)
	<-p.done
	id := w.must("POST", "/channels/"+w.channel("general")+"/messages", m{"content": "hello"}).id()
	w.must("PATCH", "/channels/"+w.channel("general")+"/messages/"+id, m{"content": "changed"})
	w.must("DELETE", "/channels/"+w.channel("general")+"/messages/"+id, nil)
	for _, name := range []string{"online", "interaction", "message_create", "interaction", "message_create", "message_update", "message_delete"} {
		next(you, name)
	}
	for _, name := range []string{"online", "message_create", "message_update", "message_delete"} {
		next(other, name) // nothing of somebody else's interaction
	}
	w.must("PUT", "/applications/"+w.sim.ApplicationID()+"/commands", []any{})
	next(you, "commands")
	w.must("POST", "/channels/"+w.channel("general")+"/threads", m{"name": "t", "type": 11})
	next(you, "thread_create")
	next(you, "message_create")
	if _, err := w.sim.AddChannel(w.guild(), "more", discordsim.ChannelText, ""); err != nil {
		t.Fatal(err)
	}
	next(you, "channel_create")
}

func TestMemoryIsBounded(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	ch := w.channel("general")
	for range 5010 {
		if _, err := w.sim.Say(ch, "", "x"); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.sim.Messages(ch, "")
	if err != nil || len(list) != 5000 {
		t.Errorf("%d messages are kept, want 5,000 (%v)", len(list), err)
	}
}

func TestClose(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	register(w)
	s, _ := w.connect(nil)
	done := make(chan error, 1)
	go func() {
		_, err := w.sim.Invoke(context.Background(), discordsim.Slash(w.channel("general"), "", "ping", nil))
		done <- err
	}()
	s.event("INTERACTION_CREATE")
	w.sim.Close()
	if err := <-done; err == nil {
		t.Error("an invocation outlived the simulator")
	}
	if got := s.closed(); got > 0 {
		t.Errorf("the connection was closed with %d", got)
	}
	if a := w.do("GET", "/users/@me", nil); a.status != 503 {
		t.Errorf("a closed simulator answers %d", a.status)
	}
}

// TestMediaFault shows that a message with a picture is refused for it, once, and others are not.
func TestMediaFault(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	pictured := v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "media": m{"url": "https://example.org/a.png"}}})
	w.must("POST", "/sim/faults", m{"kind": "media"})
	w.must("POST", path, v2(display("x")))
	a, err := w.try("POST", path, pictured)
	if err != nil || a.status != 400 || get(a.body, "code") != 50035.0 || get(a.body, "errors", "components", "0", "accessory", "media", "url", "_errors", 0, "code") != "URL_TYPE_INVALID_URL" {
		t.Errorf("got %d %s, %v", a.status, a.raw, err)
	}
	w.must("POST", path, pictured)
}
