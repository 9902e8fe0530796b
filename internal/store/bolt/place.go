package bolt

import (
	"time"

	"newsbrief/internal/news"
)

// place is where deliveries go, with the lease of the one claim that is out.
type place struct {
	turn time.Time // when its next claim can be handed out, zero when nothing is owed
	lease
}

// lanes are the indexes of turns, in the order in which claims are handed out: channels are not to wait for direct messages.
var lanes = []string{"turns", "direct_turns"}

// turns is the index that a place's turn is in.
func turns(at string) string {
	if news.ChannelID(at).Direct() {
		return lanes[1]
	}
	return lanes[0]
}

func (t tx) place(at string) place {
	v := t.in("places").Get([]byte(at))
	if v == nil {
		return place{}
	}
	return place{toMoment(v), lease{toNumber(v[8:]), toMoment(v[16:])}}
}

// settle gives a place its lease, the zero one for none, and works out its turn: the end of the lease, or when the first in its
// queue is due. What stands behind the first waits for it: that keeps the order.
func (t tx) settle(at string, l lease) error {
	was := t.place(at)
	turn := time.Time{}
	for _, due := range t.prefixed("queue", text(at)) {
		turn = toMoment(due)
		break
	}
	if !turn.IsZero() && l.token != 0 {
		turn = l.until
	}
	if !turn.Equal(was.turn) {
		if !was.turn.IsZero() {
			if err := t.drop(turns(at), key(moment(was.turn), []byte(at))); err != nil {
				return err
			}
		}
		if !turn.IsZero() {
			if err := t.set(turns(at), key(moment(turn), []byte(at)), nil); err != nil {
				return err
			}
		}
	}
	if turn.IsZero() && l.token == 0 {
		return t.drop("places", []byte(at))
	}
	return t.set("places", []byte(at), key(moment(turn), number(l.token), moment(l.until)))
}
