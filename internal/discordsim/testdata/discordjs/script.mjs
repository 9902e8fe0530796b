// A small bot on discord.js. It tells what it sees as JSON lines on stdout, and
// ends when stdin does.
import { ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, SlashCommandBuilder } from "discord.js";

const [base, token] = process.argv.slice(2);
const say = (event, details = {}) => console.log(JSON.stringify({ event, ...details }));
const fail = (where) => (error) => {
  say("failed", { where, error: String(error?.stack ?? error) });
  process.exit(1);
};

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api: `${base}/api` },
});
client.on(Events.Error, fail("client"));
client.on(Events.Warn, (text) => say("warning", { text }));
client.on(Events.ShardResume, (shard, replayed) => say("resumed", { replayed }));
client.on(Events.MessageCreate, (message) => say("message", { id: message.id, author: message.author.id, own: message.author.id === client.user.id }));

client.once(Events.ClientReady, async () => {
  const guild = client.guilds.cache.first();
  say("ready", { user: client.user.username, guild: guild.name, channels: guild.channels.cache.map((c) => c.name).sort() });
  await guild.commands.set([
    new SlashCommandBuilder().setName("brief").setDescription("what is new")
      .addStringOption((o) => o.setName("topic").setDescription("which topic").setRequired(true).setAutocomplete(true)).toJSON(),
  ]);
  const channel = guild.channels.cache.find((c) => c.name === "general");
  const row = new ActionRowBuilder().addComponents(new ButtonBuilder().setCustomId("more").setLabel("More").setStyle(ButtonStyle.Primary));
  const message = await channel.send({ content: "first", components: [row], embeds: [{ title: "Title", description: "Text" }] });
  const edited = await message.edit({ content: "second" });
  say("posted", { id: message.id, content: edited.content, embed: edited.embeds[0].title, edited: edited.editedTimestamp > 0 });
  const fetched = await channel.messages.fetch({ limit: 1 });
  say("fetched", { ids: [...fetched.keys()] });
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: "Climate", value: "climate" }]);
    say("completed", { typed: interaction.options.getFocused() });
  } else if (interaction.isChatInputCommand()) {
    const deferred = await interaction.deferReply({ withResponse: true });
    const reply = await interaction.editReply(`about ${interaction.options.getString("topic")}`);
    say("answered", { id: reply.id, deferred: deferred.resource.message.id, manager: interaction.memberPermissions.has("ManageGuild") });
  } else if (interaction.isButton()) {
    await interaction.update({ content: "pressed", components: [] });
    say("pressed", { customId: interaction.customId, message: interaction.message.id });
  }
});

process.on("unhandledRejection", fail("promise"));
process.stdin.resume();
process.stdin.on("end", async () => {
  await client.destroy();
  say("bye");
});
client.login(token).catch(fail("login"));
