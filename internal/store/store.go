// Package store is the contract between the rooms and what keeps their data: the union of what its users declare, kept by
// store/bolt and store/postgres and proved by store/storetest. Open picks the backend by URL.
package store

import (
	"context"
	"io"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/outbox"
	"newsbrief/internal/pipeline"
	"newsbrief/internal/summary"
)

// Store keeps everything. All methods are safe for concurrent use; now is always an argument.
type Store interface {
	pipeline.Store
	outbox.Store
	command.Store
	summary.Answers

	// SetDefaults makes feeds the ones every guild follows unless it removed them. Feeds known by URL are shared; former
	// defaults that nobody added are dropped.
	SetDefaults(ctx context.Context, now time.Time, feeds []news.Feed) error
	// Feeds returns all feeds by ID.
	Feeds(ctx context.Context) ([]news.Feed, error)
	// ArticlesAfter returns at most max articles in the order they were stored or changed, beginning behind sequence after
	// (0 for all), with the sequence of the last one: what a derived index reads to catch up.
	ArticlesAfter(ctx context.Context, after uint64, max int) ([]news.Article, uint64, error)
	// Expire drops articles, stories and deliveries seen before the cut-off, who followed or last asked for such, and returns the ids of
	// the articles dropped. Seen marks stay as long as the feed lists the entry. It works in short transactions and can be interrupted.
	Expire(ctx context.Context, before time.Time) ([]news.ArticleID, error)
	// ForgetGuild drops what belongs to a guild: subscriptions, topics, settings, feed choices, deliveries.
	ForgetGuild(ctx context.Context, guild news.GuildID) error
	// Backup writes a consistent copy while the store is in use.
	Backup(ctx context.Context, w io.Writer) error
	// Stats counts what is kept, for health pages and metrics.
	Stats(ctx context.Context, now time.Time) (news.Stats, error)
	Close() error
}
