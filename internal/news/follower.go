package news

import "time"

// MaxFollowed is how many stories a person follows at most.
const MaxFollowed = 100

// Follower is a person who wants to be told what is new in a story. What they are told is what their guild's feeds tell.
type Follower struct {
	Event StoryID
	Guild GuildID
	User  UserID
	Since time.Time
}
