// Package page is the web page on which a person looks at the stand-in for
// Discord: its channels and messages, and the slash commands of the bot that is
// connected to it. Everything is a static file in the binary; there is no build
// step and nothing comes from another host.
//
// The page speaks to /sim/… of the server that carries it. This package knows
// nothing about that server; what a first view shows is handed to Handler.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed static
var files embed.FS

// contentSecurityPolicy is the second lock behind "only textContent": feed text
// is hostile, so no inline script, no plug-ins, no frames, and no way to turn a
// string into markup. Pictures are the one thing that may come from elsewhere.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' http: https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// asset is one embedded file, ready to be served.
type asset struct {
	body        []byte
	contentType string
	etag        string
}

// Handler serves the page at / and its files at /static/…; any other path is
// 404, any method but GET and HEAD 405. Mount it at the root of the server that
// also answers /sim/…, or under a prefix with both moved alike: the page asks
// for everything relative to its own address.
//
// first, when not nil, is asked at each visit for what the page would ask for
// first: {"state": GET /sim/state, "messages": {channel id: GET /sim/messages}}.
// It comes with the page, so that a first view needs no further round trip.
func Handler(first func() any) http.Handler {
	assets := load(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" || name == "index.html" {
			name = "static/index.html"
		}
		a, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		if first != nil && name == "static/index.html" {
			body, err := withData(a.body, first())
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			sum := sha256.Sum256(body)
			a.body, a.etag = body, `"`+hex.EncodeToString(sum[:12])+`"`
		}
		h.Set("Content-Type", a.contentType)
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// A newer binary may be behind the same address a minute later: ask each time, answer 304.
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", a.etag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.body))
	})
}

// withData puts data into the page as a block that is no script: encoding/json
// writes <, > and & as escapes, so nothing in it can end the block.
func withData(page []byte, data any) ([]byte, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode the first view: %w", err)
	}
	before, after, ok := bytes.Cut(page, []byte(startsPage))
	if !ok {
		return nil, fmt.Errorf("the page has no %s", startsPage)
	}
	return slices.Concat(before, []byte(`<script type="application/json" id="first">`), body, []byte("</script>\n"+startsPage), after), nil
}

// startsPage is where the page's own script begins.
const startsPage = `<script type="module"`

// load reads the whole tree once. The files are part of the binary, so a failure
// here is a build mistake and panics.
func load(tree fs.FS) map[string]asset {
	types := map[string]string{
		".html": "text/html; charset=utf-8",
		".css":  "text/css; charset=utf-8",
		".js":   "text/javascript; charset=utf-8",
		".svg":  "image/svg+xml",
	}
	assets := make(map[string]asset)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		// Not from the machine's mime table alone: it differs between systems.
		contentType, ok := types[path.Ext(name)]
		if !ok {
			if contentType = mime.TypeByExtension(path.Ext(name)); contentType == "" {
				return fmt.Errorf("no content type for %s", name)
			}
		}
		sum := sha256.Sum256(body)
		assets[name] = asset{body: body, contentType: contentType, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("reading the embedded page: %v", err))
	}
	return assets
}
