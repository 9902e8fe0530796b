// Package outbox claims due deliveries, paces them, retries, and folds overflow and quiet hours into digests.
//
// A delivery is sent at least once by retrying and at most once by its nonce: inside Discord's window a repeated send is
// answered with the message that is already there, beyond it the outbox looks the message up in the channel before it sends
// again. The package knows nothing of Discord's wire; a Sender does the sending.
package outbox
