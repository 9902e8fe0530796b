package search

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"testing"
)

// answer is what an index of one segment finds.
func answer(t testing.TB, s *segment, text string) (Result, error) {
	t.Helper()
	x := &Index{}
	x.start(&state{parts: []part{{segment: s, name: 1}}})
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	return x.Search(context.Background(), Query{Text: text})
}

// Damage is an error, or has nothing to do with the answer.
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
	questions := []string{"climate", `"carbon markets"`, "m*", "climale", "기후변화 -탄소", `"部长每年会晤" lang:zh`}
	want := map[string]Result{}
	for _, q := range questions {
		if want[q], err = answer(f, s, q); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, at uint32, flip byte) {
		b := bytes.Clone(whole)
		b[int(at)%len(b)] ^= flip
		s, err := readSegment(memory{bytes.NewReader(b)}, int64(len(b)))
		if err != nil {
			return
		}
		for _, q := range questions {
			if got, err := answer(t, s, q); err == nil && !reflect.DeepEqual(got, want[q]) {
				t.Errorf("%q found %+v, want %+v", q, got, want[q])
			}
		}
		writeMerged(context.Background(), []part{{segment: s, name: 1}}, make([][]int32, 1))(newSegmentWriter(io.Discard))
	})
}
