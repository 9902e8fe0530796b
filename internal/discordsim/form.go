package discordsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// form collects what is wrong with a request body, each complaint at its path,
// and tells it as Discord does (code 50035, developers/reference, Error Messages).
type form struct{ problems []problem }

type problem struct {
	path          []string
	code, message string
}

// err is nil for a form nobody complained about.
func (f *form) err() error {
	if len(f.problems) == 0 {
		return nil
	}
	tree := map[string]any{}
	for _, p := range f.problems {
		at := tree
		for _, key := range p.path {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		list, _ := at["_errors"].([]any)
		at["_errors"] = append(list, map[string]any{"code": p.code, "message": p.message})
	}
	return &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", errors: tree}
}

// field is one place in a decoded JSON body.
type field struct {
	form  *form
	path  []string
	value any
	found bool // the key is there, possibly null
}

func (f *form) root(body any) field { return field{form: f, value: body, found: true} }

// set reports a value other than null.
func (v field) set() bool { return v.found && v.value != nil }

func (v field) at(key string) field {
	path := append(append(make([]string, 0, len(v.path)+1), v.path...), key)
	object, _ := v.value.(map[string]any)
	value, found := object[key]
	return field{form: v.form, path: path, value: value, found: found}
}

func (v field) fail(code, format string, args ...any) {
	v.form.problems = append(v.form.problems, problem{v.path, code, fmt.Sprintf(format, args...)})
}

func (v field) missing() { v.fail("BASE_TYPE_REQUIRED", "This field is required") }

// object reports whether the value is a JSON object, complaining when it is not.
func (v field) object() bool {
	if _, ok := v.value.(map[string]any); ok {
		return true
	}
	if !v.set() {
		v.missing()
	} else {
		v.fail("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return false
}

// text reads a string of min to max characters. An absent one is "" and, with
// min > 0, a complaint.
func (v field) text(min, max int) string {
	if !v.set() {
		if min > 0 {
			v.missing()
		}
		return ""
	}
	return v.optionalText(min, max)
}

// optionalText is text that may be absent but, when there, has min to max characters.
func (v field) optionalText(min, max int) string {
	if !v.set() {
		return ""
	}
	s, ok := v.value.(string)
	if !ok {
		v.fail("STRING_TYPE_CONVERT", "Could not interpret %q as string.", fmt.Sprint(v.value))
		return ""
	}
	n := utf8.RuneCountInString(s)
	switch {
	case n == 0 && min > 0:
		v.missing()
	case min > 0 && (n < min || n > max):
		v.fail("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
	case n > max:
		v.fail("BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", max)
	}
	return s
}

// trimmed is text whose surrounding white space doesn't count, as in embeds.
func (v field) trimmed(min, max int) string {
	if s, ok := v.value.(string); ok {
		v.value = strings.TrimSpace(s)
	}
	return v.text(min, max)
}

// integer reads a whole number in [min, max]; fallback stands for an absent one.
func (v field) integer(min, max, fallback int64) int64 {
	if !v.set() {
		return fallback
	}
	n, ok := v.value.(json.Number)
	i, err := int64(0), error(nil)
	if ok {
		i, err = n.Int64()
	} else if s, isText := v.value.(string); isText {
		i, err = strconv.ParseInt(s, 10, 64)
		ok = true
	}
	switch {
	case !ok || err != nil:
		v.fail("NUMBER_TYPE_COERCE", "Value %q is not int.", fmt.Sprint(v.value))
	case i < min:
		v.fail("NUMBER_TYPE_MIN", "int value should be greater than or equal to %d.", min)
	case i > max:
		v.fail("NUMBER_TYPE_MAX", "int value should be less than or equal to %d.", max)
	default:
		return i
	}
	return fallback
}

func (v field) boolean(fallback bool) bool {
	if !v.set() {
		return fallback
	}
	b, ok := v.value.(bool)
	if !ok {
		v.fail("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
		return fallback
	}
	return b
}

// list reads an array of min to max elements; an absent one is nil and, with
// min > 0, a complaint.
func (v field) list(min, max int) []field {
	if !v.set() {
		if min > 0 {
			v.missing()
		}
		return nil
	}
	values, ok := v.value.([]any)
	if !ok {
		v.fail("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return nil
	}
	switch n := len(values); {
	case min > 0 && (n < min || n > max):
		v.fail("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
		return nil
	case n > max:
		v.fail("BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", max)
		return nil
	}
	fields := make([]field, len(values))
	for i, value := range values {
		path := append(append(make([]string, 0, len(v.path)+1), v.path...), strconv.Itoa(i))
		fields[i] = field{form: v.form, path: path, value: value, found: true}
	}
	return fields
}

// id reads a snowflake, as text or number; an absent one is "".
func (v field) id() string {
	if !v.set() {
		return ""
	}
	s := fmt.Sprint(v.value)
	if _, ok := snowflake(s); !ok {
		v.fail("NUMBER_TYPE_COERCE", "Value %q is not snowflake.", s)
		return ""
	}
	return s
}

// link reads an http(s) URL of at most max characters; schemes names what else is allowed.
func (v field) link(max int, schemes ...string) string {
	s := v.optionalText(0, max)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || (u.Host == "" && u.Opaque == "") || strings.ContainsFunc(s, unicode.IsSpace) {
		v.fail("URL_TYPE_INVALID_URL", "Not a well formed URL.")
		return s
	}
	allowed := append([]string{"http", "https"}, schemes...)
	for _, scheme := range allowed {
		if u.Scheme == scheme {
			// Discord wants a host name with a dot, or an address, in a web link.
			if (scheme == "http" || scheme == "https") && !plausibleHost(u.Hostname()) {
				v.fail("URL_TYPE_INVALID_URL", "Not a well formed URL.")
			}
			return s
		}
	}
	v.fail("URL_TYPE_INVALID_SCHEME", "Scheme %q must be one of ('%s').", u.Scheme, strings.Join(allowed, "', '"))
	return s
}

func plausibleHost(host string) bool {
	return host != "" && !strings.ContainsAny(host, " <>\"") &&
		(strings.Contains(host, ".") || strings.Contains(host, ":") || host == "localhost")
}

// timestamp reads an ISO 8601 time.
func (v field) timestamp() string {
	s := v.optionalText(0, 64)
	if s == "" {
		return ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05-0700", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return isoTime(t)
		}
	}
	v.fail("DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", s)
	return ""
}

// isoTime is the form Discord writes times in.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000-07:00") }
