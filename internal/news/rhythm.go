package news

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Rhythm is what the looks at a feed told of its habits: how much news came by hour of the day and by day of the week (UTC). News
// at Base counts 1 and later news more, so that the older fades beside it without being touched.
type Rhythm struct {
	Since time.Time // the look it begins with; what that one brought may be of any time and is not counted
	Base  time.Time
	Hours [24]Weight
	Days  [7]Weight // by time.Weekday
}

// RhythmFades is how long it takes until news counts half in a Rhythm.
const RhythmFades = 7 * 24 * time.Hour

const rhythmBytes = 2*8 + (24+7)*2

// MarshalText writes 104 characters; a rhythm is part of a row that is written after each look.
func (r Rhythm) MarshalText() ([]byte, error) {
	b := make([]byte, 0, rhythmBytes)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Since.UnixMilli()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Base.UnixMilli()))
	for _, w := range r.Hours {
		b = binary.BigEndian.AppendUint16(b, uint16(w))
	}
	for _, w := range r.Days {
		b = binary.BigEndian.AppendUint16(b, uint16(w))
	}
	return base64.RawStdEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText wrote; times come back in UTC, cut to milliseconds.
func (r *Rhythm) UnmarshalText(text []byte) error {
	b, err := base64.RawStdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("read a rhythm: %w", err)
	}
	if len(b) != rhythmBytes {
		return fmt.Errorf("read a rhythm: %d bytes, want %d", len(b), rhythmBytes)
	}
	moment := func() time.Time {
		at := time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC()
		b = b[8:]
		return at
	}
	weight := func() Weight {
		w := Weight(binary.BigEndian.Uint16(b))
		b = b[2:]
		return w
	}
	r.Since, r.Base = moment(), moment()
	for i := range r.Hours {
		r.Hours[i] = weight()
	}
	for i := range r.Days {
		r.Days[i] = weight()
	}
	return nil
}

// Weight is a number of at least 0 to within a 256th of it, in two bytes: the upper half of a float32.
type Weight uint16

// WeightOf returns the weight nearest to x.
func WeightOf(x float64) Weight { return Weight((math.Float32bits(float32(x)) + 1<<15) >> 16) }

// Float is the weight's value.
func (w Weight) Float() float64 { return float64(math.Float32frombits(uint32(w) << 16)) }
