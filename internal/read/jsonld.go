package read

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"newsbrief/internal/text"
)

// jsonLD is what a page says of its article in schema.org's terms.
type jsonLD struct {
	title, author, published, modified, image, language, body string
	publisher                                                 string
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
	r := ldReader{ids: map[string]map[string]any{}}
	var values []any
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
		r.index(v, 0)
		values = append(values, v)
	}
	for _, v := range values {
		r.walk(v, 0)
	}
	return r.found
}

// ldReader gathers what the scripts say. They may tell of a thing in one place and name it by its @id in others.
type ldReader struct {
	found jsonLD
	ids   map[string]map[string]any
}

// index notes the things that have an @id, where they are told of.
func (r *ldReader) index(v any, depth int) {
	if depth > 6 || len(r.ids) > 1000 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v[:min(len(v), 200)] {
			r.index(e, depth+1)
		}
	case map[string]any:
		if id, _ := v["@id"].(string); id != "" && len(v) > len(r.ids[id]) {
			r.ids[id] = v
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			r.index(v[k], depth+1)
		}
	}
}

// follow returns the thing that v names by its @id, or v.
func (r *ldReader) follow(v any) any {
	if m, ok := v.(map[string]any); ok && len(m) <= 2 {
		if id, _ := m["@id"].(string); len(r.ids[id]) > len(m) {
			return r.ids[id]
		}
	}
	return v
}

func (r *ldReader) walk(v any, depth int) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v[:min(len(v), 200)] {
			r.walk(e, depth+1)
		}
	case map[string]any:
		if isType(v["@type"], articleTypes) {
			r.take(v)
			return
		}
		if isType(v["@type"], pageTypes) && r.found.page == "" {
			r.found.page = str(v["datePublished"])
		}
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item"} {
			if k != "itemListElement" && k != "item" || depth < 2 && v["@type"] == nil {
				r.walk(v[k], depth+1)
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

func (r *ldReader) take(m map[string]any) {
	l := &r.found
	set := func(to *string, v string) {
		if *to == "" {
			*to = strings.TrimSpace(v)
		}
	}
	set(&l.title, or(str(m["headline"]), str(m["name"])))
	set(&l.author, r.names(m["author"]))
	set(&l.publisher, r.names(m["publisher"]))
	set(&l.published, or(str(m["datePublished"]), str(m["dateCreated"])))
	set(&l.modified, str(m["dateModified"]))
	set(&l.image, r.picture(m["image"]))
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
func (r *ldReader) names(v any) string {
	var list []string
	var add func(v any, depth int)
	add = func(v any, depth int) {
		if depth > 3 || len(list) > 8 {
			return
		}
		switch v := r.follow(v).(type) {
		case string:
			if n := text.Clean(v); n != "" && !isWebAddress(n) && !slices.Contains(list, n) {
				list = append(list, n)
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
	return strings.Join(list, ", ")
}

// picture returns the first address of an image.
func (r *ldReader) picture(v any) string {
	switch v := r.follow(v).(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return r.picture(v[0])
		}
	case map[string]any:
		return or(str(v["url"]), str(v["contentUrl"]))
	}
	return ""
}
