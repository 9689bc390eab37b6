import type { RequestRecord } from '@reprise/replay-engine'
import type { ReplayedRun } from '../fidelity/replayed-run.ts'
import { cutRequests } from './build-run.ts'
import { readRun } from './read-run.ts'
import { StoredPlans } from './stored-plans.ts'

/**
 * A run whole, as it can be held against its traces or another run: without the arrivals of chunks, and without what a break cut short. What cannot
 * have happened is not refused here: it is what is looked for.
 *
 * @throws RunFolderError when the folder holds no readable run, or not the plan that it began with.
 */
export async function readReplayedRun(folder: string): Promise<ReplayedRun> {
  const stored = await readRun(folder)
  const { run, phases } = stored
  const plan = await new StoredPlans().read(folder, run)
  const cut = await cutRequests(stored)
  const records: RequestRecord[] = []
  for await (const record of stored.records()) {
    if (cut.has(record)) continue
    const { chunkGapsMs: _, ...rest } = record
    records.push(rest)
  }
  return { name: folder, run, plan, phases, records }
}
