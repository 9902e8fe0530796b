package discord

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes of the gateway (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

const (
	writeTimeout = 10 * time.Second
	closeTimeout = time.Second
	// maxPayload bounds the memory of one payload; the largest are GUILD_CREATEs of a few megabytes.
	maxPayload = 64 << 20
	// maxHeartbeatInterval is far beyond Discord's 41 s.
	maxHeartbeatInterval = time.Hour
	// closeToResume leaves the session to be resumed: any code but 1000 and 1001 does.
	closeToResume = 4000
)

// Reasons why a connection ended, beside Discord's *websocket.CloseError and the network's errors.
var (
	errReconnect   = errors.New("asked to reconnect")
	errNoAck       = errors.New("a heartbeat was not acknowledged")
	errNotReady    = errors.New("neither READY nor RESUMED in time")
	errBadHello    = errors.New("HELLO names no usable heartbeat interval")
	errInvalid     = errors.New("the session is invalid")
	errInvalidOnce = fmt.Errorf("%w, but may be resumed", errInvalid)
)

// payload is a message of the gateway.
type payload struct {
	Op       int             `json:"op"`
	Data     json.RawMessage `json:"d"`
	Sequence int64           `json:"s"`
	Type     string          `json:"t"`
}

// resumption is what RESUME asks for.
type resumption struct {
	Token    string `json:"token"`
	Session  string `json:"session_id"`
	Sequence int64  `json:"seq"`
}

// wire is one connection to the gateway. It stands between Discord and discordgo, which is connected to it by a pipe, and passes
// messages on but for those that discordgo takes wrongly:
//
//   - RECONNECT and INVALID_SESSION end the connection here; discordgo would answer the latter with IDENTIFY at once, for ever
//   - acknowledgements before READY, on which its Open deadlocks, are left out, and requests for a heartbeat answered
//   - its IDENTIFY becomes a RESUME when there is a session to resume
//   - a heartbeat while the last one is still unacknowledged ends the connection; discordgo would wait for five
//   - its close frame never reaches Discord: code 1000 would end the session
//
// What it doesn't understand is left out.
type wire struct {
	discord  *websocket.Conn
	near     net.Conn // our end of the pipe
	far      net.Conn // discordgo's
	resume   *resumption
	sequence func() int64 // of the last event handled
	log      *slog.Logger

	writing    sync.Mutex
	passed     bool // an event has gone to discordgo
	unacked    atomic.Bool
	identified atomic.Bool // IDENTIFY was sent

	ending sync.Once
	over   atomic.Bool
	err    error // why it ended
}

// newWire makes the wire of a connection just dialled. A nil resume identifies.
func newWire(conn *websocket.Conn, resume *resumption, sequence func() int64, log *slog.Logger) *wire {
	conn.SetReadLimit(maxPayload)
	conn.SetCloseHandler(func(int, string) error { return nil }) // both sides close the connection at once
	w := &wire{discord: conn, resume: resume, sequence: sequence, log: log}
	w.near, w.far = net.Pipe()
	return w
}

// dial is discordgo's way to the wire.
func (w *wire) dial(context.Context, string, string) (net.Conn, error) { return w.far, nil }

// run passes messages on until the connection ends, and tells why it did.
func (w *wire) run() error {
	defer w.discord.Close()
	client, err := accept(w.near)
	if err != nil {
		w.end(fmt.Errorf("connecting discordgo: %w", err))
		return w.err
	}
	var both sync.WaitGroup
	both.Go(func() { w.fromDiscord(client) })
	both.Go(func() { w.fromClient(client) })
	both.Wait()
	return w.err
}

// end ends the connection. The first reason counts. The session stays to be resumed unless the reason is context.Canceled: then
// Discord is told that the bot leaves.
func (w *wire) end(reason error) {
	w.ending.Do(func() {
		w.err = reason
		w.over.Store(true)
		code, leave := closeToResume, errors.Is(reason, context.Canceled)
		if leave {
			code = websocket.CloseNormalClosure
		}
		// All the courtesy there is: when it doesn't get through, the connection is gone already.
		_ = w.discord.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeTimeout/4))
		_ = w.near.Close()
		if !leave || w.discord.SetReadDeadline(time.Now().Add(closeTimeout)) != nil {
			_ = w.discord.Close()
		}
	})
}

