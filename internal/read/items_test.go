package read_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// rawMarks returns the marks of the characters of the entries, or nil where the feed has to be read in full.
func rawMarks(t testing.TB, body []byte) []news.Mark {
	t.Helper()
	items := read.Split(body, read.FeedOptions{})
	doc, err := items.Feed(nil)
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if len(items.Marks()) != len(doc.Entries) {
		return nil
	}
	return items.Marks()
}

func TestSplit(t *testing.T) {
	item := func(n int) string {
		return fmt.Sprintf("<item><title>%d</title><link>https://example.org/%d</link></item>\n", n, n)
	}
	wrap := func(s ...string) string {
		return `<?xml version="1.0"?><!-- x > y --><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "rss.dtd"><rss><channel><title>T</title>` + strings.Join(s, "") + `</channel></rss>`
	}
	for name, c := range map[string]struct {
		body string
		want int // entries that can be skipped; 0 when the feed has to be read in full
	}{
		"plain":                          {wrap(item(1), item(2)), 2},
		"nothing listed":                 {wrap(), 0},
		"other elements between":         {wrap(item(1), "<image><title>I</title></image>", item(2)), 2},
		"junk behind":                    {wrap(item(1)) + "<script>", 1},
		"markup in CDATA":                {wrap("<item><title>1</title><description><![CDATA[</item><item> & <br>]]></description></item>", item(2)), 2},
		"markup in a comment":            {wrap("<!-- <item> --><item><!-- </item> --><title>1</title></item>", item(2)), 2},
		"less-thans":                     {wrap("<item><title>1 < 2 <3 & 4</title></item>", item(2)), 2},
		"loose attributes":               {wrap("<item a=1 b='</item>' c><title>1</title></item>", item(2)), 2},
		"prefix as everywhere":           {wrap(`<item><media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="x"/><title>1</title></item>`, item(2)), 2},
		"prefix for what nobody knows":   {wrap(`<item><x:y xmlns:x="urn:x">z</x:y><title>1</title></item>`, item(2)), 2},
		"RDF":                            {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel><items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>` + item(1) + item(2) + "</rdf:RDF>", 2},
		"Atom":                           {`<feed><entry><title>1</title></entry><entry><content type="xhtml"><div><entry/></div></content></entry></feed>`, 0},
		"Atom under a prefix":            {`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>1</a:title></a:entry></a:feed>`, 1},
		"upper case":                     {`<RSS><CHANNEL><ITEM><TITLE>1</TITLE></ITEM></CHANNEL></RSS>`, 1},
		"JSON":                           {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"},{"} , {"id":"2","title":"\"]"}],"ttl":5 }`, 2},
		"declared entities":              {`<!DOCTYPE rss [<!ENTITY a "b">]>` + wrap(item(1))[21:], 0},
		"nested":                         {wrap("<item><title>1</title>"+item(2)+"</item>", item(3)), 0},
		"unclosed":                       {wrap("<item><title>1</title>", item(2)), 0},
		"unclosed HTML":                  {wrap("<item><title>1</title><description>a<br>b</description></item>", item(2)), 0},
		"crossed":                        {wrap("<item><title><b>1</title></b></item>", item(2)), 0},
		"cut off":                        {wrap(item(1), item(2))[:180], 0},
		"CDATA that doesn't end":         {wrap("<item><description><![CDATA[x</description></item>", item(2)), 0},
		"CDATA in CDATA":                 {wrap("<item><description><![CDATA[x</description></item><item><title><![CDATA[2]]></title></item>"), 0},
		"prefix of its own":              {wrap(`<item xmlns:m="http://search.yahoo.com/mrss/"><m:title>1</m:title></item>`, `<item><m:title>2</m:title></item>`), 0},
		"an entry that holds a channel":  {wrap("<item><title>1<channel><link>x</link></channel></title></item>", item(2)), 0},
		"entries at different places":    {`<rss><channel>` + item(1) + `</channel>` + item(2) + `</rss>`, 0},
		"entries where nobody reads any": {`<rss><channel/><items>` + item(1) + `</items></rss>`, 0},
		"Channel Definition Format":      {`<CHANNEL HREF="x"><ITEM HREF="/y"><TITLE>T</TITLE></ITEM></CHANNEL>`, 0},
		"JSON cut off":                   {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"1"},{"id`, 0},
		"JSON with strangers":            {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"1"},2]}`, 0},
		"JSON lists twice":               {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"1"}],"items":[{"id":"2"}]}`, 0},
	} {
		if got := rawMarks(t, []byte(c.body)); len(got) != c.want {
			t.Errorf("%s: %d entries can be skipped, want %d", name, len(got), c.want)
		}
	}
}

