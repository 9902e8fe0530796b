package read

import (
	"encoding/binary"
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"

	"newsbrief/internal/news"
)

// Items are the entries of a feed as they stand in its text. Telling them apart and hashing them costs a small part of reading
// them, so what is known by its very characters need not be read again.
type Items struct {
	text  string // the whole feed
	base  *url.URL
	spans []span      // where the entries stand in text, nil where only a parser can tell
	marks []news.Mark // of each of them
}

// Split finds the entries of a feed without parsing it.
func Split(body []byte, o FeedOptions) *Items {
	s := &Items{text: strings.TrimLeft(decode(body, o.ContentType), " \t\r\n\x00\ufeff"), base: baseURL(o)}
	if isJSON(s.text) {
		s.spans = scanJSON(s.text)
	} else {
		s.spans = scanXML(s.text)
	}
	s.marks = make([]news.Mark, len(s.spans))
	for i, at := range s.spans {
		s.marks[i] = rawMark(s.text[at.start:at.end])
	}
	return s
}

// Marks returns a mark of the characters of each entry, in the order of the feed. There are none where the document is broken,
// declares entities or otherwise leaves a doubt about where entries begin and end; such a feed is always read in full.
func (s *Items) Marks() []news.Mark { return s.marks }

// rawMark is a mark of an entry's characters. A hash that keeps no secret will do: who makes two entries collide hides one of his own.
func rawMark(s string) (m news.Mark) {
	binary.BigEndian.PutUint64(m[:8], xxhash.Sum64String(s))
	binary.BigEndian.PutUint64(m[8:], uint64(len(s)))
	return m
}

// Feed reads the feed but for the entries with these marks; nil reads all of it. The entries of the Document are those that were
// read, the others are its Skipped. It skips nothing where that would change what is read of the rest. Errors are those of the
// function Feed.
func (s *Items) Feed(skip map[news.Mark]bool) (d *Document, err error) {
	defer recovered(&err)
	text, read, skipped := s.without(skip)
	d, err = s.parse(text)
	if len(skipped) > 0 && (err != nil || len(d.Lost) > 0 || len(d.Entries) != len(read)) {
		return s.Feed(nil)
	}
	if err != nil {
		return nil, err
	}
	if len(d.Entries) == len(read) && len(d.Lost) == 0 {
		d.raw = read
	}
	d.Skipped = skipped
	return d, nil
}

// without returns the feed's text without the entries that have one of the marks, and the marks of those left and left out.
func (s *Items) without(skip map[news.Mark]bool) (text string, left, out []news.Mark) {
	list := isJSON(s.text)
	var b strings.Builder
	at := 0 // text is dealt with up to here
	for i, m := range s.marks {
		item := s.text[s.spans[i].start:s.spans[i].end]
		if !list || i == 0 {
			b.WriteString(s.text[at:s.spans[i].start])
		}
		at = s.spans[i].end
		if skip[m] {
			out = append(out, m)
			continue
		}
		if list && left != nil {
			b.WriteByte(',')
		}
		b.WriteString(item)
		left = append(left, m)
	}
	if out == nil {
		return s.text, s.marks, nil
	}
	b.WriteString(s.text[at:])
	return b.String(), left, out
}

func (s *Items) parse(text string) (*Document, error) {
	switch {
	case text == "":
		return nil, ErrEmpty
	case isJSON(text):
		return jsonFeed(text, s.base)
	case isSitemap(text):
		return newsSitemap(text, s.base)
	}
	return xmlFeed(text, s.base)
}

