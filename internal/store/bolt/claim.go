package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"newsbrief/internal/news"
)

// ClaimDeliveries implements outbox.Store.
func (s *Store) ClaimDeliveries(ctx context.Context, now time.Time, lasting time.Duration, max, direct int) (claims []news.Claim, err error) {
	room := map[string]int{lanes[0]: max, lanes[1]: direct}
	// Most calls find nothing to do, which costs no transaction that writes.
	any := false
	for _, lane := range lanes {
		next, ok, err := s.next(ctx, lane)
		if err != nil {
			return nil, err
		}
		any = any || ok && !next.After(now) && room[lane] > 0
	}
	if !any || max <= 0 {
		return nil, nil
	}
	err = s.update(ctx, func(t tx) error {
		claims = nil
		var due []string
		for _, lane := range lanes {
			most := min(max, len(due)+room[lane])
			for k := range t.prefixed(lane, nil) {
				if len(due) == most || toMoment(k).After(now) {
					break
				}
				due = append(due, string(k[8:]))
			}
		}
		for _, at := range due {
			c, err := t.claim(at, now, now.Add(lasting))
			if err != nil {
				return err
			}
			if len(c.Deliveries) > 0 {
				claims = append(claims, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

// claim hands out the next of a place. The claim is empty when all that was due there was not wanted any more.
func (t tx) claim(at string, now, until time.Time) (c news.Claim, err error) {
	rows, unwanted, err := t.due(at, now)
	if err != nil {
		return c, err
	}
	for _, r := range unwanted {
		if err := t.deleteDelivery(r); err != nil {
			return c, err
		}
	}
	if len(rows) == 0 {
		return c, t.settle(at, lease{})
	}
	token, err := t.in("places").NextSequence()
	if err != nil {
		return c, fmt.Errorf("take a token: %w", err)
	}
	c = news.Claim{Token: token, Until: until}
	if first := rows[0]; first.InDigest() {
		c.Digest = first.Digest
		if c.Digest == "" {
			if c.Digest, err = t.newDigest(first.Slot, first.Place()); err != nil {
				return c, err
			}
		}
	}
	for _, r := range rows {
		claimed := r.Claim(now, token, c.Digest)
		if claimed.Brief, err = t.brief(r); err != nil {
			return c, err
		}
		if err := t.save(r); err != nil {
			return c, err
		}
		c.Deliveries = append(c.Deliveries, claimed)
	}
	return c, t.settle(at, lease{token, until})
}

// due is the first delivery in a place's queue, or the ones that share its digest, and the unwanted ones before.
func (t tx) due(at string, now time.Time) (rows, unwanted []*row, err error) {
	for k, v := range t.prefixed("queue", text(at)) {
		if toMoment(v).After(now) {
			break
		}
		r, err := t.queued(k)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case r.Unwanted:
			unwanted = append(unwanted, r)
			continue
		case len(rows) == 0:
			rows = append(rows, r)
		case r.InDigest() && r.Slot.Equal(rows[0].Slot) && r.Digest == rows[0].Digest:
			rows = append(rows, r)
		}
		if !rows[0].InDigest() || len(rows) == news.DigestSize {
			break
		}
	}
	return rows, unwanted, nil
}

// newDigest is the id of the next digest of a slot.
func (t tx) newDigest(slot time.Time, at news.ChannelID) (news.DeliveryID, error) {
	k := key(moment(slot), []byte(at))
	part := 0
	if v := t.in("digests").Get(k); v != nil {
		part = int(binary.BigEndian.Uint16(v))
	}
	return news.NewDigestID(at, slot, part), t.set("digests", k, binary.BigEndian.AppendUint16(nil, uint16(part+1)))
}

// end ends a claim: change is run for each of its deliveries that is still kept.
func (s *Store) end(ctx context.Context, c news.Claim, change func(t tx, r *row, claimed news.Delivery) error) error {
	if len(c.Deliveries) == 0 {
		return errors.New("a claim without deliveries")
	}
	at := string(c.Deliveries[0].Place())
	return s.update(ctx, func(t tx) error {
		if t.place(at).token != c.Token || c.Token == 0 {
			return fmt.Errorf("claim on %s: %w", at, news.ErrLeaseLost)
		}
		for _, d := range c.Deliveries {
			r, ok, err := t.delivery(d.Event, d.ID)
			if err != nil {
				return err
			}
			if !ok || r.Token != c.Token {
				continue // it was dropped meanwhile
			}
			if err := change(t, r, d); err != nil {
				return err
			}
		}
		return t.settle(at, lease{})
	})
}

// Posted implements outbox.Store.
func (s *Store) Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, message news.MessageID) error {
	return s.end(ctx, c, func(t tx, r *row, claimed news.Delivery) error {
		r.Posted(now, claimed, channel, message)
		return t.save(r)
	})
}

// Postpone implements outbox.Store.
func (s *Store) Postpone(ctx context.Context, _ time.Time, c news.Claim, until time.Time, problem string, sent bool) error {
	return s.end(ctx, c, func(t tx, r *row, _ news.Delivery) error {
		if r.Unwanted {
			return t.deleteDelivery(r)
		}
		r.Postpone(until, problem, sent)
		return t.save(r)
	})
}

// Fold implements outbox.Store.
func (s *Store) Fold(ctx context.Context, _ time.Time, c news.Claim, slot time.Time) error {
	return s.end(ctx, c, func(t tx, r *row, _ news.Delivery) error {
		if r.Unwanted {
			return t.deleteDelivery(r)
		}
		r.Fold(slot)
		return t.save(r)
	})
}

// Refuse implements outbox.Store.
func (s *Store) Refuse(ctx context.Context, _ time.Time, c news.Claim, problem string, place bool) error {
	return s.end(ctx, c, func(t tx, r *row, claimed news.Delivery) error {
		r.Refuse(claimed, problem, place)
		if err := t.save(r); err != nil || !place {
			return err
		}
		if r.Update && r.State == news.Failed {
			return t.unfollow(r.Event, r.User)
		}
		subs, err := t.stoppedWith(r)
		if err != nil {
			return err
		}
		return t.rest(subs, problem)
	})
}

// stoppedWith are the subscriptions that rest when a delivery's place takes nothing: those it is of or, in direct messages, all of the person's.
func (t tx) stoppedWith(r *row) (subs []news.Subscription, err error) {
	if r.Guild.Person() != "" {
		return t.subscriptionsOf(r.Guild)
	}
	for _, id := range r.Subscriptions {
		sub, ok, err := get[news.Subscription](t, "subscriptions", number(id))
		if err != nil {
			return nil, err
		}
		if ok {
			subs = append(subs, sub)
		}
	}
	return subs, nil
}

// rest stops subscriptions because of a problem; "" ends that.
func (t tx) rest(subs []news.Subscription, problem string) error {
	changed := false
	for _, sub := range subs {
		if sub.Rests == problem {
			continue
		}
		sub.Rests = problem
		if err := put(t, "subscriptions", number(sub.ID), sub); err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return t.audienceChanged()
}

// NextDelivery implements outbox.Store.
func (s *Store) NextDelivery(ctx context.Context) (next time.Time, err error) {
	for _, lane := range lanes {
		turn, ok, err := s.next(ctx, lane)
		if err != nil {
			return time.Time{}, err
		}
		if ok && (next.IsZero() || turn.Before(next)) {
			next = turn
		}
	}
	return next, nil
}
