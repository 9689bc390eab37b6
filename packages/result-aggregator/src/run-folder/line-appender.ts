import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { openUnfollowed } from './open-plain-file.ts'
import { asRunFolderError } from './run-folder.ts'

/**
 * Appends lines to a file in the background, each within a tenth of a second, all of them at `close`. What was written is forced to the
 * disk as often as the disk allows, and written lines do not wait for that: a killed process loses what its last tenth of a second
 * brought, a machine that loses its power little more.
 *
 * The first failure ends the writing; it is told to `onFailure` at once and thrown by `close`.
 */
export class LineAppender {
  readonly #path: string
  readonly #file: FileHandle
  readonly #onFailure: (error: unknown) => void
  #pending: string[] = []
  #pendingLength = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #syncing: Promise<void> | undefined
  #unsynced = false
  /** What is pending is not to wait for more lines. */
  #inHurry = false
  #failure: { error: unknown } | undefined

  /** `path` is for messages; the file is closed with the appender. */
  constructor(path: string, file: FileHandle, onFailure: (error: unknown) => void = () => {}) {
    this.#path = path
    this.#file = file
    this.#onFailure = onFailure
  }

  /** `line` without its end. */
  append(line: string): void {
    if (this.#failure) return
    this.#pending.push(line, '\n')
    this.#pendingLength += line.length + 1
    if (this.#pendingLength >= writeLength) this.#startWriting()
    else this.#writeSoon()
  }

  /** Does not wait for more lines. */
  flush(): void {
    this.#inHurry = true
    this.#startWriting()
  }

  /** @throws RunFolderError when anything could not be written. */
  async close(): Promise<void> {
    this.flush()
    await this.#writing
    clearTimeout(this.#timer)
    await this.#syncing
    await this.#file.close()
    if (this.#failure) throw this.#failure.error
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush()
    }, writeAfterMs)
  }

  #startWriting(): void {
    if (this.#writing || this.#pending.length === 0 || this.#failure) return
    this.#writing = this.#writeAll()
  }

  /** Writes until nothing is left that is worth a write or in a hurry: what comes while one is under way waits for more as any does. */
  async #writeAll(): Promise<void> {
    do {
      const text = this.#pending.join('')
      this.#pending = []
      this.#pendingLength = 0
      this.#inHurry = false
      try {
        await this.#file.appendFile(text)
        this.#unsynced = true
        this.#syncing ??= this.#syncAll()
      } catch (error) {
        this.#fail(error)
      }
    } while (this.#pending.length > 0 && (this.#inHurry || this.#pendingLength >= writeLength))
    this.#writing = undefined
    if (this.#pending.length > 0) this.#writeSoon()
  }

  /** Syncs until all that was written is on the disk. */
  async #syncAll(): Promise<void> {
    while (this.#unsynced && !this.#failure) {
      this.#unsynced = false
      await this.#file.datasync().catch((error: unknown) => this.#fail(error))
    }
    this.#syncing = undefined
  }

  #fail(error: unknown): void {
    if (this.#failure) return
    this.#failure = { error: asRunFolderError(this.#path, error) }
    this.#pending = []
    this.#onFailure(this.#failure.error)
  }
}

/** Makes the file where there is none. @throws RunFolderError when it cannot be opened, or is a link. */
export async function openLineAppender(path: string, onFailure?: (error: unknown) => void): Promise<LineAppender> {
  try {
    return new LineAppender(path, await openUnfollowed(path, appending), onFailure)
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}

const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT

/** A second may pass until a line is safe; the rest of it is for a busy event loop and a slow disk. */
const writeAfterMs = 100
/** Characters that are worth a write of their own. */
const writeLength = 256 * 1024
