package news

import (
	"slices"
	"strings"
)

// TopicID names a topic: a built-in one by its plain id ("climate"), a guild's own as GUILD/NAME.
type TopicID string

// OwnTopicID is the id of a guild's own topic.
func OwnTopicID(guild GuildID, name string) TopicID { return TopicID(string(guild) + "/" + name) }

// Own reports whether the topic belongs to a guild.
func (id TopicID) Own() bool { return strings.Contains(string(id), "/") }

// KnownTo reports whether a guild may hear of the topic: it is a built-in one or the guild's own.
func (id TopicID) KnownTo(guild GuildID) bool {
	return !id.Own() || id == OwnTopicID(guild, id.Name())
}

// Name is the topic's id as people type it: without the guild.
func (id TopicID) Name() string {
	if _, name, ok := strings.Cut(string(id), "/"); ok {
		return name
	}
	return string(id)
}

// Topic is a named query. Built-in topics have no Guild and no Query: their profiles live in package topic.
type Topic struct {
	ID    TopicID
	Guild GuildID
	Query string
}

// Match says that a topic fits an article, and why.
type Match struct {
	Topic TopicID
	Score float64  // 0..1, comparable between topics of one article only
	Words []string // the words of the text that decided, as they stand there
}

// WithoutTopicsOf are the matches of topics that are not a guild's own.
func WithoutTopicsOf(guild GuildID, matches []Match) []Match {
	return slices.DeleteFunc(matches, func(m Match) bool { return m.Topic.Own() && m.Topic.KnownTo(guild) })
}
