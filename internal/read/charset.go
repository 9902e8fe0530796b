package read

import (
	"bytes"
	"encoding/binary"
	"mime"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// decode returns b as UTF-8. What says most about the encoding is asked first: a byte order mark, the zero bytes of UTF-16
// and UTF-32, the escapes of ISO-2022-JP, being valid UTF-8. Only then do the declarations count, in the document and in
// the header, and they are outvoted where the content reads clearly better otherwise (see guess).
func decode(b []byte, contentType string) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")):
		return decodeUTF32(b[4:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return decodeUTF32(b[4:], binary.BigEndian)
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return decodeUTF16(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decodeUTF16(b[2:], binary.BigEndian)
	}
	if s, ok := decodeWide(b); ok {
		return s
	}
	valid := utf8.Valid(b)
	if bytes.IndexByte(b, 0x1b) >= 0 && (bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@"))) && !highBytes(b) {
		return decodeWith(japanese.ISO2022JP, b)
	}
	if valid && !bytes.Contains(b, []byte("~{")) {
		return string(b)
	}
	inside, outside := declaredCharsets(b, contentType)
	if valid {
		if isHZ(inside) || isHZ(outside) {
			return decodeWith(simplifiedchinese.HZGB2312, b)
		}
		return string(b)
	}
	good, bad := countUTF8(b)
	if good > 2 && good >= 4*bad {
		return mendUTF8(b)
	}
	e, latin := guess(b, inside, outside)
	if latin && good > 0 && good >= bad {
		return mendUTF8(b)
	}
	return decodeWith(e, b)
}

func decodeWith(e encoding.Encoding, b []byte) string {
	s, err := e.NewDecoder().Bytes(b)
	if err != nil { // decoders of x/text replace what they can't read; an error means that even that failed
		return mendUTF8(b)
	}
	return string(s)
}

func isHZ(name string) bool {
	return strings.EqualFold(name, "hz-gb-2312") || strings.EqualFold(name, "hz")
}

func highBytes(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

var (
	xmlEncoding  = regexp.MustCompile(`(?i)<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([a-z0-9_:.\-]{1,40})`)
	metaEncoding = regexp.MustCompile(`(?i)<meta[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_:.\-]{1,40})`)
	headCharset  = regexp.MustCompile(`(?i)charset\s*[=:]\s*["']?\s*([a-z0-9_:.\-]{1,40})`)
)

// declaredCharsets returns the encodings that a document and its Content-Type header name, "" where they name none.
func declaredCharsets(b []byte, contentType string) (inside, outside string) {
	head := b[:min(len(b), 4096)]
	if m := xmlEncoding.FindSubmatch(head); m != nil {
		inside = string(m[1])
	} else if m := metaEncoding.FindSubmatch(head); m != nil {
		inside = string(m[1])
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		outside = strings.Trim(params["charset"], `'" `)
	} else if m := headCharset.FindStringSubmatch(contentType); m != nil {
		outside = m[1]
	}
	return inside, outside
}

// named returns the encoding that a label stands for in the WHATWG Encoding Standard, nil for UTF-8, UTF-16 and unknown ones:
// what these would mean has been tried by then.
func named(label string) (encoding.Encoding, string) {
	switch strings.ToLower(label) {
	case "cp949", "uhc", "ms949", "x-windows-949":
		label = "euc-kr"
	case "cp936", "ms936", "gb_2312", "euc-cn":
		label = "gbk"
	case "cp932", "ms932":
		label = "shift_jis"
	case "cp950", "big5-hkscs":
		label = "big5"
	}
	e, name := charset.Lookup(label)
	if e == nil || name == "utf-8" || strings.HasPrefix(name, "utf-16") || name == "replacement" || name == "x-user-defined" {
		return nil, ""
	}
	return e, name
}

// decodeWide finds UTF-16 and UTF-32 without a mark: the markup alone makes a good part of their bytes zero.
func decodeWide(b []byte) (string, bool) {
	head := b[:min(len(b), 4096)&^3]
	if len(head) < 8 || bytes.IndexByte(head, 0) < 0 {
		return "", false
	}
	var zero [4]int
	for i, c := range head {
		if c == 0 {
			zero[i&3]++
		}
	}
	n := len(head) / 4
	many, few := n*15/100, n/25
	switch {
	case zero[3] > n*9/10 && zero[2] > n*9/10 && zero[0] <= few:
		return decodeUTF32(b, binary.LittleEndian), true
	case zero[0] > n*9/10 && zero[1] > n*9/10 && zero[3] <= few:
		return decodeUTF32(b, binary.BigEndian), true
	case zero[1] >= many && zero[3] >= many && zero[0] <= few && zero[2] <= few:
		return decodeUTF16(b, binary.LittleEndian), true
	case zero[0] >= many && zero[2] >= many && zero[1] <= few && zero[3] <= few:
		return decodeUTF16(b, binary.BigEndian), true
	}
	return "", false
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	out := make([]byte, 0, len(b))
	for len(b) >= 2 {
		r := rune(order.Uint16(b))
		b = b[2:]
		if utf16.IsSurrogate(r) {
			if len(b) < 2 {
				r = utf8.RuneError
			} else if pair := utf16.DecodeRune(r, rune(order.Uint16(b))); pair != utf8.RuneError {
				r, b = pair, b[2:]
			} else {
				r = utf8.RuneError
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

func decodeUTF32(b []byte, order binary.ByteOrder) string {
	out := make([]byte, 0, len(b)/2)
	for ; len(b) >= 4; b = b[4:] {
		r := utf8.RuneError
		if v := order.Uint32(b); v <= utf8.MaxRune {
			r = rune(v)
		}
		out = utf8.AppendRune(out, r) // surrogates become U+FFFD
	}
	return string(out)
}

// countUTF8 counts the characters beyond ASCII that b has as UTF-8, and the bytes that can't be. There are few of these when a text was
// cut inside a character or a line pasted from elsewhere. In other encodings a sequence that happens to be valid UTF-8 is the
// exception, in those of Latin script a rare one.
func countUTF8(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good, bad
}

// mendUTF8 replaces the invalid bytes of nearly valid UTF-8 by what they are in windows-1252.
func mendUTF8(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + 16)
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			s.WriteByte(b[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			s.WriteRune(r)
		case i+3 >= len(b) || b[i] >= 0xe0 && b[i+1]&0xc0 == 0x80:
			s.WriteRune(utf8.RuneError) // a character cut short
			for i+n < len(b) && b[i+n]&0xc0 == 0x80 {
				n++
			}
		default:
			s.WriteRune(charmap.Windows1252.DecodeByte(b[i]))
		}
		i += n
	}
	return s.String()
}
