import { createHash } from 'node:crypto'
import { canonicalJson } from '@reprise/matrix-generator'
import { renderEvaluationCommand } from '../recipe/render-command.ts'
import { type LaunchInput, planLaunch } from './plan-launch.ts'

/**
 * 64 hex digits over everything in the repository that decides what a job measures: its row, the exact launch with the files that its
 * command names, how it is replayed and evaluated. Jobs that share it differ in nothing but the day, the machine, and what an image's name
 * stands for. `textOf` gives a file of the repository, undefined where there is none.
 *
 * @throws LaunchError, ConfigError where no launch can be planned.
 */
export function launchFingerprint(input: LaunchInput, textOf: (path: string) => string | undefined): string {
  const { job, recipe } = input
  const launch = planLaunch(input)
  const evaluation = renderEvaluationCommand(recipe, job, { url: '{url}', out: '{out}' })
  const named = JSON.stringify([launch, evaluation]).match(/\bbenchmarks\/[\w./-]+\.\w+/g) ?? []
  const files = Object.fromEntries(named.map((path) => [path, textOf(path)]))
  const facts = { launch, files, replay: recipe.replay, evaluation, row: job.row, debugTrace: job.debugTrace }
  return createHash('sha256').update(canonicalJson(facts), 'utf8').digest('hex')
}
