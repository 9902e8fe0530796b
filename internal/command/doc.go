// Package command is what people can ask, in plain Go: subscribe, brief, search, catch up, why. It knows nothing of Discord's wire.
package command
