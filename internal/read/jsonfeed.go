package read

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"

	gofeedjson "github.com/mmcdole/gofeed/json"

	"newsbrief/internal/news"
)

// jsonFeed reads JSON Feed 1.0 and 1.1. A document that ends early keeps the items before.
func jsonFeed(s string, base *url.URL) (*Document, error) {
	head, items, lost := splitJSON(s)
	if head == nil || items == nil {
		return nil, fmt.Errorf("%w: it is JSON, but not a JSON Feed", ErrNotFeed)
	}
	hub := hubOf(head["hubs"])
	keep(head, "title", "home_page_url", "feed_url", "language")
	var f gofeedjson.Feed
	if err := convert(head, &f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFeed, err)
	}
	d := &Document{
		Title:    title(html.EscapeString(f.Title)),
		Site:     resolve(base, f.HomePageURL),
		Language: language(f.Language),
		Hub:      resolve(base, hub),
		Self:     resolve(base, f.FeedURL),
		Lost:     lost,
	}
	for _, item := range items {
		if len(d.Entries) >= maxEntries {
			d.Lost = append(d.Lost, fmt.Sprintf("the feed has more than %d entries; the rest was left out", maxEntries))
			break
		}
		i, err := jsonItem(item)
		if err != nil {
			d.Lost = append(d.Lost, "an entry isn't what JSON Feed calls an item")
			continue
		}
		d.Entries = append(d.Entries, jsonEntry(i, base, d.Language))
	}
	return d, nil
}

func jsonEntry(i *gofeedjson.Item, base *url.URL, lang string) news.Entry {
	e := news.Entry{
		GUID:      strings.TrimSpace(i.ID),
		Title:     title(html.EscapeString(html.UnescapeString(i.Title))),
		Link:      cmp.Or(resolve(base, i.URL), resolve(base, i.ExternalURL), resolve(base, webAddress(i.ID))),
		Summary:   html.EscapeString(i.Summary),
		Content:   cmp.Or(i.ContentHTML, html.EscapeString(i.ContentText)),
		Published: firstDate(lang, i.DatePublished),
		Updated:   firstDate(lang, i.DateModified),
		Image:     cmp.Or(picture(base, i.Image), picture(base, i.BannerImage)),
		Language:  cmp.Or(language(i.Language), lang),
	}
	for _, a := range append(i.Authors, i.Author) {
		if a != nil && e.Author == "" {
			e.Author = person(a.Name)
		}
	}
	e.Content = absolute(e.Content, base)
	if e.Image == "" {
		image, alt := firstPicture(base, i.ContentHTML)
		e.Image, e.ImageAlt = image, altText(alt, e.Title)
	}
	return e
}

// splitJSON reads the object s as far as it goes. head is nil when s is no object, items when it has none.
func splitJSON(s string) (head map[string]any, items []json.RawMessage, lost []string) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, nil
	}
	head = map[string]any{}
	const cut = "the feed ends in the middle or is no valid JSON from some point on; the entries from there were left out"
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return head, items, append(lost, cut)
		}
		if key != "items" {
			var v any
			if err := dec.Decode(&v); err != nil {
				return head, items, append(lost, cut)
			}
			head[fmt.Sprint(key)] = v
			continue
		}
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return head, items, append(lost, cut)
		}
		items = []json.RawMessage{}
		for dec.More() {
			var item json.RawMessage
			if err := dec.Decode(&item); err != nil {
				return head, items, append(lost, cut)
			}
			items = append(items, item)
		}
		if _, err := dec.Token(); err != nil {
			return head, items, append(lost, cut)
		}
	}
	return head, items, lost
}

func isJSON(s string) bool { return s != "" && (s[0] == '{' || s[0] == '[') }

// scanJSON finds the items of a JSON Feed without decoding anything. It returns nil where only a decoder can tell.
func scanJSON(s string) (items []span) {
	found := false
	i := jsonSpace(s, 1)
	for i < len(s) && s[i] != '}' {
		end := jsonEnd(s, i)
		if end < 0 || s[i] != '"' || strings.Contains(s[i:end], `\`) {
			return nil
		}
		key := s[i+1 : end-1]
		if i = jsonSpace(s, end); i >= len(s) || s[i] != ':' {
			return nil
		}
		i = jsonSpace(s, i+1)
		switch {
		case key != "items":
			i = jsonEnd(s, i)
		case found || i >= len(s) || s[i] != '[':
			return nil
		default:
			found = true
			items, i = jsonElements(s, i)
		}
		if i < 0 || len(items) > maxEntries {
			return nil
		}
		if i = jsonSpace(s, i); i < len(s) && s[i] == ',' {
			i = jsonSpace(s, i+1)
		}
	}
	if i >= len(s) {
		return nil
	}
	return items
}

// jsonElements returns where the objects in the list at i stand and where it ends, -1 when it holds anything else.
func jsonElements(s string, i int) (items []span, end int) {
	for i = jsonSpace(s, i+1); i < len(s) && s[i] == '{'; i = jsonSpace(s, i) {
		item := span{start: i}
		if i = jsonEnd(s, i); i < 0 {
			return nil, -1
		}
		item.end = i
		items = append(items, item)
		if i = jsonSpace(s, i); i < len(s) && s[i] == ',' {
			i++
		} else {
			break
		}
	}
	if i >= len(s) || s[i] != ']' {
		return nil, -1
	}
	return items, i + 1
}

func jsonSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// jsonEnd returns where the value at i ends, -1 when it doesn't.
func jsonEnd(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i // behind a number, true, false or null
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 && i < len(s) {
			return i + 1
		}
	}
	return -1
}

// jsonItem reads one item: as it is where it keeps to the specification, else what can be read of it.
func jsonItem(raw json.RawMessage) (*gofeedjson.Item, error) {
	item := &gofeedjson.Item{}
	if raw[0] == '{' && json.Unmarshal(raw, item) == nil {
		return item, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return nil, err
	}
	if m == nil {
		return nil, errors.New("null")
	}
	authors(m)
	keep(m, "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published", "date_modified", "language")
	item = &gofeedjson.Item{}
	return item, convert(m, item)
}

// convert gives m to gofeed's type.
func convert(m map[string]any, to any) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// keep makes strings of the named members and drops all others, but for authors.
func keep(m map[string]any, names ...string) {
	for k, v := range m {
		if k == "authors" {
			continue
		}
		known := false
		for _, n := range names {
			known = known || n == k
		}
		switch v := v.(type) {
		case string:
		case json.Number, bool:
			m[k] = fmt.Sprint(v)
		default:
			known = false
		}
		if !known {
			delete(m, k)
		}
	}
}

// authors brings author and authors, objects or plain names, into one form.
func authors(m map[string]any) {
	var list []any
	add := func(v any) {
		switch v := v.(type) {
		case string:
			list = append(list, map[string]any{"name": v})
		case map[string]any:
			if name, ok := v["name"].(string); ok {
				list = append(list, map[string]any{"name": name})
			}
		}
	}
	if several, ok := m["authors"].([]any); ok {
		for _, v := range several[:min(len(several), 16)] {
			add(v)
		}
	}
	add(m["author"])
	delete(m, "author")
	delete(m, "authors")
	if list != nil {
		m["authors"] = list
	}
}

func hubOf(v any) string {
	hubs, _ := v.([]any)
	for _, h := range hubs {
		if m, ok := h.(map[string]any); ok && m["type"] == "WebSub" {
			if u, ok := m["url"].(string); ok {
				return u
			}
		}
	}
	return ""
}
