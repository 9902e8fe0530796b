package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"newsbrief/internal/news"
)

// gatewayOptions are what the supervisor of the gateway session needs.
type gatewayOptions struct {
	// NewSession makes a session with token, intents and REST client. Each connection gets its own, with nothing of the last one
	// to go wrong; the supervisor sets its handlers, dialler and client and asks it for the gateway's address.
	NewSession func() (*discordgo.Session, error)
	// Event is told every event, known to discordgo or not: in order, each once. A panic in it is logged. It must not block for
	// long: heartbeats wait for it.
	Event  func(kind string, data json.RawMessage)
	Online func(bool) // told when the session comes and goes; may be nil
	Logger *slog.Logger
	Now    func() time.Time
	Random func() float64 // in [0,1); nil: math/rand's
	Pace   gatewayPace    // the zero value: defaultPace
}

// gateway keeps one session alive over many connections.
type gateway struct {
	gatewayOptions
	record gatewayRecord

	mu      sync.Mutex // held while an event is handled
	current *wire      // whose events count; nil between connections
	ready   func()     // called at READY or RESUMED
	session gatewaySession
}

// gatewaySession is what a RESUME needs to know. Without an id there is nothing to resume.
type gatewaySession struct {
	id       string
	address  string // READY's resume_gateway_url
	sequence int64  // of the last event handled
}

// runGateway keeps a session with Discord's gateway until ctx is done; then it takes leave and returns nil. It returns an error,
// a *news.UserError, only when trying again can't help. When it has returned, Event and Online are not called any more.
func runGateway(ctx context.Context, o gatewayOptions) error {
	if o.Pace == (gatewayPace{}) {
		o.Pace = defaultPace
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Online == nil {
		o.Online = func(bool) {}
	}
	g := &gateway{gatewayOptions: o}
	for {
		err := g.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if user := (*news.UserError)(nil); errors.As(err, &user) {
			return err
		}
		if !g.resumable(err) {
			g.session = gatewaySession{}
		}
		level := slog.LevelWarn
		if errors.Is(err, errReconnect) { // as Discord does every few hours
			level = slog.LevelInfo
		}
		g.Logger.Log(ctx, level, "gateway connection ended", "err", err, "resume", g.session.id != "")
	}
}

// connect waits for its turn, makes one connection and stays until it ends.
func (g *gateway) connect(ctx context.Context) error {
	session, err := g.NewSession()
	if err != nil {
		return &news.UserError{Sentence: "The session with Discord can't be made.", Err: err}
	}
	session.LogLevel = -1 // discordgo writes to the global log, and payloads with it
	var resume *resumption
	address := g.session.address
	if g.session.id != "" {
		resume = &resumption{Session: g.session.id, Sequence: g.session.sequence}
		err = sleep(ctx, g.Pace.retry(g.record, g.Random()))
	} else {
		g.session.sequence = 0
		if err = sleep(ctx, g.Pace.identify(g.record, g.Random())); err == nil {
			address, err = g.admission(ctx, session)
		}
	}
	if err != nil {
		g.record.add(outcome{resume: resume != nil})
		return err
	}
	return g.converse(ctx, session, address, resume)
}

// converse makes the connection and stays until it ends.
func (g *gateway) converse(ctx context.Context, session *discordgo.Session, address string, resume *resumption) error {
	result := outcome{resume: resume != nil}
	defer func() { g.record.add(result) }()
	conn, err := dialGateway(ctx, address, session.UserAgent, g.Pace.Ready)
	if err != nil {
		return err
	}
	w := newWire(conn, resume, g.sequence, g.Logger)
	defer context.AfterFunc(ctx, func() { w.end(context.Canceled) })()
	watchdog := time.AfterFunc(g.Pace.Ready, func() { w.end(errNotReady) })
	defer watchdog.Stop()

	var readyAt time.Time
	g.mu.Lock()
	g.current = w
	g.ready = func() {
		if !readyAt.IsZero() {
			return
		}
		watchdog.Stop()
		readyAt = g.Now()
		g.Logger.Info("gateway session is up", "resumed", resume != nil)
		g.Online(true)
	}
	g.mu.Unlock()

	prepare(session, w, func(e *discordgo.Event) { g.deliver(w, e) })
	var opening sync.WaitGroup
	opening.Go(func() {
		if err := session.Open(); err != nil {
			w.end(fmt.Errorf("opening the session: %w", err))
		}
	})
	err = w.run()
	opening.Wait()

	// discordgo's goroutines see the pipe closed and end within the second that its Close sleeps. What they still deliver doesn't
	// count: not handled, it will be replayed.
	g.mu.Lock()
	defer g.mu.Unlock()
	g.current = nil
	result.identified = w.identified.Load()
	if !readyAt.IsZero() {
		result.ready = true
		result.stable = g.Now().Sub(readyAt) >= g.Pace.Stable
		g.Online(false)
	}
	return readable(err)
}

// prepare makes a session speak to the wire alone.
func prepare(session *discordgo.Session, w *wire, event func(*discordgo.Event)) {
	session.ShouldReconnectOnError = false
	session.StateEnabled = false
	session.Compress = false // the wire reads along
	session.SyncEvents = true
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { event(e) })
	session.Dialer = &websocket.Dialer{NetDialContext: w.dial}
	session.Client = &http.Client{Transport: addressOfWire{}}
}

