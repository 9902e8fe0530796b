package discordsim

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Gateway intents (developers/events/gateway, List of Intents).
const (
	intentGuilds           = 1 << 0
	intentGuildMembers     = 1 << 1
	intentWebhooks         = 1 << 5
	intentPresences        = 1 << 8
	intentGuildMessages    = 1 << 9
	intentGuildReactions   = 1 << 10
	intentGuildTyping      = 1 << 11
	intentDirectMessages   = 1 << 12
	intentDirectReactions  = 1 << 13
	intentDirectTyping     = 1 << 14
	intentMessageContent   = 1 << 15
	intentsPrivileged      = intentGuildMembers | intentPresences | intentMessageContent
	intentsKnown           = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
	maxReplay              = 2000 // events a session keeps for RESUME
	maxGuildsPerShard      = 2500
	sessionStartWindow     = 24 * time.Hour
	identifyWindow         = 5 * time.Second
	gatewaySendWindow      = time.Minute
	maxGatewaySends        = 120
	maxGatewayPayload      = 4096
	maxGatewayOutboxFrames = 10000
)

// gatewayState is what the gateway knows of all connections.
type gatewayState struct {
	conns      map[*conn]bool
	sessions   map[string]*session
	starts     window
	identifies map[int]*window // per rate limit key, shard id modulo max_concurrency
	faults     []*Fault
}

func (g *gatewayState) init() {
	g.conns, g.sessions, g.identifies = map[*conn]bool{}, map[string]*session{}, map[int]*window{}
}

// session outlives its connections: it numbers the events of one IDENTIFY and
// keeps the latest of them for RESUME.
type session struct {
	id      string
	intents uint64
	shard   [2]uint64
	seq     int64
	events  []event // the latest, without gaps
	conn    *conn   // nil while nobody is connected
	lostAt  time.Time
}

type event struct {
	seq   int64
	frame []byte
}

// wants reports whether an event of a guild ("" for none) belongs to the session's shard.
func (ss *session) wants(guildID string) bool {
	if guildID == "" {
		return ss.shard[0] == 0
	}
	id, _ := strconv.ParseUint(guildID, 10, 64)
	return (id>>22)%ss.shard[1] == ss.shard[0]
}

func (ss *session) push(name string, data any) error {
	ss.seq++
	frame, err := json.Marshal(map[string]any{"op": 0, "t": name, "s": ss.seq, "d": data})
	if err != nil {
		return err
	}
	ss.events = append(ss.events, event{ss.seq, frame})
	if len(ss.events) > maxReplay {
		ss.events = slices.Clone(ss.events[len(ss.events)-maxReplay*3/4:])
	}
	if ss.conn != nil {
		ss.conn.enqueue(frame)
	}
	return nil
}

// dispatch sends an event to every session that may have it. intents are the
// ones of which one must have been asked for; 0 goes to all.
func (s *Simulator) dispatch(name, guildID string, intents uint64, data any) {
	if g := s.guilds[guildID]; guildID != "" && (g == nil || !s.botIn(g)) {
		return
	}
	s.send(name, guildID, intents, data)
}

// send is dispatch also where the bot isn't, as interactions are sent.
func (s *Simulator) send(name, guildID string, intents uint64, data any) {
	s.expireSessions()
	for _, ss := range s.gateway.sessions {
		if !ss.wants(guildID) || intents != 0 && ss.intents&intents == 0 {
			continue
		}
		if !s.botSees(name, data) {
			continue
		}
		if err := ss.push(name, s.withoutContent(ss, name, guildID, data)); err != nil {
			s.log.Error("event can't be written as JSON", "event", name, "error", err)
		}
	}
}

// botSees keeps messages of channels the bot can't look into from it.
func (s *Simulator) botSees(name string, data any) bool {
	if !strings.HasPrefix(name, "MESSAGE_") {
		return true
	}
	object, _ := data.(map[string]any)
	id, _ := object["channel_id"].(string)
	c := s.channels[id]
	return c == nil || c.place() == contextBotDM || c.guild != nil && c.guild.permissions(s.bot.ID, c)&permViewChannel != 0
}

