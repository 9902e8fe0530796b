package read

import (
	"regexp"
	"strings"

	"newsbrief/internal/text"
)

// headline chooses the title: what people see at the top of the article where that is sure, else what the page says to other
// programs, without the outlet's name.
func (m *metadata) headline() string {
	var stated []string
	for _, s := range []string{m.ld.title, m.first("og:title"), m.first("twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "headline", "title"), m.title} {
		if s = title(s); s != "" {
			stated = append(stated, s)
		}
	}
	site := title(m.first("og:site_name", "application-name"))
	// An <h1> that the page also states elsewhere is the headline.
	best, bestScore := "", 0.0
	for _, h := range m.h1 {
		if len(h) > 300 || strings.EqualFold(h, site) {
			continue
		}
		for _, s := range stated {
			score := likeness(h, s)
			if len(m.h1) == 1 {
				score += 0.2
			}
			if score > bestScore {
				best, bestScore = h, score
			}
		}
	}
	if bestScore >= 0.55 {
		return best
	}
	if len(m.h1) == 1 && len(stated) == 0 {
		return m.h1[0]
	}
	for _, s := range stated {
		if s = withoutSite(s, site); s != "" {
			return s
		}
	}
	if len(m.h1) > 0 {
		return m.h1[0]
	}
	return ""
}

// shared counts the words of y that x has too.
func shared(x, y []text.Word) (n int) {
	in := map[string]bool{}
	for _, w := range x {
		in[w.Text] = true
	}
	for _, w := range y {
		if in[w.Text] {
			n++
		}
	}
	return n
}

// likeness is the share of words that two titles have in common, of the shorter one's.
func likeness(a, b string) float64 {
	x, y := text.Words(a, ""), text.Words(b, "")
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	n := shared(x, y)
	if min(len(x), len(y)) < 2 && a != b {
		return 0
	}
	return float64(n) / float64(max(min(len(x), len(y)), 1)) * min(1, float64(len(x))/3)
}

var separator = regexp.MustCompile(`\s+[|\-–—·•»:/\\~]+\s+|\s*[｜|]\s*|\s*::\s*|_`)

// withoutSite takes the outlet's name from the end or the beginning of a title.
func withoutSite(s, site string) string {
	parts := separator.FindAllStringIndex(s, -1)
	if len(parts) == 0 {
		return s
	}
	last := parts[len(parts)-1]
	head, end := strings.TrimSpace(s[:last[0]]), strings.TrimSpace(s[last[1]:])
	if site != "" {
		if sameName(end, site) {
			return withoutSite(head, site)
		}
		if first := parts[0]; sameName(s[:first[0]], site) {
			return strings.TrimSpace(s[first[1]:])
		}
	}
	sep := strings.TrimSpace(s[last[0]:last[1]])
	if n := len(text.Words(end, "")); n <= 4 && len(text.Words(head, "")) >= 2*n && sep != ":" && sep != "_" && sep != "/" && (sep != "-" && sep != "–" && sep != "—" || n <= 3) {
		return head
	}
	return s
}

func sameName(a, b string) bool {
	a, b = letterString(a), letterString(b)
	return a != "" && b != "" && (a == b || len(a) > 3 && strings.HasPrefix(b, a) || len(b) > 3 && strings.HasPrefix(a, b))
}

func letterString(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' || r == '\'' {
			return -1
		}
		return r
	}, text.Fold(s))
}
