package read

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// view is what people see of an article before they read it: the dates, the names of authors and the pictures on its page, each
// with where it stands.
type view struct {
	lang    string
	head    *html.Node          // the heading that states the headline, or nil
	above   map[*html.Node]bool // head and the elements around it
	at      int                 // bytes of text so far, without what stands beside the article
	headAt  int                 // where head ends, or -1
	before  string              // the text before, when it is short
	classes map[string]className

	dates    []sighting
	authors  []credit
	pictures []*html.Node // below the headline
}

const (
	farDown      = 15_000 // bytes of text before a heading that rather points to the article than heads it
	inArticle    = 4000   // bytes of text below the headline that are surely the article's
	maxSightings = 200
	maxCredits   = 12
	maxPictures  = 12
)

// look looks over a page, leaving out comments, other articles and the like.
func look(doc, head *html.Node, lang string) *view {
	v := &view{lang: lang, head: head, headAt: -1, above: map[*html.Node]bool{}, classes: map[string]className{}}
	for n := head; n != nil; n = n.Parent {
		v.above[n] = true
	}
	v.walk(doc, holder{}, 0)
	return v
}

// holder is what the elements around a text say about dates in it.
type holder struct {
	kind    string // class and id of the innermost one that has any
	said    dateFor
	changed bool // see sighting
	aside   bool // see sighting
	title   bool // it is part of the headline, where a date is the story's unless it is marked
	levels  int  // how many levels further down said and changed count
}

func (v *view) walk(n *html.Node, h holder, depth int) {
	if depth > maxNesting {
		return
	}
	switch n.Type {
	case html.TextNode:
		v.text(n.Data, h, inSentence)
		return
	case html.ElementNode:
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			v.walk(c, h, depth+1)
		}
		return
	}
	class := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	says, known := v.classes[class]
	if !known {
		says = classSays(class)
		v.classes[class] = says
	}
	if !v.above[n] {
		if skipped(n, says) {
			return
		}
		siteHeader := n.DataAtom == atom.Header && v.head != nil && v.headAt < 0
		h.aside = h.aside || siteHeader || n.DataAtom == atom.Aside || says.doubtful && n.DataAtom != atom.Body
	}
	if len(class) > 1 {
		h.kind = class
	}
	if n == v.head && (n.DataAtom == atom.H1 || v.at < farDown) {
		h.title = true
		defer func() { v.headAt, v.before = v.at, "" }()
	}
	v.credit(n, says, h.aside)
	if n.DataAtom == atom.Img && !h.aside && v.headAt >= 0 && v.at-v.headAt < inArticle && len(v.pictures) < maxPictures {
		v.pictures = append(v.pictures, n)
	}
	isDate := h.enter(n, class, says)
	if isDate && v.machine(n, h) {
		return
	}
	count, before, at := len(v.dates), v.before, v.at
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		v.walk(c, h, depth+1)
	}
	if !isDate {
		return
	}
	if len(v.dates) > count {
		for i := count; i < len(v.dates) && v.at-at < 160; i++ {
			v.dates[i].trust = marked
		}
		return
	}
	if s := content(n); len(s) < 120 { // its parts may make a date: "12", "May", "2026"
		v.before, v.at = before, at
		v.text(s, h, marked)
	}
}

// skipped reports whether n holds no date of the article that people see.
func skipped(n *html.Node, says className) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Meta, atom.Blockquote, atom.Figcaption:
		return true
	case atom.Footer:
		return n.Parent == nil || n.Parent.DataAtom != atom.Article // which has its author and date there
	case atom.Body, atom.Article, atom.Main:
		return false
	}
	return says.beside || unseen(n.DataAtom)
}

// enter takes over what n says and reports whether it is marked as holding a date.
func (h *holder) enter(n *html.Node, class string, says className) bool {
	if h.levels--; h.levels < 0 {
		h.said, h.changed = unsaid, false
	}
	prop := attr(n, "itemprop")
	isDate := n.DataAtom == atom.Time || prop == "datePublished" || prop == "dateModified" || says.date && n.DataAtom != atom.Body
	switch {
	case prop == "datePublished", attr(n, "pubdate") != "", strings.Contains(class, "publish") && !strings.Contains(class, "publisher"):
		h.said, h.changed, h.levels = publication, false, 3
	case prop == "dateModified", containsAny(class, "modified", "lastmod", "last-mod"):
		h.said, h.levels = update, 3
	case isDate && strings.Contains(class, "updated"):
		h.changed, h.levels = true, 3
	}
	return isDate
}

// className is what the class and the id of an element say.
type className struct{ date, author, beside, doubtful bool }

// classWords are the words of classes by what they say. Words that only together say it stand as one.
var classWords = func() map[string]className {
	words := map[string]className{}
	for s, says := range map[string]className{
		// an element that holds a date
		"date time day timestamp datetime published pubdate dateline datum fecha 日付 postdate entrydate articledate storydate newsdate publishdate publisheddate contentdate metadate " +
			"posttime entrytime articletime storytime newstime publishtime publishedtime pubtime contenttime metatime publishon publishedon datepublished dateposted": {date: true},
		// an element that holds an author's name
		"byline author authors writer reporter journalist autor auteur verfasser bylinename bylineauthor authorname postauthor entryauthor articleauthor": {author: true},
		// what stands around an article and has dates of its own
		"comments commentlist commentbody commentcontent commentmeta commenttext commentdate commenttime replies related recommend recommended recommendation recommendations recirc recirculation trending popular mostread " +
			"newsletter promo cookie cookies consent copyright alsoread morenews morestories morearticles moreon morefrom latest latestnews recentposts recentnews recentarticles recentstories similar outbrain taboola disqus " +
			"events breaking ticker nav menu upcoming tweet currentdate currenttime": {beside: true},
		// what is around the article on one site and a part of it on another
		"comment sidebar footer event termin teaser teasers readmore caption masthead today topbar headerdate": {doubtful: true},
	} {
		for w := range strings.FieldsSeq(s) {
			words[w] = says
		}
	}
	return words
}()

// classSays returns what a class, in lower case, says.
func classSays(class string) (says className) {
	for name := range strings.FieldsSeq(class) {
		before := ""
		for w := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' }) {
			for _, c := range [...]className{classWords[w], classWords[before+w]} {
				says = className{says.date || c.date, says.author || c.author, says.beside || c.beside, says.doubtful || c.doubtful}
			}
			before = w
		}
	}
	return says
}
