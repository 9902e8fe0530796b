// Package story tells which story an article belongs to, as articles arrive one by one.
//
// Within a language an article joins the story that best explains its words: each word of the title (and, more quietly, of
// the address and of the beginning of the text) weighs the logarithm of how much likelier it is in that story than in the news
// at large, each word the story has never used counts against it, and the sum must clear a bar. Words that only one story
// uses, its names and numbers, therefore decide, and common words hardly count. What would make two events one is refused
// outright: another issue of a daily series, another match, a title whose names all differ.
//
// Across languages there is no model, only what is written alike or can be looked up: numbers, names in Latin letters, and
// the countries, institutions and news concepts of data/concepts.txt.
//
// The package knows nothing about feeds, storage or summaries; it keeps everything in memory and is rebuilt with Add.
package story
