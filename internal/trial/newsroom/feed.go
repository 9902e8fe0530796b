package newsroom

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"time"

	xencoding "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
)

// document renders the outlet's feed in its format and encoding and names its media type.
func (o *outlet) document(base string, entries []entry) (body []byte, mediaType string, err error) {
	if len(entries) > feedLength {
		entries = entries[:feedLength]
	}
	switch o.format {
	case "json":
		body, err = json.MarshalIndent(o.jsonFeed(base, entries), "", "  ")
		return body, "application/feed+json", err
	case "atom":
		body, err = o.xml(o.atomFeed(base, entries))
		return body, "application/atom+xml", err
	case "rdf":
		body, err = o.xml(o.rdfFeed(base, entries))
		return body, "application/rdf+xml", err
	}
	body, err = o.xml(o.rssFeed(base, entries))
	return body, "application/rss+xml", err
}

func (o *outlet) xml(v any) ([]byte, error) {
	body, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing the feed of %s: %w", o.path, err)
	}
	head := fmt.Sprintf("<?xml version=\"1.0\" encoding=\"%s\"?>\n", o.charset)
	return o.encode(append([]byte(head), body...))
}

// encode turns UTF-8 text into the outlet's charset; what that lacks becomes a character reference.
func (o *outlet) encode(text []byte) ([]byte, error) {
	if o.charset != "euc-kr" {
		return text, nil
	}
	body, err := xencoding.HTMLEscapeUnsupported(korean.EUCKR.NewEncoder()).Bytes(text)
	if err != nil {
		return nil, fmt.Errorf("encoding %s as %s: %w", o.path, o.charset, err)
	}
	return body, nil
}

// short is the entry's description, full its body as HTML, "" for outlets that keep it on the page.
func (o *outlet) texts(e entry) (short, full string) {
	if o.entries == "full" {
		full = paragraphs(e.Text)
	}
	if o.entries == "summary" {
		return e.Text[0], full
	}
	return e.teaser(), full
}

