package story

import (
	"fmt"
	"strconv"
	"strings"

	"newsbrief/internal/text"
)

// month is the name of a month where it stands in a text.
type month struct{ number, start, end int }

var months = map[string]int{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12}

const (
	dateWeight = 1.5
	nearDate   = 0.3 // of the article's own days, which many give
	dateGap    = 6   // bytes between the day and the month: "5 de mayo", "1er mai"
)

// dates takes the days of a month that the text gives, whichever way its language writes them.
func (c *conceptReader) dates(s string, numbers []text.Number, named []month, title bool) {
	take := func(month, day, start, end int) {
		if day < 1 || day > 31 || month < 1 || month > 12 {
			return
		}
		weight := dateWeight
		for d := -2; d <= 1; d++ {
			if at := c.when.AddDate(0, 0, d); int(at.Month()) == month && at.Day() == day {
				weight = nearDate
			}
		}
		c.tie(fmt.Sprintf("date %d-%d", month, day), s[start:end], weight, title)
	}
	for i, n := range numbers {
		value, err := strconv.Atoi(n.Value)
		if err != nil {
			continue
		}
		if n.Unit == "month" && i+1 < len(numbers) && numbers[i+1].Unit == "day" && strings.TrimSpace(s[n.End:numbers[i+1].Start]) == "" {
			if day, err := strconv.Atoi(numbers[i+1].Value); err == nil {
				take(value, day, n.Start, numbers[i+1].End)
			}
		}
		for _, m := range named {
			switch {
			case m.start >= n.End && m.start-n.End <= dateGap:
				take(m.number, value, n.Start, m.end)
			case n.Start >= m.end && n.Start-m.end <= 1:
				take(m.number, value, m.start, n.End)
			}
		}
	}
}
