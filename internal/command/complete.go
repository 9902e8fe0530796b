package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"newsbrief/internal/news"
)

// maxChoices is the most that Discord shows.
const maxChoices = 25

// Complete offers values for an option that is being typed, best first, at most 25. It never fails: what goes wrong is logged
// and nothing is offered.
func (s *Service) Complete(ctx context.Context, a Ask, option, typed string) []Choice {
	var find func(typed string) []Choice
	switch option {
	case "topic", "name":
		own, err := s.ownTopics.get(ctx, s.o.Now(), a.Guild)
		if err != nil {
			s.o.Logger.Error("a guild's topics can't be offered", "guild", a.Guild, "err", err)
			own = &offer[news.TopicID]{}
		}
		find = func(typed string) []Choice { return topicChoices(a, own, typed) }
		if option == "name" {
			find = func(typed string) []Choice { return nameChoices(own, typed) }
		}
		typed = strings.TrimPrefix(typed, string(news.OwnTopicID(a.Guild, "")))
	case "feed":
		feeds, err := s.ownFeeds.get(ctx, s.o.Now(), a.Guild)
		if err != nil {
			s.o.Logger.Error("a guild's feeds can't be offered", "guild", a.Guild, "err", err)
			return nil
		}
		find = func(typed string) []Choice { return s.feedChoices(feeds, typed) }
	case "timezone":
		find = zoneChoices
	default:
		return nil
	}
	choices := find(typed)
	if len(choices) == 0 { // a choice that was made already and is typed on
		if name := withoutNote(typed); name != typed {
			choices = find(name)
		}
	}
	return choices[:min(len(choices), maxChoices)]
}

// withoutNote is the name in what a choice is called: without what explains it.
func withoutNote(shown string) string {
	for _, note := range []string{" · ", " — ", " ("} {
		shown, _, _ = strings.Cut(shown, note)
	}
	return shown
}

// topicChoices are the guild's own topics and the built-in ones, those first that fit best.
func topicChoices(a Ask, own *offer[news.TopicID], typed string) []Choice {
	type fitting struct {
		Choice
		fit fit
		far int // as builtinTopic.fit says
	}
	typed = typedKey(typed)
	var offered []fitting
	for _, h := range own.names.find(typed, maxChoices) {
		id := own.items[h.item]
		offered = append(offered, fitting{Choice{cut(ownTopicName(id, a.Locale), 100), string(id)}, h.fit, 0})
	}
	for _, b := range builtinTopics().list {
		if f, shown, far := b.fit(typed, a.Locale); f != misses {
			offered = append(offered, fitting{Choice{cut(shown, 100), string(b.ID)}, f, far})
		}
	}
	slices.SortStableFunc(offered, func(a, b fitting) int { return cmp.Or(cmp.Compare(a.fit, b.fit), a.far-b.far) })
	choices := make([]Choice, len(offered))
	for i, o := range offered {
		choices[i] = o.Choice
	}
	return choices
}

// nameChoices are the guild's own topics by the names they were given.
func nameChoices(own *offer[news.TopicID], typed string) []Choice {
	var choices []Choice
	for _, h := range own.names.find(typedKey(typed), maxChoices) {
		name := own.items[h.item].Name()
		choices = append(choices, Choice{name, name})
	}
	return choices
}

// ownFeed is what a feed is found and shown by.
type ownFeed struct {
	id         news.FeedID
	title, url string
}

func (s *Service) feedChoices(feeds *offer[ownFeed], typed string) []Choice {
	var choices []Choice
	for _, h := range feeds.names.find(typedKey(typed), maxChoices) {
		f := feeds.items[h.item]
		choices = append(choices, Choice{cut(f.title, 49) + " — " + cut(s.o.Feeds.Redact(f.url), 48), feedValue(f.id)}) // the address tells feeds of one name apart
	}
	return choices
}

// offerTopics and offerFeeds keep what is offered of a store's.
func offerTopics(store Store) offers[news.TopicID] {
	return offers[news.TopicID]{version: store.AudienceVersion, key: func(id news.TopicID) string { return nameKey(id.Name()) },
		read: func(ctx context.Context, guild news.GuildID) ([]news.TopicID, error) {
			topics, err := store.GuildTopics(ctx, guild)
			if err != nil {
				return nil, fmt.Errorf("read the topics: %w", err)
			}
			ids := make([]news.TopicID, len(topics))
			for i, t := range topics {
				ids[i] = t.ID
			}
			return ids, nil
		}}
}

func offerFeeds(store Store) offers[ownFeed] {
	return offers[ownFeed]{version: store.AudienceVersion, key: func(f ownFeed) string { return nameKey(f.title + " " + f.url) },
		read: func(ctx context.Context, guild news.GuildID) ([]ownFeed, error) {
			feeds, err := store.GuildFeeds(ctx, guild)
			if err != nil {
				return nil, fmt.Errorf("read the feeds: %w", err)
			}
			own := make([]ownFeed, len(feeds))
			for i, f := range feeds {
				own[i] = ownFeed{f.ID, f.Title, f.URL}
			}
			return own, nil
		}}
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

var zoneNames = sync.OnceValue(func() names {
	keys := make([]string, len(zones))
	for i, z := range zones {
		keys[i] = nameKey(z)
	}
	return newNames(keys)
})

func zoneChoices(typed string) []Choice {
	var choices []Choice
	for _, h := range zoneNames().find(typedKey(typed), maxChoices) {
		choices = append(choices, Choice{zones[h.item], zones[h.item]})
	}
	return choices
}

// zones are the time zones offered; any other IANA name is taken as typed.
var zones = strings.Fields(`UTC Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich
		Europe/Amsterdam Europe/Brussels Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Helsinki Europe/Warsaw Europe/Prague Europe/Budapest
		Europe/Athens Europe/Bucharest Europe/Kyiv Europe/Istanbul Europe/Moscow Africa/Cairo Africa/Lagos Africa/Nairobi Africa/Johannesburg
		Asia/Jerusalem Asia/Riyadh Asia/Dubai Asia/Tehran Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Singapore
		Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Manila Asia/Seoul Asia/Tokyo Australia/Perth Australia/Adelaide Australia/Brisbane Australia/Sydney
		Pacific/Auckland America/St_Johns America/Halifax America/New_York America/Toronto America/Chicago America/Mexico_City America/Denver
		America/Phoenix America/Los_Angeles America/Vancouver America/Anchorage Pacific/Honolulu America/Bogota America/Lima America/Santiago
		America/Sao_Paulo America/Argentina/Buenos_Aires`)
