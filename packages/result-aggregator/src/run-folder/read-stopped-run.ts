import { isWholeRun, type PhaseSpan, type Plan, type Progress, ProgressMeter } from '@reprise/replay-engine'
import type { AttemptBreak } from '../result/attempt-break.ts'
import type { RunFile, RunHeader } from '../result/run-header.ts'
import { auditedPlan, auditedRecords } from './audited-records.ts'
import { readRun } from './read-run.ts'
import { RunFolderError } from './run-folder.ts'
import { StoredPlans } from './stored-plans.ts'

/** A run that did not reach its end, and what it takes to go on with it. */
export interface StoppedRun {
  readonly header: RunHeader
  readonly plan: Plan
  readonly progress: Progress
  /** Where the next attempt goes on, for `RunWriter.resume`; its date is for the caller to add. */
  readonly at: AttemptBreak
}

/**
 * Reads a run that was killed, interrupted or given up. Nothing is changed yet.
 *
 * @throws RunFolderError when the folder holds no such run, or one that has ended.
 */
export async function readStoppedRun(folder: string): Promise<StoppedRun> {
  const stored = await readRun(folder)
  const { run, phases, breaks } = stored
  refuseEnded(folder, run)
  const plan = await auditedPlan(folder, stored, new StoredPlans())
  const meter = new ProgressMeter(plan)
  let records = 0
  let unreadableLines = 0
  let atMs = Math.max(0, ...phases.map(({ startMs, endMs = startMs }) => endMs), ...breaks.map((one) => one.atMs))
  const onTorn = () => {
    unreadableLines += 1
  }
  for await (const record of auditedRecords(folder, stored, { plan, onTorn })) {
    meter.add(record)
    records += 1
    atMs = Math.max(atMs, record.doneMs)
  }
  const { ended, ...header } = run
  const at: AttemptBreak = {
    attempt: breaks.length + 2,
    atMs,
    after: ended?.reason ?? 'killed',
    ...(ended?.clientHealth && { clientHealth: ended.clientHealth }),
    records,
    unreadableLines,
  }
  return { header, plan, progress: meter.result({ profiledMs: profiledMs(phases, atMs) }), at }
}

function refuseEnded(folder: string, { ended, shard, shards, plan: { load } }: RunFile): void {
  if (load.kind === 'lanes' && load.ramp)
    throw new RunFolderError(
      folder,
      'a ramp is not resumed: its steps would find another server state',
      'Run it again; the steps that were measured are in its result.',
    )
  if (shard || shards)
    throw new RunFolderError(
      folder,
      'the parts of a run are not resumed: they keep to one start, and the others do not wait',
      'Run all parts again.',
    )
  if (!isWholeRun(ended?.reason)) return
  throw new RunFolderError(
    folder,
    'this run reached its end: there is nothing to resume',
    'To measure again, run its command (command.txt) with another folder.',
  )
}

/** A phase that was cut off lasted until the last instant on record. */
function profiledMs(phases: readonly PhaseSpan[], lastMs: number): number {
  return phases
    .filter(({ phase }) => phase === 'profiling')
    .reduce((sum, { startMs, endMs = lastMs }) => sum + endMs - startMs, 0)
}
