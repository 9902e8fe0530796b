package discord

import (
	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
)

// applicationCommands are the commands as Discord takes them. What is typed, the names of slash commands and their options, is English
// for everyone: members tell it each other, and Discord shows a mention of a command by its default name alone
// (https://github.com/discord/discord-api-docs/issues/5518).
//
// All of them work in servers and in direct messages with the bot and, where people may install the application for themselves, wherever
// they are (https://docs.discord.com/developers/interactions/application-commands#contexts). In direct messages nobody needs a permission.
func applicationCommands(specs []command.Spec, personal bool) []*discordgo.ApplicationCommand {
	where := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
	installs := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
	if personal {
		where = append(where, discordgo.InteractionContextPrivateChannel)
		installs = append(installs, discordgo.ApplicationIntegrationUserInstall)
	}
	out := make([]*discordgo.ApplicationCommand, len(specs))
	for i, spec := range specs {
		c := &discordgo.ApplicationCommand{Name: spec.Name, Description: spec.Description, Type: discordgo.ChatApplicationCommand,
			Contexts: &where, IntegrationTypes: &installs, Options: options(spec)}
		if spec.Message {
			c.Type, c.NameLocalizations = discordgo.MessageApplicationCommand, new(localized(spec.Name))
		} else {
			c.DescriptionLocalizations = new(localized(spec.Description))
		}
		if spec.Manager {
			manage := int64(discordgo.PermissionManageGuild)
			c.DefaultMemberPermissions = &manage
		}
		out[i] = c
	}
	return out
}

// textChannels are the kinds of channels an option offers: text, announcement, threads, and voice channels, which have a chat.
var textChannels = []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildPublicThread,
	discordgo.ChannelTypeGuildPrivateThread, discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildVoice}

func options(spec command.Spec) []*discordgo.ApplicationCommandOption {
	var out []*discordgo.ApplicationCommandOption
	for _, sub := range spec.Subs {
		out = append(out, &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: sub.Name, Description: sub.Description,
			DescriptionLocalizations: localized(sub.Description), Options: options(sub)})
	}
	for _, o := range spec.Options {
		option := &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionString, Name: o.Name, Description: o.Description,
			DescriptionLocalizations: localized(o.Description), Required: o.Required, Autocomplete: o.Autocomplete}
		switch o.Type {
		case command.Number:
			option.Type = discordgo.ApplicationCommandOptionInteger
			least := float64(o.Min)
			option.MinValue, option.MaxValue = &least, float64(o.Max)
		case command.ChannelKind:
			option.Type, option.ChannelTypes = discordgo.ApplicationCommandOptionChannel, textChannels
		case command.FileKind:
			option.Type = discordgo.ApplicationCommandOptionAttachment
		default:
			option.MaxLength = o.Max
		}
		for _, c := range o.Choices {
			option.Choices = append(option.Choices, &discordgo.ApplicationCommandOptionChoice{Name: c.Name, NameLocalizations: localized(c.Name), Value: c.Value})
		}
		out = append(out, option)
	}
	return out
}

// localized is a text of the commands in Discord's locales.
func localized(english string) map[discordgo.Locale]string {
	out := map[discordgo.Locale]string{}
	for locale, s := range command.Localizations()[english] {
		out[discordgo.Locale(locale)] = s
	}
	return out
}
