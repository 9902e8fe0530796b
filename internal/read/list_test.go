package read_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

const (
	menu = `<header><a href="/"><img alt="Logo" src="/l.svg"></a><nav><ul><li><a href="/politics">Politics</a></li><li><a href="/2026/01/01/how-we-report-the-news">How we report the news every day</a></li></ul></nav></header>`
	foot = `<footer><a href="/terms-and-conditions-of-use">Terms and conditions of use of this site</a> <a href="/about">About</a></footer>`
)

// pages are lists of articles as sites of many kinds write them. Each shows the same number of links that are none.
var pages = map[string]struct {
	page string
	url  string
	want []string // "path title"
}{
	"cards": {`<html lang="en"><body class="has-sidebar page-menu">` + menu + `<main class="content">
		<article class="tag-politics"><a href="/p/1"><img src="/1.jpg" width=600></a><span class="category"><a href="/politics">Politics</a></span><h2><a href="/p/1">Ferry runs again</a></h2><p>After four days in the harbour the ferry to the islands has left port on time.</p><time datetime="2026-03-05T07:00:00Z">5 March</time><a href="/author/jo">Jo Doe</a></article>
		<article><a href="/p/2"><h2>Crane arrives</h2><p>The second crane came by ship on Tuesday evening and will be at work in May.</p></a></article>
		<article><h2><a href="/p/3">Market moves</a></h2><a href="/p/3#comments">12 comments</a><a href="/p/3">Read more</a></article>
		<a href="/page/2">Older articles of this site</a></main><aside><h3>Most read</h3><ul><li><a href="/p/9">Why the old lighthouse turns no more</a></li><li><a href="/p/1">Ferry runs again after storm</a></li></ul></aside>` + foot,
		"https://example.org/", []string{"/p/1 Ferry runs again", "/p/2 Crane arrives", "/p/3 Market moves"}},
	"plain list": {`<body><div id="menu"><ul><li><a href="/a.html">Our company</a></li><li><a href="/b.html">All of our products</a></li><li><a href="/c.html">Contact</a></li></ul></div><div id="content"><ul>
		<li>12.03.2026 <a href="news.php?id=1203">Rathaus bleibt am Freitag wegen Umzugs geschlossen</a></li><li>10.03.2026 <a href="news.php?id=1202">Neue Buslinie verbindet Hafen und Bahnhof</a></li>
		<li>01.03.2026 <a href="news.php?id=1201">Stadtrat beschließt Haushalt</a></li></ul></div>`, "https://stadt.example/aktuell/", []string{"/aktuell/news.php?id=1203 Rathaus bleibt am Freitag wegen Umzugs geschlossen", "/aktuell/news.php?id=1202 Neue Buslinie verbindet Hafen und Bahnhof", "/aktuell/news.php?id=1201 Stadtrat beschließt Haushalt"}},
	"table, Korean": {`<html lang="ko"><body><div class="gnb"><a href="/intro/greeting.do">인사말</a><a href="/news/list.do">새소식</a></div><table class="board"><thead><tr><th>번호</th><th>제목</th></tr></thead><tbody>
		<tr><td>3</td><td class="subject"><a href="view.do?seq=3003">봄철 산불 예방 안내<span class="new">N</span></a></td><td>총무과</td><td>26.03.05</td></tr>
		<tr><td>2</td><td class="subject"><a href="view.do?seq=3002">시내버스 노선 개편</a></td><td>교통과</td><td>26.03.04</td></tr>
		<tr><td>1</td><td class="subject"><a href="view.do?seq=3001">청사 이전 공고</a></td><td>총무과</td><td>26.03.03</td></tr></tbody></table><div class="paging"><a href="list.do?page=2">2</a></div>`,
		"https://city.example/news/list.do", []string{"/news/view.do?seq=3003 봄철 산불 예방 안내", "/news/view.do?seq=3002 시내버스 노선 개편", "/news/view.do?seq=3001 청사 이전 공고"}},
	"Chinese": {`<html lang="zh-CN"><body><div class="nav"><a href="/guonei/">国内</a><a href="/guoji/">国际</a></div><ul class="list"><li><a href="/2026/0305/c1001-40012345.html">港口第二台起重机正式投入使用</a><span>2026-03-05</span></li>
		<li><a href="/2026/0304/c1001-40012344.html">渡轮停航四天后恢复运营</a><span>2026-03-04</span></li><li><a href="/2026/0304/c1001-40012343.html">鱼市场迁往码头</a><span>2026-03-04</span></li></ul><div class="footer"><a href="/about.html">关于我们网站的介绍和版权声明</a></div>`,
		"http://news.example.cn/", []string{"/2026/0305/c1001-40012345.html 港口第二台起重机正式投入使用", "/2026/0304/c1001-40012344.html 渡轮停航四天后恢复运营", "/2026/0304/c1001-40012343.html 鱼市场迁往码头"}},
	"Japanese definition list": {`<html lang="ja"><body><dl class="news"><dt>2026年3月5日</dt><dd><a href="/info/0305.html">第二クレーンの運用を開始しました</a></dd><dt>2026年3月4日</dt><dd><a href="/info/0304.html">フェリー運航再開のお知らせ</a></dd><dt>2026年3月3日</dt><dd><a href="/info/0303.html">魚市場移転について</a></dd></dl>
		<div><h2>アクセスランキング</h2><ol><li><a href="/info/0101.html">新年のご挨拶を申し上げます皆様へ</a></li></ol></div>`, "https://minato.example/", []string{"/info/0305.html 第二クレーンの運用を開始しました", "/info/0304.html フェリー運航再開のお知らせ", "/info/0303.html 魚市場移転について"}},
	"headlines alone": {`<html lang="ar"><body><h3><a href="/news/1001">العبارة تعود إلى العمل</a></h3><p>بعد أربعة أيام في الميناء غادرت العبارة إلى الجزر في موعدها صباح الخميس</p><h3><a href="/news/1002">رافعة ثانية في الميناء</a></h3><h3><a href="/news/1003">سوق السمك ينتقل إلى الرصيف</a></h3>`,
		"https://example.org/", []string{"/news/1001 العبارة تعود إلى العمل", "/news/1002 رافعة ثانية في الميناء", "/news/1003 سوق السمك ينتقل إلى الرصيف"}},
	"advertising and a blog's text": {`<body><div class="posts"><div class="post"><h2><a href="/first-post">First post</a></h2><p>Some of this was told before, in <a href="/2025/11/a-much-older-post-of-mine">a much older post of mine</a>, but not all.</p></div>
		<div class="post"><h2><a href="/second-post">Second post</a></h2></div><div class="post"><small>Sponsored</small><h2><a href="/buy-this">Buy this mattress now</a></h2></div><div class="post"><h2><a href="https://shop.example/x?utm_source=a">Cheap flights to the sea</a></h2></div><div class="post"><h2><a href="/third-post">Third post</a></h2></div></div>`,
		"https://example.org/", []string{"/first-post First post", "/second-post Second post", "/third-post Third post"}},
	"a list of links elsewhere": {`<table><tr><td><a href="https://one.example/a-story-about-compilers">A story about compilers and their writers</a></td></tr><tr><td><a href="https://two.example/why-databases-are-slow">Why databases are slow on new disks</a></td></tr><tr><td><a href="https://three.example/x/123456">Show: a clock that tells the tide</a></td></tr></table>`,
		"https://example.org/", []string{"https://one.example/a-story-about-compilers A story about compilers and their writers", "https://two.example/why-databases-are-slow Why databases are slow on new disks", "https://three.example/x/123456 Show: a clock that tells the tide"}},
	"a side list where it is all there is": {`<aside><ul><li><a href="/2026/03/05/ferry-runs-again">The ferry runs again after the storm</a></li><li><a href="/2026/03/05/crane-arrives">The second crane arrives by ship</a></li><li><a href="/2026/03/04/market-moves">The fish market moves to the pier</a></li></ul></aside>`,
		"https://example.org/", []string{"/2026/03/05/ferry-runs-again The ferry runs again after the storm", "/2026/03/05/crane-arrives The second crane arrives by ship", "/2026/03/04/market-moves The fish market moves to the pier"}},
}

