/**
 * What the capture adds between a client and a server: to the first token and to each chunk of streams with long prompts, beside no proxy at all and
 * beside the least that a proxy of Node does, in turns; and its memory.
 *
 *   npm run bench:capture -- [--streams 100] [--prompt-bytes 400000] [--seconds 20] [--rounds 3]
 *   npm run bench:capture -- --minutes 10        the capture alone, its memory every half minute
 *
 * Budgets: 1 ms at the median and 5 ms at p99 over no proxy; memory that stays.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { quantile } from '@reprise/trace'
import { captureCli } from '../e2e/capture-cli.ts'
import { measureStreams, type StreamDelays } from './capture/measure-streams.ts'

const { values: flags } = parseArgs({
  options: {
    streams: { type: 'string', default: '100' },
    'prompt-bytes': { type: 'string', default: '400000' },
    chunks: { type: 'string', default: '100' },
    'gap-ms': { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string' },
  },
})
const shape = { streams: Number(flags.streams), promptBytes: Number(flags['prompt-bytes']), warmupMs: 5_000 }
const folder = mkdtempSync(join(tmpdir(), 'reprise-capture-'))
const children: ChildProcess[] = []
try {
  const direct = await started('stamped-server.ts', flags.chunks, flags['gap-ms'])
  const plain = await started('plain-proxy.ts', direct)
  const capture = await captureCli(direct, join(folder, 'capture'))
  if (flags.minutes === undefined) {
    const routes = { direct, 'plain proxy': plain, capture: capture.url }
    const all = new Map(Object.keys(routes).map((name) => [name, { firstTokenMs: [], chunkMs: [] } as StreamDelays]))
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      for (const [name, url] of Object.entries(routes)) {
        const { firstTokenMs, chunkMs } = await measureStreams(url, {
          ...shape,
          durationMs: Number(flags.seconds) * 1_000,
        })
        const kept = all.get(name)!
        for (const each of firstTokenMs) kept.firstTokenMs.push(each)
        for (const each of chunkMs) kept.chunkMs.push(each)
      }
    }
    print(all)
  } else {
    const tellMemory = () => console.log(`memory of the capture: ${memoryMiB(capture.child.pid!)} MiB`)
    const timer = setInterval(tellMemory, 30_000)
    await measureStreams(capture.url, { ...shape, durationMs: Number(flags.minutes) * 60_000 })
    clearInterval(timer)
    tellMemory()
  }
  const { summary } = await capture.stop()
  console.log(`recorded ${summary.requests} requests; lost ${JSON.stringify(summary.lost)}`)
} finally {
  for (const child of children) child.disconnect()
  rmSync(folder, { recursive: true, force: true })
}

/** The address of a server of this folder, in a process of its own. */
async function started(script: string, ...args: string[]): Promise<string> {
  const child = fork(resolve(import.meta.dirname, 'capture', script), args)
  children.push(child)
  const [port] = await once(child, 'message')
  return `http://127.0.0.1:${port}`
}

function print(all: ReadonlyMap<string, StreamDelays>): void {
  const direct = all.get('direct')!
  console.log('route           what          n        p50 ms    p99 ms   added p50  added p99')
  for (const [name, delays] of all) {
    for (const what of ['firstTokenMs', 'chunkMs'] as const) {
      const [p50, p99] = percentiles(delays[what])
      const [p50Direct, p99Direct] = percentiles(direct[what])
      const figures = [p50, p99, p50 - p50Direct, p99 - p99Direct].map((ms) => ms.toFixed(2).padStart(10))
      console.log(`${name.padEnd(16)}${what.padEnd(13)}${String(delays[what].length).padStart(7)}${figures.join('')}`)
    }
  }
}

function percentiles(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((x, y) => x - y)
  return [quantile(sorted, 0.5)!, quantile(sorted, 0.99)!]
}

function memoryMiB(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
}
