package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

func key(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func number[N ~uint64](n N) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func toNumber(b []byte) uint64 {
	if len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// moment is a time as a key. Times before 1970 are the beginning.
func moment(t time.Time) []byte {
	if t.IsZero() || t.Unix() < 0 {
		return make([]byte, 8)
	}
	return number(uint64(t.UnixNano()))
}

func toMoment(b []byte) time.Time {
	if n := toNumber(b); n != 0 {
		return time.Unix(0, int64(n)).UTC()
	}
	return time.Time{}
}

// text is a string that is followed by another part of the key.
func text[S ~string](s S) []byte { return append([]byte(s), 0) }

// cutText is the string at the beginning of a key, and what follows it.
func cutText(k []byte) (string, []byte) {
	before, after, _ := bytes.Cut(k, []byte{0})
	return string(before), after
}

// digest stands for a string of any length.
func digest(s []byte) []byte {
	sum := sha256.Sum256(s)
	return sum[:16]
}
