package search

import (
	"bytes"
	"context"
	"io"
	"testing"
)

// Damage is an error or a wrong answer, never a panic.
func FuzzDamage(f *testing.F) {
	s, err := newSegment("", writeArticles(archive))
	if err != nil {
		f.Fatal(err)
	}
	whole := make([]byte, s.source.(memory).Size())
	if _, err := s.source.ReadAt(whole, 0); err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(whole); i += len(whole) / 50 {
		f.Add(uint32(i), byte(0xff))
		f.Add(uint32(i), byte(0x01))
	}
	f.Fuzz(func(t *testing.T, at uint32, flip byte) {
		b := bytes.Clone(whole)
		b[int(at)%len(b)] ^= flip
		s, err := readSegment(memory{bytes.NewReader(b)}, int64(len(b)))
		if err != nil {
			return
		}
		x := &Index{}
		x.start(&state{parts: []part{{segment: s, name: 1}}})
		for _, q := range []string{"climate", `"carbon markets"`, "m*", "climale", "기후변화 -탄소", `"部长每年会晤" lang:zh`} {
			x.Search(context.Background(), Query{Text: q}) // any answer will do
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		writeMerged(context.Background(), []part{{segment: s, name: 1}}, make([][]int32, 1))(newSegmentWriter(io.Discard))
	})
}
