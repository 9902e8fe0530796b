package read

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// metadata is what a page says about itself: in its meta tags, its JSON-LD, and where people see it.
type metadata struct {
	meta     map[string]string // by lower-case name, property or itemprop, the first of each
	ld       jsonLD
	title    string // <title>
	h1       []string
	lang     string
	times    []string // datetime attributes of <time>, best first
	bylines  []string
	pubDates []string // text of elements whose class says that they hold the date
	base     string   // <base href>

	wall       bool   // an element is marked as standing before or for what isn't shown
	scriptDate string // a date of publication that only a script names
}

// readMetadata walks the document once.
func readMetadata(doc *html.Node) *metadata {
	m := &metadata{meta: map[string]string{}}
	var scripts []string
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Html:
				m.lang = cmp.Or(attr(n, "lang"), attr(n, "xml:lang"))
			case atom.Base:
				m.base = cmp.Or(m.base, attr(n, "href"))
			case atom.Meta:
				m.take(n)
				return
			case atom.Title:
				if m.title == "" && n.Parent != nil && n.Parent.DataAtom != atom.Svg {
					m.title = text.Clean(content(n))
				}
				return
			case atom.Script:
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(n, "type"))), "application/ld+json") {
					scripts = append(scripts, content(n))
				}
				if m.scriptDate == "" && n.FirstChild != nil && containsAny(n.FirstChild.Data, "datePub", "dateCre", "ublish", "ublication", "pubDate", "createdDate") {
					if d := scriptDate.FindStringSubmatch(n.FirstChild.Data[:min(len(n.FirstChild.Data), 64<<10)]); d != nil {
						m.scriptDate = d[1]
					}
				}
				return
			case atom.Style, atom.Svg, atom.Iframe, atom.Noscript:
				return
			case atom.H1:
				if s := text.Clean(content(n)); s != "" && len(m.h1) < 8 {
					m.h1 = append(m.h1, s)
				}
			case atom.Time:
				if d := cmp.Or(attr(n, "datetime"), content(n)); len(m.times) < 8 && len(d) < 100 {
					if c := strings.ToLower(attr(n, "class") + attr(n, "itemprop")); strings.Contains(c, "publish") || strings.Contains(c, "entry-date") || attr(n, "pubdate") != "" {
						m.times = append([]string{d}, m.times...)
					} else {
						m.times = append(m.times, d)
					}
				}
			}
			m.marked(n)
		}
		for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(doc, 0)
	m.ld = readJSONLD(scripts)
	return m
}

// scriptDate finds the date in scripts that describe the page to other scripts.
var scriptDate = regexp.MustCompile(`["'](?:datePublished|dateCreated|publishDate|published_at|publishedAt|publishedDate|publish_date|publication_?[dD]ate|pubDate|article_publication_date|createdDate|published_?time|publication_time)\\?["']\s*:\s*\\?["']([^"'\\]{8,40})\\?["']`)

func (m *metadata) take(n *html.Node) {
	value := strings.TrimSpace(attr(n, "content"))
	if value == "" {
		return
	}
	for _, k := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, k))); name != "" && m.meta[name] == "" {
			m.meta[name] = value
		}
	}
}

var (
	dateClass   = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:(?:post|entry|article|story|news|published?|pub|content|meta)[_-]?(?:date|time|on|timestamp)|date[_-]?(?:published|time|posted)|published|pubdate|timestamp|dateline|byline-date|date|datum|fecha|日付|day|time)(?:$|[\s_-])`)
	bylineClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:byline(?:[_-]?name|[_-]?author)?|author(?:[_-]?name)?|(?:post|entry|article)[_-]author|p-author|writer|reporter|journalist)(?:$|[\s_-])`)
)

