package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/fetch"
)

// transport stands in for the network, so that time can be synctest's.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(r *http.Request, code int, body string) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1, Request: r}
}

func redirect(r *http.Request, code int, to string) *http.Response {
	resp := answer(r, code, "")
	resp.Header.Set("Location", to)
	return resp
}

// host answers after latency, with code, and notes what it sees.
type host struct {
	mu         sync.Mutex
	latency    time.Duration
	code       int
	retryAfter string
	active     int
	most       int
	times      []time.Time
}

func (h *host) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.active++
	h.most = max(h.most, h.active)
	h.times = append(h.times, time.Now())
	latency := h.latency
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.active--
		h.mu.Unlock()
	}()
	select {
	case <-time.After(latency):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	resp := answer(r, max(h.code, 200), "")
	if h.code != 0 && h.retryAfter != "" {
		resp.Header.Set("Retry-After", h.retryAfter)
	}
	return resp, nil
}

func (h *host) say(code int, retryAfter string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.code, h.retryAfter = code, retryAfter
}

const page = "https://example.com/"

// ask makes n requests at once and returns their errors.
func ask(ctx context.Context, c *fetch.Client, n int) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { _, errs[i] = c.Get(ctx, fetch.Request{URL: page}) })
	}
	wg.Wait()
	return errs
}

func TestPaceOfQuickOrigin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{latency: 100 * time.Millisecond}
		c := fetch.NewOver(fetch.Options{PerOrigin: 3}, h)
		begun := time.Now()
		if err := errors.Join(ask(t.Context(), c, 30)...); err != nil {
			t.Fatal(err)
		}
		if h.most != 3 {
			t.Errorf("%d at a time, want 3", h.most)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("30 requests, 3 at a time, 100 ms each took %v: there was a pause", took)
		}
		if c.Origins() != 0 {
			t.Errorf("%d origins are remembered", c.Origins())
		}
	})
}

func TestOriginsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := fetch.NewOver(fetch.Options{PerOrigin: 1}, &host{latency: time.Second})
		begun := time.Now()
		var wg sync.WaitGroup
		for _, u := range []string{"https://example.com/", "https://EXAMPLE.com:8443/", "http://example.com/", "https://example.org/"} {
			wg.Go(func() {
				if _, err := c.Get(t.Context(), fetch.Request{URL: u}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(begun); took != time.Second {
			t.Errorf("four origins took %v", took)
		}

		begun = time.Now()
		for _, u := range []string{"https://example.com/", "https://EXAMPLE.com:443/"} { // the same origin
			wg.Go(func() {
				if _, err := c.Get(t.Context(), fetch.Request{URL: u}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(begun); took < 2*time.Second {
			t.Errorf("two requests to one origin took %v", took)
		}
	})
}

func TestPaceOfSlowOrigin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{latency: 4 * time.Second}
		c := fetch.NewOver(fetch.Options{PerOrigin: 3, MaxWait: time.Hour}, h)
		ask(t.Context(), c, 3)
		h.most, h.times = 0, nil
		if err := errors.Join(ask(t.Context(), c, 4)...); err != nil {
			t.Fatal(err)
		}
		if h.most != 1 {
			t.Errorf("a slow origin got %d at a time", h.most)
		}
		for i := range 3 {
			if gap := h.times[i+1].Sub(h.times[i]); gap < 8*time.Second {
				t.Errorf("%v between two requests that take 4 s: no rest", gap)
			}
		}

		h.latency = 50 * time.Millisecond // it recovers
		ask(t.Context(), c, 10)
		h.most = 0
		ask(t.Context(), c, 10)
		if h.most != 3 {
			t.Errorf("after recovery %d at a time", h.most)
		}
	})
}

func TestRetryAfterHoldsTheOrigin(t *testing.T) {
	for _, code := range []int{429, 503} {
		synctest.Test(t, func(t *testing.T) {
			h := &host{code: code, retryAfter: "600"}
			c := fetch.NewOver(fetch.Options{MaxWait: 30 * time.Second}, h)
			begun := time.Now()
			var status *fetch.StatusError
			if err := ask(t.Context(), c, 1)[0]; !errors.As(err, &status) || status.RetryAfter != 10*time.Minute {
				t.Fatalf("error = %v", err)
			}

			var pace *fetch.PaceError
			if err := ask(t.Context(), c, 1)[0]; !errors.As(err, &pace) || !pace.Until.Equal(begun.Add(10*time.Minute)) {
				t.Fatalf("during the pause: %v", err)
			}
			if pace.Origin != "https://example.com" || time.Since(begun) != 0 {
				t.Errorf("origin %q, after %v", pace.Origin, time.Since(begun))
			}
			if len(h.times) != 1 {
				t.Error("the pause was broken")
			}

			h.say(0, "")
			time.Sleep(10*time.Minute - 20*time.Second) // now the rest is worth waiting for
			if err := ask(t.Context(), c, 1)[0]; err != nil {
				t.Fatalf("at the end of the pause: %v", err)
			}
			if got := h.times[1].Sub(begun); got != 10*time.Minute {
				t.Errorf("asked again after %v", got)
			}
		})
	}
}

func TestStrikesSlowDownAndHeal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{code: 429, latency: 10 * time.Millisecond}
		c := fetch.NewOver(fetch.Options{PerOrigin: 4, MaxWait: time.Hour}, h)
		pause := func() time.Duration { // until the next request
			last := h.times[len(h.times)-1]
			ask(t.Context(), c, 1)
			return h.times[len(h.times)-1].Sub(last).Truncate(time.Second)
		}
		ask(t.Context(), c, 4) // four answers, one strike
		if got := pause(); got != 5*time.Second {
			t.Errorf("first pause %v", got)
		}
		if got := pause(); got != 10*time.Second {
			t.Errorf("second pause %v", got)
		}
		for range 10 {
			pause()
		}
		if got := pause(); got != 5*time.Minute {
			t.Errorf("longest pause %v", got)
		}

		h.say(0, "")
		pause() // the first good answer
		if got := pause(); got != 150*time.Second {
			t.Errorf("after one good answer %v", got)
		}
		for range 10 {
			pause()
		}
		if got := pause(); got != 0 {
			t.Errorf("after many good answers %v", got)
		}
		if c.Origins() != 0 {
			t.Errorf("%d origins are remembered", c.Origins())
		}
	})
}

