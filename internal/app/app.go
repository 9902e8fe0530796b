package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the zones of digests and quiet hours, also where the machine has none

	"newsbrief/internal/command"
	"newsbrief/internal/discord"
	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/opml"
	"newsbrief/internal/outbox"
	"newsbrief/internal/pipeline"
	"newsbrief/internal/store"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
	"newsbrief/internal/web"
)

const (
	// Keep is how long articles and what hangs on them are kept.
	Keep = 90 * 24 * time.Hour
	// grace is how long what is under way may take to end after a stop was asked for, of the 10 s a service manager waits.
	grace = 8 * time.Second
	// answerGrace is shorter: who asked for what could not end is told so.
	answerGrace = 5 * time.Second
	// checkTime is how long Discord may take to say whether the token is good before the start goes on without knowing.
	checkTime = 5 * time.Second
)

// Options are an App's surroundings beside its Config.
type Options struct {
	Version  string
	Logger   *slog.Logger
	Listener net.Listener // serves instead of a listener on Config.HTTPAddr, nil for none
	Rest     http.Handler // serves the paths that are no endpoints, nil for none
}

// App is the running program. Create it with Open, run it with Run, and Close it in any case.
type App struct {
	c        Config
	o        Options
	log      *slog.Logger
	store    store.Store
	archive  *archive
	pipeline *pipeline.Pipeline
	outbox   *outbox.Outbox
	bot      *discord.Bot
	server   *http.Server
	listener net.Listener
	online   atomic.Bool
	closers  []closer
}

type closer struct {
	name  string
	close func() error
}

