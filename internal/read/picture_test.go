package read_test

import (
	"strings"
	"testing"

	"newsbrief/internal/read"
)

// TestPictureOfEntry shows which picture an entry has and what is said of it.
func TestPictureOfEntry(t *testing.T) {
	rss := func(item string) string {
		return `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Wire</title><item><title>Glacier treaty signed</title><link>https://wire.example/1</link>` +
			item + `</item></channel></rss>`
	}
	for _, c := range []struct{ name, feed, image, alt string }{
		{"media content with a description", rss(`<media:content url="https://m.example/a.jpg" medium="image"><media:description type="plain">Two ministers shake hands</media:description></media:content>`),
			"https://m.example/a.jpg", "Two ministers shake hands"},
		{"a thumbnail of described content", rss(`<media:content url="https://m.example/a.mp4" medium="video"><media:description>Ice breaks &lt;b&gt;off&lt;/b&gt;</media:description><media:thumbnail url="https://m.example/a.jpg"/></media:content>`),
			"https://m.example/a.jpg", "Ice breaks off"},
		{"the larger of two, with its own words", rss(`<media:content url="https://m.example/s.jpg" medium="image" width="140"><media:description>Small</media:description></media:content><media:content url="https://m.example/l.jpg" medium="image" width="1200"/>`),
			"https://m.example/l.jpg", ""},
		{"what a group says is of the story", rss(`<media:group><media:content url="https://m.example/a.jpg" medium="image"/><media:description>All of the story again</media:description></media:group>`),
			"https://m.example/a.jpg", ""},
		{"in the text", rss(`<description>&lt;p&gt;&lt;img src="https://m.example/1x1.gif" width="1" height="1" alt="x"&gt;&lt;img src="https://m.example/a.jpg" alt="A glacier &amp;amp; a boat"&gt;&lt;/p&gt;</description>`),
			"https://m.example/a.jpg", "A glacier & a boat"},
		{"a logo before the picture", rss(`<description>&lt;img src="https://m.example/logo.png" alt="Wire"&gt;&lt;img src="https://m.example/a.jpg" alt=""&gt;</description>`),
			"https://m.example/a.jpg", ""},
		{"the headline again", rss(`<description>&lt;img src="https://m.example/a.jpg" alt="Glacier  treaty signed"&gt;</description>`), "https://m.example/a.jpg", ""},
		{"a file's name", rss(`<description>&lt;img src="https://m.example/a.jpg" alt="DSC_0012.JPG"&gt;</description>`), "https://m.example/a.jpg", ""},
		{"a word for any picture", rss(`<description>&lt;img src="https://m.example/a.jpg" alt="사진 1"&gt;</description>`), "https://m.example/a.jpg", ""},
		{"no picture but a drawing", rss(`<media:thumbnail url="https://m.example/placeholder.svg"/>`), "", ""},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1.1","title":"Wire","items":[{"id":"1","title":"T","content_html":"<img src='https://m.example/a.jpg' alt='A boat'>"}]}`,
			"https://m.example/a.jpg", "A boat"},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><id>1</id><title>T</title><content type="html">&lt;img alt="A boat" src="https://m.example/a.jpg"&gt;</content></entry></feed>`,
			"https://m.example/a.jpg", "A boat"},
	} {
		d, err := read.Feed([]byte(c.feed), read.FeedOptions{URL: "https://wire.example/feed"})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if e := d.Entries[0]; e.Image != c.image || e.ImageAlt != c.alt {
			t.Errorf("%s: %q, %q, want %q, %q", c.name, e.Image, e.ImageAlt, c.image, c.alt)
		}
	}
}

// TestPictureOfPage shows the same of a page.
func TestPictureOfPage(t *testing.T) {
	for _, c := range []struct{ name, head, body, image, alt string }{
		{"stated", `<meta property="og:image" content="/a.jpg"><meta property="og:image:alt" content="Two ministers &amp; a pen">`, "", "https://wire.example/a.jpg", "Two ministers & a pen"},
		{"stated without words, shown with them", `<meta property="og:image" content="https://m.example/1200/a.jpg">`,
			`<img src="https://m.example/60/b.jpg" alt="Another"><img src="https://m.example/640/a.jpg?w=640" alt="Two ministers">`, "https://m.example/1200/a.jpg", "Two ministers"},
		{"shown only", "", `<figure><img src="/a.jpg" alt="Two ministers"></figure>`, "https://wire.example/a.jpg", "Two ministers"},
		{"a logo with words", `<meta property="og:image" content="/logo.png"><meta property="og:image:alt" content="Wire's logo">`, "", "", ""},
		{"the headline again", `<meta property="og:image" content="/a.jpg"><meta property="og:image:alt" content="Glacier treaty signed">`, "", "https://wire.example/a.jpg", ""},
		{"far too many words", `<meta property="og:image" content="/a.jpg"><meta property="og:image:alt" content="` + strings.Repeat("빙하 ", 2000) + `">`, "", "https://wire.example/a.jpg", strings.TrimSpace(strings.Repeat("빙하 ", 333)) + "…"},
	} {
		page := `<html><head><title>Glacier treaty signed</title>` + c.head + `</head><body><article><h1>Glacier treaty signed</h1>` + c.body +
			strings.Repeat("<p>Norway and Chile have signed a treaty that protects forty glaciers from mining, the first of its kind between two continents.</p>", 6) + `</article></body></html>`
		p, err := read.Article([]byte(page), "https://wire.example/1", "text/html")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if p.Image != c.image || p.ImageAlt != c.alt {
			t.Errorf("%s: %q, %q, want %q, %q", c.name, p.Image, p.ImageAlt, c.image, c.alt)
		}
	}
}
