/** The thread that `serverMetrics` starts; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads'
import { openLineAppender, sealLine } from '@reprise/result-aggregator/journal'
import { runClock, ServerSampler } from '@reprise/telemetry/sampler'
import type { SamplerMessage, SamplerThreadData } from './sampler-messages.ts'

const { path, anchor, head } = workerData as SamplerThreadData
const port = parentPort!

const appender = await openLineAppender(path, (error) => {
  // What is not written need not be asked for.
  port.postMessage({ failure: error instanceof Error ? error.message : String(error) })
})
const sampler = new ServerSampler({
  head,
  now: runClock(anchor),
  write: (line) => {
    const sealed = sealLine(JSON.stringify(line))
    appender.append(sealed)
    return Buffer.byteLength(sealed) + 1
  },
})
port.postMessage({ ready: true })

port.on('message', async (message: SamplerMessage) => {
  if ('edge' in message) return sampler.edge(message.edge)
  await sampler.stop(message.stop)
  // Told to the run above; the thread has nothing to add.
  await appender.close().catch(() => {})
  port.close()
})
