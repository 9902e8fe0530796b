package read_test

import (
	"testing"

	"newsbrief/internal/read"
)

func TestCanonicalURL(t *testing.T) {
	for s, want := range map[string]string{
		"https://example.org/a?utm_source=rss&id=7&utm_medium=x&fbclid=y#top": "https://example.org/a?id=7",
		" HTTP://Example.ORG:80/A/b?b=2&a=1 ":                                 "http://example.org/A/b?b=2&a=1",
		"https://example.org:443":                                             "https://example.org/",
		"https://example.org:8443/a":                                          "https://example.org:8443/a",
		"https://user:pw@example.org/a":                                       "https://example.org/a",
		"https://example.org/#!/story/7":                                      "https://example.org/#!/story/7",
		"https://example.org/?p=12":                                           "https://example.org/?p=12",
		"https://example.org/2026/03/05/story/amp/":                           "https://example.org/2026/03/05/story/",
		"https://example.org/news/some-story.amp.html":                        "https://example.org/news/some-story.html",
		"https://example.org/news/some-story/amp?outputType=amp":              "https://example.org/news/some-story",
		"https://example.org/amp":                                             "https://example.org/amp",
		"https://example.org/shop/amp":                                        "https://example.org/shop/amp",
		"https://www.google.com/amp/s/example.org/a/b":                        "https://example.org/a/b",
		"https://example-org.cdn.ampproject.org/c/s/example.org/a/amp-b?x=1":  "https://example.org/a/amp-b?x=1",
		"https://www.google.com/url?rct=j&url=https://example.org/a%3Fid%3D1": "https://example.org/a?id=1",
		"https://www.google.co.kr/url?q=https%3A%2F%2Fexample.org%2F":         "https://example.org/",
		"https://de.m.wikipedia.org/wiki/Umwelt":                              "https://de.wikipedia.org/wiki/Umwelt",
		"https://m.example.org/a":                                             "https://m.example.org/a",
		"https://example.org/한국?q=뉴스":                                         "https://example.org/%ED%95%9C%EA%B5%AD?q=뉴스",
		"https://[2001:db8::1]:443/a":                                         "https://[2001:db8::1]/a",
		"mailto:a@example.org":                                                "mailto:a@example.org",
		"/relative":                                                           "/relative",
		"":                                                                    "",
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
