package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/outbox"
)

func TestQuietEnd(t *testing.T) {
	hm := func(h, m int) int { return h*60 + m }
	for _, tt := range []struct {
		name     string
		from, to int
		zone     string
		now      string
		want     string // "" outside the quiet hours
	}{
		{"no quiet hours", 0, 0, "", "2026-01-10T03:00:00Z", ""},
		{"none though from and to are set alike", hm(8, 0), hm(8, 0), "", "2026-01-10T08:00:00Z", ""},
		{"within a day", hm(12, 0), hm(14, 30), "", "2026-01-10T13:00:00Z", "2026-01-10T14:30:00Z"},
		{"they begin", hm(12, 0), hm(14, 30), "", "2026-01-10T12:00:00Z", "2026-01-10T14:30:00Z"},
		{"just before", hm(12, 0), hm(14, 30), "", "2026-01-10T11:59:59Z", ""},
		{"the last second", hm(12, 0), hm(14, 30), "", "2026-01-10T14:29:59Z", "2026-01-10T14:30:00Z"},
		{"they end", hm(12, 0), hm(14, 30), "", "2026-01-10T14:30:00Z", ""},
		{"over midnight, before it", hm(22, 0), hm(7, 0), "", "2026-01-10T23:00:00Z", "2026-01-11T07:00:00Z"},
		{"over midnight, after it", hm(22, 0), hm(7, 0), "", "2026-01-11T00:00:00Z", "2026-01-11T07:00:00Z"},
		{"over midnight, by day", hm(22, 0), hm(7, 0), "", "2026-01-11T12:00:00Z", ""},
		{"over the end of a year", hm(22, 0), hm(7, 0), "", "2026-12-31T23:00:00Z", "2027-01-01T07:00:00Z"},
		{"until midnight", hm(22, 0), 0, "", "2026-01-10T23:00:00Z", "2026-01-11T00:00:00Z"},
		{"from midnight", 0, hm(6, 0), "", "2026-01-10T00:00:00Z", "2026-01-10T06:00:00Z"},
		{"in the guild's zone", hm(22, 0), hm(7, 0), "Asia/Seoul", "2026-01-10T14:00:00Z", "2026-01-10T22:00:00Z"},
		{"in a zone of half an hour", hm(22, 0), hm(7, 0), "Asia/Kolkata", "2026-01-10T17:00:00Z", "2026-01-11T01:30:00Z"},
		{"in a zone nobody knows", hm(22, 0), hm(7, 0), "Moon/Tycho", "2026-01-10T23:00:00Z", "2026-01-11T07:00:00Z"},
		// Berlin goes from 02:00 CET to 03:00 CEST on 29 March 2026 and from 03:00 CEST to 02:00 CET on 25 October.
		{"Berlin, the short night", hm(22, 0), hm(7, 0), "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"},
		{"Berlin, the long night", hm(22, 0), hm(7, 0), "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"},
		{"Berlin, until an hour that is skipped", hm(22, 0), hm(2, 30), "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"},
		{"Berlin, until an hour that comes twice", hm(22, 0), hm(2, 30), "Europe/Berlin", "2026-10-25T00:10:00Z", "2026-10-25T01:30:00Z"},
		{"Berlin, when it comes for the second time", hm(22, 0), hm(2, 30), "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		// New York goes from 02:00 EST to 03:00 EDT on 8 March 2026 and from 02:00 EDT to 01:00 EST on 1 November.
		{"New York, the short night", hm(23, 0), hm(6, 0), "America/New_York", "2026-03-08T04:30:00Z", "2026-03-08T10:00:00Z"},
		{"New York, the long night", hm(23, 0), hm(6, 0), "America/New_York", "2026-11-01T03:30:00Z", "2026-11-01T11:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			got := outbox.QuietEnd(news.Settings{Zone: tt.zone, QuietFrom: tt.from, QuietTo: tt.to}, now)
			if tt.want == "" {
				if !got.IsZero() {
					t.Errorf("quiet until %v, want no quiet hours", got)
				}
			} else if want, _ := time.Parse(time.RFC3339, tt.want); !got.Equal(want) {
				t.Errorf("quiet until %v, want %v", got.UTC(), want)
			}
		})
	}
}

