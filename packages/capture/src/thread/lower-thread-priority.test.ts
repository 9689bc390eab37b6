import { once } from 'node:events'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

test.runIf(process.platform === 'linux')(
  'the thread that asks goes behind, and the one that started it stays',
  async () => {
    const before = getPriority()
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
    const { getPriority } = require('node:os')
    const { basename } = require('node:path')
    const { readlinkSync } = require('node:fs')
    import(workerData).then(({ lowerThreadPriority }) => {
      lowerThreadPriority()
      parentPort.postMessage(getPriority(Number(basename(readlinkSync('/proc/thread-self')))))
    })`,
      { eval: true, workerData: new URL('./lower-thread-priority.ts', import.meta.url).href },
    )
    const [own] = await once(worker, 'message')
    expect([own, getPriority()]).toEqual([Math.min(19, before + 10), before])
  },
)
