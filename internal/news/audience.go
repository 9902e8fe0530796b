package news

// Audience is everyone's wishes at one moment: who subscribed to what, and which feeds each guild follows.
type Audience struct {
	Version       uint64 // changes with every change of anything below
	Subscriptions []Subscription
	Topics        []Topic // guilds' own
	Settings      map[GuildID]Settings
	Defaults      map[FeedID]bool // feeds of FEEDS
	Choices       map[GuildID]map[FeedID]Choice
}

// Choice is what a guild's managers decided about a feed.
type Choice uint8

const (
	Removed Choice = iota // not to follow a default feed
	Added
	Titles // to follow it, but to post titles and links only
)

// Follows reports whether a guild's stories come from the feed.
func (a *Audience) Follows(guild GuildID, feed FeedID) bool {
	if choice, ok := a.Choices[guild][feed]; ok {
		return choice != Removed
	}
	return a.Defaults[feed]
}

// Shown is an article as a guild may be shown it: as it is, or with its title and link alone where all feeds that bring it there are
// followed for titles only. The guild follows one of its feeds.
func (a *Audience) Shown(guild GuildID, article Article) Article {
	for _, feed := range article.Feeds {
		if a.Follows(guild, feed) && a.Choices[guild][feed] != Titles {
			return article
		}
	}
	article.Text, article.Teaser, article.Image, article.ImageAlt = "", true, "", ""
	article.News, article.Corrects, article.TitleOnly = nil, false, true
	return article
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
