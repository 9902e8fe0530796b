package command_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/opml"
)

func entries(n int, at time.Time) []news.Entry {
	out := make([]news.Entry, n)
	for i := range out {
		out[i] = news.Entry{Title: fmt.Sprintf("Ferry news no. %d", i+1), Link: fmt.Sprintf("https://harbour.example/%d", i+1), Published: at.Add(-time.Duration(i+1) * time.Hour)}
	}
	return out
}

// TestFeedEvening is a manager's first evening with feeds.
func TestFeedEvening(t *testing.T) {
	w := newWorld(t)
	harbour := command.Found{Feed: news.Feed{URL: "https://harbour.example/rss", Title: "Harbour Post", Site: "https://harbour.example/", Language: "en"}, Entries: entries(12, w.now)}
	w.web.pages["https://harbour.example/rss"] = harbour
	w.web.pages["harbour.example"] = harbour
	w.web.pages["https://quiet.example/atom"] = command.Found{Feed: news.Feed{URL: "https://quiet.example/atom", Title: "Quiet Days"}}
	w.web.pages["https://odd.example/rss"] = command.Found{Feed: news.Feed{URL: "https://odd.example/rss", Title: "Odd Times"},
		Entries: []news.Entry{{Link: "https://odd.example/1"}, {}}, Lost: []string{"an entry on line 14 breaks off"}}

	w.ask(manager, "feed list")
	w.ask(manager, "feed export")
	w.ask(manager, "feed test", "url:harbour.example")
	if w.changes != 0 {
		t.Errorf("looking changed something %d times", w.changes)
	}
	w.ask(manager, "feed add", "url:https://nothing.example")
	w.ask(manager, "feed add", "url:https://harbour.example/rss")
	w.says("The same feed by the address of its site.")
	w.ask(manager, "feed add", "url:harbour.example")
	w.ask(manager, "feed add", "url:https://quiet.example/atom")
	w.ask(manager, "feed add", "url:https://odd.example/rss")
	if w.changes != 3 {
		t.Errorf("Changed was called %d times for 3 feeds", w.changes)
	}
	w.ask(manager, "feed list")

	w.says("An hour later two feeds have trouble.")
	w.poll("https://harbour.example/rss", func(f *news.Feed) { f.OKAt = w.now.Add(-5 * time.Minute) })
	w.poll("https://quiet.example/atom", func(f *news.Feed) { f.Gone, f.Failures = true, 1 })
	w.poll("https://odd.example/rss", func(f *news.Feed) {
		f.Problem, f.Failures = "The site asks for a browser (HTTP 403); its publisher can allow newsbrief.", 3
	})
	w.ask(manager, "feed list")

	w.ask(manager, "feed remove", "feed:Nobody's Gazette")
	w.ask(manager, "feed remove", "feed:quiet days")
	w.follow(here, "Harbour Post", "https://other.example/rss")
	w.ask(manager, "feed remove", "feed:Harbour Post")
	choices := w.complete(manager, "feed remove", "feed", "other.exa")
	if len(choices) != 1 {
		t.Fatalf("offered %v", choices)
	}
	w.says("Picked from the list: %s", choices[0].Name)
	a := manager.ask()
	a.Command, a.Args["feed"] = "feed remove", choices[0].Value
	w.answer(manager, "/feed remove feed:(picked)", a)
	w.ask(manager, "feed remove", "feed:https://odd.example/rss")
	w.ask(manager, "feed export")
	w.golden("feeds")
}

