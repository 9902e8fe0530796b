package store

import (
	"context"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/store/postgres"
)

// Open opens the database a URL names: "bbolt:" and the path of a file, which is created when there is none, or a postgres:// URL.
// Its errors say what to do and never hold a password.
func Open(ctx context.Context, url string) (Store, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch {
	case scheme == "bbolt" && rest != "":
		s, err := bolt.Open(ctx, rest)
		if err != nil {
			return nil, err
		}
		return s, nil
	case (scheme == "postgres" || scheme == "postgresql") && strings.HasPrefix(rest, "//"):
		s, err := postgres.Open(ctx, url)
		if err != nil {
			return nil, err
		}
		return s, nil
	case scheme == "bbolt":
		return nil, &news.UserError{Sentence: "DATABASE_URL names no file; write it as bbolt:newsbrief.db."}
	}
	// What was given may hold a password and is not repeated.
	return nil, &news.UserError{Sentence: "DATABASE_URL names no database newsbrief knows; write it as bbolt:newsbrief.db or postgres://user:password@host:5432/database."}
}
