package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

type delivery = sending.Delivery

func deliveries(t tx, sql string, args ...any) ([]*delivery, error) {
	return rows[*delivery](t, sql, args...)
}

// lockPlaces locks places, which are created where there are none, in an order that is the same for everyone.
func (t tx) lockPlaces(places []string) error {
	places = slices.Clone(places)
	slices.Sort(places)
	places = slices.Compact(places)
	if err := t.exec(`INSERT INTO places (place) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`, places); err != nil {
		return err
	}
	return t.exec(`SELECT 1 FROM places WHERE place = ANY ($1) ORDER BY place COLLATE "C" FOR UPDATE`, places)
}

// settle works out the turn of places: the end of the lease of the claim that is out, or when the first in the queue is due. What
// stands behind the first waits for it: that keeps the order.
func (t tx) settle(places []string) error {
	return t.exec(`UPDATE places p SET turn = CASE WHEN first.due IS NOT NULL AND p.token <> 0 THEN p.until ELSE first.due END
		FROM (SELECT at, (SELECT due FROM deliveries WHERE place = at AND queued ORDER BY turn, event, id LIMIT 1) AS due FROM unnest($1::text[]) AS at) AS first
		WHERE p.place = first.at`, append([]string{}, places...))
}

// save creates or replaces rows. Their places have to be locked before and settled afterwards.
func (t tx) save(all []*delivery) error {
	if len(all) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, d := range all {
		data, err := encode(d)
		if err != nil {
			return err
		}
		var singly *int64
		if d.PostedSingly() {
			n := moment(d.PostedAt)
			singly = &n
		}
		batch.Queue(`INSERT INTO deliveries (id, event, guild, place, created, queued, turn, due, slot, digest, unwanted, singly, channel, message, data)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (id) DO UPDATE SET queued = excluded.queued, turn = excluded.turn, due = excluded.due, slot = excluded.slot, digest = excluded.digest,
				unwanted = excluded.unwanted, singly = excluded.singly, channel = excluded.channel, message = excluded.message, data = excluded.data`,
			d.ID, int64(d.Event), d.Guild, d.Place(), moment(d.Created), d.Owed(), moment(d.Turn), moment(d.Due), moment(d.Slot), d.Digest,
			d.Unwanted, singly, d.PostedIn, d.Message, data)
	}
	return t.SendBatch(t.ctx, batch).Close()
}

// lanes are the places in the order in which claims are handed out: channels are not to wait for direct messages.
var lanes = []string{`place NOT LIKE '@%'`, `place LIKE '@%'`}