// marked keeps what an element's attributes mark as author or date.
func (m *metadata) marked(n *html.Node) {
	prop := attr(n, "itemprop")
	switch prop {
	case "datePublished", "dateCreated":
		if v := cmp.Or(attr(n, "datetime"), attr(n, "content"), content(n)); m.meta[strings.ToLower(prop)] == "" && len(v) < 100 {
			m.meta[strings.ToLower(prop)] = strings.TrimSpace(v)
		}
	}
	class := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	if containsAny(class, "wall", "subscriber", "premium", "metered", "piano", "tp-container", "plus-", "locked") && wallClass.MatchString(class) {
		m.wall = true
	}
	if prop == "author" || attr(n, "rel") == "author" || containsAny(class, "byline", "author", "writer", "reporter", "journalist") && bylineClass.MatchString(class) {
		if len(m.bylines) < 8 {
			if s := text.Clean(content(n)); s != "" && len(s) < 120 {
				m.bylines = append(m.bylines, s)
			}
		}
	}
	if len(m.pubDates) < 12 && containsAny(class, "date", "time", "publish", "pubd", "day", "datum", "fecha", "日付") && n.DataAtom != atom.Body && n.DataAtom != atom.Html && dateClass.MatchString(class) {
		if s := text.Clean(content(n)); s != "" && len(s) < 90 {
			m.pubDates = append(m.pubDates, s)
		}
	}
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func (m *metadata) first(names ...string) string {
	for _, n := range names {
		if v := m.meta[n]; v != "" {
			return v
		}
	}
	return ""
}

// headline chooses the title: what people see at the top of the article where that is sure, else what the page says to other
// programs, without the outlet's name.
func (m *metadata) headline() string {
	var stated []string
	for _, s := range []string{m.ld.title, m.first("og:title"), m.first("twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "headline", "title"), m.title} {
		if s = title(s); s != "" {
			stated = append(stated, s)
		}
	}
	site := title(m.first("og:site_name", "application-name"))
	// An <h1> that the page also states elsewhere is the headline.
	best, bestScore := "", 0.0
	for _, h := range m.h1 {
		if len(h) > 300 || strings.EqualFold(h, site) {
			continue
		}
		for _, s := range stated {
			score := likeness(h, s)
			if len(m.h1) == 1 {
				score += 0.2
			}
			if score > bestScore {
				best, bestScore = h, score
			}
		}
	}
	if bestScore >= 0.55 {
		return best
	}
	if len(m.h1) == 1 && len(stated) == 0 {
		return m.h1[0]
	}
	for _, s := range stated {
		if s = withoutSite(s, site); s != "" {
			return s
		}
	}
	if len(m.h1) > 0 {
		return m.h1[0]
	}
	return ""
}

// shared counts the words of y that x has too.
func shared(x, y []text.Word) (n int) {
	in := map[string]bool{}
	for _, w := range x {
		in[w.Text] = true
	}
	for _, w := range y {
		if in[w.Text] {
			n++
		}
	}
	return n
}

// likeness is the share of words that two titles have in common, of the shorter one's.
func likeness(a, b string) float64 {
	x, y := text.Words(a, ""), text.Words(b, "")
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	n := shared(x, y)
	if min(len(x), len(y)) < 2 && a != b {
		return 0
	}
	return float64(n) / float64(max(min(len(x), len(y)), 1)) * min(1, float64(len(x))/3)
}

var separator = regexp.MustCompile(`\s+[|\-–—·•»:/\\~]+\s+|\s*[｜|]\s*|\s*::\s*|_`)

// withoutSite takes the outlet's name from the end or the beginning of a title.
func withoutSite(s, site string) string {
	parts := separator.FindAllStringIndex(s, -1)
	if len(parts) == 0 {
		return s
	}
	last := parts[len(parts)-1]
	head, end := strings.TrimSpace(s[:last[0]]), strings.TrimSpace(s[last[1]:])
	if site != "" {
		if sameName(end, site) {
			return withoutSite(head, site)
		}
		if first := parts[0]; sameName(s[:first[0]], site) {
			return strings.TrimSpace(s[first[1]:])
		}
	}
	sep := strings.TrimSpace(s[last[0]:last[1]])
	if n := len(text.Words(end, "")); n <= 4 && len(text.Words(head, "")) >= 2*n && sep != ":" && sep != "_" && sep != "/" && (sep != "-" && sep != "–" && sep != "—" || n <= 3) {
		return head
	}
	return s
}

func sameName(a, b string) bool {
	a, b = letterString(a), letterString(b)
	return a != "" && b != "" && (a == b || len(a) > 3 && strings.HasPrefix(b, a) || len(b) > 3 && strings.HasPrefix(a, b))
}

func letterString(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' || r == '\'' {
			return -1
		}
		return r
	}, text.Fold(s))
}

