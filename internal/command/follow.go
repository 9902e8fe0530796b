package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"newsbrief/internal/news"
)

// followStory has a person told what is new in a story by direct message or, where they follow it already, ends that. The guild, or in direct
// messages the person, must have been owed the story: what they are told is what the same feeds tell.
func (s *Service) followStory(ctx context.Context, a Ask, rest string) (Reply, error) {
	event, err := pressedStory(a, rest)
	if err != nil {
		return Reply{}, err
	}
	was, err := s.o.Store.Unfollow(ctx, event, a.User)
	if err != nil {
		return Reply{}, fmt.Errorf("end the following of story %s: %w", event, err)
	}
	if was {
		return Reply{Private: true, Blocks: []Block{text(a.say("You no longer follow this story."))}}, nil
	}
	owed, err := s.o.Store.EventDeliveries(ctx, event, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("deliveries of story %s: %w", event, err)
	}
	post := slices.IndexFunc(owed, func(d news.Delivery) bool { return !d.Update })
	if post < 0 {
		return Reply{}, userError("I know nothing of that story any more, so there will be no news of it.")
	}
	if err := s.o.Store.Follow(ctx, news.Follower{Event: event, Guild: a.Guild, User: a.User, Since: s.o.Now()}); err != nil {
		return Reply{}, fmt.Errorf("follow story %s: %w", event, err)
	}
	reply := Reply{Private: true, Title: owed[post].Brief.Headline, Blocks: []Block{text(a.say("You follow this story: I'll write you when it has news. Press again to stop."))}}
	if len(a.Values) > 0 { // a client doesn't send the choice of what is chosen already
		reply.Blocks = []Block{text(a.say("You follow this story: I'll write you when it has news."))}
		reply.Buttons = []Button{{ID: UnfollowButton(event, ""), Label: a.say("Stop following")}}
	}
	if slices.ContainsFunc(owed, func(d news.Delivery) bool { return d.Update && d.User == a.User && d.State == news.Failed }) {
		reply.Blocks = append(reply.Blocks, text(a.say("My last message to you was refused. Allow direct messages from this server, in its privacy settings, to get the next one.")))
	}
	return reply, nil
}

// unfollowStory ends the following of a story. It works everywhere, since what it ends is the person's own.
func (s *Service) unfollowStory(ctx context.Context, a Ask, rest string) (Reply, error) {
	event, err := pressedStory(a, rest)
	if err != nil {
		return Reply{}, err
	}
	if _, err := s.o.Store.Unfollow(ctx, event, a.User); err != nil {
		return Reply{}, fmt.Errorf("end the following of story %s: %w", event, err)
	}
	return Reply{Private: true, Blocks: []Block{text(a.say("You no longer follow this story."))}}, nil
}

// pressedStory is the story that a button names, or that was chosen in a select.
func pressedStory(a Ask, rest string) (news.StoryID, error) {
	key, _, _ := strings.Cut(rest, ":")
	if len(a.Values) > 0 {
		key = a.Values[0]
	}
	event, err := strconv.ParseUint(key, 36, 64)
	if err != nil || event == 0 {
		return 0, errOldButton
	}
	return news.StoryID(event), nil
}

// Post is the address of the message that tells a story in a guild, "" when there is none.
func (s *Service) Post(ctx context.Context, event news.StoryID, guild news.GuildID) (string, error) {
	owed, err := s.o.Store.EventDeliveries(ctx, event, guild)
	if err != nil {
		return "", fmt.Errorf("deliveries of story %s: %w", event, err)
	}
	for _, d := range owed {
		if !d.Update && d.State == news.Posted {
			return messageURL(d), nil
		}
	}
	return "", nil
}

// messageURL is the address of the message that a posted delivery stands in.
func messageURL(d news.Delivery) string {
	guild := d.Guild
	if guild.Person() != "" {
		guild = "@me"
	}
	return fmt.Sprintf("https://discord.com/channels/%s/%s/%s", guild, d.PostedIn, d.Message)
}
