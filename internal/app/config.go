package app

import (
	"cmp"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/joho/godotenv"
)

// Config is the configuration, checked. See Variables for what each field comes from.
type Config struct {
	DiscordToken     string // empty: the local trial
	DiscordAPI       string
	DiscordPublicKey ed25519.PublicKey // nil: no interactions over HTTP
	Database         string
	HTTPAddr         string
	PublicURL        string // "": no pushes
	Feeds            string // path of an OPML file, ""
	FetchAllow       []netip.Prefix
	PollMin, PollMax time.Duration
	SummaryURL       string
	SummaryModel     string
	SummaryKey       string
	EmbedModel       string
	LogLevel         slog.Level
	LogFormat        string // "text" or "json"
}

// Variable is one environment variable the program reads.
type Variable struct {
	Name    string
	Default string
	Secret  bool // also taken from the file that NAME_FILE names
	Help    string

	set func(c *Config, value string) error
}

// Variables are all environment variables, in the order .env.example lists them.
func Variables() []Variable {
	return []Variable{
		{Name: "DISCORD_TOKEN", Secret: true, Help: "Bot token from the Discord developer portal. Empty: the local trial starts instead.",
			set: func(c *Config, v string) error {
				if strings.ContainsAny(v, " \t\r\n") {
					return errors.New("holds white space; copy the token alone, without “Bot ”")
				}
				c.DiscordToken = v
				return nil
			}},
		{Name: "DISCORD_API_URL", Default: "https://discord.com/api/v10", Help: "REST base with version; the gateway's address is asked from it.",
			set: func(c *Config, v string) (err error) { c.DiscordAPI, err = webURL(v); return err }},
		{Name: "DISCORD_PUBLIC_KEY", Help: "The application's public key. Set: interactions are also taken at POST /interactions.",
			set: func(c *Config, v string) error {
				key, err := hex.DecodeString(v)
				if v != "" && (err != nil || len(key) != ed25519.PublicKeySize) {
					return errors.New("is no public key; copy the 64 hexadecimal digits from the application's page in the developer portal")
				}
				if v != "" {
					c.DiscordPublicKey = key
				}
				return nil
			}},
		{Name: "DATABASE_URL", Default: "bbolt:newsbrief.db", Secret: true, Help: "bbolt:FILE, or postgres://… for a fleet.",
			set: func(c *Config, v string) error {
				scheme, rest, ok := strings.Cut(v, ":")
				if !ok || rest == "" || scheme != "bbolt" && scheme != "postgres" && scheme != "postgresql" {
					return errors.New("is no database address; write bbolt:FILE or postgres://USER@HOST/NAME")
				}
				c.Database = v
				return nil
			}},
		{Name: "HTTP_ADDR", Default: "127.0.0.1:8080", Help: "Where /healthz, /readyz, /metrics, /interactions and /websub answer, and the page of the trial.",
			set: func(c *Config, v string) error {
				if _, err := net.ResolveTCPAddr("tcp", v); err != nil || !strings.Contains(v, ":") {
					return errors.New("is no address to listen on; write HOST:PORT, such as 127.0.0.1:8080")
				}
				c.HTTPAddr = v
				return nil
			}},
		{Name: "PUBLIC_URL", Help: "The address at which the internet reaches HTTP_ADDR, such as https://news.example.org. Set: feeds that offer WebSub are pushed.",
			set: func(c *Config, v string) (err error) {
				if v != "" {
					c.PublicURL, err = webURL(v)
				}
				if strings.ContainsAny(v, "?#") {
					return errors.New("is more than an address; write it without what begins with ? or #")
				}
				return err
			}},
		{Name: "FEEDS", Help: "OPML file of feeds that every guild starts with.",
			set: func(c *Config, v string) error { c.Feeds = v; return nil }},
		{Name: "FETCH_ALLOW", Help: "Networks exempt from the guard against private addresses, such as 10.1.0.0/16, separated by commas.",
			set: func(c *Config, v string) error {
				for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
					prefix, err := netip.ParsePrefix(s)
					if err != nil {
						return fmt.Errorf("holds %q, which is no network; write it like 10.1.0.0/16", s)
					}
					c.FetchAllow = append(c.FetchAllow, prefix.Masked())
				}
				return nil
			}},
		{Name: "POLL_MIN", Default: "5m", Help: "Shortest time between two looks at a feed.",
			set: func(c *Config, v string) (err error) { c.PollMin, err = duration(v, 100*time.Millisecond); return err }},
		{Name: "POLL_MAX", Default: "6h", Help: "Longest time between two looks at a feed.",
			set: func(c *Config, v string) (err error) { c.PollMax, err = duration(v, 100*time.Millisecond); return err }},
		{Name: "SUMMARY_URL", Help: "Base address of an OpenAI-compatible endpoint that writes the briefs. Empty: they are extracted from the articles.",
			set: func(c *Config, v string) (err error) {
				if v != "" {
					c.SummaryURL, err = webURL(v)
				}
				return err
			}},
		{Name: "SUMMARY_MODEL", Help: "The model to ask there.",
			set: func(c *Config, v string) error { c.SummaryModel = v; return nil }},
		{Name: "SUMMARY_API_KEY", Secret: true, Help: "The key for it, if it wants one.",
			set: func(c *Config, v string) error { c.SummaryKey = v; return nil }},
		{Name: "EMBED_MODEL", Help: "An embedding model at the same endpoint: joins stories across languages.",
			set: func(c *Config, v string) error { c.EmbedModel = v; return nil }},
		{Name: "LOG_LEVEL", Default: "info", Help: "debug, info, warn or error.",
			set: func(c *Config, v string) error {
				if c.LogLevel.UnmarshalText([]byte(v)) != nil {
					return errors.New("is no level; write debug, info, warn or error")
				}
				return nil
			}},
		{Name: "LOG_FORMAT", Default: "text", Help: "text or json.",
			set: func(c *Config, v string) error {
				if v != "text" && v != "json" {
					return errors.New("is no format; write text or json")
				}
				c.LogFormat = v
				return nil
			}},
	}
}