func paragraphs(text []string) string {
	var b strings.Builder
	for _, p := range text {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	return b.String()
}

// RSS 2.0, https://www.rssboard.org/rss-specification
type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Content string    `xml:"xmlns:content,attr"`
	DC      string    `xml:"xmlns:dc,attr"`
	Media   string    `xml:"xmlns:media,attr"`
	AtomNS  string    `xml:"xmlns:atom,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	Self    atomLink  `xml:"channel>atom:link"`
	About   string    `xml:"channel>description"`
	Lang    string    `xml:"channel>language"`
	Built   string    `xml:"channel>lastBuildDate,omitempty"`
	Logo    rssImage  `xml:"channel>image"`
	Items   []rssItem `xml:"channel>item"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssItem struct {
	Title    string    `xml:"title"`
	Link     string    `xml:"link"`
	GUID     rssGUID   `xml:"guid"`
	Date     string    `xml:"pubDate"`
	Creator  string    `xml:"dc:creator,omitempty"`
	Category string    `xml:"category,omitempty"`
	Short    string    `xml:"description"`
	Full     *cdata    `xml:"content:encoded"`
	Media    *rssMedia `xml:"media:content"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssMedia struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr"`
	Medium string `xml:"medium,attr"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

const (
	contentNS = "http://purl.org/rss/1.0/modules/content/"
	dcNS      = "http://purl.org/dc/elements/1.1/"
	mediaNS   = "http://search.yahoo.com/mrss/"
	atomNS    = "http://www.w3.org/2005/Atom"
)

func (o *outlet) rssFeed(base string, entries []entry) rss {
	doc := rss{
		Version: "2.0", Content: contentNS, DC: dcNS, Media: mediaNS, AtomNS: atomNS,
		Title: o.title, Link: o.site(base), About: o.about, Lang: o.language,
		Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: o.feedURL(base)},
		Logo: rssImage{URL: o.site(base) + "logo.svg", Title: o.title, Link: o.site(base)},
	}
	if last := modified(entries); !last.IsZero() {
		doc.Built = last.UTC().Format(time.RFC1123Z)
	}
	for _, e := range entries {
		link := o.articleURL(base, e.Slug)
		item := rssItem{
			Title: e.Title, Link: link, GUID: rssGUID{false, o.guid(e.Slug)},
			Date:    e.published.UTC().Format(time.RFC1123Z),
			Creator: e.Byline, Category: e.Topic,
		}
		if o.kind == "daily" { // some outlets use the address itself
			item.GUID = rssGUID{true, link}
		}
		short, full := o.texts(e)
		item.Short = short
		if full != "" {
			item.Full = &cdata{full}
		}
		if url := o.pictureURL(base, e.Article); url != "" {
			item.Media = &rssMedia{URL: url, Type: "image/png", Medium: "image"}
		}
		doc.Items = append(doc.Items, item)
	}
	return doc
}

// Atom, RFC 4287
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	About   string      `xml:"subtitle,omitempty"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Logo    string      `xml:"logo"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string        `xml:"id"`
	Title     string        `xml:"title"`
	Links     []atomLink    `xml:"link"`
	Published string        `xml:"published"`
	Updated   string        `xml:"updated"`
	Author    *atomAuthor   `xml:"author"`
	Category  *atomCategory `xml:"category"`
	Summary   string        `xml:"summary"`
	Content   *atomContent  `xml:"content"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func (o *outlet) atomFeed(base string, entries []entry) atom {
	doc := atom{
		Lang: o.language, ID: "tag:" + o.path + ".example,2026:feed", Title: o.title, About: o.about,
		Updated: modified(entries).UTC().Format(time.RFC3339),
		Author:  o.title, Logo: o.site(base) + "logo.svg",
		Links: []atomLink{{"self", "application/atom+xml", o.feedURL(base)}, {"alternate", "text/html", o.site(base)}},
	}
	for _, e := range entries {
		item := atomEntry{
			ID: o.guid(e.Slug), Title: e.Title,
			Links:     []atomLink{{"alternate", "text/html", o.articleURL(base, e.Slug)}},
			Published: e.published.UTC().Format(time.RFC3339),
			Updated:   e.updated.UTC().Format(time.RFC3339),
		}
		if e.Byline != "" {
			item.Author = &atomAuthor{e.Byline}
		}
		if e.Topic != "" {
			item.Category = &atomCategory{e.Topic}
		}
		short, full := o.texts(e)
		item.Summary = short
		if full != "" {
			item.Content = &atomContent{"html", full}
		}
		if url := o.pictureURL(base, e.Article); url != "" {
			item.Links = append(item.Links, atomLink{"enclosure", "image/png", url})
		}
		doc.Entries = append(doc.Entries, item)
	}
	return doc
}

// RSS 1.0, https://web.resource.org/rss/1.0/spec
type rdf struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	NS      string     `xml:"xmlns,attr"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Lang    string     `xml:"xml:lang,attr"`
	Channel rdfChannel `xml:"channel"`
	Items   []rdfItem  `xml:"item"`
}

type rdfChannel struct {
	Self  string  `xml:"rdf:about,attr"`
	Title string  `xml:"title"`
	Link  string  `xml:"link"`
	About string  `xml:"description"`
	Lang  string  `xml:"dc:language"`
	Items []rdfLi `xml:"items>rdf:Seq>rdf:li"`
}

type rdfLi struct {
	Resource string `xml:"rdf:resource,attr"`
}

type rdfItem struct {
	Self    string `xml:"rdf:about,attr"`
	Title   string `xml:"title"`
	Link    string `xml:"link"`
	Short   string `xml:"description"`
	Creator string `xml:"dc:creator,omitempty"`
	Subject string `xml:"dc:subject,omitempty"`
	Date    string `xml:"dc:date"`
	Full    *cdata `xml:"content:encoded"`
}

func (o *outlet) rdfFeed(base string, entries []entry) rdf {
	doc := rdf{
		NS: "http://purl.org/rss/1.0/", RDF: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", DC: dcNS, Content: contentNS,
		Lang:    o.language,
		Channel: rdfChannel{Self: o.feedURL(base), Title: o.title, Link: o.site(base), About: o.about, Lang: o.language},
	}
	for _, e := range entries {
		link := o.articleURL(base, e.Slug)
		item := rdfItem{
			Self: link, Title: e.Title, Link: link, Creator: e.Byline, Subject: e.Topic,
			Date: e.published.UTC().Format(time.RFC3339),
		}
		short, full := o.texts(e)
		item.Short = short
		if full != "" {
			item.Full = &cdata{full}
		}
		doc.Channel.Items = append(doc.Channel.Items, rdfLi{link})
		doc.Items = append(doc.Items, item)
	}
	return doc
}

// JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/
type jsonFeed struct {
	Version string      `json:"version"`
	Title   string      `json:"title"`
	Home    string      `json:"home_page_url"`
	Self    string      `json:"feed_url"`
	About   string      `json:"description,omitempty"`
	Icon    string      `json:"icon"`
	Lang    string      `json:"language"`
	Items   []jsonEntry `json:"items"`
}

type jsonEntry struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Full      string       `json:"content_html,omitempty"`
	Short     string       `json:"summary"`
	Text      string       `json:"content_text,omitempty"`
	Image     string       `json:"image,omitempty"`
	Published string       `json:"date_published"`
	Updated   string       `json:"date_modified,omitempty"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

func (o *outlet) jsonFeed(base string, entries []entry) jsonFeed {
	doc := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: o.title, Home: o.site(base), Self: o.feedURL(base),
		About: o.about, Icon: o.site(base) + "logo.svg", Lang: o.language, Items: []jsonEntry{},
	}
	for _, e := range entries {
		item := jsonEntry{
			ID: o.guid(e.Slug), URL: o.articleURL(base, e.Slug), Title: e.Title,
			Image:     o.pictureURL(base, e.Article),
			Published: e.published.UTC().Format(time.RFC3339),
		}
		if e.updated.After(e.published) {
			item.Updated = e.updated.UTC().Format(time.RFC3339)
		}
		if item.Short, item.Full = o.texts(e); item.Full == "" {
			item.Text = item.Short // an item needs content_html or content_text
		}
		if e.Byline != "" {
			item.Authors = []jsonAuthor{{e.Byline}}
		}
		if e.Topic != "" {
			item.Tags = []string{e.Topic}
		}
		doc.Items = append(doc.Items, item)
	}
	return doc
}

// OPML lists the outlets as OPML 2.0 (http://opml.org/spec2.opml), to be given to FEEDS.
func (n *Newsroom) OPML(base string) []byte {
	type outline struct {
		Type     string `xml:"type,attr"`
		Text     string `xml:"text,attr"`
		Title    string `xml:"title,attr"`
		URL      string `xml:"xmlUrl,attr"`
		Site     string `xml:"htmlUrl,attr"`
		Language string `xml:"language,attr"`
		Category string `xml:"category,attr"`
	}
	doc := struct {
		XMLName  xml.Name  `xml:"opml"`
		Version  string    `xml:"version,attr"`
		Title    string    `xml:"head>title"`
		Created  string    `xml:"head>dateCreated"`
		Outlines []outline `xml:"body>outline"`
	}{Version: "2.0", Title: "The trial's newsroom", Created: n.start.UTC().Format(time.RFC1123Z)}
	for _, f := range n.Feeds(base) {
		doc.Outlines = append(doc.Outlines, outline{"rss", f.Title, f.Title, f.URL, f.Site, f.Language, f.Kind})
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(fmt.Errorf("writing the newsroom's OPML: %w", err)) // strings in a plain struct always marshal
	}
	return append([]byte(xml.Header), body...)
}
