package postgres

import (
	"context"
	"time"
)

// Answer implements summary.Answers.
func (s *Store) Answer(ctx context.Context, question [32]byte) (answer []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		answers, err := column[[]byte](t, `SELECT answer FROM answers WHERE question = $1`, question[:])
		if len(answers) > 0 {
			answer = answers[0]
		}
		return err
	})
	return answer, err
}

// PutAnswer implements summary.Answers.
func (s *Store) PutAnswer(ctx context.Context, now time.Time, question [32]byte, answer []byte) error {
	return s.update(ctx, func(t tx) error {
		return t.exec(`INSERT INTO answers (question, at, answer) VALUES ($1, $2, $3) ON CONFLICT (question) DO UPDATE SET at = excluded.at, answer = excluded.answer`,
			question[:], moment(now), answer)
	})
}
