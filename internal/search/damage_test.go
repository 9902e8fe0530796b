package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/news"
)

// stock makes an index of a few segments with articles that are gone, and closes it.
func stock(t *testing.T, dir string) {
	t.Helper()
	x := opened(t, dir)
	feed(t, x, 1)
	if err := x.Delete([]news.ArticleID{3, 45}); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string) *Index {
	t.Helper()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// batch are articles of which number finds each.
func batch(from, n uint64) []news.Article {
	var made []news.Article
	for i := range n {
		made = append(made, numbered(from+i))
	}
	return made
}

const stocked = 60

// feed puts the stocked articles into an index in several segments.
func feed(t *testing.T, x *Index, from uint64) {
	t.Helper()
	for ; from <= stocked; from += 20 {
		if err := x.Put(batch(from, 20), from+19); err != nil {
			t.Fatal(err)
		}
	}
}

func segmentFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "v*", "*"+segmentSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// An index with damage is empty when it is opened, and is fed anew.
func TestDamagedBeforeOpening(t *testing.T) {
	whole := t.TempDir()
	stock(t, whole)
	segment, err := filepath.Rel(whole, segmentFiles(t, whole)[1])
	if err != nil {
		t.Fatal(err)
	}
	catalogs, err := filepath.Glob(filepath.Join(whole, "v*", catalogName))
	if err != nil || len(catalogs) != 1 {
		t.Fatalf("catalogs %v, %v", catalogs, err)
	}
	catalog, err := filepath.Rel(whole, catalogs[0])
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]func(dir string) error{
		"a segment is missing":   func(dir string) error { return os.Remove(filepath.Join(dir, segment)) },
		"the catalog is missing": func(dir string) error { return os.Remove(filepath.Join(dir, catalog)) },
	}
	for _, name := range []string{segment, catalog} {
		good, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, length := range []int{0, 1, len(good) / 2, len(good) - 1} {
			cases[fmt.Sprintf("%s is cut to %d", name, length)] = func(dir string) error {
				return os.Truncate(filepath.Join(dir, name), int64(length))
			}
		}
		for at := max(0, len(good)-40); at < len(good); at += 3 {
			cases[fmt.Sprintf("byte %d of %s is wrong", at, name)] = func(dir string) error {
				bad := slices.Clone(good)
				bad[at] ^= 4
				return os.WriteFile(filepath.Join(dir, name), bad, 0o600)
			}
		}
	}
	for name, harm := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			if err := harm(dir); err != nil {
				t.Fatal(err)
			}
			x := opened(t, dir)
			sequence, err := x.Sequence()
			if err != nil || sequence != 0 {
				t.Fatalf("sequence %d, %v; want 0", sequence, err)
			}
			if n, err := x.Count(); err != nil || n != 0 {
				t.Errorf("%d articles, %v; want none", n, err)
			}
			feed(t, x, 1)
			if got := find(t, x, Query{Text: `"report 45"`}); !slices.Equal(got, []news.ArticleID{45}) {
				t.Errorf("found %v when it was fed anew", got)
			}
		})
	}
}

// spoil overwrites a file.
func spoil(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte{0x55}, int(info.Size())), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Damage that a search or a merge comes upon empties the index, which takes no batch before it was asked where to go on.
func TestDamagedWhileOpen(t *testing.T) {
	for name, come := range map[string]func(t *testing.T, x *Index){
		"a search": func(t *testing.T, x *Index) {
			if _, err := x.Search(context.Background(), Query{Text: "report"}); !errors.Is(err, errDamaged) {
				t.Errorf("searching: %v", err)
			}
		},
		"a search for candidates": func(t *testing.T, x *Index) {
			if _, _, err := x.Candidates(context.Background(), Need{Words: "report"}, nil, time.Time{}); !errors.Is(err, errDamaged) {
				t.Errorf("looking for candidates: %v", err)
			}
		},
		"a merge": func(t *testing.T, x *Index) {
			for i := range uint64(5) {
				if err := x.Put(batch(1000+20*i, 20), stocked+i+1); err != nil {
					t.Error(err)
				}
			}
			synctest.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				stock(t, dir)
				x := opened(t, dir)
				spoil(t, segmentFiles(t, dir)[1])
				come(t, x)
				if err := x.Put(batch(2000, 5), 2000); err == nil {
					t.Error("an emptied index takes a batch that doesn't follow on nothing")
				}
				if sequence, err := x.Sequence(); err != nil || sequence != 0 {
					t.Fatalf("sequence %d, %v; want 0", sequence, err)
				}
				feed(t, x, 1)
				r, err := x.Search(context.Background(), Query{Text: "report"})
				if err != nil || r.Total != stocked {
					t.Errorf("found %d articles when it was fed anew, %v", r.Total, err)
				}
			})
		})
	}
}

