/**
 * How well the measuring client itself does on this machine, beside its budgets (docs/architecture.md). Medians of short rounds; nothing is
 * asserted. `node bench/client.ts [--rounds 3] [--only streams,processes,closed,lateness,start]`
 *
 * Server and client have a core each where the system lets processes be pinned.
 */
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { InstantErrors } from '../packages/cli/src/calibrate/compare-instants.ts'
import { benchFlags } from './bench-flags.ts'
import { type Figure, renderFigure } from './client/figures.ts'
import { measureStart, type Start } from './client/measure-start.ts'
import { beside, cores, firstLine, measure, root, startNode, stop } from './client/processes.ts'

type Streams = InstantErrors & {
  readonly cpuPerChunkUs: number
  readonly coreWaitShare?: number
  readonly maxRssMiB: number
  readonly failed: number
}
type Closed = { readonly requestsPerS: number; readonly cpuPerRequestUs: number; readonly bareRequestsPerS: number }
type Lateness = {
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly meanTokens: number
  readonly sampled: number
}

const { flags } = benchFlags(import.meta, { rounds: { type: 'string', default: '3' }, only: { type: 'string' } })
const rounds = Number(flags.rounds)
const wanted = flags.only?.split(',')
const weka = resolve(root, '../shared/data/weka')
const traces = existsSync(weka) ? realpathSync(weka) : undefined
const server = startNode('server', [beside('paced-server.ts')])
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    server.kill()
    process.exit(1)
  })
}

try {
  const address = await firstLine<{ url: string; monotonicOriginMs: number }>(server)
  const pinned = cores ? `client on core ${cores.client}, server on core ${cores.server}` : 'processes not pinned'
  say(
    `The measuring client, Node ${process.versions.node}, ${pinned}; ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}.`,
  )
  say(
    'Where not said otherwise the server is bench/client/paced-server.ts, which does little but write: the engine model behind HTTP would be',
    'the bottleneck itself. `reprise calibrate client` measures against that one.',
  )
  if (isWanted('streams')) await cpuPerChunk(address)
  if (isWanted('streams')) await instantErrors(address)
  if (isWanted('processes')) await manyProcesses(address)
  if (isWanted('closed')) await closedLoop(address.url)
  if (isWanted('lateness')) await lateness(address.url)
  if (isWanted('start')) await start()
} finally {
  await stop(server)
}

async function cpuPerChunk(address: object): Promise<void> {
  say(
    '',
    'CPU for each streamed chunk, whole client, long replies spread evenly; undici alone, which it does without, beside it',
  )
  for (const [streams, tokensPerS, atMost] of [
    [64, 50, 60],
    [512, 20, 30],
    [512, 50, 20],
  ] as const) {
    const request = {
      server: address,
      mode: 'spread',
      streams,
      tokensPerS,
      replyMs: 60_000,
      startsMs: 1_000,
      durationMs: 3_000,
    }
    const name = `${streams} streams x ${tokensPerS} tokens/s`
    const own = await repeat(() => measure<Streams>('measure-streams.ts', request))
    const bare = await repeat(() => measure<{ cpuPerChunkUs: number }>('measure-bare-streams.ts', request))
    tell(name, own, (each) => each.cpuPerChunkUs, 'µs', { atMost })
    tell(`${name}, undici alone`, bare, (each) => each.cpuPerChunkUs, 'µs')
    tellCondition(own)
  }
}

async function instantErrors(address: object): Promise<void> {
  say('', "Error of TTFT: a first token's instant at the client less the server's of writing it")
  for (const mode of ['spread', 'together'] as const) {
    for (const [streams, tokensPerS] of [
      [64, 50],
      [250, 50],
      [500, 20],
      [500, 50],
    ] as const) {
      const request = {
        server: address,
        mode,
        streams,
        tokensPerS,
        replyMs: 2_000,
        startsMs: 2_000,
        durationMs: 3_000,
      }
      const own = await repeat(() => measure<Streams>('measure-streams.ts', request))
      const name = `${streams} x ${tokensPerS} tokens/s, ${mode === 'spread' ? 'spread evenly' : 'stepping together'}`
      // The budgets are those of 25,000 chunks a second, where one process ends; with longer pauses the caches are cold, which is told too.
      const budget = streams === 500 && tokensPerS === 50 ? { atMost: mode === 'spread' ? 2 : 6 } : undefined
      tell(`${name}, p50`, own, (each) => each.ttftErrorMs?.p50, 'ms')
      tell(`${name}, p99`, own, (each) => each.ttftErrorMs?.p99, 'ms', budget)
      tell(`${name}, any chunk, p99`, own, (each) => each.chunkErrorMs?.p99, 'ms')
      tell(`${name}, request on its way, p99`, own, (each) => each.sendDelayMs?.p99, 'ms')
      tellCondition(own)
    }
  }
}

async function manyProcesses(address: object): Promise<void> {
  say('', 'More streams than one process reads: several, not pinned, beside a server that needs most of a core itself')
  for (const streams of [500, 1_000, 2_000])
    for (const processes of [1, 2, 4]) {
      const request = {
        server: address,
        mode: 'spread',
        streams,
        tokensPerS: 50,
        replyMs: 2_000,
        startsMs: 2_000,
        durationMs: 3_000,
        processes,
      }
      const own = await repeat(() => measure<Streams>('measure-streams.ts', request, { isPinned: false }))
      const name = `${streams} x 50 tokens/s, ${processes} ${processes === 1 ? 'process' : 'processes'}`
      tell(`${name}, p50`, own, (each) => each.ttftErrorMs?.p50, 'ms')
      tell(`${name}, p99`, own, (each) => each.ttftErrorMs?.p99, 'ms')
      tell(`${name}, CPU for each chunk`, own, (each) => each.cpuPerChunkUs, 'µs')
      tellCondition(own)
    }
}

