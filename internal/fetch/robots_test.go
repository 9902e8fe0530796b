package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
	"time"

	"newsbrief/internal/fetch"
)

func TestRobots(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		file    string
		allowed []string
		denied  []string
		delay   time.Duration
		maps    []string
		fails   bool
	}{
		"none":            {404, "gone", []string{"/", "/news"}, nil, 0, nil, false},
		"forbidden":       {403, "", []string{"/"}, nil, 0, nil, false},
		"empty":           {200, "", []string{"/"}, nil, 0, nil, false},
		"a web page":      {200, "<html><body>User: x: Disallow</body></html>", []string{"/"}, nil, 0, nil, false},
		"all":             {200, "User-agent: *\nDisallow: /\n", nil, []string{"/", "/news?x=1"}, 0, nil, false},
		"a part":          {200, "User-agent: *\nDisallow: /intern\nDisallow: /*?print=\nAllow: /intern/news\n", []string{"/", "/intern/news", "/a"}, []string{"/intern", "/a?print=1"}, 0, nil, false},
		"others":          {200, "User-agent: badbot\nDisallow: /\n\nUser-agent: *\nDisallow:\nCrawl-delay: 10\n", []string{"/"}, nil, 10 * time.Second, nil, false},
		"us by name":      {200, "User-agent: *\nDisallow:\n\nUser-agent: Newsbrief\nDisallow: /news\n", []string{"/"}, []string{"/news"}, 0, nil, false},
		"sitemaps":        {200, "Sitemap: https://example.org/a.xml\nUser-agent: *\nDisallow: /x\nSitemap: https://example.org/news.xml\n", []string{"/"}, []string{"/x"}, 0, []string{"https://example.org/a.xml", "https://example.org/news.xml"}, false},
		"broken lines":    {200, "\ufeffDisallow: /a\nUser-agent\u2003: * # all\nnonsense\nCrawl-delay: soon\nCrawl-delay: NaN\nDisallow: /b # secret\n", []string{"/a"}, []string{"/b"}, 0, nil, false},
		"out of order":    {503, "", nil, nil, 0, nil, true},
		"too many asking": {429, "", nil, nil, 0, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if r.URL.Path != "/robots.txt" {
					t.Errorf("asked for %s", r.URL)
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.file)
			}))
			defer server.Close()
			now := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
			client := fetch.New(fetch.Options{UserAgent: "newsbrief/1 (test)", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: func() time.Time { return now }})
			defer client.Close()
			r := fetch.NewRobots(client)
			if c.fails {
				if rules, err := r.Ask(t.Context(), server.URL+"/"); err == nil {
					t.Errorf("got %+v, want an error", rules)
				}
				return
			}
			for want, paths := range map[bool][]string{true: c.allowed, false: c.denied} {
				for _, p := range paths {
					rules, err := r.Ask(t.Context(), server.URL+p)
					if err != nil || rules.Allowed != want || rules.Delay != c.delay || !slices.Equal(rules.Sitemaps, c.maps) {
						t.Errorf("%s: got %+v, %v; want allowed %v, delay %v, sitemaps %q", p, rules, err, want, c.delay, c.maps)
					}
				}
			}
			if asked != 1 {
				t.Errorf("asked %d times on one day", asked)
			}
			now = now.Add(25 * time.Hour)
			if _, err := r.Ask(t.Context(), server.URL); err != nil || asked != 2 {
				t.Errorf("a day later: %v, asked %d times in all", err, asked)
			}
		})
	}
}
