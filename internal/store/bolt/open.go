package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"newsbrief/internal/news"
)

// lockTime is how long Open waits for another process to let go of the file, so that its holder is named within a second.
const lockTime = 700 * time.Millisecond

var (
	errForeign = errors.New("not a newsbrief database")
	errNewer   = errors.New("written by a newer newsbrief")
)

// Store is an open database file. Create it with Open.
type Store struct {
	db   *bbolt.DB
	path string

	jobs      chan *job
	committed chan struct{} // closed when the committer has ended
	looks     looks

	subscriptions remembered[news.Subscription]
	topics        remembered[news.Topic]

	closing sync.RWMutex
	closed  bool
}

// Open opens the database file at path, creates it when there is none, and brings it to the current format. Its errors are
// *news.UserError with one sentence that says what to do; then the file was not touched. Close must be called.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = create(path)
	} else if err == nil {
		err = inspect(path, info)
	}
	if err != nil {
		return nil, explain(path, err)
	}
	db, err := openFile(path, false)
	if err != nil {
		return nil, explain(path, err)
	}
	var opened uint64
	if err := db.Update(func(t *bbolt.Tx) (err error) {
		if err := prepare(tx{t}); err != nil {
			return err
		}
		opened, err = t.Bucket([]byte("meta")).NextSequence()
		return err
	}); err != nil {
		return nil, explain(path, errors.Join(err, db.Close()))
	}
	s := &Store{
		db: db, path: path, jobs: make(chan *job, maxBatch), committed: make(chan struct{}),
		looks: looks{last: opened << 32, leases: map[news.FeedID]look{}},
	}
	if err := writeHolder(path); err != nil {
		return nil, explain(path, errors.Join(err, db.Close()))
	}
	go s.commit()
	return s, nil
}

// Close ends all methods, waits for what is being written, and lets go of the file. Calling it again does nothing.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.jobs)
	s.closing.Unlock()
	<-s.committed
	removeHolder(s.path) // while the file is still ours
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// openFile opens a bbolt file. NoFreelistSync makes commits several times faster; the free pages are found again by a walk through
// the file at the next start.
func openFile(path string, readOnly bool) (db *bbolt.DB, err error) {
	err = guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockTime, ReadOnly: readOnly, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
		})
		return err
	})
	return db, err
}

// guard turns what bbolt answers to a damaged file with a panic, and a page that lies behind the end of the file, into ErrCorrupt.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", news.ErrCorrupt, r)
		}
	}()
	return do()
}

// create makes a new database under another name and then gives it its own, so that a crash leaves none or a whole one.
func create(path string) error {
	dir := filepath.Dir(path)
	draft, err := os.CreateTemp(dir, ".newsbrief-new-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	if err := draft.Close(); err != nil {
		return err
	}
	db, err := openFile(draft.Name(), false)
	if err != nil {
		return err
	}
	err = db.Update(func(t *bbolt.Tx) error { return prepare(tx{t}) })
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	err = os.Link(draft.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster; who has it is found out next
	}
	if err != nil { // a file system without links
		err = os.Rename(draft.Name(), path)
	}
	return err
}

// inspect reads through the file without changing it: opening a damaged one for writing could end in a crash.
func inspect(path string, info fs.FileInfo) (err error) {
	if info.IsDir() {
		return errors.New("it is a directory")
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	if info.Size() < 2*1024 { // bbolt would make a new database of an empty file; its smallest has four pages
		return fmt.Errorf("%w: it is too short", errForeign)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := openFile(path, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return guard(func() error {
		return db.View(func(t *bbolt.Tx) error {
			format, err := formatOf(t)
			if err != nil {
				return err
			}
			if format > Format {
				return fmt.Errorf("%w: it has format %d and this program knows formats up to %d", errNewer, format, Format)
			}
			return walk(t)
		})
	})
}

// walk touches every row, so that a page that is missing or damaged shows.
func walk(t *bbolt.Tx) error {
	return t.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if b == nil {
			return fmt.Errorf("%w: it belongs to another program", errForeign)
		}
		return b.ForEach(func(k, v []byte) error { return nil })
	})
}

// explain turns what went wrong into a sentence for the operator.
func explain(path string, err error) error {
	sentence := func(format string, args ...any) error {
		return &news.UserError{Sentence: fmt.Sprintf("Database "+path+": "+format, args...)}
	}
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return sentence("it is in use by %s; stop that one first or set DATABASE_URL to another file.", readHolder(path))
	case errors.Is(err, errNewer):
		return sentence("it is %v; install the newer program or restore a backup made with this one.", err)
	case errors.Is(err, errForeign), errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), strings.Contains(err.Error(), "file size too small"):
		return sentence("it is not a newsbrief database; move the file away to start afresh, restore a backup, or set DATABASE_URL to another file.")
	case errors.Is(err, news.ErrCorrupt), errors.Is(err, berrors.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF):
		return &news.UserError{Sentence: "Database " + path + ": it is damaged or cut off; restore a backup, or move the file away to start afresh.", Err: fmt.Errorf("%w: %w", news.ErrCorrupt, err)}
	case errors.Is(err, fs.ErrPermission):
		return sentence("the user newsbrief runs as may not read and write it or its directory; change the owner, or set DATABASE_URL to another file.")
	case errors.Is(err, fs.ErrNotExist):
		return sentence("the directory %s does not exist; create it, or set DATABASE_URL to another file.", filepath.Dir(path))
	}
	return &news.UserError{Sentence: "Database " + path + ": it can't be opened; set DATABASE_URL to a file newsbrief may create, read and write.", Err: err}
}
