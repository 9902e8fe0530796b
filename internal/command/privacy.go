package command

import (
	"context"
	"fmt"
)

// privacy shows what is kept about the person.
func (s *Service) privacy(ctx context.Context, a Ask) (Reply, error) {
	p, err := s.o.Store.Person(ctx, a.User)
	if err != nil {
		return Reply{}, fmt.Errorf("count what is kept about a person: %w", err)
	}
	reply := Reply{Private: true, Title: a.say("What I keep about you")}
	if !p.Any() {
		reply.Blocks = []Block{text(a.say("Nothing at all."))}
	} else {
		kept := Block{Lines: []Line{{{Text: a.say("Under the number that Discord knows you by:")}}}}
		for _, k := range []struct {
			n          int
			one, other string
		}{
			{p.Subscriptions, "%d subscription that is sent to you", "%d subscriptions that are sent to you"},
			{p.Feeds, "%d feed that you added or removed for yourself", "%d feeds that you added or removed for yourself"},
			{p.Topics, "%d topic that you made for yourself", "%d topics that you made for yourself"},
			{p.Followed, "%d story that you follow", "%d stories that you follow"},
			{p.CaughtUp, "when you last asked for what you missed, in %d place", "when you last asked for what you missed, in %d places"},
			{p.Created, "%d subscription that you made for a server", "%d subscriptions that you made for servers"},
			{p.Sent, "%d story that I sent you, to say why and to edit it", "%d stories that I sent you, to say why and to edit them"},
			{p.Waiting, "%d story that waits to be sent to you", "%d stories that wait to be sent to you"},
		} {
			if k.n > 0 {
				kept.Lines = append(kept.Lines, Line{{Text: "· " + a.count(k.n, k.one, k.other)}})
			}
		}
		if p.Settings {
			kept.Lines = append(kept.Lines, Line{{Text: "· " + a.say("your settings: language, time zone, quiet hours, budget")}})
		}
		reply.Blocks = []Block{kept}
		reply.Buttons = []Button{{ID: "forget", Label: a.say("Delete all of it"), Style: Danger}}
	}
	reply.Blocks = append(reply.Blocks, text(a.say("I keep neither your name nor your messages, and nothing that ties a question or a search to you. What I sent you is kept by Discord.")),
		quiet(a.say("Where something went wrong, your number may also stand in the operator's log.")))
	return reply, nil
}

// forget deletes what is kept about the person, after asking whether they mean it.
func (s *Service) forget(ctx context.Context, a Ask, sure string) (Reply, error) {
	if sure == "" {
		return Reply{Private: true, Replace: true, Title: a.say("Delete all of it?"), Blocks: []Block{
			text(a.say("Then I send you nothing more, and your feeds, topics, settings and followed stories are gone. What you subscribed servers to stays theirs. This can't be undone."))},
			Buttons: []Button{{ID: "forget:sure", Label: a.say("Yes, delete it"), Style: Danger}}}, nil
	}
	if err := s.o.Store.ForgetPerson(ctx, a.User); err != nil {
		return Reply{}, fmt.Errorf("forget a person: %w", err)
	}
	s.changed()
	return Reply{Private: true, Replace: true, Title: a.say("Deleted"), Blocks: []Block{
		text(a.say("I keep nothing about you any more. What I sent you stays in Discord, where you can close our direct messages."))}}, nil
}

// welcome has a person whose direct messages were closed written to again, now that they are here in them: what they do in a server says
// nothing of them.
func (s *Service) welcome(ctx context.Context, a Ask) {
	if a.Guild.Person() == "" {
		return
	}
	rested, err := s.o.Store.Resume(ctx, s.o.Now(), a.Guild)
	if err != nil {
		s.o.Logger.Error("a person's subscriptions can't be resumed", "err", err)
		return
	}
	if rested {
		s.changed()
	}
}
