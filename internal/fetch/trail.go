package fetch

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// trail is the way of one Get through its redirects: where it stands, where it
// has been, and what it may carry along.
type trail struct {
	start, at *url.URL      // both without user info and fragment
	login     *url.Userinfo // sent while the trail stays where it was meant for
	left      int           // redirects still allowed
	permanent bool          // every redirect so far was permanent and kept https
	moved     string
	seen      map[string]bool // made at the first redirect
	jar       *cookiejar.Jar  // made at the first redirect that sets a cookie
}

func newTrail(start *url.URL, redirects int) *trail {
	t := &trail{start: stripped(start), login: start.User, left: redirects, permanent: true}
	t.at = t.start
	return t
}

func stripped(u *url.URL) *url.URL {
	c := *u
	c.User, c.Fragment, c.RawFragment = nil, "", ""
	return &c
}

// prepare adds to req what this trail has collected.
func (t *trail) prepare(req *http.Request) {
	if t.login != nil {
		password, _ := t.login.Password()
		req.SetBasicAuth(t.login.Username(), password)
	}
	if t.jar != nil {
		for _, c := range t.jar.Cookies(t.at) {
			req.AddCookie(c)
		}
	}
}

// isRedirect reports whether code sends a GET elsewhere (RFC 9110, section 15.4).
func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow moves the trail to where the redirect a points.
//
// Some sites answer every visitor without a cookie by setting one and redirecting
// to the same page, so cookies live as long as the trail does, and coming back to a
// page is a loop only if the cookies are the same as before.
func (t *trail) follow(a *answer) error {
	if t.left == 0 {
		return ErrRedirects
	}
	t.left--
	ref, err := url.Parse(strings.TrimSpace(a.next))
	if err != nil {
		return fmt.Errorf("%w: the redirect leads nowhere", ErrURL)
	}
	next := t.at.ResolveReference(ref)
	if err := checkURL(next); err != nil {
		return err
	}
	next = stripped(next)
	if err := t.keepCookies(a.Header); err != nil {
		return err
	}

	if t.seen == nil {
		t.seen = map[string]bool{t.key(t.at, nil): true}
	}
	key := t.key(next, t.jar)
	if t.seen[key] {
		return ErrRedirects
	}
	t.seen[key] = true

	if !trusted(t.at, next) {
		t.login = nil
	}
	downgrade := t.at.Scheme == "https" && next.Scheme == "http"
	t.permanent = t.permanent && !downgrade &&
		(a.Status == http.StatusMovedPermanently || a.Status == http.StatusPermanentRedirect)
	t.at = next
	if t.permanent {
		withLogin := *next
		withLogin.User = t.login
		t.moved = withLogin.String()
	}
	return nil
}

func (t *trail) key(u *url.URL, jar *cookiejar.Jar) string {
	key := u.String()
	if jar != nil {
		for _, c := range jar.Cookies(u) {
			key += "\n" + c.Name + "=" + c.Value
		}
	}
	return key
}

func (t *trail) keepCookies(h http.Header) error {
	cookies := (&http.Response{Header: h}).Cookies()
	if len(cookies) == 0 {
		return nil
	}
	if t.jar == nil {
		var err error
		if t.jar, err = cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}); err != nil {
			return fmt.Errorf("keeping cookies: %w", err)
		}
	}
	t.jar.SetCookies(t.at, cookies)
	return nil
}

// trusted reports whether a login meant for one URL may be sent to the other: the
// same origin, or the same host's standard ports on the way up from http to https.
func trusted(from, to *url.URL) bool {
	if originOf(from) == originOf(to) {
		return true
	}
	return from.Scheme == "http" && to.Scheme == "https" &&
		strings.EqualFold(from.Hostname(), to.Hostname()) && port(from) == "80" && port(to) == "443"
}

// response completes the last answer of the trail.
func (t *trail) response(a *answer) *Response {
	a.URL = t.at.String()
	a.Moved = t.moved
	return a.Response
}

// wrap tells where on the trail err happened.
func (t *trail) wrap(err error) error {
	switch err := err.(type) {
	case *StatusError, *PaceError:
		return err
	}
	e := &Error{URL: RedactURL(t.start.String()), Err: err}
	if t.at != t.start {
		e.RedirectedTo = RedactURL(t.at.String())
	}
	return e
}
