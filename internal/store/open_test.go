package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store"
)

func TestOpen(t *testing.T) {
	s, err := store.Open(t.Context(), "bbolt:"+filepath.Join(t.TempDir(), "news.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stats(t.Context(), time.Now()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for url, want := range map[string]string{
		"":                                      "bbolt:newsbrief.db",
		"newsbrief.db":                          "bbolt:newsbrief.db",
		"bbolt:":                                "names no file",
		"mysql://me:hidden@host/":               "names no database",
		"postgres:news":                         "names no database",
		"postgres://me:hidden@127.0.0.1:1/news": "can't be reached",
		"bbolt:" + t.TempDir():                  "directory",
	} {
		s, err := store.Open(t.Context(), url)
		if err == nil {
			s.Close()
			t.Errorf("%q was opened", url)
			continue
		}
		sentence := (*news.UserError)(nil)
		if s != nil || !errors.As(err, &sentence) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %q, want one line with %q", url, err, want)
		}
	}
}
