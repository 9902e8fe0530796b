package read_test

import (
	"slices"
	"testing"

	"newsbrief/internal/read"
)

func TestDiscover(t *testing.T) {
	for name, c := range map[string]struct {
		page, url string
		want      []string
	}{
		"link tags, comments last": {`<html><head><link rel="alternate" type="application/rss+xml" title="Comments feed" href="/comments/feed/">
			<link rel="alternate" type="application/rss+xml" title="News" href="/feed/"><link rel="alternate" type="application/feed+json" href="/feed.json">
			<link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1"><link rel="stylesheet" href="/feed.css"></head></html>`,
			"https://example.org/news/", []string{"https://example.org/feed/", "https://example.org/feed.json", "https://example.org/comments/feed/"}},
		"base and feed scheme": {`<base href="https://example.net/x/"><link rel="feed" href="a.xml"><a href="feed:https://example.net/rss.xml">RSS</a>`, "https://example.org/", []string{"https://example.net/x/a.xml", "https://example.net/rss.xml"}},
		"anchors":              {`<a href="/about">About</a><a href="/rss/world.xml">World</a><a href="https://feedly.com/i/subscription/feed/https://example.org/rss">Feedly</a><a href="/news?format=rss">x</a>`, "https://example.org/", []string{"https://example.org/rss/world.xml", "https://example.org/news?format=rss"}},
		"body link tag":        {`<body><link rel="alternate" type="application/atom+xml" href="atom.xml"></body>`, "https://example.org/a/b", []string{"https://example.org/a/atom.xml"}},
		"nothing":              {`<p>Hello</p>`, "https://example.org/", nil},
		"YouTube channel":      {``, "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos", []string{"https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"}},
		"YouTube playlist":     {``, "https://m.youtube.com/playlist?list=PLx_1", []string{"https://www.youtube.com/feeds/videos.xml?playlist_id=PLx_1"}},
		"subreddit":            {``, "https://old.reddit.com/r/golang/", []string{"https://www.reddit.com/r/golang/.rss"}},
		"subreddit, sorted":    {``, "https://www.reddit.com/r/golang/new/", []string{"https://www.reddit.com/r/golang/new/.rss"}},
		"GitHub":               {``, "https://github.com/golang/go", []string{"https://github.com/golang/go/releases.atom"}},
		"GitHub page":          {``, "https://github.com/topics/go", nil},
		"Mastodon":             {``, "https://social.example/@jo", []string{"https://social.example/@jo.rss"}},
		"no address":           {`<link rel=alternate type=application/rss+xml href=/feed>`, "javascript:x", nil},
	} {
		var got []string
		for _, l := range read.Discover([]byte(c.page), c.url) {
			got = append(got, l.URL)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestWellKnown(t *testing.T) {
	got := read.WellKnown("https://example.org/blog/")
	if len(got) < 8 || got[0] != "https://example.org/blog/feed" || !slices.Contains(got, "https://example.org/rss.xml") {
		t.Errorf("got %q", got)
	}
	if got := read.WellKnown("ftp://example.org/"); got != nil {
		t.Errorf("got %q", got)
	}
}
