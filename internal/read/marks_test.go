package read_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// memory is what a store keeps of a feed's marks (see news.Poll.Listed): what its first mark stands for.
type memory map[news.Mark][]news.Mark

func (m memory) knows() map[news.Mark]bool {
	known := map[news.Mark]bool{}
	for first, others := range m {
		known[first] = true
		for _, o := range others {
			known[o] = true
		}
	}
	return known
}

// look reads the feed as the pipeline does and returns what is new; with skip it reads no entry that it can do without.
func (m *memory) look(t testing.TB, body []byte, skip bool) (fresh []news.Entry, doc *read.Document) {
	t.Helper()
	items := read.Split(body, read.FeedOptions{URL: "https://example.org/feed"})
	known := m.knows()
	var skipped map[news.Mark]bool
	if skip {
		skipped = known
	}
	doc, err := items.Feed(skipped)
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	at, sure := doc.Fresh(known)
	if !sure {
		if doc, err = items.Feed(nil); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		if at, sure = doc.Fresh(known); !sure {
			t.Fatalf("a feed read in full leaves a doubt: %s", body)
		}
	}
	for _, i := range at {
		fresh = append(fresh, doc.Entries[i])
	}
	next := memory{}
	for _, listed := range doc.Marks() {
		next[listed[0]] = listed[1:]
	}
	for _, s := range doc.Skipped {
		next[s] = (*m)[s]
	}
	*m = next
	return fresh, doc
}

// post is an article of a simulated outlet. What it is called in the feed is for the feed's habits.
type post struct {
	n           int // 1 for the first that was ever told
	title, slug string
	text        string
}

// habit is how an outlet's software writes its feed. Each of these makes identities of its articles that can't be relied on, and edits
// only what leaves them recognisable.
type habit struct {
	guid, link func(p post, place, poll int, r *rand.Rand) string
	title      func(n int) string // default: one for each
	retitles   bool               // titles are edited
	moves      bool               // with the title goes the address
	counts     bool               // every text changes with every fetch
	onTop      bool               // what is new is on top, and the order stays
}

func own(p post, _, _ int, _ *rand.Rand) string     { return fmt.Sprintf("tag:example.org,2026:%d", p.n) }
func place(_ post, at, _ int, _ *rand.Rand) string  { return fmt.Sprint(at + 1) }
func slot(p post, _, _ int, _ *rand.Rand) string    { return fmt.Sprint("item-", p.n%7) }
func made(_ post, _, _ int, r *rand.Rand) string    { return fmt.Sprintf("%016x", r.Uint64()) }
func none(post, int, int, *rand.Rand) string        { return "" }
func constant(post, int, int, *rand.Rand) string    { return "urn:example:feed" }
func page(post, int, int, *rand.Rand) string        { return "https://example.org/live/" }
func front(post, int, int, *rand.Rand) string       { return "https://example.org/" }
func address(p post, _, _ int, _ *rand.Rand) string { return "https://example.org/news/" + p.slug }
func tracked(p post, at, poll int, _ *rand.Rand) string {
	return fmt.Sprintf("%s://%sexample.org/news/%s%s?utm_source=rss&at_medium=%d#xtor=RSS-%d", []string{"http", "https"}[poll%2], []string{"www.", "", "m."}[poll%3], p.slug, []string{"", "/"}[poll%2], at, poll)
}
func session(p post, _, _ int, r *rand.Rand) string {
	return fmt.Sprintf("https://example.org/news/%s?sid=%x", p.slug, r.Uint64())
}
func query(p post, _, _ int, _ *rand.Rand) string {
	return fmt.Sprintf("https://example.org/view?id=%d", p.n)
}
func relative(p post, _, _ int, _ *rand.Rand) string { return "/news/" + p.slug }
func recurring(n int) string {
	return []string{"Morning briefing", "Weather report", "Open thread"}[n%3]
}

