package read_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/read"
)

const story = `<!DOCTYPE html><html lang="en-GB"><head><title>Ministers sign memorandum on clean air - The Daily Example</title>
<meta property="og:title" content="Ministers sign memorandum on clean air"><meta property="og:site_name" content="The Daily Example"><meta property="og:image" content="/lead.jpg">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"The Daily Example"},{"@type":"NewsArticle","headline":"Ministers sign memorandum on clean air",
"author":[{"@type":"Person","name":"Jo Doe"},{"@type":"Person","name":"Kim Roe"}],"datePublished":"2026-03-05T07:08:09+01:00","isAccessibleForFree":FREE}]}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav><main><article><h1>Ministers sign memorandum on clean air</h1><p class="byline">By Jo Doe</p><time datetime="2026-03-05T07:08:09+01:00">5 March 2026</time>
<p>The environment ministers of both countries signed a memorandum on Thursday that widens their cooperation from air quality to climate change, they said in a joint statement after the talks.</p>
<p>Officials will meet every year from now on, and a joint centre will coordinate research on pollutants, noise and light, according to the text, which replaces an agreement that was twelve years old.</p>
<p><a href="/other">Read more: What the old agreement said</a></p>
<p>Scientists welcomed the step but asked for money: “A memorandum cleans no air,” said one of them, who has measured dust over the Yellow Sea for twenty years and advises both ministries.</p>
<p>Sign up for our newsletter to get the best stories in your inbox.</p>
<p>The next meeting is planned for the autumn, when both sides want to present a first list of projects and say how they will be paid for, the statement said.</p>
<h2>Most popular</h2><ul><li><a href="/1">A cat on a tree</a></li><li><a href="/2">A dog in a lake</a></li></ul></article></main>
<footer>© 2026 The Daily Example. All rights reserved.</footer></body></html>`

func TestArticle(t *testing.T) {
	p, err := read.Article([]byte(strings.Replace(story, "FREE", "true", 1)), "https://example.org/2026/clean-air", "text/html; charset=utf-8")
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "Ministers sign memorandum on clean air" || p.Byline != "Jo Doe, Kim Roe" || p.Language != "en-GB" || p.Image != "https://example.org/lead.jpg" || p.Paywalled {
		t.Errorf("got %+v", p)
	}
	if want := time.Date(2026, 3, 5, 6, 8, 9, 0, time.UTC); !p.Published.Equal(want) {
		t.Errorf("published %v", p.Published)
	}
	paragraphs := strings.Split(p.Text, "\n")
	if len(paragraphs) != 4 || !strings.HasPrefix(paragraphs[0], "The environment ministers") || !strings.HasPrefix(paragraphs[3], "The next meeting") {
		t.Errorf("text %q", paragraphs)
	}
	for _, not := range []string{"Read more", "newsletter", "popular", "cat on a tree", "rights reserved", "By Jo", "Home"} {
		if strings.Contains(p.Text, not) {
			t.Errorf("%q is in the text", not)
		}
	}
}

func TestArticlePaywalled(t *testing.T) {
	for name, page := range map[string]string{
		"stated":    strings.Replace(story, "FREE", `"False"`, 1),
		"marked":    `<html><head><title>Ministers sign memorandum</title></head><body><article><h1>Ministers sign memorandum</h1><p>The environment ministers of both countries signed a memorandum on Thursday that widens their cooperation.</p></article><div class="paywall-container"><p>Subscribe to continue reading</p></div></body></html>`,
		"OpenGraph": strings.Replace(strings.Replace(story, `,"isAccessibleForFree":FREE`, "", 1), "<meta property=\"og:title\"", `<meta property="article:content_tier" content="locked"><meta property="og:title"`, 1),
	} {
		p, err := read.Article([]byte(page), "https://example.org/a", "")
		if err != nil {
			t.Fatal(err)
		}
		if !p.Paywalled {
			t.Errorf("%s: not recognised", name)
		}
	}
}

func TestArticleWithoutOne(t *testing.T) {
	for _, page := range []string{"", "<html></html>", "<svg/>"} {
		if _, err := read.Article([]byte(page), "https://example.org/", ""); !errors.Is(err, read.ErrNoArticle) {
			t.Errorf("%q: %v", page, err)
		}
	}
}

func TestArticleBounds(t *testing.T) {
	for name, page := range map[string]string{
		"deep":  "<title>T</title>" + strings.Repeat("<div>", 100_000) + "text",
		"wide":  "<title>T</title>" + strings.Repeat("<p>text</p>", 20_000),
		"table": "<title>T</title>" + strings.Repeat("<table><tr><td>", 500) + "text",
	} {
		start := time.Now()
		if _, err := read.Article([]byte(page), "https://example.org/", ""); err != nil && !errors.Is(err, read.ErrNoArticle) {
			t.Logf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func FuzzArticle(f *testing.F) {
	f.Add([]byte(story), "text/html")
	f.Add([]byte("<table><p><table><svg><p>x</p></svg><script type=application/ld+json>{\"@type\":[\"Article\"],\"author\":[[[{}]]]}</script>"), "")
	f.Add([]byte("<meta charset=euc-kr><title>\xc7\xd1\xb1\xb9</title><h1>x</h1><time datetime=x>1 Jan 2026</time>"), "")
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		p, err := read.Article(page, "https://example.org/2026/03/05/a", contentType)
		if err == nil && p.Text == "" && p.Title == "" {
			t.Error("an article without anything is no error")
		}
		read.Discover(page, "https://example.org/")
	})
}
