package discordsim_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"newsbrief/internal/discordsim"
)

// TestManyAtOnce is for the race detector: what is handed out must not change
// while it is read.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	s, _ := w.connect(nil)
	ch := w.channel("general")
	const people, each = 6, 25
	var tasks sync.WaitGroup
	for i := range people {
		tasks.Go(func() {
			for j := range each {
				m, err := w.sim.Say(ch, "", fmt.Sprint(i, "-", j))
				if err != nil {
					t.Error(err)
					return
				}
				own := w.do("POST", "/channels/"+ch+"/messages", fmt.Sprintf(`{"flags":32768,"components":[{"type":10,"content":"%d %d"}]}`, i, j))
				if own.status == 200 {
					w.do("PATCH", "/channels/"+ch+"/messages/"+own.id(), `{"components":[{"type":10,"content":"edited"}]}`)
				}
				list, err := w.sim.Messages(ch, "")
				if err != nil || len(list) == 0 {
					t.Errorf("%d messages, %v", len(list), err)
				}
				for _, v := range []any{m, list, w.sim.State(), w.sim.Requests()} {
					if _, err := json.Marshal(v); err != nil {
						t.Error(err)
					}
				}
				if err := w.sim.SetBotPermissions(w.guild(), "", 1<<6, 0); err != nil {
					t.Error(err)
				}
				if err := w.sim.CloseDMs(w.person(), j%2 == 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { tasks.Wait(); close(done) }()
	said, last := 0, 0.0
	for said < people*each {
		p := s.next()
		if p.S != nil && *p.S != last+1 && last != 0 {
			t.Fatalf("event %v came after %v", *p.S, last)
		}
		last = s.seq
		if p.T == "MESSAGE_CREATE" && p.get("author", "username") == "you" {
			said++
		}
	}
	<-done
}