// published chooses the date of publication: what the page states for other programs, what its address says, what stands next
// to its headline, and only then any other date on it.
func (m *metadata) published(doc *html.Node, page *url.URL, headline string) time.Time {
	near, any := datesOn(doc, headline, m.lang)
	for _, s := range []string{m.ld.published, m.first(dateNames...), m.scriptDate} {
		if t, ok := parseDate(s, m.lang); ok {
			return m.local(t, near)
		}
	}
	address := dateInAddress(page)
	if !address.IsZero() {
		if near.Sub(address).Abs() < 36*time.Hour {
			return near // the same day, with its time
		}
		return address
	}
	if !near.IsZero() {
		return m.local(near, near)
	}
	for _, list := range [][]string{m.times, m.pubDates} {
		for _, s := range list {
			if t, ok := findDate(s, m.lang); ok {
				return t
			}
		}
	}
	for _, s := range []string{m.ld.modified, m.first("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dc.date.modified", "dcterms.modified", "datemodified", "revised")} {
		if t, ok := parseDate(s, m.lang); ok {
			return t
		}
	}
	return any
}

// dateNames are meta tags that hold the date of publication.
var dateNames = []string{"article:published_time", "og:published_time", "article:published", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "dcterms.available",
	"parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "publicationdate", "ptime", "date", "datecreated", "date_published", "rnews:datepublished", "originalpublicationdate",
	"cxenseparse:recs:publishtime", "cxenseparse:publishtime", "bt:pubdate", "displaydate", "article.published", "article.created", "created", "citation_publication_date", "citation_date", "weibo:article:create_at", "release_date",
	"vr:published_time", "article_date_original", "og:article:published_time", "og:pubdate", "iso-8601-publish-date"}

// local returns t in the zone of the outlet, as far as the page shows it: by the same moment given with another zone, or by the
// day that stands next to the headline.
func (m *metadata) local(t, near time.Time) time.Time {
	if _, shift := t.Zone(); shift != 0 {
		return t
	}
	for _, s := range append([]string{m.first("date")}, m.times...) {
		if l, ok := parseDate(s, m.lang); ok && l.Sub(t).Abs() < time.Minute {
			if _, shift := l.Zone(); shift != 0 {
				return l
			}
		}
	}
	if near.IsZero() || near.Sub(t).Abs() > 26*time.Hour {
		return t
	}
	for hours := range 13 {
		for _, shift := range []int{hours, -hours} {
			if l := t.In(time.FixedZone("", shift*3600)); l.YearDay() == near.YearDay() {
				return l
			}
		}
	}
	return t
}

