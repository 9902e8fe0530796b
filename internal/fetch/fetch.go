// Package fetch gets pages over HTTP, politely and on guard.
//
// Polite: validators are sent and a 304 is reported as such, requests to one
// origin (scheme, host and port) go a few at a time and slower when that origin
// answers slowly or says 429 or 503, Retry-After is obeyed, and every request
// says honestly who is asking.
//
// On guard: each connection is checked against the ranges of private and special
// addresses at the moment it is dialled, so neither a name that resolves there, nor
// a redirect, nor DNS rebinding gets past. Bytes before and after decompression,
// header, time and redirects are all capped.
//
// The package knows nothing about feeds, articles or stores: a URL goes in,
// bytes or an error a person can read come out.
package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Options configure a Client. The zero value of each field but UserAgent means its default.
type Options struct {
	// UserAgent says who is asking and where to complain, "name/version (+URL)". Default "newsbrief".
	UserAgent string
	// Allow lists the address ranges exempt from the private-address guard.
	Allow []netip.Prefix
	// Timeout caps the network time of one Get over all its redirects; time spent
	// waiting for an origin's pace does not count. Default 30 s.
	Timeout time.Duration
	// MaxWait caps how long one request waits for its origin's pace before it
	// gives up with a *PaceError. Default 30 s.
	MaxWait time.Duration
	// MaxBytes caps a body, as sent and as decompressed alike. Default 10 MiB.
	MaxBytes int64
	// MaxRedirects caps the redirects of one Get. Default 10.
	MaxRedirects int
	// PerOrigin caps the simultaneous requests to one origin. Default 3.
	PerOrigin int
	// Logger hears when an origin asks for a pause. Default: nobody.
	Logger *slog.Logger
	// Now is the clock against which dates in headers are read when the answer
	// carries no Date of its own. Default time.Now.
	Now func() time.Time
}

// Client fetches. Make one and share it: it keeps connections, TLS sessions and
// the pace of every origin. It is safe for concurrent use.
type Client struct {
	options   Options
	pacer     *pacer
	transport http.RoundTripper
	idle      func() // closes idle connections
}

const (
	dialTimeout    = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	maxIdle        = 256       // connections kept open between requests, over all origins
	maxSessions    = 2048      // TLS sessions kept for resumption
	maxHeaderBytes = 256 << 10 // of one response
)

// New returns a Client. Proxies named in the environment are not used: behind one,
// the guard would only ever see the proxy's address.
func New(o Options) *Client {
	o.UserAgent = cmp.Or(o.UserAgent, "newsbrief")
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.MaxWait = cmp.Or(o.MaxWait, 30*time.Second)
	o.MaxBytes = cmp.Or(o.MaxBytes, 10<<20)
	o.MaxRedirects = cmp.Or(o.MaxRedirects, 10)
	o.PerOrigin = cmp.Or(o.PerOrigin, 3)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}

	dialer := &net.Dialer{Timeout: dialTimeout, Control: newGuard(o.Allow).control}
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(maxSessions)},
		TLSHandshakeTimeout:    dialTimeout,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    o.PerOrigin,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true, // readBody unpacks, so that it can cap both sides
		Protocols:              new(http.Protocols),
		// A kept HTTP/2 connection that died in silence must not cost a whole Timeout.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
	}
	transport.Protocols.SetHTTP1(true)
	transport.Protocols.SetHTTP2(true)

	return &Client{
		options:   o,
		pacer:     newPacer(o.PerOrigin, o.MaxWait, o.Logger),
		transport: transport,
		idle:      transport.CloseIdleConnections,
	}
}

// Close closes the connections kept for later. Call it after the last Get has returned.
func (c *Client) Close() { c.idle() }

// Request is what to get. URL must be http or https; user info in it is sent as
// Basic authentication to that origin and to no other.
type Request struct {
	URL string
	// ETag and LastModified are the validators of the copy at hand, as a Response
	// gave them; either may be empty.
	ETag, LastModified string
	// Accept is the Accept header, default "*/*".
	Accept string
	// MaxBytes, when positive, replaces Options.MaxBytes.
	MaxBytes int64
	// Head asks for the first MaxBytes bytes alone (RFC 9110, section 14.2). A server that sends more is cut off there all the same,
	// and Truncated is not told of one that sends just these.
	Head bool

	form string // posted, when not empty
}

// Response is an answer of the 2xx class, or a 304.
type Response struct {
	Status int
	// URL is where the answer came from in the end, without user info: what
	// relative links in the body are relative to.
	URL string
	// Moved is the address to ask from now on: the target of the permanent
	// redirects (301, 308) the answer began with. Empty when there were none, or
	// when following them for good would give up https.
	Moved  string
	Header http.Header
	// Body is the content, decompressed.
	Body []byte
	// Truncated says that the content was longer than the cap and Body is its beginning.
	Truncated bool
	// NotModified says that the copy whose validators were sent is still good.
	NotModified bool
	// ETag and LastModified are the validators to send next time. After a 304
	// without validators they are those of the request.
	ETag, LastModified string
	// MaxAge is how long the content stays fresh, by Cache-Control or Expires; 0
	// if unknown or if it mustn't be kept. At most 30 days.
	MaxAge time.Duration
	// RetryAfter is how long the server asks to wait before the next request; 0 if
	// it didn't say. At most 30 days.
	RetryAfter time.Duration
}

