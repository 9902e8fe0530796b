package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
)

// sample is the content of a database with enough rows for many pages.
func sample(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.db")
	s := open(t, path)
	for i := range 60 {
		if err := s.PublishStory(t.Context(), now, publication(i, 20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refused asserts that the file can't be opened, why is said in one sentence, and the file is left as it was.
func refused(t *testing.T, path, want string) {
	t.Helper()
	before, _ := os.ReadFile(path)
	s, err := bolt.Open(t.Context(), path)
	if err == nil {
		s.Close()
		t.Fatal("it was opened")
	}
	if sentence := (*news.UserError)(nil); !errors.As(err, &sentence) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %q, want a sentence with %q and the path", err, want)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("a note of the holder was left")
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := sample(t)
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":             {nil, "not a newsbrief database"},
		"text":              {[]byte("feeds: []\n"), "not a newsbrief database"},
		"noise":             {noise, "not a newsbrief database"},
		"zeroes":            {make([]byte, 1<<16), "not a newsbrief database"},
		"first page only":   {whole[:4096], "not a newsbrief database"},
		"cut in half":       {whole[:len(whole)/2], "damaged"},
		"cut after 5 pages": {whole[:5*4096], "damaged"},
		"no metas":          {append(make([]byte, 8192), whole[8192:]...), "not a newsbrief database"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "news.db")
			if err := os.WriteFile(path, test.content, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, test.want)
		})
	}
	t.Run("directory", func(t *testing.T) { refused(t, t.TempDir(), "directory") })
	t.Run("directory missing", func(t *testing.T) {
		refused(t, filepath.Join(t.TempDir(), "none", "news.db"), "does not exist")
	})
	t.Run("another program's", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "other.db")
		write(t, path, "widgets", "a", "b")
		refused(t, path, "not a newsbrief database")
	})
	t.Run("newer", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "newer.db")
		write(t, path, "meta", "version", "99")
		refused(t, path, "newer newsbrief: it has format 99")
	})
}

// write puts one row into a file that belongs to nobody yet.
func write(t *testing.T, path, bucket, k, v string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte(bucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(k), []byte(v))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A damaged page may be a free one, so that the file opens; it must never end in a crash or be changed by a refusal.
func TestOpenDamaged(t *testing.T) {
	whole := sample(t)
	random := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "news.db")
	damaged := 0
	for page := 2; page < len(whole)/4096; page += 5 {
		b := bytes.Clone(whole)
		for i := range 64 {
			b[page*4096+i] = byte(random.Uint32())
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(t.Context(), path)
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		damaged++
		if !strings.Contains(err.Error(), "damaged") || !errors.Is(err, news.ErrCorrupt) {
			t.Errorf("page %d: %v", page, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(b, after) {
			t.Errorf("page %d: the file was changed", page)
		}
		runtime.GC()
	}
	if damaged == 0 {
		t.Error("no damage was noticed")
	}
}

func TestOpenInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	s := open(t, path)
	begin := time.Now()
	_, err := bolt.Open(t.Context(), path)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("it took %v to say so", took)
	}
	host, _ := os.Hostname()
	if want := fmt.Sprintf("process %d on %s since 2", os.Getpid(), host); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("the note of the holder stays behind")
	}
	open(t, path)
}

func TestOpenAfterKilledHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	note := fmt.Sprintf("%d\n%s\n2026-01-01T00:00:00Z\n", dead.Process.Pid, host)
	if err := os.WriteFile(path+".lock", []byte(note), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil) // a holder that leaves no note
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("error %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

// A process that was killed while it had claims out is not waited for.
func TestOpenEndsLeases(t *testing.T) {
	db := &database{path: filepath.Join(t.TempDir(), "news.db")}
	s := open(t, db.path)
	if _, err := s.AddFeed(t.Context(), now, "g", news.Feed{ID: 1, URL: "https://a.example/"}); err != nil {
		t.Fatal(err)
	}
	if err := s.PublishStory(t.Context(), now, publication(1, 1)); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		feeds, err := s.ClaimFeeds(t.Context(), now, time.Hour, 1)
		if err != nil || len(feeds) != 1 {
			t.Fatalf("round %d: %v, %v", i, feeds, err)
		}
		claims, err := s.ClaimDeliveries(t.Context(), now, time.Hour, 1, 1)
		if err != nil || len(claims) != 1 || claims[0].Deliveries[0].Attempts != i+1 {
			t.Fatalf("round %d: %v, %v", i, claims, err)
		}
		db.Crash(t, s)
		s = open(t, db.path)
	}
	db.Check(t, s)
}

func TestBackupIsADatabase(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"))
	for i := range 50 {
		if err := s.PublishStory(t.Context(), now, publication(i, 2)); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := s.Backup(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	restored := open(t, path)
	stats, err := restored.Stats(t.Context(), now)
	if err != nil || stats.Articles != 50 || stats.Waiting != 100 {
		t.Errorf("%+v, %v", stats, err)
	}
	if err := restored.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
