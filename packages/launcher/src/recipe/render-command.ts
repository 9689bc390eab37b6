import { viewJob } from '@reprise/matrix-generator'
import type { CommandValues } from './look-up.ts'
import type { Recipe, RecipeCommand } from './recipe.ts'
import { type RenderedCommand, type ResolvedCommand, resolveCommand } from './resolve-command.ts'
import { startValues } from './start-values.ts'

type JobLike = Parameters<typeof viewJob>[0]

/**
 * The server's command for a job, with `{port}` for the port that a host will find free.
 *
 * @throws ConfigError when the job has no value that the recipe asks for, or one that cannot stand on a command line.
 */
export function renderServerCommand(recipe: Recipe, job: JobLike): ResolvedCommand {
  const { speculation, server } = recipe
  const values = { ...valuesOf(job), ...startValues(server.morePorts), ...(speculation && { speculation }) }
  return resolveCommand(server, values)
}

/** The evaluation's command for a job; undefined where none is configured. @throws ConfigError like `renderServerCommand` */
export function renderEvaluationCommand(
  recipe: Recipe,
  job: JobLike,
  at: { readonly url: string; readonly out: string },
): RenderedCommand | undefined {
  return recipe.evaluation && renderCommand(recipe.evaluation, { ...valuesOf(job), ...at })
}

/** @throws ConfigError with the line of the recipe that cannot be worked out. */
export function renderCommand(command: RecipeCommand, values: CommandValues): RenderedCommand {
  const { argv, env } = resolveCommand(command, values)
  return { argv, env }
}

function valuesOf(job: JobLike): CommandValues {
  return { job: viewJob(job), model: job.job.model }
}
