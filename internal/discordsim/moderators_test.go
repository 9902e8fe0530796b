package discordsim_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// TestModerator: a command for managers is offered to who got the role, and no longer when it was taken.
func TestModerator(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	w.must(http.MethodPut, "/applications/"+w.sim.ApplicationID()+"/commands", []any{map[string]any{"name": "settle", "description": "x", "default_member_permissions": "32"}})
	someone, err := w.sim.AddUser("someone", "ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, is := range []bool{false, true, false} {
		if err := w.sim.SetModerator(w.guild(), someone.ID, is); err != nil {
			t.Fatal(err)
		}
		i := discordsim.Slash(w.channel("general"), someone.ID, "settle", nil)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // there is no bot to answer
		_, err := w.sim.Invoke(ctx, i)
		cancel()
		if seen := err == nil || err.Error() != "someone doesn't see /settle: it is for members with other permissions"; seen != is {
			t.Errorf("moderator %v, but %v", is, err)
		}
	}
	if err := w.sim.SetModerator(w.guild(), w.sim.State().Bot.ID, true); err == nil {
		t.Error("the bot became a moderator")
	}
}
