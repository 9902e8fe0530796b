package bolt

import (
	"time"
)

// place is where deliveries go, with the lease of the one claim that is out.
type place struct {
	turn time.Time // when its next claim can be handed out, zero when nothing is owed
	lease
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
			if err := t.drop("turns", key(moment(was.turn), []byte(at))); err != nil {
				return err
			}
		}
		if !turn.IsZero() {
			if err := t.set("turns", key(moment(turn), []byte(at)), nil); err != nil {
				return err
			}
		}
	}
	if turn.IsZero() && l.token == 0 {
		return t.drop("places", []byte(at))
	}
	return t.set("places", []byte(at), key(moment(turn), number(l.token), moment(l.until)))
}
