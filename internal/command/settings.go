package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// settings shows a guild's settings, after changing those that are given.
func (s *Service) settings(ctx context.Context, a Ask) (Reply, error) {
	set, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	title := a.say("Settings")
	if len(a.Args) > 0 {
		if err := s.change(ctx, &set, a.Args); err != nil {
			return Reply{}, err
		}
		if err := s.o.Store.PutSettings(ctx, set); err != nil {
			return Reply{}, fmt.Errorf("store the settings: %w", err)
		}
		s.changed()
		title = a.say("Settings changed")
	}
	told := a.say("as each story is first told")
	if set.Language != "" {
		told = a.say("%s, where a story is told in it", locale.Language(a.Locale, set.Language))
	}
	hours := a.say("none")
	if set.QuietFrom != set.QuietTo {
		hours = a.say("%s–%s; what comes meanwhile follows as a digest at their end", timeOfDay(set.QuietFrom), timeOfDay(set.QuietTo))
	}
	budget := cmp.Or(set.Budget, news.DefaultBudget)
	single := a.count(budget, "%d single post an hour and channel; what is over waits for a digest", "%d single posts an hour and channel; what is over waits for a digest")
	if a.Guild.Person() != "" {
		single = a.count(budget, "%d single message an hour; what is over waits for a digest", "%d single messages an hour; what is over waits for a digest")
	}
	notices := Line{{Text: a.say("none; /feed list shows which feeds have trouble")}}
	if set.NoticesTo != "" {
		if notices, err = s.noticesLine(ctx, a, set); err != nil {
			return Reply{}, err
		}
	}
	reply := Reply{Private: true, Title: title, Blocks: []Block{{Lines: []Line{
		a.line("%s: %s", Span{Text: a.say("Language"), Bold: true}, Span{Text: told}),
		a.line("%s: %s", Span{Text: a.say("Time zone"), Bold: true}, Span{Text: cmp.Or(set.Zone, "UTC")}),
		a.line("%s: %s", Span{Text: a.say("Quiet hours"), Bold: true}, Span{Text: hours}),
		a.line("%s: %s", Span{Text: a.say("Budget"), Bold: true}, Span{Text: single}),
	}}, quiet(a.say("The command's options change them, as in /settings timezone:Europe/Berlin."))}}
	if a.Guild.Person() == "" { // a person is their own manager, and has no channel for them
		reply.Blocks[0].Lines = append(reply.Blocks[0].Lines, append(a.line("%s: %s", Span{Text: a.say("Notices to managers"), Bold: true}, notices[0]), notices[1:]...))
	}
	if set.NoticesTo != "" {
		reply.Buttons = []Button{{ID: "unnotice", Label: a.say("Stop notices")}}
	}
	return reply, nil
}

// stopNotices takes back /settings notices, which can name a channel but not none.
func (s *Service) stopNotices(ctx context.Context, a Ask) (Reply, error) {
	set, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	set.NoticesTo = ""
	if err := s.o.Store.PutSettings(ctx, set); err != nil {
		return Reply{}, fmt.Errorf("store the settings: %w", err)
	}
	s.changed()
	return Reply{Private: true, Blocks: []Block{text(a.say("Notices to managers are posted nowhere any more. /feed list shows which feeds have trouble."))}}, nil
}

// noticesLine says where notices go, whether they get there, and what they would tell now.
func (s *Service) noticesLine(ctx context.Context, a Ask, set news.Settings) (Line, error) {
	line := Line{{Channel: set.NoticesTo}}
	if s.o.Channels != nil {
		if err := s.o.Channels.CanPost(ctx, set.Guild, set.NoticesTo); err != nil {
			u := (*news.UserError)(nil)
			if !errors.As(err, &u) {
				return nil, fmt.Errorf("check the channel for notices: %w", err)
			}
			line = append(line, Span{Text: " · "}, Span{Text: a.say("none arrive: %s", a.say(u.Sentence, u.Args...))})
		}
	}
	feeds, err := s.o.Store.GuildFeeds(ctx, set.Guild)
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", err)
	}
	now, failing := s.o.Now(), 0
	for _, f := range feeds {
		if state := f.Health(now).State; state == news.Failing || state == news.Gone {
			failing++
		}
	}
	if failing > 0 {
		line = append(line, Span{Text: " · "}, Span{Text: a.count(failing, "%d feed can't be read now: /feed list", "%d feeds can't be read now: /feed list")})
	}
	return line, nil
}

func (s *Service) change(ctx context.Context, set *news.Settings, args map[string]string) (err error) {
	if v, ok := args["language"]; ok {
		if set.Language, err = languageTag(v); err != nil {
			return err
		}
	}
	if v, ok := args["timezone"]; ok {
		zone, ok := zoneOf(v)
		if !ok {
			return userError("“%s” is no time zone I know. Write a city, or a name as in Europe/Berlin or Asia/Seoul.", v)
		}
		set.Zone = zone
	}
	if v, ok := args["quiet"]; ok {
		if set.QuietFrom, set.QuietTo, err = quietHours(v); err != nil {
			return err
		}
	}
	if v, ok := args["budget"]; ok {
		if set.Budget, err = strconv.Atoi(v); err != nil || set.Budget < 1 {
			return userError("“%s” is no budget. Give a whole number of posts an hour.", v)
		}
	}
	if v, ok := args["notices"]; ok {
		if s.o.Channels != nil {
			if err := s.o.Channels.CanPost(ctx, set.Guild, news.ChannelID(v)); err != nil {
				return err
			}
		}
		set.NoticesTo = news.ChannelID(v)
	}
	return nil
}

// quietHours reads hours such as 22:00-07:00; "off" ends them.
func quietHours(s string) (from, to int, err error) {
	s = strings.TrimSpace(s)
	if strings.EqualFold(s, "off") {
		return 0, 0, nil
	}
	begin, end, _ := strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
	from, err1 := minuteOfDay(begin)
	to, err2 := minuteOfDay(end)
	switch {
	case err1 != nil || err2 != nil:
		return 0, 0, userError("“%s” are no hours. Write them as in 22:00-07:00, or off.", s)
	case from == to:
		return 0, 0, userError("Quiet hours need an end that is not their beginning. Write them as in 22:00-07:00, or off.")
	}
	return from, to, nil
}

// timeOfDay is a minute of the day as people write it: 22:00.
func timeOfDay(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// languageTag checks a BCP 47 language; "" and "any" mean no preference.
func languageTag(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || strings.EqualFold(s, "any") {
		return "", nil
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return "", userError("“%s” is no language. Write its code, such as en, ko or zh, or any.", s)
	}
	return tag.String(), nil
}
