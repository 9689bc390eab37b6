import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { printable } from '@reprise/safe-text'
import { UsageError } from '../terminal/exit-codes.ts'

/** So much is packed and written together. */
const chunkChars = 4 * 1024 * 1024

/**
 * A file of very many lines that come faster than a disk takes them: each write is waited for, so that none piles up. Packed where its name
 * ends in `.gz`. It has its name when it is closed.
 */
export class StepFile {
  readonly #path: string
  readonly #part: string
  readonly #file: number
  #lines: string[] = []
  #chars = 0
  #failure: NodeJS.ErrnoException | undefined

  /** @throws UsageError where it cannot be written. */
  constructor(path: string) {
    this.#path = path
    this.#part = `${path}.${crypto.randomUUID()}.part`
    try {
      this.#file = openSync(this.#part, 'wx')
    } catch (error) {
      throw this.#refusal(error as NodeJS.ErrnoException)
    }
  }

  line(text: string): void {
    this.#lines.push(text)
    this.#chars += text.length + 1
    if (this.#chars >= chunkChars) this.#write()
  }

  /** @throws UsageError where some of it could not be written; there is no file then. */
  close(): void {
    if (this.#lines.length > 0) this.#write()
    closeSync(this.#file)
    try {
      if (this.#failure) throw this.#failure
      renameSync(this.#part, this.#path)
    } catch (error) {
      this.#remove()
      throw this.#refusal(error as NodeJS.ErrnoException)
    }
  }

  /** Leaves no file. */
  discard(): void {
    closeSync(this.#file)
    this.#remove()
  }

  #write(): void {
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    this.#lines = []
    this.#chars = 0
    if (this.#failure) return
    try {
      // Packed parts one behind the other are a packed file.
      const packed = this.#path.endsWith('.gz') ? gzipSync(bytes, { level: 1 }) : bytes
      for (let at = 0; at < packed.length; ) at += writeSync(this.#file, packed, at)
    } catch (error) {
      this.#failure = error as NodeJS.ErrnoException
    }
  }

  #remove(): void {
    rmSync(this.#part, { force: true })
  }

  #refusal({ code }: NodeJS.ErrnoException): UsageError {
    return new UsageError(
      `--steps ${printable(this.#path, 300)}: cannot be written (${code}); name a file in a folder that there is, with room for it`,
    )
  }
}