// What can't be merged for a time is merged later, and batches are taken meanwhile.
func TestMergeFails(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		x := opened(t, dir)
		put := func(n uint64) {
			t.Helper()
			if err := x.Put([]news.Article{numbered(n)}, n); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // for the merger
		}
		for n := range uint64(fanout - 1) {
			put(n + 1)
		}
		merged := filepath.Join(dir, fmt.Sprintf("v%d", format), fmt.Sprintf("%08d", fanout+1)+segmentSuffix)
		if err := os.Mkdir(merged, 0o755); err != nil {
			t.Fatal(err)
		}
		for n := range uint64(5) {
			put(fanout + n)
		}
		if n := len(segmentFiles(t, dir)); n != 1+fanout+4 {
			t.Fatalf("%d segments; were they merged into a directory?", n)
		}
		time.Sleep(mergeAgain)
		synctest.Wait()
		if n := len(segmentFiles(t, dir)); n != 1+1+4 {
			t.Errorf("%d segments after the merge was tried again", n)
		}
		if n, err := x.Count(); err != nil || n != fanout+4 {
			t.Errorf("%d articles, %v", n, err)
		}
	})
}

// Articles that are deleted while they are merged are gone, though they were all that there was.
func TestAllDeletedWhileMerged(t *testing.T) {
	const size = 200
	for try := range 20 {
		x := opened(t, "")
		var ids []news.ArticleID
		for i := range uint64(fanout) {
			made := batch(i*size+1, size)
			for _, a := range made {
				ids = append(ids, a.ID)
			}
			if err := x.Put(made, i+1); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(try) * time.Millisecond)
		if err := x.Delete(ids); err != nil {
			t.Fatal(err)
		}
		for x.settled(t) != 0 {
			if got := find(t, x, Query{Text: "re*"}); len(got) != 0 {
				t.Fatalf("found %v", got)
			}
		}
		if got := find(t, x, Query{Text: "re*"}); len(got) != 0 {
			t.Fatalf("found %v", got)
		}
	}
}

// A batch is stored, and stays so, where the files of what it replaces can't be cleared away.
func TestReplacedFileIsMissing(t *testing.T) {
	dir := t.TempDir()
	x := opened(t, dir)
	if err := x.Put(batch(1, 1), 1); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(segmentFiles(t, dir)[0]); err != nil {
		t.Fatal(err)
	}
	if err := x.Put(batch(1, 1), 2); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = opened(t, dir)
	if sequence, err := x.Sequence(); err != nil || sequence != 2 {
		t.Errorf("sequence %d, %v; want 2", sequence, err)
	}
	if got := find(t, x, Query{Text: "report"}); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}

// However few articles come at a time, each is written a few times only.
func TestWrittenSeldom(t *testing.T) {
	const articles = 600
	x := opened(t, "")
	random := rand.New(rand.NewPCG(1, 2))
	written, most := 0, 0
	seen := map[uint64]bool{}
	for from := uint64(1); from <= articles; {
		n := 1 + random.Uint64N(2)
		if err := x.Put(batch(from, n), from+n); err != nil {
			t.Fatal(err)
		}
		from += n
		for x.settled(t) < 0 {
			time.Sleep(10 * time.Microsecond)
		}
		s, err := x.acquire()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.parts {
			if !seen[p.name] {
				seen[p.name] = true
				written += p.len()
			}
		}
		most = max(most, len(s.parts))
		s.release()
	}
	if each := float64(written) / articles; each > 5 || most >= maxParts/2 {
		t.Errorf("an article was written %.1f times, and there were %d segments", each, most)
	}
}
