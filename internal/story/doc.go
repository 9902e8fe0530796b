// Package story tells which story an article belongs to, as articles arrive one by one.
//
// Texts are compared by what they are about: the cosine of the words of title and beginning, weighted by how rare they are in
// what was read so far, how much of a title the other article has, the share of looked-up concepts that both tell, and the uncommon
// words that hardly another story has: a town, a ship and a firm tie reports of one event together when little else is alike. Where
// two wordings agree but the names and numbers in between differ, they fill in one template for two events and stay apart,
// however much they share; the copies of an agency's text agree in those.
//
// Where one side is a headline alone, it joins the story that best explains its words: each weighs the logarithm of how much
// likelier it is in that story than in the news at large, names more, each further word less, and each word the story has never
// used counts against it. A story whose usual words are missing, that has been told at length, or that has been silent for long by
// what it has lived, asks for more; everyday words are soon forgotten, so that a daily series stays apart. The sum must clear a bar.
//
// A story that outlets begin in other words stands as two. Once enough articles fit both, the larger gets what would join the
// smaller; what was told of the smaller stays as it is.
//
// What would make two events one is refused outright: another issue of a daily series, another item of a column, a headline that
// fills in the frame of another with its own subject and number.
//
// Across languages stories are linked by what is written alike or can be looked up: numbers, dates, names by how they sound in
// any script, and the places, institutions and news concepts of data/concepts.txt, each worth more the fewer stories tell it. What
// only one side tells counts against a link as far as the other's language could have said it. Where articles come with vectors of an
// embedding model these link what is left, by how far a cosine is over those of unrelated stories, and only where numbers and places
// agree: who follows two events that are linked wrongly is told of one.
//
// The package knows nothing about feeds, storage or summaries; it keeps everything in memory and is rebuilt with Add.
package story
