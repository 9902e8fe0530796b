package read

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/publicsuffix"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// ErrNoList says that List found no list of articles. Its sentence is meant for people.
var ErrNoList = errors.New("this page shows no list of articles")

const (
	fewest     = 3   // links make a list
	maxListed  = 300 // articles of one page
	maxAnchors = 3000
	maxSummary = 600 // bytes
)

// List reads a page without a feed as one: each article that it lists becomes an entry, in the order of the page. What leads
// elsewhere is left out: navigation, footers, tags, authors, pages of the list, advertisements, and beside a main list what stands
// at the side of it ("most read"). It judges groups of links that stand alike, by what they lead to and how they are shown, so that
// one odd headline changes nothing. It fails with ErrNoList, possibly wrapped, when fewer than three articles are listed.
func List(body []byte, o FeedOptions) (_ *Document, err error) {
	defer recovered(&err)
	base := baseURL(o)
	doc, err := html.ParseWithOptions(strings.NewReader(decode(body, o.ContentType)), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("parse the page: %w", err)
	}
	m := readMetadata(doc)
	if m.meta["og:type"] == "article" && m.meta["article:published_time"] != "" {
		return nil, fmt.Errorf("%w: it is an article itself", ErrNoList)
	}
	l := &lister{page: base, base: base, owners: map[*html.Node]string{}, paths: map[*html.Node]uint64{}, listed: map[*html.Node]bool{}, shared: map[string]string{}}
	if u, err := base.Parse(m.base); err == nil && m.base != "" {
		l.base = u
	}
	l.language = language(cmp.Or(m.lang, m.first("og:locale", "content-language", "dc.language")))
	l.collect(doc, zoneMain, false, 0)
	d := &Document{Title: m.title, Site: base.String(), Language: l.language, Entries: l.entries()}
	if name := m.first("og:site_name"); name != "" && (isFrontPage(o.URL) || d.Title == "") {
		d.Title = name
	}
	d.Title = text.Truncate(text.Clean(d.Title), 100, "…")
	switch {
	case len(d.Entries) < fewest:
		return nil, ErrNoList
	case l.tells(d.Entries):
		return nil, fmt.Errorf("%w: it is an article itself", ErrNoList)
	}
	return d, nil
}

// lister gathers the links of a page that may lead to articles.
type lister struct {
	page, base *url.URL
	language   string
	links      []*listLink
	paragraphs []*html.Node
	listed     map[*html.Node]bool   // the cards of the entries
	owners     map[*html.Node]string // the one article that all links below a node lead to, or several
	paths      map[*html.Node]uint64
	shared     map[string]string // a link's text → the article it leads to, or several: then it is a button
}

const several = "\x00"

// listLink is a link that may lead to an article.
type listLink struct {
	node    *html.Node
	url     string
	key     string // what the address is told apart by
	text    string
	side    bool // stands beside the main content
	heading bool // is in a heading, or holds one
	article bool // the address has the form of an article's
	own     bool // leads to the page's own site
}

// collect walks the page and keeps the links outside of navigation. item tells that n is within one piece of the content, whose
// header and footer are not the page's.
func (l *lister) collect(n *html.Node, z zone, item bool, depth int) {
	if n.Type == html.ElementNode {
		if unseen(n.DataAtom) && n.DataAtom != atom.Head || hasAttr(n, "hidden") {
			return
		}
		if z = max(z, zoneOf(n, item)); z == zoneOut {
			return
		}
		switch n.DataAtom {
		case atom.A:
			l.anchor(n, z)
			return
		case atom.P:
			if z == zoneMain {
				l.paragraphs = append(l.paragraphs, n)
			}
		case atom.Article, atom.Li, atom.Section, atom.Main:
			item = true
		}
	}
	for c := n.FirstChild; c != nil && depth < maxNesting; c = c.NextSibling {
		l.collect(c, z, item, depth+1)
	}
}

func (l *lister) anchor(n *html.Node, z zone) {
	address := resolve(l.base, attr(n, "href"))
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > 2000 || len(l.links) >= maxAnchors || hasAttr(n, "download") || notArticleRel(attr(n, "rel")) {
		return
	}
	link := &listLink{node: n, side: z == zoneSide, key: articleKey(address), heading: within(n, isHeading) || holds(n, isHeading), article: articleAddress(u), own: sameSite(u, l.page)}
	u.Fragment, u.RawFragment = "", ""
	link.url = iri(u.String(), attr(n, "href"))
	link.text = linkText(n)
	if isFrontPage(link.url) || l.leadsUp(u) || notArticleAddress(u) || foreign.MatchString(address) || inline(n, link) {
		return
	}
	if !link.heading && !link.article && units(link.text) < 4 {
		return
	}
	if other, ok := l.shared[link.text]; ok && other != link.key {
		l.shared[link.text] = several
	} else {
		l.shared[link.text] = link.key
	}
	l.links = append(l.links, link)
	for p := n; p != nil; p = p.Parent {
		switch l.owners[p] {
		case "":
			l.owners[p] = link.key
		case link.key:
		case several:
			return // and so are all above
		default:
			l.owners[p] = several
		}
	}
}

// articleKey is what tells articles of one page apart. A query behind a path that names the article only says where on the page the
// link stood.
func articleKey(address string) string {
	path, query, found := strings.Cut(sameAs(address), "?")
	if found && !(storyPath.MatchString(path) && !itemQuery.MatchString(query)) {
		path += "?" + query
	}
	return path
}

// leadsUp reports whether u is this page or one that it lies below.
func (l *lister) leadsUp(u *url.URL) bool {
	if u.Host != l.page.Host {
		return false
	}
	path, page := strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(l.page.Path, "/")
	if u.RawQuery != "" && (u.RawQuery != l.page.RawQuery || path != page) {
		return false
	}
	return path == page || strings.HasPrefix(page+"/", path+"/")
}

