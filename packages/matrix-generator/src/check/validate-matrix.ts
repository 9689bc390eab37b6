import { inFileOrder, type Problem, quoted } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import type { Entry } from '../config/config.ts'
import { expandFullSweep } from '../expand/full-sweep.ts'
import type { Job } from '../job/job.ts'
import { rowOf } from '../job/row-of.ts'
import { defaultShardLimits, shardRows } from '../plan/shard.ts'
import type { Matrix } from '../read/read-matrix.ts'
import { gpusPerNode } from '../runners/hardware.ts'

export interface ValidationOptions {
  /** The recipe files there are; without it recipes are not looked for. */
  readonly recipes?: ReadonlySet<string>
  readonly recipesOf?: (job: Job) => readonly string[]
}

export interface Validation {
  /** Everything found, the warnings of reading included, in file order. */
  readonly problems: readonly Problem[]
  readonly jobs: readonly Job[]
}

/**
 * What is wrong with files that read well: labels without runners and runners without entries, images that are no references or
 * move by themselves, points measured twice, replicas that do not tile their nodes, missing recipes, sizes past GitHub's limits.
 */
export function validateMatrix(matrix: Matrix, { recipes, recipesOf }: ValidationOptions = {}): Validation {
  const sweep = expandFullSweep(matrix, { allowEmpty: true })
  const repeated = sweep.problems.map((problem): Problem => {
    return problem.code === 'duplicate-point' || problem.code === 'unknown-label'
      ? { ...problem, severity: 'error' }
      : problem
  })
  const problems = [
    ...repeated,
    ...unusedLabels(matrix),
    ...matrix.config.entries.flatMap((entry) => [...checkImage(entry, matrix), ...checkTiling(entry, matrix)]),
    ...(recipes && recipesOf ? missingRecipes(sweep.jobs, matrix, recipes, recipesOf) : []),
    ...checkSize(sweep.jobs, matrix),
  ]
  return { problems: inFileOrder(problems), jobs: sweep.jobs }
}

/** A label is used by an entry, or by one that names another label of the same runners. */
function unusedLabels({ config, runners }: Matrix): Problem[] {
  const used = new Set(config.entries.map((entry) => entry.runner))
  const unused = [...runners.labels.keys()].filter((label) => !used.has(label))
  if (unused.length === 0) return []
  const message = `${unused.length} labels of runners.yaml are used by no entry: ${printable(unused.join(', '), 300)}`
  return [{ severity: 'note', code: 'unused-label', message, cure: 'remove them if nothing else schedules on them' }]
}

/** `[host[:port]/]path[:tag][@digest]`, or with `#` after the host as enroot writes it. Source: OCI distribution specification. */
const reference =
  /^(?:[a-z0-9.-]+(?::\d+)?[/#])?[a-z0-9._-]+(?:\/[a-z0-9._-]+)*(?::(?<tag>\w[\w.-]{0,127}))?(?<digest>@sha256:[0-9a-f]{64})?$/

function checkImage({ key, image }: Entry, { place }: Matrix): Problem[] {
  const at = place([key, 'image'])
  const where = at === undefined ? {} : { place: at }
  const groups = reference.exec(image)?.groups
  if (groups === undefined) {
    const message = `${quoted(image)} is not a reference to an image`
    return [
      {
        severity: 'error',
        code: 'image',
        ...where,
        message,
        cure: 'write registry/name:tag or registry/name@sha256:...',
      },
    ]
  }
  if (groups.digest !== undefined || (groups.tag !== undefined && groups.tag !== 'latest')) return []
  const message = `${quoted(image)} may be another image tomorrow`
  return [{ severity: 'warning', code: 'image', ...where, message, cure: 'name a version or a digest' }]
}

function checkTiling(entry: Entry, { runners, place }: Matrix): Problem[] {
  return [...entry.fixed, ...entry.agentic].flatMap((scenario) =>
    scenario.arms.flatMap(({ topology, path }) => {
      if (topology.kind === 'single') return []
      return (['prefill', 'decode'] as const).flatMap((role): Problem[] => {
        const worker = topology[role]
        const perNode = gpusPerNode(worker.hardware ?? entry.runner, runners)
        const gpus = worker.tp * worker.pp * worker.pcpSize
        if (perNode === undefined || worker.workers === 0 || gpus % perNode === 0 || perNode % gpus === 0) return []
        const at = place([...path, role])
        const message = `a ${role} replica of ${gpus} GPUs does not tile nodes of ${perNode}`
        const cure = 'GPUs of the last node stay idle, and are paid for'
        return [{ severity: 'warning', code: 'tiling', ...(at && { place: at }), message, cure }]
      })
    }),
  )
}

function missingRecipes(
  jobs: readonly Job[],
  { place }: Matrix,
  recipes: ReadonlySet<string>,
  recipesOf: (job: Job) => readonly string[],
): Problem[] {
  return [...Map.groupBy(jobs, (job) => job.configKey)].flatMap(([key, group]): Problem[] => {
    const without = group.find((job) => !recipesOf(job).some((file) => recipes.has(file)))
    if (without === undefined) return []
    const at = place([key])
    const message = `${key} has no recipe`
    const cure = `write ${recipesOf(without)[0] ?? 'one'}`
    return [{ severity: 'error', code: 'recipe', ...(at && { place: at }), message, cure }]
  })
}

function checkSize(jobs: readonly Job[], { config }: Matrix): Problem[] {
  const rows = jobs.map((job) => rowOf(job, config.epoch))
  const bytes = Buffer.byteLength(JSON.stringify(rows), 'utf8')
  const { maxJobs, maxBytes } = defaultShardLimits
  if (jobs.length <= maxJobs && bytes <= maxBytes) return []
  const message = `the whole sweep is ${jobs.length} jobs and ${bytes} bytes; GitHub takes ${maxJobs} jobs a matrix and about 1 MB an output`
  return [
    {
      severity: 'note',
      code: 'matrix-size',
      message,
      cure: `matrix shard makes ${shardRows(rows).length} matrices of it`,
    },
  ]
}