// The characters of an entry are its characters, not its bytes.
func TestSplitCharsets(t *testing.T) {
	want := rawMarks(t, []byte(rss("", headlines["ko"])))
	if len(want) != len(headlines["ko"]) {
		t.Fatalf("%d of %d entries can be skipped", len(want), len(headlines["ko"]))
	}
	for name, encode := range map[string]func(string) (string, error){
		"EUC-KR": korean.EUCKR.NewEncoder().String,
		"UTF-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String,
	} {
		body, err := encode(rss("", headlines["ko"]))
		if err != nil {
			t.Fatal(err)
		}
		if got := rawMarks(t, []byte(body)); !slices.Equal(got, want) {
			t.Errorf("%s: other marks", name)
		}
	}
	body, err := japanese.ISO2022JP.NewEncoder().String(rss("", headlines["ja"]))
	if err != nil {
		t.Fatal(err)
	}
	if got := rawMarks(t, []byte(body)); len(got) != len(headlines["ja"]) {
		t.Errorf("ISO-2022-JP: %d entries can be skipped", len(got))
	}
}

// Feeds whose entries have everything in common that entries can have: skipping what is known changes nothing of what is new.
func TestSkipping(t *testing.T) {
	skipped := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		pick := func(values ...string) string { return values[r.IntN(len(values))] }
		skipping, full := memory{}, memory{}
		var listing [][4]string
		for poll := range 6 {
			for range r.IntN(4) {
				listing = slices.Insert(listing, r.IntN(len(listing)+1), [4]string{
					pick("", "1", "2", "tag:a", "https://example.org/1", "http://www.example.org/1/#x"),
					pick("", "/", "/1", "1?utm_source=x", "/view?id=1", "/view?id=2", "https://m.example.org/view?id=1#c"),
					pick("", "One", "ONE", "Two", "Three &amp; four"), pick("", "a", "b", "a b")})
			}
			if len(listing) > 0 {
				e := &listing[r.IntN(len(listing))]
				e[r.IntN(4)] = pick("", "1", "2", "One", "/view?id=2", "https://example.org/1", fmt.Sprint("new in ", poll))
				r.Shuffle(len(listing)*r.IntN(2), func(i, j int) { listing[i], listing[j] = listing[j], listing[i] })
			}
			listing = listing[:min(len(listing), 7)]
			body := formats[[]string{"RSS", "RDF", "Atom", "JSON"}[seed%4]](listing)
			got, doc := skipping.look(t, body, true)
			want, _ := full.look(t, body, false)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, poll %d: new are %q when what is known is skipped, else %q, in %s", seed, poll, got, want, body)
			}
			skipped += len(doc.Skipped)
		}
	}
	if skipped < 100 {
		t.Errorf("%d entries were skipped in all", skipped)
	}
}

