package topic

// program is a query written flat, for an article whose words are known as terms: operators stand before their operands. An article is
// told by it with few looks at memory, which is what matching costs.
type program struct {
	code   []instruction
	leaves []*node // what is no single word
}

// instruction is an operator in the upper bits and a number in the lower ones: for a word its term, for another leaf which one it is, for
// And and Or how many instructions their operands take.
type instruction uint32

const (
	runAnd instruction = iota << runBits
	runOr
	runNot
	runWord
	runLeaf
	runBits    = 29
	runOperand = 1<<runBits - 1
)

// write adds a query to a program, with one use more of its words' terms.
func (v *vocabulary) write(p *program, n *node) {
	switch n.op {
	case opNot:
		p.code = append(p.code, runNot)
		v.write(p, n.kids[0])
	case opLeaf:
		if n.plain != 0 && n.field != fieldLang {
			p.code = append(p.code, runWord|instruction(v.use(atoms(n)[0])))
			return
		}
		p.code = append(p.code, runLeaf|instruction(len(p.leaves)))
		p.leaves = append(p.leaves, n)
	default:
		operator, at := runAnd, len(p.code)
		if n.op == opOr {
			operator = runOr
		}
		p.code = append(p.code, operator)
		for _, kid := range n.kids {
			v.write(p, kid)
		}
		p.code[at] |= instruction(len(p.code) - at - 1)
	}
}

// forget takes back the uses of a program's terms.
func (v *vocabulary) forget(p *program) {
	for _, in := range p.code {
		if in&^runOperand == runWord {
			v.drop(uint32(in & runOperand))
		}
	}
}

// match reports whether the article of an offer fits, and adds what it has of the query to f.
func (p *program) match(o *offer, f *finding) bool {
	before := len(f.found)
	ok, _ := p.run(o, 0, f)
	if !ok {
		f.found = f.found[:before]
	}
	return ok
}

// run runs the program from an instruction on and returns where the next operand stands. What was found is gathered when f is not nil.
func (p *program) run(o *offer, at int, f *finding) (ok bool, next int) {
	operand := int(p.code[at] & runOperand)
	switch p.code[at] &^ runOperand {
	case runWord:
		ok = o.had.has(uint32(operand))
		if ok && f != nil {
			f.found = append(f.found, o.wordOf(uint32(operand)))
		}
		return ok, at + 1
	case runLeaf:
		return p.leaves[operand].find(o.doc, f), at + 1
	case runNot:
		ok, next = p.run(o, at+1, nil)
		return !ok, next
	}
	and, end := p.code[at]&^runOperand == runAnd, at+1+operand
	found := false
	for at++; at < end; {
		before := 0
		if f != nil {
			before = len(f.found)
		}
		ok, at = p.run(o, at, f)
		switch {
		case ok && !and && f == nil: // else all of them: each found word helps to explain
			return true, end
		case ok:
			found = true
		case and:
			return false, end
		case f != nil:
			f.found = f.found[:before]
		}
	}
	return found, end
}
