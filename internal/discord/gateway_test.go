package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

const testToken = "MTIz.secret.of-the-bot"

var quickPace = gatewayPace{
	Ready: time.Second, Stable: time.Hour,
	Retry: 5 * time.Millisecond, RetryMax: 40 * time.Millisecond,
	Identify: 20 * time.Millisecond, IdentifyMax: 160 * time.Millisecond,
	Resumes: 4,
}

// elsewhere sends requests to a test server.
type elsewhere struct{ base *url.URL }

func (e elsewhere) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host, req.Host = e.base.Scheme, e.base.Host, ""
	req.URL.Path = apiPath.ReplaceAllString(req.URL.Path, "/api/v10")
	return http.DefaultTransport.RoundTrip(req)
}

// running is a supervised session and what it told.
type running struct {
	t      *testing.T
	cancel context.CancelFunc
	done   chan struct{}
	err    error
	log    lockedBuffer

	mu     sync.Mutex
	events []discordgo.Event // type and data
	online []bool
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start supervises a session with the server; adjust may change the options.
func start(t *testing.T, address, token string, adjust func(*gatewayOptions)) *running {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, done: make(chan struct{})}
	o := gatewayOptions{
		NewSession: func() (*discordgo.Session, error) {
			s, err := discordgo.New("Bot " + token)
			if err != nil {
				return nil, err
			}
			s.Client = &http.Client{Transport: elsewhere{base}}
			s.Identify.Intents = discordgo.IntentsGuilds
			return s, nil
		},
		Event: func(kind string, data json.RawMessage) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, discordgo.Event{Type: kind, RawData: data})
		},
		Online: func(up bool) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.online = append(r.online, up)
		},
		Logger: slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    time.Now,
		Pace:   quickPace,
	}
	if adjust != nil {
		adjust(&o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() {
		defer close(r.done)
		r.err = runGateway(ctx, o)
	}()
	t.Cleanup(func() {
		if err := r.stop(); err != nil && !errors.As(err, new(*news.UserError)) {
			t.Errorf("the supervisor ended with %v", err)
		}
		if strings.Contains(r.log.String(), token) {
			t.Errorf("the log holds the token:\n%s", r.log.String())
		}
		if t.Failed() {
			t.Logf("log:\n%s", r.log.String())
		}
	})
	return r
}

func (r *running) stop() error {
	r.cancel()
	select {
	case <-r.done:
	case <-time.After(5 * time.Second):
		r.t.Fatal("the supervisor doesn't end")
	}
	return r.err
}

// failure waits for the supervisor to give up.
func (r *running) failure() error {
	r.t.Helper()
	select {
	case <-r.done:
		return r.err
	case <-time.After(5 * time.Second):
		r.t.Fatal("the supervisor goes on")
		return nil
	}
}

func (r *running) kinds() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kinds []string
	for _, e := range r.events {
		kinds = append(kinds, e.Type)
	}
	return kinds
}

func (r *running) count(kind string) int {
	n := 0
	for _, k := range r.kinds() {
		if k == kind {
			n++
		}
	}
	return n
}

// names lists the "name" of the events of a kind.
func (r *running) names(kind string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for _, e := range r.events {
		var d struct {
			Name string `json:"name"`
		}
		if e.Type == kind && json.Unmarshal(e.RawData, &d) == nil {
			names = append(names, d.Name)
		}
	}
	return names
}

func (r *running) isOnline() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.online) > 0 && r.online[len(r.online)-1]
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// simulator serves a simulated Discord with one guild.
func simulator(t *testing.T, o discordsim.Options) (sim *discordsim.Simulator, address string) {
	t.Helper()
	o.Token = testToken
	sim, err := discordsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); server.Close() })
	return sim, server.URL
}

func addChannel(t *testing.T, sim *discordsim.Simulator, name string) {
	t.Helper()
	if _, err := sim.AddChannel(sim.State().Guilds[0].ID, name, discordsim.ChannelText, ""); err != nil {
		t.Fatal(err)
	}
}

