package read_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/read"
)

const (
	sitemapHead = `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="//example.org/s.xsl"?><!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`
	sitemapOld = `<url><loc>https://example.org/old</loc><news:news><news:publication><news:name>The &amp; Post</news:name><news:language>ko</news:language></news:publication>
<news:publication_date>2026-03-04</news:publication_date><news:title><![CDATA[어제의 <b>소식</b>]]></news:title></news:news></url>`
	sitemapNew = `<url><loc> /new?a=1&amp;b=2 </loc><lastmod>2026-03-05T10:00:00Z</lastmod><news:news><news:publication><news:name>The &amp; Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-05T09:00:00+09:00</news:publication_date><news:title>Q&amp;amp;A: what&#8217;s next</news:title></news:news><image:image><image:loc>/p.jpg</image:loc><image:title>Not the title</image:title></image:image></url>`
)

func TestNewsSitemap(t *testing.T) {
	d := feed(t, sitemapHead+sitemapOld+sitemapNew+`<url><loc>https://example.org/about</loc></url></urlset>`, read.FeedOptions{URL: "https://example.org/news.xml"})
	if d.Title != "The & Post" || d.Site != "https://example.org/" || d.Language != "ko" || len(d.Entries) != 2 || len(d.Lost) != 0 {
		t.Fatalf("got %+v", d)
	}
	if e := d.Entries[0]; e.Title != "Q&A: what’s next" || e.Link != "https://example.org/new?a=1&b=2" || e.Language != "en" || e.Image != "https://example.org/p.jpg" ||
		!e.Published.Equal(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)) || !e.Updated.Equal(time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("the newest is %+v", e)
	}
	if e := d.Entries[1]; e.Title != "어제의 소식" || e.Link != "https://example.org/old" || e.Language != "ko" || !e.Published.Equal(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the other is %+v", e)
	}

	if d := feed(t, sitemapHead+sitemapOld+`<url><loc>https://example.org/x</loc><news:ne`, read.FeedOptions{}); len(d.Entries) != 1 || len(d.Lost) != 1 {
		t.Errorf("cut off: %+v", d)
	}
	if d := feed(t, sitemapHead+`</urlset>`, read.FeedOptions{}); len(d.Entries) != 0 {
		t.Errorf("a day without news: %+v", d)
	}
	for _, c := range []struct{ body, says string }{
		{`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.org/</loc></url></urlset>`, "without titles"},
		{sitemapHead + `<url><loc>https://example.org/</loc></url></urlset>`, "without titles"},
		{`<sitemapindex><sitemap><loc>https://example.org/a.xml</loc></sitemap></sitemapindex>`, "list of a site's sitemaps"},
	} {
		if _, err := read.Feed([]byte(c.body), read.FeedOptions{}); !errors.Is(err, read.ErrNotFeed) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60s…: %v, want ErrNotFeed with %q", c.body, err, c.says)
		}
	}
}

func TestNewsSitemaps(t *testing.T) {
	index := `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/sitemap-posts.xml</loc></sitemap><sitemap><loc>/sitemap-news-2026-03.xml</loc></sitemap>
		<sitemap><loc>/en/google-news-sitemap.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>`
	got := read.NewsSitemaps(nil, []byte(index), read.FeedOptions{URL: "https://example.org/sitemap.xml"})
	if want := []string{"https://example.org/news.xml", "https://example.org/en/google-news-sitemap.xml"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = read.NewsSitemaps([]string{"https://news.example.org/sitemap.xml", "https://example.org/sitemap.xml?type=news", "no address"}, nil, read.FeedOptions{})
	if want := []string{"https://example.org/sitemap.xml?type=news"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
