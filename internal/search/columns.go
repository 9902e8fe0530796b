package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// columns are what is known of a segment's articles beside their terms, a row each. They stay in memory: filters, lengths and ids are
// read from them, some 45 bytes an article.
type columns struct {
	ids     []uint64
	stories []uint64
	times   []int64 // of publication, Unix seconds; noTime where it isn't known
	title   []uint16
	text    []uint16 // lengths in terms
	langs   []uint32 // which of the tables' rows
	sources []uint32
	feeds   []uint32

	langTable   table
	sourceTable table // the terms of outlets' names, each between spaces
	feedTable   table // sets of feeds, eight bytes each
}

const noTime = math.MinInt64

// table numbers the values of a column that has few different ones.
type table struct {
	values []string
	number map[string]uint32 // while it is being written
}

func (t *table) add(value string) uint32 {
	n, ok := t.number[value]
	if !ok {
		if t.number == nil {
			t.number = map[string]uint32{}
		}
		n = uint32(len(t.values))
		t.values, t.number[value] = append(t.values, value), n
	}
	return n
}

func (c *columns) len() int { return len(c.ids) }

// add appends an article's row.
func (c *columns) add(a news.Article, title, body int) {
	c.ids = append(c.ids, uint64(a.ID))
	c.stories = append(c.stories, uint64(a.Story))
	at := int64(noTime)
	if !a.Published.IsZero() {
		at = a.Published.Unix()
	}
	c.times = append(c.times, at)
	c.title = append(c.title, uint16(min(title, math.MaxUint16)))
	c.text = append(c.text, uint16(min(body, math.MaxUint16)))
	c.langs = append(c.langs, c.langTable.add(text.Base(a.Language)))
	c.sources = append(c.sources, c.sourceTable.add(sourceTerms(a.Source)))
	feeds := slices.Clone(a.Feeds)
	slices.Sort(feeds)
	var set []byte
	for _, feed := range feeds {
		set = binary.LittleEndian.AppendUint64(set, uint64(feed))
	}
	c.feeds = append(c.feeds, c.feedTable.add(string(set)))
}

// copy appends row i of other.
func (c *columns) copy(other *columns, i int) {
	c.ids = append(c.ids, other.ids[i])
	c.stories = append(c.stories, other.stories[i])
	c.times = append(c.times, other.times[i])
	c.title = append(c.title, other.title[i])
	c.text = append(c.text, other.text[i])
	c.langs = append(c.langs, c.langTable.add(other.langTable.values[other.langs[i]]))
	c.sources = append(c.sources, c.sourceTable.add(other.sourceTable.values[other.sources[i]]))
	c.feeds = append(c.feeds, c.feedTable.add(other.feedTable.values[other.feeds[i]]))
}

func sourceTerms(name string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, t := range terms(name, "") {
		b.WriteString(t.Text)
		b.WriteByte(' ')
	}
	return b.String()
}

// sets calls yield with each of the feeds of a row of the feed table.
func eachFeed(set string, yield func(news.FeedID)) {
	for b := []byte(set); len(b) >= 8; b = b[8:] {
		yield(news.FeedID(binary.LittleEndian.Uint64(b)))
	}
}

// appendTo writes the columns. Numbers are little-endian, counts are varints.
func (c *columns) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.len()))
	for _, column := range []any{c.ids, c.stories, c.times, c.title, c.text, c.langs, c.sources, c.feeds} {
		b, _ = binary.Append(b, binary.LittleEndian, column) // fails for types without a fixed size only
	}
	for _, t := range []table{c.langTable, c.sourceTable, c.feedTable} {
		b = binary.AppendUvarint(b, uint64(len(t.values)))
		for _, value := range t.values {
			b = appendString(b, value)
		}
	}
	return b
}

// readColumns reads what appendTo wrote and returns what follows it.
func readColumns(b []byte) (columns, []byte, error) {
	r := reader{b: b}
	var c columns
	n := r.count(40)
	c.ids, c.stories, c.times = make([]uint64, n), make([]uint64, n), make([]int64, n)
	c.title, c.text = make([]uint16, n), make([]uint16, n)
	c.langs, c.sources, c.feeds = make([]uint32, n), make([]uint32, n), make([]uint32, n)
	for _, column := range []any{c.ids, c.stories, c.times, c.title, c.text, c.langs, c.sources, c.feeds} {
		r.fixed(column)
	}
	for _, t := range []*table{&c.langTable, &c.sourceTable, &c.feedTable} {
		t.values = make([]string, r.count(1))
		for i := range t.values {
			t.values[i] = r.string()
		}
	}
	for i := range n {
		if int(c.langs[i]) >= len(c.langTable.values) || int(c.sources[i]) >= len(c.sourceTable.values) || int(c.feeds[i]) >= len(c.feedTable.values) {
			r.failed = true
		}
	}
	if r.failed {
		return columns{}, nil, errDamaged
	}
	return c, r.b, nil
}

// errDamaged is a file whose bytes are not those that were written.
var errDamaged = errors.New("damaged segment")

// reader takes values from the front of b; once one isn't there, failed stays set and all further values are zero.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.failed, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count is how many values of at least size bytes each follow.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		r.failed, r.b = true, nil
		return 0
	}
	return int(n)
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.b) {
		r.failed, r.b = true, nil
		return nil
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *reader) string() string { return string(r.bytes(r.count(1))) }

// fixed reads into a slice of numbers.
func (r *reader) fixed(into any) {
	n, err := binary.Decode(r.b, binary.LittleEndian, into)
	if err != nil {
		r.failed, r.b = true, nil
		return
	}
	r.b = r.b[n:]
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// sumSize is how many bytes seal appends.
const sumSize = 4

// seal appends the checksum of b.
func seal(b []byte) []byte { return binary.LittleEndian.AppendUint32(b, checksum(b)) }

// unseal is b without the checksum that seal appended.
func unseal(b []byte) ([]byte, error) {
	n := len(b) - sumSize
	if n < 0 || checksum(b[:n]) != binary.LittleEndian.Uint32(b[n:]) {
		return nil, damaged("wrong checksum")
	}
	return b[:n], nil
}

func damaged(what string) error { return fmt.Errorf("%w: %s", errDamaged, what) }
