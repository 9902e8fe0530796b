package page_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/discordsim/page"
)

func get(t *testing.T, method, target string, header http.Header) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	page.Handler(nil).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// assets are the files in the source tree; all of them must be served.
func assets(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("static")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, "/static/"+e.Name())
	}
	if len(names) < 10 {
		t.Fatalf("only %d files under static", len(names))
	}
	return names
}

func TestEachFileHasItsTypeAndThePolicy(t *testing.T) {
	types := map[string]string{
		"": "text/html; charset=utf-8", ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}
	for _, name := range append(assets(t), "/", "/index.html") {
		res := get(t, "GET", name, nil)
		if res.StatusCode != 200 {
			t.Errorf("%s: status %d", name, res.StatusCode)
			continue
		}
		if got, want := res.Header.Get("Content-Type"), types[path.Ext(name)]; got != want {
			t.Errorf("%s: Content-Type %q, want %q", name, got, want)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", name, res.Header)
		}
		if body(t, res) == "" {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestPolicyAllowsNoInlineScript(t *testing.T) {
	directives := map[string]string{}
	for part := range strings.SplitSeq(get(t, "GET", "/", nil).Header.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		directives[name] = value
	}
	for name, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'", "img-src": "'self' http: https: data:",
		"base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
	} {
		if directives[name] != want {
			t.Errorf("%s is %q, want %q", name, directives[name], want)
		}
	}
}

func TestPathsAndMethods(t *testing.T) {
	for _, tt := range []struct {
		method, target string
		want           int
	}{
		{"GET", "/", 200}, {"HEAD", "/", 200}, {"POST", "/", 405}, {"GET", "/static/app.js", 200}, {"DELETE", "/static/app.js", 405},
		{"GET", "/static/", 404}, {"GET", "/static", 404}, {"GET", "/app.js", 404}, {"GET", "/static/../page.go", 404}, {"GET", "/sim/state", 404}, {"GET", "/favicon.ico", 404},
	} {
		if got := get(t, tt.method, tt.target, nil).StatusCode; got != tt.want {
			t.Errorf("%s %s: status %d, want %d", tt.method, tt.target, got, tt.want)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	first := get(t, "GET", "/static/app.js", nil)
	tag := first.Header.Get("ETag")
	if tag == "" || first.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("headers %v", first.Header)
	}
	again := get(t, "GET", "/static/app.js", http.Header{"If-None-Match": {tag}})
	if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("status %d with the ETag sent back, want 304 without a body", again.StatusCode)
	}
}

// The page must work without the network and must not leak who looks at it.
func TestFilesNameNoOtherHost(t *testing.T) {
	address := regexp.MustCompile(`(?i)(https?:|["'(=\s])//[a-z0-9-]+(\.[a-z0-9-]+)+[^\s"'<>)]*`)
	// A name space is no address, and sources of rules may be named in comments.
	comment := regexp.MustCompile(`(?m)^\s*(//|\*|/\*).*$`)
	for _, name := range append(assets(t), "/") {
		text := comment.ReplaceAllString(body(t, get(t, "GET", name, nil)), "")
		text = strings.ReplaceAll(text, "http://www.w3.org/2000/svg", "")
		if found := address.FindAllString(text, -1); found != nil {
			t.Errorf("%s names other hosts: %q", name, found)
		}
		if strings.Contains(text, "@import") || strings.Contains(text, "@font-face") {
			t.Errorf("%s fetches style or fonts", name)
		}
	}
}

// Feed text reaches the page; a string must never become markup or code.
func TestScriptsNeverParseMarkup(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|createContextualFragment|srcdoc|setAttribute\("style"`)
	for _, name := range append(assets(t), "/") {
		text := body(t, get(t, "GET", name, nil))
		if found := forbidden.FindAllString(text, -1); found != nil {
			t.Errorf("%s uses %q", name, found)
		}
		if path.Ext(name) != ".js" && regexp.MustCompile(`(?i)\son\w+\s*=|<script>|<style|\sstyle=`).MatchString(text) {
			t.Errorf("%s has inline script or style", name)
		}
	}
}

// A module that isn't announced in the document costs one more round trip.
func TestModulesArePreloaded(t *testing.T) {
	index := body(t, get(t, "GET", "/", nil))
	for _, name := range assets(t) {
		base := path.Base(name)
		if path.Ext(base) != ".js" || slices.Contains([]string{"app.js", "theme.js"}, base) {
			continue
		}
		if !strings.Contains(index, `rel="modulepreload" href="static/`+base+`"`) {
			t.Errorf("index.html doesn't preload %s", base)
		}
	}
}

// TestFirstViewComesAlong shows that data handed to the page arrives whole and can't become markup.
func TestFirstViewComesAlong(t *testing.T) {
	want := map[string]any{"state": map[string]any{"name": `</script><script>alert(1)</script><!-- "quoted" & 한국어`}}
	h := page.Handler(func() any { return want })
	get := func(etag string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("If-None-Match", etag)
		h.ServeHTTP(w, r)
		return w
	}
	w := get("")
	body := w.Body.String()
	_, rest, ok := strings.Cut(body, `<script type="application/json" id="first">`)
	data, _, closed := strings.Cut(rest, "</script>")
	var got map[string]any
	if err := json.Unmarshal([]byte(data), &got); !ok || !closed || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the first view is %q: %v", data, err)
	}
	if strings.Contains(body, "alert(1)</script>") {
		t.Error("data became markup")
	}
	if again := get(w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("the same view again: %d", again.Code)
	}
	want["more"] = "news"
	if again := get(w.Header().Get("ETag")); again.Code != http.StatusOK {
		t.Errorf("another view: %d", again.Code)
	}
}
