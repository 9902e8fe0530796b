package discordsim

import (
	"net/http"
	"slices"
	"time"
)

func (s *Simulator) interactionRoutes() []*route {
	return []*route{
		{method: "POST", pattern: "/interactions/{interaction}/{token}/callback", open: true, noGlobal: true, handle: (*call).callback},
	}
}

func (c *call) callback() (int, any, error) {
	in := c.interactions[c.args["interaction"]]
	now := time.Now()
	if in == nil || in.token != c.args["token"] || in.failed != "" || !in.acked && now.Sub(in.created) >= firstAnswerWithin {
		return 0, nil, errUnknownInteraction
	}
	withResponse, err := c.truth("with_response")
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	kind := int(b.at("type").integer(1, 12, 0))
	if !b.at("type").set() {
		b.at("type").missing()
	} else if !slices.Contains(in.allowedCallbacks(), kind) {
		b.at("type").fail("INTERACTION_CALLBACK_TYPE_INVALID", "This interaction cannot be answered with type %d", kind)
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if in.acked {
		return 0, nil, errAcknowledged
	}
	if err := c.acknowledge(in, kind, b.at("data")); err != nil {
		return 0, nil, err
	}
	in.acked, in.callback = true, kind
	close(in.answered)
	if !in.loading {
		close(in.arrived)
	}
	c.tellState(in)
	if !withResponse {
		return 204, nil, nil
	}
	about := map[string]any{"id": in.id, "type": in.kind, "channel_id": in.channel.ID}
	if g := in.channel.guild; g != nil {
		about["guild_id"] = g.ID
	}
	out := map[string]any{"interaction": about}
	resource := map[string]any{"type": kind}
	if in.original != nil && kind != CallbackDeferredUpdate {
		about["response_message_id"] = in.original.ID
		about["response_message_loading"] = in.loading
		about["response_message_ephemeral"] = in.original.onlyFor != ""
		resource["message"] = in.original.Message
	}
	out["resource"] = resource
	return 200, out, nil
}

// allowedCallbacks are the callback types an interaction of its kind can be
// answered with.
func (in *interaction) allowedCallbacks() []int {
	switch in.kind {
	case InteractionCommand:
		return []int{CallbackMessage, CallbackDeferredMessage, CallbackModal}
	case InteractionComponent:
		return []int{CallbackMessage, CallbackDeferredMessage, CallbackDeferredUpdate, CallbackUpdate, CallbackModal}
	case InteractionAutocomplete:
		return []int{CallbackAutocomplete}
	}
	if in.source != nil {
		return []int{CallbackMessage, CallbackDeferredMessage, CallbackDeferredUpdate, CallbackUpdate}
	}
	return []int{CallbackMessage, CallbackDeferredMessage}
}

// acknowledge checks and carries out the first answer to an interaction.
func (c *call) acknowledge(in *interaction, kind int, data field) error {
	if !data.set() && kind != CallbackDeferredMessage && kind != CallbackDeferredUpdate {
		data.missing()
		return c.form.err()
	}
	switch kind {
	case CallbackMessage:
		d := c.readMessage(data, c.files, mentionsOfWebhooks, FlagEphemeral)
		if err := c.form.err(); err != nil {
			return err
		}
		if d.empty() {
			return errEmptyMessage
		}
		in.original = c.interactionMessage(in, d.flags&FlagEphemeral != 0)
		c.fill(in.original, in.channel, d, c.appPermissions(in))
		in.original.Nonce = nil
		c.setReplyShape(in, in.original)
		c.post(in.channel, in.original)
	case CallbackDeferredMessage:
		flags := 0
		if data.set() && data.object() {
			flags = int(data.at("flags").integer(0, 1<<31-1, 0))
		}
		if err := c.form.err(); err != nil {
			return err
		}
		in.loading = true
		in.original = c.interactionMessage(in, flags&FlagEphemeral != 0)
		in.original.Flags |= FlagLoading | flags&FlagEphemeral
		c.setReplyShape(in, in.original)
		c.post(in.channel, in.original)
	case CallbackDeferredUpdate:
		in.original = in.source
	case CallbackUpdate:
		in.original = in.source
		return c.edit(in.channel, in.source, data, c.files, c.appPermissions(in), mentionsOfWebhooks)
	case CallbackAutocomplete:
		if !data.object() {
			return c.form.err()
		}
		r := &commandReader{}
		in.choices = []any{}
		// discordgo leaves an empty list out; Discord takes that for no choices.
		if data.at("choices").set() {
			_, in.choices = r.choices(data.at("choices"), in.focused)
		}
		return c.form.err()
	case CallbackModal:
		if !data.object() {
			return c.form.err()
		}
		modal := map[string]any{"custom_id": data.at("custom_id").text(1, 100), "title": data.at("title").text(1, 45)}
		modal["components"] = readModalComponents(data.at("components"))
		if err := c.form.err(); err != nil {
			return err
		}
		in.modal = modal
		c.show("modal", in.user.ID, map[string]any{"interaction_id": in.id, "modal": modal})
	}
	return nil
}

// interactionMessage is an empty message the bot answers an interaction with.
func (s *Simulator) interactionMessage(in *interaction, ephemeral bool) *message {
	m := s.newMessage(in.channel, s.bot)
	m.ApplicationID, m.WebhookID = s.application, s.application
	if ephemeral || in.forcedEphemeral() {
		m.onlyFor = in.user.ID
	}
	return m
}

// setReplyShape makes a message the answer to its interaction.
func (s *Simulator) setReplyShape(in *interaction, m *message) {
	m.Metadata = map[string]any{"id": in.id, "type": in.kind, "user": in.user, "authorizing_integration_owners": in.owners}
	if m.onlyFor != "" {
		m.Flags |= FlagEphemeral
	}
	if in.kind == InteractionComponent {
		m.Type = 19
		m.Metadata["interacted_message_id"] = in.source.ID
		m.MessageReference = map[string]any{"type": 0, "channel_id": in.channel.ID, "message_id": in.source.ID}
		if g := in.channel.guild; g != nil {
			m.MessageReference["guild_id"] = g.ID
		}
		return
	}
	m.Type = 20
	if in.command != nil && in.command.Type != commandChat {
		m.Type = 23
	}
	if in.kind == InteractionCommand {
		m.Metadata["name"], m.Metadata["command_type"] = in.name, in.command.Type
		m.Interaction = map[string]any{"id": in.id, "type": in.kind, "name": in.name, "user": in.user}
		if in.targetID != "" && in.command.Type == commandMessage {
			m.Metadata["target_message_id"] = in.targetID
		}
	}
}

// arrive ends the loading state of a deferred answer.
func (s *Simulator) arrive(in *interaction) {
	if in.loading {
		in.loading = false
		close(in.arrived)
		s.tellState(in)
	}
}

// interactionOf is the interaction whose token the path holds.
func (c *call) interactionOf() (*interaction, error) {
	in := c.byToken[c.args["token"]]
	switch {
	case in == nil || in.failed != "" || !in.acked:
		return nil, errUnknownWebhook
	case in.expired(time.Now()):
		return nil, errWebhookToken
	}
	return in, nil
}

// followup sends one more message to an interaction.
func (c *call) followup() (int, any, error) {
	in, err := c.interactionOf()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	if in.loading { // after a deferral it fills in the deferred answer (deprecated, but so)
		if err := c.edit(in.channel, in.original, b, c.files, c.appPermissions(in), mentionsOfWebhooks); err != nil {
			return 0, nil, err
		}
		c.arrive(in)
		return 200, in.original.Message, nil
	}
	if in.userOnly() && len(in.followups) >= maxUserAppFollowups {
		return 0, nil, refuse(http.StatusBadRequest, 40094, "This interaction has hit the maximum number of follow up messages")
	}
	d := c.readMessage(b, c.files, mentionsOfWebhooks, FlagEphemeral)
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if d.empty() {
		return 0, nil, errEmptyMessage
	}
	m := c.interactionMessage(in, d.flags&FlagEphemeral != 0)
	c.fill(m, in.channel, d, c.appPermissions(in))
	m.Nonce = nil
	if in.original != nil {
		m.Type = 19
		m.MessageReference = map[string]any{"type": 0, "channel_id": in.channel.ID, "message_id": in.original.ID}
		if g := in.channel.guild; g != nil {
			m.MessageReference["guild_id"] = g.ID
		}
	}
	in.followups = append(in.followups, m)
	c.post(in.channel, m)
	return 200, m.Message, nil
}

// interactionReply finds the message of an interaction that the path names.
func (c *call) interactionReply() (*interaction, *message, error) {
	in, err := c.interactionOf()
	if err != nil {
		return nil, nil, err
	}
	m := in.original
	if id := c.args["message"]; id != "@original" && (m == nil || m.ID != id) {
		m = nil
		for _, f := range in.followups {
			if f.ID == id {
				m = f
			}
		}
	}
	if m == nil || in.channel.find(m.ID) != m {
		return nil, nil, errUnknownMessage
	}
	return in, m, nil
}

func (c *call) editReply() (int, any, error) {
	in, m, err := c.interactionReply()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	if err := c.edit(in.channel, m, b, c.files, c.appPermissions(in), mentionsOfWebhooks); err != nil {
		return 0, nil, err
	}
	if m == in.original {
		c.arrive(in)
	}
	return 200, m.history(), nil
}

func (c *call) deleteReply() (int, any, error) {
	in, m, err := c.interactionReply()
	if err != nil {
		return 0, nil, err
	}
	c.deleteMessage(in.channel, m)
	if m == in.original {
		c.arrive(in)
	}
	return 204, nil, nil
}

func (c *call) getReply() (int, any, error) {
	_, m, err := c.interactionReply()
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, m.history(), nil
}