func TestGatewayTellsEvents(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	r := start(t, address, testToken, nil)
	eventually(t, "GUILD_CREATE", func() bool { return r.count("GUILD_CREATE") == 1 })
	addChannel(t, sim, "climate-news")
	eventually(t, "CHANNEL_CREATE", func() bool { return r.count("CHANNEL_CREATE") == 1 })
	if got, want := r.kinds(), []string{"READY", "GUILD_CREATE", "CHANNEL_CREATE"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if got := r.names("CHANNEL_CREATE"); !slices.Equal(got, []string{"climate-news"}) {
		t.Errorf("channels %v", got)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if !slices.Equal(r.online, []bool{true, false}) {
		t.Errorf("online: %v, want up and down", r.online)
	}
	eventually(t, "the bot has left", func() bool { return !sim.State().Online })
}

// Whatever befalls an open connection, the session is resumed where READY said, and each event comes once and in order.
func TestGatewayResumes(t *testing.T) {
	for _, fault := range []discordsim.Fault{
		{Kind: "tcp_cut"}, {Kind: "op7"}, {Kind: "op9", Resumable: true}, {Kind: "no_ack"}, {Kind: "silence"},
		{Kind: "close", Code: 4000}, {Kind: "close", Code: 4008}, {Kind: "close", Code: 1001},
	} {
		t.Run(fmt.Sprintf("%s %d", fault.Kind, fault.Code), func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{HeartbeatInterval: 60 * time.Millisecond})
			r := start(t, address, testToken, nil)
			eventually(t, "online", func() bool { return r.count("GUILD_CREATE") == 1 })
			var want []string
			for round := range 2 {
				if err := sim.Fault(fault); err != nil {
					t.Fatal(err)
				}
				for i := range 5 { // while it is away
					want = append(want, fmt.Sprintf("channel-%d-%d", round, i))
					addChannel(t, sim, want[len(want)-1])
				}
				eventually(t, "all channels", func() bool {
					return len(r.names("CHANNEL_CREATE")) >= len(want) && r.count("RESUMED") == round+1 && r.isOnline()
				})
			}
			if got := r.names("CHANNEL_CREATE"); !slices.Equal(got, want) {
				t.Errorf("channels %v, want %v", got, want)
			}
			if log := sim.Requests(); log.Identifies != 1 || log.Resumes != 2 || log.ResumesElsewhere != 0 {
				t.Errorf("%d IDENTIFYs, %d RESUMEs, %d of them elsewhere; want 1, 2, 0", log.Identifies, log.Resumes, log.ResumesElsewhere)
			}
		})
	}
}

// The connection is cut again and again while events keep coming.
func TestGatewayLosesNothingInAStormOfCuts(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	r := start(t, address, testToken, func(o *gatewayOptions) { o.Pace.Resumes = 1000 })
	eventually(t, "online", func() bool { return r.count("GUILD_CREATE") == 1 })
	var want []string
	for i := range 100 {
		if i%5 == 2 {
			if err := sim.Fault(discordsim.Fault{Kind: "tcp_cut"}); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, fmt.Sprintf("channel-%d", i))
		addChannel(t, sim, want[i])
		time.Sleep(5 * time.Millisecond)
	}
	eventually(t, "all channels", func() bool { return len(r.names("CHANNEL_CREATE")) >= len(want) })
	if got := r.names("CHANNEL_CREATE"); !slices.Equal(got, want) {
		t.Errorf("channels %v, want %v", got, want)
	}
	if log := sim.Requests(); log.Identifies != 1 || log.Resumes < 2 {
		t.Errorf("%d IDENTIFYs, %d RESUMEs; want one, and several", log.Identifies, log.Resumes)
	}
}

// What goes wrong before READY is tried again.
func TestGatewayStartsDespite(t *testing.T) {
	for _, fault := range []discordsim.Fault{
		{Kind: "silence"}, {Kind: "op7_before_ready"}, {Kind: "tcp_cut"}, {Kind: "op9"}, {Kind: "slow_ready", MS: 300}, {Kind: "close", Code: 4000},
	} {
		t.Run(fault.Kind, func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{})
			if err := sim.Fault(fault); err != nil {
				t.Fatal(err)
			}
			r := start(t, address, testToken, nil)
			eventually(t, "online", func() bool { return r.isOnline() && r.count("GUILD_CREATE") == 1 })
			if log := sim.Requests(); log.Identifies > 2 {
				t.Errorf("%d IDENTIFYs", log.Identifies)
			}
		})
	}
}

