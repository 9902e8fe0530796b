package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// A bot is allowed 50 requests a second (https://docs.discord.com/developers/topics/rate-limits#global-rate-limit). globalRate
	// and globalBurst spread them; globalMost is what any second sees at most, also after the machine stood still for a moment and
	// all that waited wakes at once. What is left to 50 is for the network, which bunches them up a little.
	globalRate  = 45
	globalBurst = 2
	globalMost  = 47
	// maxBuckets is how many routes' limits are remembered; the idle ones beyond are forgotten.
	maxBuckets = 4096
)

// limitError is a 429: nothing was done, and nothing shall be asked for After.
type limitError struct {
	After time.Duration
	Scope string // user, shared, global, or cloudflare for an answer that is not Discord's own
}

func (e *limitError) Error() string {
	return fmt.Sprintf("rate limited by Discord (%s), again in %s", e.Scope, e.After)
}

// transport sends discordgo's requests where DISCORD_API_URL says and at Discord's pace. It hides the rate limit headers from
// discordgo, whose own limiter sleeps without looking at a request's context.
type transport struct {
	base   *url.URL // REST base with version
	next   http.RoundTripper
	now    func() time.Time
	global *rate.Limiter
	onWait func(scope string) // told of each 429

	mu           sync.Mutex
	sent         [globalMost]time.Time // when the last ones were sent, a ring
	oldest       int                   // of sent
	blockedUntil time.Time             // global 429
	buckets      map[string]*bucket
}

// bucket is the limit of one route. turn holds one token: requests of a route go one after the other.
type bucket struct {
	turn      chan struct{}
	waiting   int // who holds or waits for the turn
	remaining int
	reset     time.Time // until when remaining counts; the zero time when nothing is known
}

func newTransport(base *url.URL, next http.RoundTripper, now func() time.Time, onWait func(string)) *transport {
	return &transport{base: base, next: next, now: now, global: rate.NewLimiter(globalRate, globalBurst), onWait: onWait, buckets: map[string]*bucket{}}
}

var apiPath = regexp.MustCompile(`^/api/v\d+`)

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	path := apiPath.ReplaceAllString(req.URL.Path, "")
	req.URL.Scheme, req.URL.Host = t.base.Scheme, t.base.Host
	req.URL.Path, req.URL.RawPath = t.base.Path+path, ""
	req.Host = ""

	if exempt(path) {
		return t.answer(t.next.RoundTrip(req))
	}
	b := t.bucket(routeOf(req.Method, path))
	defer t.leave(b)
	select {
	case <-b.turn:
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	defer func() { b.turn <- struct{}{} }()
	if err := t.wait(req.Context(), b); err != nil {
		return nil, err
	}
	resp, err := t.answer(t.next.RoundTrip(req))
	t.learn(b, resp, err)
	return resp, err
}

// exempt requests answer an interaction: they have their own limits, and the global one doesn't count them
// (https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints).
func exempt(path string) bool {
	return strings.HasPrefix(path, "/interactions/") || interactionWebhook.MatchString(path)
}

var interactionWebhook = regexp.MustCompile(`^/webhooks/\d+/[^/]{40,}/messages/`)

var (
	minorID = regexp.MustCompile(`/\d{15,}`)
	major   = regexp.MustCompile(`^/(channels|guilds|webhooks)/\d+`)
)

// routeOf names the limit a request falls under: its method and path with all ids but the major one folded.
func routeOf(method, path string) string {
	head := major.FindString(path)
	return method + " " + head + minorID.ReplaceAllString(path[len(head):], "/ID")
}

func (t *transport) bucket(route string) *bucket {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[route]
	if b == nil {
		if len(t.buckets) >= maxBuckets {
			now := t.now()
			for r, old := range t.buckets {
				if old.waiting == 0 && now.After(old.reset) {
					delete(t.buckets, r)
				}
			}
		}
		b = &bucket{turn: make(chan struct{}, 1)}
		b.turn <- struct{}{}
		t.buckets[route] = b
	}
	b.waiting++
	return b
}

func (t *transport) leave(b *bucket) {
	t.mu.Lock()
	b.waiting--
	t.mu.Unlock()
}

// wait returns when the route's and the global limit have room.
func (t *transport) wait(ctx context.Context, b *bucket) error {
	for {
		t.mu.Lock()
		now, until := t.now(), t.blockedUntil
		if b.remaining == 0 && b.reset.After(until) {
			until = b.reset
		}
		t.mu.Unlock()
		if !until.After(now) {
			break
		}
		if err := sleep(ctx, until.Sub(now)); err != nil {
			return err
		}
	}
	if err := t.global.Wait(ctx); err != nil {
		return err
	}
	for {
		d := t.take()
		if d <= 0 {
			return nil
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// take counts a request that is sent now, or tells how long it has to wait because the last second is full.
func (t *transport) take() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if d := t.sent[t.oldest].Add(time.Second).Sub(now); d > 0 {
		return d
	}
	t.sent[t.oldest] = now
	t.oldest = (t.oldest + 1) % globalMost
	return 0
}

// learn keeps what an answer tells about its route's limit.
func (t *transport) learn(b *bucket, resp *http.Response, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if limited, ok := err.(*limitError); ok {
		until := t.now().Add(limited.After)
		if limited.Scope == "global" || limited.Scope == "cloudflare" {
			t.blockedUntil = until
		} else {
			b.remaining, b.reset = 0, until
		}
		return
	}
	if resp == nil {
		return
	}
	remaining, err1 := strconv.Atoi(resp.Header.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(resp.Header.Get("X-RateLimit-Reset-After"), 64)
	if err1 == nil && err2 == nil {
		b.remaining, b.reset = remaining, t.now().Add(seconds(after))
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") {
			resp.Header.Del(name)
		}
	}
}

// answer turns a 429 into a *limitError and a 5xx, which is a page of the proxy before Discord, into an *apiError.
func (t *transport) answer(resp *http.Response, err error) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 500 {
		resp.Body.Close()
		return nil, &apiError{Status: resp.StatusCode, Body: http.StatusText(resp.StatusCode)}
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return resp, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what can't be read is not Discord's own answer
	limited := &limitError{After: time.Minute, Scope: "cloudflare"}
	var told struct {
		RetryAfter *float64 `json:"retry_after"`
		Global     bool     `json:"global"`
	}
	if json.Unmarshal(body, &told) == nil && told.RetryAfter != nil {
		limited.After = seconds(*told.RetryAfter)
		limited.Scope = resp.Header.Get("X-RateLimit-Scope")
		if told.Global || resp.Header.Get("X-RateLimit-Global") != "" {
			limited.Scope = "global"
		}
	} else if after, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64); err == nil {
		limited.After = seconds(after)
	}
	if t.onWait != nil {
		t.onWait(limited.Scope)
	}
	return nil, limited
}

// seconds is a time to wait as Discord writes it. No limit of Discord's is longer than a day.
func seconds(n float64) time.Duration {
	const longest = 24 * 60 * 60
	return time.Duration(math.Ceil(min(max(n, 0), longest)*1000)) * time.Millisecond
}
