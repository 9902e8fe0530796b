package outbox

import (
	"context"
	"time"

	"newsbrief/internal/news"
)

// DigestSize is how many briefs one digest message holds at most; a larger digest is several messages.
const DigestSize = 20

// Store is what the outbox wants kept. Each method is one transaction. The methods that take a Claim refuse with
// news.ErrLeaseLost when its token no longer holds the lease; then nothing was changed.
type Store interface {
	// ClaimDeliveries hands out at most max claims that are due at now: deliveries that wait (to be posted) or whose Revision is
	// ahead of PostedRevision (to be edited), oldest first. There is never more than one claim out for a channel, which keeps the
	// order inside it. Deliveries of one channel with the same Slot come as one digest claim, DigestSize at most; they keep its id,
	// so that after a crash the same ones come again under it. Attempts grows by one and FirstTry, where it is zero, becomes now
	// before the claim is handed out; the claim itself shows FirstTry as it was: not zero means that a send may have happened.
	ClaimDeliveries(ctx context.Context, now time.Time, lease time.Duration, max int) ([]news.Claim, error)
	// NextDelivery is when the next delivery becomes due, the zero time when there is none.
	NextDelivery(ctx context.Context) (time.Time, error)
	// Posted ends a claim: its deliveries stand in the message, at the revision that was claimed. A delivery that was refreshed
	// meanwhile stays due for an edit; what went out in a digest is not edited.
	Posted(ctx context.Context, now time.Time, c news.Claim, channel news.ChannelID, message news.MessageID) error
	// Postpone ends a claim for now; its deliveries are due again at until. problem is what went wrong, "" when nothing did.
	// sent tells whether Discord may have accepted the message: when false, FirstTry is cleared again.
	Postpone(ctx context.Context, now time.Time, c news.Claim, until time.Time, problem string, sent bool) error
	// Fold ends a claim by moving its deliveries into the digest of slot.
	Fold(ctx context.Context, now time.Time, c news.Claim, slot time.Time) error
	// Refuse ends a claim that no retry can help: the deliveries fail, and their subscriptions rest with the problem.
	Refuse(ctx context.Context, now time.Time, c news.Claim, problem string) error
	// PostedSince counts the single briefs posted in a channel since a time.
	PostedSince(ctx context.Context, channel news.ChannelID, since time.Time) (int, error)
	// GuildSettings returns a guild's settings, the zero Settings with Guild set when it never changed any.
	GuildSettings(ctx context.Context, guild news.GuildID) (news.Settings, error)
}

// Sender posts to Discord; package discord is one. Its errors are *news.SendError where Discord refused; any other error leaves
// open whether the message was accepted.
type Sender interface {
	// Post sends a delivery, or all of a digest claim's, as one message with the claim's nonce and enforce_nonce.
	Post(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error)
	// Edit replaces the message of a posted delivery by its brief as it is now. Repeating it changes nothing.
	Edit(ctx context.Context, d news.Delivery) error
	// Find looks the claim's message up in the channel, for when the nonce's window has passed. "" when it isn't there.
	Find(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error)
}
