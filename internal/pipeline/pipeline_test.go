package pipeline_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
)

// TestFirstLook shows that a new feed is archived and posts nothing, and that a new entry is owed once to each channel that asked.
func TestFirstLook(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	for _, channel := range []news.ChannelID{"a", "b"} {
		w.subscribe("g", channel, "glacier OR glaciers", nil)
	}
	w.subscribe("g", "c", "volcano", nil)
	o.tell("Glaciers of the Alps lost a tenth of their ice", "Measured in autumn.") // a teaser
	o.tell("A glacier hotel opens", long("It has 12 rooms."))
	o.tell("Town elects mayor", long("The count took a night."))
	w.look()
	if got := len(w.articles()); got != 3 {
		t.Errorf("%d articles in the archive, want 3", got)
	}
	if n := o.hit("/news/1"); n != 0 {
		t.Errorf("the page of an old entry was fetched %d times", n)
	}
	for _, channel := range []news.ChannelID{"a", "b", "c"} {
		w.wantOwed("g", channel)
	}
	if w.owedAt != 0 {
		t.Errorf("told of something owed %d times", w.owedAt)
	}

	o.tell(wireTitle, long(wireText))
	looks := w.round()
	if looks[0].New != 1 || looks[0].Failed || looks[0].NotModified {
		t.Errorf("observed %+v, want one new entry", looks[0])
	}
	w.wantOwed("g", "a", wireTitle)
	w.wantOwed("g", "c")
	d := w.wantOwed("g", "b", wireTitle)[0]
	if d.State != news.Waiting || !d.Due.Equal(w.clock()) || !d.Slot.IsZero() || d.Revision != 1 {
		t.Errorf("owed %+v, want one that is due now by itself", d)
	}
	if len(d.Brief.Sources) != 1 || d.Brief.Sources[0].Name != "Wire" || len(d.Brief.Sentences) == 0 {
		t.Errorf("brief %+v, want sentences with their source", d.Brief)
	}
	if len(d.Topics) != 1 || !slices.ContainsFunc(d.Topics[0].Words, func(s string) bool { return strings.EqualFold(s, "glaciers") }) {
		t.Errorf("topics %+v, want the one that asked, with the word that matched", d.Topics)
	}
	if w.owedAt != 1 {
		t.Errorf("told of something owed %d times, want once", w.owedAt)
	}
	for range 3 {
		w.round()
	}
	if d := w.wantOwed("g", "a", wireTitle)[0]; d.Revision != 1 {
		t.Errorf("later looks brought it to revision %d", d.Revision)
	}
}

func TestUnchanged(t *testing.T) {
	for name, validate := range map[string]func(n int, rw http.ResponseWriter, r *http.Request) (done bool){
		"304": func(_ int, rw http.ResponseWriter, r *http.Request) bool {
			rw.Header().Set("ETag", `"v1"`)
			if r.Header.Get("If-None-Match") != `"v1"` {
				return false
			}
			rw.WriteHeader(http.StatusNotModified)
			return true
		},
		"the same body": func(int, http.ResponseWriter, *http.Request) bool { return false },
		"the same body under another tag": func(n int, rw http.ResponseWriter, r *http.Request) bool {
			rw.Header().Set("ETag", fmt.Sprintf(`"v%d"`, n))
			if want := fmt.Sprintf(`"v%d"`, n-1); n > 1 && r.Header.Get("If-None-Match") != want {
				t.Errorf("look %d sent the validator %q, want %q", n, r.Header.Get("If-None-Match"), want)
			}
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			o.tell(wireTitle, long(wireText))
			n := 0
			o.set(func(rw http.ResponseWriter, r *http.Request) {
				n++
				if !validate(n, rw, r) {
					rw.Write(o.rss())
				}
			})
			id := w.follow("g", o.feed())
			if l := w.look()[0]; l.NotModified || l.New != 1 {
				t.Errorf("first look: %+v", l)
			}
			for range 3 {
				if l := w.round()[0]; !l.NotModified || l.New != 0 || l.Failed {
					t.Errorf("a look at what did not change: %+v", l)
				}
			}
			if f := w.feed(id); f.Problem != "" || !f.OKAt.Equal(w.clock()) || f.NewsAt.Equal(w.clock()) {
				t.Errorf("the feed's row is %+v", f)
			}
			o.tell(cupTitle, long(cupText))
			o.set(nil)
			if l := w.round()[0]; l.NotModified || l.New != 1 {
				t.Errorf("a look at a new entry: %+v", l)
			}
		})
	}
}

