package command

// Spec is one command as it is offered to people. A command with Subs has no Options of its own.
type Spec struct {
	Name        string
	Description string
	Manager     bool // for members with the Manage Server permission
	Message     bool // a command on a message, not a slash command; Description and Options are empty then
	Private     bool // its answer is for the asker alone
	Options     []Option
	Subs        []Spec
}

// OptionType is the kind of value an option takes.
type OptionType int

const (
	Text        OptionType = iota // a string
	Number                        // a whole number
	ChannelKind                   // a channel of the guild that can hold messages; the value is its id
	FileKind                      // an attached file; the value is its URL
)

// Option is one option of a command.
type Option struct {
	Name         string
	Description  string
	Type         OptionType
	Required     bool
	Autocomplete bool
	Choices      []Choice
	Min, Max     int // Number: bounds; Text: length bounds; both 0 for none
}

// Choice is one value offered for an option. Name is what people see, at most 100 characters, Value what is sent.
type Choice struct {
	Name  string
	Value string
}

var whenChoices = []Choice{{"as it happens", "now"}, {"every hour", "hourly"}, {"every day", "daily"}, {"every week", "weekly"}}

var weekdays = []Choice{{"Monday", "1"}, {"Tuesday", "2"}, {"Wednesday", "3"}, {"Thursday", "4"}, {"Friday", "5"}, {"Saturday", "6"}, {"Sunday", "0"}}

var periods = []Choice{{"the last 6 hours", "6h"}, {"the last day", "24h"}, {"the last 3 days", "3d"}, {"the last week", "1w"}, {"the last month", "30d"}}

// Specs are all commands, in the order help lists them.
func Specs() []Spec {
	topic := Option{Name: "topic", Description: "A built-in topic or one made here", Required: true, Autocomplete: true, Max: 100}
	feed := Option{Name: "feed", Description: "The feed: start typing its name", Required: true, Autocomplete: true, Max: 100}
	url := Option{Name: "url", Description: "Address of a feed, or of a site that has one", Required: true, Max: 2000}
	name := Option{Name: "name", Description: "The topic's name: letters, digits, hyphens", Required: true, Max: 32}
	query := Option{Name: "query", Description: `Words that must all occur; OR, -not, "a phrase", prefix*, title:, source:, lang:`, Required: true, Max: 1000}
	optional := func(o Option) Option { o.Required = false; return o }
	own := func(o Option) Option { o.Autocomplete = true; return o }
	return []Spec{
		{Name: "brief", Description: "What happened in a topic, in short and with its sources", Options: []Option{topic,
			{Name: "since", Description: "How far back: 6h, 2d, 1w (default 24h)", Max: 20, Choices: periods}}},
		{Name: "search", Description: "Find stories in everything the feeds followed here have told", Options: []Option{
			{Name: "query", Description: `Words, "phrases", -not, title:, source:, lang:`, Required: true, Max: 200},
			{Name: "since", Description: "How far back: 6h, 2d, 1w (default: all)", Max: 20, Choices: periods}}},
		{Name: "latest", Description: "The newest stories", Options: []Option{optional(topic)}},
		{Name: "catchup", Description: "What you missed since you last asked, for your eyes only", Private: true},
		{Name: "why", Description: "Why a story was posted here, or why not", Private: true, Options: []Option{
			{Name: "url", Description: "Address of the article, or a link to the bot's message", Required: true, Max: 2000}}},
		{Name: "help", Description: "What newsbrief does and how to use it", Private: true},
		{Name: "privacy", Description: "What I keep about you, and a button to delete it", Private: true},
		{Name: "Why this post?", Message: true, Private: true},

		{Name: "feed", Description: "The feeds that the stories here come from", Manager: true, Private: true, Subs: []Spec{
			{Name: "add", Description: "Follow a feed, or the list of articles of a page that has none", Options: []Option{url}},
			{Name: "remove", Description: "Stop following a feed", Options: []Option{feed}},
			{Name: "list", Description: "All feeds and how they are doing: try one again, show its titles only, or remove it"},
			{Name: "test", Description: "Look at a feed without following it", Options: []Option{url}},
			{Name: "import", Description: "Follow the feeds of an OPML file, and make topics of its folders", Options: []Option{{Name: "file", Description: "An OPML file, as other readers export it", Type: FileKind, Required: true}}},
			{Name: "export", Description: "The feeds followed here as an OPML file"},
		}},
		{Name: "topic", Description: "The topics made here", Manager: true, Private: true, Subs: []Spec{
			{Name: "create", Description: "Make a topic of a query", Options: []Option{name, query}},
			{Name: "edit", Description: "Change a topic's query; its subscriptions stay", Options: []Option{own(name), query}},
			{Name: "delete", Description: "Drop a topic and its subscriptions", Options: []Option{own(name)}},
			{Name: "list", Description: "The topics made here and the built-in ones"},
			{Name: "preview", Description: "What a query would have matched in the last days", Options: []Option{query}},
		}},
		{Name: "subscribe", Description: "Post a topic's stories in a channel, or have them sent to you in direct messages", Manager: true, Private: true, Options: []Option{topic,
			{Name: "channel", Description: "Where to post (default: this channel)", Type: ChannelKind},
			{Name: "when", Description: "How soon (default: as it happens)", Choices: whenChoices},
			{Name: "at", Description: "Daily and weekly: the time of day, such as 08:30, in the time zone of /settings", Max: 5},
			{Name: "weekday", Description: "Weekly: the day", Choices: weekdays},
			{Name: "language", Description: "Only stories told in this language, such as en or ko", Max: 10},
			{Name: "budget", Description: "Most single posts an hour; what is over waits for a digest", Type: Number, Min: 1, Max: 1000}}},
		{Name: "unsubscribe", Description: "Stop posting a topic in a channel, or sending it to you", Manager: true, Private: true, Options: []Option{topic,
			{Name: "channel", Description: "Which channel (default: this channel)", Type: ChannelKind}}},
		{Name: "subscriptions", Description: "Which topics go where", Manager: true, Private: true},
		{Name: "settings", Description: "Language, time zone, quiet hours and limits here, and where failing feeds are told", Manager: true, Private: true, Options: []Option{
			{Name: "language", Description: "The language briefs come in when a story is told in it, such as en", Max: 10},
			{Name: "timezone", Description: "Time zone of digests and quiet hours, such as Europe/Berlin", Autocomplete: true, Max: 64},
			{Name: "quiet", Description: "Hours in which nothing is posted or sent, such as 22:00-07:00, or off", Max: 12},
			{Name: "budget", Description: "Most single posts an hour and channel; what is over waits for a digest", Type: Number, Min: 1, Max: 1000},
			{Name: "notices", Description: "Channel where managers are told of feeds that fail, end, move or work again", Type: ChannelKind}}},
	}
}

// Private reports whether the answer to an Ask is for the asker alone, as far as is known before it is there.
func Private(a Ask) bool {
	if a.Button != "" {
		return true
	}
	spec, ok := find(a.Command)
	return !ok || spec.Private
}
