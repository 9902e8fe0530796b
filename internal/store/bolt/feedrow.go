package bolt

import (
	"encoding/binary"
	"fmt"
	"time"

	"newsbrief/internal/news"
)

// A feed's row is read and written at every look, most of which find nothing new: as JSON it would cost more than all else that is
// stored of such a look. So its fields stand one after the other, numbers as varints, texts with their length before them.
//
// feed lists the fields. They keep their order, and new ones come last: a row that ends before them leaves them zero.
func (c *coder) feed(f *news.Feed) {
	c.text(&f.URL)
	c.text(&f.Title)
	c.text(&f.Site)
	c.text(&f.Language)
	c.flag(&f.Default)
	c.flag(&f.Page)
	c.text(&f.ETag)
	c.text(&f.LastModified)
	c.text(&f.BodyHash)
	c.flag(&f.Seeded)
	c.time(&f.NextPoll)
	integer(c, &f.Interval)
	c.time(&f.CheckedAt)
	c.time(&f.OKAt)
	c.time(&f.NewsAt)
	c.time(&f.Rhythm.Since)
	c.time(&f.Rhythm.Base)
	for i := range f.Rhythm.Hours {
		integer(c, &f.Rhythm.Hours[i])
	}
	for i := range f.Rhythm.Days {
		integer(c, &f.Rhythm.Days[i])
	}
	integer(c, &f.Failures)
	c.time(&f.FailingSince)
	c.text(&f.Problem)
	c.flag(&f.Gone)
	text := string(f.Told)
	c.text(&text)
	f.Told = news.FeedState(text)
	c.text(&f.MovedTo)
	integer(c, &f.TTL)
	integer(c, &f.SkipHours)
	integer(c, &f.SkipDays)
}

func encodeFeed(f news.Feed) []byte {
	c := coder{row: make([]byte, 0, 512)}
	c.feed(&f)
	return c.row
}

func decodeFeed(k, row []byte) (news.Feed, error) {
	f := news.Feed{ID: news.FeedID(toNumber(k))}
	c := coder{row: row, reading: true}
	if c.feed(&f); c.bad {
		return news.Feed{}, fmt.Errorf("row %x of feeds: %w; restore a backup", k, news.ErrCorrupt)
	}
	return f, nil
}

// coder writes the fields it is given to row, or reads them from it. Those that row doesn't reach stay as they are.
type coder struct {
	row     []byte
	reading bool
	bad     bool // what was read is no row
}

func (c *coder) number(n uint64) uint64 {
	if !c.reading {
		c.row = binary.AppendUvarint(c.row, n)
		return n
	}
	if len(c.row) == 0 {
		return n
	}
	n, size := binary.Uvarint(c.row)
	if size <= 0 {
		c.bad, c.row = true, nil
		return 0
	}
	c.row = c.row[size:]
	return n
}

func integer[N ~int | ~int64 | ~uint8 | ~uint16 | ~uint32](c *coder, n *N) {
	*n = N(c.number(uint64(*n)))
}

func (c *coder) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	integer(c, &n)
	*b = n == 1
}

func (c *coder) text(s *string) {
	n := c.number(uint64(len(*s)))
	switch {
	case !c.reading:
		c.row = append(c.row, *s...)
	case n > uint64(len(c.row)):
		c.bad, c.row = true, nil
	default:
		*s, c.row = string(c.row[:n]), c.row[n:]
	}
}

func (c *coder) time(t *time.Time) {
	seconds, nanos := t.Unix(), t.Nanosecond()
	integer(c, &seconds)
	integer(c, &nanos)
	*t = time.Unix(seconds, int64(nanos)).UTC()
}
