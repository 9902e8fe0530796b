package topic

import (
	"fmt"
	"strings"
	"unicode"

	"newsbrief/internal/text"
)

// Limits of a query. They are far above what people type and keep a stranger's query from costing much.
const (
	maxQueryRunes = 1000
	maxQueryTerms = 60
	maxQueryDepth = 12
)

// Query is a parsed topic query. It is immutable and safe for concurrent use.
//
//	climate change             both words, in any inflection of the article's language
//	climate OR 기후            either; OR binds weaker than words standing side by side
//	apple -fruit               without the word; NOT fruit says the same
//	"carbon market"            the words side by side, in this order
//	decarboni*                 words that begin so
//	(wind OR solar) -storm     groups
//	title:summit source:reuters lang:ko
//
// Scripts without spaces between words (Chinese, Japanese, Thai, ...) and Korean, whose particles stick to the word, are
// matched by what the text contains.
type Query struct {
	root *node
}

// SyntaxError is a query that can't be read. Pos is the code point, counted from 0, where the trouble is; Sentence says what to
// write instead.
type SyntaxError struct {
	Pos      int
	Sentence string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("at character %d: %s", e.Pos+1, e.Sentence) }

type op uint8

const (
	opAnd op = iota
	opOr
	opNot
	opLeaf
)

type field uint8

const (
	fieldAny field = iota
	fieldTitle
	fieldSource
	fieldLang
)

var fieldNames = map[string]field{"title": fieldTitle, "source": fieldSource, "lang": fieldLang}

func (f field) String() string {
	for name, value := range fieldNames {
		if value == f {
			return name
		}
	}
	return ""
}

// node is one operator or one leaf of a query.
type node struct {
	op     op
	field  field
	quoted bool
	prefix bool
	at     int32  // where it stands in the query
	plain  uint64 // hash of a leaf's only word, 0 where there is more to look for
	leaf   leaf
	kids   []*node // And, Or: two or more; Not: one
	raw    string  // the leaf as it was typed, without quotes and star
}

// Parse reads a query. The error is a *SyntaxError.
func Parse(query string) (*Query, error) {
	p := parser{src: []rune(strings.ToValidUTF8(query, "\uFFFD"))}
	root, err := p.query()
	if err != nil {
		return nil, err
	}
	return &Query{root: root}, nil
}

// String writes the query in its canonical form: parsing it gives the same query again.
func (q *Query) String() string {
	var b strings.Builder
	q.root.write(&b, opOr)
	return b.String()
}

// write writes n where an operand of an operator is expected.
func (n *node) write(b *strings.Builder, around op) {
	switch n.op {
	case opLeaf:
		if n.field != fieldAny {
			b.WriteString(n.field.String() + ":")
		}
		if n.quoted || !n.prefix && meansOperator(n.raw) {
			b.WriteString(`"` + n.raw + `"`)
		} else {
			b.WriteString(n.raw)
		}
		if n.prefix {
			b.WriteByte('*')
		}
	case opNot:
		b.WriteByte('-')
		n.kids[0].write(b, opNot)
	default:
		separator := " "
		if n.op == opOr {
			separator = " OR "
		}
		group := around == opNot || n.op == opOr && around == opAnd
		if group {
			b.WriteByte('(')
		}
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteString(separator)
			}
			kid.write(b, n.op)
		}
		if group {
			b.WriteByte(')')
		}
	}
}

type parser struct {
	src   []rune
	pos   int
	terms int
	depth int
}

func (p *parser) query() (*node, error) {
	if len(p.src) > maxQueryRunes {
		return nil, p.errorf(maxQueryRunes, "a query can have at most %d characters; make two topics of it", maxQueryRunes)
	}
	p.space()
	if p.end() {
		return nil, p.errorf(0, "write at least one word, for example: climate OR 기후")
	}
	root, err := p.or(fieldAny)
	if err != nil {
		return nil, err
	}
	if !p.end() { // only a closing parenthesis stops or
		return nil, p.errorf(p.pos, "this ) has no ( before it; remove it or write the opening one")
	}
	if n := root.barren(); n != nil {
		return nil, p.errorf(int(n.at), "a query that only excludes would match nearly everything; add a word that must be there")
	}
	return root, nil
}

// barren is what keeps the node from being true only where something is found: an exclusion; nil for nothing.
func (n *node) barren() *node {
	switch n.op {
	case opLeaf:
		return nil
	case opNot:
		return n
	}
	var first *node
	for _, kid := range n.kids {
		b := kid.barren()
		if b == nil && n.op == opAnd || b != nil && n.op == opOr {
			return b
		}
		if first == nil {
			first = b
		}
	}
	return first
}

