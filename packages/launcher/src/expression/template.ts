import { printable } from '@reprise/safe-text'
import type { Expression, Value } from './expression.ts'
import { ExpressionError, type ExpressionProblem } from './expression-error.ts'
import { parseExpression } from './parse-expression.ts'
import { type Scope, typeOf } from './type-of.ts'

/** A text of a recipe with its expressions, parsed once. */
export interface Template {
  /** As it is written. */
  readonly text: string
  /** In order; neighbouring texts are one, and none is empty. */
  readonly parts: readonly TemplatePart[]
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression }

/**
 * The template that a text is: `${...}` holds an expression, and all else stands for itself.
 *
 * @throws ExpressionError with the offset of what is wrong.
 */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = []
  let at = 0
  while (at < text.length) {
    const begin = text.indexOf('${', at)
    const end = begin === -1 ? text.length : begin
    if (end > at) parts.push({ kind: 'text', text: text.slice(at, end) })
    if (begin === -1) break
    const close = closingOf(text, begin)
    parts.push({ kind: 'expression', expression: parseExpression(text, begin + 2, close) })
    at = close + 1
  }
  return { text, parts }
}

/** Of a text: what is wrong with its expressions in the scope; absent if nothing. */
export function checkTemplate(text: string, scope: Scope): ExpressionProblem | undefined {
  return problemOf(() => {
    for (const part of parseTemplate(text).parts) if (part.kind === 'expression') typeOf(part.expression, scope)
  })
}

/** Of a bare expression that must be true or false: what is wrong with it in the scope. */
export function checkCondition(text: string, scope: Scope): ExpressionProblem | undefined {
  return problemOf(() => {
    const { kind, isList } = typeOf(parseExpression(text), scope)
    if (kind === 'boolean' && !isList) return
    const message = `the condition is ${isList ? 'a list' : `a ${kind}`}, and not true or false`
    throw new ExpressionError({ code: 'expression-type', message, cure: 'compare it: job.conc > 16', at: 0 })
  })
}

function problemOf(check: () => void): ExpressionProblem | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof ExpressionError) return error.problem
    throw error
  }
}

/** The names that an expression asks for, each as often as it does. */
export function namesOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'value':
      return []
    case 'name':
      return [expression.name]
    case 'list':
      return expression.items.flatMap(namesOf)
    case 'unary':
      return namesOf(expression.operand)
    case 'binary':
      return [...namesOf(expression.left), ...namesOf(expression.right)]
    case 'call':
      return expression.given.flatMap(namesOf)
  }
}

/** A value as the words of a command have it: a list with commas between its items. */
export function textOfValue(value: Value): string {
  return typeof value === 'object' ? value.join(',') : String(value)
}

/** Of the brace that closes the expression that begins at `begin`; quotes hold braces of their own. */
function closingOf(text: string, begin: number): number {
  let isQuoted = false
  for (let at = begin + 2; at < text.length; at++) {
    const character = text[at]
    if (character === "'") isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (character === '}') return at
    else if (character === '{') break
  }
  const message = `an expression is not closed in ${printable(JSON.stringify(text), 80)}`
  const cure = `write \${job.conc}, with no braces inside`
  throw new ExpressionError({ code: 'expression-syntax', message, cure, at: begin })
}
