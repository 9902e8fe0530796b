package story

import "time"

// eventIndex finds stories of the same event in other languages.
type eventIndex struct {
	posts map[string][]*story
	n     int
}

func newEventIndex() *eventIndex { return &eventIndex{posts: map[string][]*story{}} }

func (x *eventIndex) add(s *story, a analysis) {}
func (x *eventIndex) remove(s *story)          {}
func (x *eventIndex) sweep()                   {}
func (x *eventIndex) nearest(a analysis, open func(*story, time.Time) bool) (*story, []string) {
	return nil, nil
}
func concepts(d Doc, lang string) []concept                { return nil }
func commonness(term, surface, lang string) float64        { return 0 }
func calendarWord(folded, lang string) bool                { return false }
