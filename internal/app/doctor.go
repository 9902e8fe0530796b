package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"newsbrief/internal/discord"
	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/store"
)

// doctorFeeds is how many feeds the doctor looks at itself.
const doctorFeeds = 20

// Doctor checks what the program needs and says in plain words what is wrong and what to do. It reports whether all is well.
func Doctor(ctx context.Context, c Config, o Options, out io.Writer) bool {
	d := &doctor{c: c, o: o, out: out, well: true}
	d.discord(ctx)
	d.database(ctx)
	d.feeds(ctx)
	d.briefs(ctx)
	d.vectors(ctx)
	if d.well {
		fmt.Fprintln(out, "\nAll is well.")
	} else {
		fmt.Fprintln(out, "\nMend what is marked with ✗, then run this again.")
	}
	return d.well
}

type doctor struct {
	c    Config
	o    Options
	out  io.Writer
	well bool
}

func (d *doctor) ok(what, how string)   { fmt.Fprintf(d.out, "✓ %s: %s\n", what, how) }
func (d *doctor) hint(how string)       { fmt.Fprintf(d.out, "  %s\n", how) }
func (d *doctor) note(what, how string) { fmt.Fprintf(d.out, "· %s: %s\n", what, how) }
func (d *doctor) bad(what, how string) {
	d.well = false
	fmt.Fprintf(d.out, "✗ %s: %s\n", what, how)
}

func (d *doctor) discord(ctx context.Context) {
	if d.c.DiscordToken == "" {
		d.bad("Token", "DISCORD_TOKEN is empty")
		d.hint("Make an application on https://discord.com/developers/applications, open Bot, press Reset Token, and put the token into .env.")
		return
	}
	bot, err := discord.New(discord.Options{Token: d.c.DiscordToken, API: d.c.DiscordAPI, Logger: d.o.Logger, Now: time.Now})
	if err != nil {
		d.bad("Token", err.Error())
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	app, err := bot.Application(ctx)
	if user := (*news.UserError)(nil); errors.As(err, &user) {
		d.bad("Token", user.Sentence)
		return
	}
	if err != nil {
		d.bad("Discord", "can't be reached: "+err.Error())
		d.hint("Check the network and DISCORD_API_URL (" + d.c.DiscordAPI + ").")
		return
	}
	d.ok("Token", "Discord knows the bot as "+app.Name)
	d.ok("Intents", "only Guilds is used, which is not privileged: nothing to switch on in the developer portal")
	guilds, err := bot.Guilds(ctx)
	switch {
	case err != nil:
		d.bad("Servers", "can't be listed: "+err.Error())
	case len(guilds) == 0:
		d.bad("Servers", "the bot is in none yet")
		d.hint("Invite it: " + discord.InviteURL(app.ID))
	default:
		d.permissions(guilds)
		d.hint("Invite it elsewhere: " + discord.InviteURL(app.ID))
	}
}

func (d *doctor) permissions(guilds []discord.Guild) {
	for _, g := range guilds {
		if len(g.Missing) == 0 {
			d.ok("Server "+g.Name, "all permissions are there")
			continue
		}
		d.bad("Server "+g.Name, "the bot lacks "+strings.Join(g.Missing, ", "))
		d.hint("Give them to the bot's role under Server Settings → Roles, or only in the channels it shall post in.")
	}
}

func (d *doctor) database(ctx context.Context) {
	if running(ctx, d.c.Database) {
		d.note("Database", "a running newsbrief has it open; /healthz tells how it is")
		return
	}
	s, err := store.Open(ctx, d.c.Database)
	if err != nil {
		d.bad("Database", err.Error())
		return
	}
	defer s.Close()
	stats, err := s.Stats(ctx, time.Now())
	if err != nil {
		d.bad("Database", err.Error())
		return
	}
	d.ok("Database", fmt.Sprintf("%d feeds, %d articles, %d stories, %d subscriptions, %d deliveries waiting", stats.Feeds, stats.Articles, stats.Stories, stats.Subscriptions, stats.Waiting))
	feeds, err := s.Feeds(ctx)
	if err != nil {
		d.bad("Database", err.Error())
		return
	}
	for _, f := range feeds {
		switch {
		case f.Problem != "" && !f.FailingSince.IsZero():
			d.note("Feed "+f.Title, "failing since "+f.FailingSince.UTC().Format("2 January 2006 15:04 MST")+": "+f.Problem)
		case f.Problem != "":
			d.note("Feed "+f.Title, f.Problem)
		}
	}
}

func (d *doctor) briefs(ctx context.Context) {
	if d.c.SummaryURL == "" {
		d.ok("Briefs", "are extracted from the articles; SUMMARY_URL would have a model write them")
		return
	}
	model, err := model(d.c, nil, slog.New(slog.DiscardHandler)) // what it would log is told here
	if err != nil {
		d.bad("Briefs", err.Error())
		return
	}
	start := time.Now()
	if err := model.Try(ctx); err != nil {
		d.bad("Briefs", err.Error())
		d.hint("Until this is mended, briefs are extracted from the articles.")
		return
	}
	d.ok("Briefs", fmt.Sprintf("%s wrote one in %s that its source bears out", d.c.SummaryModel, time.Since(start).Round(100*time.Millisecond)))
}

func (d *doctor) vectors(ctx context.Context) {
	e, err := embedder(d.c, nil, nil)
	if err == nil && e == nil {
		return // joining stories across languages by a model is an extra that few set up
	}
	if err == nil {
		err = e.Try(ctx)
	}
	if err != nil {
		d.bad("Languages", "EMBED_MODEL: "+err.Error())
		d.hint("Until this is mended, stories are joined across languages by names, numbers and dates alone.")
		return
	}
	d.ok("Languages", d.c.EmbedModel+" embeds texts: stories are joined across languages")
}

func (d *doctor) feeds(ctx context.Context) {
	if d.c.Feeds == "" {
		d.ok("FEEDS", "not set: servers start without feeds, and their managers add them")
		return
	}
	feeds, err := readDefaults(d.c.Feeds, d.o.Logger)
	if err != nil {
		d.bad("FEEDS", err.Error())
		return
	}
	client := fetch.New(fetch.Options{UserAgent: UserAgent(d.o.Version), Allow: d.c.FetchAllow, Logger: d.o.Logger})
	defer client.Close()
	f := newFinder(client)
	good := 0
	for _, feed := range feeds[:min(len(feeds), doctorFeeds)] {
		if _, _, err := f.at(ctx, feed.URL); err != nil {
			d.bad("Feed "+feed.Title, err.Error())
			continue
		}
		good++
	}
	d.ok("FEEDS", fmt.Sprintf("%d of %d feeds can be read", good, min(len(feeds), doctorFeeds)))
	if len(feeds) > doctorFeeds {
		d.hint(fmt.Sprintf("%d more were not looked at.", len(feeds)-doctorFeeds))
	}
}
