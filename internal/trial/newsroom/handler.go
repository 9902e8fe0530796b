package newsroom

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Handler serves the newsroom under one origin: an index of the outlets at /, /opml.xml, and for each
// outlet /OUTLET/ (front page), /OUTLET/feed.xml (feed.json for JSON Feed), /OUTLET/articles/SLUG,
// /OUTLET/pictures/SLUG.png, and /OUTLET/logo.svg. What isn't released yet isn't found.
// Absolute links name the host the request asked for. Conditional requests are answered by RFC 9110.
func (n *Newsroom) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		body, err := n.indexPage(origin(r))
		n.answer(w, r, "text/html; charset=utf-8", time.Time{}, body, err)
	})
	mux.HandleFunc("GET /opml.xml", func(w http.ResponseWriter, r *http.Request) {
		n.answer(w, r, "text/x-opml", time.Time{}, n.OPML(origin(r)), nil)
	})
	mux.HandleFunc("GET /{outlet}/{$}", n.forOutlet(func(w http.ResponseWriter, r *http.Request, o *outlet) {
		entries := n.released(o)
		body, err := o.frontPage(origin(r), entries)
		n.answer(w, r, "text/html; charset="+o.charset, modified(entries), body, err)
	}))
	feed := func(w http.ResponseWriter, r *http.Request, o *outlet) {
		if !strings.HasSuffix(o.feedURL(""), r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		entries := n.released(o)
		body, mediaType, err := o.document(origin(r), entries)
		n.answer(w, r, mediaType, modified(entries), body, err)
	}
	mux.HandleFunc("GET /{outlet}/feed.xml", n.forOutlet(feed))
	mux.HandleFunc("GET /{outlet}/feed.json", n.forOutlet(feed))
	mux.HandleFunc("GET /{outlet}/logo.svg", n.forOutlet(func(w http.ResponseWriter, r *http.Request, o *outlet) {
		n.answer(w, r, "image/svg+xml", time.Time{}, o.logo(), nil)
	}))
	mux.HandleFunc("GET /{outlet}/articles/{slug}", n.forOutlet(func(w http.ResponseWriter, r *http.Request, o *outlet) {
		entries := n.released(o)
		i := slices.IndexFunc(entries, func(e entry) bool { return e.Slug == r.PathValue("slug") })
		if i < 0 {
			http.NotFound(w, r)
			return
		}
		body, err := o.articlePage(origin(r), entries[i], entries)
		n.answer(w, r, "text/html; charset="+o.charset, time.Time{}, body, err)
	}))
	mux.HandleFunc("GET /{outlet}/pictures/{name}", n.forOutlet(func(w http.ResponseWriter, r *http.Request, o *outlet) {
		for _, e := range n.released(o) {
			if url := o.pictureURL("", e.Article); url == r.URL.Path {
				body, err := o.picture(e.Article)
				n.answer(w, r, "image/png", e.updated, body, err)
				return
			}
		}
		http.NotFound(w, r)
	}))
	return mux
}

func (n *Newsroom) forOutlet(serve func(http.ResponseWriter, *http.Request, *outlet)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		o := n.outlet(r.PathValue("outlet"))
		if o == nil {
			http.NotFound(w, r)
			return
		}
		serve(w, r, o)
	}
}

func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// answer sends body with its validators, or 304 where the client has it. A Last-Modified within the
// current second is withheld, since the body may change again in it (RFC 9110, 8.8.2.2).
func (n *Newsroom) answer(w http.ResponseWriter, r *http.Request, mediaType string, modified time.Time, body []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if n.now().Sub(modified) < time.Second {
		modified = time.Time{}
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body))[:18]+`"`)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}