func (p *parser) or(f field) (*node, error) {
	if p.depth++; p.depth > maxQueryDepth {
		return nil, p.errorf(p.pos, "there are too many parentheses inside one another; leave some out")
	}
	defer func() { p.depth-- }()
	var kids []*node
	for {
		kid, err := p.and(f)
		if err != nil {
			return nil, err
		}
		if kid.op == opOr {
			kids = append(kids, kid.kids...)
		} else {
			kids = append(kids, kid)
		}
		if p.end() || p.peek() == ')' {
			return join(opOr, kids), nil
		}
		p.keyword("OR") // and stops nowhere else
	}
}

func (p *parser) and(f field) (*node, error) {
	var kids []*node
	for {
		p.space()
		at := p.pos
		if p.end() || p.peek() == ')' || p.isKeyword("OR") {
			if len(kids) > 0 {
				return join(opAnd, kids), nil
			}
			switch {
			case p.end():
				return nil, p.errorf(at, "something is missing at the end; write a word there")
			case p.peek() == ')':
				return nil, p.errorf(at, "there is nothing to look for before this ); write a word there")
			default:
				return nil, p.errorf(at, "OR stands between two words, as in: storm OR flood; to look for the word itself write \"or\"")
			}
		}
		if p.isKeyword("AND") {
			p.keyword("AND")
			p.space()
			if len(kids) == 0 || p.end() || p.peek() == ')' || p.isKeyword("OR") || p.isKeyword("AND") {
				return nil, p.errorf(at, "AND stands between two words; words side by side must all be there without it")
			}
		}
		if len(kids) > 0 {
			if err := p.meantOperator(); err != nil {
				return nil, err
			}
		}
		kid, err := p.unary(f)
		if err != nil {
			return nil, err
		}
		if kid.op == opAnd {
			kids = append(kids, kid.kids...)
		} else {
			kids = append(kids, kid)
		}
	}
}

func join(o op, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	return &node{op: o, at: kids[0].at, kids: kids}
}

func (p *parser) unary(f field) (*node, error) {
	at := p.pos
	switch {
	case p.isKeyword("NOT"):
		p.keyword("NOT")
		p.space()
	case isMinus(p.peek()):
		p.pos++
	default:
		return p.primary(f)
	}
	if p.end() || unicode.IsSpace(p.peek()) || p.peek() == ')' || p.isKeyword("OR") || p.isKeyword("AND") {
		return nil, p.errorf(at, "write the word to exclude right behind it, as in: apple -fruit")
	}
	if p.depth++; p.depth > maxQueryDepth {
		return nil, p.errorf(at, "there are too many - or NOT in a row; leave some out")
	}
	defer func() { p.depth-- }()
	kid, err := p.unary(f)
	if err != nil {
		return nil, err
	}
	if kid.op == opNot {
		return kid.kids[0], nil
	}
	return &node{op: opNot, at: int32(at), kids: []*node{kid}}, nil
}

// closing quotes by their opening one; phones and other keyboards write more than one kind.
var closing = map[rune]string{'"': `"”“＂`, '“': "”“\"", '„': "“”\"", '”': "”\"", '«': "»", '»': "«", '「': "」", '『': "』", '＂': "＂\"",
	'‹': "›", '›': "‹", '《': "》", '〈': "〉"}

func (p *parser) primary(f field) (*node, error) {
	at := p.pos
	r := p.peek()
	switch {
	case r == '(':
		p.pos++
		inner, err := p.or(f)
		if err != nil {
			return nil, err
		}
		if p.end() {
			return nil, p.errorf(at, "this ( is never closed; write ) behind its last word")
		}
		p.pos++
		return inner, nil
	case closing[r] != "":
		return p.phrase(f)
	case r == '*':
		return nil, p.errorf(at, "a * stands at the end of a word, as in: climat*")
	}
	word := p.word()
	if i, ok := listed(word); ok {
		return nil, p.errorf(at+i, "write OR between words to find either of them; words side by side must all be there")
	}
	if !p.end() && p.peek() == ':' {
		if inner, named, err := p.fieldTerm(f, at, word); named || err != nil {
			return inner, err
		}
		// A colon that belongs to no field (10:30) is part of the word.
		for !p.end() && p.peek() == ':' {
			p.pos++
			word += ":" + p.word()
		}
	}
	return p.newLeaf(f, at, word, false)
}

// fieldTerm reads what follows name:, if name is a field.
func (p *parser) fieldTerm(outer field, at int, name string) (n *node, named bool, err error) {
	f, known := fieldNames[strings.ToLower(text.Fold(name))]
	if !known {
		if meant := meantField(name); meant != "" {
			return nil, true, p.errorf(at, "there is no field %s: here; write %s: for that, or put the words in \"quotes\"", name, meant)
		}
		if !isASCIIWord(name) || p.pos+1 < len(p.src) && p.src[p.pos+1] == '/' {
			return nil, false, nil
		}
		return nil, true, p.errorf(at, "there is no field %s: here; write title:, source: or lang:, or put the words in \"quotes\"", name)
	}
	p.pos++
	switch {
	case outer != fieldAny:
		return nil, true, p.errorf(at, "%s: can't stand inside %s:(…); write it behind the parentheses", name, outer)
	case p.end() || unicode.IsSpace(p.peek()) || p.peek() == ')':
		return nil, true, p.errorf(at, "write what to look for right behind %s:, without a space", name)
	case isMinus(p.peek()) || p.isKeyword("NOT"):
		return nil, true, p.errorf(at, "write -%s:word to exclude", name)
	}
	n, err = p.primary(f)
	return n, true, err
}

