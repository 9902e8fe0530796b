package storetest

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsbrief/internal/news"
)

var claimTests = map[string]func(*world){
	"a delivery from claim to message": func(w *world) {
		p := w.owe("c1")
		want := p.Deliveries[0]
		if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.Equal(w.now) {
			w.Fatalf("next at %v, %v", next, err)
		}
		c := w.claim()
		if c.Token == 0 || c.Digest != "" || !c.Until.Equal(w.now.Add(minute)) {
			w.Errorf("claim %+v", c)
		}
		want.Attempts = 1
		if diff := cmp.Diff([]news.Delivery{want}, c.Deliveries); diff != "" {
			w.Error(diff)
		}
		w.noClaim()
		if d := w.delivery(p, "c1"); !d.FirstTry.Equal(w.now) || d.Attempts != 1 {
			w.Errorf("stored first try %v, attempts %d", d.FirstTry, d.Attempts)
		}
		if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.Equal(c.Until) {
			w.Errorf("next at %v, %v; want the end of the lease", next, err)
		}
		w.pass(time.Second)
		w.ok(w.s.Posted(w.Context(), w.now, c, "c1", "m1"))
		d := w.delivery(p, "c1")
		if d.State != news.Posted || d.Message != "m1" || d.PostedIn != "c1" || d.PostedRevision != 1 || !d.PostedAt.Equal(w.now) {
			w.Errorf("%+v", d)
		}
		wantErr(w, w.s.Posted(w.Context(), w.now, c, "c1", "m2"), news.ErrLeaseLost)
		in, err := w.s.MessageDeliveries(w.Context(), "c1", "m1")
		w.ok(err)
		if len(in) != 1 || in[0].ID != d.ID || in[0].Brief.Headline == "" {
			w.Errorf("message m1 holds %+v", in)
		}
		_, err = w.s.MessageDeliveries(w.Context(), "c1", "m2")
		wantErr(w, err, news.ErrNotFound)
		w.pass(time.Hour)
		w.noClaim()
		if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.IsZero() {
			w.Errorf("next at %v, %v", next, err)
		}
		if w.stats().Waiting != 0 {
			w.Errorf("%d waiting", w.stats().Waiting)
		}
	},
	"one claim out for a channel, in order": func(w *world) {
		var want []news.StoryID
		for range 3 {
			want = append(want, w.owe("c1", "c2").Story.ID)
			w.pass(time.Second)
		}
		for _, story := range want {
			claims := w.claims(10)
			if len(claims) != 2 {
				w.Fatalf("%d claims, want one for each channel", len(claims))
			}
			w.noClaim()
			for _, c := range claims {
				if len(c.Deliveries) != 1 || c.Deliveries[0].Story != story {
					w.Fatalf("%s gets story %s, want %s", c.Deliveries[0].Channel, c.Deliveries[0].Story, story)
				}
				w.posted(c)
			}
		}
		w.noClaim()
	},
	"the oldest comes first, and no more than asked for": func(w *world) {
		for i := range 3 {
			w.owe(news.ChannelID(fmt.Sprintf("c%d", 9-i)))
			w.pass(time.Second)
		}
		for i := range 3 {
			claims := w.claims(1)
			if len(claims) != 1 || claims[0].Deliveries[0].Channel != news.ChannelID(fmt.Sprintf("c%d", 9-i)) {
				w.Fatalf("claim %d: %+v", i, claims)
			}
		}
		if claims := w.claims(0); len(claims) != 0 {
			w.Error("claims although none were asked for")
		}
	},
	"direct messages are a place of their own": func(w *world) {
		p := w.publication()
		for _, user := range []news.UserID{"u1", "u2"} {
			d := w.owed(p, "", time.Time{})
			d.Guild, d.User = news.OwnGuild(user), user
			d.ID = news.NewDeliveryID(p.Story.Event, d.Place())
			p.Deliveries = append(p.Deliveries, d)
		}
		w.publish(p)
		claims := w.claims(10)
		if len(claims) != 2 {
			w.Fatalf("%d claims, want 2", len(claims))
		}
		for _, c := range claims {
			w.ok(w.s.Posted(w.Context(), w.now, c, "dm-"+news.ChannelID(c.Deliveries[0].User), "m"))
		}
		if n, err := w.s.PostedSince(w.Context(), "@u1", w.now); err != nil || n != 1 {
			w.Errorf("%d posted to u1, %v", n, err)
		}
		if in, err := w.s.MessageDeliveries(w.Context(), "dm-u2", "m"); err != nil || len(in) != 1 || in[0].User != "u2" {
			w.Errorf("%+v, %v", in, err)
		}
	},
	"a lease that ended": func(w *world) {
		w.owe("c1")
		first := w.claim()
		w.pass(minute - time.Nanosecond)
		w.noClaim()
		w.pass(time.Nanosecond)
		second := w.claim()
		if d := second.Deliveries[0]; second.Token == first.Token || d.Attempts != 2 || !d.FirstTry.Equal(start) {
			w.Fatalf("second claim: token %d after %d, attempts %d, first try %v", second.Token, first.Token, d.Attempts, d.FirstTry)
		}
		later := w.now.Add(time.Hour)
		for name, err := range map[string]error{
			"Posted":   w.s.Posted(w.Context(), w.now, first, "c1", "m"),
			"Postpone": w.s.Postpone(w.Context(), w.now, first, later, "", true),
			"Fold":     w.s.Fold(w.Context(), w.now, first, later),
			"Refuse":   w.s.Refuse(w.Context(), w.now, first, "no", true),
		} {
			if wantErr(w, err, news.ErrLeaseLost); err == nil {
				w.Error(name)
			}
		}
		w.posted(second)
		w.noClaim()
	},
	"a lease that ended unnoticed still ends well": func(w *world) {
		w.owe("c1")
		c := w.claim()
		w.pass(time.Hour)
		w.posted(c)
		w.noClaim()
	},
	"postponed, it keeps its place in the order": func(w *world) {
		first := w.owe("c1")
		w.pass(time.Second)
		second := w.owe("c1")
		w.ok(w.s.Postpone(w.Context(), w.now, w.claim(), w.now.Add(minute), "Discord is busy.", false))
		w.noClaim()
		if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.Equal(w.now.Add(minute)) {
			w.Errorf("next at %v, %v", next, err)
		}
		d := w.delivery(first, "c1")
		if d.Problem != "Discord is busy." || !d.FirstTry.IsZero() || d.Attempts != 1 || !d.Due.Equal(w.now.Add(minute)) {
			w.Errorf("%+v", d)
		}
		w.pass(minute)
		c := w.claim()
		if c.Deliveries[0].Story != first.Story.ID || !c.Deliveries[0].FirstTry.IsZero() {
			w.Fatalf("%+v", c)
		}
		w.posted(c)
		if d := w.delivery(first, "c1"); d.Problem != "" {
			w.Errorf("problem %q after it was posted", d.Problem)
		}
		if c := w.claim(); c.Deliveries[0].Story != second.Story.ID {
			w.Errorf("then story %s, want %s", c.Deliveries[0].Story, second.Story.ID)
		}
	},
	"an attempt that may have been accepted is remembered": func(w *world) {
		p := w.owe("c1")
		w.ok(w.s.Postpone(w.Context(), w.now, w.claim(), w.now.Add(minute), "", true))
		w.pass(minute)
		c := w.claim()
		if !c.Deliveries[0].FirstTry.Equal(start) {
			w.Fatalf("first try %v, want %v", c.Deliveries[0].FirstTry, start)
		}
		w.ok(w.s.Postpone(w.Context(), w.now, c, w.now, "", false)) // this one was not, but the first may have been
		if c = w.claim(); !c.Deliveries[0].FirstTry.Equal(start) {
			w.Fatalf("first try %v, want %v", c.Deliveries[0].FirstTry, start)
		}
		_ = p
	},
	"refused": func(w *world) {
		sub, other := w.subscribe("climate", "c1"), w.subscribe("sport", "c2")
		p := w.publication()
		for _, s := range []news.Subscription{sub, other} {
			d := w.owed(p, s.Channel, time.Time{})
			d.Subscriptions = []news.SubscriptionID{s.ID}
			p.Deliveries = append(p.Deliveries, d)
		}
		w.publish(p)
		before := w.audience()
		for _, c := range w.claims(10) {
			w.ok(w.s.Refuse(w.Context(), w.now, c, "The bot may not write here.", c.Deliveries[0].Channel == "c1"))
		}
		for _, channel := range []news.ChannelID{"c1", "c2"} {
			if d := w.delivery(p, channel); d.State != news.Failed || d.Problem != "The bot may not write here." {
				w.Errorf("%+v", d)
			}
		}
		after := w.audience()
		if after.Version == before.Version {
			w.Error("the audience has the same version although a subscription rests")
		}
		for _, s := range after.Subscriptions {
			if rests := s.Rests != ""; rests != (s.ID == sub.ID) {
				w.Errorf("%s rests: %q", s.Topic, s.Rests)
			}
		}
		p.Deliveries[0].Brief.Headline = "New"
		w.publish(p)
		w.pass(time.Hour)
		w.noClaim() // what failed stays failed
		if d := w.delivery(p, "c1"); d.State != news.Failed || d.Brief.Headline != "New" || d.Revision != 2 {
			w.Errorf("%+v", d)
		}
		if again := w.subscribe("climate", "c1"); again.Rests != "" || again.ID != sub.ID {
			w.Errorf("subscribing anew gives %+v", again)
		}
	},
	"a brief that changes after it was posted is edited": func(w *world) {
		p := w.owe("c1")
		w.posted(w.claim())
		w.publish(p)
		w.noClaim() // it is the same
		if d := w.delivery(p, "c1"); d.Revision != 1 {
			w.Errorf("the same brief is revision %d", d.Revision)
		}
		posted := w.delivery(p, "c1")
		w.pass(time.Hour)
		p.Deliveries[0].Brief.Headline, p.Deliveries[0].Topics = "New", nil
		w.publish(p)
		c := w.claim()
		d := c.Deliveries[0]
		if d.State != news.Posted || d.Revision != 2 || d.PostedRevision != 1 || d.Brief.Headline != "New" || d.Message != posted.Message || len(d.Topics) != 0 || d.Attempts != 1 {
			w.Errorf("%+v", d)
		}
		p.Deliveries[0].Brief.Headline = "Newer"
		w.publish(p) // while the edit is on its way
		w.noClaim()
		w.ok(w.s.Posted(w.Context(), w.now, c, d.PostedIn, d.Message))
		c = w.claim()
		if c.Deliveries[0].Revision != 3 || c.Deliveries[0].PostedRevision != 2 {
			w.Errorf("%+v", c.Deliveries[0])
		}
		w.ok(w.s.Posted(w.Context(), w.now, c, d.PostedIn, d.Message))
		w.noClaim()
		if d := w.delivery(p, "c1"); !d.PostedAt.Equal(posted.PostedAt) {
			w.Errorf("posted at %v, want %v", d.PostedAt, posted.PostedAt)
		}
		if n, err := w.s.PostedSince(w.Context(), "c1", start); err != nil || n != 1 {
			w.Errorf("%d posts, %v; an edit is none", n, err)
		}
	},
	"the update that a message shows": func(w *world) {
		p := w.owe("c1")
		begin := w.now
		told := func(update, want time.Time) {
			w.Helper()
			if p.Deliveries[0].Brief.Update = nil; !update.IsZero() {
				p.Deliveries[0].Brief.Update = &news.Update{Article: 7, At: update}
			}
			w.publish(p)
			w.posted(w.claim())
			if d := w.delivery(p, "c1"); !d.Told.Equal(want) {
				w.Errorf("told %v, want %v", d.Told, want)
			}
		}
		told(time.Time{}, time.Time{})
		told(begin.Add(1), begin.Add(1))
		told(begin.Add(2), begin.Add(2))
		p.Deliveries[0].Brief.Headline = "New"
		w.publish(p)
		c := w.claim()
		p.Deliveries[0].Brief.Update = &news.Update{Article: 7, At: begin.Add(3)}
		w.publish(p) // while an edit is on its way
		w.ok(w.s.Posted(w.Context(), w.now, c, "c1", c.Deliveries[0].Message))
		if d := w.delivery(p, "c1"); !d.Told.Equal(begin.Add(2)) {
			w.Errorf("told %v, want %v", d.Told, begin.Add(2))
		}
	},
	"an edit holds up nothing, and a refused one fails nothing": func(w *world) {
		p := w.owe("c1")
		w.posted(w.claim())
		p.Deliveries[0].Brief.Headline = "New"
		w.publish(p)
		next := w.owe("c1")
		w.ok(w.s.Postpone(w.Context(), w.now, w.claim(), w.now.Add(minute), "busy", false))
		c := w.claim()
		if c.Deliveries[0].Story != next.Story.ID {
			w.Fatalf("%+v", c)
		}
		w.posted(c)
		w.pass(minute)
		c = w.claim()
		w.ok(w.s.Refuse(w.Context(), w.now, c, "The message was deleted.", false))
		if d := w.delivery(p, "c1"); d.State != news.Posted || d.Problem == "" {
			w.Errorf("%+v", d)
		}
		w.noClaim()
	},
	"a brief that changes while it waits goes out as it is": func(w *world) {
		p := w.owe("c1")
		p.Deliveries[0].Brief.Headline = "New"
		p.Deliveries[0].Subscriptions = []news.SubscriptionID{4}
		w.publish(p)
		c := w.claim()
		d := c.Deliveries[0]
		if d.Brief.Headline != "New" || d.Revision != 2 || len(d.Subscriptions) != 1 {
			w.Errorf("%+v", d)
		}
		p.Deliveries[0].Brief.Headline = "Newer"
		w.publish(p) // while it is being posted
		w.posted(c)
		if c = w.claim(); c.Deliveries[0].State != news.Posted || c.Deliveries[0].Brief.Headline != "Newer" {
			w.Errorf("%+v", c.Deliveries[0])
		}
		w.posted(c)
		w.noClaim()
	},
	"a brief that changes between a first and a second try is edited": func(w *world) {
		p := w.owe("c1")
		w.ok(w.s.Postpone(w.Context(), w.now, w.claim(), w.now, "", true))
		p.Deliveries[0].Brief.Headline = "New"
		w.publish(p)
		w.posted(w.claim()) // Discord may answer with the message of the first try, which holds the old brief
		if c := w.claim(); c.Deliveries[0].State != news.Posted || c.Deliveries[0].Brief.Headline != "New" {
			w.Errorf("%+v", c.Deliveries[0])
		}
	},
	"posts are counted by channel and time": func(w *world) {
		for range 3 {
			w.owe("c1", "c10")
			for _, c := range w.claims(10) {
				w.posted(c)
			}
			w.pass(minute)
		}
		for since, want := range map[time.Duration]int{0: 3, minute: 2, 2 * minute: 1, 3 * minute: 0} {
			if n, err := w.s.PostedSince(w.Context(), "c1", start.Add(since)); err != nil || n != want {
				w.Errorf("since %v: %d, %v; want %d", since, n, err, want)
			}
		}
	},
}

