package discordsim_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"newsbrief/internal/discordsim"
)

func TestReady(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s := w.dial(gatewayPath)
	hello := s.next()
	if hello.Op != 10 || hello.get("heartbeat_interval") != 41250.0 {
		t.Fatalf("first payload is op %d with %s, want HELLO with Discord's interval", hello.Op, hello.D)
	}
	s.send(2, identity(nil))
	ready := s.next()
	if ready.T != "READY" || *ready.S != 1 {
		t.Fatalf("got %s, want READY as the first event", ready.T)
	}
	if ready.get("user", "bot") != true || ready.get("session_id") == "" || ready.get("application", "id") != w.sim.ApplicationID() {
		t.Errorf("READY lacks user, session or application: %s", ready.D)
	}
	if url := ready.get("resume_gateway_url"); url != "ws://sim/gateway/resume" {
		t.Errorf("resume_gateway_url is %v, want an address of its own", url)
	}
	if ready.get("guilds", 0, "unavailable") != true {
		t.Errorf("guilds of READY are %v, want them unavailable until GUILD_CREATE", ready.get("guilds"))
	}
	g := s.next()
	if g.T != "GUILD_CREATE" || g.get("name") != "newsbrief trial" || g.get("channels", 2, "name") != "technology" {
		t.Errorf("got %s %s, want the guild with its channels", g.T, g.D)
	}
	members, _ := g.get("members").([]any)
	if len(members) != 1 || get(members[0], "user", "id") != w.sim.ApplicationID() {
		t.Errorf("members are %v; without the members intent only the bot is told", members)
	}
	s.send(1, s.seq)
	if p := s.next(); p.Op != 11 {
		t.Errorf("a heartbeat was answered with op %d, want 11", p.Op)
	}
	if !w.sim.State().Online {
		t.Error("the bot is connected but not online")
	}
}

func TestCloseCodes(t *testing.T) {
	ready := func(s *socket) { s.send(2, identity(nil)); s.event("READY") }
	identify := func(change map[string]any) func(*socket) {
		return func(s *socket) { s.send(2, identity(change)) }
	}
	for _, c := range []struct {
		name string
		path string
		do   func(*socket)
		want websocket.StatusCode
	}{
		{"bad token", "", identify(map[string]any{"token": "other"}), 4004},
		{"no intents", "", identify(map[string]any{"intents": nil}), 4013},
		{"unknown intent bit", "", identify(map[string]any{"intents": 1 << 18}), 4013},
		{"members intent", "", identify(map[string]any{"intents": 1 | 1<<1}), 4014},
		{"presences intent", "", identify(map[string]any{"intents": 1 | 1<<8}), 4014},
		{"message content intent", "", identify(map[string]any{"intents": 1 | 1<<15}), 4014},
		{"shard out of range", "", identify(map[string]any{"shard": []int{2, 2}}), 4010},
		{"no shards", "", identify(map[string]any{"shard": []int{0, 0}}), 4010},
		{"one number for a shard", "", identify(map[string]any{"shard": []int{0}}), 4010},
		{"no properties", "", identify(map[string]any{"properties": nil}), 4002},
		{"before identifying", "", func(s *socket) { s.send(3, map[string]any{}) }, 4003},
		{"unknown opcode", "", func(s *socket) { s.send(99, nil) }, 4001},
		{"not JSON", "", func(s *socket) { s.sendRaw("hello") }, 4002},
		{"no opcode", "", func(s *socket) { s.sendRaw("{}") }, 4002},
		{"payload of 4,097 bytes", "", func(s *socket) { s.sendRaw(`{"op":1,"d":null}` + strings.Repeat(" ", 4097-17)) }, 4002},
		{"identify twice", "", func(s *socket) { ready(s); s.send(2, identity(nil)) }, 4005},
		{"121 payloads", "", func(s *socket) {
			for range 121 {
				s.send(1, nil)
			}
		}, 4008},
		{"version 8", "/gateway/?v=8&encoding=json", func(*socket) {}, 4012},
		{"no version", "/gateway/", func(*socket) {}, 4012},
		{"resume with a bad token", "", func(s *socket) { s.send(6, map[string]any{"token": "x", "session_id": "y", "seq": 1}) }, 4004},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, discordsim.Options{})
				path := c.path
				if path == "" {
					path = gatewayPath
				}
				s := w.open(path)
				done := make(chan websocket.StatusCode)
				go func() { done <- s.closed() }()
				if c.name == "identify twice" { // reads for itself
					s2 := w.open(path)
					c.do(s2)
					if got := s2.closed(); got != c.want {
						t.Errorf("closed with %d, want %d", got, c.want)
					}
					s.ws.CloseNow()
					<-done
					return
				}
				c.do(s)
				if got := <-done; got != c.want {
					t.Errorf("closed with %d, want %d", got, c.want)
				}
			})
		})
	}
}

