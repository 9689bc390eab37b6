import { Worker } from 'node:worker_threads'
import { onAbort } from '@reprise/replay-engine/clock'
import type { Talk } from '../terminal/io.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import type { FinishedRun } from './perform-run.ts'
import type { FromSimulateThread, SimulateThreadData, ThreadError, ToSimulateThread } from './simulate-messages.ts'
import type { SimulatedPoint } from './simulate-point.ts'

/** What became of a run. */
export type PointEnd = { readonly run: FinishedRun } | { readonly error: unknown }

/** A thread that simulates runs, one after another. */
export class SimulatingThread {
  readonly #worker: Worker
  readonly #forget: readonly (() => void)[]
  #loaded: LoadedCorpus | undefined
  #settle: (end: PointEnd) => void = () => {}
  /** It has ended, or has broken, and is to be given nothing more. */
  isGone = false

  /** Starts it. `say` is given what its runs would write to stderr. */
  constructor(
    workerData: SimulateThreadData,
    { signal, cancel, say }: Pick<Talk, 'signal' | 'cancel'> & { readonly say: (text: string) => void },
  ) {
    this.#worker = new Worker(new URL('./simulate-thread.ts', import.meta.url), { workerData })
    this.#worker.on('message', (message: FromSimulateThread) => {
      if (message.kind === 'said') say(message.text)
      else this.#settle(message.kind === 'done' ? { run: message.run } : { error: errorOf(message.error) })
    })
    const gone = (error: unknown) => {
      this.isGone = true
      this.#settle({ error })
    }
    this.#worker.on('error', gone)
    this.#worker.on('exit', (code) => gone(new Error(`a simulating thread ended with ${code}`)))
    this.#forget = [
      onAbort(signal, () => this.#post({ kind: 'stop' })),
      ...(cancel ? [onAbort(cancel, () => this.#post({ kind: 'cancel' }))] : []),
    ]
  }

  /** One run at a time. Never rejects. */
  simulate(run: SimulatedPoint, loaded: LoadedCorpus): Promise<PointEnd> {
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#post({ kind: 'simulate', run, ...(loaded !== this.#loaded && { loaded }) })
      this.#loaded = loaded
    })
  }

  async end(): Promise<void> {
    for (const forget of this.#forget) forget()
    this.#settle = () => {}
    await this.#worker.terminate()
  }

  #post(message: ToSimulateThread): void {
    this.#worker.postMessage(message)
  }
}

function errorOf({ name, message, stack }: ThreadError): Error {
  const error = new Error(message)
  return Object.assign(error, { name, ...(stack !== undefined && { stack }) })
}