async function closedLoop(url: string): Promise<void> {
  say(
    '',
    'Closed loop: 64 lanes, 32 chunks for each reply, 32-token prompts; the bare loop is undici, and throws replies away',
  )
  for (const [mode, how] of [
    ['unpaced', 'a write for each chunk'],
    ['at-once', 'a reply in one write'],
  ] as const) {
    const own = await repeat(() =>
      measure<Closed>('measure-closed-loop.ts', { url, mode, lanes: 64, chunks: 32, durationMs: 3_000 }),
    )
    const isBudgeted = mode === 'unpaced'
    tell(`${how}: the client`, own, (each) => each.requestsPerS, 'req/s', isBudgeted ? { atLeast: 3_000 } : undefined)
    tell(`${how}: bare loop`, own, (each) => each.bareRequestsPerS, 'req/s')
    const ratio = (each: Closed) => (100 * each.requestsPerS) / each.bareRequestsPerS
    tell(`${how}: the client, of the bare loop`, own, ratio, '%', isBudgeted ? { atLeast: 60 } : undefined)
    tell(`${how}: CPU for each request`, own, (each) => each.cpuPerRequestUs, 'µs')
  }
}

async function lateness(url: string): Promise<void> {
  const long = traces ?? 'synthetic'
  say(
    '',
    `Lateness: sent less due, Poisson arrivals; long prompts are ${traces ? 'of the 355-trace corpus' : 'synthetic: the corpus is absent'}`,
  )
  for (const [requestsPerS, prompts, atMost, what] of [
    [300, 'short', 3, 'prompts of at most 1 kB'],
    [30, long, 10, 'recorded prompt lengths'],
  ] as const) {
    const durationMs = 6_000
    const own = await repeat(() => measure<Lateness>('measure-lateness.ts', { url, requestsPerS, prompts, durationMs }))
    const name = `${requestsPerS} req/s, ${what}`
    tell(`${name}, p50`, own, (each) => each.p50, 'ms')
    tell(`${name}, p99`, own, (each) => each.p99, 'ms', { atMost })
    tell(`${name}, mean prompt`, own, (each) => each.meanTokens, 'tokens')
  }
  await latenessBesideMetrics(url)
}

/** In turns, so that what else the machine does falls on both. The client may use all cores: its sampler is a thread of its own. */
async function latenessBesideMetrics(url: string): Promise<void> {
  const pages = startNode('server', [beside('metrics-pages.ts')])
  try {
    const request = { url, requestsPerS: 300, prompts: 'short', durationMs: 6_000 }
    const hard = await firstLine<string[]>(pages)
    const [without, sampled]: [Lateness[], Lateness[]] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      without.push(await measure<Lateness>('measure-lateness.ts', request, { isPinned: false }))
      sampled.push(await measure<Lateness>('measure-lateness.ts', { ...request, pages: hard }, { isPinned: false }))
    }
    const name = '300 req/s'
    tell(`${name} without a sampler, p99`, without, (each) => each.p99, 'ms', { atMost: 3 })
    tell(`${name}, with large, slow and stalled pages, p99`, sampled, (each) => each.p99, 'ms', {
      atMost: 3,
    })
    tell(`${name}, lines of the sampler`, sampled, (each) => each.sampled, '')
  } finally {
    await stop(pages)
  }
}

async function start(): Promise<void> {
  const what = traces ? 'the 355-trace corpus' : 'the small synthetic corpus, since the recorded one is absent'
  say(
    '',
    `Start of the command to its first planned request, ${what}; against \`reprise serve\`. There is no index cache to start from.`,
  )
  const own = await repeat(() => measureStart(traces))
  const budgeted = traces !== undefined
  tell('start to first request', own, (each) => each.firstRequestMs / 1e3, 's', budgeted ? { atMost: 5 } : undefined)
  tell('peak memory by then', own, (each: Start) => each.peakRssMiB, 'MiB', budgeted ? { atMost: 600 } : undefined)
}

async function repeat<T>(round: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  while (results.length < rounds) results.push(await round())
  return results
}

function tell<T>(
  name: string,
  results: readonly T[],
  value: (result: T) => number | undefined,
  unit: string,
  budget?: Figure['budget'],
): void {
  say(renderFigure({ name, values: results.map(value), unit, ...(budget && { budget }) }))
}

/** What a reader has to know before believing the lines above. */
function tellCondition(results: readonly Streams[]): void {
  const lost = results.reduce((sum, each) => sum + each.failed + each.unmatched, 0)
  if (lost > 0) say(`    ${lost} requests failed or could not be laid beside the server's log`)
  const wait = Math.max(...results.map((each) => each.coreWaitShare ?? 0))
  if (wait > 0.02)
    say(`    disturbed: other programs had the client's core for up to ${(wait * 100).toFixed(0)} % of the time`)
  say(`    peak memory ${Math.round(Math.max(...results.map((each) => each.maxRssMiB)))} MiB`)
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function isWanted(section: string): boolean {
  return wanted?.includes(section) ?? true
}
