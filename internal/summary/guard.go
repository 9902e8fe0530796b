package summary

import (
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	failuresToRest = 3 // in a row, before the endpoint is left alone
	minRest        = time.Minute
	maxRest        = time.Hour
)

// guard says when an endpoint may be asked: within the hour's budget, and not while it fails. After failuresToRest failures in a row it is
// left alone for minRest, then asked by one request at a time; each further failure doubles the rest.
type guard struct {
	log     *slog.Logger
	now     func() time.Time
	perHour int

	mu       sync.Mutex
	asked    []time.Time // the requests of the last hour
	failures int         // in a row
	rests    time.Time   // until then it is left alone
	told     bool        // the log knows that it is
	trying   bool        // a request is out that shows whether it works again
}

// enter asks for a request. Who asks aside leaves half of the budget to others. Without an error leave must follow.
func (g *guard) enter(aside bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if now.Before(g.rests) || g.failures >= failuresToRest && g.trying {
		return errResting
	}
	for len(g.asked) > 0 && now.Sub(g.asked[0]) >= time.Hour {
		g.asked = g.asked[1:]
	}
	budget := g.perHour
	if aside {
		budget = (budget + 1) / 2
	}
	if len(g.asked) >= budget {
		return errBudget
	}
	g.asked = append(g.asked, now)
	g.trying = true
	return nil
}

// leave tells how a request ended; it says nothing about the endpoint unless it was answered or failed.
func (g *guard) leave(err error, ended bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trying = false
	if !ended {
		return
	}
	if err == nil {
		if g.told {
			g.log.Info("the summary model answers again")
		}
		g.failures, g.told = 0, false
		return
	}
	g.failures++
	var r *refusal
	rest := time.Duration(0)
	if errors.As(err, &r) {
		if rest = r.after; r.lasting() {
			g.failures = max(g.failures, failuresToRest)
		}
	}
	if over := g.failures - failuresToRest; over >= 0 {
		rest = max(rest, min(minRest<<min(over, 10), maxRest))
	}
	until := g.now().Add(rest)
	if rest == 0 || !until.After(g.rests) {
		return
	}
	g.rests = until
	if !g.told {
		g.log.Warn("the summary model is left alone for a while; briefs are made of the sources' sentences", "err", err, "until", until)
		g.told = true
	}
}
