package search

import (
	"bytes"
	"context"
	"fmt"
	"math/bits"
)

// Segments are merged when fanout of them are of one level: below eight articles, below eight times as many, and so on. So an article is
// written as many times as its archive has digits in octal, whatever the batches it comes in, and a search looks at a few dozen
// segments at most. A segment more than a quarter of which is gone is written anew.
const fanout = 8

func level(articles int) int { return (bits.Len(uint(articles)) - 1) / 3 }

// mergeable are the parts to be merged next, none where all is well.
func mergeable(parts []part) []part {
	levels := map[int][]part{}
	for _, p := range parts {
		if gone := p.len() - p.live(); gone > 0 && gone >= p.len()/4 {
			return []part{p}
		}
		n := level(p.live())
		if levels[n] = append(levels[n], p); len(levels[n]) == fanout {
			return levels[n]
		}
	}
	return nil
}

// writeMerged makes one segment of several, without the articles that are gone. moved are, for each part, the new numbers of its
// articles, -1 for those that are gone.
func writeMerged(ctx context.Context, parts []part, moved [][]int32) func(*segmentWriter) error {
	return func(w *segmentWriter) error {
		var rows columns
		for n, p := range parts {
			moved[n] = make([]int32, p.len())
			for i := range p.len() {
				if p.gone.has(uint64(i)) {
					moved[n][i] = -1
					continue
				}
				moved[n][i] = int32(rows.len())
				rows.copy(&p.columns, i)
			}
		}
		cursors := make([]*cursor, len(parts))
		for n, p := range parts {
			cursors[n] = &cursor{segment: p.segment}
			if err := cursors[n].next(); err != nil {
				return err
			}
		}
		var list postingsWriter
		for count := 0; ; count++ {
			if count%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			var first *cursor
			for _, c := range cursors {
				if !c.ended && (first == nil || bytes.Compare(c.list.term, first.list.term) < 0) {
					first = c
				}
			}
			if first == nil {
				return w.finish(&rows)
			}
			term := string(first.list.term)
			list.reset()
			for n, c := range cursors {
				if c.ended || string(c.list.term) != term {
					continue
				}
				postings, err := c.postings()
				if err != nil {
					return err
				}
				for postings.next() {
					positions := postings.taken()
					if doc := moved[n][postings.doc]; doc >= 0 {
						list.posting(int(doc), postings.title, postings.text)
						list.positions = append(list.positions, positions...)
					}
				}
				if err := postings.err(); err != nil {
					return err
				}
				if err := c.next(); err != nil {
					return err
				}
			}
			if len(list.postings) > 0 {
				w.add(term, list.title, list.text, list.postings, list.positions)
			}
		}
	}
}

// cursor goes through all terms of a segment, reading a group at a time.
type cursor struct {
	segment *segment
	group   int // the next one
	bytes   []byte
	from    int64 // where bytes begin in the file
	list    listReader
	ended   bool
}

func (c *cursor) next() error {
	for !c.list.read() {
		if err := c.list.err(); err != nil {
			return err
		}
		if c.group == len(c.segment.groups) {
			c.ended = true
			return nil
		}
		g := c.segment.groups[c.group]
		c.group++
		b, err := c.segment.read(&c.bytes, g.postings, int(g.end-g.postings))
		if err != nil {
			return fmt.Errorf("reading a group: %w", err)
		}
		c.bytes, c.from = b, g.postings
		list, err := unseal(b[g.list-g.postings:])
		if err != nil {
			return err
		}
		c.list.reset(list, g)
	}
	return nil
}

func (c *cursor) postings() (postings, error) {
	return readPostings(c.bytes[c.list.at-c.from:c.list.next-c.from], c.list.entry, c.segment.len())
}
