package command

import (
	"context"

	"newsbrief/internal/locale"
)

func (s *Service) help(_ context.Context, a Ask) (Reply, error) {
	what := a.say("I read this server's feeds, recognise when several outlets tell the same story, and post one short brief of it with its sources where its topic is subscribed. Every sentence stands in a source.")
	if a.Guild.Person() != "" {
		what = a.say("I read the feeds you follow here, recognise when several outlets tell the same story, and send you one short brief of it with its sources when you subscribe to its topic. Every sentence stands in a source.")
	}
	reply := Reply{Private: true, Title: "newsbrief", Blocks: []Block{text(what)}}
	everyone, managers := Block{}, Block{Lines: []Line{{{Text: a.say("For managers"), Bold: true}}}}
	for _, spec := range Specs() {
		if spec.Message {
			everyone.Lines = append(everyone.Lines, a.line("%s — on a message of mine, under Apps: its topic, the words that matched, its sources",
				Span{Text: locale.Translate(a.Locale, spec.Name), Bold: true}))
			continue
		}
		block := &everyone
		if spec.Manager {
			block = &managers
		}
		if len(spec.Subs) == 0 {
			block.Lines = append(block.Lines, a.line("%s — %s", Span{Text: "/" + spec.Name, Code: true}, Span{Text: locale.Translate(a.Locale, spec.Description)}))
		}
		for _, sub := range spec.Subs {
			block.Lines = append(block.Lines, a.line("%s — %s", Span{Text: "/" + spec.Name + " " + sub.Name, Code: true}, Span{Text: locale.Translate(a.Locale, sub.Description)}))
		}
	}
	everyone.Lines = append(everyone.Lines, a.line("%s — below a brief: I write you a direct message when the story has news, nobody else is told",
		Span{Text: a.say("Follow"), Bold: true}))
	reply.Blocks = append(reply.Blocks, everyone)
	switch {
	case a.Guild.Person() != "":
		managers.Lines = managers.Lines[1:]
		reply.Blocks = append(reply.Blocks, managers,
			text(a.say("Here all of this is yours alone. To begin: /feed add an address, /subscribe a topic. Then wait for news; nothing old is sent.")))
	case a.Manager:
		reply.Blocks = append(reply.Blocks, managers,
			text(a.say("To begin: /feed add an address, /subscribe a topic in a channel. Then wait for news; nothing old is posted.")))
	}
	return reply, nil
}