func isASCIIWord(s string) bool {
	for _, r := range s {
		if r|0x20 < 'a' || r|0x20 > 'z' {
			return false
		}
	}
	return s != ""
}

func (p *parser) phrase(f field) (*node, error) {
	at, closers := p.pos, closing[p.peek()]
	p.pos++
	var b strings.Builder
	for {
		if p.end() {
			return nil, p.errorf(at, "this quotation mark is never closed; write another one behind the last word")
		}
		r := p.src[p.pos]
		p.pos++
		if strings.ContainsRune(closers, r) {
			break
		}
		if strings.ContainsRune(closing['"'], r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return p.newLeaf(f, at, strings.Join(strings.Fields(b.String()), " "), true)
}

// word reads up to white space, a quotation mark, a parenthesis or a colon.
func (p *parser) word() string {
	from := p.pos
	for !p.end() {
		r := p.peek()
		if unicode.IsSpace(r) || r == '(' || r == ')' || r == ':' || closing[r] != "" {
			break
		}
		p.pos++
	}
	return string(p.src[from:p.pos])
}

func (p *parser) newLeaf(f field, at int, raw string, quoted bool) (*node, error) {
	if p.terms++; p.terms > maxQueryTerms {
		return nil, p.errorf(at, "a query can have at most %d words; make two topics of it", maxQueryTerms)
	}
	n := &node{op: opLeaf, at: int32(at), field: f, raw: raw, quoted: quoted}
	if trimmed := strings.TrimRight(raw, "*＊"); !quoted && trimmed != raw {
		n.raw, n.prefix = trimmed, true
	} else if quoted && !p.end() && p.peek() == '*' {
		return nil, p.errorf(p.pos, "a * can't stand behind a phrase; leave it out or take the quotation marks away")
	}
	if !quoted && strings.ContainsAny(n.raw, "*＊") {
		return nil, p.errorf(at, "a * stands at the end of a word only, as in: climat*")
	}
	n.leaf = newLeaf(n.raw, n.prefix)
	if !n.prefix {
		n.plain = n.leaf.plain()
	}
	switch {
	case f == fieldLang:
		if code := languageCode(n.raw); code != "" {
			return nil, p.errorf(at, "write the language as its code, here lang:%s", code)
		}
		if base := text.Base(n.raw); !isLanguage(base) || n.prefix {
			return nil, p.errorf(at, "write the language as its code, as in: lang:ko, lang:en or lang:zh-Hant")
		}
	case len(n.leaf.parts) == 0:
		return nil, p.errorf(at, "there is no letter or digit to look for in %s; write a word", strings.TrimSpace(raw))
	case n.prefix && len(n.leaf.parts) > 1 && (n.leaf.solids == nil || !n.leaf.solids[len(n.leaf.parts)-1]):
		return nil, p.errorf(at, "a * works behind a single word only, as in: climat*")
	case n.prefix && !n.leaf.solid && len([]rune(n.leaf.parts[0])) < 2:
		return nil, p.errorf(at, "write at least two letters before the *")
	}
	return n, nil
}

func (p *parser) end() bool { return p.pos >= len(p.src) }

// peek is the next rune, with the full-width forms of East Asian keyboards read as the plain ones.
func (p *parser) peek() rune { return narrow(p.src[p.pos]) }

func narrow(r rune) rune {
	if r > '！' && r <= '～' && r != '＂' {
		return r - '！' + '!'
	}
	return r
}

// isMinus tells the minus, and what keyboards and word processors make of it.
func isMinus(r rune) bool { return r == '-' || r == '−' || r == '–' || r == '—' }

func (p *parser) space() {
	for !p.end() && unicode.IsSpace(p.src[p.pos]) {
		p.pos++
	}
}

// isKeyword reports whether the operator stands here as a word of its own.
func (p *parser) isKeyword(word string) bool {
	for i, r := range word {
		if p.pos+i >= len(p.src) || narrow(p.src[p.pos+i]) != r {
			return false
		}
	}
	after := p.pos + len(word)
	if after == len(p.src) {
		return true
	}
	r := p.src[after]
	return unicode.IsSpace(r) || narrow(r) == '(' || narrow(r) == ')' || closing[r] != ""
}

func (p *parser) keyword(word string) { p.pos += len(word) }

func (p *parser) errorf(pos int, format string, args ...any) error {
	return &SyntaxError{Pos: min(pos, len(p.src)), Sentence: fmt.Sprintf(format, args...)}
}
