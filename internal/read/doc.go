// Package read turns bytes into news: a feed into entries, or a page's list of articles; a page into an article; a site into the
// addresses of its feeds.
//
// Everything it is given was written by strangers. It repairs what can be repaired, leaves out what can't and says so, does
// bounded work, and never panics. It knows nothing about how the bytes were fetched, when, or what becomes of them.
package read
