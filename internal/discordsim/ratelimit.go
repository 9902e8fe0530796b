package discordsim

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"time"
)

// limit allows count requests per window, counted from the first one.
type limit struct {
	count  int
	window time.Duration
}

// Discord doesn't publish its limits and asks to read the headers
// (developers/topics/rate-limits); these are what bots have seen.
var (
	limitDefault       = limit{30, 10 * time.Second}
	limitCreateMessage = limit{5, 5 * time.Second}
	limitEditMessage   = limit{5, 5 * time.Second}
	limitDeleteMessage = limit{5, time.Second}
	limitReadMessages  = limit{5, 5 * time.Second}
	limitReactions     = limit{1, 250 * time.Millisecond}
	limitCrosspost     = limit{10, time.Hour}
	limitEditChannel   = limit{5, 15 * time.Second}
	limitCommands      = limit{5, 20 * time.Second}
	limitOpenDM        = limit{10, 10 * time.Second}
	limitGateway       = limit{2, 5 * time.Second}
	limitWebhook       = limit{5, 2 * time.Second}
	limitGlobal        = limit{50, time.Second}
	invalidWindow      = 10 * time.Minute
)

// window counts requests until it ends.
type window struct {
	used int
	ends time.Time
}

// take counts one request; it reports how many are left and whether this one fits.
func (w *window) take(l limit, now time.Time) (left int, ok bool) {
	if !now.Before(w.ends) {
		w.used, w.ends = 0, now.Add(l.window)
	}
	if w.used >= l.count {
		return 0, false
	}
	w.used++
	return l.count - w.used, true
}

// limiter holds the windows of all buckets, callers and addresses. A window
// that has ended says nothing any more and is forgotten, so memory is bounded by
// the requests of the longest window.
type limiter struct {
	windows map[string]*window
	sweep   int // size at which ended windows are swept out
}

func (l *limiter) init() { l.windows, l.sweep = map[string]*window{}, 1024 }

func (l *limiter) get(key string, now time.Time) *window {
	w := l.windows[key]
	if w == nil {
		if len(l.windows) >= l.sweep {
			for k, old := range l.windows {
				if !now.Before(old.ends) {
					delete(l.windows, k)
				}
			}
			l.sweep = max(1024, 2*len(l.windows))
		}
		w = &window{}
		l.windows[key] = w
	}
	return w
}

// bucketName is the X-RateLimit-Bucket of a route: an opaque string that doesn't
// tell the channel.
func bucketName(route string) string {
	sum := sha256.Sum256([]byte(route))
	return hex.EncodeToString(sum[:16])
}

// seconds writes a duration the way Discord does, rounded up to milliseconds.
func seconds(d time.Duration) float64 { return math.Ceil(max(d, 0).Seconds()*1000) / 1000 }

// limitRoute counts a request against its route's bucket and writes the headers.
func (s *Simulator) limitRoute(h http.Header, route *route, major string, now time.Time) *apiError {
	w := s.limits.get("bucket "+route.bucket()+" "+major, now)
	left, ok := w.take(route.limit, now)
	rateHeaders(h, route.bucket(), route.limit.count, left, w.ends, now)
	if ok {
		return nil
	}
	return tooMany(h, "user", "You are being rate limited.", w.ends.Sub(now))
}

func rateHeaders(h http.Header, bucket string, count, left int, ends, now time.Time) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(count))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(ends.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(seconds(ends.Sub(now)), 'f', 3, 64))
	h.Set("X-RateLimit-Bucket", bucketName(bucket))
}

func tooMany(h http.Header, scope, message string, wait time.Duration) *apiError {
	h.Set("X-RateLimit-Scope", scope)
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return &apiError{status: http.StatusTooManyRequests, message: message, retry: seconds(wait)}
}

// limitAll counts a request against the global limit of a bot, or of an address
// that doesn't say who it is.
func (s *Simulator) limitAll(h http.Header, caller string, now time.Time) error {
	w := s.limits.get("global "+caller, now)
	if _, ok := w.take(limitGlobal, now); ok {
		return nil
	}
	return globalLimit(h, w.ends.Sub(now))
}

func globalLimit(h http.Header, wait time.Duration) error {
	h.Set("X-RateLimit-Global", "true")
	e := tooMany(h, "global", "You are being rate limited.", wait)
	return &globalError{*e}
}

// globalError is a 429 of the global limit.
type globalError struct{ apiError }

func (e *globalError) body() map[string]any {
	b := e.apiError.body()
	b["global"] = true
	delete(b, "code")
	return b
}

// countInvalid notes an answer that counts towards the ban of an address
// (401, 403 and 429, but not 429 of a shared resource).
func (s *Simulator) countInvalid(address string, status int, h http.Header, now time.Time) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if h.Get("X-RateLimit-Scope") == "shared" {
			return
		}
		s.limits.get("invalid "+address, now).take(limit{s.opt.InvalidRequests, invalidWindow}, now)
	}
}

// banned reports an address that made too many invalid requests, and for how long.
func (s *Simulator) banned(address string, now time.Time) (time.Duration, bool) {
	w := s.limits.windows["invalid "+address]
	if w == nil || !now.Before(w.ends) || w.used < s.opt.InvalidRequests {
		return 0, false
	}
	return w.ends.Sub(now), true
}
