package text

// Name is a candidate for a proper name.
type Name struct {
	Text       string
	Start, End int
}

// Names returns candidates for proper names of s in order.
func Names(s, lang string) []Name {
	return names(s, Base(lang))
}
