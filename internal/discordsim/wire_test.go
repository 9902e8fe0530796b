package discordsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"newsbrief/internal/discordsim"
)

const (
	token     = "the-token"
	userAgent = "DiscordBot (https://example.org/bot, 1.0)"
)

// world is a simulator that is served over connections in memory, so that it
// runs inside a synctest bubble as well as outside.
type world struct {
	t      *testing.T
	sim    *discordsim.Simulator
	client *http.Client
	logs   *logBuffer
}

type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// pipeListener accepts the far ends of net.Pipe.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "192.0.2.1:1" }

func newWorld(t *testing.T, opt discordsim.Options) *world {
	t.Helper()
	w := &world{t: t, logs: &logBuffer{}}
	opt.Token = token
	opt.Logger = slog.New(slog.NewTextHandler(w.logs, nil))
	sim, err := discordsim.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	w.sim = sim
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: sim.Handler(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		near, far := net.Pipe()
		select {
		case l.conns <- far:
			return near, nil
		case <-l.done:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	w.client = &http.Client{Transport: transport}
	t.Cleanup(func() {
		sim.Close()
		transport.CloseIdleConnections()
		server.Close()
		if err := <-served; err != http.ErrServerClosed {
			t.Errorf("serving ended with %v", err)
		}
	})
	return w
}

// object is a decoded JSON object with short ways into it.
type object map[string]any

// get follows keys and list indexes: get("errors", "embeds", 0, "title").
func get(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			switch m := v.(type) {
			case map[string]any:
				v = m[step]
			case object:
				v = m[step]
			default:
				return nil
			}
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

type answer struct {
	status int
	header http.Header
	body   any
	raw    string
}

func (a answer) code() int {
	n, _ := get(a.body, "code").(float64)
	return int(n)
}

func (a answer) id() string {
	s, _ := get(a.body, "id").(string)
	return s
}

// try sends a request as the bot; body may be nil, a string of JSON or a value.
func (w *world) try(method, path string, body any, change ...func(*http.Request)) (answer, error) {
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	target := "http://sim" + path
	if !strings.HasPrefix(path, "/sim/") && !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/attachments/") {
		target = "http://sim/api/v10" + path
	}
	r, err := http.NewRequest(method, target, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bot "+token)
	r.Header.Set("User-Agent", userAgent)
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			w.t.Fatalf("%s %s answered bad JSON: %v", method, path, err)
		}
	}
	return a, nil
}

func (w *world) do(method, path string, body any, change ...func(*http.Request)) answer {
	w.t.Helper()
	a, err := w.try(method, path, body, change...)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// must is do that fails the test unless the answer has one of the statuses 2xx.
func (w *world) must(method, path string, body any) answer {
	w.t.Helper()
	a := w.do(method, path, body)
	if a.status/100 != 2 {
		w.t.Fatalf("%s %s: status %d, %s", method, path, a.status, a.raw)
	}
	return a
}

// wants fails the test unless an answer has a status and a Discord error code.
func (w *world) wants(a answer, status, code int) {
	w.t.Helper()
	if a.status != status || a.code() != code {
		w.t.Fatalf("got status %d, code %d (%s), want status %d, code %d", a.status, a.code(), a.raw, status, code)
	}
}

func (w *world) guild() string { return w.sim.State().Guilds[0].ID }

func (w *world) channel(name string) string {
	w.t.Helper()
	for _, g := range w.sim.State().Guilds {
		for _, c := range g.Channels {
			if c.Name == name {
				return c.ID
			}
		}
	}
	w.t.Fatalf("no channel %q", name)
	return ""
}

// person is somebody who isn't the owner.
func (w *world) person() string {
	st := w.sim.State()
	for _, u := range st.Users {
		if !u.Bot && u.ID != st.You {
			return u.ID
		}
	}
	w.t.Fatal("nobody but the owner")
	return ""
}

func (w *world) allow(channel string, allow, deny uint64) {
	w.t.Helper()
	if err := w.sim.SetBotPermissions(w.guild(), channel, allow, deny); err != nil {
		w.t.Fatal(err)
	}
}

// socket is a gateway client.
type socket struct {
	t   *testing.T
	ws  *websocket.Conn
	seq float64
}

type packet struct {
	Op int             `json:"op"`
	T  string          `json:"t"`
	S  *float64        `json:"s"`
	D  json.RawMessage `json:"d"`
}

func (p packet) get(path ...any) any {
	var v any
	if err := json.Unmarshal(p.D, &v); err != nil {
		return nil
	}
	return get(v, path...)
}

func (w *world) dial(path string) *socket {
	w.t.Helper()
	ws, _, err := websocket.Dial(context.Background(), "ws://sim"+path, &websocket.DialOptions{HTTPClient: w.client})
	if err != nil {
		w.t.Fatalf("dialing %s: %v", path, err)
	}
	ws.SetReadLimit(1 << 20)
	s := &socket{t: w.t, ws: ws}
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return s
}

// open dials and reads HELLO.
func (w *world) open(path string) *socket {
	w.t.Helper()
	s := w.dial(path)
	if p := s.next(); p.Op != 10 {
		w.t.Fatalf("first payload has op %d, want HELLO", p.Op)
	}
	return s
}

const gatewayPath = "/gateway/?v=10&encoding=json"

func (s *socket) send(op int, d any) {
	s.t.Helper()
	raw, err := json.Marshal(map[string]any{"op": op, "d": d})
	if err != nil {
		s.t.Fatal(err)
	}
	s.sendRaw(string(raw))
}

func (s *socket) sendRaw(raw string) {
	s.t.Helper()
	if err := s.ws.Write(context.Background(), websocket.MessageText, []byte(raw)); err != nil {
		s.t.Fatalf("sending: %v", err)
	}
}

func (s *socket) read(ctx context.Context) (packet, error) {
	_, raw, err := s.ws.Read(ctx)
	if err != nil {
		return packet{}, err
	}
	var p packet
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fmt.Errorf("payload %q: %w", raw, err)
	}
	if p.S != nil {
		s.seq = *p.S
	}
	return p, nil
}

func (s *socket) next() packet {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	p, err := s.read(ctx)
	if err != nil {
		s.t.Fatalf("waiting for a payload: %v", err)
	}
	return p
}

// event reads until an event of that name comes.
func (s *socket) event(name string) packet {
	s.t.Helper()
	for range 100 {
		if p := s.next(); p.T == name {
			return p
		}
	}
	s.t.Fatalf("no %s among 100 payloads", name)
	return packet{}
}

// closed reads until the connection ends and returns the close code, -1 for none.
func (s *socket) closed() websocket.StatusCode {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for {
		if _, err := s.read(ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func identity(change map[string]any) map[string]any {
	d := map[string]any{"token": token, "intents": 1 | 1<<9 | 1<<12, "properties": map[string]any{"os": "linux", "browser": "test", "device": "test"}}
	for k, v := range change {
		if v == nil {
			delete(d, k)
		} else {
			d[k] = v
		}
	}
	return d
}

// connect brings a session up and reads READY and the guilds.
func (w *world) connect(change map[string]any) (*socket, packet) {
	w.t.Helper()
	s := w.open(gatewayPath)
	s.send(2, identity(change))
	ready := s.event("READY")
	guilds, _ := ready.get("guilds").([]any)
	for range guilds {
		s.event("GUILD_CREATE")
	}
	return s, ready
}
