package bolt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"go.etcd.io/bbolt"

	"newsbrief/internal/news"
)

// tx is a transaction that knows our buckets.
type tx struct{ *bbolt.Tx }

func (t tx) in(bucket string) *bbolt.Bucket { return t.Bucket([]byte(bucket)) }

// get reads a row; ok is false when there is none.
func get[T any](t tx, bucket string, k []byte) (row T, ok bool, err error) {
	v := t.in(bucket).Get(k)
	if v == nil {
		return row, false, nil
	}
	row, err = decode[T](bucket, k, v)
	return row, true, err
}

// find looks a key up: an index has rows without a value.
func (t tx) find(bucket string, k []byte) (v []byte, ok bool) {
	found, v := t.in(bucket).Cursor().Seek(k)
	return v, found != nil && bytes.Equal(found, k)
}

func decode[T any](bucket string, k, v []byte) (row T, err error) {
	if err := json.Unmarshal(v, &row); err != nil {
		return row, fmt.Errorf("row %x of %s: %w (%w); restore a backup", k, bucket, news.ErrCorrupt, err)
	}
	return row, nil
}

func put(t tx, bucket string, k []byte, row any) error {
	v, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("encode a row of %s: %w", bucket, err)
	}
	return t.set(bucket, k, v)
}

func (t tx) set(bucket string, k, v []byte) error {
	if err := t.in(bucket).Put(k, v); err != nil {
		return fmt.Errorf("write to %s: %w", bucket, err)
	}
	return nil
}

func (t tx) drop(bucket string, k []byte) error {
	if err := t.in(bucket).Delete(k); err != nil {
		return fmt.Errorf("delete from %s: %w", bucket, err)
	}
	return nil
}

// entry is a row of an index.
type entry struct {
	bucket string
	k, v   []byte
}

// reindex takes the entries a row had in the indexes away and adds those it has now, touching only what differs.
func (t tx) reindex(was, now []entry) error {
	same := func(a, b entry) bool { return a.bucket == b.bucket && bytes.Equal(a.k, b.k) }
	for _, old := range was {
		if slices.ContainsFunc(now, func(e entry) bool { return same(e, old) }) {
			continue
		}
		if err := t.drop(old.bucket, old.k); err != nil {
			return err
		}
	}
	for _, e := range now {
		if slices.ContainsFunc(was, func(old entry) bool { return same(e, old) && bytes.Equal(e.v, old.v) }) {
			continue
		}
		if err := t.set(e.bucket, e.k, e.v); err != nil {
			return err
		}
	}
	return nil
}

// prefixed yields the rows whose keys begin with prefix, in order. The bucket must not be changed meanwhile.
func (t tx) prefixed(bucket string, prefix []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := t.in(bucket).Cursor()
		for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// between yields the rows with from <= key < to, in order. The bucket must not be changed meanwhile.
func (t tx) between(bucket string, from, to []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := t.in(bucket).Cursor()
		for k, v := c.Seek(from); k != nil && bytes.Compare(k, to) < 0; k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// keys are copies of the keys that begin with prefix: what a loop that changes the bucket goes by.
func (t tx) keys(bucket string, prefix []byte) [][]byte {
	var keys [][]byte
	for k := range t.prefixed(bucket, prefix) {
		keys = append(keys, bytes.Clone(k))
	}
	return keys
}
