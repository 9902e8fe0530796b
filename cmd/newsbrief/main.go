// Command newsbrief is a Discord bot that delivers news briefs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"newsbrief/internal/app"
	"newsbrief/internal/fetch"
	"newsbrief/internal/inspect"
	"newsbrief/internal/news"
	"newsbrief/internal/trial"
)

const usage = `newsbrief reads feeds and posts briefs of the news in Discord channels.

usage: newsbrief [run]             run the bot; without DISCORD_TOKEN, the local trial
       newsbrief doctor            check the token, the server's permissions, the database and the feeds
       newsbrief inspect STAGE     show what a stage makes of an input (newsbrief inspect -h)
       newsbrief backup FILE       copy the database, also while the bot runs
       newsbrief version

Configuration comes from the environment and from the file .env; .env.example lists it all.
`

// Exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: its world comes in as arguments, and what it returns is the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("newsbrief", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(stdout, usage)
			return exitOK
		}
		fmt.Fprintf(stderr, "newsbrief: %v\n\n%s", err, usage)
		return exitUsage
	}
	name, rest := "run", flags.Args()
	if len(rest) > 0 {
		name, rest = rest[0], rest[1:]
	}
	want := map[string]int{"run": 0, "doctor": 0, "version": 0, "help": 0, "backup": 1, "inspect": -1}
	n, known := want[name]
	switch {
	case !known:
		fmt.Fprintf(stderr, "newsbrief: there is no command %q\n\n%s", name, usage)
		return exitUsage
	case n >= 0 && len(rest) != n:
		fmt.Fprintf(stderr, "newsbrief: %s takes %s, not %d\n\n%s", name, []string{"no arguments", "1 argument"}[n], len(rest), usage)
		return exitUsage
	}

	switch name {
	case "help":
		fmt.Fprint(stdout, usage)
		return exitOK
	case "version":
		fmt.Fprintln(stdout, "newsbrief", version())
		return exitOK
	case "inspect":
		if len(rest) > 0 && (rest[0] == "-h" || rest[0] == "-help" || rest[0] == "--help") {
			fmt.Fprint(stdout, inspect.Usage)
			return exitOK
		}
	}
	config, err := app.ReadConfig(getenv, ".env")
	if err != nil {
		return fail(stderr, err)
	}
	if name == "run" && config.DiscordToken == "" && config.LogLevel == slog.LevelInfo {
		config.LogLevel = slog.LevelWarn // the trial is for its page; LOG_LEVEL=debug shows what goes on behind it
	}
	log := logger(config, stderr)

	switch name {
	case "inspect":
		err = inspect.Run(ctx, rest, stdin, stdout, inspect.Tools{Fetch: fetch.New(fetch.Options{UserAgent: app.UserAgent(version()), Allow: config.FetchAllow, Logger: log})})
	case "doctor":
		if !app.Doctor(ctx, config, app.Options{Version: version(), Logger: log}, stdout) {
			return exitError
		}
	case "backup":
		if err = app.Backup(ctx, config, rest[0]); err == nil {
			fmt.Fprintln(stdout, "copied the database to", rest[0])
		}
	case "run":
		if config.DiscordToken == "" {
			err = trial.Run(ctx, config, app.Options{Version: version(), Logger: log}, stdout)
		} else {
			err = runBot(ctx, config, log)
		}
	}
	if errors.Is(err, inspect.ErrUsage) {
		fmt.Fprintf(stderr, "newsbrief: %v\n", err)
		return exitUsage
	}
	return fail(stderr, err)
}

func runBot(ctx context.Context, config app.Config, log *slog.Logger) error {
	a, err := app.Open(ctx, config, app.Options{Version: version(), Logger: log})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx)
}

// fail reports an error, a line for each mistake, and returns the exit status.
func fail(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	var user *news.UserError
	if errors.As(err, &user) {
		err = errors.New(user.Sentence)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(err.Error()), "\n") {
		fmt.Fprintln(stderr, "newsbrief:", line)
	}
	return exitError
}

func logger(config app.Config, stderr io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.LogLevel}
	if config.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(stderr, options))
	}
	return slog.New(slog.NewTextHandler(stderr, options))
}

// version is the module's version where the toolchain knows one, else the revision the program was built of.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return "devel"
}
