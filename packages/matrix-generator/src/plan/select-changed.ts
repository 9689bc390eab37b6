import type { Job } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import { gpuOf } from '../runners/hardware.ts'
import { pointId } from './point-id.ts'

export interface ChangeInput {
  readonly head: Matrix
  /** The jobs of the whole sweep after the change. */
  readonly headJobs: readonly Job[]
  readonly baseMatrix?: Matrix
  /** The jobs of the whole sweep before it; empty if there was none. */
  readonly baseJobs: readonly Job[]
  /** Paths that differ, from the root of the repository, with `/`. */
  readonly changedFiles: readonly string[]
  /** The recipe files that a job is started from. */
  readonly recipesOf?: (job: Job) => readonly string[]
}

export interface ChangeSelection {
  readonly jobs: readonly Job[]
  /** Why each of them: its row is new or differs, or a file that it is started from has changed. Same order. */
  readonly reasons: readonly ('row' | 'recipe' | 'runner')[]
  /** Changed files under `benchmarks/` and `runners/` that no job is started from. */
  readonly unusedFiles: readonly string[]
}

/**
 * The jobs that a change touches, in sweep order: those whose row was not in the sweep before, those whose recipe under
 * `benchmarks/` changed, and those whose fleet's profile under `runners/` changed.
 */
export function selectChanged(input: ChangeInput): ChangeSelection {
  const { head, headJobs, baseMatrix, baseJobs, changedFiles, recipesOf = defaultRecipes } = input
  const before = new Set(baseJobs.map((job) => pointId(job, (baseMatrix ?? head).config.epoch)))
  const changed = new Set(changedFiles.filter((file) => /^(?:benchmarks|runners)\//.test(file)))
  const used = new Set<string>()
  const touches = (files: readonly string[]) => {
    const touched = files.filter((file) => changed.has(file))
    for (const file of touched) used.add(file)
    return touched.length > 0
  }
  const selected = headJobs.flatMap((job): { job: Job; reason: ChangeSelection['reasons'][number] }[] => {
    const byRecipe = touches(recipesOf(job))
    const byRunner = touches(profilesOf(job, head))
    if (!before.has(pointId(job, head.config.epoch))) return [{ job, reason: 'row' }]
    if (byRecipe) return [{ job, reason: 'recipe' }]
    return byRunner ? [{ job, reason: 'runner' }] : []
  })
  return {
    jobs: selected.map(({ job }) => job),
    reasons: selected.map(({ reason }) => reason),
    unusedFiles: [...changed].filter((file) => !used.has(file)),
  }
}

/** Where a recipe is looked for: by model, precision, GPU and framework. */
function defaultRecipes(job: Job): string[] {
  const stem = `${job.modelPrefix}-${job.precision}-${gpuOf(job.runner)}-${job.framework}`
  return [`benchmarks/${stem}.yaml`, `benchmarks/${job.configKey}.yaml`]
}

/** A fleet is what the name of a runner says before its first underscore. */
function profilesOf(job: Job, { runners }: Matrix): string[] {
  const names = runners.labels.get(job.runner) ?? [job.runner]
  return [...new Set(names.map((name) => `runners/${name.split('_', 1)[0]}.yaml`))]
}
