package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// Times of an interaction; see https://docs.discord.com/developers/interactions/receiving-and-responding.
const (
	deferAfter     = 1200 * time.Millisecond // of the 3 s within which the first answer is due
	completeWithin = 2 * time.Second
	answerWithin   = 2 * time.Minute // of the 15 minutes a token lives
	sendWithin     = 15 * time.Second
	farewellWithin = 2 * time.Second // when the time for the answer has run out
	progressEvery  = 2 * time.Second // how often an answer that is on its way is edited
)

// Kinds of interactions and of answers to them.
const (
	kindPing         = 1
	kindCommand      = 2
	kindComponent    = 3
	kindAutocomplete = 4

	answerPong           = 1
	answerMessage        = 4
	answerDeferred       = 5
	answerDeferredUpdate = 6
	answerUpdate         = 7
	answerChoices        = 8
)

// interaction is the part of Discord's that is read. It is decoded here rather than by discordgo, whose types panic on
// values they don't know.
type interaction struct {
	ID        string         `json:"id"`
	AppID     string         `json:"application_id"`
	Token     string         `json:"token"`
	Kind      int            `json:"type"`
	Guild     news.GuildID   `json:"guild_id"`
	Channel   news.ChannelID `json:"channel_id"`
	Locale    string         `json:"locale"`
	Member    *member        `json:"member"`
	User      *user          `json:"user"`
	Permitted string         `json:"app_permissions"`
	// Owners are who installed what the interaction is with, by the kind of installation.
	Owners  map[string]json.RawMessage `json:"authorizing_integration_owners"`
	Message *struct {
		ID news.MessageID `json:"id"`
		// Interaction is the one whose answer the message is.
		Interaction struct {
			User user `json:"user"`
		} `json:"interaction_metadata"`
	} `json:"message"`
	Data struct {
		Name     string         `json:"name"`
		Kind     int            `json:"type"`
		Options  []optionValue  `json:"options"`
		Target   news.MessageID `json:"target_id"`
		CustomID string         `json:"custom_id"`
		Values   []string       `json:"values"`
		Resolved struct {
			Attachments map[string]struct {
				URL string `json:"url"`
			} `json:"attachments"`
		} `json:"resolved"`
	} `json:"data"`
}

type member struct {
	User        user   `json:"user"`
	Permissions string `json:"permissions"`
}

type user struct {
	ID news.UserID `json:"id"`
}

type optionValue struct {
	Name    string          `json:"name"`
	Kind    int             `json:"type"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
	Options []optionValue   `json:"options"`
}

// Kinds of options that hold others or need a look beside.
const (
	optionSubcommand = 1
	optionGroup      = 2
	optionAttachment = 11
)

// ask makes an Ask of an interaction, and tells the option that is being typed, if any.
func (i *interaction) ask() (a command.Ask, focused string) {
	a = command.Ask{Command: i.Data.Name, Args: map[string]string{}, Guild: i.Guild, Channel: i.Channel, Locale: i.Locale, Message: i.Data.Target}
	switch {
	case i.Member != nil:
		a.User = i.Member.User.ID
		a.Manager = allows(i.Member.Permissions, discordgo.PermissionManageGuild)
	case i.User != nil:
		a.User = i.User.ID
	}
	if i.personal() {
		a.Guild, a.Manager = news.OwnGuild(a.User), true
	}
	if i.Message != nil {
		a.Message = i.Message.ID
		a.Others = i.Message.Interaction.User.ID != "" && i.Message.Interaction.User.ID != a.User
	}
	if i.Kind == kindComponent {
		a.Command, a.Button, a.Values = "", i.Data.CustomID, i.Data.Values
	}
	options := i.Data.Options
	for len(options) > 0 && (options[0].Kind == optionSubcommand || options[0].Kind == optionGroup) {
		a.Command += " " + options[0].Name
		options = options[0].Options
	}
	for _, o := range options {
		value := string(o.Value)
		if s := ""; json.Unmarshal(o.Value, &s) == nil {
			value = s
		}
		if o.Kind == optionAttachment {
			value = i.Data.Resolved.Attachments[value].URL
		}
		a.Args[o.Name] = value
		if o.Focused {
			focused = o.Name
		}
	}
	return a, focused
}

// Kinds of installation (https://docs.discord.com/developers/resources/application#installation-context).
const (
	inServer = "0"
	byPerson = "1"
)

// personal reports whether the interaction is the person's own business: in direct messages, and where the person has the bot and the server
// or group hasn't.
func (i *interaction) personal() bool {
	_, installed := i.Owners[inServer]
	return i.Guild == "" || len(i.Owners) > 0 && !installed
}

// allows reports whether permissions, as Discord writes them, hold one of bits or Administrator.
func allows(permissions string, bits uint64) bool {
	p, err := strconv.ParseUint(permissions, 10, 64)
	return err == nil && p&(bits|discordgo.PermissionAdministrator) != 0
}

// answer is an answer to an interaction as it is sent.
type answer struct {
	Kind int `json:"type"`
	Data any `json:"data,omitempty"`
}

type choices struct {
	Choices []choice `json:"choices"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// respond sends the first answer to an interaction. It is an HTTP response where the interaction came over HTTP, and a request
// where it came through the gateway.
type respond func(ctx context.Context, a answer, file *command.File) error

// sending is the context of an answer that is being sent. It outlives the work on the answer, so that a person is told also when
// that ran out of time.
func sending(ctx context.Context) (context.Context, context.CancelFunc) {
	send, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(farewellWithin, cancel) })
	return send, func() { stop(); cancel() }
}

