/** What a simulating thread does: `simulate-thread.ts` leads to it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Talk } from '../terminal/io.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import type { FromSimulateThread, SimulateThreadData, ToSimulateThread } from './simulate-messages.ts'
import { type SimulatedPoint, simulatePoint } from './simulate-point.ts'

const { sweep, argv, quiet } = workerData as SimulateThreadData
const port = parentPort!
const [stop, cancel] = [new AbortController(), new AbortController()]
const say = (message: FromSimulateThread) => port.postMessage(message)
const talk: Talk = {
  ...{ argv, quiet, env: {} },
  // What belongs on stdout is written by who started the thread.
  stdout: { write: () => {} },
  stderr: { write: (text) => say({ kind: 'said', text }) },
  signal: stop.signal,
  cancel: cancel.signal,
}
let corpus: LoadedCorpus | undefined

async function simulate(run: SimulatedPoint): Promise<void> {
  try {
    say({ kind: 'done', run: await simulatePoint(sweep, run, corpus!, talk) })
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
    say({ kind: 'failed', error: { name, message, ...(stack !== undefined && { stack }) } })
  }
}

port.on('message', (message: ToSimulateThread) => {
  switch (message.kind) {
    case 'simulate':
      corpus = message.loaded ?? corpus
      void simulate(message.run)
      return
    case 'stop':
      stop.abort()
      return
    case 'cancel':
      cancel.abort()
  }
})
