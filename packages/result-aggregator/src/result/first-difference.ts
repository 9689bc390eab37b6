import { printable } from '@reprise/safe-text'

/**
 * Where two JSON values differ first, and how, in one line: `counts.ok is 12, and not 10`. `undefined` where they are equal, numbers to twelve digits:
 * logarithms may differ in their last one from machine to machine.
 */
export function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (!isNested(one) || !isNested(other) || Array.isArray(one) !== Array.isArray(other))
    return isSame(one, other) ? undefined : `${path} is ${shown(one)}, and not ${shown(other)}`
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  for (const key of keys) {
    const difference = firstDifference(valueAt(one, key), valueAt(other, key), path === '' ? key : `${path}.${key}`)
    if (difference !== undefined) return difference
  }
  return undefined
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
