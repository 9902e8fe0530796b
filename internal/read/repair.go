package read

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
)

// Limits of repair. Real feeds stay far below them.
const (
	maxDepth     = 64        // elements inside elements; deeper tags are left out, their text stays
	maxTag       = 64 << 10  // bytes of one tag
	maxEntities  = 256       // entities that a document declares itself
	maxExpansion = 256 << 10 // bytes that these may become in all
	maxEntries   = 10000
)

const cdataBegin, cdataEnd = "<![CDATA[", "]]>"

// kind is the family of a feed, by its root element.
type kind uint8

const (
	kindRSS  kind = iota // RSS 0.9x, 2.0, a bare channel, CDF
	kindRDF              // RSS 0.9, 1.0
	kindAtom             // Atom 0.3, 1.0
)

// repaired is a feed as well-formed XML in the names that gofeed knows.
type repaired struct {
	kind    kind
	xml     []byte
	entries []span   // where the entries stand in xml
	bases   bases    // of what it says
	lost    []string // what was left out
}

type span struct{ start, end int }

// bases are what relative addresses in a feed are resolved against (xml:base). Attributes are resolved by repair already.
type bases struct {
	feed    *url.URL
	entries []entryBase
}

type entryBase struct{ entry, text *url.URL } // text: of the HTML in its content

// entry returns the bases of entry i of n.
func (b bases) entry(i, n int) entryBase {
	if n != len(b.entries) {
		return entryBase{b.feed, b.feed}
	}
	return b.entries[i]
}

// repair reads s as XML the way a browser reads HTML, and writes it again so that any parser can read it: one root, tags
// balanced, attributes quoted, entities and characters legal, namespaces under their usual prefixes, nothing but elements and
// text. Addresses in attributes under an xml:base are made absolute. An entry that isn't complete because the document ends is left
// out. Every byte is looked at a bounded number of times.
func repair(s string, base *url.URL) (*repaired, error) {
	r := &repairer{bases: bases{feed: base}, lexer: lexer{in: s}, naming: naming{spaces: map[string]string{}}}
	r.out.Grow(len(s) + len(s)/16 + 1024)
	if err := r.root(); err != nil {
		return nil, err
	}
	r.run()
	return r.finish(), nil
}

type repairer struct {
	lexer
	naming
	out bytes.Buffer

	stack    []open
	dropped  int // start tags too deep to be written; their end tags are left out as well
	entities map[string]string
	expanded int

	bases    bases
	entries  []span
	entryPos int // where the open entry begins in out
	inEntry  int // depth of the open entry, 0 when none is
	lost     []string
	decoded  string // text that the element about to open begins with

	commentEnd, sectionEnd, subsetEnd int // where the next of these stands, as far as is known (see next)
}

type open struct {
	raw  string   // as the input names it
	name string   // as it is written
	base *url.URL // that xml:base sets, nil when none does
}

// root skips everything before the root element and opens it.
func (r *repairer) root() error {
	for n := 0; n < 1000; n++ {
		i := strings.IndexByte(r.in[r.pos:], '<')
		if i < 0 {
			break
		}
		r.pos += i
		if r.declaration() {
			continue
		}
		t, ok := r.tag()
		if !ok {
			r.pos++
			continue
		}
		start := r.pos
		r.pos = t.end
		if t.close {
			continue
		}
		_, local := splitName(t.name)
		switch strings.ToLower(local) {
		case "rss":
			r.kind = kindRSS
			r.begin(t, "rss")
			return nil
		case "rdf":
			r.kind = kindRDF
			r.begin(t, "rdf:RDF")
			return nil
		case "feed":
			r.kind = kindAtom
			r.begin(t, "feed")
			return nil
		case "channel":
			r.kind, r.cdf = kindRSS, local == "CHANNEL" || t.attr("href") != ""
			r.begin(tag{name: "rss"}, "rss")
			r.pos = start
			return nil
		case "html", "head", "body", "title", "meta":
			// A web page; but some servers print a warning in HTML before the feed.
			if !feedFollows(r.in[r.pos:]) {
				return ErrPage
			}
		case "opml":
			return fmt.Errorf("%w but an OPML list of feeds", ErrNotFeed)
		case "urlset", "sitemapindex":
			return fmt.Errorf("%w but a sitemap", ErrNotFeed)
		}
	}
	return fmt.Errorf("%w: no RSS, Atom or JSON Feed was found in it", ErrNotFeed)
}

