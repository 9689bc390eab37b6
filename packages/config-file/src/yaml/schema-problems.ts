import { printable } from '@reprise/safe-text'
import type * as z from 'zod'
import { nearest } from '../nearest.ts'
import type { Place, Problem } from '../problem.ts'
import { quoted } from '../quoted.ts'
import type { Locations } from './locations.ts'

/** Where the checked value stands: below `root` at `path`; `file` for what has no place of its own. */
export interface IssueContext {
  readonly root: unknown
  readonly path: readonly PropertyKey[]
  readonly locations: Locations
  readonly file: string
  /** Every key that such a file may have at any level: what a misspelt one may have been meant to be. */
  readonly knownKeys: readonly string[]
  /** What to write instead of keys that are no misspelling of another, by key. */
  readonly cures?: Readonly<Record<string, string>>
}

/** What a schema found wrong, as problems with a place, the offending value and a cure. */
export function problemsOfIssues(issues: readonly z.core.$ZodIssue[], context: IssueContext): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, context))
}

function problemsOfIssue(issue: z.core.$ZodIssue, context: IssueContext): Problem[] {
  const path = [...context.path, ...issue.path]
  const value = valueAt(context.root, path)
  const name = nameOf(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, value, path, context)
    case 'invalid_type':
      return [
        value === undefined ? missing(name, path, context) : wrongType(name, value, issue.expected, path, context),
      ]
    case 'invalid_value':
      if (value === undefined) return [missing(name, path, context)]
      return [wrongValue(name, value, issue.values, path, context)]
    case 'too_small':
      return [outOfBounds(name, value, `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`, path, context)]
    case 'too_big':
      return [outOfBounds(name, value, `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`, path, context)]
    default:
      return [problem('schema', path, context, `${name} is ${quoted(value)}: ${printable(issue.message)}`)]
  }
}

/** The last key of a path; for an item of a list, `an item of` the list. */
function nameOf(path: readonly PropertyKey[]): string {
  const key = printable(String(path.findLast((step) => typeof step === 'string') ?? 'the value'), 60)
  return typeof path.at(-1) === 'number' ? `an item of ${key}` : key
}

/** So many are told one by one of one mapping; a file of nothing else is no configuration. */
const maxUnknownKeys = 200

function unknownKeys(
  keys: readonly string[],
  within: unknown,
  path: readonly PropertyKey[],
  context: IssueContext,
): Problem[] {
  const told = keys.slice(0, maxUnknownKeys).map((key) => unknownKey(key, within, [...path, key], context))
  const others = keys.length - told.length
  if (others === 0) return told
  const place = placeOf([...path, keys[maxUnknownKeys]!], context, 'key')
  const message = `${others} more unknown keys from here on`
  return [...told, { severity: 'error', code: 'unknown-key', place, message, cure: 'is this the right file?' }]
}

function unknownKey(key: string, within: unknown, path: readonly PropertyKey[], context: IssueContext): Problem {
  const { knownKeys, cures = {} } = context
  const place = placeOf(path, context, 'key')
  const cure = Object.hasOwn(cures, key) ? cures[key] : spelling(key, within, knownKeys)
  return {
    severity: 'error',
    code: 'unknown-key',
    place,
    message: `unknown key ${quoted(key)}`,
    cure: cure ?? 'remove it',
  }
}

function spelling(key: string, within: unknown, known: readonly string[]): string | undefined {
  const guess = nearest(key, known)
  if (guess === undefined) return undefined
  if (guess === key) return 'remove it; it does not belong here'
  const isThere = typeof within === 'object' && within !== null && Object.hasOwn(within, guess)
  return isThere ? `remove it; ${guess} is already there` : `did you mean ${guess}?`
}

function missing(name: string, path: readonly PropertyKey[], context: IssueContext): Problem {
  const place = placeOf(path.slice(0, -1), context, 'key')
  return { severity: 'error', code: 'missing-key', place, message: `${name} is missing`, cure: `write ${name}: ...` }
}

function wrongType(
  name: string,
  value: unknown,
  expected: string,
  path: readonly PropertyKey[],
  context: IssueContext,
): Problem {
  const cure =
    value instanceof Date && expected === 'string' ? 'put it in quotes' : `write ${typeNames[expected] ?? expected}`
  const text = expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
  return problem('wrong-type', path, context, `${name} is ${quoted(value)}`, text ? 'put it in quotes' : cure)
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function wrongValue(
  name: string,
  value: unknown,
  allowed: readonly unknown[],
  path: readonly PropertyKey[],
  context: IssueContext,
): Problem {
  const guess = typeof value === 'string' ? nearest(value, allowed.map(String)) : undefined
  const choices = allowed.map((choice) => printable(String(choice))).join(', ')
  const cure =
    guess === undefined
      ? `write ${allowed.length > 1 ? 'one of ' : ''}${choices}`
      : `did you mean ${guess}? (${choices})`
  return problem('wrong-value', path, context, `${name} is ${quoted(value)}`, cure)
}

function outOfBounds(
  name: string,
  value: unknown,
  bound: string,
  path: readonly PropertyKey[],
  context: IssueContext,
): Problem {
  const isSized = typeof value !== 'number'
  const message = isSized ? `${name} is empty or too short` : `${name} is ${quoted(value)}`
  return problem('out-of-bounds', path, context, message, isSized ? `write ${bound} of them` : `write ${bound}`)
}

function problem(
  code: string,
  path: readonly PropertyKey[],
  context: IssueContext,
  message: string,
  cure?: string,
): Problem {
  return {
    severity: 'error',
    code,
    place: placeOf(path, context, 'value'),
    message,
    ...(cure !== undefined && { cure }),
  }
}

function placeOf(path: readonly PropertyKey[], { root, locations, file }: IssueContext, at: 'key' | 'value'): Place {
  const place = at === 'key' ? locations.keyPlace(root, path) : locations.place(root, path)
  return place ?? { file, line: 1, column: 1 }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}
