package news

import "strings"

// OwnGuild is a person's own guild: their direct messages with the bot, with feeds, topics, settings and subscriptions of their own, as a
// server has them. Its id is their id behind an @, which no server's has.
func OwnGuild(user UserID) GuildID { return GuildID("@" + string(user)) }

// Person is whose own guild it is, "" for a server.
func (g GuildID) Person() UserID {
	if user, own := strings.CutPrefix(string(g), "@"); own {
		return UserID(user)
	}
	return ""
}
