package bolt

import (
	"bytes"
	"context"
	"time"
)

// Answer implements summary.Answers.
func (s *Store) Answer(ctx context.Context, question [32]byte) (answer []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		if v := t.in("answers").Get(question[:]); v != nil {
			answer = bytes.Clone(v[8:])
		}
		return nil
	})
	return answer, err
}

// PutAnswer implements summary.Answers. A row of answers begins with its time.
func (s *Store) PutAnswer(ctx context.Context, now time.Time, question [32]byte, answer []byte) error {
	return s.update(ctx, func(t tx) error {
		if was := t.in("answers").Get(question[:]); was != nil {
			if err := t.drop("answer_times", key(was[:8], question[:])); err != nil {
				return err
			}
		}
		if err := t.set("answer_times", key(moment(now), question[:]), nil); err != nil {
			return err
		}
		return t.set("answers", question[:], key(moment(now), answer))
	})
}
