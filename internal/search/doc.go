// Package search is the archive index: it finds articles by words, phrases and fields, in all languages in one index, and ranks
// them. It stores the terms of articles and where they stand, not their texts; Highlight finds a query's words in a text.
//
// The index is derived data. It can be deleted at any time: Open starts an empty one and Sequence tells the caller from where to
// feed it again.
//
// The package knows nothing about where articles are stored, stories or Discord.
package search
