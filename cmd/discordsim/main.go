// Command discordsim runs the stand-in for Discord as a process of its own:
//
//	discordsim -addr 127.0.0.1:8090 -channels general,climate,news:announcement
//
// It prints the address and what to set so that a bot connects to it instead of
// Discord, and ends with status 0 on SIGTERM or SIGINT.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"newsbrief/internal/discordsim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("discordsim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var opt discordsim.Options
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	flags.StringVar(&opt.Token, "token", "", "bot token to accept (default: a made-up one)")
	flags.StringVar(&opt.ApplicationID, "application-id", "", "id of the application and its bot (default: a made-up one)")
	flags.StringVar(&opt.BotName, "bot", "", "name of the bot (default newsbrief)")
	flags.StringVar(&opt.GuildName, "guild", "", "name of the guild (default \"newsbrief trial\")")
	channels := flags.String("channels", "", "channels of the guild, NAME or NAME:TYPE, separated by commas (default general,climate,technology)")
	flags.DurationVar(&opt.HeartbeatInterval, "heartbeat", 0, "heartbeat interval told in HELLO (default 41.25s)")
	flags.DurationVar(&opt.NonceWindow, "nonce-window", 0, "how long enforce_nonce remembers (default 3m)")
	flags.IntVar(&opt.SessionStarts, "session-starts", 0, "IDENTIFYs a day (default 1000)")
	flags.IntVar(&opt.MaxConcurrency, "max-concurrency", 0, "IDENTIFYs per 5 seconds (default 1)")
	verbose := flags.Bool("v", false, "log what happens, not only what is wrong")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "discordsim takes flags only, not %q\n", flags.Arg(0))
		return 2
	}
	if *channels != "" {
		opt.Channels = strings.Split(*channels, ",")
	}
	level := slog.LevelWarn
	if *verbose {
		level = slog.LevelDebug
	}
	opt.Logger = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	if err := serve(ctx, *addr, opt, stdout); err != nil {
		fmt.Fprintln(stderr, "discordsim:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, addr string, opt discordsim.Options, stdout io.Writer) error {
	sim, err := discordsim.New(opt)
	if err != nil {
		return err
	}
	defer sim.Close()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}
	base := "http://" + listener.Addr().String()
	fmt.Fprintf(stdout, "discordsim listening on %s\n", base)
	fmt.Fprintf(stdout, "DISCORD_TOKEN=%s\n", sim.Token())
	fmt.Fprintf(stdout, "DISCORD_API_URL=%s/api/v10\n", base)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	sim.Close() // ends gateway connections and event streams, which Shutdown would wait for
	end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		return fmt.Errorf("shutting down: %w", err)
	}
	<-failed
	return nil
}
