package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	_ "image/gif" // so that DecodeConfig knows them
	_ "image/jpeg"
	_ "image/png"
	"slices"
	"sync"
	"time"

	_ "golang.org/x/image/webp"
	"golang.org/x/sync/errgroup"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
)

const (
	// acceptPicture are the kinds of pictures that can be judged here and are shown by Discord. A drawing (SVG) is a logo or a chart.
	acceptPicture = "image/jpeg, image/png, image/webp, image/gif;q=0.5"
	// pictureHead is how many bytes of a picture are asked for: before its size stand a thumbnail and a colour profile at most.
	pictureHead = 64 << 10
	// picturesAtOnce is how many pictures of one feed are asked for at a time; fetch keeps the pace of each host below that.
	picturesAtOnce = chunk
	// shortSide is the least number of pixels of a lead picture's shorter side: what is smaller is an icon or an author's portrait.
	shortSide = 200
	// maxRatio is how many times its shorter side a lead picture's longer one is at most: what is longer is a banner or a divider.
	maxRatio = 3
	// usual is how many articles a feed shows with one picture before that is taken for its own, not theirs.
	usual = 2
)

// pictureTime is how long the pictures of one look may hold up its articles, however many there are. It is shorter in tests.
var pictureTime = 4 * time.Second

// pictures takes from articles of one look the pictures that are not known to be lead pictures: those that were not looked at, since
// their article is posted nowhere or it is late, and those that turn out to be something else or can't be had. Only the head of a
// picture is fetched. Whether by http or https makes no difference: Discord fetches pictures itself and shows its own copy. What is
// returned tells whether it is too late now for the pictures of the look's other articles.
func (p *Pipeline) pictures(ctx context.Context, feed news.Feed, articles []news.Article, late bool) bool {
	if !slices.ContainsFunc(articles, func(a news.Article) bool { return a.Image != "" }) {
		return late
	}
	now := p.o.Now()
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	wanted := p.illustrated(ctx, feed, articles, now)
	group := errgroup.Group{}
	group.SetLimit(picturesAtOnce)
	for i := range articles {
		a := &articles[i]
		if a.Image == "" {
			continue
		}
		address, alt := a.Image, a.ImageAlt
		a.Image, a.ImageAlt = "", ""
		before := p.album.add(feed.ID, address, now)
		if late || !wanted[i] {
			continue
		}
		group.Go(func() (err error) {
			defer survive(&err, p.o.Logger)
			if before >= usual {
				err = errors.New("its feed shows it with many articles")
			} else {
				err = p.leads(ctx, address)
			}
			if err != nil {
				p.o.Logger.Debug("an article goes without its picture", "article", fetch.RedactURL(a.URL), "picture", fetch.RedactURL(address), "err", err)
				return nil
			}
			a.Image, a.ImageAlt = address, alt
			return nil
		})
	}
	_ = group.Wait() // what panicked is in the log, and no picture
	return late || ctx.Err() != nil
}

// illustrated tells which of the articles may be posted with their pictures: those that fit a topic that is subscribed where their feed
// is followed for more than titles. Their stories may have topics of other tellings besides; those bring pictures themselves.
func (p *Pipeline) illustrated(ctx context.Context, feed news.Feed, articles []news.Article, now time.Time) []bool {
	may := make([]bool, len(articles))
	audience, routes, err := p.listeners(ctx)
	if err != nil {
		p.o.Logger.Warn("the subscriptions can't be read; articles go without their pictures", "feed", feed.ID, "err", err)
		return may
	}
	for i, a := range articles {
		if a.Image == "" || !isNews(feed, a, now) {
			continue
		}
		for _, m := range p.o.Topics.Match(topicDoc(a)) {
			may[i] = may[i] || slices.ContainsFunc(routes[m.Topic], func(s *news.Subscription) bool {
				return s.Rests == "" && audience.Follows(s.Guild, feed.ID) && audience.Choices[s.Guild][feed.ID] != news.Titles
			})
		}
	}
	return may
}

// listeners are the audience and its routes as they are now, for who doesn't hold publishing. They are not changed later but replaced.
func (p *Pipeline) listeners(ctx context.Context) (*news.Audience, map[news.TopicID][]*news.Subscription, error) {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	err := p.listen(ctx)
	return p.audience, p.routes, err
}

// leads returns an error unless the picture at the address can be a lead picture.
func (p *Pipeline) leads(ctx context.Context, address string) error {
	resp, err := p.o.Fetch.Get(ctx, fetch.Request{URL: address, Accept: acceptPicture, MaxBytes: pictureHead, Head: true})
	if err != nil {
		return err
	}
	return examine(resp.Body)
}

// examine judges a picture by its first bytes.
func examine(head []byte) error {
	config, format, err := image.DecodeConfig(bytes.NewReader(head))
	if err != nil {
		return fmt.Errorf("read a picture: %w", err)
	}
	if moves(head, format) {
		return errors.New("the picture is animated")
	}
	if short, long := min(config.Width, config.Height), max(config.Width, config.Height); short < shortSide || long > maxRatio*short {
		return fmt.Errorf("no lead picture has %d × %d pixels", config.Width, config.Height)
	}
	return nil
}

// moves reports whether the beginning of a picture says that it is animated.
func moves(head []byte, format string) bool {
	switch format {
	case "gif": // the extension that makes it loop, or a second frame's control block (GIF89a, 23)
		return bytes.Contains(head, []byte("NETSCAPE2.0")) || bytes.Count(head, []byte{0x21, 0xf9, 0x04}) > 1
	case "png": // the chunk that makes it an APNG stands before the first one of data (PNG, third edition, 11.3.6.1)
		before, _, _ := bytes.Cut(head, []byte("IDAT"))
		return bytes.Contains(before, []byte("acTL"))
	case "webp": // a flag of the extended format (RFC 9649, 2.7)
		return len(head) > 20 && string(head[12:16]) == "VP8X" && head[20]&0x02 != 0
	}
	return false
}

// album counts with how many articles each feed showed a picture lately: between window and twice that.
type album struct {
	mu          sync.Mutex
	since       time.Time
	now, before map[uint64]uint8
}

// add counts an article and returns how many there were before.
func (b *album) add(feed news.FeedID, address string, at time.Time) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", feed, address)
	key := h.Sum64()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now == nil || at.Sub(b.since) > window {
		b.before, b.now, b.since = b.now, map[uint64]uint8{}, at
	}
	n := b.now[key]
	if n < usual {
		b.now[key]++
	}
	return int(n) + int(b.before[key])
}