func feedFollows(s string) bool {
	s = s[:min(len(s), 4096)]
	return strings.Contains(s, "<?xml") && (strings.Contains(s, "<rss") || strings.Contains(s, "<feed") || strings.Contains(s, "<rdf:RDF"))
}

// begin writes the root element with all namespaces that are known.
func (r *repairer) begin(t tag, name string) {
	r.declare(t)
	r.out.WriteByte('<')
	r.out.WriteString(name)
	switch r.kind {
	case kindAtom:
		r.out.WriteString(` xmlns="http://www.w3.org/2005/Atom"`)
	case kindRDF:
		r.out.WriteString(` xmlns="http://purl.org/rss/1.0/"`)
	}
	for _, n := range namespaces {
		if n.prefix != "" && (n.prefix != "atom" || r.kind != kindAtom) {
			r.out.WriteString(` xmlns:` + n.prefix + `="` + n.uri + `"`)
		}
	}
	base := r.base(t)
	if base != nil {
		r.bases.feed = base
	}
	r.attributes(t, base)
	r.out.WriteByte('>')
	r.stack = append(r.stack, open{t.name, name, base})
}

// run writes what is inside the root element.
func (r *repairer) run() {
	for r.pos < len(r.in) && len(r.stack) > 0 {
		i := strings.IndexByte(r.in[r.pos:], '<')
		if i < 0 {
			r.text(r.in[r.pos:])
			r.pos = len(r.in)
			return
		}
		r.text(r.in[r.pos : r.pos+i])
		r.pos += i
		if r.cdata() || r.declaration() {
			continue
		}
		t, ok := r.tag()
		if !ok {
			if len(r.in)-r.pos < maxTag && !strings.Contains(r.in[r.pos+1:], ">") {
				r.pos = len(r.in) // cut off inside a tag
				return
			}
			r.out.WriteString("&lt;")
			r.pos++
			continue
		}
		r.pos = t.end
		if t.close {
			r.end(t.name)
		} else {
			r.start(t)
		}
	}
}

func (r *repairer) start(t tag) {
	r.declare(t)
	name := r.canonical(t.name)
	if r.inEntry > 0 && r.kind != kindAtom && strings.EqualFold(name, "pubDate") {
		name = "published" // gofeed would read the date, slowly and not every one; parseDate does
	}
	if r.isEntry(name) {
		if r.inEntry > 0 {
			r.popTo(r.inEntry - 1) // the one before was never closed
		}
		if len(r.entries) >= maxEntries {
			if len(r.entries) == maxEntries {
				r.lost = append(r.lost, fmt.Sprintf("the feed has more than %d entries; the rest was left out", maxEntries))
			}
			r.pos = len(r.in)
			return
		}
	}
	if len(r.stack) >= maxDepth {
		if !t.empty {
			r.dropped++
		}
		return
	}
	if r.cdf && r.cdfStart(t, &name) {
		return
	}
	if r.inEntry > 0 && len(r.stack) > r.inEntry && isField(name) && isField(r.stack[r.inEntry].name) {
		r.popTo(r.inEntry) // "<title>One<link>…": fields don't stand inside each other
	}
	base := r.base(t)
	if r.isEntry(name) {
		r.openEntry(base)
	} else if base != nil && t.attr("xml:base") != "" {
		switch {
		case r.inEntry > 0 && len(r.stack) == r.inEntry:
			r.bases.entries[len(r.entries)].text = base
		case name == "channel":
			r.bases.feed = base
		}
	}
	if r.kind == kindAtom && !t.empty {
		r.atom03(&t)
	}
	r.out.WriteByte('<')
	r.out.WriteString(name)
	r.attributes(t, base)
	if t.empty || isVoid(name) && len(r.stack) > 2 {
		r.out.WriteString("></" + name + ">")
		if r.inEntry == len(r.stack)+1 {
			r.closedEntry()
		}
		return
	}
	r.out.WriteByte('>')
	r.stack = append(r.stack, open{t.name, name, base})
	if r.decoded != "" {
		r.chars(r.decoded, false)
		r.decoded = ""
	}
	if r.inEntry == len(r.stack) {
		r.entryStart(t)
	}
}