// poll changes a feed's row as a look at it does.
func (w *world) poll(url string, change func(*news.Feed)) {
	w.t.Helper()
	feeds, err := w.store.ClaimFeeds(w.t.Context(), w.now, time.Minute, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range feeds {
		if f.URL == url {
			f.CheckedAt = w.now
			change(&f)
		}
		if err := w.store.FinishPoll(w.t.Context(), w.now, news.Poll{Feed: f}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// complete asks for choices and checks that Discord takes them.
func (w *world) complete(p who, name, option, typed string) []command.Choice {
	w.t.Helper()
	a := p.ask()
	a.Command, a.Args[option] = name, typed
	choices := w.service.Complete(w.t.Context(), a, option, typed)
	if len(choices) > 25 {
		w.t.Errorf("%d choices", len(choices))
	}
	for _, c := range choices {
		if n := len([]rune(c.Name)); n < 1 || n > 100 || len([]rune(c.Value)) < 1 || len([]rune(c.Value)) > 100 {
			w.t.Errorf("Discord refuses the choice %+v", c)
		}
	}
	return choices
}

func outlines(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, `<outline type="rss" text="Feed %d" xmlUrl="https://f%d.example/rss"/>`, i, i)
	}
	return b.String()
}

func TestImport(t *testing.T) {
	w := newWorld(t)
	file := func(name, outlines string) string {
		w.web.files[name] = []byte(`<opml version="2.0"><body>` + outlines + `</body></opml>`)
		return "file:" + name
	}
	w.follow(here, "Known", "https://known.example/rss")
	w.ask(manager, "feed import", file("folders.opml", `<outline text="News"><outline text="World"><outline type="rss" text="A" xmlUrl="https://a.example/rss"/></outline>
		<outline type="rss" text="A again" xmlUrl="https://a.example/rss"/></outline><outline type="rss" text="Known" xmlUrl="https://known.example/rss"/>`))
	w.ask(manager, "feed import", "file:folders.opml")
	w.ask(manager, "feed import", file("broken.opml", `<outline type="rss" text="No address"/><outline type="rss" text="B" xmlUrl="https://b.example/rss"/>`+
		strings.Repeat(`<outline type="rss" text="x" xmlUrl="ftp://x.example/"/>`, 7)))
	w.web.files["page.html"] = []byte("<html><body>My feeds</body></html>")
	w.ask(manager, "feed import", "file:page.html")
	w.ask(manager, "feed import", file("none.opml", ""))
	w.web.files["large.opml"] = bytes.Repeat([]byte(" "), 11<<20)
	w.ask(manager, "feed import", "file:large.opml")

	w.says("A list of 6,000 feeds, of which two are known, where three are followed already.")
	w.ask(manager, "feed import", file("many.opml", outlines(0, 5998)+`<outline type="rss" text="A" xmlUrl="https://a.example/rss"/><outline type="rss" text="B" xmlUrl="https://b.example/rss"/>`))
	feeds, err := w.store.GuildFeeds(t.Context(), here)
	if err != nil || len(feeds) != 5000 {
		t.Fatalf("the guild follows %d feeds, %v; want 5000", len(feeds), err)
	}
	w.ask(manager, "feed import", file("more.opml", outlines(7000, 7002)))
	w.web.pages["https://one.example"] = command.Found{Feed: news.Feed{URL: "https://one.example", Title: "One More"}}
	w.ask(manager, "feed add", "url:https://one.example")
	w.web.pages["https://a.example"] = command.Found{Feed: news.Feed{URL: "https://a.example/rss", Title: "A"}}
	w.ask(manager, "feed add", "url:https://a.example")

	export := w.ask(manager, "feed export")
	back, err := opml.Read(export.File.Data)
	if err != nil || len(back.Problems) > 0 || len(back.Feeds) != 5000 {
		t.Fatalf("read back %d feeds, %q, %v", len(back.Feeds), back.Problems, err)
	}
	for i, f := range feeds {
		if back.Feeds[i].URL != f.URL || back.Feeds[i].Title != f.Title {
			t.Errorf("feed %d came back as %+v, was %+v", i, back.Feeds[i], f)
		}
	}
	w.golden("import")
}

func TestFeedListPages(t *testing.T) {
	w := newWorld(t)
	w.web.files["f"] = []byte(`<opml><body>` + outlines(0, 100) + `</body></opml>`)
	w.ask(manager, "feed import", "file:f")
	seen := map[string]bool{}
	pages := 1
	for r := w.ask(manager, "feed list"); ; pages++ {
		for _, l := range r.Blocks[0].Lines {
			seen[l[0].Text] = true
		}
		i := slices.IndexFunc(r.Buttons, func(b command.Button) bool { return strings.HasPrefix(b.Label, "More") })
		if i < 0 {
			break
		}
		r = w.press(manager, r, "More")
		if !r.Replace {
			t.Fatal("a page does not take the place of the one before")
		}
	}
	if len(seen) != 100 || pages != 7 {
		t.Errorf("%d feeds on %d pages", len(seen), pages)
	}
}

// TestMoreDefaultsThanLimit: FEEDS may name more feeds than a guild may add; importing adds none then.
func TestMoreDefaultsThanLimit(t *testing.T) {
	w := newWorld(t)
	var defaults []news.Feed
	for i := range 5001 {
		defaults = append(defaults, news.Feed{ID: news.FeedID(i + 1), URL: fmt.Sprintf("https://d%d.example/", i), Title: fmt.Sprint("D", i), NextPoll: w.now})
	}
	if err := w.store.SetDefaults(t.Context(), w.now, defaults); err != nil {
		t.Fatal(err)
	}
	w.web.files["f"] = []byte(`<opml><body>` + outlines(0, 3) + `</body></opml>`)
	w.want(w.ask(manager, "feed import", "file:f"), "No new feeds", "Left out: 3 feeds")
}
