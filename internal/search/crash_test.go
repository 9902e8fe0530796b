package search

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// TestMain runs the indexing that TestKilled kills when its directory is given.
func TestMain(m *testing.M) {
	dir := os.Getenv("SEARCH_TEST_FEED")
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := feedForever(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// numbered is an article that only its number finds.
func numbered(n uint64) news.Article {
	return news.Article{ID: news.ArticleID(n), Title: fmt.Sprintf("Report %d", n), Text: "The text that all of them have.", Language: "en", Published: day}
}

// feedForever continues where the index ends. It rewrites an old article with each batch and says on standard output how far it is.
func feedForever(dir string) error {
	x, err := Open(dir)
	if err != nil {
		return err
	}
	for {
		last, err := x.Sequence()
		if err != nil {
			return err
		}
		var batch []news.Article
		if last > 0 {
			batch = append(batch, numbered(1+last/2))
		}
		for n := last + 1; n <= last+20; n++ {
			batch = append(batch, numbered(n))
		}
		if err := x.Put(batch, last+20); err != nil {
			return err
		}
		fmt.Println(last + 20)
	}
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	before := uint64(0)
	for range 5 {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), "SEARCH_TEST_FEED="+dir)
		process.Stderr = os.Stderr
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		said := uint64(0)
		lines := bufio.NewScanner(out)
		for n := 0; n < 40 && lines.Scan(); n++ {
			if _, err := fmt.Sscan(lines.Text(), &said); err != nil {
				t.Fatal(err)
			}
		}
		if err := process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := process.Wait(); err == nil {
			t.Fatal("the process wasn't killed")
		}
		if said <= before {
			t.Fatalf("it got no further than %d, which was reached before", before)
		}
		before = whole(t, dir, said)
	}
}

// whole checks that an index has every article up to its sequence once, and returns the sequence, which is least or more.
func whole(t *testing.T, dir string, least uint64) uint64 {
	t.Helper()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	last, err := x.Sequence()
	if err != nil || last < least {
		t.Fatalf("sequence %d, %v; %d was stored", last, err, least)
	}
	if n, err := x.Count(); err != nil || n != last {
		t.Errorf("%d articles, %v; want %d", n, err, last)
	}
	for n := uint64(1); n <= last; n += 7 {
		if got := find(t, x, Query{Text: fmt.Sprintf(`"report %d"`, n)}); len(got) != 1 || got[0] != news.ArticleID(n) {
			t.Errorf("report %d found as %v", n, got)
		}
	}
	return last
}

// Segments are merged behind the searches and the changes that go on meanwhile.
func TestMergingLosesNothing(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		x, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		const batches, size = 60, 200
		for b := range uint64(batches) {
			batch := []news.Article{numbered(b*size/2 + 1)}
			for n := range uint64(size) {
				batch = append(batch, numbered(b*size+n+1))
			}
			if err := x.Put(batch, (b+1)*size); err != nil {
				t.Fatal(err)
			}
			if err := x.Delete([]news.ArticleID{news.ArticleID(b*size + 5)}); err != nil {
				t.Fatal(err)
			}
		}
		deadline := time.Now().Add(10 * time.Second)
		left := x.settled(t)
		for ; left < 0; left = x.settled(t) {
			if time.Now().After(deadline) {
				t.Fatal("segments are still to be merged")
			}
			time.Sleep(time.Millisecond)
		}
		if left > batches/2 {
			t.Errorf("%d segments after %d batches", left, batches)
		}
		if n, err := x.Count(); err != nil || n != batches*(size-1) {
			t.Errorf("%d articles, %v; want %d", n, err, batches*(size-1))
		}
		r, err := x.Search(context.Background(), Query{Text: "text"})
		if err != nil || r.Total != batches*(size-1) {
			t.Errorf("%d have the word, %v", r.Total, err)
		}
		for n := uint64(1); n < batches*size; n += 101 {
			want := 1
			if n%size == 5 {
				want = 0
			}
			if got := find(t, x, Query{Text: fmt.Sprintf(`"report %d"`, n)}); len(got) != want {
				t.Errorf("report %d found as %v", n, got)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if dir == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(dir, "v*", "*"+segmentSuffix))
		if err != nil || len(files) != left {
			t.Errorf("%d segment files of %d segments, %v", len(files), left, err)
		}
	}
}

// settled is how many segments there are once none are to be merged, -1 before.
func (x *Index) settled(t *testing.T) int {
	t.Helper()
	s, err := x.acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	n := len(s.parts)
	if mergeable(s.parts) != nil {
		n = -1
	}
	return n
}

// A batch of much text is stored as one, and again without the articles it replaces.
func TestLongArticles(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	long := make([]news.Article, 5)
	for i := range long {
		long[i] = numbered(uint64(i + 1))
		long[i].Text = strings.Repeat("Der lange Text. ", stretchBytes/40)
	}
	for sequence := range uint64(2) {
		if err := x.Put(long, sequence+1); err != nil {
			t.Fatal(err)
		}
		if r, err := x.Search(context.Background(), Query{Text: "lange"}); err != nil || r.Total != len(long) {
			t.Errorf("%d of %d articles found, %v", r.Total, len(long), err)
		}
	}
}

// A search sees each batch whole or not at all, whatever is merged behind it.
func TestSearchesWhileFed(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const batches, size = 40, 50
	ended := make(chan struct{})
	var searching sync.WaitGroup
	for range 3 {
		searching.Go(func() {
			for {
				r, err := x.Search(context.Background(), Query{Text: "text"})
				if err != nil || r.Total%size != 0 {
					t.Errorf("%d articles found, %v; want whole batches of %d", r.Total, err, size)
					return
				}
				select {
				case <-ended:
					return
				default:
				}
			}
		})
	}
	for b := range uint64(batches) {
		var batch []news.Article
		for n := range uint64(size) {
			batch = append(batch, numbered(b/2*size+n+1)) // every other batch replaces the one before
		}
		if err := x.Put(batch, b+1); err != nil {
			t.Error(err)
		}
	}
	close(ended)
	searching.Wait()
	if n, err := x.Count(); err != nil || n != batches/2*size {
		t.Errorf("%d articles, %v", n, err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(context.Background(), Query{Text: "text"}); err == nil {
		t.Error("a closed index answers")
	}
	if err := x.Put([]news.Article{numbered(1)}, 1); err == nil {
		t.Error("a closed index takes articles")
	}
}