// ClaimDeliveries implements outbox.Store.
func (s *Store) ClaimDeliveries(ctx context.Context, now time.Time, lasting time.Duration, max, direct int) (claims []news.Claim, err error) {
	err = s.update(ctx, func(t tx) error {
		claims = nil
		var places []string
		for i, lane := range lanes {
			room := max - len(places)
			if i == 1 {
				room = min(room, direct)
			}
			due, err := column[string](t, `SELECT place FROM places WHERE turn <= $1 AND `+lane+` ORDER BY turn, place LIMIT $2 FOR UPDATE SKIP LOCKED`, moment(now), room)
			if err != nil {
				return err
			}
			places = append(places, due...)
		}
		if len(places) == 0 {
			return nil
		}
		if err := t.exec(`DELETE FROM deliveries WHERE place = ANY ($1) AND queued AND unwanted`, places); err != nil {
			return err
		}
		first, err := deliveries(t, `SELECT d.data FROM unnest($1::text[]) WITH ORDINALITY AS p (at, n), LATERAL
			(SELECT data, due FROM deliveries WHERE place = at AND queued ORDER BY turn, event, id LIMIT 1) AS d WHERE d.due <= $2 ORDER BY n`, places, moment(now))
		if err != nil {
			return err
		}
		tokens, err := column[int64](t, `SELECT nextval('tokens') FROM generate_series(1, $1)`, len(first))
		if err != nil {
			return err
		}
		var claimed []*delivery
		var held []string
		for i, d := range first {
			c := news.Claim{Token: uint64(tokens[i]), Until: now.Add(lasting)}
			all := []*delivery{d}
			if d.InDigest() {
				if all, err = deliveries(t, `SELECT data FROM deliveries WHERE place = $1 AND queued AND slot = $2 AND digest = $3 AND due <= $4 AND message = ''
					ORDER BY turn, event, id LIMIT $5`, d.Place(), moment(d.Slot), d.Digest, moment(now), news.DigestSize); err != nil {
					return err
				}
				if c.Digest = d.Digest; c.Digest == "" {
					if c.Digest, err = t.newDigest(d.Slot, d.Place()); err != nil {
						return err
					}
				}
			}
			for _, d := range all {
				c.Deliveries = append(c.Deliveries, d.Claim(now, c.Token, c.Digest))
			}
			claimed = append(claimed, all...)
			held = append(held, string(d.Place()))
			claims = append(claims, c)
		}
		if err := t.save(claimed); err != nil {
			return err
		}
		if err := t.exec(`UPDATE places SET token = 0 WHERE place = ANY ($1)`, places); err != nil {
			return err
		}
		if err := t.exec(`UPDATE places p SET token = c.token, until = $3 FROM unnest($1::text[], $2::bigint[]) AS c (place, token) WHERE p.place = c.place`,
			append([]string{}, held...), append([]int64{}, tokens...), moment(now.Add(lasting))); err != nil {
			return err
		}
		return t.settle(places)
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

// newDigest is the id of the next digest of a slot.
func (t tx) newDigest(slot time.Time, at news.ChannelID) (news.DeliveryID, error) {
	var parts int
	err := t.QueryRow(t.ctx, `INSERT INTO digests AS d (slot, place, parts) VALUES ($1, $2, 1) ON CONFLICT (slot, place) DO UPDATE SET parts = d.parts + 1 RETURNING parts`,
		moment(slot), at).Scan(&parts)
	return news.NewDigestID(at, slot, parts-1), err
}

// NextDelivery implements outbox.Store.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, error) {
	return s.next(ctx, `SELECT coalesce(least((SELECT min(turn) FROM places WHERE turn IS NOT NULL AND `+lanes[0]+`),
		(SELECT min(turn) FROM places WHERE turn IS NOT NULL AND `+lanes[1]+`)), 0)`)
}

// end ends a claim: change is run for each of its deliveries that is still kept and reports whether the row stays.
func (s *Store) end(ctx context.Context, c news.Claim, change func(t tx, d *delivery, claimed news.Delivery) (keep bool, err error)) error {
	if len(c.Deliveries) == 0 {
		return errors.New("a claim without deliveries")
	}
	at := string(c.Deliveries[0].Place())
	return s.update(ctx, func(t tx) error {
		n, err := t.count(`UPDATE places SET token = 0 WHERE place = $1 AND token = $2 AND token <> 0`, at, int64(c.Token))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("claim on %s: %w", at, news.ErrLeaseLost)
		}
		claimed := map[news.DeliveryID]news.Delivery{}
		var ids []string
		for _, d := range c.Deliveries {
			claimed[d.ID] = d
			ids = append(ids, string(d.ID))
		}
		all, err := deliveries(t, `SELECT data FROM deliveries WHERE id = ANY ($1) FOR UPDATE`, ids)
		if err != nil {
			return err
		}
		var kept []*delivery
		var gone []string
		for _, d := range all {
			if d.Token != c.Token {
				continue
			}
			keep, err := change(t, d, claimed[d.ID])
			if err != nil {
				return err
			}
			if keep {
				kept = append(kept, d)
			} else {
				gone = append(gone, string(d.ID))
			}
		}
		if err := t.exec(`DELETE FROM deliveries WHERE id = ANY ($1)`, append([]string{}, gone...)); err != nil {
			return err
		}
		if err := t.save(kept); err != nil {
			return err
		}
		return t.settle([]string{at})
	})
}

// Posted implements outbox.Store.
func (s *Store) Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, message news.MessageID) error {
	return s.end(ctx, c, func(_ tx, d *delivery, claimed news.Delivery) (bool, error) {
		d.Posted(now, claimed, channel, message)
		return true, nil
	})
}

