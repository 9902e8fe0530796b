// Package trial is newsbrief without Discord: a simulated server with a page to look at, a bundled newsroom that releases news over
// the first minutes, and the real bot between them. Everything is on this machine and gone when it ends.
package trial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"newsbrief/internal/app"
	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
	"newsbrief/internal/trial/newsroom"
)

// setupTime is how long the bot may take to connect and to see the newsroom for the first time.
const setupTime = 30 * time.Second

// lobby is where the commands that furnish the trial are typed, so that the other channels begin with their first brief.
const lobby = "general"

// subscribed are the channels of the trial's server and what is posted in them, by slash commands as a manager types them.
var subscribed = []struct {
	channel string
	options []map[string]any
}{
	{lobby, nil},
	{"climate", []map[string]any{{"topic": "climate"}}},
	{"technology", []map[string]any{{"topic": "technology"}}},
	{"economy", []map[string]any{{"topic": "economy"}}},
	{"science", []map[string]any{{"topic": "science"}, {"topic": "space"}}},
	{"sport", []map[string]any{{"topic": "sport"}}},
	{"health", []map[string]any{{"topic": "health"}}},
}

// Run runs the trial until ctx is done. Of config it takes HTTP_ADDR, the summary's endpoint and the log's settings; the rest is its
// own. What a person needs to know is written to out.
func Run(ctx context.Context, config app.Config, o app.Options, out io.Writer) error {
	dir, err := os.MkdirTemp("", "newsbrief-trial-")
	if err != nil {
		return fmt.Errorf("make a folder for the trial: %w", err)
	}
	defer os.RemoveAll(dir)

	page, err := net.Listen("tcp", config.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: can't listen on %s: %w; stop what uses it or choose another address", config.HTTPAddr, err)
	}
	defer page.Close()
	var channels []string
	for _, s := range subscribed {
		channels = append(channels, s.channel)
	}
	sim, err := discordsim.New(discordsim.Options{Logger: o.Logger, Channels: channels})
	if err != nil {
		return fmt.Errorf("start the simulated Discord: %w", err)
	}
	defer sim.Close()

	clock := newClock(time.Now())
	outlets := newsroom.New(newsroom.Options{Start: clock.start, Now: clock.now})
	paper, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the newsroom: %w", err)
	}
	press := &http.Server{Handler: outlets.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go press.Serve(paper) // ends with Close
	defer press.Close()

	opml := filepath.Join(dir, "newsroom.opml")
	if err := os.WriteFile(opml, outlets.OPML("http://"+paper.Addr().String()), 0o600); err != nil {
		return fmt.Errorf("write the newsroom's list of feeds: %w", err)
	}
	config.DiscordToken = sim.Token()
	config.DiscordAPI = "http://" + page.Addr().String() + "/api/v10"
	config.DiscordPublicKey = nil
	config.Database = "bbolt:" + filepath.Join(dir, "trial.db")
	config.Feeds = opml
	config.FetchAllow = append(config.FetchAllow, netip.MustParsePrefix("127.0.0.1/32"))
	config.PollMin, config.PollMax = 500*time.Millisecond, time.Minute
	o.Listener, o.Rest = page, sim.Handler()
	a, err := app.Open(ctx, config, o)
	if err != nil {
		return err
	}
	defer a.Close()

	fmt.Fprintf(out, `newsbrief's local trial: a server of your own, with invented outlets and the real bot.

    http://%s

Nothing of it is kept. Ctrl+C ends it. With DISCORD_TOKEN set, the same program is the bot on Discord.
`, page.Addr())

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ready := make(chan struct{})
	go func() {
		defer close(ready)
		setup, stop := context.WithTimeout(ctx, setupTime)
		defer stop()
		if err := furnish(setup, sim, a); err != nil && ctx.Err() == nil {
			cancel(fmt.Errorf("set up the trial: %w", err))
			return
		}
		clock.run()
	}()
	err = a.Run(ctx)
	cancel(nil)
	<-ready
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// furnish subscribes the channels and waits for the first look at every outlet, so that whatever is released from then on is news.
func furnish(ctx context.Context, sim *discordsim.Simulator, a *app.App) error {
	if err := until(ctx, func() (bool, error) { s := sim.State(); return s.Online && len(s.Commands) > 0, nil }); err != nil {
		return fmt.Errorf("the bot does not connect: %w", err)
	}
	ids := map[string]string{}
	for _, c := range sim.State().Guilds[0].Channels {
		ids[c.Name] = c.ID
	}
	for _, s := range subscribed {
		for _, options := range s.options {
			options = maps.Clone(options)
			options["channel"] = ids[s.channel]
			reply, err := sim.Invoke(ctx, discordsim.Slash(ids[lobby], "", "subscribe", options))
			if err != nil {
				return fmt.Errorf("/subscribe in #%s: %w", s.channel, err)
			}
			if reply.State == "failed" {
				return fmt.Errorf("/subscribe in #%s: %s", s.channel, reply.Reason)
			}
		}
	}
	err := until(ctx, func() (bool, error) {
		feeds, err := a.Feeds(ctx)
		return len(feeds) > 0 && allSeen(feeds), err
	})
	if err != nil {
		return fmt.Errorf("the newsroom's feeds are not read: %w", err)
	}
	return nil
}

func allSeen(feeds []news.Feed) bool {
	for _, f := range feeds {
		if f.CheckedAt.IsZero() {
			return false
		}
	}
	return true
}

// until asks again and again, 20 times a second, until done or ctx ends.
func until(ctx context.Context, done func() (bool, error)) error {
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// headStart is how far the newsroom's clock jumps when it begins to run: almost to the first release.
const headStart = 900 * time.Millisecond

// clock is the newsroom's: it stands still at start until run.
type clock struct {
	start   time.Time
	running atomic.Pointer[time.Time]
}

func newClock(start time.Time) *clock { return &clock{start: start} }

func (c *clock) run() {
	now := time.Now()
	c.running.CompareAndSwap(nil, &now)
}

func (c *clock) now() time.Time {
	began := c.running.Load()
	if began == nil {
		return c.start
	}
	return c.start.Add(headStart + time.Since(*began))
}