func TestPayloadOf4096BytesIsTaken(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s := w.open(gatewayPath)
	s.sendRaw(`{"op":1,"d":null}` + strings.Repeat(" ", 4096-17))
	if p := s.next(); p.Op != 11 {
		t.Errorf("answered with op %d, want the heartbeat acknowledged", p.Op)
	}
}

func TestResumeReplaysWhatWasMissed(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, ready := w.connect(nil)
	id, seq := ready.get("session_id"), s.seq
	s.ws.CloseNow() // the connection is lost, not closed
	waitFor(t, "the loss to be noticed", func() bool { return !w.sim.State().Online })
	for _, text := range []string{"one", "two"} {
		w.must("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": text})
	}
	s = w.open("/gateway/resume?v=10&encoding=json")
	s.send(6, map[string]any{"token": token, "session_id": id, "seq": seq})
	for _, text := range []string{"one", "two"} {
		p := s.next()
		if p.T != "MESSAGE_CREATE" || p.get("content") != text {
			t.Fatalf("replayed %s %s, want the message %q", p.T, p.D, text)
		}
	}
	if p := s.next(); p.T != "RESUMED" {
		t.Fatalf("got %s, want RESUMED after the replay", p.T)
	}
	w.must("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": "three"})
	if p := s.next(); p.get("content") != "three" {
		t.Errorf("got %s %s, want the new message", p.T, p.D)
	}
	log := w.sim.Requests()
	if log.Identifies != 1 || log.Resumes != 1 || log.ResumesElsewhere != 0 {
		t.Errorf("counted %d identifies, %d resumes, %d elsewhere", log.Identifies, log.Resumes, log.ResumesElsewhere)
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestSessionsThatCannotBeResumed(t *testing.T) {
	resume := func(w *world, id any, seq float64) *socket {
		s := w.open(gatewayPath)
		s.send(6, map[string]any{"token": token, "session_id": id, "seq": seq})
		return s
	}
	invalid := func(t *testing.T, s *socket) {
		t.Helper()
		if p := s.next(); p.Op != 9 || string(p.D) != "false" {
			t.Errorf("got op %d %s, want INVALID_SESSION false", p.Op, p.D)
		}
	}
	t.Run("unknown", func(t *testing.T) {
		invalid(t, resume(newWorld(t, discordsim.Options{}), "nobody", 1))
	})
	t.Run("closed with 1000", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		s, ready := w.connect(nil)
		s.ws.Close(websocket.StatusNormalClosure, "")
		waitFor(t, "the end of the session", func() bool { return !w.sim.State().Online })
		invalid(t, resume(w, ready.get("session_id"), 1))
	})
	t.Run("closed with 4000 stays", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		s, ready := w.connect(nil)
		s.ws.Close(4000, "")
		waitFor(t, "the close to be noticed", func() bool { return !w.sim.State().Online })
		if p := resume(w, ready.get("session_id"), s.seq).next(); p.T != "RESUMED" {
			t.Errorf("got op %d %s, want RESUMED", p.Op, p.T)
		}
	})
	t.Run("sequence from the future", func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		s, ready := w.connect(nil)
		s.ws.CloseNow()
		if got := resume(w, ready.get("session_id"), 1000).closed(); got != 4007 {
			t.Errorf("closed with %d, want 4007", got)
		}
	})
	t.Run("too late", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{SessionTimeout: 3 * time.Minute})
			s, ready := w.connect(nil)
			s.ws.CloseNow()
			synctest.Wait()
			time.Sleep(3*time.Minute + time.Second)
			invalid(t, resume(w, ready.get("session_id"), s.seq))
		})
	})
}

func TestMissingHeartbeatsEndTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{HeartbeatInterval: 40 * time.Second})
		s, ready := w.connect(nil)
		start := time.Now()
		if got := s.closed(); got != 4000 {
			t.Errorf("closed with %d, want 4000", got)
		}
		if d := time.Since(start); d < 40*time.Second || d > 2*time.Minute {
			t.Errorf("closed after %v, want soon after one interval", d)
		}
		seq := s.seq
		s = w.open(gatewayPath)
		s.send(6, map[string]any{"token": token, "session_id": ready.get("session_id"), "seq": seq})
		if p := s.next(); p.T != "RESUMED" {
			t.Errorf("got op %d, want the session to be resumable", p.Op)
		}
	})
}

func TestIdentifyPaceAndDailyLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{SessionStarts: 3})
		limits := func() any { return get(w.must("GET", "/gateway/bot", nil).body, "session_start_limit") }
		if l := limits(); get(l, "total") != 3.0 || get(l, "remaining") != 3.0 || get(l, "max_concurrency") != 1.0 {
			t.Errorf("session_start_limit is %v", l)
		}
		w.connect(nil)
		s := w.open(gatewayPath)
		s.send(2, identity(nil))
		if p := s.next(); p.Op != 9 || string(p.D) != "false" {
			t.Errorf("a second IDENTIFY at once got op %d, want INVALID_SESSION", p.Op)
		}
		time.Sleep(5 * time.Second)
		s.send(2, identity(nil)) // on the same connection, as after any op 9
		s.event("READY")
		l := limits()
		if get(l, "remaining") != 0.0 || get(l, "reset_after").(float64) < 80_000_000 {
			t.Errorf("session_start_limit is %v after three IDENTIFYs, one of them refused", l)
		}
		beyond := w.open(gatewayPath)
		beyond.send(2, identity(nil))
		if got := beyond.closed(); got != 4004 {
			t.Errorf("the start beyond the limit closed with %d, want 4004: the token is reset", got)
		}
		if a := w.do("GET", "/users/@me", nil); a.status != 401 {
			t.Errorf("the old token still works over REST: %d", a.status)
		}
	})
}

func TestShardsGetTheirGuildsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{MaxConcurrency: 2})
		for i := range 4 {
			time.Sleep(time.Millisecond)
			if _, err := w.sim.AddGuild(fmt.Sprintf("guild %d", i)); err != nil {
				t.Fatal(err)
			}
		}
		total := 0
		for shard := range 2 {
			_, ready := w.connect(map[string]any{"shard": []int{shard, 2}})
			guilds, _ := ready.get("guilds").([]any)
			for _, g := range guilds {
				var id uint64
				fmt.Sscan(get(g, "id").(string), &id)
				if (id>>22)%2 != uint64(shard) {
					t.Errorf("guild %d came to shard %d", id, shard)
				}
			}
			total += len(guilds)
		}
		if total != 5 {
			t.Errorf("both shards together have %d guilds, want 5", total)
		}
	})
}

