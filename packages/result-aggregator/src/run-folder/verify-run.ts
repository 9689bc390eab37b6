import { basename } from 'node:path'
import type { Corpus } from '@reprise/trace'
import { objectivesOf } from '../result/goodput.ts'
import type { Result } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import { toldFactsOf } from '../result/tell-result.ts'
import {
  type AuditCheck,
  auditChecks,
  type Check,
  type CheckName,
  checkNames,
  type Finding,
  fail,
  notChecked,
  pass,
} from '../result/verification.ts'
import { datesFinding } from '../verify/checks/dates.ts'
import { textFinding } from '../verify/checks/text.ts'
import { RecordWitness } from '../verify/evidence/record-witness.ts'
import { figureFindings } from '../verify/figure-findings.ts'
import { physicsChecks } from '../verify/physics-checks.ts'
import { ImpossibleFolderError } from './audited-records.ts'
import { buildRun } from './build-run.ts'
import { filesFinding } from './files-finding.ts'
import { HitsRecount } from './hits-recount.ts'
import { readResult } from './read-result.ts'
import { readRun, type StoredRun } from './read-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import { StoredPlans } from './stored-plans.ts'

export interface VerifyOptions {
  /** Now, milliseconds since 1970: nothing began later. */
  readonly nowMs: number
  /** Who verifies many gives one to all. */
  readonly plans?: StoredPlans
  /** The traces that were replayed, where they are at hand. */
  readonly corpus?: ((run: RunFile) => Promise<Corpus>) | undefined
  /** Hears how many records have been read, now and then. */
  readonly onRecords?: ((read: number) => void) | undefined
}

export interface VerifiedRun {
  /** In the order of `checkNames`, those about an attestation apart. */
  readonly checks: readonly Check[]
  /** What the records give; absent where they cannot be. */
  readonly built?: Result
}

/**
 * Asks everything that a run folder can be asked: whether its files are those that were written, whether a run can have written them, whether
 * the result is the one that its records give, and whether the world allows it. Every check is named, those that could not be made with why.
 * docs/decisions/0014-what-a-run-folder-proves.md says what all of them together do not prove.
 */
export async function verifyRun(folder: string, options: VerifyOptions): Promise<VerifiedRun> {
  const findings = new Map<CheckName, Finding>()
  findings.set('files', await filesFinding(folder))
  const stored = await readRun(folder).catch(runFolderError)
  if (stored instanceof RunFolderError) return { checks: unreadable(findings, folder, stored) }
  findings.set('dates', datesFinding(stored, options.nowMs))
  const saved = await readResult(folder).catch(runFolderError)
  const readSaved = saved instanceof RunFolderError ? undefined : saved
  findings.set('text', textFinding({ ...stored.run, identity: readSaved?.identity ?? stored.run.identity }))
  const read = await rebuild(folder, stored, { ...options, saved: readSaved })
  if ('error' in read) {
    setAudit(findings, folder, read.error)
    return { checks: inOrder(findings, 'the records cannot be what a run wrote') }
  }
  setAudit(findings, folder, undefined)
  // As a reader of the file would see it: JSON knows no negative zero.
  const built = JSON.parse(JSON.stringify(read.built)) as Result
  setFigures(findings, folder, saved, built)
  const evidence = { run: stored.run, built, saved: readSaved, seen: read.witness.seen() }
  for (const [name, check] of Object.entries(physicsChecks)) findings.set(name as CheckName, check(evidence))
  findings.set('ideal-hits', read.hits)
  return { checks: inOrder(findings, 'nobody asked'), built }
}

type Rebuilt =
  | { readonly built: Result; readonly witness: RecordWitness; readonly hits: Finding }
  | { readonly error: RunFolderError }