// TestSharedArticle shows that one page in two feeds is one article, and owed once to each guild whichever feed it follows.
func TestSharedArticle(t *testing.T) {
	w := newWorld(t)
	world, front := newOutlet(t, "Wire world", "en"), newOutlet(t, "Wire front page", "en")
	worldID, frontID := w.follow("first", world.feed()), w.follow("second", front.feed())
	w.follow("both", world.feed())
	w.follow("both", front.feed())
	for _, guild := range []news.GuildID{"first", "second", "both"} {
		w.subscribe(guild, news.ChannelID("of "+guild), "glaciers", nil)
	}
	w.look()

	e := world.tell(wireTitle, long(wireText))
	w.round()
	w.wantOwed("first", "of first", wireTitle)
	w.wantOwed("second", "of second")
	w.wantOwed("both", "of both", wireTitle)

	e.guid, e.link = "another", e.link+"?utm_source=front"
	front.list(e)
	w.round()
	articles := w.articles()
	if len(articles) != 1 || !slices.Equal(articles[0].Feeds, []news.FeedID{worldID, frontID}) {
		t.Fatalf("articles %+v, want one of both feeds", articles)
	}
	w.wantOwed("second", "of second", wireTitle)
	w.wantOwed("both", "of both", wireTitle)
	if d := w.wantOwed("first", "of first", wireTitle)[0]; d.Revision != 1 {
		t.Errorf("a guild that does not follow the second feed got revision %d", d.Revision)
	}
}

// TestListedAgain shows that an entry that leaves a feed and comes back is news to nobody.
func TestListedAgain(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	e := o.tell(wireTitle, long(wireText))
	w.round()
	o.list(entry{"other", cupTitle, o.URL + "/cup", long(cupText)})
	w.round()
	w.subscribe("g", "later", "glaciers", nil)
	o.list(e)
	w.round()
	w.wantOwed("g", "later")
	if d := w.wantOwed("g", "a", wireTitle)[0]; d.Revision != 1 {
		t.Errorf("the brief came to revision %d", d.Revision)
	}
}

// TestCutOff shows that entries a feed lost for a while are not taken for new ones.
func TestCutOff(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	o.list(entry{"cup", cupTitle, "", long(cupText)}, entry{"treaty", wireTitle, "", long(wireText)}) // nothing but the guid tells them
	w.round()
	w.wantOwed("g", "a", wireTitle)
	o.set(func(rw http.ResponseWriter, _ *http.Request) { rw.Write(o.rss()[:len(o.rss())-300]) })
	w.round()
	if f := w.feed(id); f.Problem == "" || f.Failures != 0 {
		t.Errorf("a feed that lost an entry has problem %q and %d failures", f.Problem, f.Failures)
	}
	o.set(nil)
	w.round()
	w.wantOwed("g", "a", wireTitle)
	if n := len(w.articles()); n != 2 {
		t.Errorf("%d articles, want 2", n)
	}
	if f := w.feed(id); f.Problem != "" {
		t.Errorf("the problem %q stays", f.Problem)
	}
}

