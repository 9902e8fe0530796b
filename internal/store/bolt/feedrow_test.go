package bolt_test

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

// The row of a feed lists its fields by hand: none may be missing, also not one that news.Feed gets later.
func TestFeedRow(t *testing.T) {
	var f news.Feed
	fill(t, reflect.ValueOf(&f).Elem(), new(uint64))
	f.Lease = 0 // it belongs to a claim
	s := open(t, filepath.Join(t.TempDir(), "news.db"))
	for _, f := range []news.Feed{f, {ID: 999, URL: "nothing but an address", NextPoll: now}} {
		added, err := s.AddFeed(t.Context(), now, "g", f)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RetryFeed(t.Context(), now, "g", f.ID); err != nil { // writes the row as it was read
			t.Fatal(err)
		}
		want := added
		want.Gone, want.NextPoll = false, now
		feeds, err := s.Feeds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, feeds[len(feeds)-1]); diff != "" {
			t.Error(diff)
		}
	}
}

// fill gives each field within v a value of its own.
func fill(t *testing.T, v reflect.Value, n *uint64) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(now.Add(time.Duration(*n) * (time.Hour + time.Nanosecond))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.String:
		v.SetString(time.Duration(*n).String())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) << 20)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(*n)
	default:
		t.Fatalf("a feed has a %s: teach the test to fill it, and the row to keep it", v.Type())
	}
}
