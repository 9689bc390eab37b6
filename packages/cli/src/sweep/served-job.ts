import { ConfigError } from '@reprise/config-file'
import { explainRecipe, type Recipe, type RecipeJob } from '@reprise/launcher'
import type { PlannedJob, Worker } from '@reprise/matrix-generator'
import { type ServerFlags, serverFlagsOf } from './server-flags.ts'

export type EngineName = 'vllm' | 'sglang' | 'trtllm'

/** Equal copies of a server, with what a row and a recipe say of each. */
export interface ServedWorkers {
  readonly role: 'server' | 'prefill' | 'decode'
  readonly count: number
  readonly sizes: Pick<Worker, 'tp' | 'pp' | 'ep' | 'dpAttn' | 'hardware' | 'dcpSize' | 'pcpSize'>
  readonly flags: ServerFlags
}

/** What serves a job: one kind of workers, or those that compute prompts and those that decode. */
export interface ServedJob {
  readonly engine: EngineName | 'sim'
  readonly workers: readonly [ServedWorkers, ...ServedWorkers[]]
  /** What takes the requests: its name and its flags, which are empty where no recipe says them. */
  readonly router?: { readonly name: string; readonly flags: ServerFlags }
  /** Why flags are those of the framework alone. Absent: a recipe has them. */
  readonly withoutRecipe?: string
}

/** Frameworks of rows by the engine in them; what stands in front of it is a router. Source: `framework` of the master files of InferenceX. */
const engines: Readonly<Record<string, EngineName>> = {
  vllm: 'vllm',
  'dynamo-vllm': 'vllm',
  'llmd-vllm': 'vllm',
  sglang: 'sglang',
  'dynamo-sglang': 'sglang',
  'sglang-disagg': 'sglang',
  trt: 'trtllm',
  'dynamo-trt': 'trtllm',
}

/** What serves a job, by its recipe; or by its row alone where there is none, or none that can start it. In one line why neither says it. */
export function servedJob(recipe: Recipe | undefined, recipeJob: RecipeJob): ServedJob | string {
  if (recipe?.engine === 'vllm' || recipe?.engine === 'sglang' || recipe?.engine === 'sim') {
    try {
      return byRecipe(recipe, recipe.engine, recipeJob)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return byRow(recipeJob.job, `${recipe.file} does not start it (${error.problems[0]?.message ?? 'broken'})`)
    }
  }
  const why = recipe ? `${recipe.file} does not have the flags of its workers` : 'no recipe'
  return byRow(recipeJob.job, why)
}

function byRecipe(recipe: Recipe, engine: ServedJob['engine'], recipeJob: RecipeJob): ServedJob | string {
  const processes = explainRecipe(recipe, [recipeJob]).shapes[0]?.processes ?? []
  const workers = processes.flatMap(({ role, count, ...process }): ServedWorkers[] =>
    role === 'router' ? [] : [{ role, count, flags: serverFlagsOf(process), sizes: sizesOf(recipeJob.job, role) }],
  )
  const [first, ...others] = workers
  if (!first) return 'the recipe starts nothing for it'
  const router = processes.find(({ role }) => role === 'router')
  return {
    engine,
    workers: [first, ...others],
    ...(router && { router: { name: recipe.router?.name ?? 'router', flags: serverFlagsOf(router) } }),
  }
}

function sizesOf({ topology }: PlannedJob, role: ServedWorkers['role']): ServedWorkers['sizes'] {
  if (topology.kind === 'single') return topology
  return role === 'decode' ? topology.decode : topology.prefill
}

function byRow(job: PlannedJob, withoutRecipe: string): ServedJob | string {
  const { framework, topology, disagg, router } = job
  const engine = Object.hasOwn(engines, framework) ? engines[framework]! : undefined
  if (engine === undefined)
    return `the scheduler of ${framework} is not modelled; there are those of vLLM, SGLang and TensorRT-LLM`
  const flags: ServerFlags = new Map()
  const of = (role: ServedWorkers['role'], count: number): ServedWorkers => ({
    ...{ role, count, flags },
    sizes: sizesOf(job, role),
  })
  const apart = topology.kind === 'multi' && (disagg || topology.decode.workers > 0)
  const workers: ServedJob['workers'] =
    topology.kind === 'single'
      ? [of('server', 1)]
      : apart
        ? [of('prefill', topology.prefill.workers), of('decode', topology.decode.workers)]
        : [of('server', topology.prefill.workers)]
  if (workers.some(({ count }) => count < 1)) return 'it has workers of one kind alone'
  const name = router?.name ?? (topology.kind === 'multi' ? framework : undefined)
  return { engine, workers, withoutRecipe, ...(name !== undefined && { router: { name, flags } }) }
}
