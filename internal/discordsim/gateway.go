package discordsim

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Close codes of the gateway (developers/topics/opcodes-and-status-codes).
const (
	closeUnknownError      websocket.StatusCode = 4000
	closeUnknownOpcode     websocket.StatusCode = 4001
	closeDecodeError       websocket.StatusCode = 4002
	closeNotAuthenticated  websocket.StatusCode = 4003
	closeAuthFailed        websocket.StatusCode = 4004
	closeAlreadyAuthed     websocket.StatusCode = 4005
	closeInvalidSeq        websocket.StatusCode = 4007
	closeRateLimited       websocket.StatusCode = 4008
	closeInvalidShard      websocket.StatusCode = 4010
	closeShardingRequired  websocket.StatusCode = 4011
	closeInvalidVersion    websocket.StatusCode = 4012
	closeInvalidIntents    websocket.StatusCode = 4013
	closeDisallowedIntents websocket.StatusCode = 4014
)

var closeReasons = map[websocket.StatusCode]string{
	closeUnknownError: "Unknown error.", closeUnknownOpcode: "Unknown opcode.", closeDecodeError: "Error while decoding payload.",
	closeNotAuthenticated: "Not authenticated.", closeAuthFailed: "Authentication failed.", closeAlreadyAuthed: "Already authenticated.",
	closeInvalidSeq: "Invalid seq.", closeRateLimited: "Rate limited.", closeInvalidShard: "Invalid shard.",
	closeShardingRequired: "Sharding required.", closeInvalidVersion: "Invalid API version.",
	closeInvalidIntents: "Invalid intent(s).", closeDisallowedIntents: "Disallowed intent(s).",
}

// conn is one gateway connection. All but the socket is guarded by the
// simulator's lock.
type conn struct {
	sim       *Simulator
	ws        *websocket.Conn
	net       net.Conn // below the socket, to cut it
	ctx       context.Context
	cancel    context.CancelFunc
	version   int
	resumeURL string
	onResume  bool // came to the resume address
	session   *session

	outbox    [][]byte
	wake      chan struct{}
	closing   websocket.StatusCode // what to close with once the outbox is sent; 0: stay
	reason    string
	lastBeat  time.Time
	sends     window
	pack      func([]byte) ([]byte, error) // compression; nil: plain text
	mute      time.Time                    // nothing is sent before this time
	deaf      time.Time                    // heartbeats before this time are not acknowledged
	forever   bool                         // mute for good
	deafAlone bool                         // deaf for good
}

// serveGateway accepts one gateway connection and stays until it ends.
func (s *Simulator) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		http.Error(w, errClosed.Error(), http.StatusServiceUnavailable)
		return
	}
	s.work.Add(1)
	s.mu.Unlock()
	defer s.work.Done()
	grab := &hijackGrabber{ResponseWriter: w}
	ws, err := websocket.Accept(grab, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		s.log.Warn("gateway connection refused", "error", err)
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	c := &conn{sim: s, ws: ws, net: grab.conn, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1), lastBeat: time.Now(),
		resumeURL: "ws://" + r.Host + "/gateway/resume", onResume: strings.HasPrefix(r.URL.Path, "/gateway/resume")}
	ws.SetReadLimit(1 << 20) // Discord's own limit is answered with 4002
	c.run(r)
}

func (c *conn) run(r *http.Request) {
	s := c.sim
	query := r.URL.Query()
	s.mu.Lock()
	s.gateway.conns[c] = true
	var problem websocket.StatusCode
	switch query.Get("v") {
	case "10":
		c.version = 10
	case "9": // still served by Discord, and what discordgo 0.29 asks for
		c.version = 9
	default:
		problem = closeInvalidVersion
	}
	if e := query.Get("encoding"); e != "" && e != "json" {
		s.log.Error("gateway encoding is not simulated", "encoding", e)
		problem = closeDecodeError
	}
	switch z := query.Get("compress"); z {
	case "":
	case "zlib-stream":
		c.pack = zlibStream()
	default:
		s.log.Error("gateway compression is not simulated", "compress", z)
		problem = closeDecodeError
	}
	if f := s.connFault("silence"); f != nil {
		c.strike(*f)
	}
	c.send(10, map[string]any{"heartbeat_interval": s.opt.HeartbeatInterval.Milliseconds(), "_trace": []string{"[\"discordsim\"]"}})
	if problem != 0 {
		c.finish(problem, "")
	}
	s.mu.Unlock()

	var tasks sync.WaitGroup
	tasks.Go(c.write)
	tasks.Go(c.watch)
	code := c.read()
	c.cancel()
	s.mu.Lock()
	delete(s.gateway.conns, c)
	// 1000 and 1001 from the client end the session, anything else leaves it to
	// be resumed (developers/events/gateway, Initiating a Disconnect).
	s.detach(c, code == websocket.StatusNormalClosure || code == websocket.StatusGoingAway)
	s.mu.Unlock()
	tasks.Wait()
	_ = c.ws.CloseNow()
}

