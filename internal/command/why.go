package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// messageLink is a link to a message as Discord's clients copy it: guild (or @me), channel, message.
var messageLink = regexp.MustCompile(`^https://(?:\w+\.)?discord(?:app)?\.com/channels/(\d+|@me)/(\d+)/(\d+)/?$`)

// why answers /why for the address of an article or a link to a message.
func (s *Service) why(ctx context.Context, a Ask) (Reply, error) {
	address := address(a)
	if m := messageLink.FindStringSubmatch(address); m != nil {
		if own := a.Guild == "" || a.Guild.Person() != ""; own != (m[1] == "@me") || !own && news.GuildID(m[1]) != a.Guild {
			return Reply{}, userError("That message is elsewhere. Ask there.")
		}
		return s.whyPost(ctx, a, news.ChannelID(m[2]), news.MessageID(m[3]))
	}
	if !strings.Contains(address, "://") {
		if strings.ContainsAny(address, " \t") || !strings.Contains(address, ".") {
			return Reply{}, userError("“%s” is no address. Paste the article's, or a link to my message.", address)
		}
		address = "https://" + address
	}
	view, err := s.view(ctx, a.Guild)
	if err != nil {
		return Reply{}, err
	}
	article, err := s.o.Store.ArticleByURL(ctx, s.o.Feeds.Canonical(address))
	visible := false
	if err == nil {
		visible, err = view.own(&article)
	}
	if errors.Is(err, news.ErrNotFound) || err == nil && !visible { // what others follow is nobody's business
		return s.unseen(ctx, a, address)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the article: %w", err)
	}
	story, err := s.o.Store.Story(ctx, article.Story)
	if err != nil {
		return Reply{}, fmt.Errorf("story of article %s: %w", article.ID, err)
	}
	tellings, err := view.articles(ctx, story.Articles)
	if err != nil {
		return Reply{}, fmt.Errorf("story %s: %w", story.ID, err)
	}
	deliveries, err := s.o.Store.EventDeliveries(ctx, story.Event, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("deliveries of story %s: %w", story.ID, err)
	}
	deliveries = slices.DeleteFunc(deliveries, func(d news.Delivery) bool { return d.Update }) // who follows it is their own business
	reply := Reply{Private: true, Title: article.Title, Blocks: []Block{{Lines: []Line{
		a.line("Seen in %[1]s %[2]s", Span{Text: outletName(article), URL: article.URL}, Span{Time: article.Seen})}}}}
	others := slices.DeleteFunc(slices.Clone(tellings), func(t news.Article) bool { return t.ID == article.ID })
	if len(others) > 0 {
		reply.Blocks[0].Lines = append(reply.Blocks[0].Lines, followed(a.line("Also told by:"), tellers(a, asSources(others))))
	}
	own := s.queries(view)
	fits := visibleTopics(story.Topics, a.Guild)
	for _, id := range slices.Sorted(maps.Keys(own)) { // topics of its own that it fits only as they are now
		if !matches(fits, id) && len(own[id].Missing(topicDoc(article))) == 0 {
			fits = append(fits, news.Match{Topic: id})
		}
	}
	quoted := 2 // of each topic
	if len(fits) > 2 {
		quoted = 1
	}
	reply.Blocks = append(reply.Blocks, reasons(a, view, own, fits, quoted, []news.Article{article}, others)...)
	if len(deliveries) == 0 {
		reply.Blocks = append(reply.Blocks, unposted(a, view, own, story, article, fits)...)
		return reply, nil
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	slices.SortFunc(deliveries, func(x, y news.Delivery) int { // as they came or come
		return cmp.Or(moment(x).Compare(moment(y)), cmp.Compare(x.ID, y.ID))
	})
	for i, d := range deliveries {
		lines := []Line{whereabouts(a, d, view.wishes, settings)}
		if i == 0 {
			lines = append(lines, amongOthers(a, d, article)...)
		}
		reply.Blocks = append(reply.Blocks, Block{Lines: lines})
	}
	return reply, nil
}

// moment is when a delivery was posted, or is due.
func moment(d news.Delivery) time.Time {
	if d.State == news.Posted {
		return d.PostedAt
	}
	return d.Due
}

// whyMessage answers the message command, and the button below a brief.
func (s *Service) whyMessage(ctx context.Context, a Ask) (Reply, error) {
	return s.whyPost(ctx, a, a.Channel, a.Message)
}

func (s *Service) whyPost(ctx context.Context, a Ask, channel news.ChannelID, message news.MessageID) (Reply, error) {
	deliveries, err := s.o.Store.MessageDeliveries(ctx, channel, message)
	if errors.Is(err, news.ErrNotFound) || err == nil && !mayAsk(a, deliveries[0]) {
		return Reply{}, userError("That message is no brief of mine, or it is so old that I have forgotten it.")
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the message: %w", err)
	}
	if deliveries[0].Notice != nil {
		return Reply{Private: true, Title: a.say("Why this post?"), Blocks: []Block{
			text(a.say("It is a notice to this server's managers about the feeds that the server follows.")),
			quiet(a.say("/settings notices says where they are posted, /feed list how all feeds are doing."))}}, nil
	}
	return s.explain(ctx, a, deliveries)
}

// mayAsk reports whether a delivery is the asker's to know of: their own, or one to a channel of the server they ask in.
func mayAsk(a Ask, d news.Delivery) bool {
	if d.User != "" {
		return d.User == a.User
	}
	return d.Guild == a.Guild
}

// explain says of each delivery of a message why it is there.
func (s *Service) explain(ctx context.Context, a Ask, deliveries []news.Delivery) (Reply, error) {
	const shown = 10
	view, err := s.view(ctx, deliveries[0].Guild)
	if err != nil {
		return Reply{}, err
	}
	own := s.queries(view)
	quoted := 2 // of each topic
	if len(deliveries) > 2 {
		quoted = 0
	}
	reply := Reply{Private: true, Title: a.say("Why this post?")}
	for _, d := range deliveries[:min(len(deliveries), shown)] {
		told := slices.Concat(d.Brief.Sources, d.Brief.Also)
		var tellings [2][]news.Article // in the brief's language, and in others
		for i, sources := range [][]news.Source{d.Brief.Sources, d.Brief.Also} {
			ids := make([]news.ArticleID, len(sources))
			for j, src := range sources {
				ids[j] = src.Article
			}
			if tellings[i], err = view.articles(ctx, ids); err != nil {
				return Reply{}, fmt.Errorf("sources of delivery %s: %w", d.ID, err)
			}
		}
		block := Block{Lines: []Line{{{Text: d.Brief.Headline, Bold: true}}}}
		if d.Update {
			block.Lines = append(block.Lines, a.line("You follow this story, and this is new in it. The button below that message stops it."))
		}
		for _, b := range reasons(a, view, own, visibleTopics(d.Topics, view.guild), quoted, tellings[:]...) {
			block.Lines = append(block.Lines, b.Lines...)
		}
		block.Lines = append(block.Lines, followed(a.line("Told by:"), tellers(a, told)))
		switch {
		case d.Brief.Model != "":
			block.Lines = append(block.Lines, a.line("Written by the model %s and checked against these sources.", Span{Text: d.Brief.Model}))
		case len(d.Brief.Sentences) > 0 && len(told) == 1:
			block.Lines = append(block.Lines, a.line("Its sentences stand in this source word for word."))
		case len(d.Brief.Sentences) > 0:
			block.Lines = append(block.Lines, a.line("Its sentences stand in these sources word for word."))
		}
		reply.Blocks = append(reply.Blocks, block)
	}
	if more := len(deliveries) - shown; more > 0 {
		reply.Blocks = append(reply.Blocks, text(a.say("… and %d more of this digest. /why with the address of an article explains each.", more)))
	}
	switch d := deliveries[0]; {
	case d.Update:
	case d.User != "":
		reply.Blocks = append(reply.Blocks, quiet(a.say("You change what is sent to you with /subscribe and /unsubscribe.")))
	default:
		reply.Blocks = append(reply.Blocks, quiet(a.say("Managers change what is posted with /subscribe and /unsubscribe.")))
	}
	return reply, nil
}

// tellers are the outlets that told something.
func tellers(a Ask, told []news.Source) Line {
	const shown = 12
	var names []Line
	for _, src := range told[:min(len(told), shown)] {
		names = append(names, teller(a, src))
	}
	line := a.list(names)
	if more := len(told) - shown; more > 0 {
		line = append(line, Span{Text: " "}, Span{Text: a.say("and %d more", more)})
	}
	return line
}

func asSources(articles []news.Article) []news.Source {
	sources := make([]news.Source, len(articles))
	for i, t := range articles {
		sources[i] = news.Source{Article: t.ID, Name: t.Source, Title: t.Title, URL: t.URL, Language: t.Language}
	}
	return sources
}

// visibleTopics are the matches without those of other guilds' topics.
func visibleTopics(matches []news.Match, guild news.GuildID) []news.Match {
	return slices.DeleteFunc(slices.Clone(matches), func(m news.Match) bool {
		return m.Topic.Own() && m.Topic != news.OwnTopicID(guild, m.Topic.Name())
	})
}

func matches(list []news.Match, id news.TopicID) bool {
	return slices.ContainsFunc(list, func(m news.Match) bool { return m.Topic == id })
}

// reasons say which topics something fits and by which words, and quote where those stand, at most n times for each topic: in the first
// group of tellings that has any of them. The tellings are what the guild may see; own are its own topics. Those it subscribes to come
// first, and of many topics only some are explained.
func reasons(a Ask, v *view, own map[news.TopicID]*topic.Query, fits []news.Match, n int, tellings ...[]news.Article) []Block {
	const shown = 5
	var subscribed []news.TopicID
	for _, sub := range v.wishes.Subscriptions {
		if sub.Guild == v.guild {
			subscribed = append(subscribed, sub.Topic)
		}
	}
	unasked := func(m news.Match) int {
		if slices.Contains(subscribed, m.Topic) {
			return 0
		}
		return 1
	}
	fits = slices.SortedStableFunc(slices.Values(fits), func(x, y news.Match) int { return cmp.Compare(unasked(x), unasked(y)) })
	var blocks []Block
	for _, m := range fits[:min(len(fits), shown)] {
		name := Span{Text: TopicName(m.Topic, a.Locale), Bold: true}
		var words []string
		var cited []quote
		for _, group := range tellings {
			var seen []telling
			for _, t := range group {
				if found := foundIn(t, m.Topic, own); len(found) > 0 {
					seen = append(seen, telling{v.wishes.Shown(v.guild, t), found})
				}
			}
			if words = wordsOf(seen); len(words) > 0 {
				cited = quotes(n, seen...)
				break
			}
		}
		if len(words) == 0 { // its query was changed since
			words = slices.DeleteFunc(slices.Clone(m.Words), func(w string) bool {
				return !slices.ContainsFunc(slices.Concat(tellings...), func(t news.Article) bool { return strings.Contains(fold(t.Title+"\n"+t.Text), fold(w)) })
			})
		}
		block := Block{Lines: []Line{a.line("It fits %s.", name)}}
		if len(words) > 0 {
			var marked []Line
			for _, w := range words[:min(len(words), maxMarked)] {
				marked = append(marked, a.quoted(Line{{Text: w}}))
			}
			block.Lines[0] = a.lineOf("It fits %[1]s by %[2]s.", Line{name}, a.list(marked))
		}
		for _, q := range cited {
			block.Lines = append(block.Lines, q.cited(a))
		}
		blocks = append(blocks, block)
	}
	switch more := len(fits) - shown; {
	case len(blocks) == 0:
		return []Block{text(a.say("It fits no topic."))}
	case more > 0:
		blocks = append(blocks, quiet(a.say("… and %d more", more)))
	}
	return blocks
}

// wordsOf are the words found in tellings, those first that say most.
func wordsOf(tellings []telling) []string {
	var words []string
	for i := range maxMarked {
		for _, t := range tellings {
			if i < len(t.found) && !slices.ContainsFunc(words, func(w string) bool { return fold(w) == fold(t.found[i].Word) }) {
				words = append(words, t.found[i].Word)
			}
		}
	}
	return words
}

// foundIn says where an article has the words of a topic, as that is now.
func foundIn(article news.Article, id news.TopicID, own map[news.TopicID]*topic.Query) []topic.Found {
	if b, ok := topic.Lookup(id); ok {
		return b.Find(topicDoc(article))
	}
	if q := own[id]; q != nil {
		found, _ := q.Find(topicDoc(article))
		return found
	}
	return nil
}

// queries are those of the guild's own topics.
func (s *Service) queries(v *view) map[news.TopicID]*topic.Query {
	own := map[news.TopicID]*topic.Query{}
	for _, t := range v.wishes.Topics {
		if t.Guild != v.guild {
			continue
		}
		q, err := topic.Parse(t.Query)
		if err != nil {
			s.o.Logger.Error("a stored topic's query can't be read", "topic", t.ID, "err", err)
			continue
		}
		own[t.ID] = q
	}
	return own
}

// whereabouts says where a delivery stands, and what held it back.
func whereabouts(a Ask, d news.Delivery, wishes *news.Audience, settings news.Settings) Line {
	place, when := placeOf(a, d.Channel), Span{Time: d.PostedAt}
	message := Span{Text: a.say("see the message"), URL: messageURL(d)}
	switch {
	case d.State == news.Posted && d.Digest != "" && d.User == "":
		return a.line("Posted in %[1]s with a digest %[2]s: %[3]s", place, when, message)
	case d.State == news.Posted && d.User == "":
		return a.line("Posted in %[1]s %[2]s: %[3]s", place, when, message)
	case d.State == news.Posted:
		return a.line("Posted to you %s", when)
	case d.State == news.Failed:
		return a.line("Could not be posted in %[1]s: %[2]s", place, Span{Text: locale.Retell(a.Locale, d.Problem)})
	case d.User != "" && d.Problem != "" && !d.Slot.IsZero(): // until the person is back
		return a.line("Waits until I can write to you: %s", Span{Text: locale.Retell(a.Locale, d.Problem)})
	case !d.Slot.IsZero():
		return held(a, d, place, wishes, settings)
	case d.Problem != "":
		return a.line("On its way to %[1]s; the last try failed: %[2]s", place, Span{Text: locale.Retell(a.Locale, d.Problem)})
	}
	return a.line("On its way to %s.", place)
}

// amongOthers says of an article that a post does not begin with that this is why it is no post of its own.
func amongOthers(a Ask, d news.Delivery, article news.Article) []Line {
	sources := slices.Concat(d.Brief.Sources, d.Brief.Also)
	switch at := slices.IndexFunc(sources, func(src news.Source) bool { return src.Article == article.ID }); {
	case at == 0 || len(sources) == 0:
		return nil
	case at > 0:
		return []Line{followed(a.line("A story is posted once. This article is among the sources of that post, which begins with:"), tellers(a, sources[:1]))}
	}
	return []Line{followed(a.line("A story is posted once, and this one was told before by:"), tellers(a, sources))}
}

// held says which digest a delivery waits for: that of its subscription, or one it was put off to.
func held(a Ask, d news.Delivery, place Span, wishes *news.Audience, settings news.Settings) Line {
	slot := Span{Time: d.Slot}
	digest := !slices.ContainsFunc(wishes.Subscriptions, func(sub news.Subscription) bool {
		return sub.When == news.Now && slices.Contains(d.Subscriptions, sub.ID)
	})
	if digest {
		return a.line("Goes out in %[1]s with the next digest, %[2]s.", place, slot)
	}
	zone, err := time.LoadLocation(settings.Zone)
	if err != nil {
		zone = time.UTC
	}
	if at := d.Slot.In(zone); settings.QuietFrom != settings.QuietTo && at.Hour()*60+at.Minute() == settings.QuietTo {
		return a.line("It came in the quiet hours: it goes out in %[1]s when they end, %[2]s. /settings quiet changes them.", place, slot)
	}
	return a.line("%[1]s had as many single posts this hour as it may have: this goes out there with a digest, %[2]s. /subscribe or /settings with a budget changes that.", place, slot)
}

// placeOf is a channel, or a person's direct messages.
func placeOf(a Ask, channel news.ChannelID) Span {
	if channel == "" {
		return Span{Text: a.say("your direct messages")}
	}
	return Span{Channel: channel}
}
