package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// noticeColour is the colour of the bar beside notices, unlike those of topics.
const noticeColour = 0x8a8f98

// noticeMessage renders notices to managers that go out in one message. The button that all of them have marks the message as the
// claim's.
func noticeMessage(c news.Claim) components {
	colour, in := noticeColour, spoken(c)
	list := discordgo.Button{Style: discordgo.SecondaryButton, Label: in.say("All feeds"), CustomID: command.FeedsButton(c.ID())}
	if len(c.Deliveries) == 1 {
		n := *c.Deliveries[0].Notice
		row := discordgo.ActionsRow{}
		if n.Feed != 0 {
			row.Components = append(row.Components,
				discordgo.Button{Style: discordgo.PrimaryButton, Label: in.say("Try again"), CustomID: command.RetryButton(n.Feed)},
				discordgo.Button{Style: discordgo.DangerButton, Label: in.say("Remove"), CustomID: command.RemoveButton(n.Feed)})
		}
		row.Components = append(row.Components, list)
		text := "### " + fit(in.retell(n.Title), maxHeadline)
		for _, line := range n.Lines {
			text += "\n" + fit(in.retell(line), min(maxSentence, maxText-100-length(text)))
		}
		if !n.Since.IsZero() {
			text += "\n-# " + in.say("since %s, %s", day(n.Since), moment(n.Since))
		}
		return components{discordgo.Container{AccentColor: &colour, Components: components{discordgo.TextDisplay{Content: text}}}, row}
	}

	var out strings.Builder
	out.WriteString("### " + in.count(len(c.Deliveries), "%d notice about feeds", "%d notices about feeds"))
	share := (maxText - 100) / len(c.Deliveries)
	choices := command.Select{ID: command.FeedSelect(c.ID()), Placeholder: in.say("Look at one, try it again or remove it")}
	offered := map[news.FeedID]bool{}
	for _, d := range c.Deliveries {
		n := *d.Notice
		item := "\n- **" + fit(in.retell(n.Title), min(120, share-20)) + "**"
		if !n.Since.IsZero() {
			item += " " + moment(n.Since)
		}
		if room := share - length(item) - 4; len(n.Lines) > 0 && room > 40 {
			item += "\n  " + fit(in.retell(n.Lines[0]), room)
		}
		out.WriteString(item)
		if n.Feed != 0 && !offered[n.Feed] {
			offered[n.Feed] = true
			choices.Choices = append(choices.Choices, command.Choice{Name: in.retell(n.Title), Value: command.FeedKey(n.Feed)})
		}
	}
	message := components{discordgo.Container{AccentColor: &colour, Components: components{discordgo.TextDisplay{Content: out.String()}}}}
	if len(choices.Choices) > 0 {
		message = append(message, selectRow(choices))
	}
	return append(message, discordgo.ActionsRow{Components: components{list}})
}

// maxOptions is the most choices a select has.
const maxOptions = 25

// selectRow is a select on a row of its own. It has at least one choice.
func selectRow(s command.Select) discordgo.ActionsRow {
	menu := discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: s.ID, Placeholder: plainLabel(s.Placeholder, 150)}
	for _, c := range s.Choices[:min(len(s.Choices), maxOptions)] {
		label := plainLabel(c.Name, 100)
		if label == "" {
			label = c.Value
		}
		menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: label, Value: c.Value, Default: c.Value == s.Chosen})
	}
	return discordgo.ActionsRow{Components: components{menu}}
}
