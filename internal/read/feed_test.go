package read_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

func feed(t *testing.T, body string, o read.FeedOptions) *read.Document {
	t.Helper()
	d, err := read.Feed([]byte(body), o)
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return d
}

func TestFeedErrors(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"nothing":       {"", read.ErrEmpty},
		"blank":         {" \n\t\ufeff", read.ErrEmpty},
		"page":          {"<!DOCTYPE html><html><head><title>Home</title></head><body>Hello</body></html>", read.ErrPage},
		"page, no head": {"<title>Just a moment...</title>", read.ErrPage},
		"text":          {"404 not found", read.ErrNotFeed},
		"OPML":          {`<?xml version="1.0"?><opml version="2.0"><body/></opml>`, read.ErrNotFeed},
		"sitemap":       {`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`, read.ErrNotFeed},
		"JSON":          {`{"error":"not found"}`, read.ErrNotFeed},
		"JSON list":     {`[1,2]`, read.ErrNotFeed},
		"comment":       {"<!-- nothing here -->", read.ErrNotFeed},
		"binary":        {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", read.ErrNotFeed},
	} {
		if _, err := read.Feed([]byte(c.body), read.FeedOptions{}); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// What is broken in a feed costs as little as possible of it.
func TestFeedRepair(t *testing.T) {
	item := func(title string) string {
		return "<item><title>" + title + "</title><link>https://example.org/x</link></item>"
	}
	wrap := func(s string) string {
		return `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>` + s + `</channel></rss>`
	}
	for name, c := range map[string]struct {
		body   string
		titles []string
		lost   int
	}{
		"bare ampersand":            {wrap(item("Q & A, AT&T, a&b;c")), []string{"Q & A, AT&T, a&b;c"}, 0},
		"HTML entities":             {wrap(item("caf&eacute;&nbsp;&mdash; &hellip;")), []string{"café — …"}, 0},
		"Windows references":        {wrap(item("don&#146;t &#x93;stop&#x94;")), []string{"don’t “stop”"}, 0},
		"C1 characters":             {wrap(item("don\u0092t")), []string{"don’t"}, 0},
		"control characters":        {wrap(item("a\x00b\x0bc\x1f\ufffe&#0;&#x1b;&#xFFFF;d")), []string{"abcd"}, 0},
		"junk before":               {"\n<br />\n<b>Warning</b>: x in /y.php on line 3<br />\n" + wrap(item("One")), []string{"One"}, 0},
		"junk behind":               {wrap(item("One")) + "<script>x()</script>\x00", []string{"One"}, 0},
		"less-than in text":         {wrap(item("1 < 2 and 3 <4>")), []string{"1 < 2 and 3 <4>"}, 0},
		"code in a title":           {wrap(item("Use vector&lt;int&gt; and &lt;b&gt;bold&lt;/b&gt;")), []string{"Use vector<int> and bold"}, 0},
		"entities twice":            {wrap(item("Q&amp;amp;A")), []string{"Q&A"}, 0},
		"truncated in text":         {`<rss><channel>` + item("One") + `<item><title>Tw`, []string{"One"}, 1},
		"truncated in a tag":        {`<rss><channel>` + item("One") + `<item><title>Two</title><li`, []string{"One"}, 1},
		"truncated in CDATA":        {`<rss><channel>` + item("One") + `<item><title><![CDATA[Tw`, []string{"One"}, 1},
		"truncated in a comment":    {`<rss><channel>` + item("One") + `<!-- x`, []string{"One"}, 0},
		"truncated after an entry":  {`<rss><channel>` + item("One"), []string{"One"}, 0},
		"unclosed item":             {wrap("<item><title>One</title>" + item("Two")), []string{"One", "Two"}, 0},
		"unclosed field":            {wrap("<item><title>One<link>https://example.org/1</link></item>" + item("Two")), []string{"One", "Two"}, 0},
		"unclosed HTML":             {wrap("<item><title>One</title><description>a<br>b<p>c</description></item>" + item("Two")), []string{"One", "Two"}, 0},
		"stray end tags":            {wrap("</p></foo>" + item("One</b>") + "</item></entry>" + item("Two")), []string{"One", "Two"}, 0},
		"CDATA that doesn't end":    {wrap("<item><title>One</title><description><![CDATA[text</description></item><item><title><![CDATA[Two]]></title></item>"), []string{"One", "Two"}, 0},
		"unquoted attributes":       {wrap("<item><guid isPermaLink=false>1</guid><title x=1 x=2 y>One</title></item>"), []string{"One"}, 0},
		"undeclared namespaces":     {wrap("<item><dc:creator>A</dc:creator><media:thumbnail url='https://example.org/a.jpg'/><title>One</title></item>"), []string{"One"}, 0},
		"internal entity":           {`<!DOCTYPE rss [<!ENTITY org "Example &amp; Co">]><rss><channel>` + item("&org; rises") + `</channel></rss>`, []string{"Example & Co rises"}, 0},
		"channel alone":             {`<channel><title>T</title>` + item("One") + `</channel>`, []string{"One"}, 0},
		"upper case":                {`<RSS><CHANNEL><ITEM><TITLE>One</TITLE></ITEM></CHANNEL></RSS>`, []string{"One"}, 0},
		"CDATA with markup of both": {wrap(item("<![CDATA[A <em>b</em>]]> &amp; c")), []string{"A b & c"}, 0},
		"nothing but a head":        {wrap(""), nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := feed(t, c.body, read.FeedOptions{URL: "https://example.org/feed"})
			var got []string
			for _, e := range d.Entries {
				got = append(got, e.Title)
			}
			if strings.Join(got, "|") != strings.Join(c.titles, "|") || len(d.Lost) != c.lost {
				t.Errorf("got %q, lost %q; want %q, %d lost", got, d.Lost, c.titles, c.lost)
			}
		})
	}
}

func TestFeedFields(t *testing.T) {
	day := time.Date(2026, 3, 5, 7, 8, 9, 0, time.UTC)
	for name, c := range map[string]struct {
		body string
		o    read.FeedOptions
		want news.Entry
	}{
		"RSS 2.0": {`<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:m="http://search.yahoo.com/mrss"><channel><language>en_GB</language><item>
			<guid isPermaLink="false">42</guid><title>One</title><link>/one</link><author>jo@example.org (Jo Doe)</author><description>Short</description><c:encoded><![CDATA[<p>Long</p>]]></c:encoded>
			<pubDate>Thu, 05 Mar 2026 08:08:09 +0100</pubDate><m:group><m:thumbnail url="/small.jpg" width="80"/><m:content url="/big.jpg" type="image/jpeg" width="800"/></m:group></item></channel></rss>`,
			read.FeedOptions{URL: "https://example.org/feeds/all"},
			news.Entry{GUID: "42", Title: "One", Link: "https://example.org/one", Author: "Jo Doe", Summary: "Short", Content: "<p>Long</p>", Published: day, Image: "https://example.org/big.jpg", Language: "en-GB"}},
		"permalink guid": {`<rss><channel><item><guid>https://example.org/one</guid><title>One</title></item></channel></rss>`, read.FeedOptions{},
			news.Entry{GUID: "https://example.org/one", Title: "One", Link: "https://example.org/one"}},
		"RDF": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>
			<item rdf:about="urn:1"><title>One</title><link>https://example.org/one</link><d:date>2026-03-05T07:08:09Z</d:date><d:creator>Jo</d:creator></item></rdf:RDF>`, read.FeedOptions{},
			news.Entry{GUID: "urn:1", Title: "One", Link: "https://example.org/one", Author: "Jo", Published: day, Updated: day}},
		"Atom with xml:base": {`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://example.org/blog/"><entry><id>tag:1</id><title type="html">One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title>
			<link rel="enclosure" href="a.mp3"/><link href="one"/><author><name>Jo</name></author><published>2026-03-05T07:08:09Z</published><updated>2026-03-05T08:08:09Z</updated><summary>Short</summary><content type="html">&lt;p&gt;Long &lt;img src="https://example.org/p.jpg"&gt;&lt;/p&gt;</content></entry></feed>`,
			read.FeedOptions{URL: "https://elsewhere.example/feed"},
			news.Entry{GUID: "tag:1", Title: "One & two", Link: "https://example.org/blog/one", Author: "Jo", Summary: "Short", Content: `<p>Long <img src="https://example.org/p.jpg"></p>`, Published: day, Updated: day.Add(time.Hour), Image: "https://example.org/p.jpg", Language: "de"}},
		"Atom 0.3 under a prefix": {`<a:feed version="0.3" xmlns:a="http://purl.org/atom/ns#"><a:entry><a:title mode="base64" type="text/html">T25l</a:title><a:link rel="alternate" href="https://example.org/one"/><a:issued>2026-03-05T07:08:09Z</a:issued></a:entry></a:feed>`, read.FeedOptions{},
			news.Entry{Title: "One", Link: "https://example.org/one", Published: day}},
		"Content-Location": {`<rss><channel><item><title>One</title><link>one.html</link></item></channel></rss>`, read.FeedOptions{URL: "https://example.org/feed", ContentLocation: "https://example.net/dir/feed.xml"},
			news.Entry{Title: "One", Link: "https://example.net/dir/one.html"}},
		"podcast": {`<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><title>One</title><enclosure url="https://example.org/1.mp3" type="audio/mpeg"/><itunes:summary>About</itunes:summary><itunes:image href="https://example.org/1.jpg"/></item></channel></rss>`, read.FeedOptions{},
			news.Entry{Title: "One", Link: "https://example.org/1.mp3", Summary: "About", Image: "https://example.org/1.jpg"}},
		"JSON Feed": {`{"version":"https://jsonfeed.org/version/1.1","title":"T","language":"en","items":[{"id":7,"url":"https://example.org/one","title":"A < b","content_html":"<p>Long</p>","summary":"Short","image":"/p.jpg","date_published":"2026-03-05T07:08:09Z","authors":[{"name":"Jo"}],"tags":null}]}`, read.FeedOptions{URL: "https://example.org/feed.json"},
			news.Entry{GUID: "7", Title: "A < b", Link: "https://example.org/one", Author: "Jo", Summary: "Short", Content: "<p>Long</p>", Image: "https://example.org/p.jpg", Published: day, Language: "en"}},
		"script as a link": {`<rss><channel><item><title>One</title><link>javascript:alert(1)</link></item></channel></rss>`, read.FeedOptions{URL: "https://example.org/feed"}, news.Entry{Title: "One"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := feed(t, c.body, c.o)
			if len(d.Entries) != 1 {
				t.Fatalf("%d entries", len(d.Entries))
			}
			got := d.Entries[0]
			if !got.Published.Equal(c.want.Published) || !got.Updated.Equal(c.want.Updated) {
				t.Errorf("published %v, updated %v; want %v, %v", got.Published, got.Updated, c.want.Published, c.want.Updated)
			}
			got.Published, got.Updated, c.want.Published, c.want.Updated = time.Time{}, time.Time{}, time.Time{}, time.Time{}
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Relative addresses are resolved against what is nearest: xml:base of the element, of the entry, of the feed, where the feed was found.
func TestFeedBase(t *testing.T) {
	const atom = `<feed xmlns="http://www.w3.org/2005/Atom"%s><title>T</title><link href="./"/><entry%s><title>One</title><link href="one"/><content type="%s"%s>%s</content></entry><entry><title>Two</title><link href="two"/></entry></feed>`
	for name, c := range map[string]struct{ body, site, link, content, second string }{
		"RSS": {`<rss><channel><link>/</link><item><link>one</link><description>&lt;a href="../x?a=1&amp;amp;b=2"&gt;x&lt;/a&gt; &lt;img src=p.jpg srcset="p.jpg 1x, /q.jpg 2x"&gt; &lt;a href="#n"&gt;&lt;a href='mailto:a@b'&gt;&lt;a href="https://example.net/y"&gt;</description></item><item><link>two</link></item></channel></rss>`,
			"https://example.org/", "https://example.org/feeds/one", `<a href="https://example.org/x?a=1&amp;b=2">x</a> <img src=https://example.org/feeds/p.jpg srcset="https://example.org/feeds/p.jpg 1x, https://example.org/q.jpg 2x"> <a href="#n"><a href='mailto:a@b'><a href="https://example.net/y">`, "https://example.org/feeds/two"},
		"RSS with xml:base": {`<rss xml:base="https://example.net/a/index.xml"><channel><link>b</link><item xml:base="c/"><link>one</link><description>&lt;a href="x"&gt;</description></item><item><link>two</link></item></channel></rss>`,
			"https://example.net/a/b", "https://example.net/a/c/one", `<a href="https://example.net/a/c/x">`, "https://example.net/a/two"},
		"Atom": {fmt.Sprintf(atom, "", "", "html", "", `&lt;a href="x"&gt;`), "https://example.org/feeds/", "https://example.org/feeds/one", `<a href="https://example.org/feeds/x">`, "https://example.org/feeds/two"},
		"Atom with a file as base": {fmt.Sprintf(atom, ` xml:base="https://example.net/blog/atom.xml"`, "", "html", "", `&lt;a href="x"&gt;`),
			"https://example.net/blog/", "https://example.net/blog/one", `<a href="https://example.net/blog/x">`, "https://example.net/blog/two"},
		"Atom with bases inside": {fmt.Sprintf(atom, ` xml:base="/blog/"`, ` xml:base="1/"`, "html", ` xml:base="deep/"`, `&lt;a href="x"&gt;`),
			"https://example.org/blog/", "https://example.org/blog/1/one", `<a href="https://example.org/blog/1/deep/x">`, "https://example.org/blog/two"},
		"Atom with XHTML": {fmt.Sprintf(atom, ` xml:base="/blog/"`, "", "xhtml", "", `<div xml:base="x/"><a href="y">z</a></div>`),
			"https://example.org/blog/", "https://example.org/blog/one", `<a href="https://example.org/blog/x/y">z</a>`, "https://example.org/blog/two"},
		"base that is none": {fmt.Sprintf(atom, ` xml:base="javascript:alert(1)"`, "", "html", "", `&lt;a href="x"&gt;`), "https://example.org/feeds/", "https://example.org/feeds/one", `<a href="https://example.org/feeds/x">`, "https://example.org/feeds/two"},
		"JSON Feed": {`{"version":"https://jsonfeed.org/version/1.1","home_page_url":"/","items":[{"id":"1","url":"one","content_html":"<a href='x'>"},{"id":"2","url":"two"}]}`,
			"https://example.org/", "https://example.org/feeds/one", `<a href='https://example.org/feeds/x'>`, "https://example.org/feeds/two"},
	} {
		t.Run(name, func(t *testing.T) {
			d := feed(t, c.body, read.FeedOptions{URL: "https://example.org/feeds/all.xml"})
			if len(d.Entries) != 2 {
				t.Fatalf("%d entries", len(d.Entries))
			}
			e := d.Entries[0]
			if d.Site != c.site || e.Link != c.link || d.Entries[1].Link != c.second {
				t.Errorf("site %q, links %q and %q; want %q, %q and %q", d.Site, e.Link, d.Entries[1].Link, c.site, c.link, c.second)
			}
			if got := strings.TrimSpace(e.Content + e.Summary); got != c.content {
				t.Errorf("got  %s\nwant %s", got, c.content)
			}
		})
	}
}

func TestFeedHead(t *testing.T) {
	d := feed(t, `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The &lt;i&gt;Paper&lt;/i&gt;</title><link>https://example.org</link><ttl>90</ttl><language>ko</language>
		<atom:link rel="self" href="https://example.org/feed"/><atom:link rel="hub" href="https://hub.example.org/"/></channel></rss>`, read.FeedOptions{})
	if d.Title != "The Paper" || d.Site != "https://example.org" || d.TTL != 90*time.Minute || d.Language != "ko" || d.Self != "https://example.org/feed" || d.Hub != "https://hub.example.org/" {
		t.Errorf("got %+v", d)
	}
}

func TestFeedDates(t *testing.T) {
	for s, want := range map[string]string{
		"Thu, 05 Mar 2026 08:08:09 +0100": "2026-03-05T07:08:09Z", "Thu, 5 Mar 2026 07:08 GMT": "2026-03-05T07:08:00Z", "5 Mar 26 07:08:09 EST": "2026-03-05T12:08:09Z", "Thursday, 05-Mar-26 07:08:09 PDT": "2026-03-05T14:08:09Z",
		"2026-03-05": "2026-03-05T00:00:00Z", "2026-03-05 07:08:09": "2026-03-05T07:08:09Z", "2026-03-05T07:08:09.123+09:00": "2026-03-04T22:08:09Z", "20260305T070809Z": "2026-03-05T07:08:09Z", "2026/03/05 07:08": "2026-03-05T07:08:00Z", "2026-064": "2026-03-05T00:00:00Z",
		"March 5, 2026 7:08 pm": "2026-03-05T19:08:00Z", "Mar 5, 2026 12:30 AM": "2026-03-05T00:30:00Z", "05.03.2026 07:08 Uhr": "2026-03-05T07:08:00Z", "13/3/2026": "2026-03-13T00:00:00Z", "5 mars 2026 à 7h08": "2026-03-05T07:08:00Z", "mar. 3 nov. 2026": "2026-11-03T00:00:00Z",
		"Do, 05 Mär 2026 07:08:09 +0100": "2026-03-05T06:08:09Z", "jueves, 5 de marzo de 2026": "2026-03-05T00:00:00Z", "5 марта 2026, 07:08": "2026-03-05T07:08:00Z", "5 marca 2026": "2026-03-05T00:00:00Z", "Πεμ, 05 Μαρ 2026 07:08:09 GMT": "2026-03-05T07:08:09Z", "5 Mart 2026": "2026-03-05T00:00:00Z",
		"2026년 3월 5일 오후 7:08": "2026-03-05T19:08:00Z", "2026-03-05 오전 7:08:09": "2026-03-05T07:08:09Z", "2026年3月5日 7時08分": "2026-03-05T07:08:00Z", "2026年03月05日 下午7点08分": "2026-03-05T19:08:00Z", "٥ مارس ٢٠٢٦": "2026-03-05T00:00:00Z", "1772694489": "2026-03-05T07:08:09Z",
		"Thu Mar  5 07:08:09 2026": "2026-03-05T07:08:09Z", "Thu Mar 5 07:08:09 PST 2026": "2026-03-05T15:08:09Z", "Thu, 05 Mar 2026 24:00:00 GMT": "2026-03-06T00:00:00Z", "Thu, 05 Mar 2026 07:08:09 GMT+0900": "2026-03-04T22:08:09Z",
		"": "", "0000-00-00 00:00:00": "", "yesterday": "", "31 Feb 2026": "", "Mon, 01 Jan 0001 00:00:00 +0000": "", "1969-12-31": "",
	} {
		d := feed(t, `<rss><channel><item><title>x</title><pubDate>`+s+`</pubDate></item></channel></rss>`, read.FeedOptions{})
		got := ""
		if p := d.Entries[0].Published; !p.IsZero() {
			got = p.UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

// Hostile documents are read in bounded time and memory.
func TestFeedBounds(t *testing.T) {
	item := "<item><title>One</title></item>"
	for name, body := range map[string]string{
		"deep nesting":     "<rss><channel>" + strings.Repeat("<a>", 200_000) + strings.Repeat("</a>", 200_000) + item + "</channel></rss>",
		"deep in an entry": "<rss><channel>" + item + "<item><description>" + strings.Repeat("<div>", 200_000) + "</description></item></channel></rss>",
		"entity bomb":      `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("a", 1000) + `"><!ENTITY b "` + strings.Repeat("&a;", 1000) + `">]><rss><channel>` + item + "<item><title>" + strings.Repeat("&b;&a;", 10_000) + "</title></item></channel></rss>",
		"many attributes":  "<rss><channel>" + item + "<item " + strings.Repeat(`a="1" `, 5000) + "></item></channel></rss>",
		"open CDATA":       "<rss><channel>" + item + strings.Repeat("<![CDATA[", 1_000_000),
		"short CDATA":      "<rss><channel>" + item + strings.Repeat("<a><![CDATA[</item></a>", 200_000),
		"open subsets":     "<rss><channel>" + item + strings.Repeat("<!a[>", 1_000_000),
		"end tags":         "<rss><channel>" + item + strings.Repeat("</a>", 1_000_000),
		"open comments":    "<rss><channel>" + item + strings.Repeat("<!--", 2_000_000),
		"ampersands":       "<rss><channel>" + item + strings.Repeat("&", 1_000_000) + "</channel></rss>",
		"less-thans":       "<rss><channel>" + item + strings.Repeat("<", 2_000_000) + "</channel></rss>",
		"open quotes":      "<rss><channel>" + item + strings.Repeat(`<a b="`, 200_000),
		"deep JSON":        `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"},` + strings.Repeat("[", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			d := feed(t, body, read.FeedOptions{})
			if len(d.Entries) == 0 || d.Entries[0].Title != "One" && name != "entity bomb" {
				t.Errorf("the good entry is missing: %d entries", len(d.Entries))
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFeedManyEntries(t *testing.T) {
	var b strings.Builder
	b.WriteString("<rss><channel>")
	for i := range 5000 {
		fmt.Fprintf(&b, "<item><guid isPermaLink='false'>%d</guid><title>Entry %d</title><description>&lt;p&gt;Text&lt;/p&gt;</description></item>", i, i)
	}
	b.WriteString("</channel></rss>")
	if d := feed(t, b.String(), read.FeedOptions{}); len(d.Entries) != 5000 || len(d.Lost) > 0 {
		t.Errorf("%d entries, lost %q", len(d.Entries), d.Lost)
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One &amp; &foo; <![CDATA[x]]></title><pubDate>Thu, 05 Mar 2026 07:08:09 GMT</pubDate></item></channel></rss>`), "text/xml")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div>x</div></title><content type="html">&lt;img src="a"&gt;</content></entry></feed>`), "")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","title":"T","items":[{"id":1,"title":"x","authors":[{"name":"a"}]}]}`), "application/json")
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"), "")
	f.Add([]byte("<rss><channel><item><title>\xc7\xd1\xb1\xb9</title></item>"), "text/xml; charset=euc-kr")
	f.Add([]byte(`<CHANNEL HREF="x"><ITEM HREF="/y" LASTMOD="2026-01-01"><TITLE>T</TITLE></ITEM></CHANNEL>`), "")
	f.Add([]byte(`<!DOCTYPE rss [<!ENTITY a "b">]><rss xmlns:x="y"><channel xml:base="//"><item rdf:about=1><x:y:z a='b/></item>`), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		d, err := read.Feed(body, read.FeedOptions{URL: "https://example.org/feed", ContentType: contentType})
		if err != nil {
			if !errors.Is(err, read.ErrEmpty) && !errors.Is(err, read.ErrPage) && !errors.Is(err, read.ErrNotFeed) {
				t.Fatalf("%v", err)
			}
			return
		}
		d.Marks()
		for _, e := range d.Entries {
			read.Plain(e.Content)
			if strings.ContainsAny(e.Title, "\n\x00") {
				t.Errorf("title %q is not one line", e.Title)
			}
			if e.Link != "" && !strings.HasPrefix(e.Link, "http") {
				t.Errorf("link %q", e.Link)
			}
		}
	})
}

func BenchmarkFeed(b *testing.B) {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title>`)
	for i := range 30 {
		fmt.Fprintf(&s, `<item><guid isPermaLink="false">id-%d</guid><title>Ministers sign &amp; seal memorandum %d</title><link>https://example.org/%d?utm_source=rss</link><pubDate>Thu, 05 Mar 2026 07:08:09 GMT</pubDate><dc:creator>Jo Doe</dc:creator><description>%s</description><content:encoded><![CDATA[%s]]></content:encoded></item>`,
			i, i, i, strings.Repeat("A short text. ", 10), strings.Repeat("<p>A <a href=\"https://example.org/\">longer</a> text.</p>\n", 30))
	}
	s.WriteString("</channel></rss>")
	body := []byte(s.String())
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := read.Feed(body, read.FeedOptions{URL: "https://example.org/feed"}); err != nil {
			b.Fatal(err)
		}
	}
}