func TestContentNeedsItsIntent(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, _ := w.connect(nil)
	ch := w.channel("general")
	say := func(text string) any {
		if _, err := w.sim.Say(ch, "", text); err != nil {
			t.Fatal(err)
		}
		return s.event("MESSAGE_CREATE").get("content")
	}
	if got := say("secret"); got != "" {
		t.Errorf("without the intent the bot read %q", got)
	}
	mention := "<@" + w.sim.ApplicationID() + "> hello"
	if got := say(mention); got != mention {
		t.Errorf("a message that mentions the bot has content %q, want it whole", got)
	}
	list := w.must("GET", "/channels/"+ch+"/messages", nil)
	if got := get(list.body, 1, "content"); got != "" {
		t.Errorf("over REST the bot read %q", got)
	}
}

func TestIntentsChooseEvents(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, _ := w.connect(map[string]any{"intents": 1})
	w.must("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": "hello"})
	if _, err := w.sim.AddChannel(w.guild(), "more", discordsim.ChannelText, ""); err != nil {
		t.Fatal(err)
	}
	if p := s.next(); p.T != "CHANNEL_CREATE" {
		t.Errorf("got %s, want only CHANNEL_CREATE without the messages intent", p.T)
	}
}

func TestTransportCompression(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s := w.dial(gatewayPath + "&compress=zlib-stream")
	var stream bytes.Buffer
	read := func() packet {
		_, raw, err := s.ws.Read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		stream.Write(raw)
		if !bytes.HasSuffix(raw, []byte{0, 0, 0xff, 0xff}) {
			t.Fatal("a frame doesn't end in Z_SYNC_FLUSH")
		}
		z, err := zlib.NewReader(bytes.NewReader(stream.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != io.ErrUnexpectedEOF {
			t.Fatalf("reading the open stream: %v", err)
		}
		parts := bytes.Split(plain, []byte(`}{`))
		last := parts[len(parts)-1]
		if len(parts) > 1 {
			last = append([]byte("{"), last...)
		}
		var p packet
		if err := json.Unmarshal(last, &p); err != nil {
			t.Fatalf("%q: %v", last, err)
		}
		return p
	}
	if p := read(); p.Op != 10 {
		t.Fatalf("op %d, want HELLO", p.Op)
	}
	s.send(1, nil)
	if p := read(); p.Op != 11 {
		t.Errorf("op %d, want the heartbeat acknowledged", p.Op)
	}
}

func TestKickedAndInvited(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, _ := w.connect(nil)
	if err := w.sim.KickBot(w.guild()); err != nil {
		t.Fatal(err)
	}
	if p := s.next(); p.T != "GUILD_DELETE" || p.get("unavailable") != nil {
		t.Errorf("got %s %s, want GUILD_DELETE", p.T, p.D)
	}
	w.wants(w.do("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": "x"}), 403, 50001)
	if err := w.sim.InviteBot(w.guild()); err != nil {
		t.Fatal(err)
	}
	if p := s.next(); p.T != "GUILD_CREATE" {
		t.Errorf("got %s, want GUILD_CREATE", p.T)
	}
	w.must("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": "x"})
}

