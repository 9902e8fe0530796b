package read

import (
	"encoding/base64"
	"slices"
	"strings"
)

// namespaces are those that mean something here, under the prefix by which gofeed and this package know them. Feeds write
// their addresses in many ways; fold brings them together.
var namespaces = []struct{ prefix, uri string }{
	{"atom", "http://www.w3.org/2005/Atom"},
	{"content", "http://purl.org/rss/1.0/modules/content/"},
	{"dc", "http://purl.org/dc/elements/1.1/"},
	{"dcterms", "http://purl.org/dc/terms/"},
	{"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
	{"media", "http://search.yahoo.com/mrss/"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"sy", "http://purl.org/rss/1.0/modules/syndication/"},
	{"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
	{"", "http://www.w3.org/1999/xhtml"},
	{"", "http://purl.org/rss/1.0/"},
	{"", "http://my.netscape.com/rdf/simple/0.9/"},
	{"", "http://channel.netscape.com/rdf/simple/0.9/"},
	{"", "http://backend.userland.com/rss2"},
}

var prefixes = func() map[string]string {
	m := map[string]string{
		"http://purl.org/atom/ns":                              "atom",
		"http://www.w3.org/2005/atom":                          "atom",
		"http://search.yahoo.com/mrss":                         "media",
		"http://www.rssboard.org/media-rss":                    "media",
		"http://example.com/dtds/podcast-1.0.dtd":              "itunes",
		"http://www.itunes.com/dtds/podcast-1.0.dtd":           "itunes",
		"http://purl.org/dc/elements/1.0":                      "dc",
		"http://backend.userland.com/rss":                      "",
		"http://blogs.law.harvard.edu/tech/rss":                "",
		"http://purl.org/net/rss1.1":                           "",
		"http://purl.org/rss/1.0/modules/rss091":               "",
		"http://purl.org/pie":                                  "atom",
		"http://purl.org/net/rss1.1/payload":                   "",
		"http://backend.userland.com/creativecommonsrssmodule": "creativeCommons",
	}
	for _, n := range namespaces {
		m[foldSpace(n.uri)] = n.prefix
	}
	return m
}()

func foldSpace(uri string) string {
	uri = strings.ToLower(strings.TrimRight(uri, "/#"))
	if rest, ok := strings.CutPrefix(uri, "https://"); ok {
		uri = "http://" + rest
	}
	return uri
}

// naming is how a document names its elements.
type naming struct {
	kind   kind
	cdf    bool
	spaces map[string]string // namespaces by prefix
}

// declare keeps the namespaces that a tag binds. Their scope is not minded: no feed binds one prefix twice.
func (n *naming) declare(t tag) {
	for _, a := range t.attrs {
		if prefix, ok := strings.CutPrefix(a.name, "xmlns:"); ok && len(n.spaces) < maxEntities {
			n.spaces[prefix] = strings.TrimSpace(a.value)
		}
	}
}

// prefix returns the prefix under which gofeed and this package know what the document calls raw.
func (n *naming) prefix(raw string) string {
	return n.bound(raw, n.spaces[raw])
}

// bound is prefix for a document that binds raw to uri.
func (n *naming) bound(raw, uri string) string {
	if p, known := prefixes[foldSpace(uri)]; known {
		raw = p
	}
	if raw == "atom" && n.kind == kindAtom || raw == "xhtml" {
		return ""
	}
	return raw
}

// canonical returns the name under which an element is written.
func (n *naming) canonical(raw string) string {
	prefix, local := splitName(raw)
	if prefix != "" {
		prefix = n.prefix(prefix)
	}
	if prefix != "" {
		return prefix + ":" + local
	}
	switch local {
	case "Item", "ITEM":
		if !n.cdf {
			return "item"
		}
	case "Entry", "ENTRY":
		return "entry"
	}
	return local
}

func splitName(name string) (prefix, local string) {
	if p, l, ok := strings.Cut(name, ":"); ok {
		l = strings.ReplaceAll(strings.Trim(l, ":"), ":", "_")
		if l != "" && isNameByte(l[0], true) {
			return p, l
		}
		return "", p
	}
	return "", name
}

// cdfStart writes the elements of Microsoft's Channel Definition Format (1997) as RSS. It reports whether the tag is done.
func (r *repairer) cdfStart(t tag, name *string) bool {
	put := func(element, value string) {
		if value != "" {
			r.out.WriteString("<" + element + ">")
			r.text(value)
			r.out.WriteString("</" + element + ">")
		}
	}
	*name = strings.ToLower(*name)
	switch *name {
	case "channel", "item":
		entry := *name == "item"
		if entry {
			r.openEntry(nil)
		}
		r.out.WriteString("<" + *name + ">")
		put("link", t.attr("href"))
		put("pubDate", t.attr("lastmod"))
		if t.empty {
			r.out.WriteString("</" + *name + ">")
			if entry {
				r.closedEntry()
			}
		} else {
			r.stack = append(r.stack, open{t.name, *name, nil})
		}
		return true
	case "abstract":
		*name = "description"
	}
	return false
}

// atom03 takes away the mode attribute of Atom 0.3, which gofeed half knows: escaped is what text is anyway, and base64 is
// decoded here.
func (r *repairer) atom03(t *tag) {
	mode := t.attr("mode")
	if mode == "" {
		return
	}
	t.attrs = slices.DeleteFunc(slices.Clone(t.attrs), func(a attribute) bool { return strings.EqualFold(a.name, "mode") })
	if !strings.EqualFold(mode, "base64") {
		return
	}
	value, _, _ := strings.Cut(r.in[r.pos:], "<")
	plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
	if err != nil {
		return // not base64 after all: it stays as it is
	}
	t.attrs = slices.DeleteFunc(t.attrs, func(a attribute) bool { return a.name == "type" })
	r.decoded = string(plain)
	r.pos += len(value)
}
