// Package inspect shows what each stage makes of an input: JSON lines in, JSON lines out, in the same order and one each; an
// input that fails gives {"id", "error"}. It is how a person looks into the house and how other programs measure it.
package inspect

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine is the longest input line, in bytes.
const maxLine = 64 << 20

// stage makes an answer of one input line. Answers are encoded as JSON; id is added where the answer has none.
type stage func(ctx context.Context, line []byte) (any, error)

// Usage is what the command takes.
const Usage = `usage: newsbrief inspect STAGE [flags]    JSON lines on stdin → JSON lines on stdout
       newsbrief inspect article URL      the article on a web page, for a person

stages:
  feed               in: id, path or url                                 out: id, title, language, entries
  article            in: id, path, url                                   out: id, title, byline, published, language, image, text
  brief [-words N]   in: id, title, text, language?                      out: id, language, sentences
  story              in: id, title, text?, url, source, published        out: id, story
  topic              in: id, title, text?, language?                     out: id, language, topics
  search -docs FILE  in: id, query                                       out: id, hits
`

// ErrUsage is a mistake in the arguments; what it wraps says which.
var ErrUsage = errors.New("usage")

// Run runs a stage over in. Tools are what it needs of the world. An error is for the operator; a bad input line is none.
func Run(ctx context.Context, args []string, in io.Reader, out io.Writer, tools Tools) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: name a stage\n%s", ErrUsage, Usage)
	}
	name, args := args[0], args[1:]
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	words := flags.Int("words", 60, "the most words of a brief")
	docs := flags.String("docs", "", "file of documents, a JSON line each")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: inspect %s: %w\n%s", ErrUsage, name, err, Usage)
	}
	var run stage
	var err error
	switch name {
	case "feed":
		run = tools.feed
	case "article":
		if flags.NArg() == 1 {
			return tools.showArticle(ctx, flags.Arg(0), out)
		}
		run = tools.article
	case "brief":
		if *words < 1 {
			return fmt.Errorf("%w: -words must be at least 1", ErrUsage)
		}
		run = brief(*words)
	case "story":
		run = stories()
	case "topic":
		run = topics
	case "search":
		if *docs == "" {
			return fmt.Errorf("%w: inspect search needs -docs FILE", ErrUsage)
		}
		run, err = searching(*docs)
	default:
		return fmt.Errorf("%w: there is no stage %q\n%s", ErrUsage, name, Usage)
	}
	if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%w: inspect %s takes no argument %q", ErrUsage, name, flags.Arg(0))
	}
	return lines(ctx, in, out, run)
}

func lines(ctx context.Context, in io.Reader, out io.Writer, run stage) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	for scanner.Scan() {
		if err := ctx.Err(); err != nil {
			return err
		}
		line := scanner.Bytes()
		if len(strings.TrimSpace(string(line))) == 0 {
			continue
		}
		data, err := json.Marshal(attempt(ctx, line, run))
		if err != nil {
			return fmt.Errorf("encode an answer: %w", err)
		}
		if _, err := out.Write(append(data, '\n')); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("read the inputs: %w", err)
	}
	return nil
}

// attempt runs a stage on a line; a panic of a stage is that line's failure and no one else's.
func attempt(ctx context.Context, line []byte, run stage) (answer any) {
	var input struct {
		ID any `json:"id"`
	}
	failure := func(err error) any { return map[string]any{"id": input.ID, "error": err.Error()} }
	defer func() {
		if p := recover(); p != nil {
			answer = failure(fmt.Errorf("panic: %v", p))
		}
	}()
	if err := json.Unmarshal(line, &input); err != nil {
		return failure(fmt.Errorf("this line is no JSON object: %w", err))
	}
	answer, err := run(ctx, slices.Clone(line))
	if err != nil {
		return failure(err)
	}
	return answer
}

func decode[T any](line []byte) (in T, err error) {
	if err = json.Unmarshal(line, &in); err != nil {
		err = fmt.Errorf("decode the input: %w", err)
	}
	return in, err
}
