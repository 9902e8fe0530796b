package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
	"sort"
	"strings"
	"sync/atomic"

	"newsbrief/internal/news"
)

// A segment is a part of the index that is never changed. Its file is a stream of groups of up to groupSize terms in their order,
// then a head, which is kept in memory, then a trailer:
//
//	group:    the postings and positions of each term, then the list of the terms, all with their checksums
//	list:     for each term: bytes shared with the term before, rest, articles with it in the title and in the text, bytes of
//	          postings, bytes of positions
//	postings: for each article: distance from the one before ×4 + kind, for kind 3 how often in the title and in the text
//	          (kind 0: once in the text, 1: once in the title, 2: once in both)
//	positions: for each article: the distances of its places in the title, then of those in the text
//	head:     columns, then for each group: first term, bytes of postings and positions, bytes of the list, articles of the
//	          most frequent term
//	trailer:  offset and checksum of the head, magic
//
// Numbers are varints, but for the columns' and the trailer's. Postings are read where they are needed, with ReadAt: a mapped file
// would count as the process's memory.
type segment struct {
	columns
	groups []group
	source source
	path   string   // "" in memory
	byID   []uint32 // the articles in the order of their ids

	lengths lengths
	tongues map[string]int // how many articles of each language

	users   atomic.Int32 // searches, and the index while it is one of its parts
	dropped atomic.Bool  // the file goes with the last user
}

const groupSize = 64

var magic = [4]byte{'n', 'b', 's', 'g'}

const trailerSize = 8 + 4 + 4

// source is a segment's file.
type source interface {
	io.ReaderAt
	io.Closer
}

// group is where some neighbouring terms are.
type group struct {
	first          string
	postings, list int64 // where they begin
	end            int64
	most           int // articles of its most frequent term, title and text added
}

// memory is a segment's file that isn't on disk.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// openSegment reads the head of the segment in a file.
func openSegment(path string) (*segment, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var s *segment
		if s, err = readSegment(f, info.Size()); err == nil {
			s.path = path
			return s, nil
		}
	}
	f.Close()
	return nil, fmt.Errorf("%s: %w", path, err)
}

func readSegment(f source, size int64) (*segment, error) {
	var trailer [trailerSize]byte
	if size < trailerSize {
		return nil, damaged("it is too short")
	}
	if _, err := f.ReadAt(trailer[:], size-trailerSize); err != nil {
		return nil, err
	}
	at := int64(binary.LittleEndian.Uint64(trailer[:]))
	if [4]byte(trailer[12:]) != magic || at < 0 || at > size-trailerSize {
		return nil, damaged("it has no trailer")
	}
	head := make([]byte, size-trailerSize-at)
	if _, err := f.ReadAt(head, at); err != nil {
		return nil, err
	}
	if checksum(head) != binary.LittleEndian.Uint32(trailer[8:]) {
		return nil, damaged("wrong checksum")
	}
	s := &segment{source: f, tongues: map[string]int{}}
	var err error
	if s.columns, head, err = readColumns(head); err != nil {
		return nil, err
	}
	r := reader{b: head}
	s.groups = make([]group, r.count(4))
	from := int64(0)
	for i := range s.groups {
		g := &s.groups[i]
		g.first, g.postings = r.string(), from
		g.list = from + int64(r.uvarint())
		g.end = g.list + int64(r.uvarint())
		g.most = int(r.uvarint())
		if from = g.end; g.list < g.postings || g.end < g.list || g.end > at {
			return nil, damaged("a group lies outside")
		}
	}
	if r.failed {
		return nil, damaged("its groups end early")
	}
	for i, lang := range s.langs {
		if value := s.langTable.values[lang]; value != "" {
			s.tongues[value]++
		}
		s.lengths.title += uint64(s.title[i])
		s.lengths.text += uint64(s.text[i])
	}
	s.lengths.articles = uint64(s.len())
	s.byID = make([]uint32, s.len())
	for i := range s.byID {
		s.byID[i] = uint32(i)
	}
	slices.SortFunc(s.byID, func(a, b uint32) int { return cmp.Compare(s.ids[a], s.ids[b]) })
	return s, nil
}

// number is an article's number in the segment.
func (s *segment) number(id news.ArticleID) (doc uint64, ok bool) {
	i, ok := slices.BinarySearchFunc(s.byID, uint64(id), func(doc uint32, id uint64) int { return cmp.Compare(s.ids[doc], id) })
	if !ok {
		return 0, false
	}
	return uint64(s.byID[i]), true
}

