// Package discord is the only one that knows discordgo. It keeps the session with the gateway, keeps to the rate limits,
// registers the commands, turns interactions into command.Ask and command.Reply into components, and posts briefs.
//
// discordgo does the connection, the heartbeat and the requests. What it leaves out stands beside it, in one place each: the
// limits and the address of the API in transport, what happens on the wire in wire, when to connect again in gateway.
package discord
