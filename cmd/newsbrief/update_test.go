package main

import (
	"strings"
	"testing"
	"time"
)

// TestStoryDevelops: a re-wording adds its source to the post and changes nothing else, a new toll is told as an update, what an outlet
// writes into its article is too, and a correction is shown as one.
func TestStoryDevelops(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, "general", "fire"), newPress(t)
	bot := w.bot()
	w.says("general", "topic create", map[string]any{"name": "ferry", "query": "ferry"}, "ferry")
	w.says("general", "subscribe", map[string]any{"topic": "ferry", "channel": w.id("fire")}, w.id("fire"))
	w.follow(p, "general", "Courier", "Herald", "Tribune")

	first := entry{title: "Twelve killed as ferry catches fire off Skarvik", text: "Twelve people died when the passenger ferry Nordlys caught fire off Skarvik early on Monday, the coast guard said. " +
		"The Nordlys was carrying about 240 passengers from Hamlet Island to the mainland. Flames broke out on the car deck, and fishing boats took people off the ship."}
	p.release("Courier", first)
	shows := func(what string, want ...string) (post string) {
		t.Helper()
		w.eventually(20*time.Second, what, func() bool {
			list := w.messages("fire")
			if len(list) != 1 {
				return false
			}
			post = list[0].Text()
			for _, s := range want {
				if !strings.Contains(post, s) {
					return false
				}
			}
			return true
		})
		return post
	}
	before := shows("the first telling is posted", "Twelve people died", "Courier")

	p.release("Herald", entry{title: "Fire on ferry off Skarvik leaves 12 dead", text: "A fire aboard the ferry Nordlys has left 12 people dead off the coast of Skarvik. " +
		"The vessel, on its way from Hamlet Island to the mainland with some 240 passengers, began to burn on its car deck on Monday morning, according to the coast guard. Fishing boats nearby rescued passengers."})
	again := shows("a re-wording adds its source", "Herald")
	if strings.Contains(again, "**Updated**") || strings.Contains(again, "The vessel, on its way") || !strings.Contains(again, "Twelve people died") {
		t.Errorf("a re-wording made of\n%s\nthis:\n%s", before, again)
	}

	p.release("Tribune", entry{title: "Ferry fire off Skarvik: death toll rises to 17", text: "The death toll from the fire aboard the ferry Nordlys off Skarvik has risen to 17, the coast guard said on Tuesday. " +
		"Divers recovered bodies from the car deck overnight. The Nordlys caught fire on its way to the mainland on Monday with about 240 passengers on board."})
	shows("a new toll is an update", "**Updated**", "has risen to 17", "Tribune")

	first.text += " The captain of the ferry was arrested on suspicion of negligence, prosecutors in Skarvik said on Tuesday."
	first.title = "Captain of ferry arrested after fire off Skarvik"
	p.edit("Courier", 0, first)
	shows("what is written into an article is an update", "**Updated**", "was arrested on suspicion")

	p.edit("Tribune", 0, entry{title: "Ferry fire off Skarvik: death toll rises to 16", text: "The death toll from the fire aboard the ferry Nordlys off Skarvik has risen to 16, the coast guard said on Tuesday. " +
		"Divers recovered bodies from the car deck overnight. The Nordlys caught fire on its way to the mainland on Monday with about 240 passengers on board. " +
		"Correction: An earlier version of this article wrongly put the number of dead at 17."})
	shows("a correction is shown as one", "**Correction**", "wrongly put the number of dead at 17")
	bot.stop()
}
