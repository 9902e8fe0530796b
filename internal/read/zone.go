package read

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// zone is where on a page something stands.
type zone uint8

const (
	zoneMain zone = iota
	zoneSide      // beside the main content
	zoneOut       // around the content: navigation, footer, advertising
)

// zoneOf says where an element puts what is in it. Within an item of the content a header or footer isn't the page's.
func zoneOf(n *html.Node, item bool) zone {
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Dialog, atom.Menu:
		return zoneOut
	case atom.Header:
		if !item {
			return zoneOut
		}
	case atom.Aside:
		return zoneSide
	case atom.Html, atom.Body, atom.Main, atom.Article: // their classes tell of the whole page or the article
		return zoneMain
	}
	switch attr(n, "role") {
	case "navigation", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog":
		return zoneOut
	case "banner":
		if !item {
			return zoneOut
		}
	case "complementary":
		return zoneSide
	}
	z := zoneMain
	for token := range strings.FieldsSeq(attr(n, "class") + " " + attr(n, "id")) {
		switch {
		case outClass.MatchString(token), !item && headerClass.MatchString(token):
			return zoneOut
		case sideClass.MatchString(token):
			z = zoneSide
		}
	}
	return z
}

// The classes and ids by which pages mark what is not their content: whole names only, since "tag-politics" may mark an article.
var (
	outClass = regexp.MustCompile(`(?i)^(?:(?:main|site|page|top|primary|secondary|global|header|footer|mobile|sub|mega|post|posts|entry|article|drop-?down|user|lang|language|bottom|local|sticky|wp|social|share|google|banner|quick)[-_]?)?` +
		`(?:nav|navi|navbar|navigation|pagenavi|gnb|lnb|snb|menu|menubar|footer|breadcrumbs?|pagination|pager|paging|paginate|page-numbers|tags|tag-?list|tag-?cloud|hashtags?|share|sharing|sns|ad|ads|advert|adverts|advertisement|advertising|adsbygoogle|sponsor|sponsored|sponsors|promoted|outbrain|taboola|cookie|cookies|cookie-?banner|consent|newsletter|skip-?links?|langs|comments|commentlist|login)` +
		`(?:[-_]?(?:links?|list|wrap|wrapper|container|area|inner|bar|menu|items?|box|block|unit|slot|section|buttons?|content))?$`)
	headerClass = regexp.MustCompile(`(?i)^(?:(?:main|site|page|top|global)[-_]?)?(?:header|masthead|top-?bar)(?:[-_]?(?:wrap|wrapper|container|area|inner|top|bottom))?$`)
	sideClass   = regexp.MustCompile(`(?i)^(?:(?:left|right|primary|secondary|main|page|site|content|blog|news|article|post|posts|c)[-_]{0,2})?` +
		`(?:sidebar|side-?bar|aside|widget-?area|side|rail|right-?col|most-?(?:read|viewed|popular|shared|commented)|popular|popular-?(?:posts|news|articles|stories)|trending|trending-?now|ranking|rank|best-?(?:news|view)|related|related-?(?:posts|news|articles|stories|links)|recommended|recommendations?|recirc(?:ulation)?|you-?may-?(?:also-?)?like)` +
		`(?:[-_]{0,2}(?:list|wrap|wrapper|container|area|inner|box|block|section|news|content|posts|articles|module|col|column))?$`)
)

// besideMain reports whether the list around n is headed as one of what others read.
func (l *lister) besideMain(n *html.Node) bool {
	for range 6 {
		for s, far := n.PrevSibling, 0; s != nil && far < 100; s, far = s.PrevSibling, far+1 {
			if s.Type != html.ElementNode || l.owners[s] != "" {
				continue
			}
			if isHeading(s.DataAtom) || titleClass.MatchString(attr(s, "class")) || s.DataAtom == atom.Header || s.DataAtom == atom.Strong {
				return mostRead.MatchString(text.Fold(text.Clean(content(s))))
			}
			if h := findElement(s, func(n *html.Node) bool { return isHeading(n.DataAtom) }); h != nil {
				return mostRead.MatchString(text.Fold(text.Clean(content(h))))
			}
		}
		if n = n.Parent; n == nil || n.DataAtom == atom.Body || n.DataAtom == atom.Main {
			return false
		}
	}
	return false
}

// mostRead are headings, folded, of lists of what others read, and of what a site sells.
var mostRead = regexp.MustCompile(`^(?:the )?(?:most[ -](?:read|viewed|popular|shared|commented|watched)|popular\b|trending|editors? picks|recommended|you may (?:also )?like|related|sponsored|advertisement|partner content|from our partners|` +
	`meistgelesen|am meisten gelesen|beliebt|meistgeklickt|anzeigen?\b|les plus (?:lus|vus|partages)|a lire aussi|populaires|lo mas (?:leido|visto)|mas leid|mas vist|los mas|le piu lett|i piu letti|piu lett|mais lid|as mais lid|meest gelezen|populair|mest lest|mest last|mest sett|mest last|najczesciej czytane|popularne|nejctenejsi|legolvasottabb|cok okunan|en cok|самое читаемое|популярн|самые читаемые|читают|найпопулярн|` +
	`많이 본|인기|실시간|랭킹|추천|관련|조회수|가장 많이|アクセスランキング|ランキング|人気|よく読まれ|おすすめ|関連|热门|熱門|排行|点击榜|推荐|推薦|相关|相關|最多|最热|الأكثر|الاكثر|הנצפ|נקראות|xem nhieu|doc nhieu|tin noi bat|terpopuler|terpopular|ยอดนิยม)`)

