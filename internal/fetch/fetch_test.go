package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/fetch"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// client returns a Client that may reach test servers.
func client(t testing.TB, o fetch.Options) *fetch.Client {
	t.Helper()
	o.Allow = append(o.Allow, loopback...)
	c := fetch.New(o)
	t.Cleanup(c.Close)
	return c
}

func serve(t testing.TB, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func get(t testing.TB, c *fetch.Client, r fetch.Request) *fetch.Response {
	t.Helper()
	resp, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return resp
}

func TestGet(t *testing.T) {
	var asked http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Clone()
		w.Header().Set("ETag", `W/"v1"`)
		w.Header().Set("Last-Modified", "Tue, 01 Jul 2025 08:00:00 GMT")
		w.Header().Set("Cache-Control", "public, max-age=900")
		io.WriteString(w, "hello")
	})
	c := client(t, fetch.Options{UserAgent: "newsbrief/1 (+https://example.org/bot)"})

	resp := get(t, c, fetch.Request{URL: " " + s.URL + "/feed?a=b#part ", Accept: "application/rss+xml"})
	if string(resp.Body) != "hello" || resp.Status != 200 || resp.Truncated || resp.NotModified {
		t.Errorf("response = %+v", resp)
	}
	if resp.URL != s.URL+"/feed?a=b" || resp.Moved != "" {
		t.Errorf("URL = %q, Moved = %q", resp.URL, resp.Moved)
	}
	if resp.ETag != `W/"v1"` || resp.LastModified != "Tue, 01 Jul 2025 08:00:00 GMT" || resp.MaxAge != 15*time.Minute {
		t.Errorf("validators %q, %q; MaxAge %v", resp.ETag, resp.LastModified, resp.MaxAge)
	}
	for name, want := range map[string]string{
		"User-Agent": "newsbrief/1 (+https://example.org/bot)", "Accept": "application/rss+xml", "Accept-Encoding": "gzip",
		"If-None-Match": "", "If-Modified-Since": "", "Authorization": "", "Cookie": "", "Referer": "",
	} {
		if asked.Get(name) != want {
			t.Errorf("sent %s: %q, want %q", name, asked.Get(name), want)
		}
	}
}

func TestConditional(t *testing.T) {
	const tag, date = `"v1"`, "Tue, 01 Jul 2025 08:00:00 GMT"
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		if r.Header.Get("If-None-Match") == tag || r.Header.Get("If-Modified-Since") == date || r.URL.Path == "/unasked" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", tag)
		io.WriteString(w, "new")
	})
	c := client(t, fetch.Options{})
	for _, test := range []struct {
		path, tag, date string
		notModified     bool
	}{
		{"/", "", "", false},
		{"/", tag, "", true},
		{"/", "", date, true},
		{"/", tag, date, true},
		{"/", `"old"`, "", false},
		{"/moved", tag, "", true},
	} {
		resp := get(t, c, fetch.Request{URL: s.URL + test.path, ETag: test.tag, LastModified: test.date})
		if resp.NotModified != test.notModified || (len(resp.Body) == 0) != test.notModified {
			t.Errorf("%v: NotModified %v, body %q", test, resp.NotModified, resp.Body)
		}
		if test.notModified && (resp.ETag != test.tag || resp.LastModified != test.date) {
			t.Errorf("%v: validators to send next are %q, %q", test, resp.ETag, resp.LastModified)
		}
	}

	var status *fetch.StatusError
	if _, err := c.Get(t.Context(), fetch.Request{URL: s.URL + "/unasked"}); !errors.As(err, &status) || status.Status != 304 {
		t.Errorf("304 without validators sent: %v", err)
	}
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestBody(t *testing.T) {
	const size = 256 << 10
	text := bytes.Repeat([]byte("abcdefgh"), 1000)
	random := make([]byte, 3*size) // doesn't compress
	x := uint32(1)
	for i := range random {
		x = x*1664525 + 1013904223
		random[i] = byte(x >> 24)
	}
	nothing := bytes.Repeat(zipped(t, nil), 2*size/20) // empty gzip members: unpacks to nothing, for ever

	for _, test := range []struct {
		name      string
		encoding  string
		body      []byte
		max       int64
		want      []byte
		truncated bool
		err       error
	}{
		{name: "plain", body: text, want: text},
		{name: "exactly the cap", body: text, max: 8000, want: text},
		{name: "one over the cap", body: text, max: 7999, want: text[:7999], truncated: true},
		{name: "gzip", encoding: "gzip", body: zipped(t, text), want: text},
		{name: "gzip by its old name", encoding: "X-GZIP", body: zipped(t, text), want: text},
		{name: "gzip twice", encoding: "gzip", body: zipped(t, zipped(t, text)), want: text},
		{name: "gzip undeclared", body: zipped(t, text), want: text},
		{name: "declared but not gzip", encoding: "gzip", body: text, want: text},
		{name: "declared and empty", encoding: "gzip"},
		{name: "bomb", encoding: "gzip", body: zipped(t, make([]byte, 64*size)), want: make([]byte, size), truncated: true},
		{name: "bomb in a bomb", encoding: "gzip", body: zipped(t, zipped(t, make([]byte, 64*size))), want: make([]byte, size), truncated: true},
		{name: "too much that unpacks to nothing", encoding: "gzip", body: nothing, truncated: true},
		{name: "cut off gzip", encoding: "gzip", body: zipped(t, random)[:1000], err: io.ErrUnexpectedEOF},
		{name: "brotli", encoding: "br", body: text, err: fetch.ErrEncoding},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				if test.encoding != "" {
					w.Header().Set("Content-Encoding", test.encoding)
				}
				w.Write(test.body)
			})
			c := client(t, fetch.Options{MaxBytes: size})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			resp, err := c.Get(t.Context(), fetch.Request{URL: s.URL, MaxBytes: test.max})
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 16*size {
				t.Errorf("%d bytes were used", used)
			}
			if !errors.Is(err, test.err) {
				t.Fatalf("error = %v, want %v", err, test.err)
			}
			if err != nil {
				return
			}
			if !bytes.Equal(resp.Body, test.want) || resp.Truncated != test.truncated {
				t.Errorf("%d bytes, truncated %v; want %d, %v", len(resp.Body), resp.Truncated, len(test.want), test.truncated)
			}
		})
	}

	t.Run("big on the wire", func(t *testing.T) {
		var sent atomic.Int64
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			for range 256 {
				n, err := w.Write(random)
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		})
		resp := get(t, client(t, fetch.Options{MaxBytes: size}), fetch.Request{URL: s.URL})
		if len(resp.Body) != size || !resp.Truncated {
			t.Errorf("%d bytes, truncated %v", len(resp.Body), resp.Truncated)
		}
		s.Close() // waits for the handler
		if sent.Load() == 256*int64(len(random)) {
			t.Error("the whole body was taken from the server")
		}
	})
}

