package read_test

import (
	"testing"

	"newsbrief/internal/read"
)

func TestPlain(t *testing.T) {
	if got, want := read.Plain("<p>One &amp; two</p><p>three<br>four<script>x</script></p>"), "One & two\nthree\nfour"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
