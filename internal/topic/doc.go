// Package topic decides which topics an article belongs to and can say why. It holds the query language of guilds' own topics
// (Parse, Query.Match, Query.Find), the built-in topics with their names and keyword profiles in nine languages (Builtins, Rank),
// and the index that matches one article against all of them at once (Index).
//
// The profiles are the files below profiles/: one a language, plain text, meant to be read and edited. profiles/README.md says how.
//
// The package knows nothing about channels, subscriptions, stories or where topics are stored.
package topic
