package read_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/read"
)

// paragraphs are n different ones.
func paragraphs(from, n int) (list []string) {
	subjects := []string{"The ministry", "A spokesman for the port", "The union of pilots", "Researchers at the institute", "The mayor of the old town", "A witness at the harbour", "The company that runs the ferries", "The court in the capital", "Farmers along the river", "The head of the coast guard"}
	verbs := []string{"said on Thursday that the new bridge would open", "asked the council to explain why the works were late", "told reporters how the storm had moved the pillars", "warned that the costs might double before the winter", "published figures on how many people cross the bay", "denied that anybody had been told of the cracks"}
	for i := from; i < from+n; i++ {
		list = append(list, fmt.Sprintf("%s %s, and added that report number %d of the commission, which has %d pages, leaves no doubt about it.", subjects[i%len(subjects)], verbs[i%len(verbs)], 100+i, 200+7*i))
	}
	return list
}

func inP(list []string) string { return "<p>" + strings.Join(list, "</p><p>") + "</p>" }

func TestArticleOverSeveralBoxes(t *testing.T) {
	all := paragraphs(0, 9)
	standfirst := "Cracks in three pillars keep the new bridge over the bay closed until the spring of next year, say two reports."
	post := "We have told the ministry of these cracks since March."
	page := `<!DOCTYPE html><html lang="en"><head><title>Bridge stays closed - The Example</title><meta name="description" content="` + standfirst + `"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<main><header><h1>Bridge stays closed</h1><div class="sub">` + standfirst + `</div></header>
<div class="chunk body-text">` + inP(all[:4]) + `<blockquote class="twitter-tweet"><p>` + post + ` <a href="https://t.co/x">pic.twitter.com/x</a></p></blockquote>` + inP(all[4:5]) + `</div>
<aside><h3>Most read</h3><ul><li><a href="/1">A cat on a tree is saved by the fire brigade</a></li><li><a href="/2">A dog in a lake is saved by a swan</a></li></ul></aside>
<div class="related-stories"><p>Ten things that you didn’t know about the bridges of the country, told by those who built them.</p></div>
<div class="chunk body-text wide">` + inP(all[5:7]) + `</div>
<div class="ad">Advertisement</div>
<div class="chunk body-text">` + inP(all[7:]) + `</div>
<div class="newsletter-box"><p>Our reporters write a letter every morning. It is free, and half a million people read it with their coffee.</p></div>
<div class="author-bio"><p>Jo Doe writes about bridges, tunnels and everything that is built over water or below it. She lives in a boat.</p></div></main>
<footer>© The Example</footer></body></html>`
	p, err := read.Article([]byte(page), "https://example.org/2026/bridge", "text/html")
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, want := range append([]string{standfirst}, all...) {
		at := strings.Index(p.Text, want)
		if at < last-1 || at < 0 || strings.Count(p.Text, want) != 1 {
			t.Errorf("missing, twice or out of order: %q", want)
		}
		last = max(last, at)
	}
	for _, not := range []string{"Most read", "cat on a tree", "Ten things", "Advertisement", "letter every morning", "Jo Doe", "Home", "©", "Bridge stays closed"} {
		if strings.Contains(p.Text, not) {
			t.Errorf("%q is in the text", not)
		}
	}
	if !strings.Contains(p.Text, post) {
		t.Error("the quoted post is missing")
	}
}

// Another article below the first, as on pages that scroll without end, is none of it.
func TestArticleAboveAnother(t *testing.T) {
	first, second := paragraphs(0, 6), paragraphs(20, 6)
	page := `<html><head><title>Bridge stays closed</title><meta property="og:type" content="article"></head><body><div class="page">
<div class="story"><h1>Bridge stays closed</h1><div class="story-body">` + inP(first) + `</div></div>
<div class="story"><h1>Tunnel opens early</h1><div class="story-body">` + inP(second) + `</div></div></div></body></html>`
	p, err := read.Article([]byte(page), "https://example.org/2026/bridge", "text/html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.Text, first[5]) || strings.Contains(p.Text, "Tunnel") {
		t.Errorf("text %q", p.Text)
	}
}

func TestPageThatIsNoArticle(t *testing.T) {
	list := ""
	for _, s := range paragraphs(0, 30) {
		list += `<li><a href="/` + s[:5] + `">` + s + `</a></li>`
	}
	for name, c := range map[string]struct{ url, page string }{
		"front page":    {"https://example.org/", `<html><head><title>The Example</title><meta property="og:type" content="website"></head><body><h1>The Example</h1><ul>` + list + `</ul><p>The Example has told you what is new in town, every day since 1921, and it goes on to do so.</p></body></html>`},
		"list of links": {"https://example.org/list", `<html><head><title>Bridges</title></head><body><ul><li><a href="/1">One</a></li><li><a href="/2">Two</a></li></ul></body></html>`},
		"video":         {"https://example.org/watch", `<html><head><title>Watch the bridge</title><meta property="og:image" content="/bridge.jpg"></head><body><h1>Watch the bridge</h1><video src="b.mp4"></video></body></html>`},
		"script":        {"https://example.org/app", `<html><head><title>App</title></head><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>`},
	} {
		p, err := read.Article([]byte(c.page), c.url, "text/html")
		if !errors.Is(err, read.ErrNoArticle) || p.Text != "" {
			t.Errorf("%s: %v, text %q", name, err, p.Text)
		}
		if name == "video" && (p.Title != "Watch the bridge" || p.Image != "https://example.org/bridge.jpg") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	// A front page that is an article all the same.
	if p, err := read.Article([]byte(`<html><head><title>Bridges</title></head><body><h1>Bridges</h1>`+inP(paragraphs(0, 6))+`</body></html>`), "https://example.org/", "text/html"); err != nil || !strings.Contains(p.Text, "report number 105") {
		t.Errorf("%v, text %q", err, p.Text)
	}
}

func TestArticleLayoutBounds(t *testing.T) {
	body := inP(paragraphs(0, 8))
	for name, page := range map[string]string{
		"long class":       `<div class="` + strings.Repeat("a-b ", 100_000) + `">` + body + strings.Repeat("<div><span>text here</span></div>", 20_000) + `</div>`,
		"nested kinds":     `<div class="k">` + body + `</div>` + strings.Repeat(`<div class="k"><p>The ministry said on Thursday that the new bridge would open in the spring of the next year.</p>`, 400),
		"siblings":         `<div class="k">` + body + `</div>` + strings.Repeat(`<div class="k"><p>The ministry said on Thursday that the new bridge would open in the spring of the next year.</p></div>`, 10_000),
		"nested quotes":    `<article>` + body + strings.Repeat(`<blockquote>`, 300) + strings.Repeat("<p>a few words that are quoted</p>", 10_000) + `</article>`,
		"many standfirsts": `<meta name=description content="` + strings.Repeat("x y ", 50_000) + `">` + strings.Repeat("<p>"+strings.Repeat("x y ", 50)+"</p>", 2_000) + body,
	} {
		start := time.Now()
		if _, err := read.Article([]byte("<title>Bridge</title>"+page), "https://example.org/a", ""); err != nil && !errors.Is(err, read.ErrNoArticle) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s took %v", name, took)
		}
	}
}
