package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	robotsTime  = 24 * time.Hour // RFC 9309, section 2.4: a copy is used no longer
	robotsBytes = 512 << 10      // and at least 500 KiB are read (section 2.5)
	maxRobots   = 4096           // sites kept in mind
)

// Robots asks sites what they want programs to leave alone (robots.txt, RFC 9309). It is for pages that are read regularly though
// they are made for people; feeds are made for readers. Answers are kept for a day. It is safe for concurrent use.
type Robots struct {
	client *Client
	agent  string

	mu    sync.Mutex
	known map[string]robots // by origin
}

type robots struct {
	data  *robotstxt.RobotsData
	until time.Time
}

// NewRobots returns a Robots that asks through c, in its name.
func NewRobots(c *Client) *Robots {
	agent, _, _ := strings.Cut(c.options.UserAgent, "/")
	return &Robots{client: c, agent: agent, known: map[string]robots{}}
}

// Rules are what a site asks of those who read one of its pages.
type Rules struct {
	Allowed  bool
	Delay    time.Duration // between two requests to the site; 0 when it doesn't say, at most 30 days
	Sitemaps []string      // of the whole site, as it names them
}

// Ask returns the rules for an address. A site without a robots.txt has none. An error means that it can't be known now; the page
// is to be left alone until then.
func (r *Robots) Ask(ctx context.Context, address string) (Rules, error) {
	u, err := parseURL(address)
	if err != nil {
		return Rules{}, &Error{URL: RedactURL(address), Err: err}
	}
	data, err := r.of(ctx, u)
	if err != nil {
		return Rules{}, fmt.Errorf("asking what the site lets programs read: %w", err)
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	group := data.FindGroup(r.agent)
	return Rules{Allowed: data.TestAgent(path, r.agent), Delay: clamp(group.CrawlDelay), Sitemaps: data.Sitemaps}, nil
}

func (r *Robots) of(ctx context.Context, u *url.URL) (*robotstxt.RobotsData, error) {
	origin, now := originOf(u), r.client.options.Now()
	r.mu.Lock()
	k, ok := r.known[origin]
	r.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.data, nil
	}
	resp, err := r.client.Get(ctx, Request{URL: origin + "/robots.txt", MaxBytes: robotsBytes})
	var body []byte
	status := (*StatusError)(nil)
	switch {
	case err == nil:
		body = resp.Body
	case errors.As(err, &status) && status.Status/100 == 4 && status.Status != 429: // there is none (section 2.3.1.3)
	default:
		return nil, err
	}
	data, err := robotstxt.FromBytes(wellFormed(body))
	if err != nil {
		return nil, fmt.Errorf("reading robots.txt: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for o, k := range r.known {
		if len(r.known) >= maxRobots || !now.Before(k.until) {
			delete(r.known, o)
		}
	}
	r.known[origin] = robots{data, now.Add(robotsTime)}
	return data, nil
}

// wellFormed leaves out the lines that would make the parser give up on all of the file.
func wellFormed(body []byte) []byte {
	var out bytes.Buffer
	started := false
	for line := range strings.Lines(strings.TrimPrefix(string(body), "\ufeff")) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch name {
		case "user-agent":
			started = true
		case "allow", "disallow":
			if !started {
				continue
			}
		case "crawl-delay":
			if n, err := strconv.ParseFloat(value, 64); err != nil || !(n >= 0 && n <= maxDelay.Seconds()) || !started {
				continue
			}
		case "sitemap":
		default:
			continue
		}
		out.WriteString(name + ": " + value + "\n")
	}
	return out.Bytes()
}
