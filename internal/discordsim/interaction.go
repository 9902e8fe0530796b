package discordsim

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Interaction types and callback types (developers/interactions/receiving-and-responding).
const (
	InteractionCommand      = 2
	InteractionComponent    = 3
	InteractionAutocomplete = 4
	InteractionModal        = 5

	CallbackMessage         = 4
	CallbackDeferredMessage = 5
	CallbackDeferredUpdate  = 6
	CallbackUpdate          = 7
	CallbackAutocomplete    = 8
	CallbackModal           = 9

	firstAnswerWithin   = 3 * time.Second
	tokenLives          = 15 * time.Minute
	attachmentSizeLimit = maxFileSize
)

// Interaction is what a person does in the client: call a command, use a
// component, type into an option, submit a modal.
type Interaction struct {
	Type      int    `json:"type"`
	GuildID   string `json:"guild_id,omitempty"` // optional: the channel tells
	ChannelID string `json:"channel_id"`
	UserID    string `json:"user_id,omitempty"` // "": the person at the page
	Locale    string `json:"locale,omitempty"`  // "": the person's
	MessageID string `json:"message_id,omitempty"`
	// Data is Discord's interaction data. A command may leave out ids and option
	// types, they come from what is registered; an attachment option takes
	// {filename, content, content_type?} as its value and is uploaded.
	Data any `json:"data"`
	// Wait is how long to wait for the message that follows a deferral.
	Wait time.Duration `json:"-"`
}

// Reply is what the person sees as the answer.
type Reply struct {
	ID        string         `json:"id"`
	Type      int            `json:"type,omitempty"` // callback type
	State     string         `json:"state"`          // waiting, deferred, answered, failed
	Reason    string         `json:"reason,omitempty"`
	Choices   []any          `json:"choices,omitzero"`
	Modal     map[string]any `json:"modal,omitempty"`
	Message   *Message       `json:"message,omitempty"` // after a deferral only once it has come
	Followups []Message      `json:"followups,omitempty"`
}

// Slash builds the invocation of a chat command: path is the command with its
// subcommand, as "feed add"; the options' types come from what is registered.
func Slash(channelID, userID, path string, options map[string]any) Interaction {
	words := strings.Fields(strings.TrimPrefix(path, "/"))
	var list []any
	for name, value := range options {
		list = append(list, map[string]any{"name": name, "value": value})
	}
	data := map[string]any{"name": words[0], "type": commandChat}
	at := data
	for _, word := range words[1:] {
		next := map[string]any{"name": word}
		at["options"] = []any{next}
		at = next
	}
	if list != nil {
		at["options"] = list
	}
	return Interaction{Type: InteractionCommand, ChannelID: channelID, UserID: userID, Data: data}
}

// interaction is one that was sent to the bot.
type interaction struct {
	id, token  string
	kind       int
	user       *User
	channel    *channel
	command    *Command
	owners     map[string]any // whose installations it came by, by their kind
	name       string         // of the command with its subcommands
	focused    int            // type of the option being typed into
	targetID   string
	source     *message // the message a component is attached to
	created    time.Time
	acked      bool
	failed     string // why nothing will come any more
	callback   int
	choices    []any
	modal      map[string]any
	original   *message // what @original means
	loading    bool     // deferred and not answered yet
	followups  []*message
	answered   chan struct{} // closed at the first answer or failure
	arrived    chan struct{} // closed when there is something to see
	modalTaken bool
}

func (in *interaction) state() string {
	switch {
	case in.failed != "":
		return "failed"
	case !in.acked:
		return "waiting"
	case in.loading:
		return "deferred"
	}
	return "answered"
}

func (in *interaction) reply() Reply {
	r := Reply{ID: in.id, Type: in.callback, State: in.state(), Reason: in.failed, Choices: in.choices, Modal: in.modal}
	if in.original != nil && !in.loading && (in.callback != CallbackDeferredUpdate) {
		m := in.original.copy()
		r.Message = &m
	}
	for _, m := range in.followups {
		r.Followups = append(r.Followups, m.copy())
	}
	return r
}

