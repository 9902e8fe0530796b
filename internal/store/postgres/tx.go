package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"newsbrief/internal/news"
)

// tries is how often a transaction is begun again that others got in the way of.
const tries = 10

// update runs do in a transaction, again when it met a deadlock or a conflict: do sets its results, it doesn't add to them.
func (s *Store) update(ctx context.Context, do func(tx) error) error {
	for try := 1; ; try++ {
		err := pgx.BeginFunc(ctx, s.pool, func(t pgx.Tx) error { return do(tx{ctx, t}) })
		if answer := (*pgconn.PgError)(nil); try < tries && errors.As(err, &answer) && (answer.Code == "40001" || answer.Code == "40P01" || answer.Code == "23505") {
			continue
		}
		return err
	}
}

// view runs do in a transaction that reads one state of the database.
func (s *Store) view(ctx context.Context, do func(tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(t pgx.Tx) error { return do(tx{ctx, t}) })
}

// tx is a transaction with the context it was begun with; it lives no longer than one method.
type tx struct {
	ctx context.Context
	pgx.Tx
}

func (t tx) exec(sql string, args ...any) error {
	_, err := t.Tx.Exec(t.ctx, sql, args...)
	return err
}

// count runs a statement and returns how many rows it changed.
func (t tx) count(sql string, args ...any) (int64, error) {
	tag, err := t.Tx.Exec(t.ctx, sql, args...)
	return tag.RowsAffected(), err
}

// row reads one row of JSON; ok is false when there is none.
func row[T any](t tx, sql string, args ...any) (value T, ok bool, err error) {
	var data []byte
	err = t.Tx.QueryRow(t.ctx, sql, args...).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return value, false, nil
	}
	if err != nil {
		return value, false, err
	}
	value, err = decode[T](data)
	return value, true, err
}

// rows reads rows of JSON.
func rows[T any](t tx, sql string, args ...any) (values []T, err error) {
	result, err := t.Tx.Query(t.ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for result.Next() {
		value, err := decode[T](result.RawValues()[0])
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, result.Err()
}

// column reads the first column of rows.
func column[T any](t tx, sql string, args ...any) ([]T, error) {
	result, err := t.Tx.Query(t.ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(result, pgx.RowTo[T])
}

func decode[T any](data []byte) (value T, err error) {
	if err := json.Unmarshal(data, &value); err != nil {
		return value, fmt.Errorf("a row of %T: %w (%w)", value, news.ErrCorrupt, err)
	}
	return value, nil
}

func encode(value any) ([]byte, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode a row of %T: %w", value, err)
	}
	return data, nil
}

// moment is a time as it is stored: Unix nanoseconds, 0 for none.
func moment(t time.Time) int64 {
	if t.IsZero() || t.Unix() < 0 {
		return 0
	}
	return t.UnixNano()
}

func toMoment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// digest stands for a string of any length; nil for none.
func digest(s string) []byte {
	if s == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}

func (t tx) audienceChanged() error { return t.exec(`UPDATE audience SET version = version + 1`) }

// Advisory locks.
const (
	lockFeeds = 0x6e657773_00000002 // who follows which feed
	lockLog   = 0x6e657773_00000003 // the log of articles
)

// lock waits for an advisory lock and holds it until the transaction ends.
func (t tx) lock(id int64) error { return t.exec(`SELECT pg_advisory_xact_lock($1)`, id) }
