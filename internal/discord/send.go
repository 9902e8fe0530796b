package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// flags of messages; see https://docs.discord.com/developers/resources/message#message-object-message-flags.
const (
	flagHasThread    = 1 << 5
	flagEphemeral    = 1 << 6
	flagComponentsV2 = 1 << 15
)

// message is a message's body as it is sent. Nothing in it may ping.
type message struct {
	Components      components      `json:"components"`
	Flags           int             `json:"flags"`
	Nonce           string          `json:"nonce,omitempty"`
	EnforceNonce    bool            `json:"enforce_nonce,omitempty"`
	AllowedMentions allowedMentions `json:"allowed_mentions"`
	Attachments     []attachment    `json:"attachments,omitempty"`
}

type allowedMentions struct {
	Parse []string `json:"parse"`
}

type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
}

func newMessage(c components, flags int) message {
	return message{Components: c, Flags: flagComponentsV2 | flags, AllowedMentions: allowedMentions{Parse: []string{}}}
}

// Post sends a claim as one message under its nonce; see outbox.Sender.
func (b *Bot) Post(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error) {
	channel, err := b.channel(ctx, c.Deliveries[0])
	if err != nil {
		return "", "", err
	}
	m := newMessage(b.body(ctx, c), 0)
	m.Nonce, m.EnforceNonce = string(c.ID()), true
	var posted struct {
		ID      news.MessageID `json:"id"`
		Channel news.ChannelID `json:"channel_id"`
	}
	err = b.deliver(ctx, http.MethodPost, discordgo.EndpointChannelMessages(string(channel)), m, &posted)
	if err == nil && posted.ID == "" {
		err = errors.New("the answer to a message holds no id")
	}
	err = refusal(err)
	if user := c.Deliveries[0].User; user != "" {
		err = b.refusedDirect(user, err)
	}
	return posted.Channel, posted.ID, err
}

// Edit replaces a posted delivery by what it is now; see outbox.Sender. A thread that was started from a message has the message's id
// (https://docs.discord.com/developers/topics/threads#public-&-private-threads).
func (b *Bot) Edit(ctx context.Context, d news.Delivery) (thread news.ChannelID, err error) {
	m := newMessage(b.body(ctx, news.Claim{Deliveries: []news.Delivery{d}}), 0)
	var edited struct {
		ID     news.MessageID `json:"id"`
		Flags  int            `json:"flags"`
		Thread struct {
			ID news.ChannelID `json:"id"`
		} `json:"thread"`
	}
	err = b.deliver(ctx, http.MethodPatch, discordgo.EndpointChannelMessage(string(d.PostedIn), string(d.Message)), m, &edited)
	if err == nil && edited.ID == "" {
		err = errors.New("the answer to an edit holds no id")
	}
	own := news.ChannelID(edited.ID)
	if err == nil && (edited.Thread.ID == own || edited.Thread.ID == "" && edited.Flags&flagHasThread != 0) {
		thread = own
	}
	return thread, refusal(err)
}

// deliver makes the request that posts or edits a message. One that Discord refuses is sent again without its picture, whatever the
// refusal says: its reasons are not all documented, and no brief is to be lost because of a picture.
func (b *Bot) deliver(ctx context.Context, method, url string, m message, into any) error {
	err := b.request(ctx, method, url, m, into)
	var api *apiError
	if !errors.As(err, &api) || api.Status != http.StatusBadRequest {
		return err
	}
	bare, had := withoutPictures(m.Components)
	if !had {
		return err
	}
	b.o.Logger.Warn("Discord refuses a message; it is sent without its picture", "err", err)
	m.Components = bare
	return b.request(ctx, method, url, m, into)
}

// lookback is how many messages of a channel Find reads at most, newest first.
const lookback = 500

// Find looks for the message of a claim by the id of one of its components; see outbox.Sender.
func (b *Bot) Find(ctx context.Context, c news.Claim) (news.ChannelID, news.MessageID, error) {
	channel, err := b.channel(ctx, c.Deliveries[0])
	if err != nil {
		return "", "", err
	}
	marker, err := json.Marshal(mark(c))
	if err != nil {
		return "", "", err
	}
	before := ""
	for read := 0; read < lookback; read += 100 {
		var page []struct {
			ID         string          `json:"id"`
			Components json.RawMessage `json:"components"`
		}
		url := discordgo.EndpointChannelMessages(string(channel)) + "?limit=100"
		if before != "" {
			url += "&before=" + before
		}
		if err := b.request(ctx, http.MethodGet, url, nil, &page); err != nil {
			return "", "", refusal(err)
		}
		for _, m := range page {
			if strings.Contains(string(m.Components), string(marker)) {
				return channel, news.MessageID(m.ID), nil
			}
			before = m.ID
		}
		if len(page) < 100 || snowflakeTime(before).Before(c.Deliveries[0].FirstTry.Add(-time.Minute)) {
			break
		}
	}
	return "", "", nil
}