// TestTellings shows that two outlets that tell one event, also before and after a restart, are one delivery that is refreshed.
func TestTellings(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprint("restarted ", restarted), func(t *testing.T) {
			w := newWorld(t)
			wire, post, cup := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en"), newOutlet(t, "Goal", "en")
			for _, o := range []*outlet{wire, post, cup} {
				w.follow("g", o.feed())
			}
			w.subscribe("g", "a", "glacier OR cup", nil)
			w.look()
			wire.tell(wireTitle, long(wireText))
			w.round()
			if restarted {
				w.restart()
			}
			post.tell(postTitle, long(postText))
			cup.tell(cupTitle, long(cupText))
			w.round()
			owed := w.owed("g", "a")
			if len(owed) != 2 {
				t.Fatalf("%d briefs owed, want one of each event", len(owed))
			}
			d := owed[0]
			if d.Revision != 2 || len(d.Brief.Sources) != 2 {
				t.Errorf("revision %d with %d sources, want the second with both", d.Revision, len(d.Brief.Sources))
			}
			if owed[1].Brief.Headline != cupTitle || owed[1].Revision != 1 {
				t.Errorf("owed besides: %+v", owed[1])
			}
		})
	}
}

// TestTogether shows that feeds that tell one event at the same moment make one story of it.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	w.subscribe("g", "a", "glacier", nil)
	var outlets []*outlet
	for i := range 12 {
		o := newOutlet(t, fmt.Sprint("Outlet ", i), "en")
		w.follow("g", o.feed())
		outlets = append(outlets, o)
	}
	w.look()
	for i, o := range outlets {
		o.tell([]string{wireTitle, postTitle}[i%2], long([]string{wireText, postText}[i%2]))
	}
	w.round()
	owed := w.owed("g", "a")
	if len(owed) != 1 || owed[0].Revision != 12 || len(owed[0].Brief.Sources) != 12 {
		t.Errorf("owed %d briefs, want one with 12 sources: %+v", len(owed), owed)
	}
}

// TestOrder shows that the entries of one look come oldest first, as their feed orders them.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "bulletin", nil)
	w.look()
	titles := []string{
		"Harbour of Kiel closes for the bulletin board's repair", "Railway strike: a bulletin from Lyon", "Bulletin: orchards freeze in Ontario",
		"Museum in Cairo shows a lost bulletin", "Lighthouse keeper reads his last bulletin", "Quarry bulletin names three owners",
	}
	for _, title := range titles {
		o.tell(title, title+".")
	}
	w.round()
	w.wantOwed("g", "a", titles...)
}

func TestPages(t *testing.T) {
	const paragraph = "Engineers at the station measured the ice by radar for eleven nights and found it thinner than any survey had shown since 1970. "
	body := "<p>" + strings.Repeat(paragraph, 3) + "</p><p>" + strings.Repeat("The findings will be discussed at a conference in Bergen where 400 researchers are expected to take part this summer. ", 4) + "</p>"
	page := func(head string) string {
		return `<!doctype html><html lang="en"><head><title>Ice survey</title><meta property="og:image" content="/ice.jpg">` + head + `</head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Ice survey</h1>` + body + `</article></body></html>`
	}
	for _, tt := range []struct {
		name   string
		page   string
		text   string // what the article's text holds
		teaser bool
	}{
		{"whole", page(""), "measured the ice by radar", false},
		{"paywalled", page(`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Ice survey","isAccessibleForFree":false}</script>`), "measured the ice by radar", true},
		{"breaks off", `<html lang="en"><body><article><h1>Ice survey</h1><p>Researchers have measured the ice by radar. Here is what it means for ships…</p></article></body></html>`, "measured the ice by radar", true},
		{"missing", "", "A teaser about ice.", true},
		{"binary", "\x00\x01\x02\xff\xfe" + strings.Repeat("\x80\x00", 5000), "A teaser about ice.", true},
		{"no article on it", "<html><body><a href='/'>Home</a></body></html>", "A teaser about ice.", true},
		{"nested without end", strings.Repeat("<div><table><tr><td>", 20_000), "A teaser about ice.", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			o.pages["/news/1"], o.pages["/ice.jpg"] = tt.page, drawn("jpeg", 640, 360)
			w.follow("g", o.feed())
			w.subscribe("g", "a", "ice", nil)
			w.look()
			o.tell("Ice survey", "A teaser about ice.")
			w.round()
			if n := o.hit("/news/1"); n != 1 {
				t.Errorf("the page was fetched %d times", n)
			}
			a := w.articles()[0]
			if !strings.Contains(a.Text, tt.text) || a.Teaser != tt.teaser || a.URL != o.URL+"/news/1" {
				t.Errorf("article %+v, want the text %q, teaser %v", a, tt.text, tt.teaser)
			}
			if tt.name == "whole" && a.Image != o.URL+"/ice.jpg" {
				t.Errorf("picture %q", a.Image)
			}
			w.wantOwed("g", "a", "Ice survey")
			w.round()
			if n := o.hit("/news/1"); n != 1 {
				t.Errorf("the page was fetched again")
			}
		})
	}
}

