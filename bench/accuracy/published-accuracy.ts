import { createHash } from 'node:crypto'
import type { FrameworkConstants } from '@reprise/engine-sim/core'
import { halfOf, keyOf } from './half-of.ts'
import type { Judgement } from './judge-rows.ts'
import type { MeasuredRow } from './measured-rows.ts'

/** What predictions are made with, and the error that is told beside them. */
export interface PublishedAccuracy {
  readonly rows: { readonly fitted: number; readonly heldOut: number; readonly digest: string }
  readonly constants: Readonly<Record<string, FrameworkConstants>>
  /** Median errors of the rows that nothing is fitted to. */
  readonly errors: { readonly tpot: number; readonly ttft: number }
}

/** Of a judgement of these rows, those that no prediction is made of among them, to four digits: `published-accuracy.json`, which `--write` makes. Constants of ranks are not part of it. */
export function publishedAccuracy({ byHalf, constants }: Judgement, rows: readonly MeasuredRow[]): PublishedAccuracy {
  const fitted = rows.filter((row) => halfOf(row) === 'fitted').length
  const digits = (value: number) => Number(value.toPrecision(4))
  return {
    rows: { fitted, heldOut: rows.length - fitted, digest: digestOf(rows) },
    constants: Object.fromEntries(
      [...constants]
        .filter(([name]) => !name.includes(','))
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, found]) => [name, { ...found, scale: digits(found.scale) }]),
    ),
    errors: { tpot: digits(byHalf['held out'].tpot), ttft: digits(byHalf['held out'].ttft) },
  }
}

/** Which points the rows are of and what was measured of them, in any order. */
export function digestOf(rows: readonly MeasuredRow[]): string {
  const keys = rows.map((row) => `${keyOf(row)} ${row.ttftMs} ${row.tpotMs}`).sort()
  return createHash('sha256').update(keys.join('\n')).digest('hex')
}
