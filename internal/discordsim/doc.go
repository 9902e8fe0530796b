// Package discordsim is a stand-in for Discord: it speaks API v10 over REST
// and the gateway, keeps guilds, channels, members, messages and application
// commands in memory, and refuses what Discord refuses, with Discord's status,
// code and error form. A control face (/sim/…, and the same as Go methods)
// plays the people: it writes messages, invokes commands, presses buttons, and
// makes the service misbehave on request.
//
// It knows nothing about newsbrief and shares no code with it, so that a
// mistake in the bot's idea of Discord can't hide here.
//
// Rules come from Discord's developer documentation (developers/topics,
// developers/resources, developers/interactions, developers/components,
// developers/events); where the documentation is silent the comment beside the
// rule says so.
package discordsim
