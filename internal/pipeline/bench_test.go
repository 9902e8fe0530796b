package pipeline_test

import (
	"fmt"
	"net/http"
	"testing"
)

// newsfeed is an outlet with a feed of 30 entries.
func newsfeed(b *testing.B) *outlet {
	o := newOutlet(b, "Wire", "en")
	for i := range 30 {
		o.tell(fmt.Sprintf("Council %d votes on bridge %d", i*7919, i*104729), long(fmt.Sprintf("The bridge of %d was closed.", 1900+i)))
	}
	return o
}

func BenchmarkLookUnchanged(b *testing.B) {
	for _, answer := range []string{"304", "same body"} {
		b.Run(answer, func(b *testing.B) {
			w := newWorld(b)
			o := newsfeed(b)
			body := o.rss()
			o.set(func(rw http.ResponseWriter, r *http.Request) {
				if answer == "304" {
					rw.Header().Set("ETag", `"v1"`)
					if r.Header.Get("If-None-Match") != "" {
						rw.WriteHeader(http.StatusNotModified)
						return
					}
				}
				rw.Write(body)
			})
			w.follow("g", o.feed())
			w.look()
			for b.Loop() {
				w.round()
			}
		})
	}
}

func BenchmarkLookOneNew(b *testing.B) {
	w := newWorld(b)
	o := newsfeed(b)
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	n := 0
	for b.Loop() {
		n++
		o.mu.Lock()
		o.entries = o.entries[:30]
		o.entries[n%30] = entry{fmt.Sprint("n", n), fmt.Sprintf("Glacier station %d counts %d visitors", n*7919, n*104729), fmt.Sprintf("%s/n/%d", o.URL, n), long(fmt.Sprintf("It is on glaciers at %d metres.", n))}
		o.mu.Unlock()
		w.round()
	}
	if got := len(w.articles()); got != 30+n {
		b.Errorf("%d articles after %d new entries", got, n)
	}
}