var habits = map[string]habit{
	"healthy":                                {guid: own, link: address, retitles: true, moves: true},
	"healthy, link with a session":           {guid: own, link: session, retitles: true, counts: true},
	"healthy, counting":                      {guid: own, link: address, retitles: true, counts: true},
	"guid is the link":                       {guid: address, link: address, retitles: true},
	"no guid":                                {guid: none, link: query, retitles: true},
	"no link":                                {guid: own, link: none},
	"link to the front page":                 {guid: own, link: front},
	"relative links":                         {guid: none, link: relative, retitles: true},
	"tracked links":                          {guid: none, link: tracked, retitles: true},
	"tracked links as guids":                 {guid: tracked, link: tracked, retitles: true},
	"guids made up":                          {guid: made, link: address, retitles: true},
	"guids made up, counting":                {guid: made, link: tracked, retitles: true, counts: true},
	"guids made up, no link":                 {guid: made, link: none},
	"guids made up, no link, counting":       {guid: made, link: none, counts: true},
	"guids made up, shared link":             {guid: made, link: page},
	"guids made up, link with a session":     {guid: made, link: session},
	"no guid, link with a session":           {guid: none, link: session, counts: true},
	"guids are places":                       {guid: place, link: address, retitles: true},
	"guids are places, counting":             {guid: place, link: address, counts: true},
	"guids are places, no link":              {guid: place, link: none, onTop: true},
	"guids are places, shared link":          {guid: place, link: page, onTop: true},
	"guids come again":                       {guid: slot, link: address},
	"shared guid":                            {guid: constant, link: address, retitles: true},
	"shared guid and link":                   {guid: constant, link: page},
	"shared guid and link, counting":         {guid: constant, link: page, counts: true},
	"shared link":                            {guid: own, link: page},
	"title alone":                            {guid: none, link: none},
	"recurring titles":                       {guid: own, link: address, title: recurring},
	"recurring titles, guid is the link":     {guid: address, link: address, title: recurring, counts: true},
	"recurring titles, no link":              {guid: own, link: none, title: recurring},
	"recurring titles, no guid":              {guid: none, link: query, title: recurring},
	"recurring titles, shared guid":          {guid: constant, link: address, title: recurring},
	"recurring titles, guid and shared link": {guid: own, link: page, title: recurring},
}

// outlet is a feed that lives: each poll finds some entries added, edited, reordered, listed twice or gone.
type outlet struct {
	*rand.Rand
	habit
	told  int
	posts []post // as listed
}

func (o *outlet) step(poll int) {
	if o.title == nil {
		o.title = func(n int) string { return fmt.Sprintf("Council votes on bridge number %d", n) }
	}
	add := o.IntN(3) // sometimes none
	if poll == 0 {
		add = 3 + o.IntN(4)
	}
	for range add {
		o.told++
		p := post{n: o.told, title: o.title(o.told), slug: fmt.Sprintf("bridge-%d-%c", o.told, 'a'+o.told%26), text: fmt.Sprintf("Text %d of it.", o.told)}
		at := o.IntN(2) * o.IntN(len(o.posts)+1) // new ones are not always on top
		if o.onTop {
			at = 0
		}
		o.posts = slices.Insert(o.posts, at, p)
	}
	if len(o.posts) > 8 {
		o.posts = o.posts[:8]
	}
	// What is edited: not all at once.
	if len(o.posts) > 2 && poll > 0 {
		p := &o.posts[o.IntN(len(o.posts))]
		switch o.IntN(4) {
		case 0:
			p.text += " Corrected."
		case 1:
			if o.retitles {
				p.title += ", and again"
			}
		case 2:
			if o.moves {
				p.title, p.slug = p.title+", updated", p.slug+"-updated"
			}
		}
	}
	if o.IntN(5) == 0 && !o.onTop {
		o.Shuffle(len(o.posts), func(i, j int) { o.posts[i], o.posts[j] = o.posts[j], o.posts[i] })
	}
}

// formats write a feed; each listing is guid, link, title, text.
var formats = map[string]func(listing [][4]string) []byte{
	"RSS": func(l [][4]string) []byte {
		return []byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><lastBuildDate>now</lastBuildDate>` + elements(l, "item", func(e [4]string) string {
			return field("guid isPermaLink='false'", e[0]) + field("title", e[2]) + field("link", e[1]) + "<description><![CDATA[<p>" + e[3] + "</p>]]></description>"
		}) + "</channel></rss>")
	},
	"RDF": func(l [][4]string) []byte {
		return []byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>` +
			elements(l, "item", func(e [4]string) string {
				return field("guid", e[0]) + field("title", e[2]) + field("link", e[1]) + field("description", e[3])
			}) + "</rdf:RDF>")
	},
	"Atom": func(l [][4]string) []byte {
		return []byte(`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>` + elements(l, "entry", func(e [4]string) string {
			link := ""
			if e[1] != "" {
				link = `<link href="` + escape(e[1]) + `"/>`
			}
			return field("id", e[0]) + field("title", e[2]) + link + `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>` + e[3] + `</p></div></content>`
		}) + "</feed>")
	},
	"JSON": func(l [][4]string) []byte {
		items := []map[string]string{}
		for _, e := range l {
			items = append(items, map[string]string{"id": e[0], "url": e[1], "title": e[2], "content_text": e[3]})
		}
		b, err := json.MarshalIndent(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, "ttl": 5}, "", " ")
		if err != nil {
			panic(err)
		}
		return b
	},
}

