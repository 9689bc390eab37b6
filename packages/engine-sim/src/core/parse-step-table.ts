import { EngineConfigError } from './check-engine-config.ts'
import type { Grid, TableStepTime } from './step-time/table-step-time.ts'

const header = 'kind,count,context,ms'

/**
 * The step times of a CSV text: a line `prefill,COUNT,CONTEXT,MS` or `decode,COUNT,CONTEXT,MS` for each point, below the line of their names, in any
 * order. Of each kind every count has every context.
 *
 * @throws EngineConfigError naming the line, or the point that is missing or there twice.
 */
export function parseStepTable(text: string, file: string): TableStepTime {
  const [names, ...lines] = text.trim().split(/\r?\n/)
  if (names?.trim().toLowerCase() !== header)
    throw new EngineConfigError(`${file}:1: the first line has to be ${header}`)
  const points = lines.map((line, at) => pointOf(line, `${file}:${at + 2}`))
  const gridOfKind = (kind: string) =>
    gridOf(
      points.filter((point) => point.kind === kind),
      `${file}: ${kind}`,
    )
  return { kind: 'table', prefill: gridOfKind('prefill'), decode: gridOfKind('decode') }
}

interface Point {
  readonly kind: string
  readonly count: number
  readonly context: number
  readonly ms: number
}

function pointOf(line: string, place: string): Point {
  const [kind = '', ...rest] = line.split(',').map((cell) => cell.trim())
  const [count = Number.NaN, context = Number.NaN, ms = Number.NaN] = rest.map((cell) =>
    cell === '' ? Number.NaN : Number(cell),
  )
  const isPoint = rest.length === 3 && count > 0 && context >= 0 && ms >= 0 && Number.isFinite(count + context + ms)
  if (!isPoint || !(kind === 'prefill' || kind === 'decode'))
    throw new EngineConfigError(
      `${place}: expected prefill or decode, then a count above 0, a mean context and milliseconds`,
    )
  return { kind, count, context, ms }
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
