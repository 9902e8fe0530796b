package command_test

import (
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// looked changes a feed's row as a look at it does.
func (w *world) looked(title string, change func(*news.Feed)) {
	w.t.Helper()
	f, err := w.store.ClaimFeed(w.t.Context(), w.now, time.Minute, w.feeds[title])
	if err != nil {
		w.t.Fatal(err)
	}
	change(&f)
	if err := w.store.FinishPoll(w.t.Context(), w.now, news.Poll{Feed: f}); err != nil {
		w.t.Fatal(err)
	}
}

// choose makes the choice that has a name in one of a reply's selects.
func (w *world) choose(p who, r command.Reply, choice string) command.Reply {
	w.t.Helper()
	for _, s := range r.Selects {
		for _, c := range s.Choices {
			if c.Name == choice {
				p.values = []string{c.Value}
				a := p.ask()
				a.Button = s.ID
				return w.answer(p, "["+s.Placeholder+" ▾ "+choice+"]", a)
			}
		}
	}
	w.t.Fatalf("no %q to choose in\n%s", choice, w.render(r))
	return r
}

// TestFeedHealth shows the states of feeds, what a manager can do about them, and that nobody else can.
func TestFeedHealth(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"Harbour Post", "Cut Off", "Ended", "Hasty", "New Here", "Just Added", "Silent", "Broken *Bits*", "Never Worked"} {
		w.follow(here, name, "https://feeds.example/"+strings.ToLower(name[:3])+"?key=secret")
	}
	w.follow(elsewhere, "Not Ours", "https://feeds.example/other")
	const day = 24 * time.Hour
	ago := func(d time.Duration) time.Time { return w.now.Add(-d) }
	well := func(f *news.Feed) {
		f.CheckedAt, f.OKAt, f.NewsAt, f.NextPoll = ago(5*time.Minute), ago(5*time.Minute), ago(3*time.Hour), w.now.Add(10*time.Minute)
	}
	failing := func(f *news.Feed, since time.Duration, problem string) {
		f.CheckedAt, f.Failures, f.FailingSince, f.NextPoll = ago(5*time.Minute), 11, ago(since), w.now.Add(6*time.Hour)
		f.Problem = problem
	}
	w.looked("Harbour Post", well)
	w.looked("Just Added", func(f *news.Feed) { // what the first look brings is no news
		well(f)
		f.Rhythm = news.Rhythm{Since: f.NewsAt.Truncate(time.Millisecond), Base: f.NewsAt}
	})
	w.looked("Cut Off", func(f *news.Feed) {
		well(f)
		f.OKAt, f.NewsAt = ago(3*day), ago(4*day)
		failing(f, 3*day, "fetching https://feeds.example/cut?key=…: there is no such page (status 404 Not Found); check the address")
	})
	w.looked("Never Worked", func(f *news.Feed) {
		failing(f, 2*time.Hour, "fetching https://feeds.example/nev?key=…: there is no host of this name; check the spelling")
	})
	w.looked("Ended", func(f *news.Feed) {
		failing(f, 2*day, "fetching https://feeds.example/end?key=…: the page is gone for good (status 410 Gone); remove the address or look for its successor")
		f.Gone, f.Failures, f.CheckedAt = true, 1, ago(2*day)
	})
	w.looked("Hasty", func(f *news.Feed) {
		well(f)
		f.Failures, f.NextPoll = 2, w.now.Add(time.Hour)
		f.Problem = "fetching https://feeds.example/has?key=…: the site asks for fewer requests (status 429 Too Many Requests); try again in 1h0m0s"
	})
	w.looked("Silent", func(f *news.Feed) {
		well(f)
		f.NewsAt = ago(20 * day)
		f.Rhythm = news.Rhythm{Since: ago(50 * day), Base: ago(20 * day)}
		for i := range f.Rhythm.Days {
			f.Rhythm.Days[i] = news.WeightOf(2)
		}
	})
	w.looked("Broken *Bits*", func(f *news.Feed) {
		well(f)
		f.Problem = "Some entries can't be read: entry 3 breaks off on line 14"
	})

	list := w.ask(manager, "feed list")
	w.without(list, "secret")
	detail := w.choose(manager, list, "Cut Off")
	if !detail.Replace {
		t.Error("a feed chosen from the list does not take the list's place")
	}
	w.without(detail, "secret")
	w.press(manager, detail, "Back")
	w.says("It was looked at five minutes ago, so that it can be tried.")
	w.press(manager, detail, "Try again")
	w.looked("Cut Off", func(f *news.Feed) {
		if f.NextPoll.After(w.now) {
			t.Errorf("a feed to be tried again is due at %v, it is %v", f.NextPoll, w.now)
		}
		f.CheckedAt = w.now
	})
	w.press(manager, detail, "Try again")
	w.press(manager, w.choose(manager, list, "Ended"), "Try again")
	if feeds, err := w.store.ClaimFeeds(t.Context(), w.now, time.Minute, 100); err != nil || len(feeds) < 1 {
		t.Errorf("no feed is due after one that was gone is to be tried again, %v", err)
	}
	w.choose(manager, list, "Hasty")
	w.choose(manager, list, "New Here")
	w.without(w.choose(manager, list, "Just Added"), "Last new entry")
	w.press(manager, detail, "Remove")
	w.says("The button is still there.")
	w.press(manager, detail, "Remove")
	w.press(manager, detail, "Try again")

	w.says("The notice below is in a channel that everyone sees.")
	w.press(manager, command.Reply{Buttons: []command.Button{{ID: command.FeedsButton("n1"), Label: "All feeds"}}}, "All feeds")
	notices := command.Reply{Selects: []command.Select{{ID: command.FeedSelect("d1"), Placeholder: "Look at one", Choices: []command.Choice{{Name: "Silent", Value: command.FeedKey(w.feeds["Silent"])}}}}}
	if r := w.choose(manager, notices, "Silent"); r.Replace || !r.Private {
		t.Errorf("what is chosen in a notice is not told to its manager alone: %+v", r)
	}
	for _, id := range []string{command.FeedsButton("n1"), command.RetryButton(w.feeds["Silent"]), command.RemoveButton(w.feeds["Silent"]), command.FeedSelect("d1"), "page:0:feed", "folders"} {
		w.press(member, command.Reply{}, id)
	}
	for _, id := range []string{command.RetryButton(w.feeds["Not Ours"]), command.RemoveButton(w.feeds["Not Ours"])} {
		w.press(manager, command.Reply{}, id)
	}
	for _, id := range []string{"retry:", "remove:x:y", "feed:", "page:0:feed", "retry:" + strings.Repeat("z", 80)} {
		if r := w.press(manager, command.Reply{}, id); r.Title != "" || !r.Private {
			t.Errorf("%q is answered %+v", id, r)
		}
	}
	feeds, err := w.store.GuildFeeds(t.Context(), elsewhere)
	if err != nil || len(feeds) != 1 {
		t.Errorf("the other server follows %d feeds, %v", len(feeds), err)
	}
	w.golden("health")
}

// TestSettingsTellWhatNoticesWouldSay: a manager who names a channel for notices, or looks at where they go, is told what they miss.
func TestSettingsTellWhatNoticesWouldSay(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Cut Off", "https://cut.example/")
	w.looked("Cut Off", func(f *news.Feed) { f.CheckedAt, f.Failures, f.FailingSince = w.now, 5, w.now.Add(-time.Hour) })
	w.want(w.ask(manager, "settings", "notices:"+string(locked)), "may not send")
	w.want(w.ask(manager, "settings", "notices:"+string(general)), "#general", "1 feed can't be read now")
	if err := w.store.PutSettings(t.Context(), news.Settings{Guild: here, NoticesTo: locked}); err != nil {
		t.Fatal(err)
	}
	r := w.ask(manager, "settings")
	w.want(r, "#locked", "none arrive: I may not send messages there")
	w.want(w.press(member, r, "Stop notices"), "Manage Server")
	w.want(w.press(manager, r, "Stop notices"), "nowhere")
	if set, err := w.store.GuildSettings(t.Context(), here); err != nil || set.NoticesTo != "" {
		t.Errorf("the settings are %+v, %v", set, err)
	}
}