func TestGatewayGivesUpWithOneSentence(t *testing.T) {
	for code, word := range map[int]string{4004: "token", 4010: "shard", 4011: "sharding", 4012: "version", 4013: "intents", 4014: "Privileged Gateway Intents"} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{})
			if err := sim.Fault(discordsim.Fault{Kind: "close", Code: code}); err != nil {
				t.Fatal(err)
			}
			refused(t, start(t, address, testToken, nil), word)
			if log := sim.Requests(); log.Identifies != 1 {
				t.Errorf("%d IDENTIFYs, want 1", log.Identifies)
			}
		})
	}
	t.Run("wrong token", func(t *testing.T) {
		t.Parallel()
		sim, address := simulator(t, discordsim.Options{})
		refused(t, start(t, address, "MTIz.another.token", nil), "DISCORD_TOKEN")
		if log := sim.Requests(); log.Identifies != 0 {
			t.Errorf("%d IDENTIFYs with a token that REST refused", log.Identifies)
		}
	})
	t.Run("privileged intents", func(t *testing.T) {
		t.Parallel()
		_, address := simulator(t, discordsim.Options{})
		r := start(t, address, testToken, func(o *gatewayOptions) {
			plain := o.NewSession
			o.NewSession = func() (*discordgo.Session, error) {
				s, err := plain()
				s.Identify.Intents |= discordgo.IntentsGuildMembers
				return s, err
			}
		})
		refused(t, r, "Privileged Gateway Intents")
	})
}

func refused(t *testing.T, r *running, word string) {
	t.Helper()
	var user *news.UserError
	if err := r.failure(); !errors.As(err, &user) {
		t.Fatalf("error %v, want a *news.UserError", err)
	}
	if !strings.Contains(user.Sentence, word) || strings.Contains(user.Sentence, "\n") {
		t.Errorf("sentence %q, want one with %q", user.Sentence, word)
	}
}

// fakeGateway plays Discord by a script for each connection.
type fakeGateway struct {
	t       *testing.T
	address string
	script  func(n int, c *fakeConn) // n counts from 0

	conns, identifies atomic.Int32
	starts            func() map[string]any // session_start_limit
}

type fakeConn struct {
	*websocket.Conn
	g     *fakeGateway
	path  string
	query url.Values
}

func fake(t *testing.T, script func(n int, c *fakeConn)) *fakeGateway {
	g := &fakeGateway{t: t, script: script, starts: func() map[string]any {
		return map[string]any{"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v10/gateway/bot", func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewEncoder(w).Encode(map[string]any{"url": "ws://" + r.Host + "/first", "shards": 1, "session_start_limit": g.starts()}); err != nil {
			t.Error(err)
		}
	})
	var open sync.WaitGroup
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var u websocket.Upgrader
		conn, err := u.Upgrade(w, r, nil)
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
			return
		}
		open.Add(1)
		defer open.Done()
		defer conn.Close()
		script(int(g.conns.Add(1))-1, &fakeConn{conn, g, r.URL.Path, r.URL.Query()})
	})
	server := httptest.NewServer(mux)
	g.address = server.URL
	t.Cleanup(func() { server.Close(); open.Wait() })
	return g
}

// send writes a message; the client may have left already.
func (c *fakeConn) send(message string) { _ = c.WriteMessage(websocket.TextMessage, []byte(message)) }

func (c *fakeConn) hello() { c.send(`{"op":10,"d":{"heartbeat_interval":41250},"s":null,"t":null}`) }

func (c *fakeConn) ready(seq int, session string) {
	resume := "ws://" + strings.TrimPrefix(c.g.address, "http://") + "/again/" + session
	c.send(fmt.Sprintf(`{"op":0,"t":"READY","s":%d,"d":{"v":10,"session_id":%q,"resume_gateway_url":%q,"guilds":[],"user":{"id":"1"}}}`, seq, session, resume))
}

func (c *fakeConn) event(seq int, kind, name string) {
	c.send(fmt.Sprintf(`{"op":0,"t":%q,"s":%d,"d":{"name":%q}}`, kind, seq, name))
}