// addressOfWire answers the question for the gateway's address that Open asks.
type addressOfWire struct{}

func (addressOfWire) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(`{"url":"ws://wire"}`))}, nil
}

// deliver takes an event from discordgo.
func (g *gateway) deliver(w *wire, e *discordgo.Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	begins := e.Type == "READY" || e.Type == "RESUMED"
	if g.current != w || !begins && e.Sequence > 0 && e.Sequence <= g.session.sequence {
		return
	}
	g.session.sequence = max(g.session.sequence, e.Sequence)
	if e.Type == "READY" {
		g.session.id, g.session.address = identity(e.RawData)
		if g.session.id == "" {
			g.Logger.Warn("READY has no session to resume")
		}
	}
	g.tell(e)
	if begins {
		g.ready()
	}
}

func identity(ready json.RawMessage) (id, address string) {
	var r struct {
		ID      string `json:"session_id"`
		Address string `json:"resume_gateway_url"`
	}
	if json.Unmarshal(ready, &r) != nil || r.Address == "" {
		return "", ""
	}
	return r.ID, r.Address
}

func (g *gateway) tell(e *discordgo.Event) {
	defer func() {
		if p := recover(); p != nil {
			g.Logger.Error("handling a gateway event panicked", "event", e.Type, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	g.Event(e.Type, e.RawData)
}

func (g *gateway) sequence() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.session.sequence
}

// admission asks Discord for the gateway's address and whether a session may be started; when the day's starts are used up, it
// waits: one more and Discord resets the token (https://docs.discord.com/developers/events/gateway#identifying).
func (g *gateway) admission(ctx context.Context, session *discordgo.Session) (address string, err error) {
	for {
		bot, err := askGateway(ctx, session, g.Pace.Ready)
		if err != nil {
			return "", g.refusal(ctx, err)
		}
		starts := bot.SessionStartLimit
		if starts.Total == 0 || starts.Remaining > starts.Total/200 { // some are kept for people's own attempts
			return bot.URL, nil
		}
		wait := max(time.Duration(starts.ResetAfter)*time.Millisecond, g.Pace.Identify)
		g.Logger.Warn("session starts of the day are used up, waiting for the next day's", "remaining", starts.Remaining, "total", starts.Total, "wait", wait)
		if err := sleep(ctx, wait); err != nil {
			return "", err
		}
	}
}

func askGateway(ctx context.Context, session *discordgo.Session, timeout time.Duration) (*discordgo.GatewayBotResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return session.GatewayBot(discordgo.WithContext(ctx), discordgo.WithRetryOnRatelimit(false), discordgo.WithRestRetries(0))
}

// refusal is why the gateway's address is not to be had; when Discord says not to ask for a while, it waits that long.
func (g *gateway) refusal(ctx context.Context, err error) error {
	if rest := (*discordgo.RESTError)(nil); errors.As(err, &rest) && rest.Response != nil && rest.Response.StatusCode == http.StatusUnauthorized {
		return &news.UserError{Sentence: fatalCloses[4004], Err: err}
	}
	if limited := (*limitError)(nil); errors.As(err, &limited) {
		if err := sleep(ctx, limited.After); err != nil {
			return err
		}
	}
	return fmt.Errorf("asking for the gateway's address: %w", err)
}

// dialGateway connects to the gateway at an address as Discord tells it.
func dialGateway(ctx context.Context, address, agent string, timeout time.Duration) (*websocket.Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the gateway's address: %w", err)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = url.Values{"v": {"10"}, "encoding": {"json"}}.Encode()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: timeout}
	conn, answer, err := dialer.DialContext(ctx, u.String(), http.Header{"User-Agent": {agent}})
	if err != nil {
		if answer != nil {
			return nil, fmt.Errorf("connecting to %s: %s: %w", u.Host, answer.Status, err)
		}
		return nil, fmt.Errorf("connecting to %s: %w", u.Host, err)
	}
	return conn, nil
}

// sleep waits for d and returns nil, or ctx's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
