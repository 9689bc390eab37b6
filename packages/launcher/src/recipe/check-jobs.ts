import { ConfigError, type Problem, quoted } from '@reprise/config-file'
import type { FieldValue, JobField, JobView, PlannedJob, Row } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { type Recipe, unwritten } from './recipe.ts'
import { renderEvaluationCommand } from './render-command.ts'
import { type RenderedProcess, renderProcesses } from './render-processes.ts'

/** A job that is started from a recipe. */
export interface RecipeJob {
  readonly configKey: string
  readonly job: PlannedJob
  /** The same as a row, to be told of. */
  readonly row: Row
  readonly gpus: number
}

/**
 * What is wrong between a recipe and the jobs that are started from it: a value it asks for and a job has not, something that a
 * job asks for and the recipe does not look at, another engine, another image. Each problem is told once, of the first job that has it.
 */
export function checkJobs(recipe: Recipe, jobs: readonly RecipeJob[]): Problem[] {
  const found = new Map<string, { readonly problem: Problem; readonly first: RecipeJob; count: number }>()
  for (const job of jobs) {
    for (const problem of checkJob(recipe, job)) {
      const key = [problem.code, problem.place?.line, problem.message].join(' ')
      const seen = found.get(key)
      if (seen === undefined) found.set(key, { problem, first: job, count: 1 })
      else seen.count += 1
    }
  }
  return [...found.values()].map(({ problem, first, count }) => {
    const others = count === 1 ? '' : ` and ${count - 1} more`
    return { ...problem, message: `${problem.message} (${printable(describe(first), 160)}${others})` }
  })
}

function describe({ configKey, job }: RecipeJob): string {
  return `${configKey}, ${job.scenario.kind}, conc ${Math.max(...job.concurrencies)}`
}

function checkJob(recipe: Recipe, job: RecipeJob): Problem[] {
  return [...checkEngine(recipe, job), ...checkImage(recipe, job), ...checkCommands(recipe, job)]
}

function checkCommands(recipe: Recipe, job: RecipeJob): Problem[] {
  try {
    const processes = renderProcesses(recipe, job)
    renderEvaluationCommand(recipe, job, { url: 'http://127.0.0.1', out: 'eval' })
    return unwritten(recipe).length > 0 ? [] : checkIgnored(recipe, processes)
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems]
    throw error
  }
}

type Wish = readonly [field: JobField, value: FieldValue | undefined]

/** What a worker is where nothing is wanted of it, so that its command need not look at it. */
const plainWorker: readonly Wish[] = [
  ['tp', 1],
  ['pp', 1],
  ['dcp-size', 1],
  ['pcp-size', 1],
  ['ep', 1],
  ['dp-attn', false],
]

/** The same of a job, of whose processes one has to look at it. */
const plainJob: readonly Wish[] = [
  ['spec-decoding', 'none'],
  ['kv-offloading', 'none'],
  ['kv-offload-backend', undefined],
  ['kv-p2p-transfer', undefined],
]

/** A server that is not what its row says would be published under a wrong name. Its router has the name that the row gives. */
function checkIgnored(recipe: Recipe, processes: readonly RenderedProcess[]): Problem[] {
  const workers = processes.filter(({ role }) => role !== 'router')
  const all = new Set(processes.flatMap(({ command }) => [...command.reads]))
  const problems = [
    ...workers.flatMap(({ view, command }) => ignored(recipe, plainWorker, view, command.reads)),
    ...ignored(recipe, plainJob, processes[0]!.view, all),
  ]
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}

function ignored(recipe: Recipe, wishes: readonly Wish[], view: JobView, reads: ReadonlySet<JobField>): Problem[] {
  return wishes.flatMap(([field, value]) => {
    const wanted = view.get(field)
    if (wanted === undefined || wanted === value || reads.has(field)) return []
    const message = `jobs ask for ${field} ${quoted(wanted)}, and no flag, variable or match of the recipe looks at it`
    const cure = `use \${job.${field}}, or match it under when`
    return [problemAt(recipe, ['server', 'extends'], { severity: 'error', code: 'ignored-field', message, cure })]
  })
}

const engineOf: Readonly<Record<string, Recipe['engine']>> = { vllm: 'vllm', sglang: 'sglang', sim: 'sim' }

function checkEngine(recipe: Recipe, { job: { framework } }: RecipeJob): Problem[] {
  const engine = Object.hasOwn(engineOf, framework) ? engineOf[framework] : undefined
  if (engine === undefined || engine === recipe.engine) return []
  const message = `the engine is ${recipe.engine}, the framework of its jobs ${printable(framework, 40)}`
  const cure = `write engine: ${engine}, or extend a base that says so`
  return [problemAt(recipe, ['engine', 'extends'], { severity: 'error', code: 'engine', message, cure })]
}

function checkImage(recipe: Recipe, { job: { image } }: RecipeJob): Problem[] {
  if (recipe.image === undefined || image === recipe.image) return []
  const message = `its flags are those of ${quoted(recipe.image)}, and jobs run them in ${quoted(image)}`
  const cure = 'check the flags against the image of the jobs, and name that one here'
  return [problemAt(recipe, ['image', 'extends'], { severity: 'warning', code: 'image', message, cure })]
}

type Key = 'server' | 'image' | 'engine' | 'extends'

/** At the first of these keys that the recipe itself has, else at its beginning: what its jobs need is no matter of a base. */
function problemAt({ file, server }: Recipe, keys: readonly Key[], problem: Omit<Problem, 'place'>): Problem {
  const own = keys.map((key) => server.places?.[key]).find((place) => place?.file === file)
  return { ...problem, place: own ?? { file, line: 1, column: 1 } }
}
