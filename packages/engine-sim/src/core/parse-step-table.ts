import { EngineConfigError } from './check-engine-config.ts'
import type { Grid, TableStepTime } from './step-time/table-step-time.ts'

/** What a table of steps has of each point, by these names. */
export const stepTableColumns = ['kind', 'count', 'context', 'ms'] as const

/** A point as it was read, and where. */
export interface StepTableRow extends Readonly<Partial<Record<(typeof stepTableColumns)[number], unknown>>> {
  readonly place: string
}

/**
 * The step times of a CSV text: a line `prefill,COUNT,CONTEXT,MS` or `decode,COUNT,CONTEXT,MS` for each point, below the line of their names, in any
 * order. Of each kind every count has every context.
 *
 * @throws EngineConfigError naming the line, or the point that is missing or there twice.
 */
export function parseStepTable(text: string, file: string): TableStepTime {
  const [names, ...lines] = text.trim().split(/\r?\n/)
  const header = stepTableColumns.join(',')
  if (names?.trim().toLowerCase() !== header)
    throw new EngineConfigError(`${file}:1: the first line has to be ${header}`)
  const rows = lines.map((line, at) => rowOf(line, `${file}:${at + 2}`))
  return stepTableOf(rows, file)
}

/** The step times of rows in any order, of which each has its place. @throws EngineConfigError as `parseStepTable` */
export function stepTableOf(rows: readonly StepTableRow[], file: string): TableStepTime {
  const points = rows.map(pointOf)
  const gridOfKind = (kind: string) =>
    gridOf(
      points.filter((point) => point.kind === kind),
      `${file}: ${kind}`,
    )
  return { kind: 'table', prefill: gridOfKind('prefill'), decode: gridOfKind('decode') }
}

function rowOf(line: string, place: string): StepTableRow {
  const cells = line.split(',').map((cell) => cell.trim())
  const [kind, ...rest] = cells
  const [count, context, ms] = rest.map((cell) => (cell === '' ? Number.NaN : Number(cell)))
  return cells.length === stepTableColumns.length ? { kind, count, context, ms, place } : { place }
}

interface Point {
  readonly kind: string
  readonly count: number
  readonly context: number
  readonly ms: number
}

function pointOf({ kind, count, context, ms, place }: StepTableRow): Point {
  const isKind = kind === 'prefill' || kind === 'decode'
  if (isKind && isFrom(0, count) && count !== 0 && isFrom(0, context) && isFrom(0, ms))
    return { kind, count, context, ms }
  throw new EngineConfigError(
    `${place}: expected prefill or decode, then a count above 0, a mean context and milliseconds`,
  )
}

function isFrom(least: number, value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= least
}

function gridOf(points: readonly Point[], place: string): Grid {
  if (points.length === 0) throw new EngineConfigError(`${place}: there is no such line; write at least one`)
  const unique = (values: readonly number[]) => [...new Set(values)].sort((one, other) => one - other)
  const counts = unique(points.map(({ count }) => count))
  const contexts = unique(points.map(({ context }) => context))
  const byPoint = new Map(points.map((point) => [`${point.count} ${point.context}`, point.ms]))
  if (byPoint.size < points.length)
    throw new EngineConfigError(`${place}: a count and context stand there twice; leave one out`)
  const ms = counts.map((count) =>
    contexts.map((context) => {
      const value = byPoint.get(`${count} ${context}`)
      if (value === undefined)
        throw new EngineConfigError(
          `${place}: count ${count} has no line for context ${context}; every count wants every context`,
        )
      return value
    }),
  )
  return { counts, contexts, ms }
}
