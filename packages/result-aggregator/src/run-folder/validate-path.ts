import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, rejudge } from '../measure/rejudge.ts'
import { resultGates } from '../measure/result-gates.ts'
import { firstDifference } from '../result/differences.ts'
import { objectivesOf } from '../result/goodput.ts'
import type { Result } from '../result/result.ts'
import type { Submission } from '../result/submission.ts'
import { toldFactsOf } from '../result/tell-result.ts'
import type { Gate, TypedReason, Validation } from '../result/validation.ts'
import { buildRun } from './build-run.ts'
import { readResultFile } from './read-result.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import type { StoredPlans } from './stored-plans.ts'

/**
 * Whether the result of a run folder, or one that lies alone in a file, may be published: gates, verdict and reasons by the limits of this version. That of a folder is
 * built anew from its records; one alone is judged by its own figures, and by what it admits. What cannot be read is `unreadable`, with why.
 */
export async function validatePath(
  path: string,
  { plans }: { readonly plans?: StoredPlans } = {},
): Promise<Validation> {
  try {
    return (await isFolder(path)) ? await byRecords(path, plans) : byResult(path, await readResultFile(path))
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error
    return unreadable(path, error)
  }
}

async function byRecords(folder: string, plans: StoredPlans | undefined): Promise<Validation> {
  const saved = await readResultFile(join(folder, runFiles.result)).catch((error: unknown) => {
    if (error instanceof RunFolderError) return error
    throw error
  })
  const asked = saved instanceof RunFolderError ? {} : { told: toldFactsOf(saved), ...objectivesOf(saved) }
  // As a reader of the file would see it: JSON knows no negative zero.
  const built = JSON.parse(JSON.stringify(await buildRun(folder, { ...(plans && { plans }), ...asked }))) as Result
  const { validity, submission } = built
  const gates = [...aggregateGate(saved, built), ...resultGates(built)]
  return {
    ...{ schema: 'validation/1', path: folder, by: 'records' },
    verdict: gates.some(({ outcome }) => outcome === 'fail') ? 'invalid' : validity.verdict,
    gates: [...gates, { name: 'records', outcome: 'pass', says: 'everything was computed anew from the records' }],
    reasons: validity.reasons.map(typed),
    ...(submission && { submission: typedSubmission(submission) }),
  }
}

function aggregateGate(saved: Result | RunFolderError, built: Result): Gate[] {
  const gate = (outcome: Gate['outcome'], says: string): Gate[] => [{ name: 'aggregate', outcome, says }]
  if (saved instanceof RunFolderError)
    return gate('fail', saved.isMissing ? 'no results.json lies there; make it: reprise results build' : saved.problem)
  const difference = firstDifference(saved, built)
  return difference === undefined
    ? gate('pass', 'results.json is what the records give')
    : gate('fail', `results.json is not what the records give: ${difference}`)
}

function byResult(path: string, result: Result): Validation {
  const { verdict, reasons, kept, submission } = rejudge(result)
  const gates: Gate[] = [
    { name: 'aggregate', outcome: 'pass', says: 'it is a result of this version' },
    ...resultGates(result),
    kept.length > 0
      ? {
          name: 'verdict',
          outcome: 'fail',
          says: `its own figures give reasons that it does not have: ${kept.join(', ')}`,
        }
      : { name: 'verdict', outcome: 'pass', says: 'it has every reason that its figures give' },
    {
      name: 'records',
      outcome: 'not-checked',
      says: 'there are none: every figure is the word of whoever wrote it. Ask for the run folder',
    },
  ]
  return {
    ...{ schema: 'validation/1', path, by: 'result' },
    verdict: gates.some(({ outcome }) => outcome === 'fail') ? 'invalid' : verdict,
    gates,
    reasons: reasons.map(typed),
    ...(submission && {
      submission: { ...typedSubmission(submission), official: submission.official && 'unconfirmed' },
    }),
  }
}

function unreadable(path: string, { problem, file }: RunFolderError): Validation {
  const says = basename(file) === basename(path) || dirname(file) !== path ? problem : `${basename(file)}: ${problem}`
  const gates: Gate[] = [{ name: 'aggregate', outcome: 'fail', says }]
  return { schema: 'validation/1', path, by: 'result', verdict: 'unreadable', gates, reasons: [] }
}

function typed(reason: string): TypedReason {
  const code = codeOf(reason)
  return { code, says: reason.slice(code.length).replace(/^:\s*/, '') }
}

function typedSubmission({ by, official, reasons }: Submission): NonNullable<Validation['submission']> {
  return { by, official, reasons: reasons.map(typed) }
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
