// Package internal is the house plan of newsbrief; its rooms are the packages below it, and imports_test.go keeps them to it.
//
// # The way of the data
//
//	feed ─ fetch ─ read ─ story ─ topic ─ store ─ outbox ─ discord        news comes in, briefs go out
//	                                        │
//	discord ─ command ─ search/summary ─────┘                              questions go in, answers come out
//
// A stage is a plain function or a small type: values in, values out. Package pipeline puts the stages in order; nothing else knows
// the order. Interfaces stand with whoever needs them: pipeline, outbox and command each declare what they want of a store, and
// store.Store is their union.
//
// # Decisions
//
// Ids of our own carry their time (news.NewID). They are made where a thing begins, without asking the store: keys are written in
// order, a cut-off date is a key, and a story can refer to its deliveries before any of them is stored. Turned down: sequences of the
// store, which cost a transaction each or a callback inside one.
//
// A story is one language's; stories of one event share Story.Event, and a channel is owed an event once (news.NewDeliveryID hashes
// event and channel). So five tellings in three languages are one post, with the other languages in its sources. Turned down: one
// story over all languages, which would mix their words in one model of what the story is about.
//
// An update is the same delivery with a higher Revision: a waiting brief goes out as it is now, a posted one is edited. Turned down: a
// second kind of delivery for edits, which would need its own order, retries and duplicates.
//
// What is new in a story is told where people wait for it: the post says what changed since it was posted; the thread that people started
// from it gets a reply as a part of that edit, so that it needs no delivery, no place and no order of its own; who follows the story is owed
// a delivery of their own for each update, at any hour, and what comes within ten minutes of one is told together. Turned down: pinging
// followers in the channel, which everybody sees; a subscription for each follower, which would wake the matching of topics.
//
// The outbox claims before it sends, and a claim shows whether an earlier send may have got through. Inside Discord's nonce window the
// repeated send is harmless; beyond it the message is looked up by the id of its "Why?" button, the one thing of a message that is
// ours, invisible and unique. Turned down: invisible text as a marker, which copies along.
//
// All messages are Components V2: a container reads well on a phone, an edit can change everything, and one renderer serves briefs,
// digests and replies. Turned down: embeds, whose 6,000 characters over ten pieces fit briefs no better.
//
// Rate limits live in the HTTP transport below discordgo, which sees no rate limit headers: its own limiter sleeps without a context
// and keeps a bucket for every address for ever. The gateway's frames are seen on their way to discordgo, which answers an invalid
// session by identifying again at once, for ever.
//
// A model's brief is asked for beside publishing: the delivery is stored at once with the extracted brief, due 20 s later, and that draft
// is replaced when the model has answered, where it is still the draft. So a model that is slow or gone holds up its own story alone,
// a crash loses nothing, and the newest telling wins in a fleet too. Turned down: asking inside the publishing of a story, where one
// silent endpoint would stop all news, and publishing the story again with the answer, which takes back what changed meanwhile.
//
// A person's direct messages are a guild of their own (news.OwnGuild), with feeds, topics, settings and subscriptions as a server has
// them, so no stage and no command knows the difference but where it speaks. An interaction is about it in direct messages and wherever
// the bot itself isn't installed. Turned down: personal subscriptions to a server's topics, which would tell people who left it what its
// feeds tell.
//
// Closed direct messages are found out by sending. All the person's subscriptions rest then and what is refused waits in a digest of a day
// that never comes, until the person uses the bot again; so nothing is tried in vain twice, and nothing runs to see who is back. Claims on
// channels are handed out before those on people, whose thousands of followed stories share one limit with the posts of all servers.
//
// What a model answers is kept under a hash of all that was asked, and judged each time it is used. The question holds what the brief can
// be made of and nothing else, not even the outlets' names, so that other guilds, commands, re-wordings and restarts ask the same one.
// Questions whose answers failed twice are left alone for a day. In the bundled newsroom 19 posts and 17 updates of them cost 37 requests,
// 630 tokens read and 100 written each. The hour's budget and the rests of a failing endpoint are constants: one more variable would be
// set wrong more often than right.
//
// A brief is made of the first telling of a story and of those that brought news, at most six; re-wordings add their names to its
// sources. So a posted brief changes when there is something new and not when another outlet says the same, its cost doesn't grow with
// the story, and a figure that a later telling has overtaken (data/phrases.txt names what is counted) can be left out for good. Sentences
// that need one before them come only behind it. Turned down: all tellings in one pool, where the best sentence is often the oldest
// count; resolving pronouns, which rewrites what was said.
//
// What a telling brings to its story (Article.News) is decided once, when it arrives, by comparing it with the tellings before it, and
// stored with it. So it is the same after a restart and for all guilds that follow the feeds of the story, costs one comparison instead
// of one for each place, and a brief that is made again shows the same update. For guilds that do not follow the feed that was first with
// the news, the tellings they know are compared again, or they would never be told. A re-wording adds its source to a post and no word; a post whose brief and topics stay the
// same is not edited. Edited articles go through the same comparison, with their own earlier text among what is known. Turned down: comparing
// briefs as posted, which depends on what was chosen for them; a model's judgement, which would cost a call for each telling and
// could not be repeated; telling every difference between two texts, since outlets word, round and order the same facts anew each time.
//
// Vectors of an embedding model are asked for before publishing is locked and read from the store inside, by a hash of model and text:
// nothing but the store has to know which article has one, and a restart asks nothing again. They link stories where names and
// numbers did not, never against them, and a cosine is judged beside those of unrelated stories, so no model needs tuning. Turned
// down: one bar for all models, and vectors as the first word, which would let an endpoint that lies merge everything.
//
// What a guild is shown of an event comes from the feeds it follows: its brief, its matched words, its sources. Stories themselves are
// recognised over all feeds.
//
// go.mod replaces go-dateparser, which go-trafilatura pulls in for a search that is turned off, by an empty stand-in: its data cost every
// start of the program 230 ms and 40 MB.
//
// The archive index is derived from the store, fed in batches off the delivery path, and remembers the sequence it has come to. It
// can be deleted at any time. It is our own: segments of sorted terms that never change and are merged in the background, one list of
// postings a term for title and text together, and in memory only what filters and ranks go by. Turned down: bleve's scorch, which
// searched with our ranking too, but took about eight times the time to index and five times the disk, whose mapped files count as
// memory, and whose prefixes and misspellings walk dictionaries without knowing which words matter; skipping articles that can't reach
// the first page, since answers say how many there are.
//
// Built-in topics are told by words that a person can read and edit, a file a language, and yield to one another as profiles/yields.txt
// says: a quake among hotels is in Disasters and not in Travel, a film about a war not in War. Turned down: a classifier trained on
// labelled news, which nobody could mend by hand nor ask why, and which knows the sections of its newspapers rather than the subject;
// words that count against a topic, which take a story out of it for a remark.
//
// A guild's own topic is asked by its query as it is now, over all that was read: the query tells what its matches must have, the archive
// index which articles have it, and those alone are read and matched. Turned down: what stories remember of their topics, which knows nothing
// of queries made or changed since; a query of the index's own, which would match other inflections than the posts did.
//
// The ids of components carry the question they belong to, so that pages and selects need no state and outlive restarts; a search too long
// for an id is kept in the store under its hash. Who uses a component of somebody else's answer gets an answer of their own. Names that
// autocomplete offers are one text in memory that is looked through for each keystroke, as what people and their input methods write in
// different ways is the same in it. Turned down: a tree of prefixes, which finds no word inside a name.
//
// Of a feed that changed only the entries are parsed whose very characters are not known. An entry is judged by what it has in common
// with those the feed listed before: two witnesses (guid, canonical link, title) make it the same, one alone where the feed shows that
// it can be believed. Skipped entries are witnesses too, so where anything is known of one that was read, all of the feed is read.
// Turned down: one key for each entry, which loses news where guids, links or titles recur, and a date cursor, which loses what is
// undated or dated back.
//
// A feed is looked at where its rhythm lets news be expected, between POLL_MIN and POLL_MAX: looks are as dense as the square root of
// the rate that its looks brought news at by hour and weekday, which is where delays and requests together cost least, with one price
// of a request for all feeds. On simulated feeds the mean delay is two fifths of what fixed intervals give for as many requests. A
// feed that is new to the bot is looked at every POLL_MIN at first. Turned down: going by silence, which finds no night and no
// weekend and needs three times the delay; a budget shared out over all feeds, which every feed that comes or goes would change;
// entries' own dates, which are missing or wrong in many feeds and, where all are right, take off a twentieth.
//
// What managers are told of a feed is owed in the transaction that ends the look, like briefs: a feed's row remembers what was told, so
// an outage is told once, and its end follows as a notice of its own, which is seen where an edit is not. A feed that fails is told
// after a day and four looks, unless it has no answer and neither have most: then it is our network, for three days at most. The first
// notice of an hour is posted at once, the others in one message at its end. Turned down: a sweep over all feeds, which would owe apart
// from the looks; silence while many fail, which on a bot with a hundred dead feeds would last for ever.
//
// Folders of an OPML file become topics only at the press of a button after the import: a topic names its sources as they name themselves,
// which the first look tells, and who imports sixty folders may not want sixty topics.
//
// A page without a feed is watched by the links of its list of articles. read.List judges groups of links that stand alike, not single
// ones, by structure and addresses rather than by words, so that it works in any language and one odd headline changes nothing. An
// article that such a page first shows a week after its date is archived but isn't news: pages bring back old ones. Turned down:
// selectors that managers write, which break with the next design of the page, and a model that picks the links.
//
// A hub (WebSub) is trusted with news and with nothing else: a feed is looked at rarely only once its hub has delivered, and as ever again
// when a look finds what the hub did not deliver or the subscription ends. What is pushed goes through the same code as what is fetched,
// under the feed's lease. Looks ask for subscriptions and renew them, so there is no schedule beside theirs. Turned down: no looks at a
// pushed feed, since hubs forget subscriptions and publishers forget hubs.
//
// What the bot says is written in English where it is said, as whole sentences; package locale has them in the other languages, found by the
// English, and its tests read the code for sentences that have none. An answer is in the asker's language, a post in its brief's. Packages
// below commands tell what went wrong in English, which is what logs and the store keep; where it is shown it is recognised by the formats
// it was made by. Turned down: keys instead of sentences, which say nothing to who reads the code; formats with arguments in every error
// and row, which would make all packages carry what one needs.
//
// Who an outlet is stands in a list that people edit, by domain: its country and, by neutral terms with a rule each, its kind. It is shown
// behind each source, as a code and a word: flags are read out at length by screen readers and missing on some systems. Turned down:
// scores of trust or leaning, which are opinions.
//
// A picture is posted by its address after a look at its first 64 KB, for articles that may be posted alone. What Discord refuses is sent
// again without it, whatever the refusal says. Turned down: leaving the judgement to Discord, which shows logos and trackers too; uploading
// pictures, which are not ours to copy.
//
// Where managers want no more than titles of a feed, its articles lose the rest as a guild's view of a story is made, so nothing behind
// it, a model least of all, has to think of it. Topics still match the whole text. Turned down: not fetching such pages, which other
// guilds want and stories are recognised by.
//
// The fact check of a brief compares words with words: what a sentence says must stand in the article, and where the sentence follows one
// of the article's it must stand there, in the same place. It knows forms and neighbours, not meaning, so that it is quick, the same for
// every model, and can say what is wrong. What it can't tell it refuses: the brief of the sources' own sentences costs little. Turned
// down: a second model as a judge, which is paid for twice and can be talked round by the same article, and a recogniser of names, which
// few languages have in the size of a bot.
//
// The running bot owns its bbolt file, so a backup is asked of it over a socket beside the file, which only the file's owner can open.
package internal