// withoutContent empties what people wrote from message events of a session
// that may not read it (developers/events/gateway, Message Content Intent).
func (s *Simulator) withoutContent(ss *session, name, guildID string, data any) any {
	if guildID == "" || ss.intents&intentMessageContent != 0 || (name != "MESSAGE_CREATE" && name != "MESSAGE_UPDATE") {
		return data
	}
	m, _ := data.(map[string]any)
	author, _ := m["author"].(map[string]any)
	if author["id"] == s.bot.ID || m["application_id"] == s.application {
		return data
	}
	mentions, _ := m["mentions"].([]any)
	for _, u := range mentions {
		if u, _ := u.(map[string]any); u["id"] == s.bot.ID {
			return data
		}
	}
	bare := mergeObject(m, map[string]any{"content": "", "embeds": []any{}, "components": []any{}, "attachments": []any{}})
	delete(bare, "referenced_message")
	return bare
}

// expireSessions forgets sessions nobody resumed in time.
func (s *Simulator) expireSessions() {
	now := time.Now()
	for id, ss := range s.gateway.sessions {
		if ss.conn == nil && now.Sub(ss.lostAt) > s.opt.SessionTimeout {
			delete(s.gateway.sessions, id)
		}
	}
}

// online reports whether the bot has a gateway connection.
func (s *Simulator) online() bool {
	for _, ss := range s.gateway.sessions {
		if ss.conn != nil {
			return true
		}
	}
	return false
}

// newSession starts a session: READY, then a GUILD_CREATE for each guild.
func (s *Simulator) newSession(c *conn, intents uint64, shard [2]uint64) {
	ss := &session{id: strings.ToLower(rand.Text()), intents: intents, shard: shard, conn: c}
	s.gateway.sessions[ss.id] = ss
	c.session = ss
	guilds := []any{}
	var mine []*guild
	for _, id := range s.guildOrder {
		if g := s.guilds[id]; s.botIn(g) && ss.wants(id) {
			guilds = append(guilds, map[string]any{"id": id, "unavailable": true})
			mine = append(mine, g)
		}
	}
	user := mergeObject(s.bot, map[string]any{"verified": true, "mfa_enabled": true, "email": nil})
	s.push(ss, "READY", map[string]any{
		"v": c.version, "user": user, "guilds": guilds, "session_id": ss.id, "session_type": "normal",
		"resume_gateway_url": c.resumeURL, "shard": []uint64{shard[0], shard[1]},
		"application":   map[string]any{"id": s.application, "flags": 0},
		"user_settings": map[string]any{}, "private_channels": []any{}, "presences": []any{}, "relationships": []any{},
		"guild_join_requests": []any{}, "geo_ordered_rtc_regions": []any{}, "auth": map[string]any{}, "_trace": []string{"[\"discordsim\"]"},
	})
	if intents&intentGuilds != 0 {
		for _, g := range mine {
			s.push(ss, "GUILD_CREATE", s.guildCreate(g))
		}
	}
	s.show("online", "", map[string]any{"online": true})
}

func (s *Simulator) push(ss *session, name string, data any) {
	if err := ss.push(name, data); err != nil {
		s.log.Error("event can't be written as JSON", "event", name, "error", err)
	}
}

// guildCreate is the guild as the gateway tells it. Without the members intent
// only the bot itself is among the members.
func (s *Simulator) guildCreate(g *guild) map[string]any {
	o := g.object()
	members := []any{}
	if m := g.members[s.bot.ID]; m != nil {
		members = append(members, m)
	}
	for k, v := range map[string]any{
		"joined_at": g.joined, "large": false, "unavailable": false, "member_count": len(g.members), "voice_states": []any{},
		"members": members, "channels": g.visibleChannels(false), "threads": g.visibleChannels(true), "presences": []any{},
		"stage_instances": []any{}, "guild_scheduled_events": []any{}, "soundboard_sounds": []any{},
	} {
		o[k] = v
	}
	return o
}

// detach takes a connection off its session. With ended the session is over,
// otherwise it waits to be resumed.
func (s *Simulator) detach(c *conn, ended bool) {
	ss := c.session
	if ss == nil || ss.conn != c {
		return
	}
	ss.conn, ss.lostAt = nil, time.Now()
	if ended {
		delete(s.gateway.sessions, ss.id)
	}
	if !s.online() {
		s.show("online", "", map[string]any{"online": false})
	}
}
