import { parentPort, workerData } from 'node:worker_threads'
import { makeRecorder } from '../record/make-recorder.ts'
import { ShardWriter } from '../shards/shard-writer.ts'
import { ExchangeReadings } from './exchange-readings.ts'
import { lowerThreadPriority } from './lower-thread-priority.ts'
import type { FromRecording, RecordingProgress, RecordingSettings, ToRecording } from './recording-messages.ts'

lowerThreadPriority()
const {
  recorder: options,
  flushEveryMs,
  folder,
  rollBytes,
  rollLines,
  bufferBytes,
  packed,
} = workerData as RecordingSettings
const tell = (message: FromRecording) => parentPort!.postMessage(message)
const startMs = performance.now()
const shards = new ShardWriter({
  folder,
  rollBytes,
  ...(rollLines !== undefined && { rollLines }),
  bufferBytes,
  packed,
  sinceStartMs: () => performance.now() - startMs,
  onDisk: (refusal) => tell({ kind: 'disk', refusal }),
})
const recorder = makeRecorder(options, shards)
const readings = new ExchangeReadings(recorder, (bytes) => tell({ kind: 'released', bytes }))

// What is made of later exchanges may wait for others; what is there does not.
const timer = setInterval(() => {
  shards.flush()
  tell({ kind: 'progress', progress: progress() })
}, flushEveryMs)

parentPort!.on('message', (message: ToRecording) => {
  if (message.kind === 'batch') readings.read(message.batch)
  else if (message.kind === 'tools') recorder.tools(message.events)
  else close()
})

tell({ kind: 'ready' })

async function close(): Promise<void> {
  clearInterval(timer)
  await readings.settled()
  await recorder.close()
  shards.close()
  tell({ kind: 'closed', progress: progress() })
  parentPort!.close()
}

function progress(): RecordingProgress {
  return { totals: recorder.totals(), shards: shards.counts(), lost: readings.lost() }
}
