// Package pipeline puts the stages in order: due feed → fetch → read → story → summary → topic → one transaction.
package pipeline