// expired reports whether the token is no longer good.
func (in *interaction) expired(now time.Time) bool { return now.Sub(in.created) >= tokenLives }

func (s *Simulator) tellState(in *interaction) {
	data := map[string]any{"id": in.id, "state": in.state()}
	if in.failed != "" {
		data["reason"] = in.failed
	}
	s.show("interaction", in.user.ID, data)
}

const didNotRespond = "The application did not respond"

// Invoke does what a person does, and waits for the first answer, at most three
// seconds. A reply in the state "failed" comes with an error.
func (s *Simulator) Invoke(ctx context.Context, i Interaction) (Reply, error) {
	s.mu.Lock()
	in, err := s.begin(i)
	s.mu.Unlock()
	if err != nil {
		return Reply{}, err
	}
	select {
	case <-in.answered:
	case <-ctx.Done():
		return s.replyOf(in), ctx.Err()
	case <-s.ctx.Done():
		return s.replyOf(in), errClosed
	}
	if i.Wait > 0 {
		t := time.NewTimer(i.Wait)
		defer t.Stop()
		select {
		case <-in.arrived:
		case <-t.C:
		case <-ctx.Done():
		case <-s.ctx.Done():
		}
	}
	r := s.replyOf(in)
	if r.State == "failed" {
		return r, controlRefuse(http.StatusGatewayTimeout, "%s", r.Reason)
	}
	return r, nil
}

func (s *Simulator) replyOf(in *interaction) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return in.reply()
}

// Reply tells what became of an interaction.
func (s *Simulator) Reply(id string) (Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.interactions[id]
	if in == nil {
		return Reply{}, noSuch("interaction", id)
	}
	return in.reply(), nil
}

// begin checks an interaction as Discord's client would, makes it and sends it
// to the bot.
func (s *Simulator) begin(i Interaction) (*interaction, error) {
	if s.closed {
		return nil, errClosed
	}
	u, ch, err := s.personIn(i.ChannelID, i.UserID)
	if err != nil {
		return nil, err
	}
	if i.GuildID != "" && i.GuildID != ch.GuildID {
		return nil, controlRefuse(http.StatusBadRequest, "channel %s is not in guild %s", ch.ID, i.GuildID)
	}
	if ch.isThread() && ch.thread.Archived {
		return nil, controlRefuse(http.StatusForbidden, "nobody can use an application in an archived thread")
	}
	locale := i.Locale
	if locale == "" {
		locale = u.locale
	}
	if !knownLocale(locale) {
		return nil, controlRefuse(http.StatusBadRequest, "Discord has no locale %q", locale)
	}
	now := time.Now()
	in := &interaction{kind: i.Type, user: u, channel: ch, created: now, token: strings.ToLower(rand.Text() + rand.Text() + rand.Text()),
		answered: make(chan struct{}), arrived: make(chan struct{})}
	form := &form{}
	data := form.root(clean(i.Data))
	if _, ok := data.value.(map[string]any); !ok {
		return nil, controlRefuse(http.StatusBadRequest, "data is missing")
	}
	var payload map[string]any
	switch i.Type {
	case InteractionCommand, InteractionAutocomplete:
		payload, err = s.commandData(in, data)
	case InteractionComponent:
		payload, err = s.componentData(in, data, i.MessageID)
	case InteractionModal:
		payload, err = s.modalData(in, data)
	default:
		err = controlRefuse(http.StatusBadRequest, "there is no interaction type %d", i.Type)
	}
	if err != nil {
		return nil, err
	}
	if len(in.owners) == 0 {
		return nil, controlRefuse(http.StatusForbidden, "the bot is not in this guild, and not with %s", u.Username)
	}
	in.id = s.ids.next(now)
	s.forgetInteractions(now)
	s.interactions[in.id], s.byToken[in.token] = in, in
	s.send("INTERACTION_CREATE", guildID(ch), 0, s.interactionObject(in, payload, locale))
	s.tellState(in)
	time.AfterFunc(firstAnswerWithin, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fail(in, didNotRespond)
	})
	return in, nil
}

