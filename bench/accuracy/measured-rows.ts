import { Deployment } from '@reprise/engine-sim/core'
import { type RecipeSettings, recipeSettings, recipeTopology } from './recipe-settings.ts'

/** A row that can be predicted: what ran where, under what load, and what was measured. */
export interface MeasuredRow {
  readonly line: number
  readonly deployment: Deployment
  readonly concurrency: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Lengths are drawn between these shares of the lengths. */
  readonly shares: readonly [number, number]
  /** Of the server, as far as its recipe is known. */
  readonly settings: RecipeSettings
  /** What the latencies are of those of the requests. */
  readonly statistic: 'mean' | 'median'
  readonly ttftMs: number
  readonly tpotMs: number
  /** Model, precision, GPU and framework: what has one scalar. */
  readonly family: string
}

/** A row of aggregate serving that has no prediction, and why. */
export interface LeftOut {
  readonly line: number
  readonly reason: string
}

type Cells = ReadonlyMap<string, string>

const columns =
  'hardware model precision framework mode spec tp pp attn_dp moe_tp moe_ep isl osl concurrency ttft_ms tpot_ms'.split(
    ' ',
  )

/**
 * The aggregate rows of a table of measured points, and those of them that say too little to be predicted. Rows of separate prefill and decode
 * workers are not aggregate and are not counted.
 *
 * @throws RangeError when a column is missing.
 */
export function measuredRows(table: readonly (readonly string[])[]): {
  readonly rows: readonly MeasuredRow[]
  readonly incomplete: readonly LeftOut[]
} {
  const [names = [], ...lines] = table
  if (names.length === 0) throw new RangeError('the table is empty; its first line names the columns')
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0) throw new RangeError(`the table has no column ${missing.join(', ')}`)
  const rows: MeasuredRow[] = []
  const incomplete: LeftOut[] = []
  for (const [at, values] of lines.entries()) {
    const cells = new Map(names.map((name, column) => [name, values[column] ?? '']))
    if (cells.get('mode') !== 'agg') continue
    const row = rowOf(cells, at + 2)
    if ('reason' in row) incomplete.push(row)
    else rows.push(row)
  }
  return { rows, incomplete }
}

function rowOf(cells: Cells, line: number): MeasuredRow | LeftOut {
  const numberOf = (name: string) => Number(cells.get(name) ?? '')
  const wrong = wrongNumber(cells)
  if (wrong) return { line, reason: wrong }
  const [ttftMs, tpotMs] = [numberOf('ttft_ms'), numberOf('tpot_ms')]
  const [inputTokens, outputTokens, concurrency] = [numberOf('isl'), numberOf('osl'), numberOf('concurrency')]
  if (!(ttftMs > 0 && tpotMs > 0)) return { line, reason: 'no TTFT or no TPOT measured' }
  if (!(inputTokens > 0 && outputTokens > 0 && concurrency > 0)) return { line, reason: 'no lengths or no concurrency' }
  if (outputTokens < 2) return { line, reason: 'one token of output has no time per token' }
  if (cells.get('spec') !== '') return { line, reason: 'speculative decoding' }
  if (/agentx/i.test(cells.get('workload') ?? '')) return { line, reason: 'agentic traces, which share prefixes' }
  const hardware = cells.get('hardware') ?? ''
  if (/unstated/.test(hardware)) return { line, reason: 'the GPU is not stated' }
  const precision = (cells.get('precision') || 'bf16').replace(/\(.*/, '').toLowerCase()
  const gpu = hardware.toLowerCase().replace(/_sxm$/, '')
  const parsed = Deployment.safeParse({
    model: cells.get('model'),
    gpu,
    precision,
    framework: cells.get('framework')?.toLowerCase(),
    ...topologyOf(cells),
  })
  if (!parsed.success)
    return { line, reason: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') }
  const model = (cells.get('model') ?? '').replace(/^.*\//, '')
  const isInferenceX = !/internal|token_position/.test(cells.get('source') ?? '')
  const deployment = isInferenceX ? recipeTopology(parsed.data) : parsed.data
  return {
    line,
    deployment,
    ...{ concurrency, inputTokens, outputTokens, ttftMs, tpotMs },
    shares: isInferenceX ? [0.8, 1] : sharesOfOneLength[parsed.data.framework],
    settings: isInferenceX
      ? recipeSettings(deployment, {
          ...{ measured: cells.get('measured') ?? '', version: cells.get('framework_version') ?? '' },
          ...{ concurrency, inputTokens, outputTokens },
        })
      : {},
    statistic: cells.get('ttft_stat') === 'median' ? 'median' : 'mean',
    family: `${model} ${precision} ${gpu} ${parsed.data.framework}`,
  }
}

/** Columns that count something, and the most of it that is simulated: a run of more takes minutes and has never been measured. */
const counts: Readonly<Record<string, number>> = {
  ...{ tp: 1024, pp: 1024, attn_dp: 1024, moe_tp: 1024, moe_ep: 1024 },
  ...{ isl: 2 ** 20, osl: 2 ** 17, concurrency: 2 ** 14 },
}

/** What is wrong with a number of a row; empty cells are numbers that nobody told. */
function wrongNumber(cells: Cells): string | undefined {
  for (const name of [...Object.keys(counts), 'ttft_ms', 'tpot_ms']) {
    const cell = cells.get(name) ?? ''
    const value = Number(cell)
    if (!Number.isFinite(value)) return `${name} is no number`
    const most = counts[name]
    if (value < 0) return `${name} is below 0`
    if (most !== undefined && !Number.isInteger(value)) return `${name} is no whole number`
    if (most !== undefined && value > most) return `${name} is above ${most}`
  }
  return undefined
}

/**
 * What stands for requests of a source that names one length; InferenceX draws its lengths from 80 to 100 %. Where prompts go first, all that began together are computed before one of them
 * goes on, end together and begin together again: equal lengths. Where a step mixes both, requests come apart, by what is not known: a tenth to both sides.
 */
const sharesOfOneLength = { vllm: [0.9, 1.1], sglang: [1, 1], trtllm: [0.9, 1.1] } as const

/**
 * GPUs that share attention, ranks, and GPUs over which experts are spread.
 *
 * Some rows count the same GPUs twice: 8 that both cut and spread the experts stand as 64 (8 x 8), and 4 ranks of one GPU as 4 x 4. No other
 * reading of those rows has as many GPUs as a node.
 */
function topologyOf(
  cells: Cells,
): Pick<Deployment, 'tensorParallel' | 'dataParallel' | 'expertParallel' | 'pipelineParallel'> {
  const countOf = (name: string) => Math.max(1, Number(cells.get(name) ?? ''))
  const [tp, dp, moeTp, moeEp] = [countOf('tp'), countOf('attn_dp'), countOf('moe_tp'), countOf('moe_ep')]
  const pipelineParallel = countOf('pp')
  const parts = (tensorParallel: number, dataParallel: number, expertParallel: number) => ({
    ...{ tensorParallel, dataParallel, expertParallel, pipelineParallel },
  })
  if (moeTp === moeEp && moeEp > 1 && tp * dp === moeTp * moeEp)
    return dp > 1 ? parts(1, moeEp, moeEp) : parts(moeTp, 1, moeEp)
  if (dp > 1 && tp === dp && moeEp === tp * dp) return parts(1, dp, dp)
  return parts(tp, dp, moeEp)
}
