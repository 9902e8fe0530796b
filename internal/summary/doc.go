// Package summary makes briefs of stories: a headline and a few sentences under a word limit, each with where it comes from.
//
// Extract chooses sentences of the articles as they stand. Model asks an OpenAI-compatible endpoint to write them. Check is the
// gate for both: what a sentence says must be carried by the article it cites. Summarizer puts the three together: the model
// when there is one and its text passes, the extractive brief otherwise. It keeps what the model answered.
//
// The package knows nothing about how articles are found, stored or posted.
package summary
