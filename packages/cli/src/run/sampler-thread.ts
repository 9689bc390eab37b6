/** The thread that `serverMetrics` starts; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads'
import { type LineAppender, openLineAppender, sealLine } from '@reprise/result-aggregator/journal'
import type { PowerLine } from '@reprise/telemetry'
import { runClock, ServerSampler, startPowerProgram } from '@reprise/telemetry/sampler'
import type { SamplerMessage, SamplerThreadData } from './sampler-messages.ts'

const { path, anchor, head, access, power } = workerData as SamplerThreadData
const port = parentPort!
const now = runClock(anchor)

// What is not written need not be asked for.
const onFailure = (error: unknown) =>
  port.postMessage({ failure: error instanceof Error ? error.message : String(error) })

const appender = await openLineAppender(path, onFailure)
let powerAppender: Promise<LineAppender> | undefined

/** Opens its file with the first line: most machines have no meter. */
function writePower(line: PowerLine): void {
  powerAppender ??= openLineAppender(power.path, onFailure).then((opened) => {
    const { attempt, intervalMs } = head
    opened.append(sealLine(JSON.stringify({ schema: 'power/1', attempt, intervalMs })))
    return opened
  })
  powerAppender.then((opened) => opened.append(sealLine(JSON.stringify(line))), onFailure)
}

const sampler = new ServerSampler({
  head,
  access,
  now,
  write: (line) => {
    const sealed = sealLine(JSON.stringify(line))
    appender.append(sealed)
    return Buffer.byteLength(sealed) + 1
  },
  onPower: writePower,
})
const { programs, optional, devices } = power
const running = programs.map((meter) =>
  startPowerProgram({
    meter,
    intervalMs: head.intervalMs,
    optional,
    now,
    write: writePower,
    ...(devices && { devices }),
  }),
)
port.postMessage({ ready: true })

port.on('message', async (message: SamplerMessage) => {
  if ('edge' in message) return sampler.edge(message.edge)
  const { patienceMs } = message.stop
  await Promise.all([sampler.stop({ patienceMs }), ...running.map((program) => program.stop(patienceMs))])
  // What could not be written was told at once; the thread has nothing to add.
  await Promise.allSettled([appender.close(), powerAppender?.then((opened) => opened.close())])
  port.close()
})