// ReadConfig makes a Config of the environment. What getenv does not have is looked up in the file named by dotenv; a missing
// file is none. All mistakes are reported together, one line each, none of them showing a secret.
func ReadConfig(getenv func(string) string, dotenv string) (Config, error) {
	file, err := godotenv.Read(dotenv)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Config{}, fmt.Errorf("%s can't be read: %s; each line is NAME=value", dotenv, withoutValues(err))
	}
	lookup := func(name string) string { return cmp.Or(getenv(name), file[name]) }

	var c Config
	var mistakes []error
	for _, v := range Variables() {
		value := lookup(v.Name)
		if v.Secret {
			if path := lookup(v.Name + "_FILE"); path != "" {
				if value != "" {
					mistakes = append(mistakes, fmt.Errorf("%s and %s_FILE are both set; keep one", v.Name, v.Name))
					continue
				}
				data, err := os.ReadFile(path)
				if err != nil {
					mistakes = append(mistakes, fmt.Errorf("%s_FILE can't be read: %w", v.Name, err))
					continue
				}
				value = strings.TrimSpace(string(data))
			}
		}
		if err := v.set(&c, cmp.Or(value, v.Default)); err != nil {
			shown := ""
			if !v.Secret {
				shown = fmt.Sprintf("=%q", value)
			}
			mistakes = append(mistakes, fmt.Errorf("%s%s %w", v.Name, shown, err))
		}
	}
	if c.PollMin > c.PollMax && c.PollMax > 0 {
		mistakes = append(mistakes, fmt.Errorf("POLL_MIN (%s) is longer than POLL_MAX (%s)", c.PollMin, c.PollMax))
	}
	if c.SummaryURL != "" && c.SummaryModel == "" {
		mistakes = append(mistakes, errors.New("SUMMARY_URL is set but SUMMARY_MODEL is not; name the model to ask"))
	}
	if c.SummaryURL == "" && (c.SummaryModel != "" || c.EmbedModel != "") {
		mistakes = append(mistakes, errors.New("SUMMARY_MODEL or EMBED_MODEL is set but SUMMARY_URL is not; name the endpoint to ask"))
	}
	return c, errors.Join(mistakes...)
}

// withoutValues is a parse error of a .env file without the text it stumbled over, which may be a secret.
func withoutValues(err error) string {
	message, _, _ := strings.Cut(err.Error(), " near ")
	return message
}

func webURL(v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", errors.New("is no web address; write it with http:// or https://")
	}
	return strings.TrimRight(v, "/"), nil
}

func duration(v string, least time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil {
		return 0, errors.New("is no duration; write it like 90s, 5m or 6h")
	}
	if d < least {
		return 0, fmt.Errorf("is too short; the least is %s", least)
	}
	return d, nil
}
