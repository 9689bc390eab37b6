import { printable } from '@reprise/safe-text'

/** Where two JSON values are not equal: `counts.ok`, and what stands there; `undefined`: nothing. */
export interface Difference {
  readonly path: string
  readonly one: unknown
  readonly other: unknown
}

/**
 * Every place where two JSON values differ, in the order of the first, each only when it is asked for. Numbers are compared to twelve digits:
 * logarithms may differ in their last one from machine to machine.
 */
export function* differences(one: unknown, other: unknown, path = ''): Generator<Difference> {
  if (!isNested(one) || !isNested(other) || Array.isArray(one) !== Array.isArray(other)) {
    if (!isSame(one, other)) yield { path, one, other }
    return
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    yield* differences(valueAt(one, key), valueAt(other, key), path === '' ? key : `${path}.${key}`)
}

/** The difference in one line: `counts.ok is 12, and not 10`. */
export function renderDifference({ path, one, other }: Difference): string {
  return `${printable(path, 200)} is ${shown(one)}, and not ${shown(other)}`
}

/** Where they differ first, and how, in one line; `undefined` where they are equal. */
export function firstDifference(one: unknown, other: unknown): string | undefined {
  const { value } = differences(one, other).next()
  return value ? renderDifference(value) : undefined
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return Object.is(one, other)
  return Object.is(one, other) || Math.abs(one - other) < 1e-12 * Math.abs(one)
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function valueAt(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : printable(JSON.stringify(value), 120)
}
