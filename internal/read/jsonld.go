package read

import (
	"encoding/json"
	"strings"

	"newsbrief/internal/text"
)

// jsonLD is what a page says of its article in schema.org's terms.
type jsonLD struct {
	title, author, published, modified, image, language, body string
	page                                                      string // datePublished of the web page that the article is on
	free                                                      *bool  // isAccessibleForFree
}

// articleTypes are the types of schema.org that tell about the page's article.
var articleTypes = map[string]bool{
	"article": true, "newsarticle": true, "blogposting": true, "reportagenewsarticle": true, "analysisnewsarticle": true, "backgroundnewsarticle": true,
	"opinionnewsarticle": true, "reviewnewsarticle": true, "liveblogposting": true, "techarticle": true, "scholarlyarticle": true, "advertisercontentarticle": true,
	"satiricalarticle": true, "askpublicnewsarticle": true, "report": true, "socialmediaposting": true, "discussionforumposting": true,
}

// pageTypes are the types that tell about the page rather than its article.
var pageTypes = map[string]bool{"webpage": true, "itempage": true, "medicalwebpage": true}

// readJSONLD merges the articles of the page's scripts; the first that says something is believed.
func readJSONLD(scripts []string) jsonLD {
	var found jsonLD
	for _, s := range scripts[:min(len(scripts), 32)] {
		var v any
		if len(s) > 2<<20 {
			continue
		}
		s = strings.TrimSpace(s)
		s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, "<!--"), "//<![CDATA["), "//]]>")
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			if err := json.Unmarshal([]byte(repairJSON(s)), &v); err != nil {
				continue // what can't be read says nothing; the page itself does
			}
		}
		found.walk(v, 0)
	}
	return found
}

func (l *jsonLD) walk(v any, depth int) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v[:min(len(v), 200)] {
			l.walk(e, depth+1)
		}
	case map[string]any:
		if isType(v["@type"], articleTypes) {
			l.take(v)
			return
		}
		if isType(v["@type"], pageTypes) && l.page == "" {
			l.page = str(v["datePublished"])
		}
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item"} {
			if k != "itemListElement" && k != "item" || depth < 2 && v["@type"] == nil {
				l.walk(v[k], depth+1)
			}
		}
	}
}

func isType(t any, types map[string]bool) bool {
	switch t := t.(type) {
	case string:
		t = strings.ToLower(t)
		return types[t[strings.LastIndexAny(t, "/:#")+1:]]
	case []any:
		for _, e := range t {
			if s, ok := e.(string); ok && isType(s, types) {
				return true
			}
		}
	}
	return false
}

func (l *jsonLD) take(m map[string]any) {
	set := func(to *string, v string) {
		if *to == "" {
			*to = strings.TrimSpace(v)
		}
	}
	set(&l.title, or(str(m["headline"]), str(m["name"])))
	set(&l.author, names(m["author"]))
	set(&l.published, or(str(m["datePublished"]), str(m["dateCreated"])))
	set(&l.modified, str(m["dateModified"]))
	set(&l.image, address1(m["image"]))
	set(&l.language, str(m["inLanguage"]))
	if b := str(m["articleBody"]); len(b) > len(l.body) {
		l.body = b
	}
	if l.free == nil {
		l.free = accessible(m)
	}
}

func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return str(v[0])
		}
	case map[string]any:
		return or(str(v["@value"]), str(v["name"]))
	}
	return ""
}

// names returns the names of the authors.
func names(v any) string {
	var list []string
	var add func(v any, depth int)
	add = func(v any, depth int) {
		if depth > 3 || len(list) > 8 {
			return
		}
		switch v := v.(type) {
		case string:
			if !isWebAddress(v) {
				list = append(list, text.Clean(v))
			}
		case []any:
			for _, e := range v {
				add(e, depth+1)
			}
		case map[string]any:
			add(v["name"], depth+1)
		}
	}
	add(v, 0)
	seen := map[string]bool{}
	kept := list[:0]
	for _, n := range list {
		if n != "" && !seen[n] {
			seen[n] = true
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, ", ")
}

// address1 returns the first address of an image.
func address1(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return address1(v[0])
		}
	case map[string]any:
		return or(str(v["url"]), str(v["contentUrl"]))
	}
	return ""
}
