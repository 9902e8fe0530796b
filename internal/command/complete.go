package command

import (
	"context"
	"slices"
	"strings"

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
		choices = s.topicChoices(ctx, a.Guild, typed)
	case "name":
		for _, c := range s.topicChoices(ctx, a.Guild, typed) {
			if news.TopicID(c.Value).Own() {
				choices = append(choices, Choice{c.Name, news.TopicID(c.Value).Name()})
			}
		}
	case "feed":
		choices = s.feedChoices(ctx, a.Guild, typed)
	case "timezone":
		choices = pick(zones, typed)
	}
	return choices[:min(len(choices), maxChoices)]
}

func (s *Service) topicChoices(ctx context.Context, guild news.GuildID, typed string) []Choice {
	own, err := s.o.Store.GuildTopics(ctx, guild)
	if err != nil {
		s.o.Logger.Error("topics can't be offered", "err", err)
	}
	type offer struct {
		choice Choice
		rank   int
	}
	var offers []offer
	typed = strings.ToLower(strings.TrimSpace(typed))
	for _, t := range own {
		if r, ok := rank(typed, t.ID.Name()); ok {
			offers = append(offers, offer{Choice{t.ID.Name() + " (this server's)", string(t.ID)}, r})
		}
	}
	for _, b := range topic.Builtins() {
		best, found := 9, false
		if r, ok := rank(typed, string(b.ID)); ok {
			best, found = r, true
		}
		for _, lang := range append([]string{"zh-Hant"}, topic.Languages...) {
			if r, ok := rank(typed, strings.ToLower(b.Name(lang))); ok {
				best, found = min(best, r), true
			}
		}
		if found {
			offers = append(offers, offer{Choice{string(b.ID), string(b.ID)}, best})
		}
	}
	slices.SortStableFunc(offers, func(a, b offer) int { return a.rank - b.rank })
	choices := make([]Choice, len(offers))
	for i, o := range offers {
		choices[i] = o.choice
	}
	return choices
}

func (s *Service) feedChoices(ctx context.Context, guild news.GuildID, typed string) []Choice {
	feeds, err := s.o.Store.GuildFeeds(ctx, guild)
	if err != nil {
		s.o.Logger.Error("feeds can't be offered", "err", err)
		return nil
	}
	all := make([]Choice, len(feeds))
	for i, f := range feeds {
		name := []rune(f.Title + " — " + f.URL)
		all[i] = Choice{string(name[:min(len(name), 100)]), feedKey(f.ID)}
	}
	return pick(all, typed)
}

// pick keeps the choices whose names hold what was typed, those that begin with it first.
func pick(all []Choice, typed string) []Choice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var first, second []Choice
	for _, c := range all {
		switch r, ok := rank(typed, strings.ToLower(c.Name)); {
		case ok && r == 0:
			first = append(first, c)
		case ok:
			second = append(second, c)
		}
	}
	return append(first, second...)
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
var zones = func() []Choice {
	names := strings.Fields(`UTC Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich
		Europe/Amsterdam Europe/Brussels Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Helsinki Europe/Warsaw Europe/Prague Europe/Budapest
		Europe/Athens Europe/Bucharest Europe/Kyiv Europe/Istanbul Europe/Moscow Africa/Cairo Africa/Lagos Africa/Nairobi Africa/Johannesburg
		Asia/Jerusalem Asia/Riyadh Asia/Dubai Asia/Tehran Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Singapore
		Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Manila Asia/Seoul Asia/Tokyo Australia/Perth Australia/Adelaide Australia/Brisbane Australia/Sydney
		Pacific/Auckland America/St_Johns America/Halifax America/New_York America/Toronto America/Chicago America/Mexico_City America/Denver
		America/Phoenix America/Los_Angeles America/Vancouver America/Anchorage Pacific/Honolulu America/Bogota America/Lima America/Santiago
		America/Sao_Paulo America/Argentina/Buenos_Aires`)
	all := make([]Choice, len(names))
	for i, n := range names {
		all[i] = Choice{n, n}
	}
	return all
}()
