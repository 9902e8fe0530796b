// Package postgres keeps everything in one PostgreSQL that any number of processes share. It knows what the contract in package
// store promises and nothing about feeds, Discord or how anything is worked out.
//
// The tables are drawn in migrations. Claims skip what another process is claiming at the same moment (FOR UPDATE SKIP LOCKED).
// Locks are taken in one order: rows of feeds, places in their order, deliveries, the wishes, the audience, and last the log of
// articles, whose sequence must be committed in its order for readers that resume behind the last one they saw. Transactions that
// still get in each other's way are run again.
package postgres