func (w *wire) fromDiscord(client *websocket.Conn) {
	for {
		_, raw, err := w.discord.ReadMessage()
		if err != nil {
			w.end(err)
			return
		}
		if w.over.Load() {
			continue // only the end of the connection is waited for
		}
		if err := w.receive(client, raw); err != nil {
			w.end(err)
		}
	}
}

// receive handles a message from Discord.
func (w *wire) receive(client *websocket.Conn, raw []byte) error {
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		w.log.Warn("unreadable gateway message left out", "bytes", len(raw), "err", err)
		return nil
	}
	switch p.Op {
	case opDispatch:
		if p.Type == "" {
			w.log.Warn("gateway event without a type left out", "bytes", len(raw))
			return nil
		}
		w.passed = true
	case opHeartbeat:
		if s := w.sequence(); s > 0 {
			return w.send(opHeartbeat, s)
		}
		return w.send(opHeartbeat, nil)
	case opReconnect:
		return errReconnect
	case opInvalidSession:
		if string(p.Data) == "true" {
			return errInvalidOnce
		}
		return errInvalid
	case opHello:
		var hello struct {
			Milliseconds int64 `json:"heartbeat_interval"`
		}
		if err := json.Unmarshal(p.Data, &hello); err != nil || hello.Milliseconds <= 0 || hello.Milliseconds > maxHeartbeatInterval.Milliseconds() {
			return errBadHello
		}
	case opHeartbeatAck:
		w.unacked.Store(false)
		if !w.passed {
			return nil
		}
	default:
		w.log.Debug("unknown gateway message left out", "op", p.Op)
		return nil
	}
	return client.WriteMessage(websocket.TextMessage, raw)
}

func (w *wire) fromClient(client *websocket.Conn) {
	for {
		_, raw, err := client.ReadMessage()
		if err != nil {
			w.end(fmt.Errorf("discordgo closed the connection: %w", err))
			return
		}
		if err := w.transmit(raw); err != nil {
			w.end(err)
			return
		}
	}
}

// transmit handles a message from discordgo.
func (w *wire) transmit(raw []byte) error {
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("reading discordgo's message: %w", err)
	}
	switch p.Op {
	case opIdentify:
		if w.resume == nil {
			w.identified.Store(true)
			break
		}
		r := *w.resume
		if err := json.Unmarshal(p.Data, &r); err != nil { // the token alone
			return fmt.Errorf("reading discordgo's IDENTIFY: %w", err)
		}
		return w.send(opResume, r)
	case opHeartbeat:
		if w.unacked.Swap(true) {
			return errNoAck
		}
	}
	return w.write(raw)
}

func (w *wire) send(op int, data any) error {
	raw, err := json.Marshal(struct {
		Op   int `json:"op"`
		Data any `json:"d"`
	}{op, data})
	if err != nil {
		return fmt.Errorf("writing gateway message %d: %w", op, err)
	}
	return w.write(raw)
}

func (w *wire) write(raw []byte) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if err := w.discord.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return w.discord.WriteMessage(websocket.TextMessage, raw)
}

// accept answers discordgo's WebSocket handshake.
func accept(conn net.Conn) (*websocket.Conn, error) {
	r := bufio.NewReader(conn)
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	var upgrader websocket.Upgrader
	client, err := upgrader.Upgrade(&pipeResponse{conn, r}, req, nil)
	if err != nil {
		return nil, err
	}
	client.SetCloseHandler(func(int, string) error { return nil })
	return client, nil
}

// pipeResponse lets a connection be upgraded that no http.Server took.
type pipeResponse struct {
	conn net.Conn
	r    *bufio.Reader
}

func (p *pipeResponse) Header() http.Header         { return http.Header{} }
func (p *pipeResponse) WriteHeader(int)             {}
func (p *pipeResponse) Write(b []byte) (int, error) { return p.conn.Write(b) }
func (p *pipeResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p.conn, bufio.NewReadWriter(p.r, bufio.NewWriter(p.conn)), nil
}
