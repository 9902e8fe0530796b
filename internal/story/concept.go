package story

// concept is something that is written alike in every language or can be looked up: a place, an institution, a kind of event,
// a number, a name in Latin letters.
type concept struct {
	id      string
	surface string
	weight  float64
}
