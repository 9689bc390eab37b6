import { z } from 'zod'
import type { StepWork } from './step-work.ts'

const rising = z
  .array(z.number().nonnegative())
  .min(1)
  .refine((values) => values.every((value, at) => at === 0 || value > values[at - 1]!), 'has to rise')

/** Milliseconds on a grid: `ms[i][j]` at `counts[i]` and `contexts[j]`. */
const Grid = z
  .strictObject({
    /** Prefill tokens of a step, or decoding sequences. */
    counts: rising,
    /** Mean context of those, in tokens. */
    contexts: rising,
    ms: z.array(z.array(z.number().nonnegative())),
  })
  .refine(
    ({ counts, contexts, ms }) => ms.length === counts.length && ms.every((row) => row.length === contexts.length),
    'wants a row of ms for each count, with a value for each context',
  )
export type Grid = z.infer<typeof Grid>

/**
 * Milliseconds that one step takes, from a table of steps that somebody measured: of prefill tokens by their mean context, and of decoding
 * sequences by theirs; straight lines between the points of each, and the sum where a step has both.
 */
export const TableStepTime = z.strictObject({
  kind: z.literal('table'),
  prefill: Grid,
  decode: Grid,
  /** What of a step beyond the table: it ends the run with an error, or takes as long as the nearest point. Default `refuse`. */
  outside: z.enum(['refuse', 'nearest']).optional(),
})
export type TableStepTime = z.infer<typeof TableStepTime>

/** A step lies beyond the table that was given; who gave it can add rows, or say what then holds. */
export class OutsideTableError extends Error {
  override readonly name = 'OutsideTableError'
}

/**
 * Milliseconds that a step takes.
 *
 * @throws OutsideTableError for a step beyond the table, unless the nearest point is to hold there.
 */
export function tableStepMs({ prefill, decode, outside = 'refuse' }: TableStepTime, work: StepWork): number {
  const { prefillTokens, prefillContextTokens, decodes, decodeContextTokens } = work
  const refuses = outside === 'refuse'
  return (
    (prefillTokens === 0 ? 0 : at(prefill, ['prefill tokens', prefillTokens], prefillContextTokens, refuses)) +
    (decodes === 0 ? 0 : at(decode, ['decoding sequences', decodes], decodeContextTokens, refuses))
  )
}

/** Bilinear. */
function at(grid: Grid, [what, count]: readonly [string, number], contextTokens: number, refuses: boolean): number {
  const [row, down] = placeOf(grid.counts, count, what, refuses)
  const [column, along] = placeOf(grid.contexts, contextTokens / count, `mean context of ${what}`, refuses)
  const valueAt = (i: number) => {
    const values = grid.ms[i]!
    const left = values[column]!
    return along === 0 ? left : left + along * (values[column + 1]! - left)
  }
  return down === 0 ? valueAt(row) : valueAt(row) + down * (valueAt(row + 1) - valueAt(row))
}

/** The last point that is not above a value, and the share of the way to the next. */
function placeOf(points: readonly number[], value: number, what: string, refuses: boolean): readonly [number, number] {
  const last = points.length - 1
  const [lowest, highest] = [points[0]!, points[last]!]
  if (refuses && (value < lowest || value > highest))
    throw new OutsideTableError(
      `a step has ${Number(value.toFixed(1))} as ${what}, and the table of step times goes from ${lowest} to ${highest}; add rows to it, or write "outside": "nearest"`,
    )
  if (value <= lowest) return [0, 0]
  if (value >= highest) return [last, 0]
  const above = points.findIndex((point) => point > value)
  const [from, to] = [points[above - 1]!, points[above]!]
  return [above - 1, (value - from) / (to - from)]
}
