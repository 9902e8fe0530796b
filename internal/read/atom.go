package read

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"newsbrief/internal/news"
)

// atomFeed reads well-formed Atom.
func atomFeed(xml []byte, in bases) (*Document, error) {
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(xml))
	if err != nil {
		return nil, fmt.Errorf("parse Atom: %w", err)
	}
	x, base := extensions(f.Extensions), in.feed
	d := &Document{
		Title:    title(cmp.Or(f.Title, x.value("dc", "title"))),
		Site:     resolve(base, atomLink(f.Links, "alternate")),
		Language: language(cmp.Or(f.Language, x.value("dc", "language"))),
		Hub:      resolve(base, atomLink(f.Links, "hub")),
		Self:     resolve(base, atomLink(f.Links, "self")),
	}
	for n, i := range f.Entries {
		d.Entries = append(d.Entries, atomEntry(i, in.entry(n, len(f.Entries)), d.Language))
	}
	return d, nil
}

func atomEntry(i *atom.Entry, in entryBase, lang string) news.Entry {
	base := in.entry
	x := extensions(i.Extensions)
	e := news.Entry{
		GUID:     strings.TrimSpace(i.ID),
		Title:    title(cmp.Or(i.Title, x.value("dc", "title"), x.media("title"))),
		Summary:  cmp.Or(i.Summary, x.value("dc", "description"), x.media("description")),
		Language: cmp.Or(language(x.value("dc", "language")), lang),
	}
	if strings.HasPrefix(e.GUID, "/") || strings.HasPrefix(e.GUID, "./") {
		e.GUID = cmp.Or(resolve(base, e.GUID), e.GUID)
	}
	if i.Content != nil {
		e.Content = i.Content.Value
	}
	for _, p := range i.Authors {
		if e.Author = cmp.Or(person(p.Name), strings.TrimSpace(p.Email)); e.Author != "" {
			break
		}
	}
	e.Author = cmp.Or(e.Author, person(cmp.Or(x.value("dc", "creator"), x.value("itunes", "author"))))
	e.Published = firstDate(lang, i.Published, x.value("dc", "date"), x.value("dcterms", "issued"), x.value("dcterms", "created"), x.value("", "issued"))
	e.Updated = firstDate(lang, i.Updated, x.value("dcterms", "modified"))
	content := ""
	if i.Content != nil {
		content = i.Content.Src
	}
	for _, ref := range []string{atomLink(i.Links, "alternate"), webAddress(e.GUID), atomLink(i.Links, "related"), atomLink(i.Links, "self"), x.value("feedburner", "origLink"), content, atomLink(i.Links, "enclosure")} {
		if e.Link = resolve(base, ref); e.Link != "" {
			break
		}
	}
	e.Summary, e.Content = absolute(e.Summary, in.text), absolute(e.Content, in.text)
	ref, alt := x.picture()
	e.Image = picture(base, ref)
	for _, l := range i.Links {
		if e.Image == "" && l.Rel == "enclosure" && strings.HasPrefix(l.Type, "image/") {
			e.Image, alt = picture(base, l.Href), ""
		}
	}
	if e.Image == "" {
		e.Image, alt = firstPicture(base, e.Content, e.Summary)
	}
	e.ImageAlt = altText(alt, e.Title)
	return e
}

// atomLink returns the first link of that relation, a page before other types.
func atomLink(links []*atom.Link, rel string) string {
	found := ""
	for _, l := range links {
		if l.Rel != rel || l.Href == "" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.Href
		}
		found = cmp.Or(found, l.Href)
	}
	return found
}