// onInteraction answers an interaction from the gateway.
func (b *Bot) onInteraction(ctx context.Context, data json.RawMessage) {
	var i interaction
	if err := json.Unmarshal(data, &i); err != nil {
		b.o.Logger.Error("an interaction can't be read", "err", err)
		return
	}
	callback := discordgo.EndpointInteractionResponse(i.ID, i.Token)
	b.answer(ctx, &i, func(ctx context.Context, a answer, file *command.File) error {
		ctx, cancel := sending(ctx)
		defer cancel()
		return b.sendWithFile(ctx, http.MethodPost, callback, a, file)
	})
}

// answer answers an interaction: at once when the answer is there in time, else deferred and then edited in.
func (b *Bot) answer(ctx context.Context, i *interaction, first respond) {
	log := b.o.Logger.With("interaction", i.ID, "command", i.Data.Name, "button", i.Data.CustomID, "guild", i.Guild)
	defer func() {
		if p := recover(); p != nil {
			log.Error("answering panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	go func() {
		select {
		case <-b.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	a, focused := i.ask()
	switch i.Kind {
	case kindPing:
		if err := first(ctx, answer{Kind: answerPong}, nil); err != nil {
			log.Error("a ping can't be answered", "err", err)
		}
		return
	case kindAutocomplete:
		short, cancel := context.WithTimeout(ctx, completeWithin)
		defer cancel()
		offered := choices{Choices: []choice{}}
		for _, c := range b.o.Service.Complete(short, a, focused, a.Args[focused]) {
			offered.Choices = append(offered.Choices, choice{Name: plainLabel(c.Name, 100), Value: c.Value})
		}
		if err := first(ctx, answer{Kind: answerChoices, Data: offered}, nil); err != nil {
			log.Warn("choices came too late", "err", err)
		}
		return
	case kindCommand, kindComponent:
	default:
		log.Warn("an interaction of an unknown kind is not answered", "kind", i.Kind)
		return
	}

	start := time.Now()
	var progress atomic.Pointer[command.Reply]
	a.Progress = func(r command.Reply) { progress.Store(&r) }
	replies := make(chan command.Reply, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				log.Error("a command panicked", "panic", p, "stack", string(debug.Stack()))
				replies <- wentWrong(tongue(i.Locale))
			}
		}()
		reply := b.o.Service.Answer(ctx, a)
		if errors.Is(context.Cause(ctx), context.Canceled) {
			reply = sentence(tongue(i.Locale).say("I am being restarted. Please ask again in a minute."))
		}
		replies <- reply
	}()
	timer := time.NewTimer(deferAfter)
	defer timer.Stop()
	turning := strings.HasPrefix(a.Button, "page:") && !a.Others
	select {
	case reply := <-replies:
		err := orThatItWentWrong(tongue(i.Locale), reply, func(r command.Reply) error { return b.reply(ctx, i, r, first) })
		if err != nil {
			log.Error("an answer can't be sent", "err", err)
		}
	case <-timer.C:
		deferred := answer{Kind: answerDeferred, Data: map[string]int{"flags": 0}}
		if command.Private(a) {
			deferred.Data = map[string]int{"flags": flagEphemeral}
		}
		if turning {
			deferred = answer{Kind: answerDeferredUpdate}
		}
		if err := first(ctx, deferred, nil); err != nil {
			log.Error("an answer can't be deferred", "err", err)
			return
		}
		send, reply := b.fillIn, b.awaited(ctx, i, replies, &progress, log)
		if turning && !reply.Replace { // the page stays as it is
			send = b.followUp
		}
		err := orThatItWentWrong(tongue(i.Locale), reply, func(r command.Reply) error { return send(ctx, i, r) })
		if err != nil {
			log.Error("an answer can't be sent", "err", err)
			return
		}
	}
	log.Info("answered", "took", time.Since(start))
}

// awaited waits for the reply and meanwhile shows what there is of it.
func (b *Bot) awaited(ctx context.Context, i *interaction, replies <-chan command.Reply, progress *atomic.Pointer[command.Reply], log *slog.Logger) command.Reply {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case reply := <-replies:
			return reply
		case <-tick.C:
			so := progress.Swap(nil)
			if so == nil {
				continue
			}
			if err := b.fillIn(ctx, i, *so); err != nil {
				log.Warn("the progress of an answer can't be shown", "err", err)
			}
		}
	}
}

