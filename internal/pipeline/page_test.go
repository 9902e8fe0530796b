package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// show makes the outlet's front page list articles, newest first, under a menu and beside a button for each.
func (o *outlet) show(titles ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var b strings.Builder
	b.WriteString(`<html lang="en"><head><title>Wire</title></head><body><nav><a href="/2026/01/01/our-plans-for-this-year">Our plans for this year</a></nav><main>`)
	for _, t := range titles {
		path := "/2026/" + strings.ReplaceAll(strings.ToLower(t), " ", "-")
		fmt.Fprintf(&b, `<article><h2>%s</h2><a href="%s">Read more</a></article>`, t, path)
	}
	o.pages["/"] = b.String() + `</main></body></html>`
}

// write puts an article on its page.
func (o *outlet) write(title, text string, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages["/2026/"+strings.ReplaceAll(strings.ToLower(title), " ", "-")] = fmt.Sprintf(`<html><head><title>%s</title><meta property="article:published_time" content="%s"></head><body><article><h1>%s</h1><p>%s</p></article></body></html>`,
		title, at.Format(time.RFC3339), title, text)
}

// TestPage watches a page without a feed: what it lists at first is known, what it lists later is news with the text and the date
// of its own page, and what it brings back from long ago isn't.
func TestPage(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	f, err := w.store.AddFeed(context.Background(), w.clock(), "g", news.Feed{URL: o.URL + "/", Page: true})
	w.ok(err)
	w.subscribe("g", "a", "the", nil)
	old := []string{"The harbour gets a second crane", "The fish market moves to the pier", "The ferry runs again after repairs"}
	o.show(old...)
	if l := w.look()[0]; l.Failed || l.New != 3 {
		t.Fatalf("observed %+v: %+v", l, w.feed(f.ID))
	}
	w.wantOwed("g", "a")

	yesterday := w.clock().Add(-24 * time.Hour).Truncate(time.Second)
	o.write(wireTitle, long(wireText), yesterday)
	o.write("The lighthouse turned on in 1998", long(cupText), w.clock().Add(-1000*time.Hour))
	o.show(slices.Concat([]string{wireTitle, "The lighthouse turned on in 1998"}, old)...)
	w.round()
	w.wantOwed("g", "a", wireTitle)
	articles := w.articles()
	i := slices.IndexFunc(articles, func(a news.Article) bool { return a.Title == wireTitle })
	if a := articles[i]; !a.Published.Equal(yesterday) || !strings.Contains(a.Text, "Tomas Arancibia") || a.Teaser || a.Source != "Wire" {
		t.Errorf("the article is %+v", a)
	}
	if len(articles) != 5 {
		t.Errorf("%d articles are kept, want 5", len(articles))
	}

	o.show(slices.Concat(old, []string{wireTitle})...) // in another order
	if w.round(); len(w.articles()) != 5 {
		t.Errorf("the order of the list made articles new")
	}

	o.mu.Lock()
	o.pages["/"] = "<html><body>Closed for repairs"
	o.mu.Unlock()
	if w.round(); !strings.Contains(w.feed(f.ID).Problem, "no list of articles") {
		t.Errorf("the problem is %q", w.feed(f.ID).Problem)
	}
	if n := o.hit("/robots.txt"); n != 1 {
		t.Errorf("robots.txt was asked for %d times in an hour", n)
	}
	o.mu.Lock()
	o.pages["/robots.txt"] = "User-agent: *\nDisallow: /"
	o.mu.Unlock()
	before := o.hit("/")
	w.restart() // forgets what robots.txt said
	w.later(time.Hour)
	if !strings.Contains(w.feed(f.ID).Problem, "robots.txt") || o.hit("/") != before {
		t.Errorf("the problem is %q after %d more requests", w.feed(f.ID).Problem, o.hit("/")-before)
	}
}

// TestPagePause: a site that asks for time between requests gets it.
func TestPagePause(t *testing.T) {
	w := newWorld(t)
	w.max = 6 * time.Hour
	o := newOutlet(t, "Wire", "en")
	f, err := w.store.AddFeed(context.Background(), w.clock(), "g", news.Feed{URL: o.URL + "/", Page: true})
	w.ok(err)
	o.show("The harbour gets a second crane", "The fish market moves to the pier", "The ferry runs again after repairs")
	o.mu.Lock()
	o.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 7200"
	o.mu.Unlock()
	w.look()
	if got := w.feed(f.ID).NextPoll.Sub(w.clock()); got < 2*time.Hour {
		t.Errorf("the next look is in %v, want two hours at least", got)
	}
}

// TestNamelessEntries: an entry that is nothing but an address is known after the first look, and later takes its title from its page.
func TestNamelessEntries(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	o.list(entry{link: o.URL + "/2026/old"})
	o.write("old", long(wireText), w.clock())
	w.look()
	o.list(entry{link: o.URL + "/2026/new"}, entry{link: o.URL + "/2026/old"})
	o.mu.Lock()
	o.pages["/2026/new"] = fmt.Sprintf(`<html><head><title>%s</title></head><body><article><h1>%s</h1><p>%s</p></article></body></html>`, wireTitle, wireTitle, long(wireText))
	o.mu.Unlock()
	w.round()
	w.wantOwed("g", "a", wireTitle)
}
