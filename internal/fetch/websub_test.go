package fetch_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/fetch"
)

func TestSubscribe(t *testing.T) {
	var asked []url.Values
	hub := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/hub", http.StatusMovedPermanently)
		case "/elsewhere":
			http.Redirect(w, r, "/hub", http.StatusTemporaryRedirect)
		case "/form":
			http.Redirect(w, r, "/hub", http.StatusSeeOther)
		default:
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("User-Agent") != "newsbrief/1" || r.Header["Idempotency-Key"] != nil {
				t.Errorf("the hub was asked by %s with %v", r.Method, r.Header)
			}
			asked = append(asked, r.PostForm)
			w.WriteHeader(http.StatusAccepted)
		}
	})
	c := client(t, fetch.Options{UserAgent: "newsbrief/1"})
	s := fetch.Subscription{Topic: "https://example.org/feed?a=b&c", Callback: "https://news.example.org/websub/x/y", Secret: "s3cret", Lease: 240 * time.Hour}
	for _, path := range []string{"/hub", "/moved", "/elsewhere"} {
		s.Hub = hub.URL + path
		if err := c.Subscribe(t.Context(), s); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	want := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {s.Topic}, "hub.callback": {s.Callback}, "hub.secret": {s.Secret}, "hub.lease_seconds": {"864000"}, "hub.verify": {"async"}}
	for _, got := range asked {
		if got.Encode() != want.Encode() {
			t.Errorf("the hub was asked for\n%v, want\n%v", got, want)
		}
	}
	if len(asked) != 3 {
		t.Errorf("%d requests arrived, want 3", len(asked))
	}

	s.Hub = hub.URL + "/form"
	if err := c.Subscribe(t.Context(), s); !errors.As(err, new(*fetch.StatusError)) {
		t.Errorf("a hub that shows a page instead: %v", err)
	}
	s.Hub = hub.URL + "/hub"
	if err := c.Unsubscribe(t.Context(), s); err != nil {
		t.Error(err)
	}
	if got := asked[len(asked)-1]; got.Get("hub.mode") != "unsubscribe" || got.Get("hub.topic") != s.Topic || got.Get("hub.callback") != s.Callback {
		t.Errorf("the end was asked for with %v", got)
	}
}

// TestRefused shows that a hub's own words reach the operator, without what is secret in the request.
func TestRefused(t *testing.T) {
	s := fetch.Subscription{Topic: "https://example.org/feed", Callback: "https://news.example.org/websub/x/capability", Secret: "s3cret"}
	for name, test := range map[string]struct {
		contentType, body, want string
	}{
		"words":  {"text/plain", "You may only subscribe to\nhttps://example.org/rss\x00", "You may only subscribe to https://example.org/rss"},
		"echo":   {"", "bad request: " + url.Values{"hub.callback": {s.Callback}, "hub.secret": {s.Secret}}.Encode(), "bad request: hub.callback=…&hub.secret=…"},
		"long":   {"application/json", strings.Repeat("ä", 200), strings.Repeat("ä", 100)},
		"at end": {"text/plain", strings.Repeat(".", 196) + s.Secret, strings.Repeat(".", 196) + "…"},
		"page":   {"text/html; charset=utf-8", "<h1>No</h1>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			hub := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				w.WriteHeader(http.StatusUnprocessableEntity)
				io.WriteString(w, test.body)
			})
			s.Hub = hub.URL
			err := client(t, fetch.Options{}).Subscribe(t.Context(), s)
			status := (*fetch.StatusError)(nil)
			if !errors.As(err, &status) || status.Status != 422 || status.Text != test.want {
				t.Fatalf("%#v, want the text %q", err, test.want)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), s.Secret) || strings.Contains(err.Error(), "capability") {
				t.Errorf("the error reads %q", err)
			}
		})
	}
}

