import { ConfigError, type Problem, quoted } from '@reprise/config-file'
import { type FieldValue, type JobField, type JobView, type PlannedJob, viewJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { type Recipe, type RecipeCommand, type RecipeRole, type RecipeWorker, unwritten } from './recipe.ts'
import { type ResolvedCommand, resolveCommand, resolveWords } from './resolve-command.ts'
import { startValues } from './start-values.ts'

interface JobLike {
  readonly job: PlannedJob
  readonly gpus: number
}

/** One command of a job, and how many of it run. */
export interface RenderedProcess {
  readonly role: RecipeRole
  readonly count: number
  /** Accelerators of one copy. */
  readonly gpus: number
  /** What it knows of the job: of several workers, the sizes are its own. */
  readonly view: JobView
  readonly command: ResolvedCommand
  /** All words of its command line. What stands once for every copy of a role is told apart. */
  readonly words: readonly ProcessWord[]
  readonly healthPath: string
  readonly metricsPath?: string
  readonly fatalPatterns: readonly string[]
  readonly morePorts: readonly string[]
}

export type ProcessWord = string | { readonly each: RecipeRole; readonly words: readonly string[] }

/**
 * Every process of a job: its one server, or its workers of prefill and decode; and after them the router, where the row names one or there
 * are several workers. What is only known at the start stays as a placeholder: `{port}`, `{host}`, `{leader}`.
 *
 * @throws ConfigError where the job has no value that the recipe asks for, or wants processes that the recipe does not have.
 */
export function renderProcesses(recipe: Recipe, job: JobLike): RenderedProcess[] {
  if (unwritten(recipe).length > 0) return [renderWorker(recipe, job, { role: 'server', workers: 1 })]
  const workers = workersOf(job.job)
  const problems = workers.flatMap(({ role }) => missingRole(recipe, role))
  const needsRouter = job.job.router !== undefined || workers.reduce((sum, each) => sum + each.workers, 0) > 1
  if (needsRouter) problems.push(...missingRouter(recipe, job.job))
  if (problems.length > 0) throw new ConfigError(problems)
  const rendered = workers.map((worker) => renderWorker(recipe, job, worker))
  return needsRouter ? [...rendered, renderRouter(recipe, job)] : rendered
}

type Topology = PlannedJob['topology']
type Sizes = Omit<Extract<Topology, { kind: 'single' }>, 'kind'>

interface Worker {
  readonly role: Exclude<RecipeRole, 'router'>
  readonly workers: number
  /** Absent: those of the job. */
  readonly sizes?: Sizes
}

/** A server over several nodes is written as a worker of prefill and none of decode. */
function workersOf({ topology, disagg }: PlannedJob): Worker[] {
  if (topology.kind === 'single') return [{ role: 'server', workers: 1 }]
  const { prefill, decode } = topology
  if (decode.workers === 0 && !disagg) return [{ role: 'server', workers: prefill.workers, sizes: prefill }]
  return [
    { role: 'prefill', workers: prefill.workers, sizes: prefill },
    { role: 'decode', workers: decode.workers, sizes: decode },
  ]
}

function renderWorker(recipe: Recipe, { job, gpus: all }: JobLike, { role, workers, sizes }: Worker): RenderedProcess {
  const gpus = sizes === undefined ? all : sizes.tp * sizes.pp * sizes.pcpSize
  const view = viewOf({ job, gpus: all }, sizes, gpus)
  const own = role === 'server' ? undefined : recipe[role]
  const { server, speculation } = recipe
  const morePorts = [...new Set([...server.morePorts, ...(own?.morePorts ?? [])])]
  const values = { ...startValues(morePorts), job: view, model: job.model, ...(speculation && { speculation }) }
  const command = resolveCommand(own === undefined ? server : layered(server, own), values)
  const { healthPath, metricsPath, fatalPatterns } = server
  return {
    ...{ role, count: workers, gpus, view, command, words: command.argv, healthPath, fatalPatterns, morePorts },
    ...(metricsPath !== undefined && { metricsPath }),
  }
}

/** What a worker has besides lies over the server and all of its variants. */
function layered(server: RecipeCommand, { flags, env, when, places }: RecipeWorker): RecipeCommand {
  const own = { match: {}, flags, env, ...(places && { places }) }
  return { ...server, when: [...server.when, own, ...when] }
}

function renderRouter(recipe: Recipe, job: JobLike): RenderedProcess {
  const { workers, healthPath, metricsPath, fatalPatterns, morePorts, ...own } = recipe.router!
  const view = viewJob(job)
  const values = { ...startValues(morePorts), job: view, model: job.job.model }
  const command = resolveCommand(own, values)
  const roles = new Set(workersOf(job.job).map(({ role }) => role))
  const heard = workers.filter(({ of }) => roles.has(of))
  const words = heard.flatMap(({ of, first, each }): ProcessWord[] => {
    const ofWorker = {
      ...startValues([...recipe.server.morePorts, ...(of === 'server' ? [] : (recipe[of]?.morePorts ?? []))]),
      job: view,
      model: job.job.model,
    }
    const place = own.places?.workers
    return [...resolveWords(first, values, place), { each: of, words: resolveWords(each, ofWorker, place) }]
  })
  return {
    ...{ role: 'router', count: 1, gpus: 0, view, command, healthPath, fatalPatterns, morePorts },
    words: [...command.argv, ...words],
    ...(metricsPath !== undefined && { metricsPath }),
  }
}

/** The job as a worker sees it: its sizes are its own. */
function viewOf(job: JobLike, sizes: Sizes | undefined, gpus: number): JobView {
  const view = viewJob(job)
  if (sizes === undefined) return view
  const own: readonly (readonly [JobField, FieldValue])[] = [
    ['tp', sizes.tp],
    ['pp', sizes.pp],
    ['dcp-size', sizes.dcpSize],
    ['pcp-size', sizes.pcpSize],
    ['ep', sizes.ep],
    ['dp-attn', sizes.dpAttn],
    ['gpus', gpus],
  ]
  return new Map([...view, ...own])
}

function missingRole({ file, ...recipe }: Recipe, role: Worker['role']): Problem[] {
  if (role === 'server' || recipe[role] !== undefined) return []
  const message = `the job wants workers of ${role}, and the recipe has none`
  const cure = `write ${role}: with what they have besides the server`
  return [{ severity: 'error', code: 'role', place: { file, line: 1, column: 1 }, message, cure }]
}

function missingRouter({ file, router }: Recipe, { router: wanted }: PlannedJob): Problem[] {
  const problem = (message: string, cure: string): Problem[] => [
    { severity: 'error', code: 'role', place: { file, line: 1, column: 1 }, message, cure },
  ]
  if (router === undefined) {
    const whom = wanted === undefined ? 'a router before its workers' : `the router ${quoted(wanted.name)}`
    return problem(`the job wants ${whom}, and the recipe has none`, 'write router: with its name and its command')
  }
  if (wanted === undefined || wanted.name === router.name) return []
  const message = `the job wants the router ${quoted(wanted.name)}, and the recipe has ${printable(router.name, 60)}`
  return problem(message, `write router: { name: ${printable(wanted.name, 60)} } and its command`)
}