// datesOn returns the first date that stands behind the page's headline, or else the last one before it, and the first that
// stands anywhere by itself.
func datesOn(doc *html.Node, headline, lang string) (near, any time.Time) {
	const behind, before = 1200, 400 // bytes of text
	var last time.Time
	at, lastAt, headAt := 0, 0, -1
	take := func(t time.Time) bool { // false ends the search
		if any.IsZero() {
			any = t
		}
		if headAt >= 0 && at-headAt < behind {
			near = t
			return false
		}
		if headAt < 0 {
			last, lastAt = t, at
		}
		return true
	}
	var walk func(n *html.Node, depth int) bool
	walk = func(n *html.Node, depth int) bool {
		switch n.Type {
		case html.TextNode:
			s := n.Data
			if len(s) >= 6 && len(s) < 160 && strings.ContainsAny(s, "12") {
				if t, ok := findDate(text.Clean(s), lang); ok && !take(t) {
					return false
				}
			}
			at += len(strings.TrimSpace(s))
			return any.IsZero() || headAt < 0 || at-headAt < behind
		case html.ElementNode:
			if unseen(n.DataAtom) || n.DataAtom == atom.Footer {
				return true
			}
			if n.DataAtom == atom.Time {
				if t, ok := parseDate(attr(n, "datetime"), lang); ok && !take(t) {
					return false
				}
			}
			if isHeading(n.DataAtom) && headAt < 0 {
				if h := text.Clean(content(n)); similar(h, headline) {
					headAt = at
				}
			}
		}
		for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
			if !walk(c, depth+1) {
				return false
			}
		}
		return true
	}
	walk(doc, 0)
	if near.IsZero() && headAt >= 0 && headAt-lastAt < before {
		near = last
	}
	return near, any
}

var addressDate = regexp.MustCompile(`[/\-_]((?:19|20)\d\d)(?:[/\-_](1[0-2]|0?[1-9]|[a-z]{3})[/\-_](3[01]|[12]\d|0?[1-9])|(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9]))(?:\D|$)`)

// dateInAddress returns the date that a page's address holds, or the zero time.
func dateInAddress(u *url.URL) time.Time {
	if u == nil {
		return time.Time{}
	}
	m := addressDate.FindStringSubmatch(strings.ToLower(u.Path))
	if m == nil {
		return time.Time{}
	}
	month, day := or(m[2], m[4]), or(m[3], m[5])
	if month[0] >= 'a' {
		t, _ := parseDate(day+" "+month+" "+m[1], "en") // the zero time when it is no month
		return t
	}
	t, _ := parseDate(m[1]+"-"+month+"-"+day, "en")
	return t
}

var datePhrase = regexp.MustCompile(`(?i)(?:\d{4}\s*[-/.年년]\s*\d{1,2}\s*[-/.月월]\s*\d{1,2}|\d{1,2}\.?\s*[-/.]?\s*(?:de\s+)?[\p{L}]{3,12}\.?\s*[-/,.]?\s*(?:de\s+)?\d{4}|[\p{L}]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{4})`)

// findDate returns the first date inside s.
func findDate(s, lang string) (time.Time, bool) {
	if t, ok := parseDate(s, lang); ok {
		return t, true
	}
	for _, p := range datePhrase.FindAllString(s, 8) {
		if t, ok := parseDate(p, lang); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

var byPrefix = regexp.MustCompile(`(?i)^(?:(?:written |posted |story |reported |words )?by|von|par|por|di|door|av|af|autor(?:in)?|author|text|автор|記者|文|글)\s*[:：]?\s+`)

// byline chooses the author's name.
func (m *metadata) byline() string {
	for _, s := range append([]string{m.ld.author, m.first("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "twitter:data1")}, m.bylines...) {
		s = strings.TrimSpace(byPrefix.ReplaceAllString(person(s), ""))
		if s == "" || isWebAddress(s) || len(s) > 150 || strings.HasPrefix(s, "@") || strings.ContainsAny(s, "0123456789") && len(s) > 30 {
			continue
		}
		return s
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// content returns the text below n as it stands, at most some thousand bytes of it but for scripts.
func content(n *html.Node) string {
	if n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode {
		return n.FirstChild.Data
	}
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if b.Len() > 4096 || depth > 40 {
			return
		}
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Svg {
				return
			}
			b.WriteByte(' ')
			if isBlock(n.DataAtom) || n.DataAtom == atom.Br {
				b.WriteByte('\n')
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, 0)
	}
	return b.String()
}
