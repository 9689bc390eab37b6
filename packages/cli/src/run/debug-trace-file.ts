import { constants, type WriteStream } from 'node:fs'
import { type FileHandle, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '@reprise/replay-engine'
import { type DebugTrace, type LegibleTarget, tracedTarget } from '@reprise/replay-engine/endpoint'
import { openUnfollowed, RunFolderError } from '@reprise/result-aggregator/run'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Companion } from './companion.ts'

/** Name of the file in the run's folder. */
export const debugTraceFile = 'debug-trace.jsonl'

/**
 * Writes a line for each request of a run. The file comes into being with the first of them, when the run has its folder: a folder that
 * holds another run is not touched before that is settled.
 */
export class DebugTraceFile implements Companion {
  readonly #folder: string
  readonly #resumed: boolean
  #file: Promise<WriteStream> | undefined
  #failure: NodeJS.ErrnoException | RunFolderError | undefined

  /** @param resumed lines of earlier attempts stay. */
  constructor(folder: string, { resumed }: { readonly resumed: boolean }) {
    this.#folder = folder
    this.#resumed = resumed
  }

  traced(target: LegibleTarget): Target {
    return tracedTarget(target, (trace) => this.#append(trace))
  }

  /** Closes the file. @throws UsageError, RunFolderError when a line could not be written. */
  async stop(): Promise<undefined> {
    const file = await this.#file?.catch(() => undefined)
    await new Promise<void>((resolve) => (file ? file.end(resolve) : resolve()))
    if (this.#failure instanceof RunFolderError) throw this.#failure
    if (this.#failure)
      throw new UsageError(`${join(this.#folder, debugTraceFile)}: cannot be written (${this.#failure.code})`)
  }

  #append(trace: DebugTrace): void {
    this.#file ??= this.#open()
    const line = `${JSON.stringify(trace)}\n`
    this.#file.then(
      (file) => file.write(line),
      (error) => this.#failed(error),
    )
  }

  async #open(): Promise<WriteStream> {
    const path = join(this.#folder, debugTraceFile)
    await mkdir(this.#folder, { recursive: true })
    if (!this.#resumed) await rm(path, { force: true })
    const handle = await openUnfollowed(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT)
    const isGoingOn = await isTorn(handle)
    const file = handle.createWriteStream().on('error', (error) => this.#failed(error))
    if (isGoingOn) file.write('\n')
    return file
  }

  #failed(error: NodeJS.ErrnoException): void {
    this.#failure ??= error
  }
}

/** A killed attempt may have left its last line without an end; the next line must not become a part of it. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  return size > 0 && buffer[0] !== 0x0a
}
