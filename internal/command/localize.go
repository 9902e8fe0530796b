package command

import "newsbrief/internal/locale"

// Localizations are the texts of Specs that people read and don't type — descriptions, choices' names, the names of message commands —
// in other languages: English text → Discord locale (https://docs.discord.com/developers/reference#locales) → text. Not to be changed.
func Localizations() map[string]map[string]string { return locale.Commands() }
