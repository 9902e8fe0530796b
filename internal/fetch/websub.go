package fetch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// WebSub as a subscriber speaks it (https://www.w3.org/TR/websub/), and PubSubHubbub 0.3 and 0.4, which it was before and many hubs
// still are.

var (
	// ErrSignature is a delivery that is not the hub's, or was changed on its way.
	ErrSignature = errors.New("the signature is missing or wrong")
	// ErrTooLarge is a delivery beyond Options.MaxBytes, whose signature can't be checked.
	ErrTooLarge = errors.New("the content is too large")
)

// Subscription is what a hub is asked for.
type Subscription struct {
	Hub      string        // where to ask
	Topic    string        // the address the hub knows the content by
	Callback string        // where the hub is to confirm and to deliver; known to nobody else
	Secret   string        // under which the hub signs, less than 200 bytes
	Lease    time.Duration // how long it should last; the hub decides (Intent.Lease)
}

// Subscribe asks the hub for a subscription, or for more time on one it has. nil means that the hub will look into it: it confirms by
// an Intent at the callback, which may come before Subscribe returns. Errors are those of Get.
func (c *Client) Subscribe(ctx context.Context, s Subscription) error {
	return c.askHub(ctx, s, url.Values{
		"hub.mode":          {"subscribe"},
		"hub.secret":        {s.Secret},
		"hub.lease_seconds": {strconv.Itoa(int(s.Lease.Seconds()))},
	})
}

// Unsubscribe asks the hub to end a subscription. It confirms as for Subscribe.
func (c *Client) Unsubscribe(ctx context.Context, s Subscription) error {
	return c.askHub(ctx, s, url.Values{"hub.mode": {"unsubscribe"}})
}

func (c *Client) askHub(ctx context.Context, s Subscription, form url.Values) error {
	hub, err := parseURL(s.Hub)
	if err != nil {
		return &Error{URL: RedactURL(s.Hub), Err: err}
	}
	form.Set("hub.callback", s.Callback)
	form.Set("hub.topic", s.Topic)
	form.Set("hub.verify", "async") // hubs of version 0.3, WordPress' own among them, refuse a request without
	addresses := []string{s.Hub}
	if hub.Scheme == "http" && hub.Port() == "" {
		// The secret should travel under https (section 9.2), which most hubs speak that are named with http.
		secure := *hub
		secure.Scheme = "https"
		addresses = []string{secure.String(), s.Hub}
	}
	for _, address := range addresses {
		_, err = c.Get(ctx, Request{URL: address, form: form.Encode()})
		if !errors.As(err, new(*Error)) || ctx.Err() != nil { // the hub has answered
			return err
		}
	}
	return err
}

// post makes a GET of r's a POST. Asking a hub twice is as good as once, so the transport may repeat it on a new connection when a
// kept one turns out to be dead; an empty Idempotency-Key tells it that and isn't sent.
func (r Request) post(req *http.Request) {
	req.Method = http.MethodPost
	req.ContentLength = int64(len(r.form))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(r.form)), nil }
	req.Body = io.NopCloser(strings.NewReader(r.form))
	req.Header["Idempotency-Key"] = nil
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
}

// reply is what a plain answer to a form begins with, on one line and without what is secret in the form.
func reply(contentType string, body []byte, form string) string {
	if strings.Contains(strings.ToLower(contentType), "html") || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return ""
	}
	text := string(body)
	if sent, err := url.ParseQuery(form); err == nil {
		for _, name := range []string{"hub.secret", "hub.callback"} {
			if secret := sent.Get(name); secret != "" {
				text = strings.NewReplacer(secret, "…", url.QueryEscape(secret), "…").Replace(text)
			}
		}
	}
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text[:min(len(text), 200)])
	return strings.Join(strings.Fields(text), " ")
}

// Links returns the absolute addresses that the Link headers give for a relation, such as "hub" (RFC 8288).
func (r *Response) Links(relation string) []string {
	base, err := url.Parse(r.URL)
	if err != nil {
		return nil
	}
	var found []string
	for _, rest := range r.Header.Values("Link") {
		for {
			_, after, ok := strings.Cut(rest, "<")
			if !ok {
				break
			}
			var target, params string
			if target, rest, ok = strings.Cut(after, ">"); !ok {
				break
			}
			params, rest = cutUnquoted(rest, ',')
			ref, err := url.Parse(strings.TrimSpace(target))
			if err != nil || !relates(params, relation) {
				continue
			}
			if at := base.ResolveReference(ref); checkURL(at) == nil {
				found = append(found, stripped(at).String())
			}
		}
	}
	return found
}

