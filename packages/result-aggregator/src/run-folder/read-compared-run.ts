import type { ComparedRun, PairedRun } from '../comparison/compared-run.ts'
import { buildRun } from './build-run.ts'
import { readReplayedRun } from './read-replayed-run.ts'

/**
 * A run to hold against another: every number computed anew from its folder.
 *
 * @throws RunFolderError when the folder holds no readable run, or one that cannot have happened.
 */
export async function readComparedRun(folder: string): Promise<ComparedRun> {
  return { name: folder, result: await buildRun(folder) }
}

/** The same with its turns. @throws RunFolderError */
export async function readPairedRun(run: ComparedRun): Promise<PairedRun> {
  return { ...run, replayed: await readReplayedRun(run.name) }
}