// zlibStream compresses every frame into one stream, each ending in a flush.
func zlibStream() func([]byte) ([]byte, error) {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	return func(frame []byte) ([]byte, error) {
		buf.Reset()
		if _, err := z.Write(frame); err != nil {
			return nil, err
		}
		if err := z.Flush(); err != nil {
			return nil, err
		}
		return bytes.Clone(buf.Bytes()), nil
	}
}

// zlibPacket compresses frames worth it, each on its own, as IDENTIFY's
// compress asks for.
func zlibPacket(frame []byte) ([]byte, error) {
	if len(frame) < 1024 {
		return nil, nil
	}
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	if _, err := z.Write(frame); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// send queues a payload that is not an event.
func (c *conn) send(op int, data any) {
	frame, err := json.Marshal(map[string]any{"op": op, "d": data, "s": nil, "t": nil})
	if err != nil {
		c.sim.log.Error("payload can't be written as JSON", "op", op, "error", err)
		return
	}
	c.enqueue(frame)
}

func (c *conn) enqueue(frame []byte) {
	if len(c.outbox) >= maxGatewayOutboxFrames {
		c.finish(closeUnknownError, "the client doesn't read")
		return
	}
	c.outbox = append(c.outbox, frame)
	c.poke()
}

func (c *conn) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// finish closes the connection once what is queued was sent.
func (c *conn) finish(code websocket.StatusCode, reason string) {
	if c.closing != 0 {
		return
	}
	if reason == "" {
		reason = closeReasons[code]
	}
	c.closing, c.reason = code, reason
	c.poke()
}

// write sends the outbox until the connection ends.
func (c *conn) write() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.wake:
		}
		for {
			c.sim.mu.Lock()
			if wait := c.muted(); wait > 0 {
				c.sim.mu.Unlock()
				select {
				case <-c.ctx.Done():
					return
				case <-time.After(wait):
				}
				continue
			}
			frames, code, reason, pack := c.outbox, c.closing, c.reason, c.pack
			c.outbox = nil
			c.sim.mu.Unlock()
			for _, frame := range frames {
				if err := c.writeFrame(frame, pack); err != nil {
					c.cancel()
					return
				}
			}
			if code != 0 {
				// The peer may be gone already; either way it is over.
				_ = c.ws.Close(code, reason)
				c.cancel()
				return
			}
			break
		}
	}
}

func (c *conn) writeFrame(frame []byte, pack func([]byte) ([]byte, error)) error {
	if pack != nil {
		packed, err := pack(frame)
		if err != nil {
			return err
		}
		if packed != nil {
			return c.ws.Write(c.ctx, websocket.MessageBinary, packed)
		}
	}
	return c.ws.Write(c.ctx, websocket.MessageText, frame)
}

// muted is how long the connection must still stay silent.
func (c *conn) muted() time.Duration {
	if c.forever {
		return time.Hour
	}
	return time.Until(c.mute)
}

// watch closes a connection whose heartbeats stay away. The session lives on:
// the client "will be forced to Resume" (developers/events/gateway, Heartbeat Interval).
func (c *conn) watch() {
	interval := c.sim.opt.HeartbeatInterval
	tick := time.NewTicker(interval / 2)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.C:
		}
		c.sim.mu.Lock()
		if time.Since(c.lastBeat) > interval*3/2 {
			c.finish(closeUnknownError, "Heartbeat timeout.")
		}
		c.sim.mu.Unlock()
	}
}

// read handles what the client sends until the connection ends; it returns the
// client's close code, -1 for none.
func (c *conn) read() websocket.StatusCode {
	for {
		_, raw, err := c.ws.Read(c.ctx)
		if err != nil {
			var closed websocket.CloseError
			if errors.As(err, &closed) && c.closingCode() == 0 {
				return closed.Code
			}
			return -1
		}
		c.sim.mu.Lock()
		c.receive(raw)
		c.sim.mu.Unlock()
	}
}

func (c *conn) closingCode() websocket.StatusCode {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.closing
}

