// Package search is the archive index: it finds articles by words, phrases and fields, in all languages in one index, and ranks
// them. It stores the terms of articles and where they stand, not their texts; Highlight finds a query's words in a text.
//
// Put writes a batch as a segment, a file that is never changed (segment.go draws it). Segments are merged in the background, so that
// there are a few dozen at most; articles that were replaced or removed are marked as gone until then. A catalog says which segments
// make up the index, what is gone of each, and how far the caller had come: changing it is what makes a batch stored. A search works
// on the state of the index at its beginning: a query is planned as units, the units' spellings are looked up in each segment, and
// what the filters let through is scored.
//
// The index is derived data. It can be deleted at any time: Open starts an empty one and Sequence tells the caller from where to
// feed it again. An index that turns out to be damaged, when it is opened or later, becomes an empty one too.
//
// The package knows nothing about where articles are stored, what makes them a story, or Discord.
package search
