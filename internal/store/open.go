package store

import (
	"context"
	"fmt"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
)

// Open opens the database a URL names: "bbolt:" and the path of a file, which is created when there is none. Its errors say what
// to do and never hold a password.
func Open(ctx context.Context, url string) (Store, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch {
	case scheme == "bbolt" && rest != "":
		s, err := bolt.Open(ctx, rest)
		if err != nil {
			return nil, err
		}
		return s, nil
	case scheme == "bbolt":
		return nil, &news.UserError{Sentence: "DATABASE_URL names no file; write it as bbolt:newsbrief.db."}
	}
	return nil, &news.UserError{Sentence: fmt.Sprintf("DATABASE_URL begins with %q, which is no database newsbrief knows; write it as bbolt:newsbrief.db.", scheme+":")}
}