// isField lists the fields of an entry that hold text and nothing else.
func isField(name string) bool {
	switch name {
	case "title", "link", "guid", "pubDate", "category", "comments", "dc:date", "dc:creator", "id", "updated", "published":
		return true
	}
	return false
}

// isVoid lists elements of HTML that are written without an end tag in content that should have been escaped.
func isVoid(name string) bool { return name == "br" || name == "img" || name == "hr" || name == "wbr" }

func (r *repairer) isEntry(name string) bool {
	if r.kind == kindAtom {
		return name == "entry" && len(r.stack) <= 2
	}
	return name == "item" && (len(r.stack) <= 2 || r.inEntry > 0 && len(r.stack) >= r.inEntry) || r.cdf && name == "ITEM"
}

// entryStart adds what an entry says in attributes.
func (r *repairer) entryStart(t tag) {
	if about := t.attr("rdf:about"); r.kind == kindRDF && about != "" {
		r.out.WriteString(`<guid isPermaLink="false">`)
		r.text(about)
		r.out.WriteString(`</guid>`)
	}
}

// end closes the element of that name, with all that is open inside it. An end tag without a start is left out.
func (r *repairer) end(raw string) {
	if r.dropped > 0 {
		r.dropped--
		return
	}
	for i := len(r.stack) - 1; i >= 0; i-- {
		o := r.stack[i].raw
		if o == raw || len(o) == len(raw) && strings.EqualFold(o, raw) {
			r.popTo(i)
			return
		}
	}
}

// popTo closes elements until n are open.
func (r *repairer) popTo(n int) {
	for len(r.stack) > n {
		name := r.stack[len(r.stack)-1].name
		r.out.WriteString("</" + name + ">")
		depth := len(r.stack)
		r.stack = r.stack[:depth-1]
		if depth == r.inEntry {
			r.closedEntry()
		}
	}
}

func (r *repairer) openEntry(base *url.URL) {
	r.entryPos, r.inEntry = r.out.Len(), len(r.stack)+1
	if base == nil {
		base = r.bases.feed
	}
	r.bases.entries = append(r.bases.entries[:len(r.entries)], entryBase{base, base})
}

func (r *repairer) closedEntry() {
	r.entries = append(r.entries, span{r.entryPos, r.out.Len()})
	r.inEntry = 0
}

// finish closes what is open. An entry that is still open was cut off.
func (r *repairer) finish() *repaired {
	if r.inEntry > 0 {
		r.out.Truncate(r.entryPos)
		r.stack = r.stack[:r.inEntry-1]
		r.inEntry = 0
		r.lost = append(r.lost, "the feed ends in the middle of an entry, which was left out")
	}
	r.popTo(0)
	r.bases.entries = r.bases.entries[:len(r.entries)]
	return &repaired{kind: r.kind, xml: r.out.Bytes(), entries: r.entries, bases: r.bases, lost: r.lost}
}

// declaration skips a comment, a processing instruction or a document type, whose entities it keeps.
func (r *repairer) declaration() bool {
	s := r.in[r.pos:]
	switch {
	case strings.HasPrefix(s, "<!--"):
		if i := r.next(&r.commentEnd, r.pos+4, "-->"); i >= 0 {
			r.pos = i + 3
		} else {
			r.pos += 4
		}
	case strings.HasPrefix(s, "<?"):
		i := strings.Index(s, ">")
		if i < 0 {
			i = len(s) - 1
		}
		r.pos += i + 1
	case strings.HasPrefix(s, "<!") && !strings.HasPrefix(s, "<![CDATA["):
		i := strings.IndexByte(s, '>')
		if i < 0 {
			i = len(s) - 1
		}
		if subset := strings.IndexByte(s[:i], '['); subset >= 0 && len(s) > 2 && s[2] != '[' {
			if end := r.next(&r.subsetEnd, r.pos, "]") - r.pos; end >= subset {
				if gt := strings.IndexByte(s[end:], '>'); gt >= 0 {
					r.declareEntities(s[subset:end])
					i = end + gt
				}
			}
		}
		r.pos += i + 1
	default:
		return false
	}
	return true
}

