package pipeline

import (
	"context"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
)

// Schedule is schedule, for simulations of more looks than a pipeline can make in a test.
func Schedule(feed news.Feed, brought int, asked time.Duration, now time.Time, min, max time.Duration, random uint32) news.Feed {
	return schedule(feed, brought, asked, now, polling{min, max, random})
}

// Failed is failed, likewise.
func Failed(feed news.Feed, err error, now time.Time, min, max time.Duration, random uint32) news.Feed {
	return failed(feed, err, now, polling{min, max, random})
}

// CallbackPath is callbackPath.
func CallbackPath(push news.Push) string { return callbackPath(push) }

// Offered is offered.
func Offered(resp *fetch.Response, doc *read.Document) (hubs []string, topic string) {
	o := offered(resp, doc)
	return o.hubs, o.topic
}

// Entries is entries, for those who want no stories.
func (p *Pipeline) Entries(ctx context.Context, feed news.Feed, items *read.Items) (doc *read.Document, fresh []int, err error) {
	doc, fresh, _, err = p.entries(ctx, feed, items)
	return doc, fresh, err
}

// SetLookTime makes looks shorter until back is called. No pipeline may run meanwhile.
func SetLookTime(d time.Duration) (back func()) {
	was := lookTime
	lookTime = d
	return func() { lookTime = was }
}

// SetPictureTime makes the time that a look has for pictures shorter until back is called. No pipeline may run meanwhile.
func SetPictureTime(d time.Duration) (back func()) {
	was := pictureTime
	pictureTime = d
	return func() { pictureTime = was }
}
