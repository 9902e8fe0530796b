package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/store/sending"
)

// row is the row of a delivery.
type row struct {
	sending.Delivery
	Brief []byte // key in briefs; in JSON it takes the place of the delivery's brief

	indexed []entry // what the indexes hold of it now
	brief   []byte  // the brief it is counted for now
}

func (r *row) key() []byte { return key(number(r.Event), []byte(r.ID)) }

func (r *row) index() (entries []entry) {
	at := text(r.Place())
	if r.Owed() {
		entries = append(entries, entry{"queue", key(at, moment(r.Turn), r.key()), moment(r.Due)})
	}
	if r.PostedSingly() {
		entries = append(entries, entry{"posted", key(at, moment(r.PostedAt), r.key()), nil})
	}
	if r.Message != "" {
		entries = append(entries, entry{"messages", key(text(r.PostedIn), text(r.Message), r.key()), nil})
	}
	return entries
}

func (t tx) delivery(event news.StoryID, id news.DeliveryID) (*row, bool, error) {
	return t.deliveryAt(key(number(event), []byte(id)))
}

func (t tx) deliveryAt(k []byte) (*row, bool, error) {
	r, ok, err := get[row](t, "deliveries", k)
	r.indexed, r.brief = r.index(), r.Brief
	return &r, ok, err
}

// queued is the row that a key of the queue stands for.
func (t tx) queued(k []byte) (*row, error) {
	_, rest := cutText(k)
	r, ok, err := t.deliveryAt(rest[8:])
	if err == nil && !ok {
		err = fmt.Errorf("delivery %q is queued and has no row: %w", rest[16:], news.ErrCorrupt)
	}
	return r, err
}

// save stores a row with its indexes. Its place has to be settled afterwards.
func (t tx) save(r *row) error {
	entries := r.index()
	if err := t.reindex(r.indexed, entries); err != nil {
		return err
	}
	r.indexed = entries
	return put(t, "deliveries", r.key(), r)
}

// saveWith is save with another brief.
func (t tx) saveWith(r *row, b brief) error {
	if !bytes.Equal(r.brief, b.key) {
		if err := t.countBrief(b, +1); err != nil {
			return err
		}
		if err := t.countBrief(brief{key: r.brief}, -1); err != nil {
			return err
		}
		r.Brief, r.brief = b.key, b.key
	}
	return t.save(r)
}

// countBrief changes the number of deliveries that share a brief; the last one takes it away.
func (t tx) countBrief(b brief, by int) error {
	if b.key == nil {
		return nil
	}
	v := t.in("briefs").Get(b.key)
	count := by
	if v != nil {
		count += int(binary.BigEndian.Uint32(v))
		b.value = v[4:]
	}
	if count <= 0 {
		return t.drop("briefs", b.key)
	}
	return t.set("briefs", b.key, key(binary.BigEndian.AppendUint32(nil, uint32(count)), b.value))
}

// deleteDelivery drops a row with its indexes. Its place has to be settled afterwards.
func (t tx) deleteDelivery(r *row) error {
	if err := t.reindex(r.indexed, nil); err != nil {
		return err
	}
	if err := t.countBrief(brief{key: r.brief}, -1); err != nil {
		return err
	}
	return t.drop("deliveries", r.key())
}

// whole is the delivery with its brief.
func (t tx) whole(r *row) (d news.Delivery, err error) {
	d = r.Delivery.Delivery
	d.Brief, err = t.brief(r)
	return d, err
}

func (t tx) brief(r *row) (b news.Brief, err error) {
	v := t.in("briefs").Get(r.Brief)
	if len(v) < 4 {
		return b, fmt.Errorf("delivery %s has no brief: %w", r.ID, news.ErrCorrupt)
	}
	return decode[news.Brief]("briefs", r.Brief, v[4:])
}

// EventDeliveries implements command.Store.
func (s *Store) EventDeliveries(ctx context.Context, event news.StoryID, guild news.GuildID) (deliveries []news.Delivery, err error) {
	err = s.view(ctx, func(t tx) error {
		for k := range t.prefixed("deliveries", number(event)) {
			r, _, err := t.deliveryAt(k)
			if err != nil {
				return err
			}
			if r.Guild != guild {
				continue
			}
			d, err := t.whole(r)
			if err != nil {
				return err
			}
			deliveries = append(deliveries, d)
		}
		return nil
	})
	return deliveries, err
}

// MessageDeliveries implements command.Store.
func (s *Store) MessageDeliveries(ctx context.Context, channel news.ChannelID, message news.MessageID) (deliveries []news.Delivery, err error) {
	err = s.view(ctx, func(t tx) error {
		prefix := key(text(channel), text(message))
		for k := range t.prefixed("messages", prefix) {
			r, ok, err := t.deliveryAt(k[len(prefix):])
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("message %s has a delivery without a row: %w", message, news.ErrCorrupt)
			}
			d, err := t.whole(r)
			if err != nil {
				return err
			}
			deliveries = append(deliveries, d)
		}
		return nil
	})
	if err == nil && len(deliveries) == 0 {
		err = fmt.Errorf("deliveries of message %s: %w", message, news.ErrNotFound)
	}
	return deliveries, err
}

// PostedSince implements outbox.Store.
func (s *Store) PostedSince(ctx context.Context, at news.ChannelID, since time.Time) (count int, err error) {
	err = s.view(ctx, func(t tx) error {
		for range t.between("posted", key(text(at), moment(since)), append([]byte(at), 1)) {
			count++
		}
		return nil
	})
	return count, err
}