// Get fetches r.URL, following redirects. It returns a Response for a 2xx or 304
// answer and an error otherwise: a *StatusError for any other answer and for a bot
// challenge, a *PaceError when the origin's pace left no room within Options.MaxWait, and
// an *Error for everything that went wrong on the way. When ctx ends first,
// the error wraps ctx's.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	start, err := parseURL(r.URL)
	if err != nil {
		return nil, &Error{URL: RedactURL(r.URL), Err: err}
	}
	if r.MaxBytes <= 0 {
		r.MaxBytes = c.options.MaxBytes
	}

	trail := newTrail(start, c.options.MaxRedirects)
	left := c.options.Timeout
	for {
		a, took, err := c.ask(ctx, trail, r, left)
		if err != nil {
			return nil, trail.wrap(err)
		}
		if a.next == "" {
			return trail.response(a), nil
		}
		if err := trail.follow(a); err != nil {
			return nil, trail.wrap(err)
		}
		left -= took
	}
}

// answer is what one request of a Get brought: a response, or where to go next.
type answer struct {
	*Response
	next string // the Location of a redirect, else ""
}

// ask makes one request to where the trail stands, within left, when the
// origin's pace allows, and returns the time it took without the wait.
func (c *Client) ask(ctx context.Context, t *trail, r Request, left time.Duration) (*answer, time.Duration, error) {
	turn, err := c.pacer.wait(ctx, originOf(t.at))
	if err != nil {
		return nil, 0, err
	}
	hop, cancel := context.WithTimeout(ctx, left)
	defer cancel()

	a, err := c.roundTrip(hop, t, r)
	took := turn.done(err)
	if err != nil && hop.Err() != nil && !errors.As(err, new(*StatusError)) {
		if err = ctx.Err(); err == nil {
			err = ErrTimeout
		}
	}
	return a, took, err
}

func (c *Client) roundTrip(ctx context.Context, t *trail, r Request) (*answer, error) {
	req := (&http.Request{Method: http.MethodGet, URL: t.at, Header: c.header(r)}).WithContext(ctx)
	if r.form != "" {
		r.post(req)
	}
	t.prepare(req)
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return c.read(resp, t.at, r)
}

func (c *Client) header(r Request) http.Header {
	h := http.Header{
		"User-Agent":      {c.options.UserAgent},
		"Accept":          {cmp.Or(r.Accept, "*/*")},
		"Accept-Encoding": {"gzip"},
	}
	if r.ETag != "" {
		h.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		h.Set("If-Modified-Since", r.LastModified)
	}
	if r.Head {
		h.Set("Range", fmt.Sprintf("bytes=0-%d", r.MaxBytes-1))
		h.Set("Accept-Encoding", "identity") // the range is of what is sent
	}
	return h
}

// read turns what the server at u sent into an answer or a *StatusError.
func (c *Client) read(resp *http.Response, u *url.URL, r Request) (*answer, error) {
	now := serverTime(resp.Header, c.options.Now())
	a := &answer{Response: &Response{
		Status:       resp.StatusCode,
		Header:       resp.Header,
		ETag:         validator(resp.Header, "Etag"),
		LastModified: validator(resp.Header, "Last-Modified"),
		MaxAge:       maxAge(resp.Header, now),
		RetryAfter:   retryAfter(resp.Header.Get("Retry-After"), now),
	}}
	switch code := resp.StatusCode; {
	case code == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		a.NotModified = true
		if a.ETag == "" && a.LastModified == "" {
			a.ETag, a.LastModified = r.ETag, r.LastModified
		}
		return a, nil
	case isRedirect(code) && resp.Header.Get("Location") != "" && (r.form == "" || code != http.StatusSeeOther):
		drain(resp.Body)
		a.next = resp.Header.Get("Location")
		return a, nil
	case code/100 == 2 && r.form != "":
		drain(resp.Body)
		return a, nil
	case code/100 == 2:
		var err error
		if a.Body, a.Truncated, err = readBody(resp, r.MaxBytes); err != nil {
			return nil, err
		}
		if by := challenge(resp, a.Body); by != "" {
			return nil, &StatusError{URL: RedactURL(u.String()), Status: code, Challenge: by, RetryAfter: a.RetryAfter}
		}
		return a, nil
	default:
		// The beginning of an error page is only looked at for a challenge; one that can't be read shows none.
		page, _, _ := readBody(resp, min(r.MaxBytes, maxErrorPage))
		err := &StatusError{URL: RedactURL(u.String()), Status: code, Challenge: challenge(resp, page), RetryAfter: a.RetryAfter}
		if r.form != "" {
			err.Text = reply(resp.Header.Get("Content-Type"), page, r.form)
		}
		return nil, err
	}
}

// validator returns the header's value unless it is too long to be sent back:
// servers refuse requests with long headers, so keeping it would end the feed.
func validator(h http.Header, name string) string {
	if v := h.Get(name); len(v) <= 1024 {
		return v
	}
	return ""
}
