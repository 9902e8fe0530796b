package discord

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// maxUpdate is the most characters of what is new in a message.
const maxUpdate = 700

// updateLine tells in a post what came to its story after it was posted.
func updateLine(d news.Delivery, in tongue) string {
	u := d.Brief.Update
	if u == nil || d.Message == "" || !u.At.After(d.Told) && !u.At.After(d.PostedAt) {
		return ""
	}
	return change(d.Brief, reporter(d.Brief), in, maxUpdate)
}

// unchanged are the sentences of a brief without those that its update line says.
func unchanged(b news.Brief, line string) []news.Sentence {
	if line == "" {
		return b.Sentences
	}
	return slices.DeleteFunc(slices.Clone(b.Sentences), func(s news.Sentence) bool {
		return slices.ContainsFunc(b.Update.Sentences, func(u news.Sentence) bool { return u.Article == s.Article && u.Text == s.Text })
	})
}

// change is what a brief's update says, in at most room characters: "" when there is none. Where no sentence of it is new, as in a notice of
// correction that quotes nothing, it is the title that its source has.
func change(b news.Brief, source news.Source, in tongue, room int) string {
	u := b.Update
	if u == nil {
		return ""
	}
	kind := in.say("Updated")
	if u.Corrects {
		kind = in.say("Correction")
	}
	told := func(said string) string { return in.say("**%s** %s: %s", kind, moment(u.At), said) }
	room -= length(told(""))
	said := sentences(b, u.Sentences, room)
	if said == "" {
		said = fit(source.Title, room)
	}
	said = strings.TrimPrefix(said, in.say("%s: %s", kind, "")) // many an outlet says so itself
	if said == "" {
		return ""
	}
	return told(said)
}

// reporter is the source that told a brief's update. The zero Source when it is unknown.
func reporter(b news.Brief) news.Source {
	if b.Update != nil {
		for _, list := range [][]news.Source{b.Sources, b.Also} {
			if i := slices.IndexFunc(list, func(s news.Source) bool { return s.Article == b.Update.Article }); i >= 0 {
				return list[i]
			}
		}
	}
	return news.Source{}
}

// updateMessage renders what is new in a story for those who follow it, or who talk about it in a thread; several updates of a person's
// stories are a list. posts are the addresses of the posts they are about.
func updateMessage(c news.Claim, posts map[news.StoryID]string) components {
	if len(c.Deliveries) > 1 {
		return updatesMessage(c, posts)
	}
	d := c.Deliveries[0]
	in := tongue(d.Brief.Language)
	b, source, post := d.Brief, reporter(d.Brief), posts[d.Event]
	foot := link(fit(outletName(source), 60), source.URL)
	if d.User != "" {
		foot = joinedBy(" · ", foot, in.say("you follow this story"))
	}
	if foot != "" {
		foot = "-# " + foot
	}
	b.Sources = nil // the sentences are all of one source, which the foot names
	body := joined("### "+link(fit(b.Headline, maxHeadline), cmp.Or(post, source.URL)), change(b, source, in, maxUpdate), foot)

	row := discordgo.ActionsRow{Components: readButton(source, in)}
	if post != "" {
		row.Components = append(row.Components, discordgo.Button{Style: discordgo.LinkButton, URL: post, Label: in.say("See the post")})
	}
	button := discordgo.Button{Style: discordgo.SecondaryButton, Label: in.say("Follow"), CustomID: mark(c)}
	if d.User != "" {
		button.Label = in.say("Stop following")
	}
	row.Components = append(row.Components, button)
	return components{discordgo.Container{AccentColor: accent(d.Topics), Components: components{discordgo.TextDisplay{Content: body}}}, row}
}

func updatesMessage(c news.Claim, posts map[news.StoryID]string) components {
	in := spoken(c)
	var out strings.Builder
	out.WriteString("### " + in.count(len(c.Deliveries), "%d update of stories you follow", "%d updates of stories you follow"))
	share := (maxText - 100) / len(c.Deliveries)
	for _, d := range c.Deliveries {
		source := reporter(d.Brief)
		address := webAddress(cmp.Or(posts[d.Event], source.URL))
		if len(address) > share/2 {
			address = "" // its words matter more
		}
		item := joinedBy(" — ", "\n- "+link(fit(d.Brief.Headline, min(120, share-len(address)-40)), address), fit(outletName(source), 24))
		d.Brief.Sources = nil
		if room := share - length(item) - 3; room > 40 {
			if said := change(d.Brief, source, in, room); said != "" {
				item += "\n  " + said
			}
		}
		out.WriteString(item)
	}
	return components{
		discordgo.Container{AccentColor: accent(c.Deliveries[0].Topics), Components: components{discordgo.TextDisplay{Content: out.String()}}},
		storySelect(c, mark(c), in.say("Stop following a story")),
	}
}

// storySelect is a select of the stories of a claim.
func storySelect(c news.Claim, id, placeholder string) discordgo.ActionsRow {
	s := command.Select{ID: id, Placeholder: placeholder}
	offered := map[news.StoryID]bool{}
	for _, d := range c.Deliveries {
		if !offered[d.Event] {
			offered[d.Event] = true
			s.Choices = append(s.Choices, command.Choice{Name: d.Brief.Headline, Value: command.StoryKey(d.Event)})
		}
	}
	return selectRow(s)
}