// entry is what a segment's list says of a term.
type entry struct {
	title, text         int   // articles that have it there
	at                  int64 // of its postings, which its positions follow
	postings, positions int
}

// articles are those that have the term in the title or in the text; those that have it in both count twice.
func (e *entry) articles() int { return e.title + e.text }

// listReader reads the list of a group.
type listReader struct {
	reader
	term []byte // the last one read
	same int    // how many bytes of it the term before had too
	entry
	next, end int64 // of the postings that follow, and of all of the group
}

func (l *listReader) reset(list []byte, g group) {
	l.reader, l.term, l.next, l.end = reader{b: list}, l.term[:0], g.postings, g.list
}

// read goes on to the next term; false at the end of the list or where it is damaged.
func (l *listReader) read() bool {
	if len(l.b) == 0 {
		return false
	}
	same := l.uvarint()
	rest := l.bytes(l.count(1))
	if same > uint64(len(l.term)) {
		l.failed = true
	}
	l.title, l.text = int(l.uvarint()), int(l.uvarint())
	postings, positions := l.uvarint(), l.uvarint()
	left := uint64(l.end - l.next)
	if postings > left || positions > left-postings || left-postings-positions < 2*sumSize {
		l.failed = true
	}
	if l.failed {
		return false
	}
	l.same = int(same)
	l.term = append(l.term[:same], rest...)
	l.postings, l.positions = int(postings), int(positions)
	l.at = l.next
	l.next += int64(postings + positions + 2*sumSize)
	return true
}

// groupOf is the number of the group that has a term, if any has; -1 before the first.
func (s *segment) groupOf(term string) int {
	return sort.Search(len(s.groups), func(i int) bool { return s.groups[i].first > term }) - 1
}

// find looks a term up; ok is false where no article has it.
func (s *segment) find(term string, b *buffers) (e entry, ok bool, err error) {
	i := s.groupOf(term)
	if i < 0 {
		return e, false, nil
	}
	l, err := s.list(i, b)
	if err != nil {
		return e, false, err
	}
	for l.read() {
		if string(l.term) >= term {
			return l.entry, string(l.term) == term, nil
		}
	}
	return e, false, l.err()
}

func (l *listReader) err() error {
	if l.failed {
		return damaged("a list of terms")
	}
	return nil
}

// list begins to read the list of group i. It is good until the next one is read into b.
func (s *segment) list(i int, b *buffers) (*listReader, error) {
	g := s.groups[i]
	if b.of != s || b.group != i {
		b.of = nil
		list, err := s.read(&b.list, g.list, int(g.end-g.list))
		if err != nil {
			return nil, err
		}
		if _, err := unseal(list); err != nil {
			return nil, err
		}
		b.of, b.group = s, i
	}
	b.lists.reset(b.list[:g.end-g.list-sumSize], g)
	return &b.lists, nil
}

// walk calls f with each term that begins with prefix, in their order. f returns how many articles terms must have to be of interest
// from there on: of the others some are left out. What f gets is good until it returns.
func (s *segment) walk(prefix string, b *buffers, f func(l *listReader) (least int)) error {
	least := 0
	for i := max(0, s.groupOf(prefix)); i < len(s.groups); i++ {
		if first := s.groups[i].first; first > prefix && !strings.HasPrefix(first, prefix) {
			return nil
		}
		if s.groups[i].most < least {
			continue
		}
		l, err := s.list(i, b)
		if err != nil {
			return err
		}
		for l.read() {
			if len(l.term) >= len(prefix) && string(l.term[:len(prefix)]) == prefix {
				least = f(l)
			} else if string(l.term) > prefix {
				return nil
			}
		}
		if err := l.err(); err != nil {
			return err
		}
	}
	return nil
}

// read reads n bytes of the file into a buffer that is made larger if it has to be. What can't be read is damaged.
func (s *segment) read(buffer *[]byte, at int64, n int) ([]byte, error) {
	if cap(*buffer) < n {
		*buffer = make([]byte, n+n/4)
	}
	b := (*buffer)[:n]
	if _, err := s.source.ReadAt(b, at); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return b, nil
}

