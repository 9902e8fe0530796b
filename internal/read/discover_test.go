package read_test

import (
	"slices"
	"testing"

	"newsbrief/internal/read"
)

func discover(t *testing.T, page, url string) (got []string) {
	t.Helper()
	for _, l := range read.Discover([]byte(page), url) {
		got = append(got, l.URL)
	}
	return got
}

func TestDiscover(t *testing.T) {
	for name, c := range map[string]struct {
		page, url string
		want      []string
	}{
		"link tags, without comments": {`<html><head><link rel="alternate" type="application/rss+xml" title="Comments feed" href="/comments/feed/">
			<link rel="alternate" type="application/rss+xml" title="News" href="/feed/"><link rel="alternate" type="application/feed+json" href="/feed.json">
			<link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1"><link rel="stylesheet" href="/feed.css"></head></html>`,
			"https://example.org/news/", []string{"https://example.org/feed/", "https://example.org/feed.json"}},
		"base and feed scheme": {`<base href="https://example.net/x/"><link rel="feed" href="a.xml"><a href="feed:https://example.net/rss.xml">RSS</a>`, "https://example.org/", []string{"https://example.net/x/a.xml", "https://example.net/rss.xml"}},
		"anchors":              {`<a href="/about">About</a><a href="/rss/world.xml">World</a><a href="https://feedly.com/i/subscription/feed/https://example.org/rss">Feedly</a><a href="/news?format=rss">x</a>`, "https://example.org/", []string{"https://example.org/rss/world.xml", "https://example.org/news?format=rss"}},
		"body link tag":        {`<body><link rel="alternate" type="application/atom+xml" href="atom.xml"></body>`, "https://example.org/a/b", []string{"https://example.org/a/atom.xml"}},
		"nothing":              {`<p>Hello</p>`, "https://example.org/", nil},
		"no address":           {`<link rel=alternate type=application/rss+xml href=/feed>`, "javascript:x", nil},
		"a category before its site": {`<link rel="alternate" type="application/rss+xml" title="Site » Feed" href="/feed/"><link rel="alternate" type="application/rss+xml" title="Site » Kommentar-Feed" href="/comments/feed/">
			<link rel="alternate" type="application/rss+xml" title="Site » Sport Kategorie-Feed" href="/category/sport/feed/">`, "https://example.org/category/sport/", []string{"https://example.org/category/sport/feed/", "https://example.org/feed/"}},
		"the site before a category": {`<link rel="alternate" type="application/rss+xml" title="Sport" href="/category/sport/feed/"><link rel="alternate" type="application/rss+xml" title="All" href="/feed/">`,
			"https://example.org/", []string{"https://example.org/feed/", "https://example.org/category/sport/feed/"}},
		"no feed of an article's own": {`<link rel="alternate" type="application/rss+xml" title="S » Feed" href="/feed/"><link rel="alternate" type="application/rss+xml" title="S » Flux des commentaires" href="/2026/03/05/one/feed/">`,
			"https://example.org/2026/03/05/one/", []string{"https://example.org/feed/"}},
		"news before sound":       {`<link rel="alternate" type="application/rss+xml" title="Podcast" href="/podcast.xml"><link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">`, "https://example.org/", []string{"https://example.org/news.xml", "https://example.org/podcast.xml"}},
		"a site of commentary":    {`<link rel="alternate" type="application/rss+xml" title="Commentary Magazine" href="/feed/">`, "https://commentary.example/", []string{"https://commentary.example/feed/"}},
		"WordPress that hides it": {`<meta name="generator" content="WordPress 6.5">`, "https://example.org/", []string{"https://example.org/feed/"}},
		"YouTube handle":          {`<link rel="canonical" href="https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"><script>{"channelId":"UCxxxxxxxxxxxxxxxxxxxxxx","externalId":"UCabcdefghijklmnopqrstuv"}</script>`, "https://www.youtube.com/@someone", []string{"https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"}},
		"YouTube, old name":       {`<script>{"channelId":"UCxxxxxxxxxxxxxxxxxxxxxx","externalId":"UCabcdefghijklmnopqrstuv"}</script>`, "https://www.youtube.com/c/SomeOne", []string{"https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"}},
		"Apple Podcasts":          {`<script>{"x":{"feedUrl":"https:\/\/pod.example\/feed?a=1\u0026b=2"}}</script>`, "https://podcasts.apple.com/us/podcast/some-show/id123", []string{"https://pod.example/feed?a=1&b=2"}},
		"Discourse":               {`<meta name="generator" content="Discourse 3.4"><link rel="alternate" type="application/rss+xml" title="Latest posts" href="/posts.rss">`, "https://forum.example/", []string{"https://forum.example/latest.rss", "https://forum.example/posts.rss"}},
		"Discourse category":      {`<meta name="generator" content="Discourse 3.4">`, "https://forum.example/c/news/5", []string{"https://forum.example/c/news/5.rss"}},
		"Mastodon tag":            {`<div id="mastodon"></div>`, "https://social.example/tags/golang", []string{"https://social.example/tags/golang.rss"}},
		"tag of another site":     {`<p>We are on mastodon</p>`, "https://example.org/tags/golang", nil},
		"Misskey":                 {`<meta name="application-name" content="Misskey">`, "https://mk.example/@jo", []string{"https://mk.example/@jo.atom"}},
		"Lemmy community":         {`<script>window.isoData = {}</script>`, "https://lemmy.example/c/news@other.example", []string{"https://lemmy.example/feeds/c/news@other.example.xml?sort=New"}},
	} {
		if got := discover(t, c.page, c.url); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Services whose addresses tell their feeds, so that the page needn't be had.
func TestServices(t *testing.T) {
	for url, want := range map[string][]string{
		"https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos":  {"https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"},
		"https://m.youtube.com/playlist?list=PLx_1":                        {"https://www.youtube.com/feeds/videos.xml?playlist_id=PLx_1"},
		"https://www.youtube.com/watch?v=abc&list=RDabc":                   nil,
		"https://www.youtube.com/user/some":                                {"https://www.youtube.com/feeds/videos.xml?user=some"},
		"https://old.reddit.com/r/golang/":                                 {"https://www.reddit.com/r/golang/.rss"},
		"https://www.reddit.com/r/golang+rust":                             {"https://www.reddit.com/r/golang+rust/.rss"},
		"https://www.reddit.com/r/golang/new/":                             {"https://www.reddit.com/r/golang/new/.rss"},
		"https://www.reddit.com/u/jo/":                                     {"https://www.reddit.com/user/jo/submitted/.rss"},
		"https://www.reddit.com/user/jo/m/tech/":                           {"https://www.reddit.com/user/jo/m/tech/.rss"},
		"https://www.reddit.com/search/?q=solar+power&type=link":           {"https://www.reddit.com/search.rss?q=solar+power&sort=new"},
		"https://www.reddit.com/r/energy/search?q=solar":                   {"https://www.reddit.com/r/energy/search.rss?q=solar&restrict_sr=on&sort=new"},
		"https://github.com/golang/go":                                     {"https://github.com/golang/go/releases.atom", "https://github.com/golang/go/commits.atom"},
		"https://github.com/golang/go/tags":                                {"https://github.com/golang/go/tags.atom"},
		"https://github.com/golang/go/commits/master/":                     {"https://github.com/golang/go/commits/master.atom"},
		"https://github.com/golang":                                        {"https://github.com/golang.atom"},
		"https://github.com/topics/go":                                     nil,
		"https://gitlab.com/group/sub/project":                             {"https://gitlab.com/group/sub/project/-/releases.atom", "https://gitlab.com/group/sub/project/-/tags?format=atom"},
		"https://gitlab.example.org/group/project/-/commits/main":          {"https://gitlab.example.org/group/project/-/commits/main?format=atom"},
		"https://codeberg.org/forgejo/forgejo":                             {"https://codeberg.org/forgejo/forgejo/releases.rss", "https://codeberg.org/forgejo/forgejo.rss"},
		"https://bsky.app/profile/jo.example":                              {"https://bsky.app/profile/jo.example/rss"},
		"https://medium.com/@jo/a-story-1a2b":                              {"https://medium.com/feed/@jo"},
		"https://medium.com/tag/go":                                        {"https://medium.com/feed/tag/go"},
		"https://jo.medium.com/":                                           {"https://jo.medium.com/feed"},
		"https://jo.substack.com/p/one":                                    {"https://jo.substack.com/feed"},
		"https://substack.com/@jo":                                         {"https://jo.substack.com/feed"},
		"https://jo.ghost.io/tag/news/":                                    {"https://jo.ghost.io/tag/news/rss/"},
		"https://jo.wordpress.com/":                                        {"https://jo.wordpress.com/feed/"},
		"https://stackoverflow.com/questions/tagged/go?tab=Newest":         {"https://stackoverflow.com/feeds/tag/go"},
		"https://unix.stackexchange.com/":                                  {"https://unix.stackexchange.com/feeds"},
		"https://news.ycombinator.com/newest":                              {"https://news.ycombinator.com/rss"},
		"https://news.google.com/search?q=solar&hl=en-US&gl=US&ceid=US:en": {"https://news.google.com/rss/search?q=solar&hl=en-US&gl=US&ceid=US:en"},
		"https://m.blog.naver.com/some_id":                                 {"https://rss.blog.naver.com/some_id.xml"},
		"https://store.steampowered.com/app/440/Team_Fortress_2/":          {"https://store.steampowered.com/feeds/news/app/440"},
		"https://social.example/@jo":                                       nil,
		"https://example.org/":                                             nil,
	} {
		if got := discover(t, "", url); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
	for url, want := range map[string]string{"https://social.example/@jo": "https://social.example/@jo.rss", "https://social.example/@jo@other.example": "https://other.example/@jo.rss"} {
		if got := discover(t, "<p>", url); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", url, got, want)
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
