package discord

import (
	"encoding/json"
	"strings"
	"testing"

	"newsbrief/internal/discordsim"
	"newsbrief/internal/news"
)

// TestRefusedPictures shows that a brief is posted and edited without a picture that Discord refuses.
func TestRefusedPictures(t *testing.T) {
	t.Parallel()
	sim, address := simulator(t, discordsim.Options{})
	b, channel := newBot(t, address, nil), sim.State().Guilds[0].Channels[0].ID
	refuse := func(times int) {
		t.Helper()
		sim.ClearFaults()
		if err := sim.Fault(discordsim.Fault{Kind: "media", Count: times}); err != nil {
			t.Fatal(err)
		}
	}
	pictured := func() bool {
		t.Helper()
		m := messages(t, sim, channel)
		if last := m[len(m)-1]; !strings.Contains(last.Text(), "Headline") || !strings.Contains(last.Text(), "It rained.") {
			t.Errorf("the message says %q", last.Text())
		} else {
			data, err := json.Marshal(last.Components)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Contains(string(data), "https://courier.example/rain.jpg")
		}
		return false
	}
	c := claim(channel, 1)
	c.Deliveries[0].Brief.Image = "https://courier.example/rain.jpg"

	refuse(1)
	in, id, err := b.Post(t.Context(), c)
	if err != nil || pictured() {
		t.Fatalf("posted with its picture %v, %v", pictured(), err)
	}
	d := c.Deliveries[0]
	d.PostedIn, d.Message = in, id
	if _, err := b.Edit(t.Context(), d); err != nil || !pictured() { // Discord takes it now
		t.Errorf("edited with its picture %v, %v", pictured(), err)
	}
	refuse(1)
	d.Brief.Headline = "Headline, again"
	if _, err := b.Edit(t.Context(), d); err != nil || pictured() {
		t.Errorf("edited with its picture %v, %v", pictured(), err)
	}
	if n := len(messages(t, sim, channel)); n != 1 {
		t.Errorf("the channel has %d messages, want 1", n)
	}

	// A refusal for another reason stays one, and what has no picture isn't sent twice.
	sim.ResetRequests()
	c = claim(channel, 2)
	c.Deliveries[0].ID = news.DeliveryID(strings.Repeat("x", 26)) // no nonce
	for image, requests := range map[string]int{"": 1, "https://courier.example/rain.jpg": 2} {
		c.Deliveries[0].Brief.Image = image
		before := len(sim.Requests().Requests)
		if _, _, err := b.Post(t.Context(), c); err == nil || !strings.Contains(err.Error(), "nonce") {
			t.Errorf("a message without a right nonce: %v", err)
		}
		if n := len(sim.Requests().Requests) - before; n != requests {
			t.Errorf("with the picture %q: %d requests, want %d", image, n, requests)
		}
	}
}
