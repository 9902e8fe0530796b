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

// Personal counts what is kept about a person.
type Personal struct {
	Subscriptions int  // in their own guild
	Feeds         int  // that they added or removed there
	Topics        int  // that they made there
	Settings      bool // whether they changed any there
	Followed      int  // stories
	CaughtUp      int  // guilds in which they asked what they missed, their own one among them
	Created       int  // subscriptions of servers that they made
	Waiting       int  // deliveries to them that are still to be sent
	Sent          int  // deliveries to them that were sent or refused
}

// Any reports whether anything is kept.
func (p Personal) Any() bool { return p != Personal{} }
