package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
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
		find = func(typed string) []Choice { return zoneChoices(a, typed) }
	default:
		return nil
	}
	choices := find(typed)
	for _, meant := range []string{withoutNote(typed), withoutHalfKana(typed)} { // a choice that was made already and is typed on; half a kana
		if len(choices) == 0 && meant != typed {
			choices = find(meant)
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

// withoutHalfKana is what was typed before the Latin letters that input methods show until they are a kana (きk, きこ).
func withoutHalfKana(typed string) string {
	before := strings.TrimRightFunc(typed, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	if r, _ := utf8.DecodeLastRuneInString(before); unicode.In(r, unicode.Hiragana, unicode.Katakana) {
		return before
	}
	return typed
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
