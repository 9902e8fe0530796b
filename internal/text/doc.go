// Package text knows what written language looks like in every script: which language a text is in, where its
// sentences, words, numbers and names are, which terms to search it by, and where it may be cut.
//
// All functions are pure, safe for concurrent use and total: they take any bytes, invalid UTF-8 included, and never
// fail. Offsets are bytes into the string that was passed in. A language is a BCP 47 tag; functions that take one
// look at its base only and treat an unknown or empty one as "any language".
//
// The package knows nothing about feeds, articles, stories or Discord.
package text