// TestQuietEndLies shows for every ten minutes around the changes of clocks that quiet hours end in the future, within a day, and
// outside of themselves.
func TestQuietEndLies(t *testing.T) {
	for zone, changes := range map[string][]string{
		"Europe/Berlin": {"2026-03-29", "2026-10-25"}, "America/New_York": {"2026-03-08", "2026-11-01"},
		"Australia/Lord_Howe": {"2026-04-05", "2026-10-04"}, "America/Santiago": {"2026-04-05", "2026-09-06"},
	} {
		for _, hours := range [][2]int{{22 * 60, 7 * 60}, {60, 150}, {0, 1439}} {
			s := news.Settings{Zone: zone, QuietFrom: hours[0], QuietTo: hours[1]}
			for _, change := range changes {
				day, err := time.Parse(time.DateOnly, change)
				if err != nil {
					t.Fatal(err)
				}
				for now := day.AddDate(0, 0, -2); now.Before(day.AddDate(0, 0, 2)); now = now.Add(10 * time.Minute) {
					until := outbox.QuietEnd(s, now)
					if until.IsZero() {
						continue
					}
					if !until.After(now) || until.Sub(now) > 25*time.Hour {
						t.Fatalf("%s %v: at %v they end at %v", zone, hours, now, until)
					}
					if again := outbox.QuietEnd(s, until); !again.IsZero() && again.Sub(until) > 2*time.Hour {
						t.Fatalf("%s %v: at %v they end at %v, where they last until %v", zone, hours, now, until, again)
					}
				}
			}
		}
	}
}

// TestQuietHours shows that nothing is posted in a guild's quiet hours, not even a digest, and that all of it comes at their end.
func TestQuietHours(t *testing.T) {
	bubble(t, func(w *world) {
		w.ok(w.store.PutSettings(context.Background(), news.Settings{Guild: "g", QuietFrom: 23 * 60, QuietTo: 6 * 60}))
		slot := time.Now().Add(time.Hour)
		w.owe("single", "1", nil)
		w.owe("single", "2", nil)
		w.owe("hourly", "3", func(d *news.Delivery) { d.Due, d.Slot = slot, slot })
		w.owe("elsewhere", "4", func(d *news.Delivery) { d.Guild = "other" })
		w.pass(5 * time.Hour)
		if want := []string{"post 0s"}; !slices.Equal(w.discord.calls, want) {
			t.Errorf("asked %q in the quiet hours, want %q", w.discord.calls, want)
		}
		w.pass(2 * time.Hour)
		w.once()
		if got := w.discord.posts("single"); !slices.Equal(got, []string{"1+2"}) {
			t.Errorf("posted %q, want one digest", got)
		}
		for _, m := range w.discord.messages[1:] {
			if at := m.at.Sub(bubbleStart); at != 6*time.Hour {
				t.Errorf("posted at %v, want at the end of the quiet hours", at)
			}
		}
	})
}

// TestQuietHoursAfterCrash shows that a brief whose process ended before it was sent still waits for the end of the quiet hours, and
// that one whose answer was lost before they began is not posted again.
func TestQuietHoursAfterCrash(t *testing.T) {
	bubble(t, func(w *world) {
		ctx := context.Background()
		w.owe("a", "never sent", nil)
		w.owe("b", "answer lost", nil)
		claims, err := w.store.ClaimDeliveries(ctx, time.Now(), time.Minute, 10, 10)
		w.ok(err)
		for _, c := range claims {
			if c.Deliveries[0].Channel == "b" {
				_, _, err := w.discord.Post(ctx, c)
				w.ok(err)
			}
		}
		w.ok(w.store.PutSettings(ctx, news.Settings{Guild: "g", QuietTo: 6 * 60}))
		w.pass(7 * time.Hour)
		w.once()
		for _, m := range w.discord.messages {
			if want := map[news.ChannelID]time.Duration{"a": 6 * time.Hour, "b": 0}[m.place]; m.at.Sub(bubbleStart) != want {
				t.Errorf("%v was posted at %v, want %v", m.briefs, m.at.Sub(bubbleStart), want)
			}
		}
	})
}

