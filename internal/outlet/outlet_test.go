package outlet_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/language"

	"newsbrief/internal/outlet"
)

func TestOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.yna.co.kr/view/AKR20260302000100001":         "Yonhap: KR, agency",
		"https://en.yna.co.kr/view/AEN20260302000100315":          "Yonhap: KR, agency",
		"http://www.xinhuanet.com/english/2026-03/02/c_1.htm":     "Xinhua: CN, state",
		"https://www.bbc.co.uk/news/world-1":                      "BBC: GB, public",
		"https://feeds.bbci.co.uk/news/rss.xml":                   "BBC: GB, public",
		"https://WWW.Theguardian.com./world/2026/mar/02/x":        "The Guardian: GB",
		"https://edition.cnn.com:443/2026/03/02/x":                "CNN: US",
		"https://cnnespanol.cnn.com/2026/03/02/x":                 "CNN en Español: US",
		"https://g1.globo.com/mundo/1.ghtml":                      "g1: BR",
		"https://extra.globo.com/1.html":                          "Globo: BR",
		"https://www.gov.uk/government/news/x":                    "UK Government: GB, official",
		"https://www.metoffice.gov.uk/about-us":                   "Met Office: GB, official",
		"https://news.un.org/ko/story/2026/03/1":                  "UN News: UN, official",
		"https://мвд.рф/news/item/1":                              "Russian Interior Ministry: RU, official",
		"https://xn--b1aew.xn--p1ai/news/item/1":                  "Russian Interior Ministry: RU, official",
		"https://cointelegraph.com/news/1":                        "Cointelegraph: trade",
		"https://news.google.com/rss/articles/CBMi1?oc=5":         "",
		"https://www.google.com/url?q=https://www.bbc.co.uk/news": "",
		"https://feeds.feedburner.com/SomePaper":                  "",
		"https://feedproxy.google.com/~r/SomePaper/~3/1":          "",
		"https://t.co/abc":                                        "",
		"https://notbbc.co.uk/":                                   "",
		"https://co.uk/":                                          "",
		"https://bbc.co.uk.example.net/":                          "",
		"https://example.net/bbc.co.uk":                           "",
		"https://bbc.co.uk@example.net/":                          "",
		"http://127.0.0.1:8080/news/1":                            "",
		"http://[::1]/news/1":                                     "",
		"https://" + strings.Repeat("a.", 5000) + "example.net/":  "",
		"https://a..b\u200d/":                                     "",
		"mailto:news@bbc.co.uk":                                   "",
		"":                                                        "",
		"%":                                                       "",
	} {
		o, ok := outlet.Of(address)
		known := slices.DeleteFunc([]string{o.Country, string(o.Kind)}, func(s string) bool { return s == "" })
		got := strings.TrimSuffix(o.Name+": "+strings.Join(known, ", "), ": ")
		if got != want || ok != (want != "") {
			t.Errorf("%.60s is of %q (%v), want %q", address, got, ok, want)
		}
	}
}

func TestCalled(t *testing.T) {
	guardian, _ := outlet.Of("https://www.theguardian.com/uk")
	yonhap, _ := outlet.Of("https://www.yna.co.kr/")
	for _, c := range []struct {
		outlet      outlet.Outlet
		title, want string
	}{
		{guardian, "World news | The Guardian", "The Guardian"},
		{guardian, "THE GUARDIAN", "The Guardian"},
		{guardian, "", "The Guardian"},
		{yonhap, "연합뉴스 정치", "연합뉴스 정치"},
		{outlet.Outlet{}, "Harbour Blog", "Harbour Blog"},
		{outlet.Outlet{}, "", ""},
	} {
		if got := c.outlet.Called(c.title); got != c.want {
			t.Errorf("an article of %q in the feed %q is by %q, want %q", c.outlet.Name, c.title, got, c.want)
		}
	}
}

// TestFile shows that each line of the list can be read and says what it may say.
func TestFile(t *testing.T) {
	file, err := os.ReadFile("data/outlets.txt")
	if err != nil {
		t.Fatal(err)
	}
	kinds := []outlet.Kind{"", outlet.State, outlet.Public, outlet.Agency, outlet.Official, outlet.Company, outlet.Journal,
		outlet.Nonprofit, outlet.Trade, outlet.Blog, outlet.Aggregator}
	used := map[outlet.Kind]int{}
	countries, languages := map[string]int{}, map[string]int{}
	before := ""
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			if before != "" {
				t.Errorf("%q stands among the outlets", line)
			}
			continue
		}
		if line != strings.TrimSpace(line) || strings.Contains(line, "  ") {
			t.Errorf("%q: spaces that need not be", line)
		}
		domain, _, _ := strings.Cut(line, " ")
		if domain <= before {
			t.Errorf("%s stands behind %s", domain, before)
		}
		before = domain
		if domain != strings.ToLower(domain) || strings.HasPrefix(domain, "www.") || !strings.Contains(domain, ".") {
			t.Errorf("%s is no domain as this list has it", domain)
		}
		o, ok := outlet.Of("https://www." + domain + "/")
		if !ok || o.Domain != domain {
			t.Errorf("%s is taken for %q", domain, o.Domain)
			continue
		}
		if o.Name == "" || len(o.Name) > 60 {
			t.Errorf("%s is called %q", domain, o.Name)
		}
		if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain && o.Kind != outlet.Official {
			t.Errorf("anyone may have an address below %s", domain)
		}
		if !slices.Contains(kinds, o.Kind) {
			t.Errorf("%s: there is no kind %q", domain, o.Kind)
		}
		if r, err := language.ParseRegion(o.Country); o.Country != "" && o.Country != "UN" && (err != nil || r.String() != o.Country || len(o.Country) != 2) {
			t.Errorf("%s: there is no country %q", domain, o.Country)
		}
		if len(o.Languages) == 0 {
			t.Errorf("%s publishes in no language", domain)
		}
		for _, l := range o.Languages {
			if tag, err := language.Parse(l); err != nil || tag.String() != l {
				t.Errorf("%s: there is no language %q", domain, l)
			}
			languages[l]++
		}
		used[o.Kind]++
		countries[o.Country]++
	}
	for _, k := range kinds {
		if used[k] == 0 {
			t.Errorf("no outlet is of the kind %q", k)
		}
	}
	// The project's languages, and the breadth that a list of the world's outlets has to have.
	for _, l := range strings.Fields("en ko zh ja de es fr pt ru ar hi id it tr uk vi") {
		if languages[l] < 10 {
			t.Errorf("%d outlets publish in %s", languages[l], l)
		}
	}
	if len(countries) < 100 {
		t.Errorf("the outlets are of %d countries", len(countries))
	}
}

func FuzzOf(f *testing.F) {
	for _, s := range []string{"https://www.bbc.co.uk/news", "http://[::1]:80", "https://мвд.рф", "https://a..b", "//bbc.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if o, ok := outlet.Of(address); ok && o.Name == "" {
			t.Errorf("%q is of an outlet without a name", address)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		outlet.Of("https://www.bbc.co.uk/news/world-1")
	}
}
