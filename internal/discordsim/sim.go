package discordsim

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Options say what world to start with. The zero value is a world of one guild
// with a few channels.
type Options struct {
	Token            string   // bot token; "": one is made up
	ApplicationID    string   // "": one is made up
	BotName          string   // "newsbrief"
	GuildName        string   // "newsbrief trial"
	Channels         []string // NAME or NAME:TYPE (text, announcement, forum, voice, category); nil: general, climate, technology
	GuildInstallOnly bool     // people can't install the application for themselves
	Permissions      uint64   // of the bot in guilds it joins; 0: DefaultBotPermissions
	PersonName       string   // the guild's owner, the person at the page; "you"

	Logger            *slog.Logger  // nil: nothing is logged
	HeartbeatInterval time.Duration // told in HELLO; 41.25 s
	NonceWindow       time.Duration // how long enforce_nonce remembers ("the past few minutes"); 3 min
	SessionTimeout    time.Duration // how long a lost gateway session can be resumed; 3 min
	SessionStarts     int           // IDENTIFYs a day; 1,000
	MaxConcurrency    int           // IDENTIFYs per 5 s; 1
	Intents           uint64        // privileged intents the application may ask for; none
	InvalidRequests   int           // 401, 403 and 429 answers in 10 min before the address is banned; 10,000
}

// Simulator is one pretended Discord. Its methods may be called from any goroutine.
type Simulator struct {
	opt    Options
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // gateway connections and timers
	key    ed25519.PublicKey

	mu           sync.Mutex
	closed       bool
	ids          snowflakes
	base         string // http://host the simulator was last reached at
	token        string // "" once the bot used up its session starts
	application  string
	bot, you     *User
	users        map[string]*User
	userOrder    []string
	guilds       map[string]*guild
	guildOrder   []string // also those the bot was kicked from
	channels     map[string]*channel
	dms          map[string]*channel // by the person's id
	commands     []*Command
	webhooks     map[string]*webhook
	interactions map[string]*interaction // by id
	byToken      map[string]*interaction
	nonces       map[string]nonceEntry
	uploads      map[string]upload
	uploadOrder  []string
	gateway      gatewayState
	limits       limiter
	faults       []*Fault
	requests     requestLog
	viewers      map[*viewer]bool
}

type nonceEntry struct {
	messageID, channelID string
	until                time.Time
}

// New builds the world. Nothing listens yet: serve Handler.
func New(opt Options) (*Simulator, error) {
	defaults(&opt)
	if _, ok := snowflake(opt.ApplicationID); opt.ApplicationID != "" && !ok {
		return nil, fmt.Errorf("application id %q is not a snowflake", opt.ApplicationID)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	s := &Simulator{
		opt: opt, log: opt.Logger, key: public,
		users: map[string]*User{}, guilds: map[string]*guild{}, channels: map[string]*channel{}, dms: map[string]*channel{},
		webhooks: map[string]*webhook{}, interactions: map[string]*interaction{}, byToken: map[string]*interaction{},
		nonces: map[string]nonceEntry{}, uploads: map[string]upload{}, viewers: map[*viewer]bool{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.limits.init()
	s.requests.reset()
	s.gateway.init()
	s.application = opt.ApplicationID
	if s.application == "" {
		s.application = s.ids.next(time.Now())
	}
	s.token = opt.Token
	if s.token == "" {
		// Shaped like a real one: the application id, a time, a secret.
		encode := base64.RawURLEncoding.EncodeToString
		s.token = encode([]byte(s.application)) + "." + rand.Text()[:6] + "." + rand.Text()
	}
	s.bot = &User{ID: s.application, Username: opt.BotName, Discriminator: "4242", Bot: true}
	s.users[s.bot.ID] = s.bot
	s.userOrder = append(s.userOrder, s.bot.ID)
	s.you = s.addUser(opt.PersonName, "en-US")
	s.addUser("reader", "en-US")
	g := s.addGuild(opt.GuildName)
	for _, spec := range opt.Channels {
		name, kind, _ := strings.Cut(spec, ":")
		t, ok := channelTypeNames[kind]
		if !ok {
			return nil, fmt.Errorf("channel %q: no channel type %q", spec, kind)
		}
		if _, err := s.addChannel(g, name, t, ""); err != nil {
			return nil, fmt.Errorf("channel %q: %w", spec, err)
		}
	}
	return s, nil
}

var channelTypeNames = map[string]int{"": ChannelText, "text": ChannelText, "announcement": ChannelAnnouncement,
	"forum": ChannelForum, "voice": ChannelVoice, "category": ChannelCategory}

func defaults(o *Options) {
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&o.BotName, "newsbrief")
	set(&o.GuildName, "newsbrief trial")
	set(&o.PersonName, "you")
	if o.Channels == nil {
		o.Channels = []string{"general", "climate", "technology"}
	}
	if o.Permissions == 0 {
		o.Permissions = DefaultBotPermissions
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	span := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	span(&o.HeartbeatInterval, 41250*time.Millisecond)
	span(&o.NonceWindow, 3*time.Minute)
	span(&o.SessionTimeout, 3*time.Minute)
	count := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	count(&o.SessionStarts, 1000)
	count(&o.MaxConcurrency, 1)
	count(&o.InvalidRequests, 10000)
}

// Close ends every connection and timer and waits for them. The handler answers
// 503 afterwards.
func (s *Simulator) Close() {
	s.mu.Lock()
	s.closed = true
	for v := range s.viewers {
		s.dropViewer(v)
	}
	s.mu.Unlock()
	s.cancel()
	s.work.Wait()
}

// Token is the bot token the simulator accepts.
func (s *Simulator) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

// ApplicationID is the id of the application and of its bot user.
func (s *Simulator) ApplicationID() string { return s.application }

// errClosed is told to whoever calls after Close.
var errClosed = errors.New("the simulator is closed")
