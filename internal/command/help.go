package command

import "context"

func (s *Service) help(_ context.Context, a Ask) (Reply, error) {
	reply := Reply{Private: true, Title: "newsbrief", Blocks: []Block{
		text("I read this server's feeds, recognise when several outlets tell the same story, and post one short brief of it with its sources where its topic is subscribed. Every sentence stands in a source.")}}
	everyone, managers := Block{}, Block{Lines: []Line{{{Text: "For managers", Bold: true}}}}
	for _, spec := range Specs() {
		if spec.Message {
			everyone.Lines = append(everyone.Lines, Line{{Text: spec.Name, Bold: true}, {Text: " — on a message of mine, under Apps: its topic, the words that matched, its sources"}})
			continue
		}
		block := &everyone
		if spec.Manager {
			block = &managers
		}
		if len(spec.Subs) == 0 {
			block.Lines = append(block.Lines, Line{{Text: "/" + spec.Name, Code: true}, {Text: " — " + spec.Description}})
		}
		for _, sub := range spec.Subs {
			block.Lines = append(block.Lines, Line{{Text: "/" + spec.Name + " " + sub.Name, Code: true}, {Text: " — " + sub.Description}})
		}
	}
	everyone.Lines = append(everyone.Lines, Line{{Text: "Follow", Bold: true}, {Text: " — below a brief: I write you a direct message when the story has news, nobody else is told"}})
	reply.Blocks = append(reply.Blocks, everyone)
	if a.Manager {
		reply.Blocks = append(reply.Blocks, managers,
			text("To begin: /feed add an address, /subscribe a topic in a channel. Then wait for news; nothing old is posted."))
	}
	return reply, nil
}
