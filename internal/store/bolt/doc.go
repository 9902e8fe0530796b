// Package bolt keeps everything in one bbolt file for one process. It knows what the contract in package store promises and
// nothing about feeds, Discord or how anything is worked out.
//
// A key is its parts one after the other: ids and times are 8 bytes big endian (times in Unix nanoseconds, the zero time is 0),
// so keys are ordered; text is followed by a zero byte unless it ends the key. Values are JSON: bbolt copies whole pages anyway, so
// a denser encoding wins little, and a field that is added later is simply absent in older rows. Only a feed's row, which every look
// reads and writes, is denser (see coder).
//
//	meta                                          facts about the file
//	├── version            → format version, decimal
//	└── audience           → version of the audience, 8 bytes
//	feeds                  feed                   → news.Feed
//	├── feed_urls          hash of url            → feed
//	├── polls              NextPoll, feed         → ""    of those that are not gone; who has claimed a feed stands in memory (see looks)
//	├── failing            feed                   → ""    the last look failed
//	├── marks              feed, mark             → the other marks of the entry where it is the first of them
//	└── pushes             feed                   → news.Push
//	choices                guild, feed            → 1 added, 0 removed by a manager
//	└── choosers           feed, guild            → the same
//	articles               article                → news.Article and its place in the log
//	├── article_urls       hash of url            → article
//	└── log                sequence               → article    in the order they were stored or changed
//	stories                story                  → news.Story
//	└── story_times        Last, story            → ""
//	deliveries             event, delivery        → news.Delivery without its brief, and how its sending stands
//	├── briefs             hash of brief          → 4 bytes number of deliveries that share it, then news.Brief
//	├── queue              place, turn, event, delivery → due time; what is still to be posted or edited, in the order of its place
//	├── places             place                  → time of its turn, token, end of lease
//	├── turns              time, place            → ""    when the place's next claim can be handed out
//	├── direct_turns       time, place            → ""    the same of direct messages
//	├── digests            slot, place            → 2 bytes number of digests made of it so far
//	├── posted             place, PostedAt, event, delivery → ""    posted singly
//	└── messages           channel, message, event, delivery → ""
//	topics                 guild/name             → news.Topic
//	subscriptions          subscription           → news.Subscription
//	├── subscribers        place, topic           → subscription
//	└── owners             guild, subscription    → ""
//	settings               guild                  → news.Settings
//	caught_up              guild, user            → time
//	followers              event, user            → news.Follower
//	└── following          user, event            → ""
//
// All writes go through one goroutine that commits whatever is waiting in one transaction (see commit). Only one process can hold
// the file, so no lease outlives the process that was given it: Open ends them all.
package bolt
