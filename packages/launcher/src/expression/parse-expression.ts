import { quoted } from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import {
  type BinaryOperator,
  comparisonPrecedence,
  type Expression,
  type FunctionName,
  functionNames,
  maxDepth,
  precedences,
  unaryPrecedences,
} from './expression.ts'
import { ExpressionError } from './expression-error.ts'
import { isExact } from './is-exact.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * The expression that stands in `text` from `from` up to `to`; the whole text if nothing is said.
 *
 * @throws ExpressionError with the offset in `text` of what is wrong.
 */
export function parseExpression(text: string, from = 0, to: number = text.length): Expression {
  return new Parser(tokensOf(text, from, to)).parse()
}

/** Pratt's top-down operator precedence. Source: V. R. Pratt, POPL 1973. */
class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Expression {
    const expression = this.#expression(0)
    const rest = this.#peek()
    if (rest.kind !== 'end') throw this.#unexpected(rest, 'remove it, or write an operator before it')
    return expression
  }

  /** An expression whose operators all bind more tightly than `above`. */
  #expression(above: number): Expression {
    this.#depth += 1
    if (this.#depth > maxDepth) {
      throw failure(this.#peek().at, `nested deeper than ${maxDepth} levels`, 'put less into one expression')
    }
    let left = this.#operand(above)
    for (;;) {
      const operator = operatorOf(this.#peek())
      if (operator === undefined || precedences[operator] <= above) break
      const { at } = this.#take()
      const precedence = precedences[operator]
      const right = this.#expression(precedence)
      left = { kind: 'binary', operator, left, right, at }
      this.#refuseSecondComparison(precedence)
    }
    this.#depth -= 1
    return left
  }

  /** `1 < 2 < 3` would compare a truth value with a number. */
  #refuseSecondComparison(precedence: number): void {
    const token = this.#peek()
    const operator = operatorOf(token)
    if (precedence !== comparisonPrecedence || operator === undefined || precedences[operator] !== precedence) return
    throw failure(token.at, 'a comparison follows a comparison', 'put and between two comparisons')
  }

  #operand(above: number): Expression {
    const token = this.#take()
    const { at, text } = token
    if (token.kind === 'number') return { kind: 'value', value: exactNumber(text, at), at }
    if (token.kind === 'text') return { kind: 'value', value: text, at }
    if (text === '(') return this.#closed(this.#expression(0), ')')
    if (text === '[') return { kind: 'list', items: this.#several(']', at), at }
    if (text === 'true' || text === 'false') return { kind: 'value', value: text === 'true', at }
    if (text === '-') return { kind: 'unary', operator: '-', operand: this.#expression(unaryPrecedences['-']), at }
    if (text === 'not') {
      if (above > unaryPrecedences.not)
        throw failure(at, 'not stands inside a comparison or a sum', 'put it in parentheses')
      return { kind: 'unary', operator: 'not', operand: this.#expression(unaryPrecedences.not), at }
    }
    if (token.kind === 'word' && operatorOf(token) === undefined) return this.#nameOrCall(token)
    throw this.#unexpected(token, 'write a name such as job.conc, a number, or a text in single quotes')
  }

  #nameOrCall({ text, at }: Token): Expression {
    if (!this.#isSign('(')) return { kind: 'name', name: text, at }
    const name = functionNames.find((each) => each === text)
    if (name === undefined) throw unknownFunction(text, at)
    this.#take()
    return { kind: 'call', name: name satisfies FunctionName, given: this.#several(')', at), at }
  }

  /** One or more expressions with commas between them, up to the bracket that closes. */
  #several(close: ')' | ']', at: number): Expression[] {
    if (this.#isSign(close)) throw failure(at, 'nothing stands between the brackets', 'write a value')
    const items = [this.#expression(0)]
    while (this.#isSign(',')) {
      this.#take()
      items.push(this.#expression(0))
    }
    this.#close(close)
    return items
  }

  #closed(expression: Expression, close: ')'): Expression {
    this.#close(close)
    return expression
  }

  #close(close: ')' | ']'): void {
    if (!this.#isSign(close)) throw this.#unexpected(this.#peek(), `close the bracket with ${close}`)
    this.#take()
  }

  #isSign(text: string): boolean {
    const token = this.#peek()
    return token.kind === 'sign' && token.text === text
  }

  #unexpected(token: Token, cure: string): ExpressionError {
    const what = token.kind === 'end' ? 'the expression ends too soon' : `${quoted(token.text)} is not expected here`
    return failure(token.at, what, cure)
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }

  #take(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#next += 1
    return token
  }
}

function exactNumber(text: string, at: number): number {
  const value = Number(text)
  if (isExact(value)) return value
  throw failure(at, `${quoted(text)} is not exact as a number`, `keep to ${Number.MAX_SAFE_INTEGER}`)
}

function operatorOf({ kind, text }: Token): BinaryOperator | undefined {
  return (kind === 'sign' || kind === 'word') && Object.hasOwn(precedences, text) ? (text as BinaryOperator) : undefined
}

function unknownFunction(name: string, at: number): ExpressionError {
  const guess = nearest(name, functionNames)
  const cure = guess === undefined ? `there are ${functionNames.join(', ')}` : `did you mean ${guess}?`
  return failure(at, `there is no function ${printable(name, 60)}`, cure)
}

function failure(at: number, message: string, cure: string): ExpressionError {
  return new ExpressionError({ code: 'expression-syntax', message, cure, at })
}