var digestTests = map[string]func(*world){
	"what shares a slot goes out together": func(w *world) {
		slot := w.now.Add(time.Hour)
		var events []news.StoryID
		for range 3 {
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, "c1", slot), w.owed(p, "c2", slot)}
			events = append(events, w.publish(p).Story.Event)
		}
		w.noClaim()
		if next, err := w.s.NextDelivery(w.Context()); err != nil || !next.Equal(slot) {
			w.Errorf("next at %v, %v", next, err)
		}
		w.now = slot
		claims := w.claims(10)
		if len(claims) != 2 {
			w.Fatalf("%d claims, want 2", len(claims))
		}
		for _, c := range claims {
			if channel := c.Deliveries[0].Channel; len(c.Deliveries) != 3 || c.Digest != news.NewDigestID(channel, slot, 0) {
				w.Errorf("digest %q of %d deliveries to %s", c.Digest, len(c.Deliveries), channel)
			}
			w.ok(w.s.Posted(w.Context(), w.now, c, c.Deliveries[0].Channel, "m"))
		}
		if in, err := w.s.MessageDeliveries(w.Context(), "c1", "m"); err != nil || len(in) != len(events) {
			w.Errorf("the message holds %d, %v", len(in), err)
		}
		if n, err := w.s.PostedSince(w.Context(), "c1", start); err != nil || n != 0 {
			w.Errorf("%d single posts, %v", n, err)
		}
		p := w.publication()
		p.Story.ID, p.Story.Event, p.Article.Story = events[0], events[0], events[0]
		p.Deliveries = []news.Delivery{w.owed(p, "c1", slot)}
		w.publish(p)
		w.noClaim() // a digest is not edited
		if d := w.delivery(p, "c1"); d.Revision != 2 || d.State != news.Posted {
			w.Errorf("%+v", d)
		}
	},
	"a digest stands for the same deliveries whatever happens": func(w *world) {
		slot := w.now.Add(time.Hour)
		p := w.publication()
		p.Deliveries = []news.Delivery{w.owed(p, "c1", slot)}
		w.publish(p)
		w.now = slot
		first := w.claim()
		late := w.publication()
		late.Deliveries = []news.Delivery{w.owed(late, "c1", slot)}
		w.publish(late)
		w.ok(w.s.Postpone(w.Context(), w.now, first, w.now.Add(minute), "", true))
		w.pass(minute)
		again := w.claim()
		if again.Digest != first.Digest || len(again.Deliveries) != 1 || again.Deliveries[0].ID != first.Deliveries[0].ID {
			w.Fatalf("digest %q of %d, want %q of the same one", again.Digest, len(again.Deliveries), first.Digest)
		}
		w.posted(again)
		next := w.claim()
		if next.Digest != news.NewDigestID("c1", slot, 1) || len(next.Deliveries) != 1 || next.Deliveries[0].ID != late.Deliveries[0].ID {
			w.Fatalf("%+v", next)
		}
	},
	"a large digest is several": func(w *world) {
		slot := w.now.Add(time.Hour)
		for range news.DigestSize + 3 {
			p := w.publication()
			p.Deliveries = []news.Delivery{w.owed(p, "c1", slot)}
			w.publish(p)
		}
		w.now = slot
		ids := map[news.DeliveryID]bool{}
		for part, n := range []int{news.DigestSize, 3} {
			c := w.claim()
			if len(c.Deliveries) != n || c.Digest != news.NewDigestID("c1", slot, part) {
				w.Fatalf("part %d: %d deliveries under %s", part, len(c.Deliveries), c.Digest)
			}
			for _, d := range c.Deliveries {
				ids[d.ID] = true
			}
			w.posted(c)
		}
		if len(ids) != news.DigestSize+3 {
			w.Errorf("%d deliveries", len(ids))
		}
		w.noClaim()
	},
	"folded": func(w *world) {
		first, second := w.owe("c1"), w.owe("c1")
		slot := w.now.Add(time.Hour)
		w.ok(w.s.Fold(w.Context(), w.now, w.claim(), slot))
		w.ok(w.s.Fold(w.Context(), w.now, w.claim(), slot))
		w.noClaim()
		w.pass(time.Hour)
		c := w.claim()
		if c.Digest == "" || len(c.Deliveries) != 2 || !c.Deliveries[0].FirstTry.IsZero() {
			w.Fatalf("%+v", c)
		}
		w.ok(w.s.Fold(w.Context(), w.now, c, slot.Add(time.Hour))) // and on to the next
		w.noClaim()
		w.pass(time.Hour)
		c = w.claim()
		if c.Digest != news.NewDigestID("c1", slot.Add(time.Hour), 0) || len(c.Deliveries) != 2 {
			w.Fatalf("%+v", c)
		}
		w.posted(c)
		for _, p := range []news.Publication{first, second} {
			if d := w.delivery(p, "c1"); d.Digest != c.Digest || d.State != news.Posted {
				w.Errorf("%+v", d)
			}
		}
	},
	"a subscription for now takes a brief out of a digest to come": func(w *world) {
		p := w.publication()
		p.Deliveries = []news.Delivery{w.owed(p, "c1", w.now.Add(time.Hour))}
		w.publish(p)
		p.Deliveries = []news.Delivery{w.owed(p, "c1", time.Time{})}
		w.publish(p)
		if c := w.claim(); c.Digest != "" {
			w.Errorf("%+v", c)
		}
		w.pass(2 * time.Hour)
	},
}
