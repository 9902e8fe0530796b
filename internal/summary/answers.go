package summary

import (
	"context"
	"time"
)

// Answers keeps what models answered, so that nothing is paid for twice. A question is named by a hash of all that the answer
// depends on. Answers are dropped some time after they were put.
type Answers interface {
	// Answer returns what was answered, nil when nothing is kept.
	Answer(ctx context.Context, question [32]byte) ([]byte, error)
	// PutAnswer keeps an answer, in place of an earlier one.
	PutAnswer(ctx context.Context, now time.Time, question [32]byte, answer []byte) error
}
