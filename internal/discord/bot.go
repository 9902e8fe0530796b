package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// Options are a Bot's surroundings. All fields but Limited and Online are needed.
type Options struct {
	Token   string
	API     string // REST base with version
	Service *command.Service
	Logger  *slog.Logger
	Now     func() time.Time
	Limited func(scope string)   // told of each 429
	Online  func(connected bool) // told when the gateway is reached or lost
}

// Bot is the bot on Discord. It is an outbox.Sender. Create it with New, then Connect, then Run.
type Bot struct {
	o       Options
	rest    *discordgo.Session
	http    *http.Client
	running sync.WaitGroup // answers under way
	over    chan struct{}  // closed when they have had their grace
	direct  memory[news.UserID, news.ChannelID]
	told    memory[story, string] // addresses of posts

	mu      sync.Mutex
	app     Application
	stopped bool // no answer begins any more
}

// Application is what Discord says the bot is.
type Application struct {
	ID   string
	Name string
	User string // the bot user's id
	// Personal says that people may install it for themselves; Discord refuses commands for that otherwise.
	Personal bool
}

// New returns a Bot that has not talked to Discord yet.
func New(o Options) (*Bot, error) {
	base, err := url.Parse(o.API)
	if err != nil {
		return nil, fmt.Errorf("DISCORD_API_URL: %w", err)
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	next := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		MaxIdleConns: 128, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
	}
	b := &Bot{o: o, over: make(chan struct{}), http: &http.Client{Transport: newTransport(base, next, o.Now, o.Limited), Timeout: time.Minute}}
	if b.rest, err = b.session(); err != nil {
		return nil, err
	}
	return b, nil
}

// session is a discordgo session that leaves to us what it does badly.
func (b *Bot) session() (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + b.o.Token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	s.Client = b.http
	s.StateEnabled = false
	s.ShouldReconnectOnError = false
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	s.Identify.Intents = discordgo.IntentsGuilds
	return s, nil
}

// Connect checks the token and registers the commands. An error is a *news.UserError where no retry can help.
func (b *Bot) Connect(ctx context.Context) (Application, error) {
	app, err := b.Application(ctx)
	if err != nil {
		return app, err
	}
	if err := b.request(ctx, http.MethodPut, discordgo.EndpointApplicationGlobalCommands(app.ID), applicationCommands(command.Specs(), app.Personal), nil); err != nil {
		return app, fmt.Errorf("register the commands: %w", err)
	}
	return app, nil
}

// Application asks Discord who the bot is.
func (b *Bot) Application(ctx context.Context) (Application, error) {
	var told struct {
		ID       string                     `json:"id"`
		Name     string                     `json:"name"`
		Installs map[string]json.RawMessage `json:"integration_types_config"`
	}
	var me struct {
		ID string `json:"id"`
	}
	err := b.request(ctx, http.MethodGet, discordgo.EndpointUser("@me"), nil, &me)
	if err == nil {
		err = b.request(ctx, http.MethodGet, discordgo.EndpointAPI+"applications/@me", nil, &told)
	}
	var api *apiError
	if errors.As(err, &api) && api.Status == http.StatusUnauthorized {
		return Application{}, &news.UserError{Sentence: "Discord refuses DISCORD_TOKEN. Copy the bot's token again from the developer portal (Bot → Reset Token)."}
	}
	if err != nil {
		return Application{}, fmt.Errorf("ask Discord who the bot is: %w", err)
	}
	_, personal := told.Installs[byPerson]
	app := Application{ID: told.ID, Name: told.Name, User: me.ID, Personal: personal}
	b.mu.Lock()
	b.app = app
	b.mu.Unlock()
	return app, nil
}

func (b *Bot) userID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.app.User
}

// InviteURL is where a server's owner invites the bot, with the least permissions it needs.
func InviteURL(applicationID string) string {
	return fmt.Sprintf("https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", applicationID, InvitePermissions())
}

// Run keeps the gateway's session and answers interactions until ctx is done; then it lets the answers under way end within grace,
// tells those who wait for the others to ask again, and returns. An error means that no retry can help. Run is called once.
func (b *Bot) Run(ctx context.Context, grace time.Duration) error {
	err := runGateway(ctx, gatewayOptions{
		NewSession: b.session,
		Event: func(kind string, data json.RawMessage) {
			if kind == "INTERACTION_CREATE" {
				b.goAnswer(ctx, func(ctx context.Context) { b.onInteraction(ctx, data) })
			}
		},
		Online: b.o.Online,
		Logger: b.o.Logger,
		Now:    b.o.Now,
	})
	b.mu.Lock()
	b.stopped = true
	b.mu.Unlock()
	end := time.AfterFunc(grace, func() { close(b.over) })
	defer end.Stop()
	b.running.Wait()
	return err
}

// goAnswer runs f in a goroutine that Run waits for; its context doesn't end with ctx. It reports whether f was begun: nothing
// begins once the bot stops.
func (b *Bot) goAnswer(ctx context.Context, f func(context.Context)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return false
	}
	b.running.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				b.o.Logger.Error("an interaction panicked", "panic", p, "stack", string(debug.Stack()))
			}
		}()
		f(context.WithoutCancel(ctx))
	})
	return true
}
