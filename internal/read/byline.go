package read

import (
	"regexp"
	"strings"
)

var byPrefix = regexp.MustCompile(`(?i)^(?:(?:written |posted |story |reported |words )?by|von|par|por|di|door|av|af|autor(?:in)?|author|text|автор|記者|文|글)\s*[:：]?\s+`)

// byline chooses the author's name.
func (m *metadata) byline() string {
	for _, s := range append([]string{m.ld.author, m.first("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "twitter:data1")}, m.bylines...) {
		s = strings.TrimSpace(byPrefix.ReplaceAllString(person(s), ""))
		if s == "" || isWebAddress(s) || len(s) > 150 || strings.HasPrefix(s, "@") || strings.ContainsAny(s, "0123456789") && len(s) > 30 {
			continue
		}
		return s
	}
	return ""
}