// fail ends an interaction that got no answer in time.
func (s *Simulator) fail(in *interaction, reason string) {
	if in.acked || in.failed != "" {
		return
	}
	in.failed = reason
	close(in.answered)
	close(in.arrived)
	s.tellState(in)
}

// forgetInteractions drops what can't be answered any more once there is much of it.
func (s *Simulator) forgetInteractions(now time.Time) {
	if len(s.interactions) < 2000 {
		return
	}
	for id, in := range s.interactions {
		if in.expired(now) || in.failed != "" || in.kind == InteractionAutocomplete && in.acked {
			delete(s.interactions, id)
			delete(s.byToken, in.token)
		}
	}
}

// interactionObject is the interaction as INTERACTION_CREATE tells it.
func (s *Simulator) interactionObject(in *interaction, data map[string]any, locale string) map[string]any {
	ch := in.channel
	o := map[string]any{"id": in.id, "application_id": s.application, "type": in.kind, "data": data, "token": in.token, "version": 1,
		"channel_id": ch.ID, "locale": locale, "entitlements": []any{}, "entitlement_sku_ids": []any{},
		"attachment_size_limit": attachmentSizeLimit, "app_permissions": formatBits(s.appPermissions(in)),
		"context": ch.place(), "authorizing_integration_owners": in.owners}
	var bits uint64 = permAll
	if g := ch.guild; g != nil {
		bits = g.permissions(in.user.ID, ch)
		member := *g.members[in.user.ID]
		member.Permissions = formatBits(bits)
		o["member"], o["guild_id"], o["guild_locale"] = member, g.ID, g.locale
		o["guild"] = map[string]any{"id": g.ID, "locale": g.locale, "features": []any{}}
	} else {
		o["user"] = in.user
	}
	o["channel"] = partialChannel(ch, bits)
	if in.source != nil {
		o["message"] = in.source.history()
	}
	return o
}

func partialChannel(ch *channel, bits uint64) map[string]any {
	o := mergeObject(ch.Channel, map[string]any{"permissions": formatBits(bits)})
	for _, key := range []string{"permission_overwrites", "available_tags", "owner_id", "member_count", "message_count", "total_message_sent"} {
		delete(o, key)
	}
	return o
}

// findCommand is the command a person means: the guild's own before the global one.
func (s *Simulator) findCommand(ch *channel, kind int, name string) *Command {
	var found *Command
	for _, cmd := range s.commands {
		if cmd.Name != name || cmd.Type != kind {
			continue
		}
		if cmd.GuildID != "" && cmd.GuildID == guildID(ch) && s.botIn(ch.guild) {
			return cmd
		}
		if cmd.GuildID == "" {
			found = cmd
		}
	}
	return found
}

// mayUse checks what decides whether the client shows a command at all.
func (s *Simulator) mayUse(cmd *Command, in *interaction) error {
	if cmd.contexts != nil && !slices.Contains(cmd.contexts, in.channel.place()) {
		return controlRefuse(http.StatusForbidden, "/%s can't be used here", cmd.Name)
	}
	in.owners = s.commandOwners(cmd, in.user, in.channel)
	g := in.channel.guild
	if g == nil {
		return nil
	}
	bits := g.permissions(in.user.ID, in.channel)
	if bits&permUseCommands == 0 {
		return controlRefuse(http.StatusForbidden, "%s may not use application commands in this channel", in.user.Username)
	}
	// What a guild asks for is asked of members who have the command by the guild's installation.
	if need := cmd.defaultPermissions; need != nil && !in.userOnly() && bits&permAdministrator == 0 && (*need == 0 || bits&*need != *need) {
		return controlRefuse(http.StatusForbidden, "%s doesn't see /%s: it is for members with other permissions", in.user.Username, cmd.Name)
	}
	return nil
}
