package bolt

import (
	"sync"
	"time"

	"newsbrief/internal/news"
)

// looks are the leases of the feeds that are being looked at. They are kept in memory, because none outlives the process: so a
// claim writes nothing. A transaction that goes by them begins while mu is held: then it sees a feed whose lease is gone as its look
// has left it.
type looks struct {
	mu     sync.Mutex
	last   uint64 // token; it begins above those of all processes before
	leases map[news.FeedID]look
}

type look struct {
	lease
	ending bool // what came of the look is being stored
}

// begin gives a feed a new lease. mu is held.
func (l *looks) begin(feed news.FeedID, until time.Time) (token uint64) {
	l.last++
	l.leases[feed] = look{lease: lease{l.last, until}}
	return l.last
}

// end reports whether the token is good for storing what came of the look, once: ended has to follow.
func (l *looks) end(feed news.FeedID, token uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	held, ok := l.leases[feed]
	if held.token != token || held.ending {
		return false
	}
	if ok {
		held.ending = true
		l.leases[feed] = held
	}
	return true
}

// ended ends the lease when all was stored; else it goes on as it was.
func (l *looks) ended(feed news.FeedID, token uint64, stored bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held, ok := l.leases[feed]
	if !ok || held.token != token {
		return
	}
	if stored {
		delete(l.leases, feed)
		return
	}
	held.ending = false
	l.leases[feed] = held
}
