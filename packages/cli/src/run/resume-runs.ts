import { basename, dirname, join, resolve } from 'node:path'
import { isWholeRun } from '@reprise/replay-engine'
import {
  buildRun,
  RunFolderError,
  type RunHeader,
  readResult,
  readRun,
  runFiles,
  runsBeside,
  saveResult,
} from '@reprise/result-aggregator/run'
import type { LoadOptions } from '../options/load-options.ts'
import { isPointName, type LoadPoint } from '../options/load-point.ts'
import type { OutputOptions } from '../options/output-options.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ShardOptions } from '../options/shard-options.ts'
import type { Io } from '../terminal/io.ts'
import type { EndpointOptions } from './connect-endpoint.ts'
import type { FinishedRun } from './perform-run.ts'
import { replayEndpoint } from './replay-endpoint.ts'
import { resumeEndpoint } from './resume-endpoint.ts'

type Options = LoadOptions & OutputOptions & EndpointOptions & ShardOptions

interface Hands {
  readonly io: Io
  /** Is given each run, those of a sweep in its order and when all that could be done is done. */
  readonly onRun: (run: FinishedRun) => void
}

/**
 * Goes on with the run in a folder, or with the sweep in it: a run that broke off is resumed, those that were never begun are done, and
 * those that reached their ends are handed over as they are.
 *
 * @throws RunFolderError where there is nothing to go on with, and as `resumeEndpoint` and `replayEndpoint`.
 */
export async function resumeRuns(places: RunPlaces, options: Options, hands: Hands): Promise<void> {
  const begun = await runsOf(places.base)
  if (begun[0] === places.base) hands.onRun(await resumeEndpoint(places.base, options, hands.io))
  else await resumeSweep(places, options, hands)
}

/** The run of a folder, or those of the sweep in it. None where it holds neither: other runs may lie in it. @throws RunFolderError */
export async function runsOf(folder: string): Promise<string[]> {
  const found = await runsBeside(folder, [])
  if (found[0] === folder) return [folder]
  return found.filter((each) => resolve(dirname(each)) === resolve(folder) && isPointName(basename(each)))
}

async function resumeSweep(places: RunPlaces, options: Options, { io, onRun }: Hands): Promise<void> {
  const states = await Promise.all(places.points.map((point) => stateOf(point, places)))
  const like = states.find(({ header }) => header)?.header
  if (!like) throw new RunFolderError(places.base, 'none of its runs is of this sweep', 'Give the folder of one.')
  if (states.every(({ kind }) => kind === 'done'))
    throw new RunFolderError(
      places.base,
      'all runs of this sweep reached their ends: there is nothing to resume',
      `To measure again, run its command (${runFiles.command} of a run) with another folder.`,
    )
  const finished = new Map<LoadPoint, FinishedRun>()
  const those = (wanted: PointState['kind']) => states.flatMap(({ point, kind }) => (kind === wanted ? [point] : []))
  try {
    for (const point of those('done')) finished.set(point, await finishedRun(places.folderOf(point)))
    for (const point of those('stopped'))
      if (!io.signal.aborted) finished.set(point, await resumeEndpoint(places.folderOf(point), options, io))
    const points = those('unbegun')
    let done = 0
    if (points.length > 0 && !io.signal.aborted)
      await replayEndpoint(
        { ...places, points },
        // What was killed before it had a header is no run.
        { ...options, overwrite: true, command: like.command, like },
        { io, onRun: (run) => finished.set(points[done++]!, run) },
      )
  } finally {
    for (const point of places.points) if (finished.has(point)) onRun(finished.get(point)!)
  }
}

interface PointState {
  readonly point: LoadPoint
  readonly kind: 'done' | 'stopped' | 'unbegun'
  readonly header?: RunHeader
}

async function stateOf(point: LoadPoint, { folderOf }: RunPlaces): Promise<PointState> {
  const [folder] = await runsOf(folderOf(point))
  if (folder === undefined) return { point, kind: 'unbegun' }
  const { ended, ...header } = (await readRun(folder)).run
  return { point, kind: isWholeRun(ended?.reason) ? 'done' : 'stopped', header }
}

/** What a kill kept from being built is built now. */
async function finishedRun(folder: string): Promise<FinishedRun> {
  const path = join(folder, runFiles.result)
  try {
    return { result: await readResult(folder), path }
  } catch (error) {
    if (!(error instanceof RunFolderError && error.isMissing)) throw error
    const result = await buildRun(folder)
    return { result, path: await saveResult(folder, result) }
  }
}
