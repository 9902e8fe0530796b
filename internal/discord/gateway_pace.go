package discord

import (
	"errors"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"newsbrief/internal/news"
)

// gatewayPace is how patient the supervisor is and how often it tries.
type gatewayPace struct {
	Ready                 time.Duration // a connection that isn't ready after so long is given up
	Stable                time.Duration // one that stays for so long lets everything before be forgotten
	Retry, RetryMax       time.Duration // between two connections, doubling
	Identify, IdentifyMax time.Duration // between two IDENTIFYs, doubling; one each 5 s is allowed, 1,000 a day
	Resumes               int           // attempts to resume before a new session is started
}

// defaultPace gives in the worst storm six IDENTIFYs in the first three minutes and one in two minutes from then on: 720 a day.
var defaultPace = gatewayPace{
	Ready:  30 * time.Second,
	Stable: 5 * time.Minute,
	Retry:  time.Second, RetryMax: time.Minute,
	Identify: 5 * time.Second, IdentifyMax: 2 * time.Minute,
	Resumes: 6,
}

// gatewayRecord counts what happened since the last stable connection.
type gatewayRecord struct {
	started    bool // there has been a session
	ends       int  // connections that ended or didn't come about
	identifies int
	resumes    int // failed in a row
}

// outcome is what became of a connection.
type outcome struct{ resume, identified, ready, stable bool }

func (r *gatewayRecord) add(o outcome) {
	if o.stable {
		*r = gatewayRecord{}
	}
	r.started = r.started || o.ready
	r.ends++
	if o.identified && !o.stable {
		r.identifies++
	}
	r.resumes++
	if o.ready || !o.resume {
		r.resumes = 0
	}
}

// retry is the wait before a connection: none after a stable one.
func (p gatewayPace) retry(r gatewayRecord, random float64) time.Duration {
	return spread(doubled(p.Retry, p.RetryMax, r.ends-2), random)
}

// identify is the wait before an IDENTIFY. After a lost session Discord wants a random time between 1 and 5 seconds
// (https://docs.discord.com/developers/events/gateway#resuming).
func (p gatewayPace) identify(r gatewayRecord, random float64) time.Duration {
	wait := p.retry(r, random)
	if r.identifies > 0 {
		return max(wait, spread(doubled(p.Identify, p.IdentifyMax, r.identifies-1), random))
	}
	if r.started {
		return max(wait, p.Retry+time.Duration(random*float64(p.Identify-p.Retry)))
	}
	return wait
}

// doubled is first, doubled n times, at most limit; nothing when n is negative.
func doubled(first, limit time.Duration, n int) time.Duration {
	if n < 0 {
		return 0
	}
	for ; n > 0 && first < limit; n-- {
		first *= 2
	}
	return min(first, limit)
}

// spread lengthens a wait by up to a quarter, so that many bots don't come back at the same moment.
func spread(d time.Duration, random float64) time.Duration {
	return d + time.Duration(random*float64(d)/4)
}

// resumable tells whether the session outlives a connection that ended so.
func (g *gateway) resumable(err error) bool {
	var closed *websocket.CloseError
	if errors.As(err, &closed) && slices.Contains(sessionCloses, closed.Code) {
		return false
	}
	return (!errors.Is(err, errInvalid) || errors.Is(err, errInvalidOnce)) && g.record.resumes < g.Pace.Resumes
}

// sessionCloses are the close codes after which a new session is to be started: not authenticated, invalid sequence, session
// timed out (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
var sessionCloses = []int{4003, 4007, 4009}

// fatalCloses are those after which Discord says not to reconnect.
var fatalCloses = map[int]string{
	4004: "Discord refuses the bot token: copy it again from the Bot page of https://discord.com/developers/applications into DISCORD_TOKEN.",
	4010: "Discord refuses the shard (close code 4010): this is a fault in newsbrief, please report it.",
	4011: "The bot is in more servers than one connection may serve: Discord asks for sharding, which newsbrief doesn't do; remove the bot from some servers.",
	4012: "Discord no longer serves version 10 of its gateway: install a newer newsbrief.",
	4013: "Discord doesn't know the intents asked for: install a newer newsbrief.",
	4014: "Discord doesn't allow the intents asked for: switch them on under Privileged Gateway Intents on the Bot page of https://discord.com/developers/applications.",
}

// readable gives a fatal close its sentence.
func readable(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) && fatalCloses[closed.Code] != "" {
		return &news.UserError{Sentence: fatalCloses[closed.Code], Err: err}
	}
	return err
}
