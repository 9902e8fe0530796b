// Package outbox claims due deliveries, paces them, retries, and folds overflow and quiet hours into digests.
package outbox
