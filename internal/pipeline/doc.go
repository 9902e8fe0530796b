// Package pipeline puts the stages in order: due feed → fetch → read → story → summary → topic → one transaction. It decides
// when a feed is looked at again and who is owed a story; nothing else knows the order of the stages. What a feed's hub
// delivers goes the same way from read on.
package pipeline
