package read

import (
	"html"
	"net/url"
	"strings"
)

// mayBeRelative reports whether there is an address in HTML that may be relative; most texts have none.
func mayBeRelative(s string) bool {
	for _, name := range []string{"href=", "src=", "srcset=", "poster=", "HREF=", "SRC="} {
		for rest := s; ; {
			_, value, ok := strings.Cut(rest, name)
			if !ok {
				break
			}
			rest = value
			value = strings.TrimLeft(value[:min(len(value), 16)], `"' `)
			if !isWebAddress(value) && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "mailto:") {
				return true
			}
		}
	}
	return false
}

// absolute resolves the relative addresses in HTML against base.
func absolute(s string, base *url.URL) string {
	if base.Host == "" || !mayBeRelative(s) {
		return s
	}
	var b strings.Builder
	written := 0
	l := lexer{in: s}
	for l.pos < len(s) {
		i := strings.IndexByte(s[l.pos:], '<')
		if i < 0 {
			break
		}
		l.pos += i
		t, ok := l.tag()
		if !ok || t.close {
			l.pos++
			continue
		}
		l.pos = t.end
		for _, a := range t.attrs {
			value := a.value
			switch strings.ToLower(a.name) {
			case "href", "src", "poster":
				value = absoluteOr(value, base)
			case "srcset":
				value = absoluteSet(value, base)
			}
			if value != a.value && a.at >= written {
				b.WriteString(s[written:a.at])
				b.WriteString(value)
				written = a.at + len(a.value)
			}
		}
	}
	b.WriteString(s[written:])
	return b.String()
}

// absoluteOr resolves the value of an attribute where it is a relative address.
func absoluteOr(value string, base *url.URL) string {
	ref := strings.TrimSpace(html.UnescapeString(value))
	if ref == "" || ref[0] == '#' || isWebAddress(ref) {
		return value
	}
	if address := resolve(base, ref); address != "" {
		return html.EscapeString(address)
	}
	return value
}

// absoluteSet resolves the addresses in a srcset.
func absoluteSet(value string, base *url.URL) string {
	if strings.Contains(value, "data:") {
		return value
	}
	candidates := strings.Split(value, ",")
	for i, c := range candidates {
		if address, width, _ := strings.Cut(strings.TrimSpace(c), " "); address != "" {
			candidates[i] = strings.TrimSpace(absoluteOr(address, base) + " " + width)
		}
	}
	return strings.Join(candidates, ", ")
}
