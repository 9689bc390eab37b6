import { type Plan, RecordError, type RequestRecord } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { headerProblem } from '../audit/header-problem.ts'
import { ImpossibleRunError } from '../audit/impossible-run-error.ts'
import { RunAudit } from '../audit/run-audit.ts'
import type { AuditCheck } from '../result/verification.ts'
import type { StoredRun } from './read-run.ts'
import { RunFolderError } from './run-folder.ts'
import type { StoredPlans } from './stored-plans.ts'

/** Hears by how much later than its think time wants a request was due. */
export type OnWait = (lateMs: number) => void

/** The plan of a run. @throws RunFolderError where it is not that of this run, or `run.json` says what cannot be. */
export async function auditedPlan(folder: string, { run }: StoredRun, plans: StoredPlans): Promise<Plan> {
  refusing(folder, () => refuseHeader(run))
  return await plans.read(folder, run)
}

/**
 * The records of a run, one at a time, each laid beside the plan and the phases in the folder. A torn last line is told to `onTorn`.
 *
 * @throws RunFolderError at the first that cannot be, and at the end where some are missing.
 */
export async function* auditedRecords(
  folder: string,
  { run, phases, breaks, records }: StoredRun,
  {
    plan,
    onTorn,
    onWait,
  }: { readonly plan: Plan; readonly onTorn?: (line: number) => void; readonly onWait?: OnWait | undefined },
): AsyncGenerator<RequestRecord> {
  const audit = refusing(
    folder,
    () => new RunAudit({ plan, phases, breaks, ended: run.ended, shard: run.shard?.shard }, { onWait }),
  )
  for await (const record of records(onTorn)) {
    refusing(folder, () => audit.add(record))
    yield record
  }
  refusing(folder, () => audit.end())
}

function refuseHeader(run: StoredRun['run']): void {
  const problem = headerProblem(run)
  if (problem !== undefined) throw new ImpossibleRunError('header', `run.json: ${problem}`)
}

function refusing<T>(folder: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof ImpossibleRunError) throw new ImpossibleFolderError(folder, error)
    if (error instanceof RecordError) throw changed(folder, error)
    throw error
  }
}

const cure = 'The files of this folder were changed, or are of several runs: restore them from a copy, or run again.'

/** The files of a run say what cannot have happened; `check` found it. */
export class ImpossibleFolderError extends RunFolderError {
  readonly check: AuditCheck

  constructor(folder: string, { check, message }: ImpossibleRunError) {
    super(folder, `it cannot be what a run wrote: ${printable(message, 400)}`, cure)
    this.check = check
  }
}

function changed(folder: string, { message }: RecordError): RunFolderError {
  return new RunFolderError(folder, `it cannot be what a run wrote: ${printable(message, 400)}`, cure)
}