func TestHead(t *testing.T) {
	content := strings.Repeat("0123456789", 100)
	ranges := true
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Range") + " " + r.Header.Get("Accept-Encoding"); got != "bytes=0-31 identity" {
			t.Errorf("asked for %q", got)
		}
		if !ranges {
			io.WriteString(w, content)
			return
		}
		http.ServeContent(w, r, "a.txt", time.Time{}, strings.NewReader(content))
	})
	c := client(t, fetch.Options{})
	for _, ranges = range []bool{true, false} {
		resp := get(t, c, fetch.Request{URL: s.URL, MaxBytes: 32, Head: true})
		if string(resp.Body) != content[:32] || resp.Truncated == ranges {
			t.Errorf("with ranges %v: %q, truncated %v", ranges, resp.Body, resp.Truncated)
		}
	}
}

func TestHeaderCap(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
	})
	if _, err := client(t, fetch.Options{}).Get(t.Context(), fetch.Request{URL: s.URL}); err == nil {
		t.Error("a header of 1 MiB was taken")
	}

	s = serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("ETag", strings.Repeat("x", 5000)) })
	if resp := get(t, client(t, fetch.Options{}), fetch.Request{URL: s.URL}); resp.ETag != "" {
		t.Error("a validator too long to send back was kept")
	}
}

func TestTime(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) { // a byte now and then, for ever
		w.WriteHeader(200)
		for r.Context().Err() == nil {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	silent := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	circling := func(w http.ResponseWriter, r *http.Request) { // each redirect in time, together too late
		time.Sleep(30 * time.Millisecond)
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	}
	for name, h := range map[string]http.HandlerFunc{"endless": slow, "silent": silent, "redirects": circling} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, h)
			c := client(t, fetch.Options{Timeout: 100 * time.Millisecond, MaxRedirects: 1000})
			begun := time.Now()
			_, err := c.Get(t.Context(), fetch.Request{URL: s.URL})
			if !errors.Is(err, fetch.ErrTimeout) {
				t.Errorf("error = %v", err)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %v", took)
			}

			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(20*time.Millisecond, cancel)
			if _, err := client(t, fetch.Options{MaxRedirects: 1000}).Get(ctx, fetch.Request{URL: s.URL}); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: error = %v", err)
			}
		})
	}
}