async function rebuild(
  folder: string,
  { run, phases }: StoredRun,
  { plans = new StoredPlans(), corpus, saved, onRecords }: VerifyOptions & { readonly saved?: Result | undefined },
): Promise<Rebuilt> {
  const witness = new RecordWitness({ load: run.plan.load, phases })
  const recount = corpus && new HitsRecount()
  let read = 0
  try {
    const built = await buildRun(folder, {
      plans,
      ...(saved && { told: toldFactsOf(saved), ...objectivesOf(saved) }),
      witness: {
        onWait: witness.onWait,
        add: (record) => {
          witness.add(record)
          recount?.add(record)
          read += 1
          if (read % recordsPerWord === 0) onRecords?.(read)
        },
      },
    })
    if (!recount) return { built, witness, hits: notChecked('the traces are not given (--traces)') }
    const resumed = built.completeness.resumed !== undefined
    const plan = await plans.read(folder, run)
    return { built, witness, hits: recount.result({ plan, corpus: await corpus(run), resumed }) }
  } catch (error) {
    return { error: runFolderError(error) }
  }
}

const recordsPerWord = 10_000

/** Everything of the audit, where `error` is what it ended with. */
function setAudit(findings: Map<CheckName, Finding>, folder: string, error: RunFolderError | undefined): void {
  const failed = error && checkOf(error)
  findings.set(
    'readable',
    failed === 'readable' ? fail(wordsOf(folder, error!)) : pass('every file is what a run writes'),
  )
  const before = failed === undefined ? auditChecks.length : auditChecks.indexOf(failed as AuditCheck)
  for (const [i, name] of auditChecks.entries()) {
    if (name === failed) findings.set(name, fail(wordsOf(folder, error!)))
    else if (failed === undefined || (i < before && beforeRecords.has(name))) findings.set(name, pass(auditWords[name]))
    else findings.set(name, notChecked('the records were not read to their end'))
  }
}

/** What is asked before the first record. */
const beforeRecords: ReadonlySet<AuditCheck> = new Set(['header', 'phases'])

const auditWords: Readonly<Record<AuditCheck, string>> = {
  header: 'the header does not contradict itself',
  phases: 'phases follow each other, and every request lies in its own',
  instants: 'due, sent, first token, last token and end come in this order',
  plan: 'every request is a turn of the plan',
  once: 'no request is on record twice',
  order: 'every request comes after all that it waits for, and its think time',
  tokens: 'planned tokens are those of the plan, reported ones are not beyond all measure',
  counts: 'there are as many records as the run wrote, by phase and outcome',
  complete: 'nothing was due that has no record',
}

function checkOf(error: RunFolderError): CheckName {
  if (error instanceof ImpossibleFolderError) return error.check
  return basename(error.file) === runFiles.plan ? 'plan' : 'readable'
}

function setFigures(
  findings: Map<CheckName, Finding>,
  folder: string,
  saved: Result | RunFolderError,
  built: Result,
): void {
  if (!(saved instanceof RunFolderError)) {
    for (const [name, finding] of Object.entries(figureFindings(saved, built))) findings.set(name as CheckName, finding)
    return
  }
  const finding = saved.isMissing ? notChecked('no results.json lies there') : fail(wordsOf(folder, saved))
  findings.set('figures', finding)
  for (const name of ['limits', 'verdict', 'provenance'] as const)
    findings.set(name, notChecked('there is no result that can be read'))
}

function unreadable(findings: Map<CheckName, Finding>, folder: string, error: RunFolderError): Check[] {
  findings.set('readable', fail(wordsOf(folder, error)))
  return inOrder(findings, 'the run cannot be read')
}

function inOrder(findings: ReadonlyMap<CheckName, Finding>, why: string): Check[] {
  return checkNames
    .filter((name) => name !== 'attestation' && name !== 'signature')
    .map((name) => ({ name, ...(findings.get(name) ?? notChecked(why)) }))
}

/** `run.json: no such file`. */
function wordsOf(folder: string, { file, problem }: RunFolderError): string {
  const within = file.startsWith(folder) ? file.slice(folder.length).replace(/^\//, '') : basename(file)
  return within === '' ? problem : `${within}: ${problem}`
}

function runFolderError(error: unknown): RunFolderError {
  if (error instanceof RunFolderError) return error
  throw error
}
