package discord

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/news"
)

// channel is where a delivery goes. A person's direct messages are opened, which Discord answers with the same channel each time.
func (b *Bot) channel(ctx context.Context, d news.Delivery) (news.ChannelID, error) {
	if d.Channel != "" {
		return d.Channel, nil
	}
	if channel, ok := b.direct.get(d.User); ok {
		return channel, nil
	}
	var opened struct {
		ID news.ChannelID `json:"id"`
	}
	err := b.request(ctx, http.MethodPost, discordgo.EndpointUserChannels("@me"), map[string]news.UserID{"recipient_id": d.User}, &opened)
	if err == nil && opened.ID == "" {
		err = errors.New("the answer to opening direct messages holds no id")
	}
	if err != nil {
		return "", refusal(err)
	}
	b.direct.put(d.User, opened.ID)
	return opened.ID, nil
}

// canWrite opens a person's direct messages. It returns nil when that can be, or when Discord can't be asked: the first message will tell.
// Else it returns a *news.UserError that says what is wrong. Whether they are closed is seen when something is sent.
func (b *Bot) canWrite(ctx context.Context, user news.UserID) error {
	_, err := b.channel(ctx, news.Delivery{User: user})
	refused := (*news.SendError)(nil)
	switch {
	case errors.As(err, &refused) && refused.Place:
		return &news.UserError{Sentence: refused.Sentence, Err: refused.Err}
	case err != nil:
		b.o.Logger.Warn("a person's direct messages can't be opened now", "err", err)
	}
	return nil
}

// refusedDirect is a refusal of a message to a person: theirs are closed, whatever Discord says of the channel, which is opened anew next time
// (https://github.com/discord/discord-api-docs/issues/7666).
func (b *Bot) refusedDirect(user news.UserID, err error) error {
	refused := (*news.SendError)(nil)
	if !errors.As(err, &refused) || !refused.Place {
		return err
	}
	b.direct.forget(user)
	return &news.SendError{Sentence: placeProblems[codeClosed], Permanent: true, Place: true, Err: refused.Err}
}

// posts are the addresses of the messages in the guild that the updates of a claim are about, as far as they are known.
func (b *Bot) posts(ctx context.Context, c news.Claim) map[news.StoryID]string {
	posts := map[news.StoryID]string{}
	for _, d := range c.Deliveries {
		if d.User == "" { // a thread is below its post
			continue
		}
		k := story{d.Event, d.Guild}
		post, ok := b.told.get(k)
		if !ok {
			var err error
			if post, err = b.o.Service.Post(ctx, d.Event, d.Guild); err != nil {
				b.o.Logger.Warn("an update goes out without a link to its post", "story", d.Event, "err", err)
			}
			if post != "" { // many people follow one story
				b.told.put(k, post)
			}
		}
		posts[d.Event] = post
	}
	return posts
}

// story is a story as a guild tells it.
type story struct {
	event news.StoryID
	guild news.GuildID
}

// remembered is how many answers are remembered of each kind.
const remembered = 10_000

// memory remembers answers that hardly ever change. The zero value is empty.
type memory[K comparable, V any] struct {
	mu     sync.Mutex
	values map[K]V
}

func (m *memory[K, V]) get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[k]
	return v, ok
}

func (m *memory[K, V]) forget(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, k)
}

// put remembers an answer, and forgets any other where there are too many.
func (m *memory[K, V]) put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[K]V{}
	}
	for other := range m.values {
		if len(m.values) < remembered {
			break
		}
		delete(m.values, other)
	}
	m.values[k] = v
}
