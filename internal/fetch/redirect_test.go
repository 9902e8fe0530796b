package fetch_test

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"newsbrief/internal/fetch"
)

// hops serves "/301/302/x" as a 301 to "/302/x", that as a 302 to "/x", and "/x" as content.
func hops(w http.ResponseWriter, r *http.Request) {
	codes := map[string]int{"301": 301, "302": 302, "303": 303, "307": 307, "308": 308}
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if code := codes[first]; code != 0 {
		http.Redirect(w, r, "/"+rest, code)
		return
	}
	io.WriteString(w, "here")
}

func TestRedirectPermanence(t *testing.T) {
	s := serve(t, hops)
	c := client(t, fetch.Options{})
	for _, test := range []struct{ path, final, moved string }{
		{"/x", "/x", ""},
		{"/301/x", "/x", "/x"},
		{"/308/301/x", "/x", "/x"},
		{"/302/x", "/x", ""},
		{"/303/x", "/x", ""},
		{"/307/x", "/x", ""},
		{"/301/302/x", "/x", "/302/x"}, // only the first step is for good
		{"/302/301/x", "/x", ""},
		{"/301/307/308/x", "/x", "/307/308/x"},
	} {
		resp := get(t, c, fetch.Request{URL: s.URL + test.path})
		moved := strings.TrimPrefix(resp.Moved, s.URL)
		if resp.URL != s.URL+test.final || moved != test.moved || string(resp.Body) != "here" {
			t.Errorf("%s: at %q, moved to %q", test.path, resp.URL, resp.Moved)
		}
	}
}

func TestRedirectLimits(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/self":
			http.Redirect(w, r, "/self", http.StatusMovedPermanently)
		case "/ping":
			http.Redirect(w, r, "/pong", http.StatusFound)
		case "/pong":
			http.Redirect(w, r, "/ping", http.StatusFound)
		case "/cookies": // a new cookie each time is no way out of the circle either
			w.Header().Add("Set-Cookie", "n="+r.Header.Get("Cookie")+"x")
			http.Redirect(w, r, "/cookies", http.StatusFound)
		case "/far":
			http.Redirect(w, r, "/far?"+r.URL.RawQuery+"x", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/ftp":
			w.Header().Set("Location", "ftp://example.com/")
			w.WriteHeader(http.StatusFound)
		case "/port":
			w.Header().Set("Location", "http://example.com:25/")
			w.WriteHeader(http.StatusFound)
		case "/broken":
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(http.StatusFound)
		case "/inside":
			w.Header().Set("Location", "http://169.254.169.254/latest/meta-data/")
			w.WriteHeader(http.StatusFound)
		case "/mapped":
			w.Header().Set("Location", "http://[::ffff:10.0.0.1]/")
			w.WriteHeader(http.StatusFound)
		case "/localhost":
			w.Header().Set("Location", "http://[::1]:8080/")
			w.WriteHeader(http.StatusFound)
		}
	})
	c := client(t, fetch.Options{MaxRedirects: 5})
	for path, want := range map[string]error{
		"/self": fetch.ErrRedirects, "/ping": fetch.ErrRedirects, "/far": fetch.ErrRedirects, "/cookies": fetch.ErrRedirects,
		"/file": fetch.ErrURL, "/ftp": fetch.ErrURL, "/port": fetch.ErrURL, "/broken": fetch.ErrURL,
		"/inside": fetch.ErrPrivate, "/mapped": fetch.ErrPrivate, "/localhost": fetch.ErrPrivate,
	} {
		if _, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path}); !errors.Is(err, want) {
			t.Errorf("%s: error = %v, want %v", path, err, want)
		}
	}

	if _, err := c.Get(t.Context(), fetch.Request{URL: serve(t, hops).URL + "/301/301/301/301/301/x"}); err != nil {
		t.Errorf("as many redirects as allowed: %v", err)
	}
}

// Sites that want a cookie set it and redirect to the page that was asked for.
func TestRedirectCookies(t *testing.T) {
	var other string
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) { other = "cookie: " + r.Header.Get("Cookie") })
	wall := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/out":
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			http.Redirect(w, r, strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
		case r.Header.Get("Cookie") == "":
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		default:
			io.WriteString(w, "article")
		}
	})
	c := client(t, fetch.Options{})
	for range 2 { // the second visit starts without the first one's cookie and works the same
		if resp := get(t, c, fetch.Request{URL: wall.URL + "/page"}); string(resp.Body) != "article" {
			t.Errorf("body = %q", resp.Body)
		}
	}
	get(t, c, fetch.Request{URL: wall.URL + "/out"})
	if other != "cookie: " {
		t.Errorf("another host got %q", other)
	}
}

func TestLogin(t *testing.T) {
	const user, password = "me", "hunter2"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	var elsewhere *httptest.Server
	auth := map[string]string{}
	note := func(w http.ResponseWriter, r *http.Request) {
		auth[r.Host+r.URL.Path] = r.Header.Get("Authorization")
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, elsewhere.URL+"/back", http.StatusMovedPermanently)
		case "/near":
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
		case "/lure":
			http.Redirect(w, r, "http://other:login@"+r.Host+"/feed", http.StatusMovedPermanently)
		}
	}
	elsewhere = serve(t, note)
	home := serve(t, note)
	host := strings.TrimPrefix(home.URL, "http://")
	c := client(t, fetch.Options{})
	with := func(path string) fetch.Request {
		return fetch.Request{URL: "http://" + user + ":" + password + "@" + host + path}
	}

	resp := get(t, c, with("/near"))
	if auth[host+"/near"] != basic || auth[host+"/feed"] != basic {
		t.Errorf("the login didn't reach its own origin: %v", auth)
	}
	if resp.URL != home.URL+"/feed" || resp.Moved != with("/feed").URL {
		t.Errorf("URL = %q, Moved = %q: relative links mustn't carry the login, the new address must", resp.URL, resp.Moved)
	}

	resp = get(t, c, with("/away"))
	if got := auth[strings.TrimPrefix(elsewhere.URL, "http://")+"/back"]; got != "" {
		t.Errorf("another origin got %q", got)
	}
	if resp.Moved != elsewhere.URL+"/back" {
		t.Errorf("Moved = %q", resp.Moved)
	}

	get(t, c, fetch.Request{URL: home.URL + "/lure"})
	if got := auth[host+"/feed"]; got != "" {
		t.Errorf("a login out of a redirect was sent: %q", got)
	}
}

// A permanent redirect from https to http is followed, yet the secure address stays the feed's.
func TestRedirectDowngrade(t *testing.T) {
	hop := transport(func(r *http.Request) (*http.Response, error) {
		switch r.URL.String() {
		case "https://example.com/feed":
			return redirect(r, http.StatusMovedPermanently, "http://example.com/feed"), nil
		case "http://example.com/up":
			return redirect(r, http.StatusMovedPermanently, "https://example.com/up"), nil
		}
		return answer(r, 200, r.Header.Get("Authorization")), nil
	})
	c := fetch.NewOver(fetch.Options{}, hop)
	resp := get(t, c, fetch.Request{URL: "https://me:hunter2@example.com/feed"})
	if resp.URL != "http://example.com/feed" || resp.Moved != "" || len(resp.Body) != 0 {
		t.Errorf("down: URL %q, Moved %q, login %q", resp.URL, resp.Moved, resp.Body)
	}
	resp = get(t, c, fetch.Request{URL: "http://me:hunter2@example.com/up"})
	if resp.Moved != "https://me:hunter2@example.com/up" || len(resp.Body) == 0 {
		t.Errorf("up: Moved %q, login %q", resp.Moved, resp.Body)
	}
}
