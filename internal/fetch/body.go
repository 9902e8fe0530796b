package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
)

const (
	maxErrorPage = 64 << 10  // of an error's body, enough to recognise a challenge
	maxDrain     = 64 << 10  // of a redirect's body, read so that the connection can be used again
	maxLayers    = 2         // gzip within gzip, as misconfigured servers send it
	firstBuffer  = 512 << 10 // at most set aside for a body on its word alone
)

// readBody returns the decompressed body up to max bytes, and whether there was
// more. The bytes on the wire are capped at max too, so that neither a small body
// that unpacks to a big one nor a big one that unpacks to nothing costs more.
//
// What begins like gzip is unpacked whatever the header says: servers label plain
// files as gzip and serve sitemap.xml.gz as an ordinary file.
func readBody(resp *http.Response, max int64) (body []byte, truncated bool, err error) {
	if coding := unasked(resp.Header); coding != "" {
		return nil, false, fmt.Errorf("%w: %s", ErrEncoding, coding)
	}
	max = min(max, math.MaxInt64-1)
	wire := &capped{r: resp.Body, left: max}
	r := bufio.NewReader(wire)
	hint := min(resp.ContentLength, max, firstBuffer)
	var content io.Reader = r
	for range maxLayers {
		magic, err := r.Peek(3)
		if err != nil || !bytes.Equal(magic, []byte{0x1f, 0x8b, 8}) {
			break // a read error comes up again below
		}
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, false, fmt.Errorf("unpacking: %w", err)
		}
		r = bufio.NewReader(z)
		content, hint = r, min(4*hint, max, firstBuffer)
	}

	var buf bytes.Buffer
	buf.Grow(int(min(firstBuffer, hint+bytes.MinRead+1))) // hint is -1 when unknown
	n, err := io.Copy(&buf, io.LimitReader(content, max+1))
	if n > max {
		return buf.Bytes()[:max], true, nil
	}
	if wire.cut && (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) {
		return buf.Bytes(), true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading: %w", err)
	}
	return buf.Bytes(), false, nil
}

// unasked returns a content coding the body has although only gzip was asked for.
func unasked(h http.Header) string {
	for coding := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
		case "", "identity", "none", "gzip", "x-gzip", "utf-8":
		default:
			return coding
		}
	}
	return ""
}

// capped ends after left bytes like io.LimitedReader and remembers whether
// there would have been more.
type capped struct {
	r    io.Reader
	left int64
	cut  bool
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		var one [1]byte
		n, err := io.ReadFull(c.r, one[:])
		if n > 0 {
			c.cut = true
			return 0, io.EOF
		}
		return 0, err
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// drain reads the rest of a body nobody wants, if it is short, so that the connection is
// kept; an error only means that it isn't.
func drain(r io.Reader) { _, _ = io.CopyN(io.Discard, r, maxDrain) }
