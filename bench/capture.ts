/**
 * What the capture adds between a client and a server: to the first token and to each chunk of streams with long prompts, beside no proxy at all and
 * beside the least that a proxy of Node does, in turns; and its memory.
 *
 *   npm run bench:capture -- [--streams 100] [--prompt-bytes 400000] [--seconds 20] [--rounds 3]
 *   npm run bench:capture -- --minutes 10        the capture alone, its memory every half minute
 *
 * Budgets: 1 ms at the median and 5 ms at p99 over no proxy, in the median round; memory whose last quarter is at most 5 % over the quarter before.
 * Each is told with its verdict, and ends the bench with 1 where it is missed. What varies by more than the budget with no proxy at all is not
 * resolved here, which is no verdict.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { quantile } from '@reprise/trace/quantile'
import { captureCli } from '../e2e/capture-cli.ts'
import { benchFlags } from './bench-flags.ts'
import { type CpuOfThreads, cpuOfThreads } from './capture/cpu-of-threads.ts'
import { judgeDelays, judgeMemory, type Verdict } from './capture/judge-capture.ts'
import { measureStreams, type StreamDelays } from './capture/measure-streams.ts'

const { flags } = benchFlags(import.meta, {
  streams: { type: 'string', default: '100' },
  'prompt-bytes': { type: 'string', default: '400000' },
  chunks: { type: 'string', default: '100' },
  'gap-ms': { type: 'string', default: '50' },
  seconds: { type: 'string', default: '20' },
  rounds: { type: 'string', default: '3' },
  minutes: { type: 'string' },
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
    const rounds: Record<keyof typeof routes, StreamDelays>[] = []
    const spent = { direct: [], 'plain proxy': [], capture: [] } as Record<keyof typeof routes, CpuOfThreads[]>
    const pids = { direct: children[0]!.pid!, 'plain proxy': children[1]!.pid!, capture: capture.child.pid! }
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      const measured = {} as Record<keyof typeof routes, StreamDelays>
      for (const [name, url] of Object.entries(routes) as [keyof typeof routes, string][]) {
        const before = cpuOfThreads(pids[name])
        measured[name] = await measureStreams(url, { ...shape, durationMs: Number(flags.seconds) * 1_000 })
        const after = cpuOfThreads(pids[name])
        const perRequest = (of: keyof CpuOfThreads) => (after[of] - before[of]) / measured[name].requests
        spent[name].push({ main: perRequest('main'), others: perRequest('others') })
      }
      rounds.push(measured)
    }
    print(judgeDelays(rounds))
    for (const [name, each] of Object.entries(spent)) {
      const median = (of: keyof CpuOfThreads) =>
        quantile(
          each.map((cpu) => cpu[of]).toSorted((a, b) => a - b),
          0.5,
        )!
      console.log(
        `CPU a request: ${name === 'direct' ? 'the server itself' : name}: ${median('main').toFixed(2)} ms of its main thread, ${median('others').toFixed(2)} ms of its others`,
      )
    }
  } else {
    const samples: number[] = []
    const timer = setInterval(() => {
      samples.push(memoryMiB(capture.child.pid!))
      if (samples.length % 15 === 0) console.log(`memory of the capture: ${samples.at(-1)} MiB`)
    }, 2_000)
    await measureStreams(capture.url, { ...shape, durationMs: Number(flags.minutes) * 60_000 })
    clearInterval(timer)
    print([judgeMemory(samples)])
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

function print(verdicts: readonly Verdict[]): void {
  for (const { what, told, verdict } of verdicts) console.log(`${what.padEnd(36)}${told.padEnd(60)}${verdict}`)
  if (verdicts.some(({ verdict }) => verdict === 'MISSED')) process.exitCode = 1
}

function memoryMiB(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
}
