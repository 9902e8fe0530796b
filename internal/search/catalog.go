package search

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// catalog is the list of the segments that make up the index, with the articles of each that are gone and the sequence number. A
// change of it is one transaction; holding it open keeps other processes out.
//
//	segments: name (big-endian) → bits of the articles that are gone (little-endian words)
//	state:    "sequence" → number (big-endian)
type catalog struct{ db *bolt.DB }

var (
	segmentsBucket = []byte("segments")
	stateBucket    = []byte("state")
	sequenceKey    = []byte("sequence")
)

func openCatalog(dir string) (c *catalog, err error) {
	defer func() { // damaged pages can make bbolt panic
		if p := recover(); p != nil {
			err = fmt.Errorf("unreadable catalog: %v", p)
		}
	}()
	db, err := bolt.Open(filepath.Join(dir, "catalog.db"), 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, err
	}
	return &catalog{db}, nil
}

func (c *catalog) close() error { return c.db.Close() }

func (c *catalog) read() (listed map[uint64]docSet, sequence uint64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("unreadable catalog: %v", p)
		}
	}()
	listed = map[uint64]docSet{}
	err = c.db.View(func(tx *bolt.Tx) error {
		if b := tx.Bucket(stateBucket); b != nil {
			if value := b.Get(sequenceKey); len(value) == 8 {
				sequence = binary.BigEndian.Uint64(value)
			}
		}
		b := tx.Bucket(segmentsBucket)
		if b == nil {
			return nil
		}
		return b.ForEach(func(name, bits []byte) error {
			if len(name) != 8 || len(bits)%8 != 0 {
				return damaged("an entry of the catalog")
			}
			var gone docSet
			for ; len(bits) > 0; bits = bits[8:] {
				gone = append(gone, binary.LittleEndian.Uint64(bits))
			}
			listed[binary.BigEndian.Uint64(name)] = gone
			return nil
		})
	})
	return listed, sequence, err
}

// write stores a state in place of the one before.
func (c *catalog) write(s *state) error {
	return c.db.Update(func(tx *bolt.Tx) error {
		if tx.Bucket(segmentsBucket) != nil {
			if err := tx.DeleteBucket(segmentsBucket); err != nil {
				return err
			}
		}
		segments, err := tx.CreateBucket(segmentsBucket)
		if err != nil {
			return err
		}
		for _, p := range s.parts {
			var bits []byte
			for _, word := range p.gone {
				bits = binary.LittleEndian.AppendUint64(bits, word)
			}
			if err := segments.Put(binary.BigEndian.AppendUint64(nil, p.name), bits); err != nil {
				return err
			}
		}
		b, err := tx.CreateBucketIfNotExists(stateBucket)
		if err != nil {
			return err
		}
		return b.Put(sequenceKey, binary.BigEndian.AppendUint64(nil, s.sequence))
	})
}
