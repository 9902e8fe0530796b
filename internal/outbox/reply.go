package outbox

import (
	"context"
	"errors"
	"log/slog"

	"newsbrief/internal/news"
)

// reply tells the update that an edit showed to those who talk about the story, in the thread of its message: once, though the edit is
// repeated until it is stored. A thread that takes no messages is left alone.
func (b *Outbox) reply(ctx context.Context, d news.Delivery, thread news.ChannelID, log *slog.Logger) error {
	u := d.Brief.Update
	if thread == "" || u == nil || !u.At.After(d.Told) {
		return nil
	}
	r := news.Delivery{ID: news.NewUpdateID(*u, thread), Event: d.Event, Story: d.Story, Guild: d.Guild, Channel: thread, Topics: d.Topics,
		Language: d.Language, Brief: d.Brief, Update: true, FirstTry: u.At}
	c := news.Claim{Deliveries: []news.Delivery{r}}
	message, err := news.MessageID(""), error(nil)
	if d.Attempts > 1 { // an earlier one may have come this far, and the nonce may be forgotten
		_, message, err = b.o.Sender.Find(ctx, c)
	}
	if err == nil && message == "" {
		_, message, err = b.o.Sender.Post(ctx, c)
	}
	if refused := (*news.SendError)(nil); errors.As(err, &refused) && refused.Permanent {
		log.Info("an update can't be told in the thread of its post", "thread", thread, "reason", refused.Sentence)
		return nil
	}
	if err == nil {
		log.Info("told an update in the thread", "thread", thread, "message", message)
	}
	return err
}
