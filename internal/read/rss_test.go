package read_test

import (
	"testing"
	"time"

	"newsbrief/internal/read"
)

// What a channel asks of those who poll it is read, and nothing is made of what makes no sense.
func TestPolling(t *testing.T) {
	for _, tt := range []struct {
		name, channel string
		ttl           time.Duration
		hours         uint32
		days          uint8
	}{
		{"nothing", "", 0, 0, 0},
		{"all", "<ttl> 45 </ttl><skipHours><hour>0</hour><hour> 7</hour></skipHours><skipDays><day>Saturday</day><day>sunday</day></skipDays>", 45 * time.Minute, 1<<0 | 1<<7, 1<<time.Saturday | 1<<time.Sunday},
		{"midnight as in RSS 0.91", "<skipHours><hour>23</hour><hour>24</hour></skipHours>", 0, 1<<23 | 1<<0, 0},
		{"nonsense", "<ttl>soon</ttl><skipHours><hour>25</hour><hour>-1</hour><hour>noon</hour><hour/></skipHours><skipDays><day>Samstag</day><day/></skipDays>", 0, 0, 0},
		{"less than nothing", "<ttl>-5</ttl>", 0, 0, 0},
		{"a year", "<ttl>525600</ttl>", 7 * 24 * time.Hour, 0, 0},
		{"how often it changes", `<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>`, 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := read.Feed([]byte(`<rss version="2.0"><channel><title>Wire</title>`+tt.channel+`</channel></rss>`), read.FeedOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if d.TTL != tt.ttl || d.SkipHours != tt.hours || d.SkipDays != tt.days {
				t.Errorf("ttl %v, hours %b, days %b; want %v, %b, %b", d.TTL, d.SkipHours, d.SkipDays, tt.ttl, tt.hours, tt.days)
			}
		})
	}
}
