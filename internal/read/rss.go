package read

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"newsbrief/internal/news"
)

// rssFeed reads well-formed RSS or RDF.
func rssFeed(xml []byte, in bases) (*Document, error) {
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(xml))
	if err != nil {
		return nil, fmt.Errorf("parse RSS: %w", err)
	}
	x, base := extensions(f.Extensions), in.feed
	d := &Document{
		Title:     title(cmp.Or(f.Title, x.value("dc", "title"))),
		Site:      resolve(base, cmp.Or(f.Link, x.link("alternate"))),
		Language:  language(cmp.Or(f.Language, x.value("dc", "language"))),
		Hub:       resolve(base, x.link("hub")),
		Self:      resolve(base, x.link("self")),
		TTL:       ttl(f.TTL),
		SkipHours: skipHours(f.SkipHours),
		SkipDays:  skipDays(f.SkipDays),
	}
	for n, i := range f.Items {
		d.Entries = append(d.Entries, rssEntry(i, in.entry(n, len(f.Items)), d.Language))
	}
	return d, nil
}

func rssEntry(i *rss.Item, in entryBase, lang string) news.Entry {
	base := in.entry
	x := extensions(i.Extensions)
	custom := func(name string) string { return i.Custom[name] }
	e := news.Entry{
		Title:    title(cmp.Or(i.Title, x.value("dc", "title"), x.value("atom", "title"), x.value("media", "title"))),
		Author:   person(cmp.Or(i.Author, x.value("dc", "creator"), x.value("dc", "author"), x.value("itunes", "author"), x.child("atom", "author", "name"), custom("creator"))),
		Summary:  cmp.Or(i.Description, x.value("dc", "description"), x.value("atom", "summary"), x.value("itunes", "summary"), x.media("description")),
		Content:  cmp.Or(i.Content, custom("body"), custom("fullitem"), custom("content"), custom("div"), x.value("atom", "content")),
		Language: cmp.Or(language(x.value("dc", "language")), lang),
	}
	if s := custom("summary"); e.Summary == "" {
		e.Summary = s
	} else if e.Content == "" {
		e.Content = s
	}
	e.Published = firstDate(lang, custom("published"), x.value("dc", "date"), x.value("dcterms", "issued"), x.value("dcterms", "created"), x.value("atom", "published"),
		x.value("dcterms", "date"), custom("date"))
	e.Updated = firstDate(lang, x.value("atom", "updated"), x.value("dcterms", "modified"), x.value("dc", "date"), custom("updated"), custom("lastBuildDate"), custom("modified"))
	guid := ""
	if i.GUID != nil {
		guid = strings.TrimSpace(i.GUID.Value)
	}
	e.GUID = guid
	permalink := ""
	if guid != "" && !strings.EqualFold(i.GUID.IsPermalink, "false") && (isWebAddress(guid) || i.GUID.IsPermalink == "true" && strings.HasPrefix(guid, "/")) {
		permalink = guid
		if resolved := resolve(base, guid); resolved != "" {
			e.GUID = resolved
		}
	}
	enclosure := ""
	for _, c := range i.Enclosures {
		enclosure = cmp.Or(enclosure, c.URL)
	}
	for _, ref := range append([]string{i.Link}, append(i.Links, permalink, x.link("alternate"), x.link(""), webAddress(guid), x.value("feedburner", "origLink"), x.player(), enclosure)...) {
		if e.Link = resolve(base, ref); e.Link != "" {
			break
		}
	}
	e.Summary, e.Content = absolute(e.Summary, in.text), absolute(e.Content, in.text)
	image, alt := rssImage(i, x, e, base)
	e.Image, e.ImageAlt = image, altText(alt, e.Title)
	return e
}

