import type { TextFile } from '@reprise/config-file'
import { type PlannedJob, rowOf } from '@reprise/matrix-generator'
import { agenticHour, oneGpu, plannedJobWith } from '@reprise/matrix-generator/fixtures'
import { parseRecipe } from './examine-recipe.ts'
import type { Recipe } from './recipe.ts'

/** A whole recipe with these lines for its server's command, each indented by two. */
export function recipeWith(serverLines: readonly string[], options: RecipeText = {}): Recipe {
  return parseRecipe([recipeText(serverLines, options), ...(options.bases ?? [])])
}

interface RecipeText {
  /** Lines at the top level, beside title, engine and server. */
  readonly lines?: readonly string[]
  readonly engine?: string
  readonly bases?: readonly TextFile[]
}

function recipeText(serverLines: readonly string[], { lines = [], engine = 'other' }: RecipeText): TextFile {
  const text = [
    'title: For a test',
    `engine: ${engine}`,
    ...lines,
    'server:',
    '  health-path: /health',
    '  deadlines-s: { start: 1, load: 1, ready: 1, warm: 1 }',
    ...serverLines.map((line) => `  ${line}`),
    '',
  ].join('\n')
  return { file: 'benchmarks/test.yaml', text }
}

/** What tests change of a job: its text, its one node, where its KV cache goes. */
export interface JobChanges
  extends Partial<
    Pick<PlannedJob, 'model' | 'framework' | 'specDecoding' | 'router' | 'evaluation' | 'kvP2pTransfer' | 'disagg'>
  > {
  readonly topology?: Partial<Omit<Extract<PlannedJob['topology'], { kind: 'single' }>, 'kind'>>
  /** Several nodes then: workers of prefill and of decode, each on so many GPUs. */
  readonly workers?: { readonly prefill: WorkerChanges; readonly decode: WorkerChanges }
  readonly conc?: number
  readonly offloading?: Extract<PlannedJob['scenario'], { kind: 'agentic-coding' }>['offloading']
  /** Of fixed lengths then. */
  readonly inputTokens?: number
}

type WorkerChanges = Partial<Extract<PlannedJob['topology'], { kind: 'multi' }>['prefill']>

/** An agentic job on two GPUs, with these values instead. */
export function jobWith({
  topology,
  workers,
  conc = 16,
  offloading = { tier: 'none' },
  inputTokens,
  ...changes
}: JobChanges = {}) {
  const job = plannedJobWith({
    ...{ image: 'x/y:1', model: 'org/model', modelPrefix: 'm', runner: 'cluster:local', name: 'm_tp2' },
    topology:
      workers === undefined
        ? { ...oneGpu, tp: 2, ...topology }
        : { kind: 'multi', prefill: { ...oneWorker, ...workers.prefill }, decode: { ...oneWorker, ...workers.decode } },
    concurrencies: [conc],
    scenario:
      inputTokens === undefined
        ? { ...agenticHour, offloading }
        : { kind: 'fixed-seq-len', inputTokens, outputTokens: 1, maxModelTokens: inputTokens + 1 },
    ...changes,
  })
  return { configKey: 'm-fp8-local-other', job, row: rowOf(job, 'aug2026'), gpus: 2 }
}

const { kind: _, ...sizes } = oneGpu
const oneWorker = { ...sizes, workers: 1 }
