package command

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// maxChoices is the most that Discord shows.
const maxChoices = 25

// Complete offers values for an option that is being typed, best first, at most 25. It never fails: what goes wrong is logged
// and nothing is offered.
func (s *Service) Complete(ctx context.Context, a Ask, option, typed string) []Choice {
	var choices []Choice
	switch option {
	case "topic":
		choices = s.topicChoices(ctx, a, typed)
	case "name":
		for _, c := range s.topicChoices(ctx, a, typed) {
			if news.TopicID(c.Value).Own() {
				choices = append(choices, Choice{c.Name, news.TopicID(c.Value).Name()})
			}
		}
	case "feed":
		choices = s.feedChoices(ctx, a.Guild, typed)
	case "timezone":
		choices = pick(zones, strings.ReplaceAll(typed, " ", "_"), func(z string) string { return z }, func(z string) Choice { return Choice{z, z} })
	}
	return choices[:min(len(choices), maxChoices)]
}

func (s *Service) topicChoices(ctx context.Context, a Ask, typed string) []Choice {
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		s.o.Logger.Error("topics can't be offered", "err", err)
	}
	type offer struct {
		choice Choice
		rank   int
	}
	var offers []offer
	typed = fold(typed)
	for _, t := range own {
		if r, ok := rank(typed, t.ID.Name()); ok {
			offers = append(offers, offer{Choice{t.ID.Name() + " (this server's)", string(t.ID)}, r})
		}
	}
	for _, b := range topic.Builtins() {
		shown := label(b, a.Locale)
		best, found := rank(typed, fold(shown))
		if r, ok := rank(typed, string(b.ID)); ok && (!found || r < best) {
			best, found = r, true
		}
		if !found { // in another language than the person's
			for _, name := range allNames(b) {
				if r, ok := rank(typed, fold(name)); ok && (!found || r < best) {
					best, found = r, true
					shown = label(b, a.Locale) + " · " + name
				}
			}
		}
		if found {
			offers = append(offers, offer{Choice{shown, string(b.ID)}, best})
		}
	}
	slices.SortStableFunc(offers, func(a, b offer) int { return a.rank - b.rank })
	choices := make([]Choice, len(offers))
	for i, o := range offers {
		choices[i] = o.choice
	}
	return choices
}

// label is a built-in topic's name for people, with its id where that is another word.
func label(b topic.Builtin, locale string) string {
	name := b.Name(locale)
	if topicKey(name) == string(b.ID) {
		return name
	}
	return name + " (" + string(b.ID) + ")"
}

// allNames are a built-in topic's names in all languages.
func allNames(b topic.Builtin) []string {
	names := []string{b.Name("zh-Hant")}
	for _, lang := range topic.Languages {
		names = append(names, b.Name(lang))
	}
	return names
}

// fold makes what is typed and what is offered alike in case and form.
func fold(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }

func (s *Service) feedChoices(ctx context.Context, guild news.GuildID, typed string) []Choice {
	feeds, err := s.o.Store.GuildFeeds(ctx, guild)
	if err != nil {
		s.o.Logger.Error("feeds can't be offered", "err", err)
		return nil
	}
	return pick(feeds, typed, func(f news.Feed) string { return f.Title + " " + f.URL }, func(f news.Feed) Choice {
		return Choice{cut(f.Title, 49) + " — " + cut(s.o.Feeds.Redact(f.URL), 48), feedValue(f.ID)} // the address tells feeds of one name apart
	})
}

// pick makes choices of those whose names hold what was typed, those that begin with it first.
func pick[T any](all []T, typed string, name func(T) string, choice func(T) Choice) []Choice {
	typed = fold(typed)
	var first, second []Choice
	for _, x := range all {
		switch r, ok := rank(typed, fold(name(x))); {
		case ok && r == 0:
			first = append(first, choice(x))
		case ok:
			second = append(second, choice(x))
		}
	}
	return append(first, second...)
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// rank says how well a name fits what was typed: 0 begins with it, 1 holds it.
func rank(typed, name string) (int, bool) {
	switch {
	case strings.HasPrefix(name, typed):
		return 0, true
	case strings.Contains(name, typed):
		return 1, true
	}
	return 0, false
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
