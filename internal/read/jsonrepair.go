package read

import (
	"regexp"
	"strings"
)

// repairJSON returns what s was meant to be, as far as the usual mistakes go: raw line breaks and quotes inside strings, commas
// before a closing bracket, comments, single quotes, values without quotes. What it returns need not be JSON.
func repairJSON(s string) string {
	r := jsonRepairer{in: s}
	r.out.Grow(len(s) + 16)
	for r.pos < len(s) {
		switch c := s[r.pos]; {
		case c <= ' ':
			r.pos++
		case strings.HasPrefix(s[r.pos:], "//"), strings.HasPrefix(s[r.pos:], "/*"):
			r.pos = r.next(r.pos)
		case c == ',':
			r.pos++
			if at := r.next(r.pos); at < len(s) && !strings.ContainsRune("}],", rune(s[at])) {
				r.out.WriteByte(',')
			}
		case c == '"', c == '\'':
			r.pos++
			r.text(c)
		case strings.IndexByte("{}[]:", c) >= 0:
			r.out.WriteByte(c)
			r.pos++
		default:
			r.bare()
		}
	}
	return r.out.String()
}

type jsonRepairer struct {
	in  string
	pos int
	out strings.Builder
}

// next returns where the next thing that is no space and no comment begins, from pos on. It looks so far ahead that a comment
// fits, not further: it is asked at every quote.
func (r *jsonRepairer) next(pos int) int {
	limit := min(len(r.in), pos+512)
	for pos < limit {
		rest, end := r.in[pos:limit], ""
		switch {
		case rest[0] <= ' ':
			pos++
			continue
		case strings.HasPrefix(rest, "//"):
			end = "\n"
		case strings.HasPrefix(rest, "/*"):
			end = "*/"
		default:
			return pos
		}
		i := strings.Index(rest[2:], end)
		if i < 0 {
			return limit
		}
		pos += 2 + i + len(end)
	}
	return pos
}

// text copies a string up to the quote that ends it.
func (r *jsonRepairer) text(quote byte) {
	r.out.WriteByte('"')
	for ; r.pos < len(r.in); r.pos++ {
		switch c := r.in[r.pos]; {
		case c == '\\' && r.pos+1 < len(r.in):
			r.pos++
			if e := r.in[r.pos]; strings.IndexByte(`"\/bfnrtu`, e) >= 0 {
				r.out.WriteByte('\\')
				r.out.WriteByte(e)
			} else if e >= ' ' {
				r.out.WriteByte(e)
			}
		case c == '\\':
		case c < ' ':
			r.out.WriteByte(' ')
		case c == quote && r.ends(r.pos+1):
			r.out.WriteByte('"')
			r.pos++
			return
		case c == '"':
			r.out.WriteString(`\"`)
		default:
			r.out.WriteByte(c)
		}
	}
	r.out.WriteByte('"')
}

// ends reports whether a quote before pos ends its string: what follows must go on as JSON does.
func (r *jsonRepairer) ends(pos int) bool {
	at := r.next(pos)
	if at >= len(r.in) {
		return true
	}
	switch r.in[at] {
	case '}', ']', ':':
		return true
	case ',':
		after := r.next(at + 1)
		return after >= len(r.in) || strings.IndexByte(`"'{[}]-0123456789`, r.in[after]) >= 0 || literal.MatchString(r.in[after:min(len(r.in), after+6)])
	}
	return false
}

var (
	literal = regexp.MustCompile(`^(?:true|false|null)\b`)
	number  = regexp.MustCompile(`^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$`)
)

// bare copies a value without quotes, as a string where it is neither a number nor a literal.
func (r *jsonRepairer) bare() {
	end := strings.IndexAny(r.in[r.pos:], ",}]:\n\"")
	if end <= 0 {
		end = len(r.in) - r.pos
	}
	value := strings.TrimSpace(r.in[r.pos : r.pos+end])
	r.pos += end
	if literal.MatchString(value) || number.MatchString(value) {
		r.out.WriteString(value)
		return
	}
	r.out.WriteByte('"')
	for _, c := range value {
		if c == '\\' {
			r.out.WriteByte('\\')
		}
		r.out.WriteRune(max(c, ' '))
	}
	r.out.WriteByte('"')
}
