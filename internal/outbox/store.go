package outbox

import (
	"context"
	"time"

	"newsbrief/internal/news"
)

// Store is what the outbox wants kept. Each method is one transaction. The methods that take a Claim refuse with
// news.ErrLeaseLost when its token no longer holds the lease; then nothing was changed.
type Store interface {
	// ClaimDeliveries hands out at most max claims that are due at now: deliveries that wait (to be posted) or whose Revision is
	// ahead of PostedRevision (to be edited), those to channels before direct messages, of which there are at most direct, and each
	// oldest first. There is never more than one claim out for a place (Delivery.Place),
	// and a place's deliveries come in the order they became due, which keeps the order inside it. Deliveries of one place with
	// the same Slot come as one digest claim, news.DigestSize at most; they keep its id, so that it always stands for the same
	// deliveries. Attempts grows by one and FirstTry, where it is zero, becomes now before the claim is handed out; the claim
	// itself shows FirstTry as it was: not zero means that an earlier attempt may have been accepted. A token holds until its
	// lease has ended and the place's next claim was handed out.
	ClaimDeliveries(ctx context.Context, now time.Time, lease time.Duration, max, direct int) ([]news.Claim, error)
	// NextDelivery is when the next claim can be handed out, the zero time when nothing is owed.
	NextDelivery(ctx context.Context) (time.Time, error)
	// Posted ends a claim: its deliveries stand in the message, at the revision that was claimed, or at the one first tried when
	// an earlier attempt may have been accepted. A delivery that was refreshed meanwhile stays due for an edit; what went out in
	// a digest is not edited.
	Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, message news.MessageID) error
	// Postpone ends a claim for now; its deliveries are due again at until, and what else is owed to the place waits behind them
	// (behind a post, not behind an edit). problem is what went wrong, "" when nothing did. sent tells whether Discord may have
	// accepted the message: when false, FirstTry becomes zero again unless an earlier attempt may have been accepted.
	Postpone(ctx context.Context, now time.Time, c news.Claim, until time.Time, problem string, sent bool) error
	// Fold ends a claim that was surely never accepted by moving its deliveries into the digest of slot.
	Fold(ctx context.Context, now time.Time, c news.Claim, slot time.Time) error
	// Refuse ends a claim that no retry can help: the deliveries fail and, when it is the place that can't be posted to, their
	// subscriptions rest with the problem; a person who can't be told an update no longer follows its story. In a person's own guild
	// all subscriptions rest, and what they asked for waits until they are resumed. After a refused edit the brief stays posted as it is.
	Refuse(ctx context.Context, now time.Time, c news.Claim, problem string, place bool) error
	// PostedSince counts the single briefs posted to a place (Delivery.Place) since a time.
	PostedSince(ctx context.Context, place news.ChannelID, since time.Time) (int, error)
	// GuildSettings returns a guild's settings, the zero Settings with Guild set when it never changed any.
	GuildSettings(ctx context.Context, guild news.GuildID) (news.Settings, error)
}

// Sender posts to Discord; package discord is one. Its errors are *news.SendError where Discord refused; any other error leaves
// open whether the message was accepted.
type Sender interface {
	// Post sends a delivery, or all of a digest claim's, as one message with the claim's nonce and enforce_nonce.
	Post(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error)
	// Edit replaces the message of a posted delivery by its brief as it is now, and tells the thread that people started from it, ""
	// when there is none. Repeating it changes nothing.
	Edit(ctx context.Context, d news.Delivery) (thread news.ChannelID, err error)
	// Find looks the claim's message up in the channel, for when the nonce's window has passed. "" when it isn't there. It looks no
	// further back than the first delivery's FirstTry.
	Find(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error)
}