// entries judges the groups of links and makes entries of the good ones.
func (l *lister) entries() []news.Entry {
	type place struct {
		path uint64
		side bool
	}
	type showing struct {
		place
		key string
	}
	groups := map[place]*listGroup{}
	seen := map[showing]bool{}
	type around struct {
		node *html.Node
		side bool
	}
	told := map[around]bool{}
	var cards []*card
	for _, link := range l.links {
		node := l.around(link)
		if told[around{node, link.side}] {
			continue // what many links stand in is read once
		}
		told[around{node, link.side}] = true
		c := l.card(link, node)
		at := showing{place{l.path(c.node), c.side}, link.key}
		if seen[at] {
			continue // the picture's link after the headline's
		}
		seen[at] = true
		of := place{l.path(c.node.Parent), c.side}
		if groups[of] == nil {
			groups[of] = &listGroup{}
		}
		c.group = groups[of]
		c.group.cards = append(c.group.cards, c)
		cards = append(cards, c)
	}
	main := map[string]bool{}
	for _, c := range cards {
		if c.group.lists() && !c.side {
			main[c.link.key] = true
		}
	}
	var entries []news.Entry
	listed := map[string]bool{}
	for _, c := range cards {
		if c.title == "" || !c.link.article && !c.post && units(c.title) < 2 { // the heading of a section
			continue
		}
		if len(main) >= fewest && c.side || !c.group.lists() || listed[c.link.key] || len(entries) >= maxListed || c.group.own && !c.link.own {
			continue
		}
		listed[c.link.key] = true
		l.listed[c.node] = true
		entries = append(entries, news.Entry{GUID: c.link.key, Title: c.title, Link: c.link.url, Published: c.date, Summary: html.EscapeString(c.summary), Image: c.image, ImageAlt: altText(c.alt, c.title), Language: cmp.Or(c.language, l.language)})
	}
	return entries
}

// tells reports whether the page has an article of its own, beside which the list is but a hint to others.
func (l *lister) tells(entries []news.Entry) bool {
	const long = 250
	own, told := 0., 0.
	for _, p := range l.paragraphs {
		inList := false
		for n := p; n != nil && !inList; n = n.Parent {
			inList = l.listed[n]
		}
		if !inList {
			own += units(content(p))
		}
	}
	for _, e := range entries {
		told += units(e.Title) + units(e.Summary)
	}
	return own >= long && own > 2*told
}

// path names the place of n by the elements above it, without what differs from one to the next.
func (l *lister) path(n *html.Node) uint64 {
	if n == nil || n.Type != html.ElementNode {
		return 0
	}
	if p, ok := l.paths[n]; ok {
		return p
	}
	h := fnv.New64a()
	fmt.Fprint(h, l.path(n.Parent), n.Data)
	for token := range strings.FieldsSeq(attr(n, "class") + " " + attr(n, "id")) {
		if !strings.ContainsAny(token, "0123456789") {
			fmt.Fprint(h, " ", token)
		}
	}
	l.paths[n] = h.Sum64()
	return l.paths[n]
}

// listGroup are cards that stand alike.
type listGroup struct {
	cards          []*card
	judged, listed bool
	own            bool // most lead to the page's own site, so that what leads elsewhere is advertising
}

// lists reports whether the group is a list of articles: headlines that are as long as headlines are, marked as such, with dates,
// pictures and summaries, leading to addresses as articles have. Menus have little of that.
func (g *listGroup) lists() bool {
	if g.judged {
		return g.listed
	}
	g.judged = true
	var lengths []float64
	var heading, address, date, summary, image, post, own float64
	for _, c := range g.cards {
		if c.title == "" {
			continue
		}
		lengths = append(lengths, units(c.title))
		heading += one(c.heading)
		address += one(c.link.article)
		date += one(!c.date.IsZero())
		summary += one(c.summary != "")
		image += one(c.image != "")
		post += one(c.post)
		own += one(c.link.own)
	}
	if len(lengths) == 0 {
		return false
	}
	n := float64(len(lengths))
	g.own = own >= n/2
	slices.Sort(lengths)
	length := lengths[len(lengths)/2]
	score := (1.5*(heading+address+date+post) + summary + .5*image) / n
	switch {
	case length >= 6:
		score += 2
	case length >= 4:
		score++
	case length < 2:
		score--
	}
	// What a site offers is shown alike, under names.
	g.listed = score >= 3 && (length >= 4 || max(address, date, post) >= n/2)
	return g.listed
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// sameSite reports whether an address and the page share their registrable domain.
func sameSite(u, page *url.URL) bool {
	if u.Host == page.Host {
		return true
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(u.Hostname()))
	b, errB := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(page.Hostname()))
	return errA == nil && errB == nil && a == b
}

// units is the length of a headline in words, or in what says as much where words aren't parted by spaces.
func units(s string) float64 {
	words := float64(len(strings.Fields(s)))
	han, hangul, thai := 0., 0., 0.
	for _, r := range s {
		switch {
		case 0x3040 <= r && r <= 0x30ff, 0x3400 <= r && r <= 0x9fff, 0xf900 <= r && r <= 0xfaff, 0x20000 <= r && r <= 0x3ffff:
			han++
		case 0xac00 <= r && r <= 0xd7a3:
			hangul++
		case 0x0e00 <= r && r <= 0x0eff, 0x1000 <= r && r <= 0x109f, 0x1780 <= r && r <= 0x17ff: // Thai, Lao, Burmese, Khmer
			thai++
		}
	}
	return max(words, han/2, hangul/3, thai/5)
}
