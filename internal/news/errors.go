package news

import (
	"errors"
	"fmt"
	"time"
)

var (
	ErrNotFound  = errors.New("not found")
	ErrExists    = errors.New("exists already")
	ErrLeaseLost = errors.New("the lease has ended and someone else may have taken over")
	// ErrCorrupt is a database file or row that can't be read; the error around it says which and what to do.
	ErrCorrupt = errors.New("unreadable data")
)

// UserError is an error with a sentence for the person who caused it, saying what to do. Its text never holds a secret.
type UserError struct {
	Sentence string // in English; with Args the format they fill, by which its translations are found
	Args     []any
	Err      error // the cause for the operator's log, may be nil
}

func (e *UserError) Error() string {
	sentence := e.Sentence
	if len(e.Args) > 0 {
		sentence = fmt.Sprintf(sentence, e.Args...)
	}
	if e.Err == nil {
		return sentence
	}
	return fmt.Sprintf("%s (%v)", sentence, e.Err)
}

func (e *UserError) Unwrap() error { return e.Err }

// SendError is Discord's refusal of a delivery.
type SendError struct {
	Sentence  string        // for a manager: what is wrong and what to do
	Permanent bool          // no retry can help
	Place     bool          // it is the place that can't be posted to until someone changes something: its subscriptions rest
	After     time.Duration // not before this time has passed; 0 leaves the pace to the outbox
	Err       error
}

func (e *SendError) Error() string { return fmt.Sprintf("%s (%v)", e.Sentence, e.Err) }
func (e *SendError) Unwrap() error { return e.Err }