// receive handles one payload of the client.
func (c *conn) receive(raw []byte) {
	if c.closing != 0 {
		return
	}
	now := time.Now()
	if _, ok := c.sends.take(limit{maxGatewaySends, gatewaySendWindow}, now); !ok {
		c.finish(closeRateLimited, "")
		return
	}
	if len(raw) > maxGatewayPayload {
		c.finish(closeDecodeError, "")
		return
	}
	var p struct {
		Op *int            `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if json.Unmarshal(raw, &p) != nil || p.Op == nil {
		c.finish(closeDecodeError, "")
		return
	}
	const heartbeat, identify, presence, voice, resume, members, sounds, info = 1, 2, 3, 4, 6, 8, 31, 43
	switch *p.Op {
	case heartbeat:
		c.lastBeat = now
		if !c.deafAlone && !now.Before(c.deaf) {
			c.send(11, nil)
		}
		return
	case identify:
		c.identify(p.D, now)
		return
	case resume:
		c.resume(p.D)
		return
	case presence, voice, members, sounds, info:
		if c.session == nil {
			c.finish(closeNotAuthenticated, "")
		} else if *p.Op == members {
			c.members(p.D)
		} else if *p.Op != presence {
			c.sim.log.Error("gateway opcode is not simulated", "op", *p.Op)
		}
	default:
		c.finish(closeUnknownOpcode, "")
	}
}

func (c *conn) identify(raw json.RawMessage, now time.Time) {
	s := c.sim
	var d struct {
		Token      *string          `json:"token"`
		Properties *json.RawMessage `json:"properties"`
		Intents    *uint64          `json:"intents"`
		Shard      []int64          `json:"shard"`
		Compress   bool             `json:"compress"`
	}
	if json.Unmarshal(raw, &d) != nil || d.Token == nil || d.Properties == nil {
		c.finish(closeDecodeError, "")
		return
	}
	s.requests.Identifies++
	if c.session != nil {
		c.finish(closeAlreadyAuthed, "")
		return
	}
	if s.token == "" || strings.TrimPrefix(*d.Token, "Bot ") != s.token {
		c.finish(closeAuthFailed, "")
		return
	}
	// Every IDENTIFY counts, also one that starts no session.
	if _, ok := s.gateway.starts.take(limit{s.opt.SessionStarts, sessionStartWindow}, now); !ok {
		s.exhaust()
		return
	}
	if f := s.connFault("close", "op9", "op7_before_ready", "tcp_cut"); f != nil {
		c.strikeOnIdentify(*f)
		return
	}
	if d.Intents == nil || *d.Intents&^uint64(intentsKnown) != 0 {
		c.finish(closeInvalidIntents, "")
		return
	}
	if *d.Intents&intentsPrivileged&^s.opt.Intents != 0 {
		c.finish(closeDisallowedIntents, "")
		return
	}
	shard := [2]uint64{0, 1}
	if d.Shard != nil {
		if len(d.Shard) != 2 || d.Shard[0] < 0 || d.Shard[1] < 1 || d.Shard[0] >= d.Shard[1] {
			c.finish(closeInvalidShard, "")
			return
		}
		shard = [2]uint64{uint64(d.Shard[0]), uint64(d.Shard[1])}
	}
	if s.guildsOf(shard) > maxGuildsPerShard {
		c.finish(closeShardingRequired, "")
		return
	}
	key := int(shard[0]) % s.opt.MaxConcurrency
	w := s.gateway.identifies[key]
	if w == nil {
		w = &window{}
		s.gateway.identifies[key] = w
	}
	if _, ok := w.take(limit{1, identifyWindow}, now); !ok {
		s.log.Warn("IDENTIFY came too soon after the last one", "shard", shard)
		c.send(9, false)
		return
	}
	if d.Compress && c.pack == nil {
		c.pack = zlibPacket
	}
	start := func() {
		s.newSession(c, *d.Intents, shard)
		if f := s.connFault("op7"); f != nil {
			c.send(7, nil)
		}
	}
	if f := s.connFault("slow_ready"); f != nil {
		c.later(f.wait(5*time.Second), start)
		return
	}
	start()
}

// later runs a step with the lock held, unless the connection ends before.
func (c *conn) later(d time.Duration, step func()) {
	c.sim.work.Go(func() {
		select {
		case <-c.ctx.Done():
		case <-time.After(d):
			c.sim.mu.Lock()
			defer c.sim.mu.Unlock()
			if c.closing == 0 && c.session == nil {
				step()
			}
		}
	})
}

func (s *Simulator) guildsOf(shard [2]uint64) int {
	n, ss := 0, &session{shard: shard}
	for id, g := range s.guilds {
		if s.botIn(g) && ss.wants(id) {
			n++
		}
	}
	return n
}

// exhaust is what happens after the last session start of the day: all sessions
// end and the token is reset (developers/events/gateway, Identifying).
func (s *Simulator) exhaust() {
	s.log.Error("session starts of the day are used up: the token is reset")
	s.token = ""
	s.gateway.sessions = map[string]*session{}
	for c := range s.gateway.conns {
		c.finish(closeAuthFailed, "")
	}
}

func (c *conn) resume(raw json.RawMessage) {
	s := c.sim
	var d struct {
		Token     *string `json:"token"`
		SessionID *string `json:"session_id"`
		Seq       *int64  `json:"seq"`
	}
	if json.Unmarshal(raw, &d) != nil || d.Token == nil || d.SessionID == nil || d.Seq == nil {
		c.finish(closeDecodeError, "")
		return
	}
	s.requests.Resumes++
	if !c.onResume {
		s.requests.ResumesElsewhere++
		s.log.Warn("RESUME did not come to resume_gateway_url")
	}
	if c.session != nil {
		c.finish(closeAlreadyAuthed, "")
		return
	}
	if s.token == "" || strings.TrimPrefix(*d.Token, "Bot ") != s.token {
		c.finish(closeAuthFailed, "")
		return
	}
	if f := s.connFault("close", "op9", "tcp_cut"); f != nil {
		c.strikeOnIdentify(*f)
		return
	}
	s.expireSessions()
	ss := s.gateway.sessions[*d.SessionID]
	if ss == nil {
		c.send(9, false)
		return
	}
	if *d.Seq > ss.seq || *d.Seq < 0 {
		delete(s.gateway.sessions, ss.id)
		c.finish(closeInvalidSeq, "")
		return
	}
	if len(ss.events) > 0 && *d.Seq < ss.events[0].seq-1 {
		delete(s.gateway.sessions, ss.id)
		c.send(9, false)
		return
	}
	if ss.conn != nil {
		ss.conn.session = nil
		ss.conn.finish(closeUnknownError, "Session resumed elsewhere.")
	}
	ss.conn, c.session = c, ss
	for _, e := range ss.events {
		if e.seq > *d.Seq {
			c.enqueue(e.frame)
		}
	}
	s.push(ss, "RESUMED", map[string]any{"_trace": []string{"[\"discordsim\"]"}})
	s.show("online", "", map[string]any{"online": true})
}

// members answers REQUEST_GUILD_MEMBERS.
func (c *conn) members(raw json.RawMessage) {
	s := c.sim
	var d struct {
		GuildID string          `json:"guild_id"`
		Query   *string         `json:"query"`
		UserIDs json.RawMessage `json:"user_ids"`
		Nonce   any             `json:"nonce"`
	}
	if json.Unmarshal(raw, &d) != nil {
		c.finish(closeDecodeError, "")
		return
	}
	g := s.guilds[d.GuildID]
	if g == nil || !s.botIn(g) {
		return
	}
	if d.Query != nil && *d.Query == "" && c.session.intents&intentGuildMembers == 0 {
		c.finish(closeDisallowedIntents, "")
		return
	}
	members := []*Member{}
	for _, id := range g.order {
		byID := bytes.Contains(d.UserIDs, fmt.Appendf(nil, "%q", id))
		byName := d.Query != nil && strings.HasPrefix(strings.ToLower(g.members[id].User.Username), strings.ToLower(*d.Query))
		if byID || byName {
			members = append(members, g.members[id])
		}
	}
	s.push(c.session, "GUILD_MEMBERS_CHUNK", map[string]any{"guild_id": g.ID, "members": members,
		"chunk_index": 0, "chunk_count": 1, "not_found": []any{}, "nonce": d.Nonce})
}

// strike makes a fault happen to an open connection; false when it is none of
// those that can.
func (c *conn) strike(f Fault) bool {
	now := time.Now()
	switch f.Kind {
	case "op7":
		c.send(7, nil)
	case "op9":
		c.sim.detach(c, !f.Resumable)
		c.session = nil // the client may identify or resume again, also right here
		c.send(9, f.Resumable)
	case "silence":
		c.mute, c.forever = now.Add(f.wait(0)), f.MS == 0
	case "no_ack":
		c.deaf, c.deafAlone = now.Add(f.wait(0)), f.MS == 0
	case "tcp_cut":
		cut(c.net)
	case "close":
		c.closeAs(f)
	default:
		return false
	}
	return true
}

func (c *conn) strikeOnIdentify(f Fault) {
	switch f.Kind {
	case "op7_before_ready":
		c.send(7, nil)
	case "op9":
		c.send(9, f.Resumable)
	case "tcp_cut":
		cut(c.net)
	case "close":
		c.closeAs(f)
	}
}

func (c *conn) closeAs(f Fault) {
	code := websocket.StatusCode(f.Code)
	c.finish(code, "")
	// A session that timed out or lost its sequence is over.
	if (code == 4007 || code == 4009) && c.session != nil {
		delete(c.sim.gateway.sessions, c.session.id)
	}
}