// next reads messages up to one with the opcode, answering heartbeats on the way; false when the client left before.
func (c *fakeConn) next(op int) (json.RawMessage, bool) {
	for {
		var p payload
		if err := c.ReadJSON(&p); err != nil {
			return nil, false
		}
		if p.Op == opIdentify {
			c.g.identifies.Add(1)
		}
		if p.Op == op {
			return p.Data, true
		}
		if p.Op == opHeartbeat {
			c.send(`{"op":11}`)
		}
	}
}

// stay answers heartbeats until the client leaves; it returns its close code.
func (c *fakeConn) stay() int {
	for {
		var p payload
		if err := c.ReadJSON(&p); err != nil {
			var closed *websocket.CloseError
			if errors.As(err, &closed) {
				return closed.Code
			}
			return -1
		}
		switch p.Op {
		case opHeartbeat:
			c.send(`{"op":11}`)
		case opIdentify:
			c.g.identifies.Add(1)
		}
	}
}

func TestGatewayIdentifiesAFewTimesInAStorm(t *testing.T) {
	for name, answer := range map[string]func(c *fakeConn){
		"op 9":             func(c *fakeConn) { c.send(`{"op":9,"d":false}`) },
		"op 9 for ever":    func(c *fakeConn) { c.send(`{"op":9,"d":false}`); c.send(`{"op":9,"d":false}`); c.stay() },
		"op 9, resumable":  func(c *fakeConn) { c.send(`{"op":9,"d":true}`) },
		"op 7":             func(c *fakeConn) { c.send(`{"op":7,"d":null}`) },
		"cut":              func(c *fakeConn) {},
		"READY, then op 9": func(c *fakeConn) { c.ready(1, "s"); c.send(`{"op":9,"d":false}`) },
		"READY, then 4009": func(c *fakeConn) { c.ready(1, "s"); c.closeWith(4009) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := fake(t, func(_ int, c *fakeConn) {
				c.hello()
				if _, ok := c.next(opIdentify); ok {
					answer(c)
				}
			})
			r := start(t, g.address, testToken, func(o *gatewayOptions) {
				o.Pace.Identify, o.Pace.IdentifyMax = 50*time.Millisecond, 10*time.Second
			})
			time.Sleep(time.Second)
			// After 0, 50, 150, 350, 750 ms, and a little more each.
			if n := g.identifies.Load(); n < 2 || n > 6 {
				t.Errorf("%d IDENTIFYs in a second, want 2 to 6", n)
			}
			r.cancel()
		})
	}
}

func (c *fakeConn) closeWith(code int) {
	_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)) // the client may have left already
	c.stay()
}

// With Discord's times, a day of storms stays below the 1,000 IDENTIFYs after which the token is reset.
func TestGatewayPaceKeepsToTheDailyBudget(t *testing.T) {
	p := defaultPace
	for name, up := range map[string]time.Duration{
		"at once": 0, "after a minute": time.Minute, "just before it counts as stable": p.Stable - time.Second, "just after": p.Stable,
	} {
		var r gatewayRecord
		day, first, n := time.Duration(0), 0, 0
		var last time.Duration = -time.Hour
		for day < 24*time.Hour {
			day += p.identify(r, 0)
			if day-last < 5*time.Second {
				t.Errorf("%s: IDENTIFYs %v apart", name, day-last)
			}
			last = day
			n++
			if day < 5*time.Minute {
				first++
			}
			day += up
			r.add(outcome{identified: true, ready: up > 0, stable: up >= p.Stable})
		}
		if n > 750 || first > 8 {
			t.Errorf("sessions lost %s: %d IDENTIFYs a day, %d in the first five minutes", name, n, first)
		}
	}
}

func TestGatewayPace(t *testing.T) {
	seconds := func(ds []time.Duration) string {
		var out []string
		for _, d := range ds {
			out = append(out, fmt.Sprintf("%g", d.Seconds()))
		}
		return strings.Join(out, " ")
	}
	var resumes, identifies, lost []time.Duration
	var r gatewayRecord
	r.add(outcome{identified: true, ready: true, stable: true})
	lost = append(lost, defaultPace.identify(r, 0), defaultPace.identify(r, 1))
	for range 9 {
		resumes = append(resumes, defaultPace.retry(r, 0))
		r.add(outcome{resume: true, ready: true})
	}
	r = gatewayRecord{}
	for range 8 {
		identifies = append(identifies, defaultPace.identify(r, 0))
		r.add(outcome{identified: true})
	}
	for _, c := range []struct{ what, got, want string }{
		{"before resuming", seconds(resumes), "0 1 2 4 8 16 32 60 60"},
		{"before IDENTIFY", seconds(identifies), "0 5 10 20 40 80 120 120"},
		{"after a lost session, at least and at most", seconds(lost), "1 5"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s s, want %s", c.what, c.got, c.want)
		}
	}
}