// TestGuardedHub shows that a feed can't make the bot post to where it may not look.
func TestGuardedHub(t *testing.T) {
	reached := false
	inner := serve(t, func(http.ResponseWriter, *http.Request) { reached = true })
	c := fetch.New(fetch.Options{})
	t.Cleanup(c.Close)
	for hub, want := range map[string]error{inner.URL: fetch.ErrPrivate, "http://169.254.169.254/": fetch.ErrPrivate, "https://example.org:25/": fetch.ErrURL, "ftp://example.org/": fetch.ErrURL, "": fetch.ErrURL} {
		if err := c.Subscribe(t.Context(), fetch.Subscription{Hub: hub}); !errors.Is(err, want) {
			t.Errorf("hub %q: %v, want %v", hub, err, want)
		}
	}
	if reached {
		t.Error("a private host was reached")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestSecretOverHTTPS shows that a hub named with http is asked under https where it speaks it.
func TestSecretOverHTTPS(t *testing.T) {
	for name, test := range map[string]struct {
		hub   string
		https int // status, 0 for no connection
		want  []string
	}{
		"both":     {"http://hub.example/", 202, []string{"https://hub.example/"}},
		"refuses":  {"http://hub.example/", 422, []string{"https://hub.example/"}},
		"no https": {"http://hub.example/", 0, []string{"https://hub.example/", "http://hub.example/"}},
		"its port": {"http://hub.example:8080/", 202, []string{"http://hub.example:8080/"}},
		"https":    {"https://hub.example/", 0, []string{"https://hub.example/"}},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			c := fetch.NewOver(fetch.Options{}, roundTrip(func(r *http.Request) (*http.Response, error) {
				asked = append(asked, r.URL.String())
				status := 202
				if r.URL.Scheme == "https" {
					status = test.https
				}
				if status == 0 {
					return nil, io.EOF
				}
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}, nil
			}))
			err := c.Subscribe(t.Context(), fetch.Subscription{Hub: test.hub})
			if !slices.Equal(asked, test.want) {
				t.Errorf("asked %q, want %q", asked, test.want)
			}
			if ok := name == "both" || name == "no https" || name == "its port"; ok != (err == nil) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	for name, test := range map[string]struct {
		headers []string
		hub     []string
		self    []string
	}{
		"the specification's": {[]string{`<https://hub.example.com/>; rel="hub"`, `<http://example.com/feed>; rel="self"`}, []string{"https://hub.example.com/"}, []string{"http://example.com/feed"}},
		"one header":          {[]string{`<https://a.example/>; rel=hub, <https://b.example/x,y>;rel="hub", </feed.json>; rel="self"`}, []string{"https://a.example/", "https://b.example/x,y"}, []string{"https://example.org/feed.json"}},
		"two relations":       {[]string{`<https://a.example/>; title="a, b; \"c"; rel="alternate HUB"`}, []string{"https://a.example/"}, nil},
		"spaces":              {[]string{` < https://a.example/ > ; rel = 'hub' `}, []string{"https://a.example/"}, nil},
		"the first counts":    {[]string{`<https://a.example/>; rel=next; rel=hub`}, nil, nil},
		"another's":           {[]string{`<https://a.example/>; rel=hub; anchor="/other"`}, nil, nil},
		"no web address":      {[]string{`<file:///etc/passwd>; rel=hub, <https://a.example:25/>; rel=hub, <javascript:alert(1)>; rel=hub, <http://%zz/>; rel=hub`}, nil, nil},
		"no secret":           {[]string{`<https://u:p@a.example/#x>; rel=hub`}, []string{"https://a.example/"}, nil},
		"broken":              {[]string{`<https://a.example/; rel=hub`, `https://b.example/>; rel=hub`, `rel=hub`, `;,<>`, ``}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := &fetch.Response{URL: "https://example.org/feed", Header: http.Header{"Link": test.headers}}
			if got := r.Links("hub"); !slices.Equal(got, test.hub) {
				t.Errorf("hubs %q, want %q", got, test.hub)
			}
			if got := r.Links("self"); !slices.Equal(got, test.self) {
				t.Errorf("self %q, want %q", got, test.self)
			}
		})
	}
}

func TestReadIntent(t *testing.T) {
	for query, want := range map[string]fetch.Intent{
		"hub.mode=subscribe&hub.topic=http%3A%2F%2Fa.example%2F&hub.challenge=c%26%3C&hub.lease_seconds=864000": {Mode: "subscribe", Topic: "http://a.example/", Challenge: "c&<", Lease: 240 * time.Hour},
		"hub.mode=subscribe&hub.topic=t&hub.challenge=c":                                                        {Mode: "subscribe", Topic: "t", Challenge: "c"},
		"hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=315360000":                            {Mode: "subscribe", Topic: "t", Challenge: "c", Lease: 30 * 24 * time.Hour},
		"hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=-5":                                   {Mode: "subscribe", Topic: "t", Challenge: "c"},
		"hub.mode=unsubscribe&hub.topic=t&hub.challenge=c":                                                      {Mode: "unsubscribe", Topic: "t", Challenge: "c"},
		"hub.mode=denied&hub.topic=t&hub.reason=no":                                                             {Mode: "denied", Topic: "t", Reason: "no"},
	} {
		if got, ok := fetch.ReadIntent(query); !ok || got != want {
			t.Errorf("%s: %+v, %v", query, got, ok)
		}
	}
	for _, query := range []string{"", "hub.mode=publish&hub.topic=t&hub.challenge=c", "hub.mode=subscribe&hub.topic=t", "hub.mode=subscribe&hub.challenge=c", "hub.mode=denied", "hub.mode=subscribe&hub.topic=%zz&hub.challenge=c"} {
		if got, ok := fetch.ReadIntent(query); ok {
			t.Errorf("%s is taken for %+v", query, got)
		}
	}
}

func TestSameTopic(t *testing.T) {
	for _, same := range [][2]string{{"https://a.example/feed", "https://a.example/feed"}, {"https://a.example/feed", "https://A.example:443/feed/"}, {"http://a.example/ü?q=ä", "http://a.example/%C3%BC?q=%c3%a4"}, {"no address", "no address"}} {
		if !fetch.SameTopic(same[0], same[1]) {
			t.Errorf("%q and %q are two topics", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"https://a.example/feed", "http://a.example/feed"}, {"https://a.example/feed", "https://a.example/Feed"}, {"https://a.example/?a", "https://a.example/?b"}, {"https://a.example/", "https://b.example/"}, {"https://a.example/", ""}} {
		if fetch.SameTopic(other[0], other[1]) {
			t.Errorf("%q and %q are one topic", other[0], other[1])
		}
	}
}

// sign is what a hub puts into X-Hub-Signature.
func sign(method string, algorithm func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

func TestDelivered(t *testing.T) {
	c := client(t, fetch.Options{MaxBytes: 1000})
	body := []byte("<rss/>")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(body)
	z.Close()
	// From RFC 4231, test case 2, and RFC 2202, test case 2.
	const key, data = "Jefe", "what do ya want for nothing?"
	for name, test := range map[string]struct {
		secret    string
		body      []byte
		signature string
		want      string
		err       error
	}{
		"sha1 of RFC 2202":   {key, []byte(data), "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", data, nil},
		"sha256 of RFC 4231": {key, []byte(data), "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", data, nil},
		"sha384":             {"s", body, sign("sha384", sha512.New384, "s", body), "<rss/>", nil},
		"sha512, loudly":     {"s", body, strings.ToUpper(sign("sha512", sha512.New, "s", body)), "<rss/>", nil},
		"packed":             {"s", packed.Bytes(), sign("sha256", sha256.New, "s", packed.Bytes()), "<rss/>", nil},
		"none":               {"s", body, "", "", fetch.ErrSignature},
		"another secret":     {"s", body, sign("sha1", sha1.New, "t", body), "", fetch.ErrSignature},
		"another body":       {"s", body, sign("sha1", sha1.New, "s", []byte("<rss></rss>")), "", fetch.ErrSignature},
		"another method":     {"s", body, "md5=" + strings.Repeat("0", 32), "", fetch.ErrSignature},
		"cut":                {"s", body, sign("sha256", sha256.New, "s", body)[:20], "", fetch.ErrSignature},
		"no digest":          {"s", body, "sha256=", "", fetch.ErrSignature},
		"too large":          {"s", make([]byte, 1001), sign("sha1", sha1.New, "s", make([]byte, 1001)), "", fetch.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(test.body))
			r.Header.Set("Content-Type", "application/rss+xml")
			r.Header.Set("Content-Location", "https://evil.example/")
			if test.signature != "" {
				r.Header.Set("X-Hub-Signature", test.signature)
			}
			resp, err := c.Delivered(r, "https://example.org/feed", test.secret)
			if !errors.Is(err, test.err) || err == nil && string(resp.Body) != test.want {
				t.Fatalf("%+v, %v; want %q, %v", resp, err, test.want, test.err)
			}
			if err == nil && (resp.URL != "https://example.org/feed" || resp.Header.Get("Content-Type") != "application/rss+xml" || len(resp.Header) != 1) {
				t.Errorf("response %+v", resp)
			}
		})
	}
}

func FuzzWebSub(f *testing.F) {
	f.Add(`<https://hub.example/>; rel="hub", </feed>; rel=self`, "hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=1e9", "sha1=00", []byte("<rss/>"))
	f.Add(`<<>>;;rel="\"`, "hub.mode=denied&hub.topic=%00", "=", []byte("\x1f\x8b\x08\x00"))
	c := fetch.New(fetch.Options{MaxBytes: 1 << 10})
	f.Cleanup(c.Close)
	f.Fuzz(func(t *testing.T, link, query, signature string, body []byte) {
		resp := &fetch.Response{URL: "https://example.org/feed", Header: http.Header{"Link": {link}}}
		for _, hub := range resp.Links("hub") {
			if u, err := url.Parse(hub); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%q is a hub of %q", hub, link)
			}
		}
		if i, ok := fetch.ReadIntent(query); ok && (i.Topic == "" || i.Lease < 0 || i.Lease > 30*24*time.Hour || !fetch.SameTopic(i.Topic, i.Topic)) {
			t.Errorf("%q is the intent %+v", query, i)
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header["X-Hub-Signature"] = []string{signature}
		if resp, err := c.Delivered(r, "", "a secret nobody can guess"); err == nil {
			t.Errorf("%q is a signature of %q", signature, resp.Body)
		}
	})
}
