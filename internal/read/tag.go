package read

import "strings"

// lexer stands at a place of a document and reads the tag there.
type lexer struct {
	in    string
	pos   int
	attrs []attribute // of the last tag: its memory is used again for the next
}

// tag is a start or end tag as it stands in the input. It is good until the next one is read.
type tag struct {
	name         string
	attrs        []attribute
	close, empty bool // </name>, <name/>
	end          int  // where the input goes on
}

// attribute is one attribute of a tag; references in its value are not resolved.
type attribute struct {
	name, value string
	at          int // where the value stands in the input, 0 when there is none
}

func (t tag) attr(name string) string {
	for _, a := range t.attrs {
		if strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	return ""
}

// tag reads the tag at the current position without moving it. It isn't ok when what stands there is no tag.
func (l *lexer) tag() (t tag, ok bool) {
	limit := min(len(l.in), l.pos+maxTag)
	s := l.in[l.pos:limit]
	t.attrs = l.attrs[:0]
	defer func() { l.attrs = t.attrs }()
	i := 1
	if i < len(s) && s[i] == '/' {
		t.close = true
		i++
	}
	begin := i
	for i < len(s) && isNameByte(s[i], i == begin) {
		i++
	}
	if i == begin {
		return t, false
	}
	t.name = s[begin:i]
	for {
		for i < len(s) && isSpace(s[i]) {
			i++
		}
		if i >= len(s) {
			t.end = limit
			return t, t.close && limit == len(l.in) // a document may end inside an end tag: "</rss"
		}
		switch c := s[i]; {
		case c == '>':
			t.end = l.pos + i + 1
			return t, true
		case c == '/':
			i++
			t.empty = i < len(s) && s[i] == '>'
		case c == '<':
			if t.close { // the ">" is missing: "</item<item>"
				t.end = l.pos + i
				return t, true
			}
			return t, false
		case isNameByte(c, true):
			begin = i
			for i < len(s) && isNameByte(s[i], false) {
				i++
			}
			a := attribute{name: s[begin:i]}
			j := i
			for j < len(s) && isSpace(s[j]) {
				j++
			}
			if j < len(s) && s[j] == '=' {
				j++
				for j < len(s) && isSpace(s[j]) {
					j++
				}
				if j >= len(s) {
					return t, false
				}
				if q := s[j]; q == '"' || q == '\'' {
					n := strings.IndexByte(s[j+1:], q)
					if n < 0 {
						return t, false
					}
					a.value, a.at = s[j+1:j+1+n], l.pos+j+1
					i = j + n + 2
				} else {
					begin = j
					for j < len(s) && !isSpace(s[j]) && s[j] != '>' {
						j++
					}
					a.value, a.at = s[begin:j], l.pos+begin
					i = j
				}
			}
			if strings.Count(a.name, ":") <= 1 && len(t.attrs) < 64 && a.name[len(a.name)-1] != ':' {
				t.attrs = append(t.attrs, a)
			}
		default:
			i++ // a stray byte
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isNameByte is narrower than XML on what a name begins with and leaves out what encoding/xml refuses.
func isNameByte(c byte, first bool) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || !first && ('0' <= c && c <= '9' || c == ':' || c == '-' || c == '.')
}
