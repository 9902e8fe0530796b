package app_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/app"
)

var update = flag.Bool("update", false, "write golden files anew")

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDefaults(t *testing.T) {
	c, err := app.ReadConfig(env(), filepath.Join(t.TempDir(), ".env"))
	if err != nil {
		t.Fatal(err)
	}
	if c.DiscordAPI != "https://discord.com/api/v10" || c.Database != "bbolt:newsbrief.db" || c.HTTPAddr != "127.0.0.1:8080" ||
		c.PollMin != 5*time.Minute || c.PollMax != 6*time.Hour || c.LogFormat != "text" || c.DiscordToken != "" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestAllMistakesAreToldTogether(t *testing.T) {
	_, err := app.ReadConfig(env("DISCORD_TOKEN", "Bot secret-token", "POLL_MIN", "soon", "FETCH_ALLOW", "10.0.0.0/8,home", "LOG_LEVEL", "loud",
		"HTTP_ADDR", "8080", "DATABASE_URL", "mysql://user:hunter2@host/db", "DISCORD_PUBLIC_KEY", "abc", "SUMMARY_URL", "localhost:11434"), "")
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"DISCORD_TOKEN", "POLL_MIN", "FETCH_ALLOW", "LOG_LEVEL", "HTTP_ADDR", "DATABASE_URL", "DISCORD_PUBLIC_KEY", "SUMMARY_URL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not told: %v", name, err)
		}
	}
	for _, secret := range []string{"secret-token", "hunter2"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows the secret %q: %v", secret, err)
		}
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("abc.def\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := app.ReadConfig(env("DISCORD_TOKEN_FILE", file), "")
	if err != nil || c.DiscordToken != "abc.def" {
		t.Errorf("token %q, err %v", c.DiscordToken, err)
	}
	if _, err := app.ReadConfig(env("DISCORD_TOKEN_FILE", file, "DISCORD_TOKEN", "x"), ""); err == nil {
		t.Error("a token and its file together are no mistake")
	}
	if _, err := app.ReadConfig(env("DISCORD_TOKEN_FILE", file+".none"), ""); err == nil {
		t.Error("a missing file is no mistake")
	}
}

func TestDotenv(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(file, []byte("# a comment\nPOLL_MIN=10m\nLOG_LEVEL=debug\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := app.ReadConfig(env("LOG_LEVEL", "warn"), file)
	if err != nil {
		t.Fatal(err)
	}
	if c.PollMin != 10*time.Minute || c.LogLevel.String() != "WARN" {
		t.Errorf("the environment goes before .env: %+v", c)
	}
	if err := os.WriteFile(file, []byte("POLL MIN secret-in-a-bad-line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.ReadConfig(env(), file); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a malformed line: %v", err)
	}
}

// TestExample keeps .env.example the same as the code.
func TestExample(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Copy this file to .env and fill in what you need. Each line shows the default.\n# A secret can also be kept in a file of its own: NAME_FILE=/path/to/file.\n")
	for _, v := range app.Variables() {
		secret := ""
		if v.Secret {
			secret = " (secret)"
		}
		fmt.Fprintf(&b, "\n# %s%s\n%s=%s\n", v.Help, secret, v.Name, v.Default)
	}
	const path = "../../.env.example"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf(".env.example differs from the code; write it anew with: go test ./internal/app -run Example -update")
	}
	if _, err := app.ReadConfig(env(), path); err != nil {
		t.Errorf(".env.example can't be read as a configuration: %v", err)
	}
}