func TestPoorEntries(t *testing.T) {
	for _, tt := range []struct {
		name     string
		entry    entry
		headline string
	}{
		{"no link", entry{"1", "Ice survey", "", long("The ice is thin.")}, "Ice survey"},
		{"no title", entry{"1", "", "http://example.invalid/1", "The ice is thin, a survey says."}, "The ice is thin, a survey says."},
		{"no guid", entry{"", "Ice survey", "http://example.invalid/1", long("The ice is thin.")}, "Ice survey"},
		{"listed twice", entry{"1", "Ice survey", "", long("The ice is thin.")}, "Ice survey"},
		{"nothing but a title", entry{"", "Ice survey", "", ""}, "Ice survey"},
		{"a link that is none", entry{"1", "Ice survey", "javascript:alert(1)", long("The ice is thin.")}, "Ice survey"},
		{"a link to a private address", entry{"1", "Ice survey", "http://10.0.0.1/admin", "The ice is thin."}, "Ice survey"},
		{"markup in the title", entry{"1", "<b>Ice</b> &amp; <script>alert(1)</script>survey", "", long("The ice is thin.")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			w.follow("g", o.feed())
			w.subscribe("g", "a", "ice", nil)
			w.look()
			o.list(tt.entry, entry{guid: "blank"})
			if tt.name == "listed twice" {
				o.list(tt.entry, tt.entry)
			}
			w.round()
			w.round()
			owed := w.owed("g", "a")
			if len(owed) != 1 || owed[0].Revision != 1 {
				t.Fatalf("owed %+v, want one brief", owed)
			}
			if n := len(w.articles()); n != 1 {
				t.Errorf("%d articles, want one", n)
			}
			h := owed[0].Brief.Headline
			if tt.headline != "" && h != tt.headline || h == "" || strings.Contains(h, "<") {
				t.Errorf("headline %q, want %q", h, tt.headline)
			}
		})
	}
}

// TestHugeText shows that an article of a megabyte is cut to what a person could read.
func TestHugeText(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "ice", nil)
	w.look()
	o.tell("Ice survey", strings.Repeat("The ice is thin today. ", 40_000))
	w.round()
	w.wantOwed("g", "a", "Ice survey")
	if n := len(w.articles()[0].Text); n > 110_000 || n < 90_000 {
		t.Errorf("the text has %d bytes", n)
	}
}

// TestManyPages shows that a look that is cut off keeps what it has read, so that the next one goes on from there.
func TestManyPages(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "bulletin", nil)
	w.look()
	for i := range 40 {
		e := o.tell(fmt.Sprintf("Bulletin %d of the %s", i, strings.Repeat("x", i+3)), "Short.")
		if i < 30 {
			o.pages[strings.TrimPrefix(e.link, o.URL)] = "<html><body><p>Nothing.</p></body></html>"
		}
	}
	stuck := make(chan struct{})
	o.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/news/%d", &n); err == nil && n > 30 {
			select {
			case <-stuck:
			case <-r.Context().Done():
			}
		}
		o.ServeHTTP(rw, r)
	})
	defer close(stuck)
	w.pass(poll + time.Second)
	w.pipeline.Wake()
	deadline := time.Now().Add(20 * time.Second)
	for len(w.articles()) < 16 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := len(w.articles()); n < 16 {
		t.Errorf("%d articles stored while the last pages hang", n)
	}
	w.fetch.Close()
}

