package read

import (
	"strings"

	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// withStandfirst puts the article's standfirst before its text: what stands above it on the page and in the page's description
// alike. Extractors take it for a part of the page's head.
func withStandfirst(page, list []block, m *metadata, title string) []block {
	const shortest = 60 // letters (see extent); less is a slogan
	var stated []string
	for _, name := range []string{"description", "og:description", "twitter:description"} {
		if s := strings.TrimRight(text.Clean(html.UnescapeString(m.first(name))), " .…"); extent(s) >= shortest {
			stated = append(stated, s)
		}
	}
	if len(stated) == 0 || len(list) == 0 {
		return list
	}
	known, _ := gramsOf(list)
	for _, b := range page {
		if b.text == list[0].text {
			break
		}
		if extent(b.text) < shortest || b.link*2 > len(b.text) {
			continue
		}
		for _, s := range stated {
			const same = 60 // bytes
			if n := min(len(s), len(b.text), same); s[:n] == b.text[:n] {
				if known.share(b.text) >= 0.5 || similar(b.text, title) {
					return list
				}
				return append([]block{b}, list...)
			}
		}
	}
	return list
}
