package discordsim

import (
	"strconv"
	"time"
)

// discordEpoch is the first millisecond of 2015 (developers/reference, Snowflakes).
const discordEpoch = 1420070400000

// snowflakes hands out ids that grow, also within one millisecond and when the
// clock steps back.
type snowflakes struct{ last uint64 }

func (g *snowflakes) next(now time.Time) string {
	id := snowflakeAt(now)
	if id <= g.last {
		id = g.last + 1
	}
	g.last = id
	return strconv.FormatUint(id, 10)
}

func snowflakeAt(t time.Time) uint64 {
	return uint64(t.UnixMilli()-discordEpoch) << 22
}

// snowflake reads an id; the zero id and anything that isn't a number is refused.
func snowflake(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > 0
}

// olderID reports whether id a was made before id b. Unreadable ids count as 0.
func olderID(a, b string) bool {
	x, _ := strconv.ParseUint(a, 10, 64)
	y, _ := strconv.ParseUint(b, 10, 64)
	return x < y
}