// relates reports whether a link's parameters name the relation, for the answer itself rather than for another anchor.
func relates(params, relation string) bool {
	relations, anchored := "", false
	for params != "" {
		var param string
		param, params = cutUnquoted(params, ';')
		name, value, _ := strings.Cut(param, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "rel":
			relations = cmp.Or(relations, strings.Trim(strings.TrimSpace(value), `"'`)) // only the first counts
		case "anchor":
			anchored = true
		}
	}
	return !anchored && slices.ContainsFunc(strings.Fields(relations), func(s string) bool { return strings.EqualFold(s, relation) })
}

// cutUnquoted is strings.Cut at the first separator that stands outside of quotes.
func cutUnquoted(s string, sep byte) (before, after string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case quoted && s[i] == '\\':
			i++
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// Intent is a hub's question or notice at a callback (sections 5.2 and 5.3).
type Intent struct {
	Mode      string // "subscribe", "unsubscribe" or "denied"
	Topic     string
	Challenge string        // to be given back by who wants the subscription, or its end
	Lease     time.Duration // how long the subscription lasts, at most 30 days; 0 when the hub doesn't say
	Reason    string        // for a denial, may be ""
}

// ReadIntent reads the query of a GET at a callback. ok is false when it is no Intent.
func ReadIntent(query string) (i Intent, ok bool) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return i, false
	}
	i = Intent{Mode: strings.ToLower(q.Get("hub.mode")), Topic: q.Get("hub.topic"), Challenge: q.Get("hub.challenge"), Reason: q.Get("hub.reason")}
	i.Lease, _ = seconds(q.Get("hub.lease_seconds"))
	switch i.Mode {
	case "subscribe", "unsubscribe":
		return i, i.Topic != "" && i.Challenge != ""
	case "denied":
		return i, i.Topic != ""
	}
	return i, false
}

// SameTopic reports whether two addresses are one topic. Some hubs give the topic back in their own spelling: escapes, the case of the
// host, a slash at the end.
func SameTopic(a, b string) bool {
	return a == b || spelled(a) == spelled(b)
}

func spelled(topic string) string {
	u, err := url.Parse(topic)
	if err != nil || u.Host == "" {
		return topic
	}
	return originOf(u) + strings.TrimRight(u.Path, "/") + "?" + u.Query().Encode()
}

// Delivered reads what a hub posts to a callback (section 7) as if it had been fetched from address. Errors are ErrSignature,
// ErrTooLarge, or those of reading. Of the headers only Content-Type is kept: the signature doesn't cover them.
func (c *Client) Delivered(r *http.Request, address, secret string) (*Response, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, c.options.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading what a hub delivers: %w", err)
	}
	if int64(len(body)) > c.options.MaxBytes {
		return nil, ErrTooLarge
	}
	if !slices.ContainsFunc(r.Header.Values("X-Hub-Signature"), func(s string) bool { return signed(body, s, secret) }) {
		return nil, ErrSignature
	}
	sent := &http.Response{Header: r.Header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
	resp := &Response{Status: http.StatusOK, URL: address, Header: http.Header{"Content-Type": r.Header.Values("Content-Type")}}
	if resp.Body, resp.Truncated, err = readBody(sent, c.options.MaxBytes); err != nil {
		return nil, fmt.Errorf("reading what a hub delivers: %w", err)
	}
	return resp, nil
}

// signed reports whether signature is the body's (section 7.1).
func signed(body []byte, signature, secret string) bool {
	method, digest, _ := strings.Cut(signature, "=")
	algorithm := algorithms[strings.ToLower(strings.TrimSpace(method))]
	if algorithm == nil {
		return false
	}
	got, err := hex.DecodeString(strings.TrimSpace(digest))
	if err != nil {
		return false
	}
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), got)
}

var algorithms = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
