package bolt_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
)

// writerEnv names the database for the process that TestKilled kills.
const writerEnv = "NEWSBRIEF_TEST_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled publishes, claims and posts, and prints the number of each story once it is stored.
func writeUntilKilled(path string) error {
	ctx := context.Background()
	s, err := bolt.Open(ctx, path)
	if err != nil {
		return err
	}
	stats, err := s.Stats(ctx, now)
	if err != nil {
		return err
	}
	for n := stats.Articles; ; n++ {
		if err := s.PublishStory(ctx, now, publication(n, 3)); err != nil {
			return err
		}
		fmt.Println(n)
		claims, err := s.ClaimDeliveries(ctx, now, time.Hour, 2, 2)
		if err != nil {
			return err
		}
		for _, c := range claims[:len(claims)/2] { // the others are out when the process dies
			if err := s.Posted(ctx, now, c, c.Deliveries[0].Channel, news.MessageID(c.Deliveries[0].ID)); err != nil {
				return err
			}
		}
	}
}

// What was answered survives a kill at any moment, the file stays whole, and the next process goes on at once.
func TestKilled(t *testing.T) {
	db := &database{path: filepath.Join(t.TempDir(), "news.db")}
	for round := range 5 {
		child := exec.Command(os.Args[0], "-test.run=^$")
		child.Env = append(os.Environ(), writerEnv+"="+db.path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		last := -1
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
			if last%20 == 10+round { // in the middle of what comes next
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || last < 0 {
			t.Fatalf("round %d: the writer ended by itself after %d", round, last)
		}
		s := open(t, db.path)
		db.Check(t, s)
		for n := range last + 1 {
			if _, err := s.ArticleByURL(t.Context(), publication(n, 0).Article.URL); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if claims, err := s.ClaimDeliveries(t.Context(), now, time.Hour, 10, 10); err != nil || len(claims) != 3 {
			t.Errorf("round %d: %d channels can go on, %v", round, len(claims), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
