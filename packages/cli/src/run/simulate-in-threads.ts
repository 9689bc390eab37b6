import { Worker } from 'node:worker_threads'
import { onAbort } from '@reprise/replay-engine'
import type { Talk } from '../terminal/io.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import type { FinishedRun } from './perform-run.ts'
import type { FromSimulateThread, SimulateThreadData, ThreadError, ToSimulateThread } from './simulate-messages.ts'
import type { SimulatedPoint, SimulatedSweep } from './simulate-point.ts'

/** What became of a run; absent where it was never begun. */
export type PointEnd = { readonly run: FinishedRun } | { readonly error: unknown }

/**
 * Simulates the runs of a sweep in so many threads, each thread one after another. What became of each, in the order
 * of the runs: the failure of one costs the others nothing, and after a stop none is begun.
 */
export async function simulateInThreads(
  sweep: SimulatedSweep,
  runs: readonly (SimulatedPoint & { readonly loaded: LoadedCorpus })[],
  { threads, talk }: { readonly threads: number; readonly talk: Talk },
): Promise<readonly (PointEnd | undefined)[]> {
  const ends: (PointEnd | undefined)[] = runs.map(() => undefined)
  let next = 0
  // As when they are done one after another, the first run is begun even where the user has asked to stop.
  const take = () => (next < runs.length && (next === 0 || !talk.signal.aborted) ? next++ : undefined)
  await Promise.all(
    Array.from({ length: Math.min(threads, runs.length) }, async () => {
      let thread: SimulatingThread | undefined
      try {
        for (let at = take(); at !== undefined; at = take()) {
          thread ??= new SimulatingThread({ sweep, argv: talk.argv, quiet: talk.quiet }, talk)
          ends[at] = await thread.simulate(runs[at]!)
          // One that broke is not asked again.
          if (thread.isGone) thread = undefined
        }
      } finally {
        await thread?.end()
      }
    }),
  )
  return ends
}

class SimulatingThread {
  readonly #worker: Worker
  readonly #forget: readonly (() => void)[]
  #loaded: LoadedCorpus | undefined
  #settle: (end: PointEnd) => void = () => {}
  isGone = false

  constructor(workerData: SimulateThreadData, { stderr, signal, cancel }: Talk) {
    this.#worker = new Worker(new URL('./simulate-thread.ts', import.meta.url), { workerData })
    this.#worker.on('message', (message: FromSimulateThread) => {
      if (message.kind === 'said') stderr.write(message.text)
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

  simulate({ loaded, ...run }: SimulatedPoint & { readonly loaded: LoadedCorpus }): Promise<PointEnd> {
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
