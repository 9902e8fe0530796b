package read

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// inlineTag are the tags that people put into titles. Anything else between angle brackets is meant as it stands: "vector<int>".
var inlineTag = regexp.MustCompile(`(?is)<(?:script|style)\b[^>]*>.*?</(?:script|style)\s*>|</?(?:a|abbr|acronym|address|b|bdi|bdo|big|blockquote|br|center|cite|code|del|dfn|div|em|figure|figcaption|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|table|td|time|tr|tt|u|ul|var|wbr)(?:\s[^<>]*)?/?>`)

// title returns a title, which may be HTML, as one line of plain text.
func title(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = html.UnescapeString(inlineTag.ReplaceAllStringFunc(s, func(t string) string {
			if strings.HasPrefix(strings.ToLower(t), "<br") || strings.HasPrefix(t, "</p") || strings.HasPrefix(t, "</div") {
				return " "
			}
			return ""
		}))
		if strings.Contains(s, "&") { // escaped twice
			s = html.UnescapeString(inlineTag.ReplaceAllString(s, ""))
		}
	}
	return text.Clean(s)
}

var (
	address      = regexp.MustCompile(`[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+`)
	emptyBracket = regexp.MustCompile(`[(<\[]\s*(?:mailto:)?\s*[)>\]]`)
)

// person returns the name in what RSS says of an author: "a@example.org (Name)", "Name <a@example.org>", "Name". An address
// alone stays.
func person(s string) string {
	s = text.Clean(html.UnescapeString(s))
	if !strings.Contains(s, "@") {
		return title(s)
	}
	name := strings.TrimSpace(emptyBracket.ReplaceAllString(address.ReplaceAllString(s, ""), ""))
	if inner, ok := strings.CutPrefix(name, "("); ok && strings.HasSuffix(inner, ")") {
		name = strings.TrimSuffix(inner, ")")
	}
	if name = strings.Trim(name, " ,;:\"'"); name == "" {
		return s
	}
	return name
}

func isWebAddress(s string) bool {
	s = strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// webAddress returns s when it is one, else "".
func webAddress(s string) string {
	if s = strings.TrimSpace(s); isWebAddress(s) {
		return s
	}
	return ""
}

var pictureName = regexp.MustCompile(`(?i)\.(?:jpe?g|png|webp|avif|gif)(?:[?#]|$)`)

func looksLikePicture(address string) bool { return pictureName.MatchString(address) }

// picture returns the address of a picture that a feed names, "" when it is none of a story.
func picture(base *url.URL, ref string) string {
	if u := resolve(base, ref); u != "" && tells(u, nil) {
		return u
	}
	return ""
}

// firstPicture returns the first picture in the HTML that isn't a counter or an icon, and what is said of it.
func firstPicture(base *url.URL, fragments ...string) (address, alt string) {
	for _, f := range fragments {
		i := strings.Index(f, "<img")
		if i < 0 {
			continue
		}
		z := html.NewTokenizer(strings.NewReader(f[i:]))
		for n := 0; n < 200; n++ {
			tt := z.Next()
			if tt == html.ErrorToken {
				break
			}
			if tt != html.StartTagToken && tt != html.SelfClosingTagToken {
				continue
			}
			t := z.Token()
			if t.Data != "img" {
				continue
			}
			src, small := "", false
			alt = ""
			for _, a := range t.Attr {
				switch a.Key {
				case "src", "data-src", "data-lazy-src":
					if !strings.HasPrefix(a.Val, "data:") {
						src = a.Val
					}
				case "alt":
					alt = a.Val
				case "width", "height":
					if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(a.Val), "px")); err == nil && n < 60 {
						small = true
					}
				}
			}
			if u := picture(base, src); u != "" && !small && !strings.Contains(u, "feeds.feedburner.com/~") && !strings.Contains(u, "/emoji/") {
				return u, alt
			}
		}
	}
	return "", ""
}
