package fetch

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxDelay caps what a server may ask for: beyond a month it is a mistake or a prank.
const maxDelay = 30 * 24 * time.Hour

// serverTime returns the server's idea of now: its Date plus the Age of the cached
// answer (RFC 9111, section 4.2.3). Dates in the same header are to be read
// against it, so that a wrong clock on either side does no harm.
func serverTime(h http.Header, now time.Time) time.Time {
	if at, ok := date(h.Get("Date")); ok {
		return at.Add(age(h))
	}
	return now
}

// date reads an HTTP date in any of its three forms. The common absence of one costs nothing.
func date(value string) (time.Time, bool) {
	if value == "" {
		return time.Time{}, false
	}
	at, err := http.ParseTime(value)
	return at, err == nil
}

func age(h http.Header) time.Duration {
	d, _ := seconds(h.Get("Age"))
	return d
}

// retryAfter reads a Retry-After value, seconds or an HTTP date (RFC 9110, section
// 10.2.3). It returns 0 for a value that is absent, past or not understood.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if d, ok := seconds(value); ok {
		return d
	}
	if at, ok := date(value); ok {
		return clamp(at.Sub(now))
	}
	return 0
}

// maxAge returns how long an answer stays fresh (RFC 9111, section 4.2.1): the
// shortest max-age of Cache-Control, else Expires, less the time it already
// spent in caches. Answers that mustn't be stored or need revalidation have 0.
func maxAge(h http.Header, now time.Time) time.Duration {
	fresh, known := time.Duration(0), false
	for directive := range directives(h.Values("Cache-Control")) {
		name, value, _ := strings.Cut(directive, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if d, ok := seconds(strings.Trim(strings.TrimSpace(value), `"`)); ok && (!known || d < fresh) {
				fresh, known = d, true
			}
		}
	}
	if known {
		return clamp(fresh - age(h))
	}
	if at, ok := date(h.Get("Expires")); ok {
		return clamp(at.Sub(now))
	}
	return 0
}

// directives yields the comma-separated parts of the values; a comma within quotes
// doesn't separate, as in private="a, b".
func directives(values []string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range values {
			quoted, from := false, 0
			for i := range len(v) {
				switch {
				case v[i] == '"':
					quoted = !quoted
				case v[i] == ',' && !quoted:
					if !yield(strings.TrimSpace(v[from:i])) {
						return
					}
					from = i + 1
				}
			}
			if !yield(strings.TrimSpace(v[from:])) {
				return
			}
		}
	}
}

// seconds reads a number of seconds, fractions rounded up, as some servers send them.
func seconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 1) {
		return 0, false
	}
	if n >= maxDelay.Seconds() {
		return maxDelay, true
	}
	return time.Duration(math.Ceil(n)) * time.Second, true
}

func clamp(d time.Duration) time.Duration { return max(0, min(d, maxDelay)) }