// TestHangingPages shows that news whose pages never come is told with the feed's own text, in spite of looks that end.
func TestHangingPages(t *testing.T) {
	defer pipeline.SetLookTime(4 * time.Second)()
	w := newWorld(t)
	defer w.halt()
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "bulletin", nil)
	o.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/news/") {
			<-r.Context().Done()
			return
		}
		o.ServeHTTP(rw, r)
	})
	w.look()
	const told = 20
	for i := range told {
		o.tell(fmt.Sprintf("Bulletin %d of the %s", i, strings.Repeat("x", i+3)), "Short.")
	}
	for range 2 {
		w.round()
	}
	if n := len(w.articles()); n != told {
		t.Errorf("%d of %d articles stored", n, told)
	}
}

// TestLostEntries shows that a feed that loses entries is known to as long as it stays as it is.
func TestLostEntries(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	id := w.follow("g", o.feed())
	o.tell("Bulletin", long("It is read."))
	o.set(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write(bytes.Replace(o.rss(), []byte("</channel></rss>"), []byte("<item><title>Cut"), 1))
	})
	w.look()
	problem := w.feed(id).Problem
	if problem == "" {
		t.Fatal("a lost entry is no problem")
	}
	w.round()
	if got := w.feed(id).Problem; got != problem {
		t.Errorf("the problem of an unchanged feed is %q, was %q", got, problem)
	}
	o.set(nil)
	w.round()
	if got := w.feed(id).Problem; got != "" {
		t.Errorf("a whole feed has the problem %q", got)
	}
}

// TestHostileFeeds shows that bodies no one should serve fail the feed with a sentence and harm nothing else.
func TestHostileFeeds(t *testing.T) {
	bodies := map[string]string{
		"empty":           "",
		"web page":        "<!doctype html><html><body><h1>Hello</h1></body></html>",
		"binary":          strings.Repeat("\x00\xff\x89PNG", 1000),
		"nested":          strings.Repeat("<a>", 30_000),
		"entity bomb":     `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><html>&c;</html>`,
		"external entity": `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml>&x;</opml>`,
		"JSON of no feed": `{"error":"not found"}`,
		"nested JSON":     strings.Repeat("[", 200_000),
		"one letter":      strings.Repeat("A", 3<<20),
	}
	w := newWorld(t)
	good := newOutlet(t, "Wire", "en")
	w.follow("g", good.feed())
	w.subscribe("g", "a", "glaciers", nil)
	ids := map[string]news.FeedID{}
	for name, body := range bodies {
		o := newOutlet(t, name, "en")
		o.set(func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, body) })
		ids[name] = w.follow("g", o.feed())
	}
	w.look()
	good.tell(wireTitle, long(wireText))
	w.round()
	w.wantOwed("g", "a", wireTitle)
	for name, id := range ids {
		if f := w.feed(id); f.Failures != 2 || f.Problem == "" || strings.Contains(f.Problem, "panic") {
			t.Errorf("%s: %d failures, problem %q", name, f.Failures, f.Problem)
		}
	}
}

// TestRunError shows that a pipeline that can't read what it needs to begin says so.
func TestRunError(t *testing.T) {
	w := newWorld(t)
	w.ok(w.store.Close())
	w.run()
	w.pipeline = nil
	select {
	case err := <-w.done:
		if err == nil || !strings.Contains(err.Error(), "remember") {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("Run goes on without a store")
	}
	w.open()
}

// TestEntriesOfOnePage shows that the entries of a feed that all link one page, as a service's status does, are articles each.
func TestEntriesOfOnePage(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Status", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "outage", nil)
	page := o.URL + "/status"
	old := entry{"g1", "Old outage of mail in Leeds", page, "Mail stood still for 3 hours."}
	o.list(old)
	w.look()
	second := entry{"g2", "Outage of payments at airports", page, "Card payments failed in 14 shops."}
	o.list(second, old)
	w.round()
	third := entry{"g3", "Library catalogue outage begins", page, "Readers queue at 5 desks."}
	o.list(third, second, old)
	w.round()
	w.wantOwed("g", "a", second.title, third.title)
	w.round()
	if got := len(w.articles()); got != 3 {
		t.Errorf("%d articles, want 3", got)
	}
}
