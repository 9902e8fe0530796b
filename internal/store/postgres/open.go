package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"newsbrief/internal/news"
)

// Store is a pool of connections to one database. Create it with Open.
type Store struct {
	pool  *pgxpool.Pool
	close sync.Once
}

//go:embed migrations/*.sql
var migrations embed.FS

// migrating is the advisory lock under which one process at a time changes the schema.
const migrating = 0x6e657773_00000001

// Open connects to the database that a postgres:// URL names and brings its schema to the current format. Its errors are
// *news.UserError and never hold the password. Close must be called.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, &news.UserError{Sentence: "DATABASE_URL can't be read; write it as postgres://user:password@host:5432/database."} // err quotes the URL
	}
	at := fmt.Sprintf("%s:%d/%s", config.ConnConfig.Host, config.ConnConfig.Port, config.ConnConfig.Database)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, explain(at, err)
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, explain(at, err)
	}
	return &Store{pool: pool}, nil
}

// Close waits for what is running and closes all connections. Claims stay out until their leases end, as after a crash.
func (s *Store) Close() error {
	s.close.Do(s.pool.Close)
	return nil
}

var errNewer = errors.New("written by a newer newsbrief")

// migrate runs the migrations that the database lacks, all in one transaction.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrating)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS newsbrief_format (format int PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())`); err != nil {
			return err
		}
		var format int
		if err := tx.QueryRow(ctx, `SELECT coalesce(max(format), 0) FROM newsbrief_format`).Scan(&format); err != nil {
			return err
		}
		if format > len(files) {
			return fmt.Errorf("%w: it has format %d and this program knows formats up to %d", errNewer, format, len(files))
		}
		for next := format + 1; next <= len(files); next++ {
			script, err := migrations.ReadFile("migrations/" + strconv.Itoa(next) + ".sql")
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, string(script)); err != nil {
				return fmt.Errorf("bring the database to format %d: %w", next, err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO newsbrief_format (format) VALUES ($1)`, next); err != nil {
				return err
			}
		}
		return nil
	})
}

// explain turns what went wrong into a sentence for the operator.
func explain(at string, err error) error {
	sentence := "The database at " + at + " can't be used; check DATABASE_URL and that PostgreSQL is running."
	connect, answer := (*pgconn.ConnectError)(nil), (*pgconn.PgError)(nil)
	switch {
	case errors.Is(err, errNewer):
		sentence = "The database at " + at + " is written by a newer newsbrief; install that one or restore a backup made with this one."
	case errors.As(err, &answer) && strings.HasPrefix(answer.Code, "28"):
		sentence = "The database at " + at + " refuses the user or password; check DATABASE_URL."
	case errors.As(err, &answer) && answer.Code == "3D000":
		sentence = "There is no database at " + at + "; create it or correct DATABASE_URL."
	case errors.As(err, &answer) && answer.Code == "42501":
		sentence = "The user may not create tables in the database at " + at + "; grant it CREATE on the schema."
	case errors.As(err, &connect):
		sentence = "The database at " + at + " can't be reached; check DATABASE_URL and that PostgreSQL is running."
	}
	if answer != nil {
		return &news.UserError{Sentence: sentence, Err: errors.New(answer.Message)}
	}
	return &news.UserError{Sentence: sentence, Err: oneLine(err)}
}

func oneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}
