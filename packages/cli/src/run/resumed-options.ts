import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type RunFile, RunFolderError, readRun } from '@reprise/result-aggregator/run'
import type { Command } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { runsOf } from './resume-runs.ts'

/** These change nothing about what is sent or measured. */
const free = new Set([
  'resume',
  'json',
  'quiet',
  'report',
  'apiKeyEnv',
  'metrics',
  'metricsUrl',
  'metricsHeaderEnv',
  'launch',
  'power',
  'powerDevices',
])

/**
 * The options with which the run in `folder` began, or the sweep, and those of `given` that a resumed run may choose anew. `fresh` is the
 * command once more, to read the words of the first command line with.
 *
 * @throws UsageError when `given` names another value than the run began with.
 * @throws RunFolderError when the folder holds no run of this command.
 */
export async function resumedOptions<Options extends { seed: number }>(
  folder: string,
  { given, fresh }: { readonly given: Command; readonly fresh: Command },
): Promise<{ readonly options: Options; readonly command: string; readonly isSweep: boolean }> {
  // Where there is none, reading it says so.
  const [first = folder] = await runsOf(folder)
  const { run } = await readRun(first)
  const [name, ...words] = run.argv ?? []
  if (name !== given.name())
    throw new RunFolderError(
      folder,
      `'${name ?? 'an unknown command'}' began this run, and only those of '${given.name()}' can be resumed`,
      'Run its command (command.txt) again with another folder.',
    )
  fresh.parse(words, { from: 'user' })
  // Drawn once. A run of several with seeds of their own has the traces of the first.
  if (words.includes('random') || words.includes('--seed=random')) fresh.setOptionValue('seed', run.plan.seed)
  refuseChanges(folder, { given, fresh, run })
  const chosen = Object.entries(given.opts()).filter(([name]) => free.has(name))
  const options = { ...fresh.opts<Options>(), ...Object.fromEntries(chosen) }
  return { options, command: run.command, isSweep: first !== folder }
}

function refuseChanges(
  folder: string,
  { given, fresh, run }: { readonly given: Command; readonly fresh: Command; readonly run: RunFile },
): void {
  for (const option of given.options) {
    const name = option.attributeName()
    if (free.has(name) || given.getOptionValueSource(name) !== 'cli') continue
    const value: unknown = given.getOptionValue(name)
    if (name === 'out' && typeof value === 'string' && resolve(value) === resolve(folder)) continue
    if (isDeepStrictEqual(value, fresh.getOptionValue(name))) continue
    throw new UsageError(
      `${option.long} is not what this run began with; a resumed run keeps its plan and its options. ` +
        `Leave it out, or begin a new run in another folder. The run began with: ${run.command}`,
    )
  }
}