// declareEntities keeps the internal general entities of a document type.
func (r *repairer) declareEntities(subset string) {
	for len(r.entities) < maxEntities {
		i := strings.Index(subset, "<!ENTITY")
		if i < 0 {
			return
		}
		subset = subset[i+len("<!ENTITY"):]
		decl, rest, ok := strings.Cut(subset, ">")
		if !ok {
			return
		}
		subset = rest
		decl = strings.TrimSpace(decl)
		name, value, ok := strings.Cut(decl, " ")
		value = strings.TrimSpace(value)
		if !ok || len(value) < 2 || value[0] != '"' && value[0] != '\'' || value[len(value)-1] != value[0] {
			continue // external, or a parameter entity: nothing is ever fetched
		}
		if r.entities == nil {
			r.entities = map[string]string{}
		}
		r.entities[name] = html.UnescapeString(value[1 : len(value)-1]) // what it names in turn stays text
	}
}

// cdata writes a CDATA section. One that doesn't end, or ends only in a later entry, ends where its element does.
func (r *repairer) cdata() bool {
	s := r.in[r.pos:]
	if !strings.HasPrefix(s, cdataBegin) {
		if len(s) < len(cdataBegin) && strings.HasPrefix(cdataBegin, s) || strings.HasPrefix(s, "<![") && !strings.Contains(s, ">") {
			r.pos = len(r.in)
			return true
		}
		return false
	}
	s = s[len(cdataBegin):]
	i := r.next(&r.sectionEnd, r.pos+len(cdataBegin), cdataEnd)
	if i >= 0 {
		i -= r.pos + len(cdataBegin)
	}
	next := strings.Index(s[:max(i, 0)], cdataBegin)
	if i < 0 || next >= 0 && (strings.Contains(s[:next], "</item>") || strings.Contains(s[:next], "</entry>")) {
		i = strings.Index(s, "</"+r.stack[len(r.stack)-1].raw+">")
		if i < 0 {
			r.pos = len(r.in)
			return true
		}
		r.section(s[:i])
		r.pos += len(cdataBegin) + i
		return true
	}
	r.section(s[:i])
	r.pos += len(cdataBegin) + i + len(cdataEnd)
	return true
}

// next returns where sep stands next at or behind from, or -1. The last answer is kept in known, so that a document full of
// beginnings without an end is searched once.
func (r *repairer) next(known *int, from int, sep string) int {
	if *known == -1 || *known > 0 && *known >= from {
		return *known
	}
	from = min(from, len(r.in))
	*known = strings.Index(r.in[from:], sep)
	if *known >= 0 {
		*known += from
	}
	return *known
}

// section writes what a CDATA section holds, as one again where that spares the parser many references.
func (r *repairer) section(s string) {
	if !strings.ContainsAny(s, "<&") || strings.Contains(s, "]]>") {
		r.chars(s, false)
		return
	}
	r.out.WriteString("<![CDATA[")
	begin := 0
	for i := 0; i < len(s); i++ {
		if !special[s[i]] || s[i] == '<' || s[i] == '>' || s[i] == '&' {
			continue
		}
		put, n := legal(s[i:])
		if n == 0 {
			continue
		}
		r.out.WriteString(s[begin:i])
		r.out.WriteString(put)
		begin = i + n
		i = begin - 1
	}
	r.out.WriteString(s[begin:])
	r.out.WriteString("]]>")
}

// legal returns what the character at the beginning of s is replaced by and its length, 0 when XML allows it.
func legal(s string) (string, int) {
	switch c := s[0]; {
	case c == 0xc2 && len(s) > 1 && 0x80 <= s[1] && s[1] <= 0x9f:
		return string(windows1252(rune(s[1]))), 2
	case c == 0xef && len(s) > 2 && s[1] == 0xbf && s[2] >= 0xbe:
		return "", 3
	case c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f:
		return "", 1
	}
	return "", 0
}

func (r *repairer) text(s string) { r.chars(s, true) }

// chars writes text: as it is where it may be, references as what they stand for, what XML forbids not at all.
func (r *repairer) chars(s string, references bool) {
	begin := 0
	for i := 0; i < len(s); {
		c := s[i]
		if !special[c] {
			i++
			continue
		}
		var put string
		n := 1
		switch {
		case c == '&' && references:
			put, n = r.reference(s[i:])
			if put == s[i:i+n] {
				i += n
				continue
			}
		case c == '&':
			put = "&amp;"
		case c == '<':
			put = "&lt;"
		case c == '>':
			put = "&gt;"
		default:
			if put, n = legal(s[i:]); n == 0 {
				i++
				continue
			}
		}
		r.out.WriteString(s[begin:i])
		r.out.WriteString(put)
		i += n
		begin = i
	}
	r.out.WriteString(s[begin:])
}

