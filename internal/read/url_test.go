package read_test

import (
	"testing"

	"newsbrief/internal/read"
)

func TestCanonicalURL(t *testing.T) {
	for s, want := range map[string]string{
		"https://example.org/a?utm_source=rss&id=7&utm_medium=x&fbclid=y#top":                              "https://example.org/a?id=7",
		" HTTP://Example.ORG:80/A/b?b=2&a=1 ":                                                              "http://example.org/A/b?b=2&a=1",
		"https://example.org:443":                                                                          "https://example.org/",
		"https://example.org:8443/a":                                                                       "https://example.org:8443/a",
		"https://user:pw@example.org/a":                                                                    "https://example.org/a",
		"https://example.org/#!/story/7":                                                                   "https://example.org/#!/story/7",
		"https://example.org/?p=12":                                                                        "https://example.org/?p=12",
		"https://example.org/2026/03/05/story/amp/":                                                        "https://example.org/2026/03/05/story/",
		"https://example.org/news/some-story.amp.html":                                                     "https://example.org/news/some-story.html",
		"https://example.org/news/some-story/amp?outputType=amp":                                           "https://example.org/news/some-story",
		"https://example.org/amp":                                                                          "https://example.org/amp",
		"https://example.org/shop/amp":                                                                     "https://example.org/shop/amp",
		"https://www.google.com/amp/s/example.org/a/b":                                                     "https://example.org/a/b",
		"https://example-org.cdn.ampproject.org/c/s/example.org/a/amp-b?x=1":                               "https://example.org/a/amp-b?x=1",
		"https://www.google.com/url?rct=j&url=https://example.org/a%3Fid%3D1":                              "https://example.org/a?id=1",
		"https://www.google.co.kr/url?q=https%3A%2F%2Fexample.org%2F":                                      "https://example.org/",
		"https://de.m.wikipedia.org/wiki/Umwelt":                                                           "https://de.wikipedia.org/wiki/Umwelt",
		"https://m.example.org/a":                                                                          "https://m.example.org/a",
		"https://example.org/한국?q=뉴스":                                                                      "https://example.org/%ED%95%9C%EA%B5%AD?q=뉴스",
		"https://[2001:db8::1]:443/a":                                                                      "https://[2001:db8::1]/a",
		"https://example.org/#/story/7":                                                                    "https://example.org/#/story/7",
		"https://example.org/live#post-7":                                                                  "https://example.org/live",
		"https://example.org/%e4%b8%ad%7Ea/%41?q=%c3%a9%2D":                                                "https://example.org/%E4%B8%AD~a/A?q=%C3%A9-",
		"https://example.org/a%2Fb%zz":                                                                     "https://example.org/a%2Fb%zz",
		"https://example.org/a;jsessionid=0A1B?PHPSESSID=ab&id=1":                                          "https://example.org/a?id=1",
		"https://www.bbc.co.uk/news/uk-1?at_medium=RSS&at_campaign=KARANGA":                                "https://www.bbc.co.uk/news/uk-1",
		"https://www.nytimes.com/a.html?partner=rssnyt&emc=rss":                                            "https://www.nytimes.com/a.html",
		"https://medium.com/a-1?source=rss----5517fd7b58a6---4":                                            "https://medium.com/a-1",
		"https://www.theguardian.com/a?CMP=Share_iOSApp_Other":                                             "https://www.theguardian.com/a",
		"https://example.org/a.html?rss=1":                                                                 "https://example.org/a.html",
		"https://example.org/a.html?ref=rss&wt_mc=rss.red.atom":                                            "https://example.org/a.html",
		"https://example.org/a.html#xtor=RSS-3208":                                                         "https://example.org/a.html",
		"https://www.abc.net.au/news/a/1?WT.mc_id=x&WT.tsrc=RSS":                                           "https://www.abc.net.au/news/a/1",
		"https://example.org/a?ref=7&source=feedback&from=seoul&rss=12":                                    "https://example.org/a?ref=7&source=feedback&from=seoul&rss=12",
		"https://example.org/?article=12":                                                                  "https://example.org/?article=12",
		"https://example.org/view.php?b=2&a=1&page=3":                                                      "https://example.org/view.php?b=2&a=1&page=3",
		"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.org%2fa%3fid%3d1&c=1": "https://example.org/a?id=1",
		"https://r.search.yahoo.com/_ylt=A/RV=2/RO=10/RU=https%3a%2f%2fexample.org%2fa%3futm_source%3dx/RK=2/RS=x-": "https://example.org/a",
		"https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa&rut=x":                                        "https://example.org/a",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=x":                  "https://example.org/a",
		"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Famp%2Fs%2Fexample.org%2Fa%2F&h=x":            "https://example.org/a/",
		"https://go.theregister.com/feed/www.theregister.com/2026/03/05/a/":                                         "https://www.theregister.com/2026/03/05/a/",
		"https://href.li/?https://example.org/a":                                                                    "https://example.org/a",
		"https://www.google.com/url?q=javascript:alert(1)":                                                          "https://www.google.com/url?q=javascript:alert(1)",
		"https://example.org/redirect?url=https://example.net/a":                                                    "https://example.org/redirect?url=https://example.net/a",
		"mailto:a@example.org": "mailto:a@example.org",
		"/relative":            "/relative",
		"":                     "",
	} {
		if got := read.CanonicalURL(s); got != want {
			t.Errorf("%s:\n got %s\nwant %s", s, got, want)
		}
	}
}

func FuzzCanonicalURL(f *testing.F) {
	for _, s := range []string{"https://example.org/a?utm_source=x#y", "https://www.google.com/amp/s/a.example/b", "http://[::1%25en0]:80/", "https://a/amp/amp/amp", "https://www.google.com/url?q=https://www.google.com/url?q=x", "http://a.example/%2F%zz?%=&;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := read.CanonicalURL(s)
		if twice := read.CanonicalURL(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
	})
}