// discordgo alone deadlocks on some of these, loses the session on others.
func TestGatewayBearsStrangeMessages(t *testing.T) {
	g := fake(t, func(_ int, c *fakeConn) {
		c.send(`{"op":11}`)
		c.hello()
		if _, ok := c.next(opIdentify); !ok {
			return
		}
		c.send(`{"op":11}`)
		c.send(`{"op":1,"d":null}`)
		if _, ok := c.next(opHeartbeat); !ok {
			t.Error("a request for a heartbeat was not answered")
		}
		for _, strange := range []string{`null`, `{`, ``, `[]`, `{"op":0}`, `{"op":0,"t":null,"s":null,"d":null}`, `{"op":99,"d":{"a":1}}`, `{"op":"x"}`} {
			c.send(strange)
		}
		if err := c.WriteMessage(websocket.BinaryMessage, []byte{0x78, 0x9c, 1, 2}); err != nil {
			t.Error(err)
		}
		if err := c.WriteControl(websocket.PingMessage, []byte("p"), time.Now().Add(time.Second)); err != nil {
			t.Error(err)
		}
		c.ready(1, "s")
		c.event(2, "SOMETHING_NEW", "unheard of")
		c.send(`{"op":0,"t":"INTERACTION_CREATE","s":3,"d":{"type":77,"name":"odd","message":{"components":[{"type":4711}]}}}`)
		c.send(`{"op":0,"t":"MESSAGE_CREATE","s":4,"d":{"id":17,"name":"number for a string"}}`)
		c.event(5, "CHANNEL_CREATE", "large-"+strings.Repeat("x", 1<<20))
		c.event(6, "CHANNEL_CREATE", "last")
		c.stay()
	})
	r := start(t, g.address, testToken, nil)
	eventually(t, "the last event", func() bool { return slices.Contains(r.names("CHANNEL_CREATE"), "last") })
	if got, want := r.kinds(), []string{"READY", "SOMETHING_NEW", "INTERACTION_CREATE", "MESSAGE_CREATE", "CHANNEL_CREATE", "CHANNEL_CREATE"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if n := g.conns.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestGatewayDistrustsHello(t *testing.T) {
	for _, hello := range []string{`{"op":10,"d":{"heartbeat_interval":0}}`, `{"op":10,"d":{"heartbeat_interval":-5}}`, `{"op":10,"d":{"heartbeat_interval":9e15}}`, `{"op":10,"d":null}`, `{"op":0,"t":"READY","s":1,"d":{}}`} {
		g := fake(t, func(n int, c *fakeConn) {
			if n > 0 {
				c.hello()
				if _, ok := c.next(opIdentify); ok {
					c.ready(1, "s")
				}
			} else {
				c.send(hello)
			}
			c.stay()
		})
		r := start(t, g.address, testToken, func(o *gatewayOptions) { o.Pace.Ready = 200 * time.Millisecond })
		eventually(t, "online after "+hello, func() bool { return r.isOnline() })
		r.cancel()
	}
}

// A RESUME goes to the address of READY, in version 10, with the session and the last event; what is replayed twice is told once.
func TestGatewayResumesAtItsAddress(t *testing.T) {
	code, told := make(chan int, 1), make(chan struct{})
	g := fake(t, func(n int, c *fakeConn) {
		c.hello()
		if c.query.Get("v") != "10" || c.query.Get("encoding") != "json" {
			t.Errorf("query %v", c.query)
		}
		if n == 0 {
			if c.path != "/first/" {
				t.Errorf("first connection to %s", c.path)
			}
			c.next(opIdentify)
			c.ready(1, "abc")
			c.event(2, "CHANNEL_CREATE", "a")
			c.event(3, "CHANNEL_CREATE", "b")
			<-told // what isn't handled yet would be asked for again
			c.send(`{"op":7,"d":null}`)
			if code := c.stay(); code == 1000 || code == 1001 {
				t.Errorf("closed with %d, which ends the session", code)
			}
			return
		}
		if c.path != "/again/abc" {
			t.Errorf("resumed at %s", c.path)
		}
		var got resumption
		if raw, ok := c.next(opResume); !ok || json.Unmarshal(raw, &got) != nil {
			t.Error("no RESUME")
		}
		if want := (resumption{Token: "Bot " + testToken, Session: "abc", Sequence: 3}); got != want {
			t.Errorf("RESUME %+v, want %+v", got, want)
		}
		c.event(3, "CHANNEL_CREATE", "b")
		c.event(4, "CHANNEL_CREATE", "c")
		c.event(4, "RESUMED", "")
		c.event(5, "CHANNEL_CREATE", "d")
		code <- c.stay()
	})
	r := start(t, g.address, testToken, nil)
	eventually(t, "two channels", func() bool { return len(r.names("CHANNEL_CREATE")) == 2 })
	close(told)
	eventually(t, "all channels", func() bool { return len(r.names("CHANNEL_CREATE")) >= 4 && r.isOnline() })
	if got := strings.Join(r.names("CHANNEL_CREATE"), ""); got != "abcd" {
		t.Errorf("channels %s", got)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if got := <-code; got != websocket.CloseNormalClosure {
		t.Errorf("took leave with %d, want 1000", got)
	}
}

// A second heartbeat is not sent when the first is unanswered: the connection is dead.
func TestGatewayMissesAnAcknowledgement(t *testing.T) {
	var beats, resumed atomic.Int32
	g := fake(t, func(n int, c *fakeConn) {
		c.send(`{"op":10,"d":{"heartbeat_interval":50}}`)
		if n > 0 {
			if _, ok := c.next(opResume); ok {
				c.event(2, "RESUMED", "")
				resumed.Add(1)
			}
			c.stay()
			return
		}
		c.next(opIdentify)
		c.ready(1, "s")
		for {
			if _, ok := c.next(opHeartbeat); !ok {
				return
			}
			beats.Add(1)
		}
	})
	r := start(t, g.address, testToken, nil)
	eventually(t, "resumed", func() bool { return resumed.Load() > 0 && r.isOnline() })
	if n := beats.Load(); n != 1 {
		t.Errorf("%d heartbeats into the void, want 1", n)
	}
}

// Events that discordgo still holds when the connection has ended are not told behind the caller's back.
func TestGatewayTellsNothingAfterItsEnd(t *testing.T) {
	g := fake(t, func(_ int, c *fakeConn) {
		c.hello()
		c.next(opIdentify)
		c.ready(1, "s")
		for i := range 50 {
			c.event(i+2, "CHANNEL_CREATE", "x")
		}
		c.stay()
	})
	r := start(t, g.address, testToken, func(o *gatewayOptions) {
		tell := o.Event
		o.Event = func(kind string, data json.RawMessage) {
			tell(kind, data)
			time.Sleep(10 * time.Millisecond)
		}
	})
	eventually(t, "some events", func() bool { return r.count("CHANNEL_CREATE") > 3 })
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	n := len(r.kinds())
	time.Sleep(100 * time.Millisecond)
	if later := len(r.kinds()); later != n {
		t.Errorf("%d events after the end", later-n)
	}
}

// A lost session is replaced, and the new one's events count from their own beginning.
func TestGatewayStartsANewSession(t *testing.T) {
	for name, lose := range map[string]func(c *fakeConn){
		"op 9": func(c *fakeConn) { c.next(opResume); c.send(`{"op":9,"d":false}`); c.stay() },
		"4007": func(c *fakeConn) { c.next(opResume); c.closeWith(4007) },
		"4009": func(c *fakeConn) { c.next(opResume); c.closeWith(4009) },
		"cut":  func(c *fakeConn) {}, // until it is given up
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sessions atomic.Int32
			told := make(chan struct{})
			g := fake(t, func(_ int, c *fakeConn) {
				c.hello()
				if c.path != "/first/" {
					lose(c)
					return
				}
				if _, ok := c.next(opIdentify); !ok {
					return
				}
				n := sessions.Add(1)
				c.ready(1, fmt.Sprint(n))
				if n == 1 {
					c.event(50, "CHANNEL_CREATE", "old")
					<-told
					return
				}
				c.event(2, "CHANNEL_CREATE", "new")
				c.stay()
			})
			r := start(t, g.address, testToken, nil)
			eventually(t, "the old session", func() bool { return len(r.names("CHANNEL_CREATE")) == 1 })
			close(told)
			eventually(t, "the new session", func() bool { return slices.Equal(r.names("CHANNEL_CREATE"), []string{"old", "new"}) })
			if n := g.identifies.Load(); n != 2 {
				t.Errorf("%d IDENTIFYs, want 2", n)
			}
		})
	}
}

func TestGatewayWaitsForTheNextDaysStarts(t *testing.T) {
	g := fake(t, func(_ int, c *fakeConn) {
		c.hello()
		c.next(opIdentify)
		c.ready(1, "s")
		c.stay()
	})
	reset := time.Now().Add(400 * time.Millisecond)
	g.starts = func() map[string]any {
		if left := time.Until(reset); left > 0 {
			return map[string]any{"total": 1000, "remaining": 5, "reset_after": left.Milliseconds(), "max_concurrency": 1}
		}
		return map[string]any{"total": 1000, "remaining": 1000, "reset_after": 86400000, "max_concurrency": 1}
	}
	r := start(t, g.address, testToken, nil)
	eventually(t, "online", r.isOnline)
	if now := time.Now(); now.Before(reset) {
		t.Errorf("came %v too early", reset.Sub(now))
	}
	if !strings.Contains(r.log.String(), "used up") {
		t.Error("the wait is not in the log")
	}
}

// When even the first start of the day is the simulator's last, the budget holds without harm to the token.
func TestGatewayDoesNotSpendTheLastStart(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{SessionStarts: 1})
	r := start(t, address, testToken, nil)
	eventually(t, "online", r.isOnline)
	if err := sim.Fault(discordsim.Fault{Kind: "op9"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "waiting", func() bool { return strings.Contains(r.log.String(), "used up") })
	if log := sim.Requests(); log.Identifies != 1 || sim.Token() != testToken {
		t.Errorf("%d IDENTIFYs, token kept: %v", log.Identifies, sim.Token() == testToken)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}

func TestGatewayRecoversFromPanics(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	r := start(t, address, testToken, func(o *gatewayOptions) {
		tell := o.Event
		o.Event = func(kind string, data json.RawMessage) {
			tell(kind, data)
			panic("a fault in a handler")
		}
	})
	eventually(t, "GUILD_CREATE", func() bool { return r.count("GUILD_CREATE") == 1 })
	addChannel(t, sim, "after-the-panic")
	eventually(t, "CHANNEL_CREATE", func() bool { return r.count("CHANNEL_CREATE") == 1 })
	if !strings.Contains(r.log.String(), "a fault in a handler") {
		t.Error("the panic is not in the log")
	}
}

// The supervisor ends soon whatever it is doing.
func TestGatewayStopsAnywhere(t *testing.T) {
	for name, script := range map[string]func(c *fakeConn){
		"before HELLO": func(c *fakeConn) { c.stay() },
		"before READY": func(c *fakeConn) { c.hello(); c.stay() },
		"online":       func(c *fakeConn) { c.hello(); c.next(opIdentify); c.ready(1, "s"); c.stay() },
		"waiting":      func(c *fakeConn) { c.hello(); c.next(opIdentify); c.send(`{"op":9,"d":false}`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := fake(t, func(_ int, c *fakeConn) { script(c) })
			r := start(t, g.address, testToken, func(o *gatewayOptions) { o.Pace = defaultPace })
			time.Sleep(100 * time.Millisecond)
			begin := time.Now()
			if err := r.stop(); err != nil {
				t.Error(err)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestGatewayKeepsTryingWithoutDiscord(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, "<html>no</html>", http.StatusBadGateway)
	}))
	defer server.Close()
	r := start(t, server.URL, testToken, nil)
	eventually(t, "several attempts", func() bool { return asked.Load() >= 4 })
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if len(r.kinds()) > 0 || len(r.online) > 0 {
		t.Errorf("events %v, online %v", r.kinds(), r.online)
	}
}
