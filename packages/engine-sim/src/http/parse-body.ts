import type { z } from 'zod'
import { ApiError } from './api-error.ts'
import { findJsonError } from './find-json-error.ts'

const maxShownChars = 100
/** A body can be wrong in a million places. */
const maxShownProblems = 20

/**
 * A request's body, checked against a schema; fields the schema does not name stay.
 *
 * @throws ApiError 400 where it breaks the schema, worded like vLLM's validation errors.
 */
export function parseBody<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const shown = issues.slice(0, maxShownProblems).map((issue) => problemOf(issue, json))
  throw validationError(shown, issues.length)
}

/**
 * The JSON value of a text.
 *
 * @throws ApiError 400 where it is none, with the place.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const { at, message } = findJsonError(text)
    throw validationError([
      { type: 'json_invalid', loc: `body.${at}`, msg: 'JSON decode error', input: {}, reason: message },
    ])
  }
}

/**
 * What vLLM's checks of a whole body refuse: several fields that do not go together.
 *
 * @throws ApiError 400 that names `field`.
 */
export function refuseBody(message: string, field: string, body: unknown, value?: number): never {
  const shown = value === undefined ? '' : `, value=${value}`
  const msg = `Value error, ${message} (parameter=${field}${shown})`
  const { message: text } = validationError([{ type: 'value_error', loc: 'body', msg, input: body }])
  throw new ApiError(text, { type: 'Bad Request', param: field })
}

interface Problem {
  readonly type: string
  readonly loc: string
  readonly msg: string
  readonly input: unknown
  readonly reason?: string
}

function problemOf(issue: z.core.$ZodIssue, body: unknown): Problem {
  const input = issue.path.reduce<unknown>((value, key) => fieldOf(value, key), body)
  const loc = ['body', ...issue.path.map(String)].join('.')
  if (input === undefined && issue.path.length > 0) {
    const parent = issue.path.slice(0, -1).reduce<unknown>((value, key) => fieldOf(value, key), body)
    return { type: 'missing', loc, msg: 'Field required', input: parent }
  }
  return { type: issue.code, loc, msg: issue.message, input }
}

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined
}

/**
 * A body that is none of a route's.
 *
 * @param found more than are shown, where there are many.
 */
export function validationError(problems: readonly Problem[], found = problems.length): ApiError {
  const told = problems.map((problem) => ({ loc: problem.loc, msg: problem.msg, shown: renderProblem(problem) }))
  const lines = told.map(({ shown }) => `  ${shown}`).join('\n')
  const count = `${found} validation error${found === 1 ? '' : 's'}`
  return new ApiError(`${count}:\n${lines}`, { type: 'Bad Request', param: problems[0]?.loc ?? null, problems: told })
}

function renderProblem({ type, loc, msg, input, reason }: Problem): string {
  const cause = reason === undefined ? '' : `, 'ctx': {'error': '${clean(reason)}'}`
  return `{'type': '${type}', 'loc': '${clean(loc)}', 'msg': '${clean(msg)}', 'input': '${summaryOf(input)}'${cause}}`
}

/** Inputs are named by their kind and size where they could be long. */
function summaryOf(input: unknown): string {
  if (Array.isArray(input)) return `<list of ${input.length} items>`
  if (typeof input === 'object' && input !== null) return `<dict of ${Object.keys(input).length} items>`
  return clean(String(input))
}

function clean(text: string): string {
  return text.slice(0, maxShownChars).replace(/\p{Cc}/gu, ' ')
}
