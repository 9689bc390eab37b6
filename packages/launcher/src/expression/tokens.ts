import { quoted } from '@reprise/config-file'
import { ExpressionError } from './expression-error.ts'

export interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end'
  /** As it is written; of a text, what it says. */
  readonly text: string
  readonly at: number
}

/** A longer expression belongs into several flags. */
const maxTokens = 1_000

/**
 * A hyphen between letters belongs to a name, as in `dcp-size`; between blanks, or before a digit, it is a minus.
 */
const pattern =
  /\s+|(?<number>\d+(?:\.\d+)?)|'(?<text>(?:[^']|'')*)'|(?<word>[A-Za-z_]\w*(?:[-.][A-Za-z_]\w*)*)|(?<sign>[=!<>]=|[-+*/%<>()[\],])/uy

/**
 * The tokens of `text` from `from` up to `to`, with one that says where it ends.
 *
 * @throws ExpressionError for a character that begins none.
 */
export function tokensOf(text: string, from: number, to: number): Token[] {
  const tokens: Token[] = []
  let at = from
  while (at < to) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    const end = at + (found?.[0].length ?? 0)
    if (found === null || end > to) throw strange(text.slice(at, to), at)
    const { number, text: said, word, sign } = found.groups!
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (said !== undefined) tokens.push({ kind: 'text', text: said.replaceAll("''", "'"), at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at })
    if (tokens.length > maxTokens) throw tooLong(at)
    at = end
  }
  return [...tokens, { kind: 'end', text: '', at: to }]
}

function tooLong(at: number): ExpressionError {
  const message = `the expression has more than ${maxTokens} words and signs`
  return new ExpressionError({ code: 'expression-syntax', message, cure: 'say it with less', at })
}

function strange(rest: string, at: number): ExpressionError {
  const first = String.fromCodePoint(rest.codePointAt(0)!)
  const others: Readonly<Record<string, string>> = {
    '=': 'compare with ==',
    '&': 'write and',
    '|': 'write or',
    '!': 'write not',
    '?': 'write if(condition, value, other value)',
    "'": 'close the text with a second quote',
    '"': 'put texts between single quotes',
    $: 'write names alone: job.conc',
  }
  const cure = Object.hasOwn(others, first)
    ? others[first]!
    : 'there are names, numbers, texts in single quotes, + - * / %, comparisons, and, or, not, in, lists and functions'
  return new ExpressionError({
    code: 'expression-syntax',
    message: `${quoted(first)} means nothing in an expression`,
    cure,
    at,
  })
}
