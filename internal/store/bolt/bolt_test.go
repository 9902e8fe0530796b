package bolt_test

import (
	"os"
	"path/filepath"
	"testing"

	"newsbrief/internal/store"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Database {
		return &database{path: filepath.Join(t.TempDir(), "news.db")}
	})
}

type database struct{ path string }

func (d *database) Open(t testing.TB) store.Store { return open(t, d.path) }

// Crash goes on with a copy of the file as it is at this moment, while the process that has it open still lives.
func (d *database) Crash(t testing.TB, _ store.Store) {
	t.Helper()
	b, err := os.ReadFile(d.path)
	if err != nil {
		t.Fatal(err)
	}
	d.path += "x"
	if err := os.WriteFile(d.path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (d *database) Check(t testing.TB, s store.Store) {
	t.Helper()
	if err := s.(*bolt.Store).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func open(t testing.TB, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
