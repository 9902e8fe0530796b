package bolt

import (
	"bytes"
	"context"
	"time"

	"newsbrief/internal/news"
)

// expireBatch bounds how many rows one of Expire's transactions looks at.
const expireBatch = 500

// Expire implements store.Store.
func (s *Store) Expire(ctx context.Context, before time.Time) (dropped []news.ArticleID, err error) {
	end := number(news.FirstID(before)) // ids are ordered by time; rows are looked at because they may have changed later
	err = s.sweep(ctx, "articles", end, func(t tx, k []byte) error {
		a, ok, err := get[article](t, "articles", k)
		if err != nil || !ok || !a.Seen.Before(before) {
			return err
		}
		if err := t.unindexArticle(a); err != nil {
			return err
		}
		return t.drop("articles", k)
	}, func(k []byte) { dropped = append(dropped, news.ArticleID(toNumber(k))) })
	if err != nil {
		return dropped, err
	}
	err = s.sweep(ctx, "story_times", moment(before), func(t tx, k []byte) error {
		if err := t.drop("stories", k[8:]); err != nil {
			return err
		}
		return t.drop("story_times", k)
	}, nil)
	if err != nil {
		return dropped, err
	}
	err = s.sweep(ctx, "deliveries", end, func(t tx, k []byte) error {
		r, ok, err := t.deliveryAt(k)
		if err != nil || !ok || !r.Created.Before(before) {
			return err
		}
		at := string(r.Place())
		if err := t.deleteDelivery(r); err != nil {
			return err
		}
		return t.settle(at, t.place(at).lease)
	}, nil)
	if err != nil {
		return dropped, err
	}
	err = s.sweep(ctx, "followers", end, func(t tx, k []byte) error { return t.unfollow(news.StoryID(toNumber(k)), news.UserID(k[8:])) }, nil)
	if err != nil {
		return dropped, err
	}
	err = s.sweep(ctx, "caught_up", []byte{0xff}, func(t tx, k []byte) error {
		if v := t.in("caught_up").Get(k); v == nil || !toMoment(v).Before(before) {
			return nil
		}
		return t.drop("caught_up", k)
	}, nil)
	if err != nil {
		return dropped, err
	}
	err = s.sweep(ctx, "answer_times", moment(before), func(t tx, k []byte) error {
		if err := t.drop("answers", k[8:]); err != nil {
			return err
		}
		return t.drop("answer_times", k)
	}, nil)
	if err != nil {
		return dropped, err
	}
	return dropped, s.sweep(ctx, "digests", moment(before), func(t tx, k []byte) error { return t.drop("digests", k) }, nil)
}

// sweep runs do for the keys of a bucket that are smaller than end, in transactions of expireBatch keys. gone is told of the
// keys that were dropped.
func (s *Store) sweep(ctx context.Context, bucket string, end []byte, do func(tx, []byte) error, gone func(k []byte)) error {
	var from []byte
	for {
		var batch, dropped [][]byte
		err := s.view(ctx, func(t tx) error {
			for k := range t.between(bucket, from, end) {
				if batch = append(batch, bytes.Clone(k)); len(batch) == expireBatch {
					break
				}
			}
			return nil
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		err = s.update(ctx, func(t tx) error {
			dropped = nil
			for _, k := range batch {
				if err := do(t, k); err != nil {
					return err
				}
				if found, _ := t.in(bucket).Cursor().Seek(k); !bytes.Equal(found, k) {
					dropped = append(dropped, k)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range dropped {
			if gone != nil {
				gone(k)
			}
		}
		from = append(batch[len(batch)-1], 0)
	}
}
