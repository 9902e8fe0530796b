package discordsim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// missing skips a test that needs something this machine lacks; in CI that is a
// failure.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must run this: "+format, args...)
	}
	t.Skipf("NOT TESTED: that discord.js takes the simulator for Discord. "+format, args...)
}

// installDiscordJS copies the script into a folder of the test's and installs
// what it needs.
func installDiscordJS(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(t, "%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "script.mjs"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "discordjs", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		missing(t, "npm ci: %v\n%s", err, out)
	}
	return dir
}

// TestDiscordJS lets a bot of another library log in, post, edit, answer a
// slash command, react to a button and resume: what discordgo forgives shows here.
func TestDiscordJS(t *testing.T) {
	dir := installDiscordJS(t)
	sim, err := discordsim.New(discordsim.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	defer server.Close()
	defer sim.Close()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "script.mjs", server.URL, token)
	node.Dir = dir
	var stderr strings.Builder
	node.Stderr = &stderr
	stdin, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	next := func(event string) map[string]any {
		t.Helper()
		for lines.Scan() {
			var line map[string]any
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("the script said %q", lines.Text())
			}
			switch line["event"] {
			case event:
				return line
			case "failed", "warning":
				t.Fatalf("waiting for %q: %s", event, lines.Text())
			}
		}
		t.Fatalf("the script ended before %q (%v): %s", event, lines.Err(), stderr.String())
		return nil
	}

	ready := next("ready")
	if ready["user"] != "newsbrief" || ready["guild"] != "newsbrief trial" || !slices.Equal(ready["channels"].([]any), []any{"climate", "general", "technology"}) {
		t.Errorf("discord.js sees %v", ready)
	}
	posted := next("posted")
	if posted["content"] != "second" || posted["embed"] != "Title" || posted["edited"] != true {
		t.Errorf("discord.js posted %v", posted)
	}
	if fetched := next("fetched"); !slices.Equal(fetched["ids"].([]any), []any{posted["id"]}) {
		t.Errorf("discord.js fetched %v", fetched)
	}
	channel := sim.State().Guilds[0].Channels[0].ID
	reply, err := sim.Invoke(ctx, discordsim.Interaction{Type: 4, ChannelID: channel, Data: map[string]any{"name": "brief",
		"options": []any{map[string]any{"name": "topic", "value": "cli", "focused": true}}}})
	if err != nil || len(reply.Choices) != 1 {
		t.Errorf("autocompletion gave %+v, %v", reply, err)
	}
	if done := next("completed"); done["typed"] != "cli" {
		t.Errorf("discord.js completed %v", done)
	}
	invocation := discordsim.Slash(channel, "", "brief", map[string]any{"topic": "climate"})
	invocation.Wait = 10 * time.Second
	reply, err = sim.Invoke(ctx, invocation)
	if err != nil || reply.Type != 5 || reply.Message == nil || reply.Message.Content != "about climate" {
		t.Errorf("the command gave %+v, %v", reply, err)
	}
	if done := next("answered"); done["id"] != done["deferred"] || done["manager"] != true {
		t.Errorf("discord.js answered %v", done)
	}
	reply, err = sim.Invoke(ctx, discordsim.Interaction{Type: 3, ChannelID: channel, MessageID: posted["id"].(string), Data: map[string]any{"custom_id": "more"}})
	if err != nil || reply.Message.Content != "pressed" || len(reply.Message.Components) != 0 {
		t.Errorf("the button gave %+v, %v", reply, err)
	}
	if done := next("pressed"); done["customId"] != "more" || done["message"] != posted["id"] {
		t.Errorf("discord.js saw %v", done)
	}

	for _, fault := range []discordsim.Fault{{Kind: "op7"}, {Kind: "tcp_cut"}, {Kind: "close", Code: 4000}} {
		if err := sim.Fault(fault); err != nil {
			t.Fatal(err)
		}
		next("resumed")
	}
	if log := sim.Requests(); log.Identifies != 1 || log.Resumes != 3 || log.ResumesElsewhere != 0 {
		t.Errorf("%d identifies, %d resumes, %d of them not at resume_gateway_url", log.Identifies, log.Resumes, log.ResumesElsewhere)
	}
	if _, err := sim.Say(channel, "", "hello"); err != nil {
		t.Fatal(err)
	}
	for next("message")["own"] != false {
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	next("bye")
	var exit *exec.ExitError
	if err := node.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	} else if err != nil {
		t.Errorf("node ended with %v: %s", err, stderr.String())
	}
	if sim.State().Online {
		t.Error("the bot left but is online")
	}
}