// mark is the id of the component that tells the message of a claim from all others.
func mark(c news.Claim) string {
	switch d := c.Deliveries[0]; {
	case d.Notice != nil:
		return command.FeedsButton(c.ID())
	case d.Update && len(c.Deliveries) > 1:
		return command.UnfollowSelect(c.ID())
	case d.Update && d.User != "":
		return command.UnfollowButton(d.Event, c.ID())
	case d.Update:
		return command.FollowButton(d.Event, c.ID())
	}
	return command.WhyButton(c.ID())
}

// body is what the message of a claim shows.
func (b *Bot) body(ctx context.Context, c news.Claim) components {
	if c.Deliveries[0].Update {
		return updateMessage(c, b.posts(ctx, c))
	}
	return claimMessage(c)
}

func claimMessage(c news.Claim) components {
	switch {
	case c.Deliveries[0].Notice != nil:
		return noticeMessage(c)
	case c.Digest != "":
		return digestMessage(c)
	}
	return briefMessage(c.Deliveries[0])
}

// snowflakeTime is when an id of Discord's was made (https://docs.discord.com/developers/reference#snowflakes).
func snowflakeTime(id string) time.Time {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(n>>22) + 1420070400000)
}

// request makes one request to the API through discordgo, at the transport's pace. body nil sends none; into nil ignores the
// answer. The bucket is made for this request alone: limits are the transport's business.
func (b *Bot) request(ctx context.Context, method, url string, body, into any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode a request: %w", err)
		}
	}
	return b.send(ctx, method, url, "application/json", data, into)
}

func (b *Bot) send(ctx context.Context, method, url, contentType string, data []byte, into any) error {
	bucket := new(discordgo.Bucket)
	bucket.Lock()
	answer, err := b.rest.RequestWithLockedBucket(method, url, contentType, data, bucket, 0, discordgo.WithContext(ctx))
	if err != nil {
		return withoutToken(err)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("decode the answer to %s: %w", method, err)
	}
	return nil
}

// withoutToken hides an interaction's token, which is part of its address, from errors.
func withoutToken(err error) error {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) {
		code, message := 0, strings.TrimSpace(string(rest.ResponseBody[:min(len(rest.ResponseBody), 300)]))
		if rest.Message != nil {
			code = rest.Message.Code
		}
		return &apiError{Status: rest.Response.StatusCode, Code: code, Body: message}
	}
	var limited *limitError
	if errors.As(err, &limited) {
		return limited
	}
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	if at := strings.Index(err.Error(), `": `); at >= 0 { // url.Error: Method "URL": cause
		return errors.New("no answer from Discord: " + err.Error()[at+3:])
	}
	return err
}

// apiError is a refusal by the API.
type apiError struct {
	Status int
	Code   int // see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
	Body   string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("Discord answered %d: %s", e.Status, e.Body)
}

// refusal makes a *news.SendError of what Discord refused; other errors (no answer, 5xx) leave the outcome open.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	var limited *limitError
	if errors.As(err, &limited) {
		return &news.SendError{Sentence: "Discord asks to slow down.", After: limited.After, Err: err}
	}
	var api *apiError
	if !errors.As(err, &api) || api.Status >= 500 {
		return err
	}
	if sentence, ok := placeProblems[api.Code]; ok {
		return &news.SendError{Sentence: sentence, Permanent: true, Place: true, Err: err}
	}
	switch {
	case api.Status == http.StatusUnauthorized:
		return &news.SendError{Sentence: "Discord refuses the bot's token.", After: time.Minute, Err: err}
	case api.Code == 0 && (api.Status == http.StatusForbidden || api.Status == http.StatusNotFound || api.Status == http.StatusMethodNotAllowed || api.Status == http.StatusRequestTimeout):
		// Not Discord's own answer but that of something before it, which says nothing about the message.
		return &news.SendError{Sentence: "Discord can't be reached.", After: time.Minute, Err: err}
	case api.Code == 40003:
		return &news.SendError{Sentence: "Discord asks to open direct messages more slowly.", After: 10 * time.Minute, Err: err}
	case api.Code == 10008:
		return &news.SendError{Sentence: "The message was deleted.", Permanent: true, Err: err}
	}
	return &news.SendError{Sentence: "Discord refuses this message; the operator finds the reason in the log.", Permanent: true, Err: err}
}

// codeClosed is that of a person who takes no direct messages.
const codeClosed = 50007

// placeProblems are the refusals that a person in the server can mend.
var placeProblems = map[int]string{
	10003:      "The channel is gone. Subscribe another one.",
	10004:      "I am no longer in this server.",
	10013:      "There is no such person any more.",
	50001:      "I can't see the channel. Give me View Channel there.",
	codeClosed: "Direct messages are closed.",
	50008:      "This kind of channel takes no messages. Subscribe a text channel.",
	50013:      "I may not post in the channel. Give me Send Messages there.",
	50033:      "There is no such person any more.",
	50278:      "Direct messages are closed.",
}
