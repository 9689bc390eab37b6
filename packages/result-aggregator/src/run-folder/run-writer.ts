import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type PhaseSpan, type RequestRecord, renderRecord } from '@reprise/replay-engine'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { countRecord, emptyTally } from '../result/record-tally.ts'
import type { RunFile, RunHeader } from '../result/run-header.ts'
import { demandWritable } from './demand-writable.ts'
import { type LineAppender, openLineAppender } from './line-appender.ts'
import { exists, makeFolder } from './make-folder.ts'
import { mendJournal } from './mend-journal.ts'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'
import { refuseLive } from './run-lock.ts'
import { sealLine } from './sealed-line.ts'
import { writeFileWhole } from './write-file-whole.ts'

export interface RunWriterOptions {
  /** Made where it does not exist, its parents too. */
  readonly folder: string
  readonly header: RunHeader
  /** `plan.json`, byte for byte. */
  readonly planText: string
  /** Take the files of an earlier run in the folder away first. Default: refuse. */
  readonly overwrite?: boolean
  /** Hears at once when a record cannot be written, a full disk for instance, so that no run goes on for nothing. */
  readonly onFailure?: (error: unknown) => void
}

export interface ResumeOptions extends Pick<RunWriterOptions, 'folder' | 'header' | 'onFailure'> {
  readonly at: AttemptBreak
}

/**
 * Writes a run down while it runs: plan and header first, records and phases as they come, the end last. What was appended a
 * second ago survives a kill.
 */
export class RunWriter {
  readonly #folder: string
  readonly #header: RunHeader
  readonly #records: LineAppender
  readonly #phases: LineAppender
  readonly #tally = emptyTally()

  /** @throws RunFolderError when the folder holds a run already, or cannot be written. */
  static async open(options: RunWriterOptions): Promise<RunWriter> {
    const { folder, header, planText } = options
    await prepareFolder(folder, options.overwrite ?? false)
    await writeFileWhole(join(folder, runFiles.plan), planText)
    await writeFileWhole(join(folder, runFiles.command), `${header.command}\n`)
    const writer = await RunWriter.#start(options)
    // Last, so that a folder with a header is a run, however early it was killed.
    await writeHeader(folder, header)
    return writer
  }

  /**
   * Goes on writing a run that broke off: torn last lines are cut off, what was made from the records goes, and the break is marked. The last
   * result stays until the next one takes its place: a header without an end says that it is of the attempts before.
   *
   * @throws RunFolderError when the folder cannot be written.
   */
  static async resume({ at, ...options }: ResumeOptions): Promise<RunWriter> {
    const { folder, header } = options
    for (const name of [runFiles.records, runFiles.phases]) await mendJournal(join(folder, name))
    for (const name of besideRecords) if (await exists(join(folder, name))) await mendJournal(join(folder, name))
    for (const name of madeOfRecords) if (name !== runFiles.result) await remove(join(folder, name))
    const writer = await RunWriter.#start(options)
    writer.#phases.append(sealLine(JSON.stringify(at)))
    writer.#phases.flush()
    await writeHeader(folder, header)
    return writer
  }

  static async #start({ folder, header, onFailure }: Omit<ResumeOptions, 'at'>): Promise<RunWriter> {
    const records = await openLineAppender(join(folder, runFiles.records), onFailure)
    const phases = await openLineAppender(join(folder, runFiles.phases), onFailure)
    return new RunWriter(folder, header, records, phases)
  }

  private constructor(folder: string, header: RunHeader, records: LineAppender, phases: LineAppender) {
    this.#folder = folder
    this.#header = header
    this.#records = records
    this.#phases = phases
  }

  record(record: RequestRecord): void {
    this.#records.append(sealLine(renderRecord(record)))
    countRecord(this.#tally, record)
  }

  /** Once when the phase begins, and once more with `endMs`. */
  phase(span: PhaseSpan): void {
    this.#phases.append(sealLine(JSON.stringify(span)))
    this.#phases.flush()
  }

  /** Writes what is left, and no end: the run counts as killed. @throws RunFolderError when anything could not be written. */
  async abandon(): Promise<void> {
    const closed = await Promise.allSettled([this.#records.close(), this.#phases.close()])
    for (const end of closed) if (end.status === 'rejected') throw end.reason
  }

  /** Writes what is left and how the run ended. @throws RunFolderError when anything could not be written. */
  async close(end: Omit<NonNullable<RunFile['ended']>, 'records'>): Promise<void> {
    await this.abandon()
    await writeHeader(this.#folder, { ...this.#header, ended: { ...end, records: this.#tally } })
  }
}

function writeHeader(folder: string, header: RunFile): Promise<void> {
  return writeFileWhole(join(folder, runFiles.header), `${JSON.stringify(header, null, 2)}\n`)
}

async function prepareFolder(folder: string, overwrite: boolean): Promise<void> {
  await makeFolder(folder)
  await refuseRun(folder, overwrite)
  for (const name of [...ofARun, ...madeOfRecords]) await remove(join(folder, name))
}

/** What would tell of a run that is no more, or of less than there is now. */
const madeOfRecords = [runFiles.fidelity, runFiles.result, runFiles.manifest, runFiles.attestation, 'report.html']

/** @throws RunFolderError where the folder holds a run that is not to be overwritten, or one that is being written, or cannot be written. */
export async function demandFree(folder: string, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
  await refuseLive(folder)
  await refuseRun(folder, overwrite)
  await demandWritable(folder)
}

/** Journals that a run may do without. */
const besideRecords = [runFiles.serverMetrics, runFiles.power]

/** Whoever writes has the lock. */
const ofARun = Object.values(runFiles).filter((name) => name !== runFiles.lock)

async function refuseRun(folder: string, overwrite: boolean): Promise<void> {
  if (overwrite) return
  for (const name of ofARun) {
    if (await exists(join(folder, name)))
      throw new RunFolderError(
        folder,
        `it holds a run already (${name})`,
        'Choose another folder, ask for it to be overwritten (--overwrite), or go on with it where it was cut (replay --resume).',
      )
  }
}

/**
 * Takes a run away: its own files, and the folder where nothing else lies in it.
 *
 * @throws RunFolderError where a process writes to it, or the system refuses.
 */
export async function removeRun(folder: string): Promise<void> {
  await refuseLive(folder)
  for (const name of [...Object.values(runFiles), 'report.html']) await remove(join(folder, name))
  await rmdir(folder).catch(() => {})
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw asRunFolderError(path, error)
  })
}