// A pause that begins while requests wait sends away those that can't wait for its end.
func TestPauseReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{code: 429, retryAfter: "3600", latency: time.Second}
		c := fetch.NewOver(fetch.Options{PerOrigin: 1}, h)
		begun := time.Now()
		left := 0
		for _, err := range ask(t.Context(), c, 5) {
			if errors.As(err, new(*fetch.PaceError)) {
				left++
			}
		}
		if left != 4 || len(h.times) != 1 || time.Since(begun) != time.Second {
			t.Errorf("%d left, %d asked, after %v", left, len(h.times), time.Since(begun))
		}
	})
}

func TestMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{latency: 20 * time.Second}
		c := fetch.NewOver(fetch.Options{PerOrigin: 1, MaxWait: 15 * time.Second}, h)
		begun := time.Now()
		var pace *fetch.PaceError
		errs := ask(t.Context(), c, 3)
		if err := errors.Join(errs...); !errors.As(err, &pace) || len(h.times) != 1 {
			t.Fatalf("errors = %v", errs)
		}
		if at := begun.Add(15 * time.Second); !pace.Until.After(at) {
			t.Errorf("Until %v isn't after %v", pace.Until, at)
		}
	})
}

func TestCancelWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{latency: 10 * time.Second}
		c := fetch.NewOver(fetch.Options{PerOrigin: 1}, h)
		var wg sync.WaitGroup
		wg.Go(func() { ask(t.Context(), c, 1) })
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := ask(ctx, c, 1)[0]; !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fetch.ErrTimeout) {
			t.Errorf("error = %v", err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("left after %v", took)
		}
		wg.Go(func() { // the one behind still gets its turn
			if err := ask(t.Context(), c, 1)[0]; err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if len(h.times) != 2 {
			t.Errorf("%d requests", len(h.times))
		}
	})
}

func TestMemoryOfOriginsIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{code: 429, retryAfter: "60"}
		c := fetch.NewOver(fetch.Options{}, h)
		for i := range fetch.MaxOrigins + 100 {
			_, err := c.Get(t.Context(), fetch.Request{URL: fmt.Sprintf("https://h%d.example.com/", i)})
			if !errors.Is(err, fetch.ErrRateLimited) {
				t.Fatal(err)
			}
		}
		if n := c.Origins(); n > fetch.MaxOrigins {
			t.Errorf("%d origins are remembered", n)
		}
		time.Sleep(time.Hour)
		h.say(0, "")
		ask(t.Context(), c, 1)
		if n := c.Origins(); n > 1 {
			t.Errorf("%d origins are remembered after an idle hour", n)
		}
	})
}
