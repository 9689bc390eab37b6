import { Worker } from 'node:worker_threads'
import type { ExchangeTape, OpenedExchange } from '../proxy/exchange-tape.ts'
import type { ToolEvent } from '../tools/parse-tool-events.ts'
import type { FromRecording, RecordingProgress, RecordingSettings, ToRecording } from './recording-messages.ts'
import { TapeWriter } from './tape-writer.ts'

export interface RecordingOptions extends RecordingSettings {
  /** Milliseconds since the capture's origin. */
  readonly now: () => number
  /** The disk refuses records, with the system's code, or takes them again. */
  readonly onDisk: (refusal: string | undefined) => void
  /** The thread has died, which costs no request: they are passed on, and have no record. */
  readonly onDeath: (error: Error) => void
}

export interface Recording {
  record(opened: OpenedExchange): ExchangeTape | undefined
  /** A harness has told of its tools. */
  tools(events: readonly ToolEvent[]): void
  /** As of the last flush; undefined: there was none. */
  progress(): RecordingProgress | undefined
  /** Resolves when everything that was taken down is on the disk; undefined where the thread has died. */
  close(): Promise<RecordingProgress | undefined>
}

/** What happens within this time is one batch. Each wakes the recording thread, which takes a core from those who forward. */
const batchMs = 50

const maxExchangeBytes = 64 * 1024 * 1024
const maxHeldBytes = 256 * 1024 * 1024

/** Starts the recording thread; resolves when it takes down what is said. */
export async function startRecording({ now, onDisk, onDeath, ...settings }: RecordingOptions): Promise<Recording> {
  const worker = new Worker(new URL('./recording-thread.ts', import.meta.url), { workerData: settings })
  const ready = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<RecordingProgress | undefined>()
  const post = (message: ToRecording, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  const tape = new TapeWriter({
    captureId: crypto.randomUUID().slice(0, 8),
    send: (batch) => post({ kind: 'batch', batch }, [batch.bytes.buffer]),
    soon: (run) => void setTimeout(run, batchMs),
    next: (run) => void setImmediate(run),
    now,
    maxExchangeBytes,
    maxHeldBytes,
  })
  let progress: RecordingProgress | undefined
  let isDead = false
  worker.on('message', (message: FromRecording) => {
    if (message.kind === 'ready') ready.resolve()
    else if (message.kind === 'released') tape.released(message.bytes)
    else if (message.kind === 'disk') onDisk(message.refusal)
    else progress = message.progress
    if (message.kind === 'closed') closed.resolve(progress)
  })
  worker.on('error', (error: Error) => {
    isDead = true
    closed.resolve(undefined)
    ready.resolve()
    onDeath(error)
  })
  await ready.promise
  return {
    record: (opened) => (isDead ? undefined : tape.open(opened)),
    tools: (events) => {
      if (!isDead) post({ kind: 'tools', events })
    },
    progress: () => progress,
    close: () => {
      tape.flush()
      if (!isDead) post({ kind: 'close' })
      return closed.promise
    },
  }
}
