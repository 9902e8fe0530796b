package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The catalog lists the segments that make up the index, the articles of each that are gone, and the sequence number. Its file is
// written anew with each change and takes the place of the one before:
//
//	sequence, number of segments
//	for each: name, length of the bits of the articles that are gone, bits
//	checksum of all that
//
// Numbers are varints, but for the words of the bits and the checksum, which are little-endian.
const catalogName = "catalog"

// readCatalog is the catalog of a directory, empty where there is none.
func readCatalog(dir string) (listed map[uint64]docSet, sequence uint64, err error) {
	b, err := os.ReadFile(filepath.Join(dir, catalogName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if b, err = unseal(b); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", catalogName, err)
	}
	r := reader{b: b}
	sequence = r.uvarint()
	listed = map[uint64]docSet{}
	for range r.count(2) {
		name := r.uvarint()
		gone := make(docSet, r.count(8))
		r.fixed([]uint64(gone))
		listed[name] = gone
	}
	if r.failed {
		return nil, 0, damaged("the catalog")
	}
	return listed, sequence, nil
}

// writeCatalog stores a state in place of the one before. Once it returns, this is on disk.
func writeCatalog(dir string, s *state) error {
	b := binary.AppendUvarint(nil, s.sequence)
	b = binary.AppendUvarint(b, uint64(len(s.parts)))
	for _, p := range s.parts {
		b = binary.AppendUvarint(b, p.name)
		b = binary.AppendUvarint(b, uint64(len(p.gone)))
		for _, word := range p.gone {
			b = binary.LittleEndian.AppendUint64(b, word)
		}
	}
	b = seal(b)
	path := filepath.Join(dir, catalogName)
	if err := writeFile(path+".new", b); err != nil {
		return fmt.Errorf("writing the catalog: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("replacing the catalog: %w", err)
	}
	return syncDir(dir)
}

// writeFile writes a file to disk.
func writeFile(path string, b []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
