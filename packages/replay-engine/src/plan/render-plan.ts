import { createHash } from 'node:crypto'
import { printable } from '@reprise/safe-text'
import { Plan } from './plan.ts'
import { PlanError } from './plan-error.ts'

/**
 * A plan as JSON text: keys in the order of the schema, one line per field and per tree, so that equal plans are equal bytes and
 * different ones have a readable diff.
 */
export function renderPlan(plan: Plan): string {
  const ordered = Plan.parse(plan)
  const fields = Object.entries({ ...ordered, trees: undefined }).map(
    ([name, value]) =>
      `${JSON.stringify(name)}: ${name === 'trees' ? renderLines(ordered.trees) : JSON.stringify(value)}`,
  )
  return `{\n${fields.join(',\n')}\n}\n`
}

/** @throws PlanError when the text is not a plan of this version, naming the places. */
export function parsePlan(text: string): Plan {
  const parsed = Plan.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const places = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${printable(path.join('.')) || 'plan'}: ${printable(message)}`)
  throw new PlanError(`not a plan/1: ${places.join('; ')}; plan again with this version`)
}

/** SHA-256 (hex) of the rendered plan. */
export function planDigest(plan: Plan): string {
  return planTextDigest(renderPlan(plan))
}

/** The same, of a plan that is rendered already: rendering a large one takes a good part of a second. */
export function planTextDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function renderLines(values: readonly unknown[]): string {
  return values.length === 0 ? '[]' : `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new PlanError('not a plan: the text is not complete JSON; write the plan again')
  }
}
