package read

import "testing"

func TestPhrases(t *testing.T) {
	p := newPhrases(`(?:read|see) (?:more|also)\b.{0,20}`, `(?:share)?this page`, `inbox~.{0,20}your inbox`)
	for s, want := range map[string]bool{
		"Read more": true, "See also: one": true, "see": false, "this page": true, "ShareThis page": true, "Right in your inbox": true, "inbox": false, "": false, "I read more": false,
	} {
		if got := p.match(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestPhrasesOfThePackage(t *testing.T) {
	for s, want := range map[string]bool{
		"Advertisement": true, "Sign up for our newsletter": true, "GET FOX BUSINESS ON THE GO BY CLICKING HERE": true, "Related: another story": true, "관련기사": true, "광고": true,
		"The minister signed a memorandum on Monday.": false, "More people than ever came to the fair, the organisers said.": false, "Share prices fell.": false,
	} {
		if got := noise.match(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
