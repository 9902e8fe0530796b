package discord

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// escape makes text from outside harmless in Discord's markdown: it can neither ping, nor link, nor format, nor begin a heading,
// list or quote. The result shows as the text itself, on one line.
func escape(s string) string {
	s = text.Clean(s)
	var b strings.Builder
	b.Grow(len(s) + 8)
	start := true // nothing but spaces and digits so far: where lists and headings begin
	for i, r := range s {
		switch r {
		case '\\', '*', '_', '~', '`', '|', '<', '>', '[', ']':
			b.WriteByte('\\')
		case '#', '-', '+', '=':
			if start {
				b.WriteByte('\\')
			}
		case '.', ')':
			if start && i > 0 {
				b.WriteByte('\\')
			}
		case ':':
			if strings.HasPrefix(s[i:], "://") {
				b.WriteByte('\\')
			}
		case '@':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		start = start && (r >= '0' && r <= '9')
	}
	return b.String()
}

// fit escapes as much of s as fits into limit code points, cutting with an ellipsis.
func fit(s string, limit int) string {
	e := escape(s)
	for room := limit; utf8.RuneCountInString(e) > limit && room > 0; {
		e = escape(text.Truncate(text.Clean(s), room, "…"))
		room -= max(1, (utf8.RuneCountInString(e)-limit+1)/2)
	}
	if utf8.RuneCountInString(e) > limit {
		return ""
	}
	return e
}

// maxLink is the longest address that is linked in a text; a longer one would eat the room of the words.
const maxLink = 400

// link is words (already escaped) linked to an address, or the words alone when it can't be linked safely.
func link(words, address string) string {
	a := webAddress(address)
	if a == "" || len(a) > maxLink || words == "" {
		return words
	}
	return "[" + words + "](" + a + ")"
}

// webAddress is the address when it is a web address, written so that it can't end a markdown link early; else "".
func webAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return unsafeInLink.Replace(u.String())
}

var unsafeInLink = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C", "`", "%60", `"`, "%22", "*", "%2A", "|", "%7C", "\n", "", "\r", "", "\t", "")

// plainLabel is text for places without markdown, such as a button's label.
func plainLabel(s string, limit int) string { return text.Truncate(text.Clean(s), limit, "…") }

// cutPlain is text for a code span.
func cutPlain(s string, limit int) string { return text.Truncate(text.Clean(s), max(limit, 1), "…") }