// Postpone implements outbox.Store.
func (s *Store) Postpone(ctx context.Context, _ time.Time, c news.Claim, until time.Time, problem string, sent bool) error {
	return s.end(ctx, c, func(_ tx, d *delivery, _ news.Delivery) (bool, error) {
		d.Postpone(until, problem, sent)
		return !d.Unwanted, nil
	})
}

// Fold implements outbox.Store.
func (s *Store) Fold(ctx context.Context, _ time.Time, c news.Claim, slot time.Time) error {
	return s.end(ctx, c, func(_ tx, d *delivery, _ news.Delivery) (bool, error) {
		d.Fold(slot)
		return !d.Unwanted, nil
	})
}

// Refuse implements outbox.Store.
func (s *Store) Refuse(ctx context.Context, _ time.Time, c news.Claim, problem string, place bool) error {
	return s.end(ctx, c, func(t tx, d *delivery, claimed news.Delivery) (bool, error) {
		d.Refuse(claimed, problem, place)
		if !place {
			return true, nil
		}
		if d.Update && d.State == news.Failed {
			return true, t.exec(`DELETE FROM followers WHERE event = $1 AND person = $2`, int64(d.Event), d.User)
		}
		subs, err := t.stoppedWith(d)
		if err != nil {
			return true, err
		}
		return true, t.rest(subs, problem)
	})
}

// stoppedWith are the subscriptions that rest when a delivery's place takes nothing: those it is of or, in direct messages, all of the person's.
func (t tx) stoppedWith(d *delivery) ([]news.Subscription, error) {
	if d.Guild.Person() != "" {
		return rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE owner = $1 FOR UPDATE`, d.Guild)
	}
	ids := make([]int64, len(d.Subscriptions))
	for i, id := range d.Subscriptions {
		ids[i] = int64(id)
	}
	return rows[news.Subscription](t, `SELECT data FROM subscriptions WHERE id = ANY ($1) FOR UPDATE`, ids)
}

// rest stops subscriptions because of a problem; "" ends that.
func (t tx) rest(subs []news.Subscription, problem string) error {
	changed := false
	for _, sub := range subs {
		if sub.Rests == problem {
			continue
		}
		sub.Rests = problem
		if err := t.change(sub); err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return t.audienceChanged()
}

// change replaces a subscription that is the same but for its data.
func (t tx) change(sub news.Subscription) error {
	data, err := encode(sub)
	if err != nil {
		return err
	}
	return t.exec(`UPDATE subscriptions SET data = $2 WHERE id = $1`, int64(sub.ID), data)
}

// PostedSince implements outbox.Store.
func (s *Store) PostedSince(ctx context.Context, place news.ChannelID, since time.Time) (count int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*) FROM deliveries WHERE place = $1 AND singly >= $2`, place, moment(since)).Scan(&count)
	return count, err
}

// EventDeliveries implements command.Store.
func (s *Store) EventDeliveries(ctx context.Context, event news.StoryID, guild news.GuildID) ([]news.Delivery, error) {
	return s.deliveries(ctx, `SELECT data FROM deliveries WHERE event = $1 AND guild = $2 ORDER BY id`, int64(event), guild)
}

// MessageDeliveries implements command.Store.
func (s *Store) MessageDeliveries(ctx context.Context, channel news.ChannelID, message news.MessageID) ([]news.Delivery, error) {
	found, err := s.deliveries(ctx, `SELECT data FROM deliveries WHERE channel = $1 AND message = $2 AND message <> '' ORDER BY event, id`, channel, message)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("deliveries of message %s: %w", message, news.ErrNotFound)
	}
	return found, err
}

func (s *Store) deliveries(ctx context.Context, sql string, args ...any) (found []news.Delivery, err error) {
	err = s.view(ctx, func(t tx) error {
		all, err := deliveries(t, sql, args...)
		for _, d := range all {
			found = append(found, d.Delivery)
		}
		return err
	})
	return found, err
}