func TestConnectionsAndSessionsAreKept(t *testing.T) {
	var last struct {
		remote  string
		proto   int
		resumed bool
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last.remote, last.proto, last.resumed = r.RemoteAddr, r.ProtoMajor, r.TLS.DidResume
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	c := client(t, fetch.Options{})
	c.Trust(s.Certificate())

	get(t, c, fetch.Request{URL: s.URL})
	first := last.remote
	if last.proto != 2 || last.resumed {
		t.Errorf("HTTP/%d, resumed %v", last.proto, last.resumed)
	}
	get(t, c, fetch.Request{URL: s.URL + "/a"})
	if last.remote != first {
		t.Error("a second connection was made")
	}
	c.Close()
	get(t, c, fetch.Request{URL: s.URL})
	if last.remote == first || !last.resumed {
		t.Errorf("after Close: same connection %v, session resumed %v", last.remote == first, last.resumed)
	}
}

func TestErrorsReadWell(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/out" {
			http.Redirect(w, r, "http://10.1.2.3/", http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusGone)
	})
	refused := httptest.NewServer(nil)
	refused.Close()
	tls := httptest.NewUnstartedServer(nil)
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	defer tls.Close()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	secret := "http://me:hunter2@" + at.Host

	for _, test := range []struct{ url, want string }{
		{secret + "/feed?key=hunter2&n=hunter2", "fetching " + s.URL + "/feed?key=…&n=…: the page is gone for good (status 410 Gone); remove the address"},
		{secret + "/out?hunter2", "fetching " + s.URL + "/out?… (redirected to http://10.1.2.3/): the host is at a private"},
		{"ftp://me:hunter2@example.com/x", "fetching ftp://example.com/x: this is no address of a web page: it has to begin with https:// or http://"},
		{"http://me:hunter2@exa mple.com/x", "fetching (unreadable address): this is no address of a web page"},
		{"http://example.com:22/", "port 22 belongs to another service"},
		{"http:///x", "it names no host"},
		{refused.URL, "no connection to the host (connect: connection refused)"},
		{tls.URL, "the site's certificate isn't valid"},
	} {
		_, err := client(t, fetch.Options{}).Get(t.Context(), fetch.Request{URL: test.url})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error = %v\nwant %q", err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret shows: %v", err)
		}
	}
}

func TestStatus(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var code int
		fmt.Sscanf(r.URL.Path, "/%d", &code)
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(code)
	})
	all := []error{fetch.ErrUnauthorized, fetch.ErrForbidden, fetch.ErrNotFound, fetch.ErrGone, fetch.ErrRateLimited, fetch.ErrUnavailable, fetch.ErrChallenge}
	for code, want := range map[int]error{
		401: fetch.ErrUnauthorized, 403: fetch.ErrForbidden, 404: fetch.ErrNotFound, 410: fetch.ErrGone,
		429: fetch.ErrRateLimited, 503: fetch.ErrUnavailable, 500: nil, 301: nil, 451: nil,
	} {
		_, err := client(t, fetch.Options{}).Get(t.Context(), fetch.Request{URL: fmt.Sprintf("%s/%d", s.URL, code)})
		var status *fetch.StatusError
		if !errors.As(err, &status) || status.Status != code || status.RetryAfter != 2*time.Minute {
			t.Errorf("%d: %#v", code, err)
			continue
		}
		for _, kind := range all {
			if errors.Is(err, kind) != (kind == want) {
				t.Errorf("%d: errors.Is(err, %q) = %v", code, kind, kind != want)
			}
		}
	}
}

func TestRedactURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://example.com/feed":                     "https://example.com/feed",
		"https://user:pass@example.com:8443/a%20b?k=v": "https://example.com:8443/a%20b?k=…",
		"https://example.com/?a=1&&token&b=2=3#frag":   "https://example.com/?a=…&…&…&b=…",
		"//example.com/x?y":                            "//example.com/x?…",
		"no address":                                   "(unreadable address)",
		"http://user:pa%ss@example.com":                "(unreadable address)",
		"mailto:someone@example.com":                   "(unreadable address)",
	} {
		if got := fetch.RedactURL(raw); got != want {
			t.Errorf("RedactURL(%q) = %q, want %q", raw, got, want)
		}
	}
}

// Whatever the rest of an address looks like, its login and the values of its query stay hidden.
func FuzzRedactURL(f *testing.F) {
	const secret = "hunter2"
	f.Add("example.com", "/a%20b/", "&c;d==e#f")
	f.Add("[::1%25x]:80", "//%zz", "\x00")
	f.Add("", ":", "?@")
	f.Fuzz(func(t *testing.T, host, path, query string) {
		if strings.Contains(host+path+query, secret) {
			t.Skip()
		}
		raw := "https://me:" + secret + "@" + host + "/" + path + "?k=" + secret + "&" + secret + "&" + query
		if shown := fetch.RedactURL(raw); strings.Contains(shown, secret) {
			t.Errorf("RedactURL(%q) = %q", raw, shown)
		}
	})
}