// Open opens the store, the archive and the listener. An error is for the operator; nothing stays open then, and what is wrong with
// the configuration shows before the store is touched.
func Open(ctx context.Context, c Config, o Options) (_ *App, err error) {
	a := &App{c: c, o: o, log: o.Logger}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	feeds, err := readDefaults(c.Feeds, a.log)
	if err != nil {
		return nil, err
	}
	if running(ctx, c.Database) { // its holder is worth more than the port it has as well
		s, err := store.Open(ctx, c.Database)
		if err != nil {
			return nil, err
		}
		if err := s.Close(); err != nil {
			return nil, err
		}
	}
	a.listener = o.Listener
	if a.listener == nil {
		if a.listener, err = net.Listen("tcp", c.HTTPAddr); err != nil {
			return nil, fmt.Errorf("HTTP_ADDR: can't listen on %s: %w; stop what uses it or choose another address", c.HTTPAddr, cause(err))
		}
	}
	a.closing("listener", func() error { return ignoreClosed(a.listener.Close()) })
	if o.Rest == nil { // else the Discord of the configuration may be what is served there, from Run on
		if err := checkToken(ctx, c, a.log); err != nil {
			return nil, err
		}
	}

	if a.store, err = store.Open(ctx, c.Database); err != nil {
		return nil, err
	}
	a.closing("store", a.store.Close)
	if err := a.followDefaults(ctx, feeds); err != nil {
		return nil, err
	}
	if a.archive, err = openArchive(ctx, indexDir(c.Database), a.store, a.log); err != nil {
		return nil, err
	}
	a.closing("archive index", a.archive.index.Close)

	client := fetch.New(fetch.Options{UserAgent: UserAgent(o.Version), Allow: c.FetchAllow, Logger: a.log})
	a.closing("fetch", func() error { client.Close(); return nil })
	metrics := web.NewMetrics(func(ctx context.Context) (news.Stats, error) { return a.store.Stats(ctx, time.Now()) }, a.log)
	briefs, err := summarizer(c, a.store, func(u summary.Use) { metrics.Model(u.Outcome, u.Read, u.Written) }, a.log)
	if err != nil {
		return nil, err
	}

	vectors, err := embedder(c, a.store, a.log)
	if err != nil {
		return nil, err
	}
	a.pipeline = pipeline.New(pipeline.Options{
		Store: a.store, Fetch: client, Summary: briefs, Embedder: vectors, Topics: topic.NewIndex(), PollMin: c.PollMin, PollMax: c.PollMax,
		Logger: a.log, Now: time.Now,
		Stored:   func() { a.archive.wake() },
		Owed:     func() { a.outbox.Wake() },
		Public:   c.PublicURL,
		Pushed:   metrics.Pushed,
		Observed: func(l pipeline.Look) { metrics.Look(l.NotModified, l.Failed, l.New, l.Skipped, l.Known, l.Took) },
	})
	commands := command.New(command.Options{
		Store: a.store, Archive: a.archive.index, Summary: briefs, Feeds: newFinder(client), Channels: (*channels)(a),
		Logger: a.log, Now: time.Now, Changed: func() { a.pipeline.Wake(); a.outbox.Wake() },
	})
	if a.bot, err = discord.New(discord.Options{
		Token: c.DiscordToken, API: c.DiscordAPI, Service: commands, Logger: a.log, Now: time.Now,
		Limited: metrics.Limited,
		Online:  func(up bool) { a.online.Store(up); metrics.Online(up) },
	}); err != nil {
		return nil, err
	}
	a.outbox = outbox.New(outbox.Options{Store: a.store, Sender: a.bot, Logger: a.log, Now: time.Now, Sent: metrics.Sent})

	endpoints := web.Options{Health: a.health, Ready: a.ready, Metrics: metrics.Handler(), Rest: o.Rest}
	if c.DiscordPublicKey != nil {
		endpoints.Interactions = a.bot.Interactions(c.DiscordPublicKey)
	}
	if c.PublicURL != "" {
		endpoints.WebSub = a.pipeline.Callback()
	}
	a.server = &http.Server{Handler: web.Handler(endpoints), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	return a, nil
}

// channels lets commands check a channel through the bot, which is made after them.
type channels App

func (c *channels) CanPost(ctx context.Context, guild news.GuildID, channel news.ChannelID) error {
	return c.bot.CanPost(ctx, guild, channel)
}

// UserAgent is how the program introduces itself to the sites it reads.
func UserAgent(version string) string {
	return "newsbrief/" + version + " (feed reader; a Discord bot)"
}

func summarizer(c Config, answers summary.Answers, observed func(summary.Use), log *slog.Logger) (*summary.Summarizer, error) {
	if c.SummaryURL == "" {
		return summary.NewSummarizer(nil, nil, log), nil
	}
	model, err := model(c, observed, log)
	if err != nil {
		return nil, err
	}
	return summary.NewSummarizer(model, answers, log), nil
}

// model is the summary model of the configuration.
func model(c Config, observed func(summary.Use), log *slog.Logger) (*summary.Model, error) {
	m, err := summary.NewModel(summary.ModelOptions{URL: c.SummaryURL, Model: c.SummaryModel, APIKey: c.SummaryKey, Observed: observed, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("SUMMARY_URL: %w", err)
	}
	return m, nil
}

// checkToken returns an error when Discord refuses the token. When Discord can't be asked, Run goes on trying.
func checkToken(ctx context.Context, c Config, log *slog.Logger) error {
	bot, err := discord.New(discord.Options{Token: c.DiscordToken, API: c.DiscordAPI, Logger: log, Now: time.Now})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if _, err = bot.Application(ctx); errors.As(err, new(*news.UserError)) {
		return err
	}
	return nil
}

// followDefaults has every guild follow the feeds of FEEDS. Without any, the defaults of earlier runs end.
func (a *App) followDefaults(ctx context.Context, feeds []news.Feed) error {
	now := time.Now()
	for i := range feeds {
		feeds[i].ID = news.FeedID(news.NewID(now, uint32(i)))
		feeds[i].NextPoll = now
	}
	if err := a.store.SetDefaults(ctx, now, feeds); err != nil {
		return fmt.Errorf("store the feeds of FEEDS: %w", err)
	}
	return nil
}

// readDefaults reads FEEDS.
func readDefaults(path string, log *slog.Logger) ([]news.Feed, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("FEEDS: %w", err)
	}
	list, err := opml.Read(data)
	if err != nil {
		return nil, fmt.Errorf("FEEDS: %s is no OPML file: %w", path, err)
	}
	for _, p := range list.Problems {
		log.Warn("an outline of FEEDS is left out", "line", p.Line, "reason", p.Text)
	}
	return list.Feeds, nil
}

// Run does the program's work until ctx is done, then ends what is under way within 10 s. An error is for the operator and means
// that no retry can help.
func (a *App) Run(ctx context.Context) error {
	if a.bot == nil {
		return errors.New("the app is closed")
	}
	serving := make(chan error, 1)
	go func() { serving <- a.server.Serve(a.listener) }()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	run := func(name string, f func() error) {
		wg.Go(func() {
			if err := f(); err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	run("discord", func() error {
		if err := a.connectBot(ctx); err != nil {
			return err
		}
		return a.bot.Run(ctx, answerGrace)
	})
	run("pipeline", func() error { return a.pipeline.Run(ctx, grace) })
	run("outbox", func() error { a.outbox.Run(ctx, grace); return nil })
	run("archive", func() error { a.archive.run(ctx); return nil })
	run("retention", func() error { a.forget(ctx); return nil })
	run("control", func() error { return a.control(ctx) })
	a.log.Info("running", "version", a.o.Version, "http", a.listener.Addr().String())
	select {
	case <-ctx.Done():
	case err := <-serving:
		cancel(fmt.Errorf("http: %w", err))
	}
	a.log.Info("stopping")
	wg.Wait()
	shut, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer done()
	a.server.Shutdown(shut) // what is still being served is health checks
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// connectBot registers the bot's commands, waiting for Discord as long as it can't be reached.
func (a *App) connectBot(ctx context.Context) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		app, err := a.bot.Connect(ctx)
		if err == nil {
			a.log.Info("connected to Discord", "application", app.Name, "id", app.ID)
			return nil
		}
		if errors.As(err, new(*news.UserError)) {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		a.log.Error("Discord can't be reached", "err", err, "again_in", wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
	}
}

// forget drops what is older than Keep, once an hour.
func (a *App) forget(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		before := time.Now().Add(-Keep)
		dropped, err := a.store.Expire(ctx, before)
		if err = errors.Join(err, a.archive.forget(ctx, before)); err != nil && ctx.Err() == nil {
			a.log.Error("old articles can't be dropped", "err", err)
		}
		if len(dropped) > 0 {
			a.log.Info("dropped old articles", "count", len(dropped), "older_than", Keep)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) health(ctx context.Context) error {
	if _, err := a.store.Stats(ctx, time.Now()); err != nil {
		return fmt.Errorf("the store does not answer: %w", err)
	}
	return nil
}

func (a *App) ready(ctx context.Context) error {
	if !a.online.Load() {
		return errors.New("not connected to Discord's gateway")
	}
	return a.health(ctx)
}

// Feeds returns the feeds that are watched.
func (a *App) Feeds(ctx context.Context) ([]news.Feed, error) { return a.store.Feeds(ctx) }

func (a *App) closing(name string, close func() error) {
	a.closers = append(a.closers, closer{name, close})
}

// Close closes what Open opened, in reverse. It may be called twice.
func (a *App) Close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		if err := a.closers[i].close(); err != nil {
			a.log.Error("closing failed", "what", a.closers[i].name, "err", err)
		}
	}
	a.closers = nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// cause is what a network error comes down to, without the operation and address around it.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// indexDir is where the archive index of a database lives: beside a file, in memory for a server.
func indexDir(database string) string {
	if path, ok := strings.CutPrefix(database, "bbolt:"); ok {
		return path + ".search"
	}
	return ""
}
