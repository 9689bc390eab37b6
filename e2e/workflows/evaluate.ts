import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** What the expressions of a job see. */
export interface Contexts {
  readonly github: unknown
  readonly inputs?: unknown
  readonly needs?: unknown
  readonly matrix?: unknown
  readonly steps?: unknown
  /** Variables of the repository. */
  readonly vars?: unknown
  /** How the jobs that are needed ended, all together; decides what `success()` and its like say. */
  readonly status?: 'success' | 'failure' | 'cancelled'
}

const names = ['github', 'inputs', 'needs', 'matrix', 'steps', 'runner', 'job', 'env', 'vars', 'secrets']
const statusNames = ['success', 'failure', 'cancelled', 'always']

/** The value of one expression, without its `${{ }}`, as GitHub's own evaluator tells it. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const functions = statusFunctions(contexts.status ?? 'success')
  const tokens = new Lexer(expression).lex().tokens
  const tree = new Parser(tokens, names, [...functions.values()]).parse()
  const { status: _, ...given } = contexts
  const seen = { vars: {}, ...given }
  const context = JSON.parse(JSON.stringify(seen), data.reviver) as data.Dictionary
  const value = new Evaluator(tree, context, functions).evaluate()
  return JSON.parse(JSON.stringify(value, data.replacer))
}

/** A text with expressions in it: the value of the one that it consists of, or a text with the values put in. */
export function fill(text: string, contexts: Contexts): unknown {
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim())
  if (whole) return evaluate(whole[1]!, contexts)
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => String(evaluate(expression, contexts) ?? ''))
}

/** Whether a job or a step with this `if` runs. Without a status function in it, what it needs must have gone well. */
export function runsIf(condition: string | undefined, contexts: Contexts): boolean {
  const expression = condition?.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1') ?? 'success()'
  const asksForStatus = statusNames.some((name) => new RegExp(`\\b${name}\\s*\\(`).test(expression))
  if (!asksForStatus && (contexts.status ?? 'success') !== 'success') return false
  return Boolean(evaluate(expression, contexts))
}

function statusFunctions(status: string): Map<string, FunctionDefinition> {
  return new Map(
    statusNames.map((name) => [
      name,
      { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(name === 'always' || name === status) },
    ]),
  )
}