func TestList(t *testing.T) {
	for name, c := range pages {
		t.Run(name, func(t *testing.T) {
			d, err := read.List([]byte(c.page), read.FeedOptions{URL: c.url})
			if err != nil {
				t.Fatal(err)
			}
			if got := listed(d, c.url); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func listed(d *read.Document, url string) (list []string) {
	site := url[:strings.Index(url[8:], "/")+8]
	for _, e := range d.Entries {
		list = append(list, strings.TrimPrefix(e.Link, site)+" "+e.Title)
	}
	return list
}

func TestListFields(t *testing.T) {
	c := pages["cards"]
	d, err := read.List([]byte("<title>News - Harbour Post</title><meta property=og:site_name content='Harbour Post'>"+c.page), read.FeedOptions{URL: c.url})
	if err != nil {
		t.Fatal(err)
	}
	if d.Title != "Harbour Post" || d.Site != c.url || d.Language != "en" {
		t.Errorf("the page is %q at %s in %q", d.Title, d.Site, d.Language)
	}
	want := news.Entry{GUID: "example.org/p/1", Title: "Ferry runs again", Link: "https://example.org/p/1", Summary: "After four days in the harbour the ferry to the islands has left port on time.",
		Image: "https://example.org/1.jpg", Published: time.Date(2026, 3, 5, 7, 0, 0, 0, time.UTC), Language: "en"}
	if d.Entries[0] != want {
		t.Errorf("got  %+v\nwant %+v", d.Entries[0], want)
	}
	for name, dates := range map[string][]int{"plain list": {12, 10, 1}, "table, Korean": {5, 4, 3}, "Chinese": {5, 4, 4}} {
		d, err := read.List([]byte(pages[name].page), read.FeedOptions{URL: pages[name].url})
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range d.Entries {
			if e.Published.Year() != 2026 || e.Published.Month() != 3 || e.Published.Day() != dates[i] {
				t.Errorf("%s: entry %d is of %v", name, i, e.Published)
			}
		}
	}
}

func TestNoList(t *testing.T) {
	for name, page := range map[string]string{
		"nothing":                        "",
		"text":                           "<p>Hello",
		"a menu":                         `<div><a href="/politics">Politics</a><a href="/sport">Sport</a><a href="/culture">Culture</a><a href="/weather">Weather today</a></div>`,
		"a menu of an office":            `<ul class="services"><li><a href="/apply-for-a-passport">Apply for a passport</a></li><li><a href="/pay-a-fine">Pay a fine</a></li><li><a href="/births-and-deaths">Births and deaths</a></li><li><a href="/report-a-pothole">Report a pothole</a></li></ul>`,
		"two articles":                   `<h2><a href="/2026/03/05/ferry-runs-again">The ferry runs again after the storm</a></h2><h2><a href="/2026/03/04/market-moves">The fish market moves to the pier</a></h2>`,
		"navigation":                     menu + menu + foot + foot,
		"an article":                     `<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-05">` + pages["cards"].page,
		"an article that doesn't say so": "<h1>The ferry</h1>" + strings.Repeat("<p>After four days in the harbour the ferry to the islands has left port on time on Thursday morning.</p>", 30) + pages["headlines alone"].page,
		"binary":                         "\x89PNG\r\n\x1a\n\x00\x00",
	} {
		if d, err := read.List([]byte(page), read.FeedOptions{URL: "https://example.org/"}); !errors.Is(err, read.ErrNoList) {
			t.Errorf("%s: got %v, %v", name, d, err)
		}
	}
}

// TestListIsStable: a list gives the same addresses in whatever order and with whatever headlines, so that nothing old becomes news.
func TestListIsStable(t *testing.T) {
	titles := []string{"Ferry runs again after four days of storm", "Crane", "Why the fish market has to move to the pier this summer", "Mayor resigns", "Harbour to get a new light: the plans, the cost and who pays for them"}
	page := func(order []int, hpt string) string {
		var b strings.Builder
		b.WriteString("<body>" + menu + "<div class=list>")
		for at, i := range order {
			fmt.Fprintf(&b, `<div class="item item-%d"><h3><a href="/news/2026/03/%d-story-of-the-day?pos=%s%c">%s</a></h3></div>`, at, i, hpt, 'a'+at, titles[i])
		}
		return b.String() + "</div>" + foot
	}
	marks := func(page string) map[news.Mark]bool {
		d, err := read.List([]byte(page), read.FeedOptions{URL: "https://example.org/"})
		if err != nil {
			t.Fatal(err)
		}
		set := map[news.Mark]bool{}
		for _, m := range d.Marks() {
			set[m[0]] = true
		}
		return set
	}
	first := marks(page([]int{0, 1, 2, 3, 4}, "x"))
	if len(first) != 5 {
		t.Fatalf("%d articles, want 5", len(first))
	}
	for m := range marks(page([]int{4, 2, 0, 3, 1}, "y")) {
		if !first[m] {
			t.Error("an article became new by standing elsewhere")
		}
	}
}

func FuzzList(f *testing.F) {
	for _, c := range pages {
		f.Add([]byte(c.page), c.url)
	}
	f.Add([]byte(sitemapHead+sitemapNew), "https://example.org/")
	f.Fuzz(func(t *testing.T, page []byte, url string) {
		d, err := read.List(page, read.FeedOptions{URL: url})
		if err != nil {
			return
		}
		if len(d.Entries) < 3 {
			t.Errorf("a list of %d", len(d.Entries))
		}
		seen := map[string]bool{}
		for _, e := range d.Entries {
			if e.Title == "" || !strings.HasPrefix(e.Link, "http") || seen[e.Link] {
				t.Errorf("entry %+v", e)
			}
			seen[e.Link] = true
		}
		again, err := read.List(page, read.FeedOptions{URL: url})
		if err != nil || !slices.Equal(d.Entries, again.Entries) {
			t.Error("read differently the second time")
		}
	})
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`<meta name="generator" content="Discourse"><link rel="alternate" type="application/rss+xml" href="/feed/">`), "https://example.org/c/x/1")
	f.Add([]byte(`<script>{"feedUrl":"https:\/\/pod.example\/feed"}`), "https://podcasts.apple.com/us/podcast/x/id1")
	f.Add([]byte(`<a href="/rss/world.xml">World</a>`), "https://social.example/@jo@other.example")
	f.Fuzz(func(t *testing.T, page []byte, url string) {
		for _, l := range read.Discover(page, url) {
			if !strings.HasPrefix(l.URL, "http") {
				t.Errorf("%q is no web address", l.URL)
			}
		}
		read.NewsSitemaps(nil, page, read.FeedOptions{URL: url})
	})
}

func BenchmarkList(b *testing.B) {
	var page strings.Builder
	page.WriteString(`<html lang="en"><body>` + menu + `<main>`)
	for i := range 200 {
		fmt.Fprintf(&page, `<article><a href="/news/%d"><img src="/%d.jpg"></a><h2><a href="/news/%d">The ferry runs again after storm number %d</a></h2><p>After four days in the harbour the ferry to the islands has left port on time.</p><time datetime="2026-03-05">5 March</time></article>`, 10000+i, i, 10000+i, i)
	}
	page.WriteString(foot)
	body := []byte(page.String())
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if d, err := read.List(body, read.FeedOptions{URL: "https://example.org/"}); err != nil || len(d.Entries) != 200 {
			b.Fatal(err)
		}
	}
}

// What stands around the links of a page is read once, however many of them lead to one article.
func TestListOfOneArticle(t *testing.T) {
	var page strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&page, `<div>Some words <a href="/news/the-one-article-here">The one article that all lead to %d</a></div>`, i)
	}
	start := time.Now()
	if _, err := read.List([]byte("<main>"+page.String()+"</main>"), read.FeedOptions{URL: "https://example.org/list"}); !errors.Is(err, read.ErrNoList) {
		t.Errorf("one article makes a list: %v", err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
