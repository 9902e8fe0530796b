package newsroom

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"time"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// link is a line in a list of articles.
type link struct {
	URL, Title, Short string
	Date              time.Time
}

// pageData is what page.html shows. Article is nil on a front page.
type pageData struct {
	Base, Path, Title, Language, Charset, About, Aside, Footer string
	Colour                                                     template.CSS
	Nav                                                        []string
	Feed                                                       string
	FeedType                                                   string

	Article    *Article
	URL        string
	Picture    string
	PictureAlt string
	Short      string
	Published  time.Time
	Updated    time.Time
	OpenGraph  bool
	JSONLD     any

	Links []link
}

func (o *outlet) frontPage(base string, entries []entry) ([]byte, error) {
	d := o.pageData(base)
	for _, e := range entries {
		d.Links = append(d.Links, o.link(base, e))
	}
	return o.render(d)
}

// moreArticles is how many other articles an article's page points to.
const moreArticles = 4

func (o *outlet) articlePage(base string, e entry, all []entry) ([]byte, error) {
	d := o.pageData(base)
	d.Article, d.URL, d.Picture, d.Short = &e.Article, o.articleURL(base, e.Slug), o.pictureURL(base, e.Article), e.teaser()
	if e.Picture != "" {
		var err error
		if _, d.PictureAlt, err = parsePicture(e.Picture); err != nil {
			return nil, err
		}
	}
	d.Published, d.Updated = e.published.UTC(), e.updated.UTC()
	d.OpenGraph = o.page != "jsonld"
	if o.page != "og" {
		d.JSONLD = o.jsonLD(base, e)
	}
	for _, other := range all {
		if other.Slug != e.Slug && len(d.Links) < moreArticles {
			d.Links = append(d.Links, o.link(base, other))
		}
	}
	return o.render(d)
}

func (o *outlet) pageData(base string) pageData {
	d := pageData{
		Base: base, Path: o.path, Title: o.title, Language: o.language, Charset: o.charset,
		About: o.about, Aside: o.aside, Footer: o.footer, Nav: o.nav, Feed: o.feedURL(base),
		Colour:   template.CSS(o.colour), // #rrggbb, checked when the content is read
		FeedType: map[string]string{"atom": "application/atom+xml", "json": "application/feed+json"}[o.format],
	}
	if d.FeedType == "" {
		d.FeedType = "application/rss+xml"
	}
	return d
}

func (o *outlet) link(base string, e entry) link {
	short, _ := o.texts(e)
	return link{o.articleURL(base, e.Slug), e.Title, short, e.published.UTC()}
}

// jsonLD describes the article as https://schema.org/NewsArticle.
func (o *outlet) jsonLD(base string, e entry) map[string]any {
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle",
		"headline": e.Title, "description": e.teaser(), "inLanguage": o.language,
		"datePublished": e.published.UTC().Format(time.RFC3339), "dateModified": e.updated.UTC().Format(time.RFC3339),
		"mainEntityOfPage": o.articleURL(base, e.Slug),
		"publisher":        map[string]any{"@type": "NewsMediaOrganization", "name": o.title, "logo": o.site(base) + "logo.svg"},
	}
	if e.Byline != "" {
		ld["author"] = map[string]any{"@type": "Person", "name": e.Byline}
	}
	if url := o.pictureURL(base, e.Article); url != "" {
		ld["image"] = []string{url}
	}
	return ld
}

func (o *outlet) render(d pageData) ([]byte, error) {
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "page", d); err != nil {
		return nil, fmt.Errorf("writing a page of %s: %w", o.path, err)
	}
	return o.encode(b.Bytes())
}

// indexPage lists the outlets.
func (n *Newsroom) indexPage(base string) ([]byte, error) {
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "index", n.Feeds(base)); err != nil {
		return nil, fmt.Errorf("writing the index of outlets: %w", err)
	}
	return b.Bytes(), nil
}