func elements(l [][4]string, name string, f func([4]string) string) string {
	var b strings.Builder
	for _, e := range l {
		b.WriteString("<" + name + ">" + f(e) + "</" + name + ">\n")
	}
	return b.String()
}

func field(tag, value string) string {
	if value == "" {
		return ""
	}
	name, _, _ := strings.Cut(tag, " ")
	return "<" + tag + ">" + escape(value) + "</" + name + ">"
}

func escape(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}

// What makes an entry the one that was listed before, beside others that stay as they are.
func TestSameEntry(t *testing.T) {
	others := [][4]string{{"tag:o1", "https://example.org/other-1", "Other", "Text of the first."}, {"tag:o2", "https://example.org/other-2", "Another", "Text of the second."}}
	for name, c := range map[string]struct {
		was, is [4]string // guid, link, title, text
		same    bool
	}{
		"edited":                            {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:1", "/a", "One, updated", "New text"}, true},
		"guid alone":                        {[4]string{"tag:a1b2", "/a", "One", "Text"}, [4]string{"tag:a1b2", "/b", "Two", "New text"}, true},
		"guid that may be a place":          {[4]string{"item-3", "/a", "One", "Text"}, [4]string{"item-3", "/b", "Two", "New text"}, false},
		"link alone":                        {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:2", "http://www.example.org/a/?utm_source=rss#top", "Two", "New text"}, true},
		"title alone":                       {[4]string{"", "", "One", "Text"}, [4]string{"", "", " one ", "New text"}, true},
		"other title":                       {[4]string{"", "", "One", "Text"}, [4]string{"", "", "Two", "Text"}, false},
		"text alone":                        {[4]string{"", "", "", "Text"}, [4]string{"", "", "", "Text"}, true},
		"other text":                        {[4]string{"", "", "", "Text"}, [4]string{"", "", "", "New text"}, false},
		"no title, guid":                    {[4]string{"tag:1", "", "", "Text"}, [4]string{"tag:1", "", "", "New text"}, true},
		"no title, link":                    {[4]string{"", "/a", "", "Text"}, [4]string{"", "/a", "", "New text"}, true},
		"recurring title":                   {[4]string{"tag:1", "/a", "Weather report", "Rain"}, [4]string{"tag:2", "/b", "Weather report", "Sun"}, false},
		"recurring title and text":          {[4]string{"tag:1", "/a", "Open thread", "Talk"}, [4]string{"tag:2", "/b", "Open thread", "Talk"}, false},
		"recurring title, no guid":          {[4]string{"", "/a", "M 4.5", "Chile"}, [4]string{"", "/b", "M 4.5", "Japan"}, false},
		"recurring title, no link":          {[4]string{"tag:1", "", "M 4.5", "Chile"}, [4]string{"tag:2", "", "M 4.5", "Japan"}, false},
		"recurring title, front page":       {[4]string{"tag:1", "https://example.org/", "M 4.5", "Chile"}, [4]string{"tag:2", "https://example.org/", "M 4.5", "Japan"}, false},
		"guid is an address, http or https": {[4]string{"http://example.org/?p=1", "", "One", "Text"}, [4]string{"https://www.example.org/?p=1", "", "Two", "Text"}, true},
		"guid is another address":           {[4]string{"http://example.org/?p=1", "", "One", "Text"}, [4]string{"http://example.org/?p=2", "", "Two", "Text"}, false},
		"guid is the front page":            {[4]string{"https://example.org/", "/a", "One", "Text"}, [4]string{"https://example.org/", "/b", "Two", "Text"}, false},
		"mobile host":                       {[4]string{"", "https://m.example.org/a", "One", "Text"}, [4]string{"", "https://www.example.org/a", "One", "Text"}, true},
		"AMP":                               {[4]string{"", "https://amp.example.org/news/a-b/amp/", "One", "Text"}, [4]string{"", "https://www.example.org/news/a-b", "One", "Text"}, true},
		"redirector":                        {[4]string{"", "https://www.google.com/url?url=https://example.org/a&ct=ga", "One", "Text"}, [4]string{"", "https://example.org/a", "One", "Text"}, true},
		"index file":                        {[4]string{"", "https://example.org/a/index.html", "One", "Text"}, [4]string{"", "https://example.org/a/", "One", "Text"}, true},
		"default port, encoding, order":     {[4]string{"", "https://example.org:443/%7ea?x=1&y=%c3%a9", "One", "Text"}, [4]string{"", "https://example.org/~a?y=%C3%A9&x=1", "One", "Text"}, true},
		"another id":                        {[4]string{"", "/view?id=1", "One", "Text"}, [4]string{"", "/view?id=2", "One", "Text"}, false},
		"another page parameter":            {[4]string{"", "/?p=1", "One", "Text"}, [4]string{"", "/?p=2", "One", "Text"}, false},
		"another article parameter":         {[4]string{"", "/?article=1", "One", "Text"}, [4]string{"", "/?article=2", "One", "Text"}, false},
		"another route":                     {[4]string{"", "/app#!/1", "One", "Text"}, [4]string{"", "/app#!/2", "One", "Text"}, false},
		"another route without a mark":      {[4]string{"", "/app#/1", "One", "Text"}, [4]string{"", "/app#/2", "One", "Text"}, false},
		"another case of the path":          {[4]string{"", "/a/X1b", "One", "Text"}, [4]string{"", "/a/x1B", "One", "Text"}, false},
		"another host":                      {[4]string{"", "https://news.example.org/a", "One", "Text"}, [4]string{"", "https://sport.example.org/a", "One", "Text"}, false},
	} {
		m := memory{}
		m.look(t, formats["RSS"](append([][4]string{c.was}, others...)), true)
		fresh, _ := m.look(t, formats["RSS"](append([][4]string{c.is}, others...)), true)
		if len(fresh) == 0 != c.same {
			t.Errorf("%s: new are %q", name, fresh)
		}
	}
}

// A feed of one entry at a time shows less of what its identities are worth.
func TestSameSingleEntry(t *testing.T) {
	for name, c := range map[string]struct {
		was, is [4]string // guid, link, title, text
		same    bool
	}{
		"edited":                    {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:1", "/a", "Two", "New text"}, true},
		"guid and title":            {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:1", "/b", "One", "New text"}, true},
		"link and title":            {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:2", "/a", "One", "New text"}, true},
		"link":                      {[4]string{"", "/a", "One", "Text"}, [4]string{"", "/a", "Two", "New text"}, true},
		"made up, title and text":   {[4]string{"tag:1", "/a?s=1", "One", "Text"}, [4]string{"tag:2", "/a?s=2", "One", "Text"}, true},
		"one guid for everything":   {[4]string{"urn:feed", "/a", "One", "Text"}, [4]string{"urn:feed", "/b", "Two", "New text"}, false},
		"one page for everything":   {[4]string{"tag:1", "/live", "One", "Text"}, [4]string{"tag:2", "/live", "Two", "New text"}, false},
		"one title for everything":  {[4]string{"tag:1", "/a", "Weather report", "Rain"}, [4]string{"tag:2", "/b", "Weather report", "Sun"}, false},
		"nothing the same":          {[4]string{"tag:1", "/a", "One", "Text"}, [4]string{"tag:2", "/b", "Two", "Text"}, false},
		"the front page and a text": {[4]string{"", "https://example.org/", "One", "Text"}, [4]string{"", "https://example.org/", "Two", "Text"}, false},
	} {
		m := memory{}
		m.look(t, formats["RSS"]([][4]string{c.was}), true)
		fresh, _ := m.look(t, formats["RSS"]([][4]string{c.is}), true)
		if len(fresh) == 0 != c.same {
			t.Errorf("%s: new are %q", name, fresh)
		}
	}
}

// An entry is new whatever its date says, and once.
func TestFreshDates(t *testing.T) {
	feed := func(dates ...string) []byte {
		s := "<rss><channel>"
		for i, d := range dates {
			s += fmt.Sprintf("<item><guid>tag:%d</guid><title>Entry %d</title>%s</item>", i, i, field("pubDate", d))
		}
		return []byte(s + "</channel></rss>")
	}
	m := memory{}
	dates := []string{"Thu, 05 Mar 2026 07:08:09 GMT"}
	m.look(t, feed(dates...), true)
	for _, d := range []string{"", "Thu, 05 Mar 2015 07:08:09 GMT", "2026-03-05", "2026-03-05", "yesterday", "Thu, 05 Mar 2099 07:08:09 GMT"} {
		dates = append(dates, d)
		if fresh, _ := m.look(t, feed(dates...), true); len(fresh) != 1 || fresh[0].Title != fmt.Sprint("Entry ", len(dates)-1) {
			t.Errorf("dated %q: new are %q", d, fresh)
		}
		if fresh, _ := m.look(t, feed(dates...), true); len(fresh) != 0 {
			t.Errorf("dated %q: new again are %q", d, fresh)
		}
	}
}

// Whatever habits a feed has, each of its articles is new once, and skipping what is known changes nothing.
func TestFresh(t *testing.T) {
	for name, habit := range habits {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(8) {
				format := []string{"RSS", "RDF", "Atom", "JSON"}[seed%4]
				o := &outlet{Rand: rand.New(rand.NewPCG(seed, 1)), habit: habit}
				skipping, full := memory{}, memory{}
				times := map[string]int{} // an article was new
				for poll := range 10 {
					o.step(poll)
					var listing [][4]string
					for i, p := range o.posts {
						text := p.text
						if o.counts {
							text += fmt.Sprintf(" Read %d times.", poll)
						}
						listing = append(listing, [4]string{o.guid(p, i, poll, o.Rand), o.link(p, i, poll, o.Rand), p.title, text})
					}
					if len(listing) > 0 && o.IntN(4) == 0 {
						listing = append(listing, listing[o.IntN(len(listing))]) // listed twice
					}
					body := formats[format](listing)
					got, _ := skipping.look(t, body, true)
					want, _ := full.look(t, body, false)
					if !slices.Equal(got, want) {
						t.Fatalf("%s, seed %d, poll %d: new are %q when what is known is skipped, else %q", format, seed, poll, got, want)
					}
					for _, e := range got {
						n := 0
						if _, err := fmt.Sscanf(e.Summary+e.Content, "Text %d", &n); err != nil {
							if _, err := fmt.Sscanf(strings.TrimLeft(strings.NewReplacer("<div xmlns=\"http://www.w3.org/1999/xhtml\">", "", "<div>", "", "<p>", "").Replace(e.Summary+e.Content), " \n"), "Text %d", &n); err != nil {
								t.Fatalf("%v in %q", err, e)
							}
						}
						times[fmt.Sprint(n)]++
					}
					for _, p := range o.posts {
						if n := times[fmt.Sprint(p.n)]; n != 1 {
							t.Fatalf("%s, seed %d, poll %d: article %d was new %d times\n%s", format, seed, poll, p.n, n, body)
						}
					}
				}
			}
		})
	}
}

// Edited are the listed entries that say something else; what only their pages or dates say is not in the feed.
func TestEdited(t *testing.T) {
	feed := func(entries ...string) *read.Document {
		d, err := read.Feed([]byte(`<rss version="2.0"><channel><title>F</title>`+strings.Join(entries, "")+`</channel></rss>`), read.FeedOptions{URL: "https://example.com/feed"})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	item := func(n int, title, text, date string) string {
		return fmt.Sprintf("<item><guid>g%d</guid><link>https://example.com/%d</link><title>%s</title><description>%s</description><pubDate>%s</pubDate></item>", n, n, title, text, date)
	}
	const monday, tuesday = "Mon, 02 Mar 2026 09:00:00 GMT", "Tue, 03 Mar 2026 09:00:00 GMT"
	known := map[news.Mark]bool{}
	for _, m := range slices.Concat(feed(item(1, "One", "It rains.", monday), item(2, "Two", "It pours.", monday), item(3, "Three", "It snows.", monday), item(4, "Four", "It hails.", monday)).Marks()...) {
		known[m] = true
	}
	d := feed(item(5, "Five", "It is dry.", tuesday), item(1, "One", "It rains.", monday), item(2, "Two", "It pours and pours.", monday), item(3, "Three feet", "It snows.", monday), item(4, "Four", "It hails.", tuesday))
	fresh, sure := d.Fresh(known)
	if !sure || !slices.Equal(fresh, []int{0}) {
		t.Fatalf("new are %v, sure %v", fresh, sure)
	}
	if edited := d.Edited(known, fresh); !slices.Equal(edited, []int{2, 3}) {
		t.Errorf("edited are %v, want the second with another text and the third with another title", edited)
	}
}