func FuzzItems(f *testing.F) {
	for _, name := range slices.Sorted(maps.Keys(formats)) {
		f.Add(formats[name]([][4]string{{"1", "https://example.org/1", "One", "Text"}, {"", "/2", "Two < & ]]>", name}, {"1", "", "", "<b>"}}), uint16(5))
	}
	f.Add([]byte(`<rss><channel><item><title>1<link>x</title></link></item><item><dc:title xmlns:dc="urn:x">2</dc:title></item><item/></channel></rss>`), uint16(1))
	f.Add([]byte(`<rss><channel><item><description><![CDATA[</item>]]]]><![CDATA[>]]></description></item><!--<item>--><item a='<b>'></item></channel>`), uint16(2))
	f.Add([]byte(`<feed xmlns:a="http://purl.org/atom/ns#"><a:entry><title mode="base64">T25l</title></a:entry><entry xml:base="/b"><link href="x"/></entry></feed>`), uint16(1))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":1},{"id":"\"]"},{}],"items2":[]}`), uint16(6))
	f.Fuzz(func(t *testing.T, body []byte, which uint16) {
		items := read.Split(body, read.FeedOptions{URL: "https://example.org/feed"})
		full, err := items.Feed(nil)
		if err != nil {
			return
		}
		skip := map[news.Mark]bool{}
		for i, m := range full.Marks() {
			if which>>(i%16)&1 == 1 {
				skip[m[0]] = true
			}
		}
		doc, err := items.Feed(skip)
		if err != nil {
			t.Fatalf("without entries: %v", err)
		}
		if len(doc.Entries)+len(doc.Skipped) != len(full.Entries) {
			t.Fatalf("%d entries and %d skipped of %d", len(doc.Entries), len(doc.Skipped), len(full.Entries))
		}
		if doc.Title != full.Title || doc.Site != full.Site || doc.Language != full.Language || doc.Hub != full.Hub || doc.Self != full.Self {
			t.Errorf("the head is %+v, read in full %+v", doc, full)
		}
		var left []news.Entry
		for i, m := range full.Marks() {
			if len(doc.Skipped) == 0 || !skip[m[0]] {
				left = append(left, full.Entries[i])
			}
		}
		if !slices.Equal(left, doc.Entries) {
			t.Errorf("entries\n%+v\nread in full\n%+v", doc.Entries, left)
		}
	})
}

// feedsOf30 are feeds of 30 entries and some 65 KB, written in the usual ways.
func feedsOf30() map[string]func(from int) []byte {
	html := strings.Repeat(`<p>A <a href="https://example.org/a?b=c&amp;d=e">longer</a> text of several sentences. It goes on &amp; on, as texts do.</p>`+"\n", 16)
	xml := func(root, end, item string) func(int) []byte {
		return func(from int) []byte {
			var b strings.Builder
			b.WriteString(root)
			for i := from; i < from+30; i++ {
				b.WriteString(strings.ReplaceAll(item, "NUMBER", fmt.Sprint(1000+i)))
			}
			b.WriteString(end)
			return []byte(b.String())
		}
	}
	const rss = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>https://example.org/</link>`
	const head = `<item><guid isPermaLink="false">https://example.org/?p=NUMBER</guid><title>Ministers sign &amp; seal memorandum NUMBER</title><link>https://example.org/news/2026/03/memorandum-NUMBER/</link><pubDate>Thu, 05 Mar 2026 07:08:09 +0000</pubDate><dc:creator>Jo Doe</dc:creator><category>Politics</category><description>A short text of the memorandum that ministers signed.</description><content:encoded>`
	return map[string]func(int) []byte{
		"RSS, CDATA":   xml(rss, "</channel></rss>", head+"<![CDATA["+html+"]]></content:encoded></item>\n"),
		"RSS, escaped": xml(rss, "</channel></rss>", head+escape(html)+"</content:encoded></item>\n"),
		"Atom, XHTML": xml(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:t</id>`, "</feed>",
			`<entry><id>tag:example.org,2026:NUMBER</id><title>Ministers sign &amp; seal memorandum NUMBER</title><link href="https://example.org/news/memorandum-NUMBER"/><updated>2026-03-05T07:08:09Z</updated><author><name>Jo Doe</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">`+html+"</div></content></entry>\n"),
		"JSON Feed": func(from int) []byte {
			items := []map[string]string{}
			for i := from; i < from+30; i++ {
				items = append(items, map[string]string{"id": fmt.Sprint(i), "url": fmt.Sprintf("https://example.org/news/memorandum-%d", i), "title": fmt.Sprintf("Ministers sign memorandum %d", i), "content_html": html, "date_published": "2026-03-05T07:08:09Z"})
			}
			b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items})
			if err != nil {
				panic(err)
			}
			return b
		},
	}
}

// BenchmarkLook compares what a look costs when all, one or none of 30 entries are new with what gofeed takes for the same feed.
func BenchmarkLook(b *testing.B) {
	for name, write := range feedsOf30() {
		body := write(0)
		b.Run(name+"/gofeed", func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := gofeed.NewParser().ParseString(string(body)); err != nil {
					b.Fatal(err)
				}
			}
		})
		for _, c := range []struct {
			name  string
			known []byte
			fresh int
		}{{"all new", nil, 30}, {"one new", write(1), 1}, {"none new", body, 0}} {
			m := memory{}
			if c.known != nil {
				m.look(b, c.known, true)
			}
			known := m.knows()
			b.Run(name+"/"+c.name, func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				for b.Loop() {
					doc, err := read.Split(body, read.FeedOptions{URL: "https://example.org/feed"}).Feed(known)
					if err != nil {
						b.Fatal(err)
					}
					if fresh, sure := doc.Fresh(known); !sure || len(fresh) != c.fresh {
						b.Fatalf("%d new, sure is %v", len(fresh), sure)
					}
				}
			})
		}
	}
}