// scanXML finds the entries of RSS, RDF or Atom where they are sure to be what repair makes of the document: it is balanced as it
// stands, and no entry changes how others are read. Else it returns nil.
func scanXML(s string) []span {
	c := scanner{lexer: lexer{in: s}, naming: naming{spaces: map[string]string{}}}
	for {
		i := strings.IndexByte(s[c.pos:], '<')
		if i < 0 {
			return nil // the root element doesn't end
		}
		c.pos += i
		ok := true
		switch rest := s[c.pos:]; {
		case strings.HasPrefix(rest, "<!--"):
			ok = c.skip(4, "-->")
		case strings.HasPrefix(rest, cdataBegin):
			ok = len(c.stack) > 0 && c.skip(len(cdataBegin), cdataEnd)
			ok = ok && !strings.Contains(s[len(s)-len(rest)+1:c.pos], cdataBegin)
		case strings.HasPrefix(rest, "<?"):
			ok = c.skip(2, ">")
		case strings.HasPrefix(rest, "<!"):
			ok = len(c.stack) == 0 && c.skip(2, ">") && !strings.Contains(s[len(s)-len(rest):c.pos], "[")
		default:
			t, isTag := c.tag()
			if !isTag {
				if len(rest) > 1 && (rest[1] == '/' || isNameByte(rest[1], true)) {
					return nil
				}
				c.pos++
				continue
			}
			start := c.pos
			c.pos = t.end
			if t.close {
				ok = c.end(t)
			} else {
				ok = c.start(t, start)
			}
			if ok && len(c.stack) == 0 {
				return c.items
			}
		}
		if !ok || len(c.items) > maxEntries {
			return nil
		}
	}
}

type scanner struct {
	lexer
	naming
	stack []string // open elements as the document names them
	depth int      // of the open entry, 0 when none is
	level int      // where entries stand: children of the root are at 2
	items []span
}

// skip moves behind the next sep from n bytes on.
func (c *scanner) skip(n int, sep string) bool {
	i := strings.Index(c.in[c.pos+n:], sep)
	c.pos += n + i + len(sep)
	return i >= 0
}

// start opens an element. It returns false when the document is to be read in full.
func (c *scanner) start(t tag, at int) bool {
	_, local := splitName(t.name)
	if len(c.stack) == 0 {
		switch strings.ToLower(local) {
		case "rss":
			c.kind = kindRSS
		case "rdf":
			c.kind = kindRDF
		case "feed":
			c.kind = kindAtom
		default:
			return false
		}
		c.declare(t)
		c.stack = append(c.stack, t.name)
		return !t.empty
	}
	if len(c.stack) >= maxDepth {
		return false
	}
	item := "item"
	if c.kind == kindAtom {
		item = "entry"
	}
	if len(local) == len(item) && strings.EqualFold(local, item) && c.canonical(t.name) == item {
		if c.level == 0 {
			c.level = len(c.stack) + 1
		}
		if c.depth > 0 || len(c.stack)+1 != c.level || c.level > 3 {
			return false
		}
		c.depth = c.level
		c.items = append(c.items, span{start: at})
	}
	if c.depth == 0 {
		c.declare(t)
	} else if !c.harmless(t) {
		return false
	}
	c.stack = append(c.stack, t.name)
	return !t.empty || c.end(t)
}

// harmless reports whether a tag inside an entry leaves what others mean: it names no namespace in a way of its own, and no end
// tag that is missing could be taken for one of the elements around the entries.
func (c *scanner) harmless(t tag) bool {
	for _, a := range t.attrs {
		if prefix, ok := strings.CutPrefix(a.name, "xmlns:"); ok && c.bound(prefix, strings.TrimSpace(a.value)) != c.prefix(prefix) {
			return false
		}
	}
	for _, outer := range c.stack[:c.depth-1] {
		if len(outer) == len(t.name) && strings.EqualFold(outer, t.name) {
			return false
		}
	}
	return true
}

// end closes the innermost element, which must be the one named.
func (c *scanner) end(t tag) bool {
	n := len(c.stack) - 1
	if n < 0 || c.stack[n] != t.name {
		return false
	}
	if n+1 == c.depth {
		c.items[len(c.items)-1].end = t.end
		c.depth = 0
	}
	c.stack = c.stack[:n]
	return true
}
