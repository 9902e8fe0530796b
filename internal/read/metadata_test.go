package read_test

import (
	"testing"

	"newsbrief/internal/read"
)

func TestByline(t *testing.T) {
	const ld = `<script type="application/ld+json">`
	const site = `<meta property="og:site_name" content="The Daily Example">`
	for _, c := range []struct{ name, head, byline, want string }{
		{"JSON-LD", ld + `{"@type":"NewsArticle","author":[{"@type":"Person","name":"Jo Doe"},{"name":"Kim Roe"}]}</script>`, "", "Jo Doe, Kim Roe"},
		{"JSON-LD that tells of its author elsewhere", ld + `{"@graph":[{"@type":"NewsArticle","author":{"@id":"#jo"}},{"@type":"Person","@id":"#jo","name":"Jo Doe"}]}</script>`, "", "Jo Doe"},
		{"the outlet in JSON-LD, a person on the page", ld + `{"@type":"NewsArticle","author":{"@type":"Organization","name":"Daily Example"},"publisher":{"name":"Daily Example"}}</script>`, `<p class="byline">By Jo Doe</p>`, "Jo Doe"},
		{"the outlet alone", site + `<meta name="author" content="The Daily Example">`, "", "The Daily Example"},
		{"its address", `<meta name="author" content="www.daily-example.com">`, "", ""},
		{"a page about the author", `<meta property="article:author" content="https://example.org/jo"><meta name="author" content="Jo Doe">`, "", "Jo Doe"},
		{"one tag for each", `<meta name="citation_author" content="Jo Doe"><meta name="citation_author" content="Kim Roe">`, "", "Jo Doe; Kim Roe"},
		{"a label of Twitter", `<meta name="twitter:label1" content="Est. reading time"><meta name="twitter:data1" content="14 minutes">`, "", ""},
		{"account of a program", `<meta name="author" content="admin">`, `<a rel="author" href="/jo">Jo Doe</a>`, "Jo Doe"},
		{"date behind", "", `<p class="byline">By Jo Doe on Monday, March 9, 2026</p>`, "Jo Doe"},
		{"date in the name of the element", "", `<div class="byline-date">9 March 2026</div>`, ""},
		{"job behind a comma", "", `<p class="author">Jo Doe, Science Editor</p>`, "Jo Doe"},
		{"job behind the name", "", `<p class="author">Jo Doe Staff Writer</p>`, "Jo Doe"},
		{"a name that is a word for a job in part", "", `<p class="author">Christoph von Eichhorn</p>`, "Christoph von Eichhorn"},
		{"desk and outlet", "", `<p class="author">Jo Doe | The Daily Example</p>`, "Jo Doe"},
		{"several, one of them the outlet", site, `<p class="author">By Jo Doe, Kim Roe and The Daily Example</p>`, "Jo Doe, Kim Roe"},
		{"several as they stand", "", `<p class="author">Analysis by Jo Doe and Kim Roe</p>`, "Jo Doe and Kim Roe"},
		{"elements for each", "", `<p class="byline">By <a rel="author" href="/jo">Jo Doe</a> and <a rel="author" href="/kim">Kim Roe</a></p>`, "Jo Doe, Kim Roe"},
		{"handle and address", "", `<p class="author">Jo Doe @jodoe jo@example.org</p>`, "Jo Doe"},
		{"said twice", "", `<p class="author">Jo Doe Jo Doe Opinion writer covering clean air</p>`, "Jo Doe"},
		{"a life", "", `<div class="author">Jo Doe is a writer who lives by the sea.</div>`, "Jo Doe"},
		{"initials and a generation", "", `<p class="author">J. R. Doe Jr.</p>`, "J. R. Doe Jr."},
		{"unmarked", "", `<p>By Jo Doe</p>`, "Jo Doe"},
		{"no name", "", `<p>By Tuesday both sides had agreed.</p>`, ""},
		{"a commentator", "", `<div class="comment-content"><span class="author">Troll says:</span></div>`, ""},
		{"German", "", `<p class="autor">Ein Beitrag von Jo Doe, Redakteurin</p>`, "Jo Doe"},
		{"French", "", `<p class="auteur">Par Jo Doe, journaliste</p>`, "Jo Doe"},
		{"Korean", "", `<p class="reporter">홍길동 기자 hong@example.org</p>`, "홍길동"},
		{"Chinese", "", `<p class="author">记者：张三</p>`, "张三"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := read.Article(dated("en", c.head, c.byline, ""), "https://www.daily-example.com/a", "text/html; charset=utf-8")
			if err != nil {
				t.Fatal(err)
			}
			if p.Byline != c.want {
				t.Errorf("got %q, want %q", p.Byline, c.want)
			}
		})
	}
}

func TestLeadPicture(t *testing.T) {
	const ld = `<script type="application/ld+json">`
	for _, c := range []struct{ name, head, body, want string }{
		{"OpenGraph", `<meta property="og:image" content="/lead.jpg">`, `<img src="/other.jpg">`, "https://example.org/lead.jpg"},
		{"relative to the base", `<base href="https://cdn.example.org/x/"><meta property="og:image" content="lead.jpg">`, "", "https://cdn.example.org/x/lead.jpg"},
		{"the outlet's logo before the story's picture", `<meta property="og:site_name" content="Daily Example"><meta property="og:image" content="https://example.org/daily-example-logo-1200x630.png">` + ld + `{"@type":"NewsArticle","image":["https://example.org/lead.jpg"]}</script>`, "", "https://example.org/lead.jpg"},
		{"a story about a logo", `<meta property="og:image" content="https://example.org/new-orchard-logo-unveiled.jpg">`, "", "https://example.org/new-orchard-logo-unveiled.jpg"},
		{"placeholder", `<meta property="og:image" content="https://example.org/img/social_placeholder.png">`, "", ""},
		{"no picture that a chat shows", `<meta property="og:image" content="https://example.org/ministers.svg">`, "", ""},
		{"JSON-LD by its id", ld + `{"@graph":[{"@type":"Article","image":{"@id":"#p"}},{"@type":"ImageObject","@id":"#p","url":"https://example.org/lead.jpg"}]}</script>`, "", "https://example.org/lead.jpg"},
		{"first large one of the article", "", `<img src="/pixel.jpg" width="1" height="1"><img src="/icons/mail.jpg"><img class="avatar" src="/jo.jpg"><img src="data:image/gif;base64,R0" data-src="/lead.webp"><img src="/second.jpg">`, "https://example.org/lead.webp"},
		{"a counter", "", `<img src="https://count.example.org/p.php?id=1">`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := read.Article(dated("en", c.head, c.body, ""), "https://example.org/a", "text/html; charset=utf-8")
			if err != nil {
				t.Fatal(err)
			}
			if p.Image != c.want {
				t.Errorf("got %q, want %q", p.Image, c.want)
			}
		})
	}
}
