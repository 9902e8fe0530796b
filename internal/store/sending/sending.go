// Package sending is how the sending of one delivery stands, from owed to posted, failed or edited: the transitions that every
// backend of package store keeps. It knows nothing about transactions, queues and leases.
package sending

import (
	"errors"
	"slices"
	"strings"
	"time"

	"newsbrief/internal/news"
)

// Delivery is a delivery with what a store remembers of it between two claims. Its fields are stored as JSON.
type Delivery struct {
	news.Delivery

	Turn     time.Time // its turn in the queue of its place: when it was first due, however often it is postponed
	Token    uint64    // of the claim it was last handed out with
	Tried    int       // the revision that was first tried, while FirstTry is set
	Unsure   bool      // an attempt before the last one may have been accepted
	Unwanted bool      // nobody wants it any more; it is dropped unless the claim that is out posts it
}

// New is a delivery that begins to be owed.
func New(now time.Time, d news.Delivery) Delivery {
	if d.State == "" {
		d.State = news.Waiting
	}
	if d.Created.IsZero() {
		d.Created = now
	}
	if d.Due.IsZero() {
		d.Due = now
	}
	d.Revision = max(d.Revision, 1)
	return Delivery{Delivery: d, Turn: d.Due}
}

// Check says what a delivery lacks to be owed.
func Check(d news.Delivery) error {
	if d.ID == "" || d.Channel == "" && d.User == "" || strings.ContainsRune(string(d.Place()), 0) {
		return errors.New("a delivery needs an id and a place to go to")
	}
	return nil
}

// Owed reports whether something is to be sent: a post, or the edit of a single post.
func (d *Delivery) Owed() bool {
	return d.State == news.Waiting || d.State == news.Posted && d.Digest == "" && d.Revision > d.PostedRevision
}

// InDigest reports whether it is to be posted together with others of its slot.
func (d *Delivery) InDigest() bool { return d.State == news.Waiting && !d.Slot.IsZero() }

// PostedSingly reports whether it is a brief in a message of its own.
func (d *Delivery) PostedSingly() bool {
	return d.State == news.Posted && d.Digest == "" && d.Notice == nil
}

// Refresh takes over a newer brief. Where it is the same as before and of the same topics, there is nothing to edit.
func (d *Delivery) Refresh(now time.Time, newer news.Delivery, same bool) {
	edited := !same || !slices.EqualFunc(d.Topics, newer.Topics, func(a, b news.Match) bool { return a.Topic == b.Topic })
	d.Brief, d.Topics, d.Language = newer.Brief, newer.Topics, newer.Language
	d.Unwanted = false
	if edited {
		d.Revision++
	}
	for _, sub := range newer.Subscriptions {
		if !slices.Contains(d.Subscriptions, sub) {
			d.Subscriptions = append(d.Subscriptions, sub)
		}
	}
	switch {
	case edited && d.PostedSingly() && d.Revision == d.PostedRevision+1: // it was not waiting for an edit before
		d.again(now)
		if newer.Slot.IsZero() && newer.Due.After(now) {
			d.Due, d.Turn = newer.Due, newer.Due
		}
	case d.State == news.Waiting && d.FirstTry.IsZero() && newer.Due.Before(d.Due) && !newer.Due.IsZero():
		d.Due, d.Turn, d.Slot = newer.Due, newer.Due, newer.Slot
	}
}

// Rewrite takes over a better brief of the same tellings, and makes it due.
func (d *Delivery) Rewrite(now time.Time, better news.Brief) {
	newer := d.Delivery
	newer.Brief, newer.Due = better, now
	if d.Slot.After(now) {
		newer.Due = d.Slot
	}
	unwanted := d.Unwanted
	d.Refresh(now, newer, false)
	d.Unwanted = unwanted
	if d.PostedSingly() {
		d.again(now)
	}
}

// again makes it due for an edit.
func (d *Delivery) again(now time.Time) { d.Due, d.Turn, d.Attempts = now, now, 0 }

// Claim hands it out. The delivery that is returned shows FirstTry as it was before.
func (d *Delivery) Claim(now time.Time, token uint64, digest news.DeliveryID) news.Delivery {
	d.Token = token
	d.Attempts++
	d.Digest = digest
	claimed := d.Delivery
	if d.State == news.Waiting {
		if d.Unsure = !d.FirstTry.IsZero(); !d.Unsure {
			d.FirstTry, d.Tried = now, d.Revision
		}
	}
	return claimed
}

// Posted ends a claim: the message holds the delivery as it was claimed.
func (d *Delivery) Posted(now time.Time, claimed news.Delivery, channel news.ChannelID, message news.MessageID) {
	revision := claimed.Revision
	if d.State == news.Waiting {
		if d.Unsure { // the message may be the one of the first attempt
			revision = min(revision, d.Tried)
		}
		d.State, d.PostedAt = news.Posted, now
		d.Unsure, d.Unwanted = false, false
	}
	d.PostedRevision, d.Message, d.PostedIn, d.Problem = revision, message, channel, ""
	if u := claimed.Brief.Update; u != nil && revision == claimed.Revision {
		d.Told = u.At
	}
	if d.Owed() {
		d.again(now)
	}
}

// Postpone ends a claim until a time. A post keeps its turn, so that what comes after it waits too.
func (d *Delivery) Postpone(until time.Time, problem string, sent bool) {
	d.Due, d.Problem = until, problem
	if d.State == news.Posted {
		d.Turn = until // an edit need not hold up anything
	} else if !sent && !d.Unsure {
		d.FirstTry, d.Tried = time.Time{}, 0
	}
}

// Fold ends a claim by moving it into the digest of slot.
func (d *Delivery) Fold(slot time.Time) {
	d.Due, d.Turn = slot, slot
	if d.State == news.Waiting {
		d.Slot, d.Digest = slot, ""
		d.FirstTry, d.Tried, d.Unsure, d.Attempts = time.Time{}, 0, false, 0
	}
}

// Refuse ends a claim for good. An edit is given up; the next one is tried. What a person subscribed to waits for them where their direct
// messages are closed.
func (d *Delivery) Refuse(claimed news.Delivery, problem string, place bool) {
	d.Problem = problem
	switch {
	case d.State == news.Posted:
		d.PostedRevision = claimed.Revision
	case place && d.Guild.Person() != "" && !d.Update && !d.Unwanted:
		d.Fold(Someday)
	default:
		d.State = news.Failed
	}
}

// Someday is the slot of what waits until its person is back.
var Someday = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// Resume makes what waits for its person due in a digest.
func (d *Delivery) Resume(now time.Time) {
	if d.State == news.Waiting && d.Slot.Equal(Someday) {
		d.Fold(now)
	}
}

// Unsubscribe takes a subscription away and reports whether others still want it. Then the topic is no reason any more.
func (d *Delivery) Unsubscribe(sub news.Subscription) (wanted bool) {
	others := slices.DeleteFunc(slices.Clone(d.Subscriptions), func(id news.SubscriptionID) bool { return id == sub.ID })
	if len(others) == 0 {
		return false
	}
	d.Subscriptions = others
	if topics := slices.DeleteFunc(slices.Clone(d.Topics), func(m news.Match) bool { return m.Topic == sub.Topic }); len(topics) > 0 {
		d.Topics = topics
	}
	return true
}
