package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// What can go wrong, for errors.Is. The second half are answers a *StatusError stands for.
var (
	ErrURL       = errors.New("this is no address of a web page")
	ErrPrivate   = errors.New("the host is at a private or special network address, which only the operator can allow (FETCH_ALLOW)")
	ErrTimeout   = errors.New("the site took too long to answer; it may be overloaded")
	ErrRedirects = errors.New("the site redirects in circles or too often; check the address in a browser")
	ErrEncoding  = errors.New("the site compresses its answer in a way that wasn't asked for")

	ErrChallenge    = errors.New("the site wants proof of a human visitor")
	ErrUnauthorized = errors.New("the site wants a login")
	ErrForbidden    = errors.New("the site refuses")
	ErrNotFound     = errors.New("there is no such page")
	ErrGone         = errors.New("the page is gone for good")
	ErrRateLimited  = errors.New("the site asks for fewer requests")
	ErrUnavailable  = errors.New("the site is unavailable at the moment")
)

// Error is a failure on the way: a bad address, no connection, a broken answer.
// Its text is for people: it has no secrets of the URL and no network addresses;
// the cause, for operators, is Err.
type Error struct {
	URL          string // redacted
	RedirectedTo string // redacted; where it happened, if not at URL
	Err          error
}

func (e *Error) Error() string {
	to := ""
	if e.RedirectedTo != "" {
		to = " (redirected to " + e.RedirectedTo + ")"
	}
	return "fetching " + e.URL + to + ": " + reason(e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// reason says in plain words what err means.
func reason(err error) string {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		op   *net.OpError
		wire net.Error
	)
	switch {
	case errors.Is(err, ErrPrivate):
		return ErrPrivate.Error()
	case errors.Is(err, context.Canceled):
		return "it was called off"
	case errors.Is(err, context.DeadlineExceeded):
		return "the time given for it ran out"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host of this name; check the spelling"
	case errors.As(err, &dns):
		return "the host's name can't be looked up at the moment"
	case errors.As(err, &cert):
		return fmt.Sprintf("the site's certificate isn't valid (%v)", cert.Err)
	case errors.As(err, &wire) && wire.Timeout():
		return "the host doesn't answer"
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Sprintf("no connection to the host (%v)", op.Err)
	case errors.As(err, &op):
		return fmt.Sprintf("the connection broke (%v)", op.Err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the host ended the connection before the answer was complete"
	}
	return err.Error()
}

// StatusError is an answer that carries no content: a status outside 2xx, or a bot
// challenge under whatever status. errors.Is tells the common ones apart.
type StatusError struct {
	URL        string // that answered, redacted
	Status     int
	RetryAfter time.Duration // what the server asks for, 0 if nothing; at most 30 days
	Challenge  string        // whose bot challenge it is, "Cloudflare"; "" if none
	Text       string        // what a hub says about its refusal, a line of at most 200 bytes; "" for pages
}

func (e *StatusError) Error() string {
	if e.Text != "" {
		return fmt.Sprintf("fetching %s: %s; it says %q", e.URL, e.reason(), e.Text)
	}
	return fmt.Sprintf("fetching %s: %s", e.URL, e.reason())
}

func (e *StatusError) reason() string {
	status := fmt.Sprintf("status %d", e.Status)
	if text := http.StatusText(e.Status); text != "" {
		status += " " + text
	}
	switch {
	case e.Challenge != "":
		return fmt.Sprintf("%v (%s, %s), which is not worked around; ask the site to let feed readers in, or use another address", ErrChallenge, e.Challenge, status)
	case e.Status == http.StatusUnauthorized:
		return fmt.Sprintf("%v (%s); use an address that is open or carries the login", ErrUnauthorized, status)
	case e.Status == http.StatusForbidden:
		return fmt.Sprintf("%v (%s); ask the site to let feed readers in", ErrForbidden, status)
	case e.Status == http.StatusNotFound:
		return fmt.Sprintf("%v (%s); check the address", ErrNotFound, status)
	case e.Status == http.StatusGone:
		return fmt.Sprintf("%v (%s); remove the address or look for its successor", ErrGone, status)
	case e.Status == http.StatusTooManyRequests:
		return fmt.Sprintf("%v (%s)%s", ErrRateLimited, status, e.wait())
	case e.Status == http.StatusServiceUnavailable:
		return fmt.Sprintf("%v (%s)%s", ErrUnavailable, status, e.wait())
	case e.Status >= 500:
		return fmt.Sprintf("the site has trouble (%s); try again later", status)
	}
	return fmt.Sprintf("the site answers without content (%s)", status)
}

func (e *StatusError) wait() string {
	if e.RetryAfter == 0 {
		return "; try again later"
	}
	return fmt.Sprintf("; try again in %s", e.RetryAfter)
}

// Is makes errors.Is(err, ErrGone) and its like work.
func (e *StatusError) Is(target error) bool {
	switch target {
	case ErrChallenge:
		return e.Challenge != ""
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrGone:
		return e.Status == http.StatusGone
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	case ErrUnavailable:
		return e.Status == http.StatusServiceUnavailable
	}
	return false
}

// PaceError says that a request wasn't sent because its origin asked for a pause
// or has too many requests waiting. It is no failure of the page: try again after Until.
type PaceError struct {
	Origin string
	Until  time.Time
}

func (e *PaceError) Error() string {
	return fmt.Sprintf("%s is to be left alone for now; try again after %s", e.Origin, e.Until.UTC().Format("2006-01-02 15:04:05 MST"))
}
