package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLine(t *testing.T) {
	a, b := Span{Text: "a", Bold: true}, Span{Channel: "7"}
	for format, want := range map[string]Line{
		"plain":             {{Text: "plain"}},
		"%s and %s.":        {a, {Text: " and "}, b, {Text: "."}},
		"to %[2]s: %[1]s":   {{Text: "to "}, b, {Text: ": "}, a},
		"%[2]s, then %[1]s": {b, {Text: ", then "}, a},
	} {
		if got := (Ask{}).line(format, a, b); !cmp.Equal(got, want) {
			t.Errorf("%q is %v, not %v", format, got, want)
		}
	}
}