// TestNotices shows that notices have no part in a channel's budget and no place in a digest of briefs, and keep its quiet hours.
func TestNotices(t *testing.T) {
	notice := func(d *news.Delivery) {
		d.Notice, d.Subscriptions, d.Budget = &news.Notice{Title: "A feed fails"}, nil, 1
	}
	brief := func(d *news.Delivery) { d.Budget = 1 }
	bubble(t, func(w *world) {
		for i := range 3 {
			w.owe("both", fmt.Sprint("notice ", i), notice)
		}
		w.pass(time.Minute)
		w.owe("both", "brief 1", brief)
		w.owe("both", "brief 2", brief)
		w.owe("both", "notice 3", notice)
		w.pass(2 * time.Hour)
		w.once()
		want := []string{"notice 0", "notice 1", "notice 2", "brief 1", "notice 3", "brief 2"}
		if got := w.discord.posts("both"); !slices.Equal(got, want) {
			t.Errorf("posted %q, want %q", got, want)
		}
	})
	bubble(t, func(w *world) {
		w.ok(w.store.PutSettings(context.Background(), news.Settings{Guild: "g", QuietTo: 6 * 60}))
		w.owe("both", "notice 1", notice)
		w.owe("both", "brief 1", nil)
		w.owe("both", "notice 2", notice)
		w.owe("both", "brief 2", nil)
		w.pass(7 * time.Hour)
		w.once()
		if got, want := w.discord.posts("both"), []string{"brief 1+brief 2", "notice 1+notice 2"}; !slices.Equal(got, want) {
			t.Errorf("posted %q after the quiet hours, want %q", got, want)
		}
	})
	bubble(t, func(w *world) {
		w.discord.script = []answer{refuse(news.SendError{Sentence: "I may not post in the channel.", Permanent: true, Place: true})}
		sub := w.subscribe("both")
		n := w.owe("both", "notice", notice)
		w.owed = nil
		w.pass(time.Minute)
		w.owe("both", "brief", func(d *news.Delivery) { d.Subscriptions = []news.SubscriptionID{sub} })
		w.pass(time.Minute)
		w.once()
		if s := w.stored(n); s.State != news.Failed || s.Problem == "" {
			t.Errorf("a notice that can't be posted is stored as %+v", s)
		}
		subs, err := w.store.GuildSubscriptions(context.Background(), "g")
		if err != nil || len(subs) != 1 || subs[0].Rests != "" {
			t.Errorf("a notice that can't be posted leaves %+v, %v", subs, err)
		}
	})
}

// TestBudget shows that what a place's budget holds back comes with the next full hour's digest, for channels and people alike.
func TestBudget(t *testing.T) {
	bubble(t, func(w *world) {
		time.Sleep(20 * time.Minute)
		places := map[news.ChannelID]func(*news.Delivery){
			"channel": func(d *news.Delivery) { d.Budget = 2 },
			"@person": func(d *news.Delivery) { d.Budget, d.Guild, d.Channel, d.User = 2, "@person", "", "person" },
			"@other":  func(d *news.Delivery) { d.Budget, d.Guild, d.Channel, d.User = 2, "@other", "", "other" },
		}
		b := w.start(w.options())
		defer b.stop()
		for _, headline := range []string{"1", "2", "3", "4", "5"} {
			for _, place := range []news.ChannelID{"channel", "@person"} {
				w.owe(place, headline, places[place])
			}
			b.Wake()
			time.Sleep(time.Minute)
		}
		w.owe("@other", "6", places["@other"])
		b.Wake()
		time.Sleep(30 * time.Minute) // 00:55
		for place, want := range map[news.ChannelID][]string{"channel": {"1", "2"}, "@person": {"1", "2"}, "@other": {"6"}} {
			if got := w.discord.posts(place); !slices.Equal(got, want) {
				t.Errorf("%s has %q, want %q", place, got, want)
			}
		}
		time.Sleep(30 * time.Minute) // 01:25, an hour after the singles
		w.owe("channel", "7", places["channel"])
		b.Wake()
		time.Sleep(time.Minute)
		w.once()
		if got := w.discord.posts("channel"); !slices.Equal(got, []string{"1", "2", "3+4+5", "7"}) {
			t.Errorf("the channel has %q", got)
		}
		for _, m := range w.discord.messages {
			if m.digest && m.at.Sub(bubbleStart) != time.Hour {
				t.Errorf("the digest came at %v, want at the full hour", m.at.Sub(bubbleStart))
			}
		}
	})
}

