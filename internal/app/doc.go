// Package app opens everything, runs everything and closes everything in reverse. It is where the rooms meet: nothing else knows
// more than its own.
package app
