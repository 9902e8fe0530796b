package read

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// Plain returns what people read of an HTML fragment, its paragraphs, list items and lines separated by "\n". Scripts, styles and
// controls are left out, entities are resolved, and so is what feeds append to their texts: "Read more", "The post … appeared
// first on …". Text without markup keeps its lines.
func Plain(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return strings.Join(withoutTail(strings.Split(lines(fragment), "\n")), "\n")
	}
	if !strings.Contains(fragment, "<") {
		s := html.UnescapeString(fragment)
		if markup.MatchString(s) {
			fragment = s // escaped once more than it should be
		} else {
			return strings.Join(withoutTail(strings.Split(lines(s), "\n")), "\n")
		}
	}
	var b strings.Builder
	b.Grow(len(fragment))
	z := html.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(1 << 20)
	var skip atom.Atom // the element whose content is left out
	depth, pre := 0, 0
	for {
		tt := z.Next()
		switch tt {
		case html.ErrorToken:
			return strings.Join(withoutTail(strings.Split(lines(b.String()), "\n")), "\n")
		case html.TextToken:
			if skip != 0 {
				continue
			}
			t := z.Text()
			if pre > 0 {
				b.Write(t)
				continue
			}
			for _, r := range string(t) {
				if r == '\n' || r == '\r' || r == '\t' {
					r = ' '
				}
				b.WriteRune(r)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			raw, _ := z.TagName()
			name := atom.Lookup(raw)
			switch {
			case skip != 0:
				if name == skip && tt == html.StartTagToken {
					depth++
				}
			case unseen(name) && name != atom.Title && name != atom.Input && name != atom.Embed && name != atom.Head:
				if tt == html.StartTagToken {
					skip, depth = name, 1
				}
			case name == atom.Pre:
				pre++
				b.WriteByte('\n')
			case name == atom.Td || name == atom.Th:
				b.WriteByte(' ')
			case name == atom.Br || isBlock(name):
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			raw, _ := z.TagName()
			name := atom.Lookup(raw)
			switch {
			case skip != 0:
				if name == skip {
					if depth--; depth == 0 {
						skip = 0
					}
				}
			case name == atom.Pre:
				pre = max(0, pre-1)
				b.WriteByte('\n')
			case isBlock(name):
				b.WriteByte('\n')
			}
		}
	}
}

// lines returns the lines of s that hold anything, cleaned.
func lines(s string) string {
	var kept []string
	for l := range strings.Lines(s) {
		if l = text.Clean(l); l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}