// buffers are what one goroutine reads segments with.
type buffers struct {
	list, postings []byte
	lists          listReader
	of             *segment // whose list was read last
	group          int      // and of which group
}

// postings begins to read a term's postings, which are good until the next ones are read into the buffer. Positions are there only
// if they were asked for.
func (s *segment) postings(e entry, buffer *[]byte, positions bool) (postings, error) {
	n := e.postings + sumSize
	if positions {
		n += e.positions + sumSize
	}
	b, err := s.read(buffer, e.at, n)
	if err != nil {
		return postings{}, err
	}
	return readPostings(b, e, s.len())
}

// readPostings reads the postings of a term in a segment of so many articles, and its positions if b has them.
func readPostings(b []byte, e entry, docs int) (p postings, err error) {
	p.doc, p.docs = -1, docs
	if p.b, err = unseal(b[:e.postings+sumSize]); err != nil {
		return postings{}, err
	}
	if b = b[e.postings+sumSize:]; len(b) > 0 {
		if p.positions, err = unseal(b); err != nil {
			return postings{}, err
		}
	}
	return p, nil
}

// postings are the articles that have a term, one at a time.
type postings struct {
	doc         int
	title, text int // how often

	b, positions []byte
	left         int // positions of the articles so far that were not taken yet
	docs         int
	damaged      bool
}

// next goes on to the next article; false at the end or where they are damaged.
func (p *postings) next() bool {
	if len(p.b) == 0 {
		return false
	}
	code := uint64(p.b[0])
	if code < 0x80 {
		p.b = p.b[1:]
	} else {
		code = p.uvarint()
	}
	p.doc += int(code >> 2)
	switch code & 3 {
	case 0:
		p.title, p.text = 0, 1
	case 1:
		p.title, p.text = 1, 0
	case 2:
		p.title, p.text = 1, 1
	case 3:
		p.title, p.text = int(p.uvarint()), int(p.uvarint())
	}
	p.left += p.title + p.text
	if uint(p.doc) >= uint(p.docs) || p.damaged {
		p.damaged, p.b = true, nil
		return false
	}
	return true
}

func (p *postings) uvarint() uint64 {
	v, n := binary.Uvarint(p.b)
	if n <= 0 {
		p.damaged, p.b = true, nil
		return 0
	}
	p.b = p.b[n:]
	return v
}

func (p *postings) err() error {
	if p.damaged {
		return damaged("postings")
	}
	return nil
}

// places takes the positions of the article p stands at: those in its title, then those in its text.
func (p *postings) places(title, body []int) (inTitle, inText []int) {
	p.pass(p.left - p.title - p.text)
	p.left = 0
	return p.field(p.title, title[:0]), p.field(p.text, body[:0])
}

func (p *postings) field(n int, into []int) []int {
	at := 0
	for range n {
		v, size := binary.Uvarint(p.positions)
		if size <= 0 {
			p.damaged, p.b = true, nil
			return into
		}
		p.positions = p.positions[size:]
		at += int(v)
		into = append(into, at)
	}
	return into
}

// taken takes the positions of the article p stands at as they are written.
func (p *postings) taken() []byte {
	p.pass(p.left - p.title - p.text)
	p.left = 0
	return p.pass(p.title + p.text)
}

// pass leaves n positions behind and returns their bytes. Each ends with a byte whose highest bit isn't set; of most bytes eight are
// looked at together.
func (p *postings) pass(n int) []byte {
	b, size := p.positions, 0
	for n > 8 && size+8 <= len(b) {
		n -= bits.OnesCount64(^binary.LittleEndian.Uint64(b[size:]) & 0x8080808080808080)
		size += 8
	}
	for ; n > 0 && size < len(b); size++ {
		if b[size] < 0x80 {
			n--
		}
	}
	if n > 0 {
		p.damaged, p.b = true, nil
		return nil
	}
	p.positions = b[size:]
	return b[:size]
}

// use keeps the segment open until release.
func (s *segment) use() { s.users.Add(1) }

// release closes the segment's file behind its last user, and removes it where the segment was dropped. A file that can't be removed is
// removed by the next Open, and nothing hangs on the closing of one that was only read: neither is an error of what was done.
func (s *segment) release() {
	if s.users.Add(-1) > 0 {
		return
	}
	s.source.Close()
	if s.dropped.Load() && s.path != "" {
		os.Remove(s.path)
	}
}