// fillIn makes a reply the content of the deferred answer.
func (b *Bot) fillIn(ctx context.Context, i *interaction, reply command.Reply) error {
	send, cancel := sending(ctx)
	defer cancel()
	original := discordgo.EndpointWebhookMessage(i.AppID, i.Token, "@original")
	return b.sendWithFile(send, http.MethodPatch, original, newMessage(replyMessage(reply, tongue(i.Locale)), 0), reply.File)
}

// followUp sends a reply for the person alone after a deferred answer that changes nothing.
func (b *Bot) followUp(ctx context.Context, i *interaction, reply command.Reply) error {
	send, cancel := sending(ctx)
	defer cancel()
	return b.sendWithFile(send, http.MethodPost, discordgo.EndpointFollowupMessage(i.AppID, i.Token), newMessage(replyMessage(reply, tongue(i.Locale)), flagEphemeral), reply.File)
}

// reply makes a reply the first answer.
func (b *Bot) reply(ctx context.Context, i *interaction, reply command.Reply, first respond) error {
	flags := 0
	if reply.Private {
		flags = flagEphemeral
	}
	kind := answerMessage
	if reply.Replace {
		kind, flags = answerUpdate, 0
	}
	body := newMessage(replyMessage(reply, tongue(i.Locale)), flags)
	if reply.File != nil {
		body.Attachments = []attachment{{ID: "0", Filename: reply.File.Name}}
	}
	return first(ctx, answer{Kind: kind, Data: body}, reply.File)
}

// orThatItWentWrong sends a reply and, when Discord refuses what is in it, a sentence instead: nobody is to wait for an answer that never
// comes. The error is that of the reply in both cases.
func orThatItWentWrong(in tongue, reply command.Reply, send func(command.Reply) error) error {
	err := send(reply)
	var api *apiError
	if !errors.As(err, &api) || api.Status != http.StatusBadRequest && api.Status != http.StatusRequestEntityTooLarge {
		return err
	}
	return errors.Join(err, send(wentWrong(in)))
}

func wentWrong(in tongue) command.Reply {
	return sentence(in.say("That went wrong on my side; the operator finds the reason in the log."))
}

// sentence is a reply of a few words for the person alone.
func sentence(words string) command.Reply {
	return command.Reply{Private: true, Blocks: []command.Block{{Lines: []command.Line{{{Text: words}}}}}}
}

// sendWithFile sends JSON, as one part of a form when a file goes with it.
func (b *Bot) sendWithFile(ctx context.Context, method, url string, body any, file *command.File) error {
	if file == nil {
		return b.request(ctx, method, url, body, nil)
	}
	if m, ok := body.(message); ok {
		m.Attachments = []attachment{{ID: "0", Filename: file.Name}}
		body = m
	}
	data, contentType, err := form(body, file)
	if err != nil {
		return err
	}
	return b.send(ctx, method, url, contentType, data, nil)
}

// form is a JSON body with a file, as multipart form data.
func form(body any, file *command.File) (data []byte, contentType string, err error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return nil, "", fmt.Errorf("encode an answer: %w", err)
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, part := range []struct {
		disposition, contentType string
		data                     []byte
	}{
		{`form-data; name="payload_json"`, "application/json", payload},
		{fmt.Sprintf(`form-data; name="files[0]"; filename=%q`, file.Name), "application/octet-stream", file.Data},
	} {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {part.disposition}, "Content-Type": {part.contentType}})
		if err != nil {
			return nil, "", fmt.Errorf("encode an answer: %w", err)
		}
		p.Write(part.data) // a bytes.Buffer takes everything
	}
	w.Close()
	return out.Bytes(), w.FormDataContentType(), nil
}
