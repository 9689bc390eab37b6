import { quoted, StepLogError } from './step-log-error.ts'

type Values = Readonly<Record<string, unknown>>

/** One line of a step log. What the engine decided stands in `logged` as it was read: it is compared, never used. */
export type LogLine =
  | { readonly kind: 'cfg'; readonly line: number; readonly cfg: Values }
  | { readonly kind: 'add'; readonly line: number; readonly id: string; readonly logged: Values }
  /** A request was given up while the step before it ran. */
  | { readonly kind: 'abort'; readonly line: number; readonly id: string; readonly logged: Values }
  | { readonly kind: 'idle'; readonly line: number; readonly logged: Values }
  | { readonly kind: 'preempt'; readonly line: number; readonly logged: Values }
  | { readonly kind: 'step'; readonly line: number; readonly logged: Values }
  /** The output of the first step of which it was not taken yet. */
  | { readonly kind: 'output'; readonly line: number }

/**
 * The lines of a step log, in order. Blank lines are left out; a preemption whose fields were emptied is still a preemption line.
 *
 * @throws StepLogError naming file, line and cure.
 */
export function* parseStepLog(lines: Iterable<string>, file: string): Generator<LogLine> {
  let line = 0
  for (const text of lines) {
    line += 1
    if (text.trim() !== '') yield parseLine(text, line, `${file}:${line}`)
  }
}

function parseLine(text: string, line: number, place: string): LogLine {
  const logged = parseObject(text, place)
  if ('cfg' in logged) {
    if (!isObject(logged.cfg))
      throw new StepLogError(`${place}: cfg is ${quoted(logged.cfg)}; write the engine's settings as an object`)
    return { kind: 'cfg', line, cfg: logged.cfg }
  }
  for (const kind of ['add', 'abort'] as const) {
    if (!(kind in logged)) continue
    const id = logged[kind]
    if (typeof id !== 'string') throw new StepLogError(`${place}: ${kind} is ${quoted(id)}; write a request id`)
    return { kind, line, id, logged }
  }
  if ('s' in logged) return { kind: 'step', line, logged }
  if ('idle' in logged) return { kind: 'idle', line, logged }
  const foreign = Object.keys(logged).find((key) => !preemptFields.has(key))
  if (foreign === undefined) return { kind: 'preempt', line, logged }
  throw new StepLogError(
    `${place}: a line with "${quoted(foreign)}" is not known; a line has cfg, add, abort, idle, preempt or s`,
  )
}

const preemptFields = new Set(['preempt', 'computed', 'out', 'free', 't'])

/** A line of a log or of records. @throws StepLogError where it is no JSON object. */
export function parseObject(text: string, place: string): Values {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new StepLogError(`${place}: not JSON: ${quoted(text)}; write one JSON object a line`)
  }
  if (isObject(value)) return value
  throw new StepLogError(`${place}: ${quoted(value)} is not an object; write one JSON object a line`)
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
