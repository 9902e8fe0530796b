package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// maxBatch bounds how many jobs share a transaction, and with it how long a job waits for others.
const maxBatch = 512

var errClosed = errors.New("the database is closed")

// patience is how long a job that has time waits for others to share its commit.
const patience = 5 * time.Millisecond

// job is one method's transaction.
type job struct {
	ctx     context.Context
	do      func(tx) error
	done    chan error
	patient bool
}

// update runs do in a transaction that it shares with other jobs that wait at the same time. When do fails nothing of it is kept,
// and its neighbours don't notice. do may be run more than once: it sets its results, it doesn't add to them.
func (s *Store) update(ctx context.Context, do func(tx) error) error {
	return s.submit(&job{ctx: ctx, do: do, done: make(chan error, 1)})
}

// updateSoon is update for what has time: the ends of many looks cost less than a sync each.
func (s *Store) updateSoon(ctx context.Context, do func(tx) error) error {
	return s.submit(&job{ctx: ctx, do: do, done: make(chan error, 1), patient: true})
}

func (s *Store) submit(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	s.closing.RLock()
	if s.closed {
		s.closing.RUnlock()
		return errClosed
	}
	s.jobs <- j
	s.closing.RUnlock()
	return <-j.done
}

func (s *Store) view(ctx context.Context, do func(tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.View(func(t *bbolt.Tx) error { return do(tx{t}) })
}

// commit is the one goroutine that writes. It takes whatever is waiting, so that under load many jobs share the cost of a sync
// and alone a job waits for nothing unless it has time.
func (s *Store) commit() {
	defer close(s.committed)
	for first := range s.jobs {
		s.run(s.gather(first))
	}
}

// gather returns the jobs that share the first one's commit.
func (s *Store) gather(first *job) []*job {
	batch := append(make([]*job, 0, 16), first)
	patient := first.patient
	var enough <-chan time.Time
	for len(batch) < maxBatch {
		select {
		case next, ok := <-s.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, next)
			patient = patient && next.patient
			continue
		default:
		}
		if !patient {
			return batch
		}
		if enough == nil {
			enough = time.After(patience)
		}
		select {
		case next, ok := <-s.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, next)
			patient = next.patient
		case <-enough:
			return batch
		}
	}
	return batch
}

// run commits a batch. A job that fails takes the transaction with it, so the ones before it, which did well, are run again
// without it, and then the rest.
func (s *Store) run(batch []*job) {
	for len(batch) > 0 {
		failed, err := s.try(batch)
		if failed < 0 {
			for _, j := range batch {
				j.done <- err
			}
			return
		}
		s.run(batch[:failed])
		batch[failed].done <- err
		batch = batch[failed+1:]
	}
}

// try runs the jobs in one transaction. failed is the index of the job that failed, or -1 when all did well; then err is the
// commit's.
func (s *Store) try(batch []*job) (failed int, err error) {
	failed = -1
	err = s.db.Update(func(t *bbolt.Tx) error {
		for i, j := range batch {
			err := j.ctx.Err()
			if err == nil {
				err = j.do(tx{t})
			}
			if err != nil {
				failed = i
				return err
			}
		}
		return nil
	})
	if err != nil && failed < 0 {
		err = fmt.Errorf("write the database: %w", err)
	}
	return failed, err
}
