package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"newsbrief/internal/discordsim"
)

func TestBurstToManyChannels(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	b := newBot(t, address, nil)
	var wg sync.WaitGroup
	for i := range 60 {
		ch, err := sim.AddChannel(sim.State().Guilds[0].ID, fmt.Sprint("place-", i), discordsim.ChannelText, "")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for n := range 2 {
				_, _, err := b.Post(t.Context(), claim(ch.ID, n))
				for errors.As(err, new(*limitError)) {
					_, _, err = b.Post(t.Context(), claim(ch.ID, n))
				}
				if err != nil {
					t.Errorf("post %d in %s: %v", n, ch.Name, err)
				}
			}
		})
	}
	wg.Wait()
	// That no second sees more than 50 leave is shown by TestGlobalPace. Here a busy machine may let the simulator take them late and
	// at once; without a pace there are seventy refusals and more.
	if log := sim.Requests(); log.Counts["429"] > 30 || log.Counts["200"] != 120 {
		t.Errorf("120 posts in 60 channels are answered %v", log.Counts)
	}
}

// TestEvery429 lets Discord refuse one post and looks at the next ones, in the same channel and in another.
func TestEvery429(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, scope string
		ms          int
		everywhere  bool // the other channel waits as well
	}{
		{"user_429", "user", 400, false},
		{"shared_429", "shared", 400, false},
		{"global_429", "global", 400, true},
		{"html_429", "cloudflare", 1000, true},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			sim, address := simulator(t, discordsim.Options{})
			var told []string
			b := newBot(t, address, func(o *Options) { o.Limited = func(scope string) { told = append(told, scope) } })
			here, there := sim.State().Guilds[0].Channels[0].ID, sim.State().Guilds[0].Channels[1].ID
			if err := sim.Fault(discordsim.Fault{Kind: c.kind, MS: c.ms}); err != nil {
				t.Fatal(err)
			}
			wait := time.Duration(c.ms) * time.Millisecond
			var limited *limitError
			if _, _, err := b.Post(t.Context(), claim(here, 1)); !errors.As(err, &limited) || limited.Scope != c.scope || limited.After != wait {
				t.Fatalf("the limit is %+v (%v), want %s for %v", limited, err, c.scope, wait)
			}
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			if _, _, err := b.Post(ctx, claim(here, 1)); err == nil || time.Since(start) > wait/2 {
				t.Errorf("a post that has no time for the limit ends with %v after %v", err, time.Since(start))
			}
			if _, _, err := b.Post(t.Context(), claim(there, 2)); err != nil {
				t.Error(err)
			}
			if waited := time.Since(start) > wait*8/10; waited != c.everywhere {
				t.Errorf("the other channel waited %v", time.Since(start))
			}
			if _, _, err := b.Post(t.Context(), claim(here, 1)); err != nil || time.Since(start) < wait*8/10 {
				t.Errorf("the next post in the channel ends with %v after %v", err, time.Since(start))
			}
			if !slices.Equal(told, []string{c.scope}) || sim.Requests().Counts["429"] != 1 {
				t.Errorf("limits were told as %q, Discord answered %v", told, sim.Requests().Counts)
			}
		})
	}
}

// discord answers requests in memory.
type answers func(*http.Request) *http.Response

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func reply(status int, body string, header ...string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// bubble is a transport over answers, to be used in a synctest bubble.
func bubble(t *testing.T, base string, f answers) (*transport, func(method, path string) (*http.Response, time.Duration, error)) {
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	tr := newTransport(u, f, time.Now, nil)
	return tr, func(method, path string) (*http.Response, time.Duration, error) {
		start := time.Now()
		req, err := http.NewRequestWithContext(t.Context(), method, "https://discord.com/api/v9"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := tr.RoundTrip(req)
		return resp, time.Since(start), err
	}
}

func TestRequestsGoWhereTheyShall(t *testing.T) {
	var asked string
	_, send := bubble(t, "http://proxy.example:81/discord/api/v10", func(r *http.Request) *http.Response {
		asked = r.URL.String() + " " + r.Host
		return reply(200, "{}", "X-RateLimit-Remaining", "4", "X-RateLimit-Reset-After", "1", "X-RateLimit-Bucket", "b", "X-Other", "kept")
	})
	resp, _, err := send("GET", "/channels/1/messages?limit=100")
	if err != nil || asked != "http://proxy.example:81/discord/api/v10/channels/1/messages?limit=100 " {
		t.Errorf("asked for %s, %v", asked, err)
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Ratelimit") {
			t.Errorf("discordgo sees %s", name)
		}
	}
	if resp.Header.Get("X-Other") != "kept" {
		t.Error("other headers are lost")
	}
}

func TestRoutesKeepTheirLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, send := bubble(t, "http://discord", func(r *http.Request) *http.Response {
			if r.Method == "POST" && strings.Contains(r.URL.Path, "/channels/111111111111111111/") {
				return reply(200, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "5.5")
			}
			return reply(200, "{}")
		})
		for _, c := range []struct {
			method, path string
			waits        time.Duration
		}{
			{"POST", "/channels/111111111111111111/messages", 0},
			{"POST", "/channels/222222222222222222/messages", 0},
			{"PATCH", "/channels/111111111111111111/messages/333333333333333333", 0},
			{"POST", "/interactions/444444444444444444/token/callback", 0},
			{"POST", "/channels/111111111111111111/messages", 5500 * time.Millisecond},
		} {
			if _, took, err := send(c.method, c.path); err != nil || took.Round(100*time.Millisecond) != c.waits {
				t.Errorf("%s %s took %v, want %v (%v)", c.method, c.path, took, c.waits, err)
			}
		}
	})
}

func TestAnswersToInteractionsDontWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := true
		_, send := bubble(t, "http://discord", func(r *http.Request) *http.Response {
			if limit {
				limit = false
				return reply(429, `{"message":"You are being rate limited.","retry_after":30,"global":true}`, "X-RateLimit-Global", "true", "X-RateLimit-Scope", "global")
			}
			return reply(200, "{}")
		})
		var limited *limitError
		if _, _, err := send("POST", "/channels/1/messages"); !errors.As(err, &limited) || limited.Scope != "global" {
			t.Fatalf("%v", err)
		}
		token := strings.Repeat("t", 60)
		for _, path := range []string{"/interactions/123456789012345678/" + token + "/callback", "/webhooks/123456789012345678/" + token + "/messages/@original"} {
			for range 200 { // more than the global limit lets through in a second
				if _, took, err := send("PATCH", path); err != nil || took != 0 {
					t.Fatalf("%s took %v, %v", path, took, err)
				}
			}
		}
		if _, took, err := send("POST", "/channels/1/messages"); err != nil || took < 30*time.Second || took > 31*time.Second {
			t.Errorf("a post waited %v, want 30 s (%v)", took, err)
		}
	})
}

func TestGlobalPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var times []time.Time
		_, send := bubble(t, "http://discord", func(r *http.Request) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			times = append(times, time.Now())
			return reply(200, "{}")
		})
		var wg sync.WaitGroup
		start := time.Now()
		for i := range 300 {
			wg.Go(func() {
				if _, _, err := send("POST", fmt.Sprintf("/channels/%d/messages", 100000000000000000+i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took > 7*time.Second {
			t.Errorf("300 requests took %v", took)
		}
		for i := range times {
			if i >= 50 && times[i].Sub(times[i-50]) < time.Second {
				t.Fatalf("51 requests within %v", times[i].Sub(times[i-50]))
			}
		}
	})
}

// TestGlobalPaceAfterAStandstill: what waited while the machine stood still doesn't leave all at once.
func TestGlobalPaceAfterAStandstill(t *testing.T) {
	now := time.Unix(1e9, 0)
	tr := newTransport(&url.URL{}, nil, func() time.Time { return now }, nil)
	sent := 0
	for range 200 {
		if tr.take() == 0 {
			sent++
		}
	}
	if sent > 50 {
		t.Errorf("%d requests left at once", sent)
	}
	now = now.Add(time.Second)
	if d := tr.take(); d != 0 {
		t.Errorf("a second later the next one waits %v more", d)
	}
}

func TestOddLimits(t *testing.T) {
	for _, c := range []struct {
		body   string
		header []string
		after  time.Duration
		scope  string
	}{
		{`{"retry_after":0.25}`, []string{"X-RateLimit-Scope", "user"}, 250 * time.Millisecond, "user"},
		{`{"retry_after":64.57,"global":true}`, nil, 64570 * time.Millisecond, "global"},
		{`<html>`, []string{"Retry-After", "17"}, 17 * time.Second, "cloudflare"},
		{`<html>`, nil, time.Minute, "cloudflare"},
		{`{}`, []string{"Retry-After", "soon"}, time.Minute, "cloudflare"},
		{`{"retry_after":"1"}`, []string{"Retry-After", "2"}, 2 * time.Second, "cloudflare"},
		{`{"retry_after":-5}`, []string{"X-RateLimit-Scope", "user"}, 0, "user"},
		{`{"retry_after":null}`, nil, time.Minute, "cloudflare"},
		{`{"retry_after":1e300}`, []string{"X-RateLimit-Scope", "user"}, 24 * time.Hour, "user"},
	} {
		_, send := bubble(t, "http://discord", func(*http.Request) *http.Response { return reply(429, c.body, c.header...) })
		var limited *limitError
		if _, _, err := send("POST", "/channels/1/messages"); !errors.As(err, &limited) || limited.After != c.after || limited.Scope != c.scope {
			t.Errorf("%s %v is %v, want %s for %v", c.body, c.header, err, c.scope, c.after)
		}
	}
}

func TestBucketsAreBounded(t *testing.T) {
	tr, send := bubble(t, "http://discord", func(*http.Request) *http.Response {
		return reply(200, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "0")
	})
	tr.global.SetLimit(rate.Inf)
	for i := range 3 * maxBuckets {
		tr.sent = [globalMost]time.Time{}
		if _, _, err := send("POST", fmt.Sprintf("/channels/%d/messages", 100000000000000000+i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(tr.buckets); n > maxBuckets {
		t.Errorf("%d routes are remembered, want at most %d", n, maxBuckets)
	}
}