// advertised reports whether one of the nodes says that it was paid for.
func advertised(nodes []*html.Node) bool {
	for _, n := range nodes {
		if findElement(n, func(n *html.Node) bool {
			if n.FirstChild == nil || n.FirstChild != n.LastChild || n.FirstChild.Type != html.TextNode || len(n.FirstChild.Data) > 60 {
				return false
			}
			return paidFor.MatchString(strings.TrimSpace(n.FirstChild.Data))
		}) != nil {
			return true
		}
	}
	return false
}

var paidFor = regexp.MustCompile(`(?i)^(?:\[|\()?(?:ad|ads|advert|advertisement|advertorial|sponsored(?: content| post)?|paid (?:content|post|partnership)|promoted|partner content|anzeige|werbung|publicité|contenu sponsorisé|sponsorisé|publicidad|patrocinado|contenido patrocinado|publicidade|conteúdo patrocinado|pubblicità|sponsorizzato|advertentie|annons|annonse|annonce|reklama|реклама|на правах рекламы|광고|협찬|\[?pr\]?|広告|廣告|广告|推广|إعلان)(?:\]|\))?$`)

func within(n *html.Node, is func(atom.Atom) bool) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if is(p.DataAtom) {
			return true
		}
	}
	return false
}

func holds(n *html.Node, is func(atom.Atom) bool) bool {
	return findElement(n, func(n *html.Node) bool { return is(n.DataAtom) }) != nil
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// inline reports whether a link stands in running text.
func inline(n *html.Node, link *listLink) bool {
	if link.heading {
		return false
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.P || p.DataAtom == atom.Blockquote || p.DataAtom == atom.Figcaption {
			before, _, found := strings.Cut(text.Clean(content(p)), link.text)
			return found && len(strings.TrimSpace(before)) > 20
		}
		if isBlock(p.DataAtom) {
			return false
		}
	}
	return false
}

func notArticleRel(rel string) bool {
	for r := range strings.FieldsSeq(strings.ToLower(rel)) {
		switch r {
		case "tag", "author", "next", "prev", "sponsored", "license", "privacy-policy", "terms-of-service", "search", "help", "me":
			return true
		}
	}
	return false
}

var (
	notArticlePath = regexp.MustCompile(`(?i)/(?:tags?|authors?|autor(?:en)?|auteurs?|users?|profiles?|members?|people|search|suche|recherche|buscar|log-?in|log-?out|sign-?in|sign-?up|register|subscribe|subscriptions?|abo|account|cart|checkout|shop|privacy(?:-policy)?|datenschutz|terms(?:-of-\w+)?|impressum|imprint|contact(?:-us)?|kontakt|about(?:-us)?|ueber-uns|cookies?(?:-policy)?|faq|help|sitemap|rss|feeds?|newsletters?|podcasts?|jobs|careers|advertise|category|categories|kategorie|section|topics?|page|archives?)(?:/[^/]*)?/?$`)
	listPage       = regexp.MustCompile(`(?i)/page/?\d+/?$|(?:^|&)(?:page|paged|pageno|pageindex|page_no|cpage|currentpage|offset|start|sort|order|lang|share|replytocom)=`)
	notArticleFile = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|webp|avif|svg|mp3|m4a|mp4|webm|zip|gz|xlsx?|docx?|pptx?|csv|ics|xml|rss|rdf|atom|json|css|js|apk|exe|dmg)$`)
	shareHost      = regexp.MustCompile(`(?i)^(?:[\w-]+\.)*(?:instagram\.com|youtube\.com|youtu\.be|linkedin\.com|tiktok\.com|threads\.net|bsky\.app|whatsapp\.com|wa\.me|pinterest\.com|telegram\.me|line\.me|kakao\.com|weibo\.com|play\.google\.com|apps\.apple\.com|itunes\.apple\.com)$`)
)

// notArticleAddress reports whether an address is that of a page about something else than an article.
func notArticleAddress(u *url.URL) bool {
	return notArticlePath.MatchString(u.Path) && !storyPath.MatchString(u.Path) || listPage.MatchString(u.RawQuery) || listPage.MatchString(u.Path) || notArticleFile.MatchString(u.Path) || shareHost.MatchString(u.Hostname())
}

var (
	storyPath = regexp.MustCompile(`(?i)/(?:19|20)\d\d[-/_.]?(?:0?[1-9]|1[0-2])(?:[-/_.]|\d\d)|\d{5,}|/[^/]+-[^/]+-[^/]+-[^/]+$`)
	itemPath  = regexp.MustCompile(`(?i)/(?:articles?|artikel|news|nachrichten|stor(?:y|ies)|posts?|blog|view|read|detail|entry|entries|press|releases?|p|a|n)/[^/]+/?$`)
	itemQuery = regexp.MustCompile(`(?i)(?:^|&)[\w.-]*=\d{2,}(?:&|$)`)
)

// articleAddress reports whether an address has the form of an article's: a date, a number, words of a headline.
func articleAddress(u *url.URL) bool {
	last := path.Base(u.Path)
	if storyPath.MatchString(u.Path) || itemPath.MatchString(u.Path) || itemQuery.MatchString(u.RawQuery) {
		return true
	}
	name, ext := strings.TrimSuffix(last, path.Ext(last)), strings.ToLower(path.Ext(last))
	if strings.HasPrefix(ext, ".htm") || ext == ".shtml" {
		return !strings.EqualFold(name, "index") && !strings.EqualFold(name, "default")
	}
	wide := 0
	for _, r := range last {
		if r > 0x2e80 && unicode.IsLetter(r) {
			wide++
		}
	}
	return strings.Count(last, "-")+strings.Count(last, "_") >= 2 || len(last) >= 25 || wide >= 6
}
