import { once } from 'node:events'
import { constants, createWriteStream } from 'node:fs'
import { UsageError } from '../terminal/exit-codes.ts'

/** A file of JSON Lines that a server writes. */
export interface RequestLogFile {
  add(entry: object): void
  /** Rejects when a line could not be written; never resolves. A log with holes is no truth to measure against. */
  readonly failed: Promise<never>
  /** Returns when all of it has been handed to the system. */
  close(): Promise<void>
}

/** The disk under a log gave out: whoever runs the host can act. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError'

  constructor(path: string, { code, message }: NodeJS.ErrnoException) {
    super(
      `--log ${path}: a line could not be written (${code ?? message}), so the log has a hole. Make room, or name another file.`,
    )
  }
}

/** Does not wait for the reader of a pipe, and empties nothing that a link leads to. */
const emptied = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Creates the file, or empties it. @throws UsageError when it cannot be written, or is a link. */
export async function openRequestLog(path: string): Promise<RequestLogFile> {
  // Node takes the flags of the system as well as its own words for them.
  const stream = createWriteStream(path, { flags: emptied as unknown as string })
  await once(stream, 'open').catch(({ code }: NodeJS.ErrnoException) => {
    const problem =
      code === 'ELOOP'
        ? 'is a link; name the file itself'
        : `cannot be written (${code}); name a file in a folder that exists and is yours`
    throw new UsageError(`--log ${path}: ${problem}`)
  })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  // Somebody listens until the server is closed.
  failed.catch(() => {})
  stream.on('error', (error) => reject(new LogFileError(path, error)))
  return {
    add: (entry) => void stream.write(`${JSON.stringify(entry)}\n`),
    failed,
    close: async () => {
      const closed = new Promise<void>((resolve) => stream.end(() => resolve()))
      await Promise.race([closed, failed])
    },
  }
}
