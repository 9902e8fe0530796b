package fetch

import (
	"crypto/x509"
	"net/http"
	"net/netip"
)

// NewOver returns a Client that asks rt instead of the network, for tests in synctest bubbles.
func NewOver(o Options, rt http.RoundTripper) *Client {
	c := New(o)
	c.transport = rt
	return c
}

// Origins returns how many origins the client remembers.
func (c *Client) Origins() int {
	c.pacer.mu.Lock()
	defer c.pacer.mu.Unlock()
	return len(c.pacer.origins)
}

// MaxOrigins is the most a client remembers.
const MaxOrigins = maxOrigins

// Permits reports whether an address may be dialled.
func Permits(a netip.Addr, allow ...netip.Prefix) bool { return newGuard(allow).permits(a) }

// The readers of what servers say about time.
var (
	RetryAfter = retryAfter
	MaxAge     = maxAge
)

// Trust makes the client accept a test server's certificate.
func (c *Client) Trust(cert *x509.Certificate) {
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	c.transport.(*http.Transport).TLSClientConfig.RootCAs = pool
}
