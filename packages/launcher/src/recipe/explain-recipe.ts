import type { Place } from '@reprise/config-file'
import { canonicalJson, type JobField, type PlannedJob, type Row, viewJob } from '@reprise/matrix-generator'
import type { RecipeJob } from './check-jobs.ts'
import type { Recipe, RecipeRole, RecipeVariant } from './recipe.ts'
import { renderEvaluationCommand } from './render-command.ts'
import { type ProcessWord, type RenderedProcess, renderProcesses } from './render-processes.ts'
import type { ResolvedSetting } from './resolve-command.ts'

/** What a recipe does for a configuration, as JSON: the content of `recipe explain --json`. */
export interface Explanation {
  readonly schema: 'recipe-explanation/2'
  /** The config key, or absent where a recipe is explained by its file. */
  readonly configKey?: string
  readonly recipe: Pick<
    Recipe,
    'file' | 'title' | 'bases' | 'links' | 'measured' | 'unknown' | 'engine' | 'minimumVersions'
  > & {
    readonly image?: string
    readonly healthPath: string
    readonly metricsPath?: string
    readonly deadlinesS: Recipe['server']['deadlinesS']
    readonly speculation?: Recipe['speculation']
    readonly replay: Recipe['replay']
  }
  /** One for each server that differs in more than its concurrency, agentic ones first, else in the order of the sweep. */
  readonly shapes: readonly Shape[]
}

/** Jobs whose servers differ in nothing but the concurrency, and the command of the first of them. */
export interface Shape {
  readonly configKey: string
  /** The first job, and its row. */
  readonly job: PlannedJob
  readonly row: Row
  readonly gpus: number
  readonly concurrencies: readonly number[]
  /** Its server, or its workers and their router. */
  readonly processes: readonly ExplainedProcess[]
  /** Absent: no evaluation is configured. `{url}` and `{out}` are told at the start. */
  readonly evaluation?: readonly string[]
}

export interface ExplainedProcess {
  readonly role: RecipeRole
  readonly count: number
  /** Accelerators of one copy. */
  readonly gpus: number
  /** What stands for each copy of a role is shown once, with the role before its name: `{prefill.port}`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The program and its first words. */
  readonly program: ExplainedSetting
  readonly flags: readonly ExplainedSetting[]
  readonly variables: readonly ExplainedSetting[]
}

export interface ExplainedSetting {
  readonly name: string
  readonly words: readonly string[]
  readonly written: string | number | boolean
  readonly place?: Place
  /** What the jobs have that it is for; a condition stands under `if`. */
  readonly when?: RecipeVariant['match']
}

/**
 * What the recipe makes of these jobs.
 *
 * @throws ConfigError when a command cannot be worked out for one of them.
 */
export function explainRecipe(recipe: Recipe, jobs: readonly RecipeJob[], configKey?: string): Explanation {
  const { file, title, bases, links, measured, unknown, engine, minimumVersions, image, server, speculation, replay } =
    recipe
  return {
    schema: 'recipe-explanation/2',
    ...(configKey !== undefined && { configKey }),
    recipe: {
      ...{ file, title, bases, links, measured, unknown, engine, minimumVersions },
      ...(image !== undefined && { image }),
      healthPath: server.healthPath,
      ...(server.metricsPath !== undefined && { metricsPath: server.metricsPath }),
      deadlinesS: server.deadlinesS,
      ...(speculation && { speculation }),
      replay,
    },
    shapes: [...Map.groupBy(jobs.toSorted(agenticFirst), shapeKey).values()].map((group) =>
      explainShape(recipe, group),
    ),
  }
}

function agenticFirst(a: RecipeJob, b: RecipeJob): number {
  const rank = ({ job }: RecipeJob) => (job.scenario.kind === 'agentic-coding' ? 0 : 1)
  return rank(a) - rank(b)
}

const ofThePoint: ReadonlySet<JobField> = new Set(['conc', 'run-eval', 'eval-only'])

function shapeKey(job: RecipeJob): string {
  const fields = [...viewJob(job)].filter(([field]) => !ofThePoint.has(field))
  return canonicalJson([job.configKey, Object.fromEntries(fields)])
}

function explainShape(recipe: Recipe, jobs: readonly RecipeJob[]): Shape {
  const [first] = jobs
  const evaluation = renderEvaluationCommand(recipe, first!, { url: '{url}', out: '{out}' })
  return {
    configKey: first!.configKey,
    job: first!.job,
    row: first!.row,
    gpus: first!.gpus,
    concurrencies: [...new Set(jobs.flatMap(({ job }) => job.concurrencies))],
    processes: renderProcesses(recipe, first!).map((each) => explainProcess(recipe, each)),
    ...(evaluation && { evaluation: evaluation.argv }),
  }
}

function explainProcess(recipe: Recipe, { role, count, gpus, words, command }: RenderedProcess): ExplainedProcess {
  const { env, program, flags, variables } = command
  const written = role === 'router' ? recipe.router! : recipe.server
  const place = written.places?.command
  return {
    ...{ role, count, gpus, env },
    argv: words.flatMap(shownWords),
    program: explained({
      name: 'command',
      words: program,
      written: written.command.map(({ text }) => text).join(' '),
      ...(place && { place }),
    }),
    flags: flags.map(explained),
    variables: variables.map(explained),
  }
}

function shownWords(word: ProcessWord): readonly string[] {
  return typeof word === 'string' ? [word] : word.words.map((each) => each.replaceAll('{', `{${word.each}.`))
}

function explained({ name, words, written, place, variant }: ResolvedSetting): ExplainedSetting {
  return { name, words, written, ...(place && { place }), ...(variant && { when: whenOf(variant) }) }
}

function whenOf({ match, condition }: RecipeVariant): RecipeVariant['match'] {
  return condition === undefined ? match : { ...match, if: condition.text }
}