// special are the bytes at which chars has to look closer.
var special = func() (set [256]bool) {
	for c := range 0x20 {
		set[c] = true
	}
	set['\t'], set['\n'], set['\r'] = false, false, false
	for _, c := range []byte{'&', '<', '>', 0x7f, 0xc2, 0xef} {
		set[c] = true
	}
	return set
}()

// reference returns what the reference at the beginning of s is written as, and its length.
func (r *repairer) reference(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return "&amp;", 1
	}
	name := s[1:end]
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return s[:end+1], end + 1
	}
	if name[0] == '#' {
		c, ok := charReference(name[1:])
		if !ok {
			return "&amp;", 1
		}
		return escapeRune(c), end + 1
	}
	if value, ok := r.entities[name]; ok {
		if r.expanded += len(value); r.expanded > maxExpansion {
			return "", end + 1
		}
		return html.EscapeString(value), end + 1
	}
	if isWord(name) {
		if c := html.UnescapeString(s[:end+1]); c != s[:end+1] && !strings.HasSuffix(c, ";") {
			return html.EscapeString(c), end + 1
		}
	}
	return "&amp;", 1
}

func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9') })
}

// charReference reads the digits of a character reference. What is no character is 0; what can't be a number isn't ok.
func charReference(digits string) (rune, bool) {
	base := rune(10)
	if digits != "" && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	if digits == "" {
		return 0, false
	}
	var n rune
	for _, d := range []byte(digits) {
		var v rune
		switch {
		case '0' <= d && d <= '9':
			v = rune(d - '0')
		case base == 16 && 'a' <= d|0x20 && d|0x20 <= 'f':
			v = rune(d|0x20-'a') + 10
		default:
			return 0, false
		}
		if n = n*base + v; n > 0x10ffff {
			return 0, true
		}
	}
	if 0x80 <= n && n <= 0x9f {
		n = windows1252(n)
	}
	if n < 0x20 && n != '\t' && n != '\n' && n != '\r' || 0xd800 <= n && n <= 0xdfff || n&0xfffe == 0xfffe || n == 0x7f {
		return 0, true
	}
	return n, true
}

// windows1252 returns what was meant by a C1 control character: text in windows-1252 that was taken for ISO 8859-1.
func windows1252(c rune) rune {
	const table = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	return [32]rune([]rune(table))[c-0x80]
}

func escapeRune(c rune) string {
	switch c {
	case 0:
		return ""
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	}
	return string(c)
}

// base returns what xml:base says inside a tag that is about to be opened, nil when nothing does.
func (r *repairer) base(t tag) *url.URL {
	var base *url.URL
	if len(r.stack) > 0 {
		base = r.stack[len(r.stack)-1].base
	}
	ref := t.attr("xml:base")
	if ref == "" {
		return base
	}
	outer := base
	if outer == nil {
		outer = r.bases.feed
	}
	if u, err := url.Parse(resolve(outer, html.UnescapeString(ref))); err == nil && u.Host != "" {
		return u
	}
	return base
}

// attributes writes the attributes of a tag but for its namespaces and xml:base. base is what xml:base says, nil for nothing.
func (r *repairer) attributes(t tag, base *url.URL) {
	for i, a := range t.attrs {
		if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") || a.name == "xml:base" || slices.ContainsFunc(t.attrs[:i], func(b attribute) bool { return b.name == a.name }) {
			continue
		}
		if base != nil && (a.name == "href" || a.name == "src" || a.name == "uri") && !isWebAddress(a.value) {
			if address := resolve(base, html.UnescapeString(a.value)); address != "" {
				a.value = html.EscapeString(address)
			}
		}
		r.out.WriteByte(' ')
		r.out.WriteString(a.name)
		r.out.WriteString(`="`)
		for j, part := range strings.Split(a.value, `"`) {
			if j > 0 {
				r.out.WriteString("&quot;")
			}
			r.text(part)
		}
		r.out.WriteByte('"')
	}
}
