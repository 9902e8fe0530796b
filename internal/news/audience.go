package news

// Audience is everyone's wishes at one moment: who subscribed to what, and which feeds each guild follows.
type Audience struct {
	Version       uint64 // changes with every change of anything below
	Subscriptions []Subscription
	Topics        []Topic // guilds' own
	Settings      map[GuildID]Settings
	Defaults      map[FeedID]bool             // feeds of FEEDS
	Choices       map[GuildID]map[FeedID]bool // true: a manager added the feed; false: a manager removed a default one
}

// Follows reports whether a guild's stories come from the feed. Direct messages (guild "") follow the operator's feeds.
func (a *Audience) Follows(guild GuildID, feed FeedID) bool {
	if choice, ok := a.Choices[guild][feed]; ok {
		return choice
	}
	return a.Defaults[feed]
}

// FollowsAny reports whether the guild follows a feed that carried the article.
func (a *Audience) FollowsAny(guild GuildID, article Article) bool {
	for _, feed := range article.Feeds {
		if a.Follows(guild, feed) {
			return true
		}
	}
	return false
}