func TestGatewayFaults(t *testing.T) {
	fault := func(w *world, f discordsim.Fault) {
		w.t.Helper()
		if err := w.sim.Fault(f); err != nil {
			w.t.Fatal(err)
		}
	}
	quiet := func(t *testing.T, s *socket, d time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		if p, err := s.read(ctx); err == nil {
			t.Errorf("got op %d %s, want silence", p.Op, p.T)
		}
	}
	run := func(name string, f func(t *testing.T, w *world)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, newWorld(t, discordsim.Options{})) })
		})
	}
	run("op7", func(t *testing.T, w *world) {
		s, _ := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "op7"})
		if p := s.next(); p.Op != 7 {
			t.Errorf("op %d, want RECONNECT", p.Op)
		}
	})
	run("op9", func(t *testing.T, w *world) {
		s, ready := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "op9"})
		if p := s.next(); p.Op != 9 || string(p.D) != "false" {
			t.Errorf("op %d %s, want INVALID_SESSION false", p.Op, p.D)
		}
		s.send(6, map[string]any{"token": token, "session_id": ready.get("session_id"), "seq": s.seq})
		if p := s.next(); p.Op != 9 {
			t.Errorf("op %d %s: the session should be gone", p.Op, p.T)
		}
	})
	run("op9 resumable", func(t *testing.T, w *world) {
		s, ready := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "op9", Resumable: true})
		if p := s.next(); p.Op != 9 || string(p.D) != "true" {
			t.Errorf("op %d %s, want INVALID_SESSION true", p.Op, p.D)
		}
		s.send(6, map[string]any{"token": token, "session_id": ready.get("session_id"), "seq": s.seq})
		if p := s.next(); p.T != "RESUMED" {
			t.Errorf("op %d %s, want RESUMED", p.Op, p.T)
		}
	})
	run("op9 on every IDENTIFY", func(t *testing.T, w *world) {
		fault(w, discordsim.Fault{Kind: "op9", Count: 2})
		s := w.open(gatewayPath)
		for range 2 {
			s.send(2, identity(nil))
			if p := s.next(); p.Op != 9 {
				t.Errorf("op %d, want INVALID_SESSION", p.Op)
			}
		}
		s.send(2, identity(nil))
		s.event("READY")
	})
	run("op7 before READY", func(t *testing.T, w *world) {
		fault(w, discordsim.Fault{Kind: "op7_before_ready"})
		s := w.open(gatewayPath)
		s.send(2, identity(nil))
		if p := s.next(); p.Op != 7 {
			t.Errorf("op %d %s, want RECONNECT", p.Op, p.T)
		}
	})
	run("silence", func(t *testing.T, w *world) {
		s, _ := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "silence"})
		s.send(1, nil)
		quiet(t, s, 30*time.Second)
	})
	run("silence for a while", func(t *testing.T, w *world) {
		s, _ := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "silence", MS: 5000})
		s.send(1, nil)
		start := time.Now()
		if p := s.next(); p.Op != 11 || time.Since(start) < 5*time.Second {
			t.Errorf("op %d after %v, want the acknowledgement after 5 s", p.Op, time.Since(start))
		}
	})
	run("silence before HELLO", func(t *testing.T, w *world) {
		fault(w, discordsim.Fault{Kind: "silence"})
		quiet(t, w.dial(gatewayPath), 30*time.Second)
	})
	run("missing acks", func(t *testing.T, w *world) {
		s, _ := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "no_ack"})
		s.send(1, nil)
		w.must("POST", "/channels/"+w.channel("general")+"/messages", map[string]any{"content": "hello"})
		if p := s.next(); p.T != "MESSAGE_CREATE" {
			t.Errorf("got op %d, want events without acknowledgements", p.Op)
		}
		quiet(t, s, 10*time.Second)
	})
	run("TCP cut", func(t *testing.T, w *world) {
		s, ready := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "tcp_cut"})
		if got := s.closed(); got != -1 {
			t.Errorf("closed with %d, want no close frame", got)
		}
		again := w.open(gatewayPath)
		again.send(6, map[string]any{"token": token, "session_id": ready.get("session_id"), "seq": s.seq})
		if p := again.next(); p.T != "RESUMED" {
			t.Errorf("op %d %s, want RESUMED", p.Op, p.T)
		}
	})
	run("slow READY", func(t *testing.T, w *world) {
		fault(w, discordsim.Fault{Kind: "slow_ready", MS: 7000})
		s := w.open(gatewayPath)
		s.send(2, identity(nil))
		start := time.Now()
		s.event("READY")
		if d := time.Since(start); d < 7*time.Second {
			t.Errorf("READY came after %v, want 7 s", d)
		}
	})
	run("close with a code", func(t *testing.T, w *world) {
		s, _ := w.connect(nil)
		fault(w, discordsim.Fault{Kind: "close", Code: 4009})
		if got := s.closed(); got != 4009 {
			t.Errorf("closed with %d, want 4009", got)
		}
	})
}
