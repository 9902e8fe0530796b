package read_test

import (
	"strings"
	"testing"
	"time"

	"newsbrief/internal/read"
)

// dated builds a page whose head, byline and end hold what a case is about.
func dated(lang, head, byline, end string) []byte {
	const prose = `<p>The environment ministers of both countries signed a memorandum that widens their cooperation from air quality to climate change, they said in a joint statement after the talks.</p>`
	return []byte(`<!DOCTYPE html><html lang="` + lang + `"><head><title>Ministers sign memorandum on clean air</title>` + head + `</head><body><header><span class="date">Friday, 31 July 2026</span></header>
<nav><a href="/2026/07/30/a">30 July 2026</a></nav><main><article><h1>Ministers sign memorandum on clean air</h1>` + byline + strings.Repeat(prose, 4) + `</article></main>
<section class="related-articles"><div><time datetime="2026-07-29">29 July 2026</time> Another story</div></section><section id="comments"><time datetime="2026-07-28T10:00:00Z">28 July 2026</time> I agree</section>` + end + `<footer>© 1 January 2026 The Daily Example</footer></body></html>`)
}

func TestPublished(t *testing.T) {
	const ld = `<script type="application/ld+json">`
	cases := []struct {
		name, url, lang, head, byline, end string
		want                               string // RFC 3339, "" for none
	}{
		{name: "JSON-LD in a graph", head: ld + `{"@context":"https://schema.org","@graph":[{"@type":"WebPage","datePublished":"2026-03-01"},{"@type":["Article","NewsArticle"],"datePublished":"2026-03-05T07:08:09+01:00"}]}</script>`, want: "2026-03-05T07:08:09+01:00"},
		{name: "JSON-LD of the page alone", head: ld + `{"@type":"WebPage","datePublished":"2026-03-05T07:08:09+01:00"}</script>`, want: "2026-03-05T07:08:09+01:00"},
		{name: "JSON-LD with a comma too many", head: ld + `{"@type":"NewsArticle","keywords":["a","b",],"datePublished":"2026-03-05",}</script>`, want: "2026-03-05T00:00:00Z"},
		{name: "JSON-LD with raw quotes and line breaks", head: ld + "{\"@type\":\"NewsArticle\",\"headline\":\"They \"sign\"\nit\", // why\n'datePublished':'2026-03-05'}</script>", want: "2026-03-05T00:00:00Z"},
		{name: "OpenGraph", head: `<meta property="article:published_time" content="2026-03-05T07:08:09Z">`, want: "2026-03-05T07:08:09Z"},
		{name: "meta with value for content", head: `<meta name="article:published_time" value="2026-03-05T07:08:09Z">`, want: "2026-03-05T07:08:09Z"},
		{name: "a broken tag before a sound one", head: `<meta name="article:published_time" content="{{date}}"><meta name="dc.date" content="2026-03-05">`, want: "2026-03-05T00:00:00Z"},
		{name: "time element", byline: `<time datetime="2026-03-05T07:08:09+01:00">yesterday</time>`, want: "2026-03-05T07:08:09+01:00"},
		{name: "published before updated", byline: `<time class="updated" datetime="2026-03-09T07:00:00Z">9 March</time><time class="entry-date published" datetime="2026-03-05T07:00:00Z">5 March</time>`, want: "2026-03-05T07:00:00Z"},
		{name: "two labels in one line", byline: `<p>Last updated: 9 March 2026 | Published: 5 March 2026</p>`, want: "2026-03-05T00:00:00Z"},
		{name: "updated alone", byline: `<p>Updated: 9 March 2026</p>`, want: "2026-03-09T00:00:00Z"},
		{name: "a label that stands by itself", byline: `<div><span>Aktualisiert:</span> <span>9.3.2026</span></div><div><span>Erschienen am</span> <span>5.3.2026</span></div>`, lang: "de", want: "2026-03-05T00:00:00Z"},
		{name: "published anew", head: `<meta property="article:published_time" content="2024-03-05T07:00:00Z"><meta property="article:modified_time" content="2026-03-05T06:00:00Z">`, byline: `<p class="meta">5 March 2026</p>`, want: "2026-03-05T00:00:00Z"},
		{name: "published anew, with the time", head: ld + `{"@type":"NewsArticle","datePublished":"2024-03-05"}</script><meta property="article:published_time" content="2026-03-05T07:00:00Z">`, byline: `<time>5 March 2026</time>`, want: "2026-03-05T07:00:00Z"},
		{name: "an event announced", head: `<meta property="article:published_time" content="2026-03-05T07:00:00Z">`, byline: `<p>Hall 3, 12 September 2026</p>`, want: "2026-03-05T07:00:00Z"},
		{name: "a day in the text", head: `<meta property="article:published_time" content="2026-03-05T07:00:00Z">`, byline: `<p>On 12 May 2019 both sides had met for the first time, and neither of them then thought of an agreement like this one.</p>`, want: "2026-03-05T07:00:00Z"},
		{name: "a photo's day", head: `<meta property="article:published_time" content="2026-03-05T07:00:00Z">`, byline: `<figure><img src="a.jpg"><figcaption>Seoul, 12 May 2019</figcaption></figure>`, want: "2026-03-05T07:00:00Z"},
		{name: "the day in the reader's zone", head: `<meta property="article:published_time" content="2026-03-05T01:30:00Z">`, byline: `<p>March 4, 2026 8:30 pm</p>`, lang: "en-US", want: "2026-03-04T20:30:00-05:00"},
		{name: "the same moment in another zone", head: `<meta property="article:published_time" content="2026-03-05T01:30:07Z">`, byline: `<time datetime="2026-03-05T10:30:00+09:00"></time>`, want: "2026-03-05T10:30:07+09:00"},
		{name: "in the headline's element", byline: `<h1><span class="date">5.3.2026</span> Ministers sign memorandum on clean air</h1>`, lang: "de", want: "2026-03-05T00:00:00Z"},
		{name: "day, month and year apart", byline: `<div class="post-date"><span>05</span><span>Mar</span><span>2026</span></div>`, want: "2026-03-05T00:00:00Z"},
		{name: "a date for programs in an attribute", byline: `<span class="timestamp" data-timestamp="1772694489">2 h ago</span>`, want: "2026-03-05T07:08:09Z"},
		{name: "at the end of the article", end: `<p>Erschienen am: 5.3.2026</p>`, lang: "de", want: "2026-03-05T00:00:00Z"},
		{name: "a script", head: `<script>window.page = {"id": 7, "publishDate": "2026-03-05T07:08:09Z"}</script>`, want: "2026-03-05T07:08:09Z"},
		{name: "address", url: "https://example.org/news/2026/03/05/clean-air", want: "2026-03-05T00:00:00Z"},
		{name: "address with the month's name", url: "https://example.org/2026/mar/05/clean-air", want: "2026-03-05T00:00:00Z"},
		{name: "address in one number", url: "https://example.org/news/20260305-clean-air.html", want: "2026-03-05T00:00:00Z"},
		{name: "address with a number behind the month", url: "https://example.org/2026/03/12-injured-on-motorway", want: ""},
		{name: "address and the time of that day", url: "https://example.org/2026/03/05/a", byline: `<p>Mar 5, 2026, 7:08 am</p>`, want: "2026-03-05T07:08:00Z"},
		{name: "nothing but the traps", want: ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lang, url := c.lang, c.url
			if lang == "" {
				lang = "en"
			}
			if url == "" {
				url = "https://example.org/a"
			}
			p, err := read.Article(dated(lang, c.head, c.byline, c.end), url, "text/html; charset=utf-8")
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if !p.Published.IsZero() {
				got = p.Published.Format(time.RFC3339)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPublishedInLanguages(t *testing.T) {
	for _, c := range []struct{ lang, line string }{
		{"en", "Posted on March 5th, 2026 by Jo Doe"}, {"en-GB", "Thursday 5 March 2026 07.08 GMT"}, {"en-US", "03/05/2026"}, {"en-GB", "05/03/2026"}, {"en", "Thu., Mar. 5, 2026"},
		{"ko", "입력 2026.03.05 07:08"}, {"ko", "2026년 3월 5일"}, {"ko", "등록 26.03.05"}, {"ja", "2026年3月5日 公開"}, {"ja", "２０２６年３月５日 7時08分"}, {"zh", "发布时间：2026-03-05 07:08"}, {"zh", "2026年03月05日"},
		{"de", "5. März 2026, 07:08 Uhr"}, {"de", "Veröffentlicht am 05.03.2026"}, {"de", "05.03.26"}, {"de-AT", "Von Jo Doe | 5. Mär. 2026"}, {"es", "5 de marzo de 2026"}, {"es", "Publicado el 05/03/2026 a las 07:08"}, {"fr", "Publié le 5 mars 2026 à 07h08"},
		{"fr", "Le 05/03/2026 à 07:08"}, {"pt", "5 de março de 2026"}, {"pt-BR", "05/03/2026 07h08"}, {"ru", "5 марта 2026, 07:08"}, {"ru", "Опубликовано 05.03.2026"}, {"it", "5 marzo 2026"}, {"nl", "5 maart 2026"}, {"pl", "5 marca 2026"}, {"cs", "5. března 2026"},
		{"cs", "5. 3. 2026"}, {"sv", "5 mars 2026"}, {"da", "5. marts 2026"}, {"fi", "5. maaliskuuta 2026"}, {"tr", "5 Mart 2026"}, {"hu", "2026. március 5."}, {"uk", "5 березня 2026"}, {"el", "5 Μαρτίου 2026"}, {"ro", "5 martie 2026"}, {"ar", "٥ مارس ٢٠٢٦"},
	} {
		p, err := read.Article(dated(c.lang, "", "<p>"+c.line+"</p>", ""), "https://example.org/a", "text/html; charset=utf-8")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Published.Format(time.DateOnly); got != "2026-03-05" {
			t.Errorf("%s %q: got %s", c.lang, c.line, got)
		}
	}
}
