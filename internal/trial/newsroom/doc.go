// Package newsroom is a small invented news world served over HTTP: a dozen outlets in five
// languages, each with a feed, article pages and pictures, releasing entries over the first minutes
// after a start the caller names. The local trial watches it, so that a newcomer sees briefs arrive
// without a token, a network or a real outlet's leave; it is also a fixture for whole-program tests.
//
// Outlets, people, firms and places are made up, and so is the news, but for the Korea–China
// environment agreements, whose facts are public. The package knows nothing of the bot: it is only
// a web server with news on it.
//
// # Content
//
// What is told lives in content/NAME.txt, one plain text file per outlet, to be edited by hand. NAME
// is the outlet's path on the server. A file opens with the outlet's own lines and goes on with its
// articles, each under a line "=== SLUG". Lines are "key: value"; an article's text follows after an
// empty line, paragraphs kept apart by empty lines. Lines starting with "//" are left out, and \uXXXX
// stands for a character one would rather not have loose in an editor.
//
//	title: The Han River Times         === pact-after-twelve-years
//	language: en                       at: +2s
//	country: KR                        title: Seoul and Beijing redraw their pact
//	kind: daily                        by: Yoon Chae-rin
//	format: atom                       topic: climate
//	entries: summary                   story: summit
//	charset: euc-kr                    picture: city | Seoul by night
//	page: og                           teaser: What a feed without text shows.
//	colour: #1f5f8b
//	about: A line under the title      The first paragraph.
//	nav: Home | Seoul | Climate
//	aside: Boilerplate by the text     The second one.
//	footer: © The Han River Times
//
// kind is agency, public, state, daily, trade or blog; format rss, atom, json or rdf; entries what the
// feed carries beside the title: summary (first paragraph), teaser (the teaser line), or full (the
// whole text); page how the article page describes itself: jsonld, og, or both. charset, about and
// aside may be left out, as may an article's by, story, picture and teaser. A picture is a scene
// (hills, sea, city, night) and what it shows.
//
// at is the release, counted from the start: +90s, +4m30s; -5h was there before. story says which
// articles tell one event; it is never served and exists for checks. An article with a line
// "revises: SLUG" takes the place of the earlier one at its own time, under the same address and guid.
package newsroom