// TestDefaultBudget shows that a flood in a channel without a budget of its own ends in digests.
func TestDefaultBudget(t *testing.T) {
	bubble(t, func(w *world) {
		for i := range news.DefaultBudget + 30 {
			w.owe("c", fmt.Sprintf("%03d", i), nil)
		}
		w.pass(2 * time.Hour)
		w.once()
		if got, want := len(w.discord.messages), news.DefaultBudget+2; got != want {
			t.Errorf("%d messages, want %d", got, want)
		}
	})
}

// TestDigest shows that a large digest comes in parts, whole and once, also when answers get lost.
func TestDigest(t *testing.T) {
	for name, script := range map[string][]answer{
		"all well":      nil,
		"answers lost":  {acceptAndFail, accept, acceptAndHang, fail, acceptAndFail},
		"long silences": {acceptAndHang, hang, accept, hang, hang, hang},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.discord.script = script
				slot := time.Now().Add(time.Hour)
				digest := func(d *news.Delivery) { d.Due, d.Slot = slot, slot }
				for i := range 45 {
					w.owe("c", fmt.Sprintf("%02d", i), digest)
				}
				b := w.start(w.options())
				defer b.stop()
				time.Sleep(90 * time.Minute)
				w.owe("c", "late", digest) // of the same slot, when the digest is out
				b.Wake()
				time.Sleep(time.Hour)
				w.once()
				for i, m := range w.discord.messages {
					if len(m.briefs) > news.DigestSize {
						t.Errorf("message %d holds %d briefs", i, len(m.briefs))
					}
				}
				if n := len(w.discord.messages); n != 4 {
					t.Errorf("%d messages, want three and the late one", n)
				}
			})
		})
	}
}

// opening is Discord where direct messages are opened slowly.
type opening struct{ outbox.Sender }

func (s opening) Post(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error) {
	if c.Deliveries[0].User != "" {
		time.Sleep(20 * time.Second)
	}
	return s.Sender.Post(ctx, c)
}

// TestChannelsDontWaitForPeople: what is owed to channels goes out at once, however many people are being written to.
func TestChannelsDontWaitForPeople(t *testing.T) {
	bubble(t, func(w *world) {
		o := w.options()
		o.Sender, o.Senders = opening{w.discord}, 8
		b := w.start(o)
		defer b.stop()
		for n := range 20 {
			w.owe("", "told", func(d *news.Delivery) {
				d.User, d.Guild = news.UserID(fmt.Sprint("u", n)), news.OwnGuild(news.UserID(fmt.Sprint("u", n)))
			})
		}
		b.Wake()
		time.Sleep(time.Second)
		for n := range 10 {
			channel := news.ChannelID(fmt.Sprint("c", n))
			w.owe(channel, "posted", nil)
			b.Wake()
			time.Sleep(time.Second)
			if got := w.discord.posts(channel); len(got) != 1 {
				t.Errorf("#%s has %q a second later", channel, got)
			}
		}
		time.Sleep(5 * 20 * time.Second)
		w.once()
		for n := range 20 {
			if got := w.discord.posts(news.ChannelID(fmt.Sprint("@u", n))); len(got) != 1 {
				t.Errorf("u%d has %q", n, got)
			}
		}
	})
}
