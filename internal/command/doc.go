// Package command is what people can ask, in plain Go: subscribe, brief, search, catch up, why. Specs lists the commands as they
// are offered; a Service answers them from a Store and an archive index. It knows nothing of Discord's wire: package discord
// registers the specs, turns interactions into an Ask and renders the Reply.
package command