func rssImage(i *rss.Item, x exts, e news.Entry, base *url.URL) (address, alt string) {
	ref, alt := x.picture()
	if u := picture(base, ref); u != "" {
		return u, alt
	}
	var refs []string
	for _, c := range i.Enclosures {
		if strings.HasPrefix(c.Type, "image/") || c.Type == "" && looksLikePicture(c.URL) {
			refs = append(refs, c.URL)
		}
	}
	refs = append(refs, custom(i.Custom, "image", "thumbnail"))
	if x := x["itunes"]["image"]; len(x) > 0 {
		refs = append(refs, x[0].Attrs["href"])
	}
	for _, ref := range refs {
		if u := picture(base, ref); u != "" {
			return u, ""
		}
	}
	return firstPicture(base, e.Content, e.Summary)
}

func custom(m map[string]string, names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(m[n]); v != "" && !strings.ContainsAny(v, "<> \n") {
			return v
		}
	}
	return ""
}

// ttl is the time that a channel asks to be left alone, given in minutes. The syndication module's updatePeriod is another thing:
// it tells how often the channel changes, and some software writes "hourly" into every feed.
func ttl(minutes string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(minutes))
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, 7*24*60)) * time.Minute
}

// skipHours are the hours (GMT) in which a channel asks to be left alone, as bits. They count from 0, but in RSS 0.91, where
// midnight is 24.
func skipHours(hours []string) (skip uint32) {
	for _, s := range hours {
		if h, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && h >= 0 && h <= 24 {
			skip |= 1 << (h % 24)
		}
	}
	return skip
}

// skipDays are the days on which a channel asks to be left alone, as bits by time.Weekday.
func skipDays(days []string) (skip uint8) {
	for _, s := range days {
		for d := range time.Weekday(7) {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) {
				skip |= 1 << d
			}
		}
	}
	return skip
}

// exts are the elements of other namespaces, by prefix and name.
type exts ext.Extensions

func extensions(e ext.Extensions) exts { return exts(e) }

// value returns the text of the first such element that has any.
func (x exts) value(prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

func (x exts) child(prefix, name, child string) string {
	for _, e := range x[prefix][name] {
		for _, c := range e.Children[child] {
			if c.Value != "" {
				return c.Value
			}
		}
	}
	return ""
}

// link returns the address of an Atom link inside RSS.
func (x exts) link(rel string) string {
	for _, e := range x["atom"]["link"] {
		if e.Attrs["rel"] == rel && e.Attrs["href"] != "" {
			return e.Attrs["href"]
		}
	}
	return ""
}

// media returns the text of an element of Media RSS, alone or in a group.
func (x exts) media(name string) string {
	return cmp.Or(x.value("media", name), x.child("media", "group", name))
}

func (x exts) player() string {
	for _, e := range x["media"]["player"] {
		if e.Attrs["url"] != "" {
			return e.Attrs["url"]
		}
	}
	return ""
}

// picture returns the address of the largest picture that Media RSS names, and what it says of it.
func (x exts) picture() (address, alt string) {
	width := -1
	take := func(e ext.Extension, said string) {
		w, _ := strconv.Atoi(e.Attrs["width"]) // 0 when not given
		if u := e.Attrs["url"]; u != "" && w > width {
			address, alt, width = u, said, w
		}
	}
	// said is what the content that m is of says of itself; what a group says is about more than a picture.
	var walk func(m map[string][]ext.Extension, said string, depth int)
	walk = func(m map[string][]ext.Extension, said string, depth int) {
		for _, e := range m["content"] {
			said := ""
			for _, d := range e.Children["description"] {
				said = cmp.Or(said, Plain(d.Value))
			}
			if e.Attrs["medium"] == "image" || strings.HasPrefix(e.Attrs["type"], "image/") || e.Attrs["medium"] == "" && e.Attrs["type"] == "" && looksLikePicture(e.Attrs["url"]) {
				take(e, said)
			}
			if depth < 3 {
				walk(e.Children, said, depth+1)
			}
		}
		for _, e := range m["thumbnail"] {
			take(e, said)
		}
		for _, e := range m["group"] {
			if depth < 3 {
				walk(e.Children, "", depth+1)
			}
		}
	}
	walk(x["media"], "", 0)
	return address, alt
}
