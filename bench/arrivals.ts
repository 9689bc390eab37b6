/**
 * How truly open loads arrive on real time: the real command against the repository's own server.
 *
 *   npm run bench:arrivals -- [--seconds 30] [--rate 300] [--speedup 10] [--only rate|overload|schedule]
 *
 * `rate`: sessions of one turn at `--rate`; how evenly they come (variance over mean of counts in tenths of a second; 1 is Poisson's), and how late they leave.
 * `overload`: the rate doubled until the client does not come to it, and what the result says then.
 * `schedule`: a recorded ten minutes at `--speedup`: how far from its recorded instant each turn that waits for nothing left, and the drift of those that waited, before a fast and a slow server.
 *
 * Budgets: dispersion from 0.95 to 1.05, lateness at p99 of 3 ms at most, start offsets of a schedule of 20 ms at most.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultEngine } from '@reprise/engine-sim'
import type { RequestRecord } from '@reprise/replay-engine'
import type { Result } from '@reprise/result-aggregator/run'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { oneTurnRows, tenMinutes } from './client/arrival-traces.ts'
import { firstLine, root, startNode, stop } from './client/processes.ts'

const { flags } = benchFlags(import.meta, {
  seconds: { type: 'string', default: '30' },
  rate: { type: 'string', default: '300' },
  speedup: { type: 'string', default: '10' },
  only: { type: 'string' },
})
const bin = join(root, 'packages/cli/bin/reprise.mjs')
const folder = mkdtempSync(join(tmpdir(), 'reprise-arrivals-'))
const wanted = (name: string) => flags.only === undefined || flags.only === name

console.log(`${cpus().length} x ${cpus()[0]?.model}`)
try {
  const short = join(folder, 'short.jsonl')
  writeFileSync(short, oneTurnRows(1_000))
  if (wanted('rate')) await measureRate(short, Number(flags.rate))
  if (wanted('overload')) await measureOverload(short, 2 * Number(flags.rate))
  if (wanted('schedule')) {
    const trace = join(folder, 'ten-minutes.jsonl')
    writeFileSync(trace, tenMinutes())
    await measureSchedule(trace, 'fast', 1)
    await measureSchedule(trace, 'slow', 20)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureRate(traces: string, perS: number): Promise<void> {
  const { records, result } = await replay('rate', ['--preset', 'rate', '--traces', traces, '--rate', String(perS)])
  console.log(`rate ${perS}/s: ${told(records)}; ${result.validity.verdict}`)
}

/** Twice as many each time, until the client or the server gives up. */
async function measureOverload(traces: string, fromPerS: number): Promise<void> {
  for (let perS = fromPerS; perS <= 100_000; perS *= 2) {
    const { records, result } = await replay('overload', [
      '--preset',
      'rate',
      '--traces',
      traces,
      '--rate',
      String(perS),
    ])
    const { late = 0, unsent = 0, planned = 0 } = result.arrivals ?? {}
    const { verdict, reasons } = result.validity
    console.log(`rate ${perS}/s: ${told(records)}; ${late} late and ${unsent} unsent of ${planned}; ${verdict}`)
    if (verdict !== 'invalid') continue
    for (const reason of reasons.slice(0, 3)) console.log(`  ${reason}`)
    return
  }
}

async function measureSchedule(trace: string, how: string, slowness: number): Promise<void> {
  const load = ['--preset', 'fixed-schedule', '--traces', trace, '--speedup', flags.speedup]
  const { records, result } = await replay('schedule', load, slowness)
  const first = records.filter(({ turn }) => turn === 0)
  const offsets = first.map(({ sentMs = 0, targetMs = 0 }) => sentMs - targetMs)
  const { schedule_drift: drift } = result.metrics
  console.log(
    `schedule of ten minutes x ${flags.speedup}, server ${how}: ${first.length} sessions, start offset p50 ${ms(offsets, 0.5)}, p99 ${ms(offsets, 0.99)}; ` +
      `drift p50 ${drift?.p50?.toFixed(1)} ms, p99 ${drift?.p99?.toFixed(1)} ms of ${records.length} turns; ${result.validity.verdict}`,
  )
}

/** Runs to its end, whatever the verdict. */
async function replay(name: string, load: readonly string[], slowness = 1) {
  const engine = join(folder, `${name}-engine.json`)
  writeFileSync(engine, JSON.stringify(engineOf(slowness)))
  const server = startNode('server', [bin, 'serve', '--port', '0', '--json', '--engine', engine])
  const out = join(folder, name)
  try {
    const { url } = await firstLine<{ url: string }>(server)
    const window = load.includes('rate') ? ['--duration', `${flags.seconds}s`] : []
    const args = ['replay', '--url', url, ...load, ...window, '--json', '--quiet', '--overwrite', '--out', out]
    const ran = promisify(execFile)(process.execPath, [bin, ...args], { maxBuffer: 1e9 })
    const { stdout } = await ran.catch((error: { stdout: string }) => error)
    const records = readFileSync(join(out, 'records.jsonl'), 'utf8').trim().split('\n')
    return { result: JSON.parse(stdout) as Result, records: records.map((line) => JSON.parse(line) as RequestRecord) }
  } finally {
    await stop(server)
  }
}

/** A step takes a millisecond, or so many times as long: a server that does not stand in the way of what is measured, or one that does. */
function engineOf(slowness: number) {
  const stepTime = {
    ...{ baseMs: slowness, prefillMsPerToken: 0.001 * slowness, prefillMsPerMillionTokenContext: 0 },
    ...{ decodeMsPerSequence: 0.001 * slowness, decodeMsPerThousandContext: 0 },
  }
  return { ...defaultEngine(), stepTime }
}

/** Dispersion of what left, in tenths of a second, and lateness. */
function told(records: readonly RequestRecord[]): string {
  const sent = records.flatMap(({ sentMs }) => (sentMs === undefined ? [] : [sentMs]))
  const inTime = Float64Array.from(sent).sort()
  const startMs = inTime[0] ?? 0
  const counts = new Array<number>(Math.floor(((inTime.at(-1) ?? startMs) - startMs) / 100)).fill(0)
  for (const atMs of sent) {
    const bin = Math.floor((atMs - startMs) / 100)
    if (bin < counts.length) counts[bin]! += 1
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
  const late = records.flatMap(({ dueMs, connectStartMs, sentMs }) => {
    const begunMs = connectStartMs ?? sentMs
    return begunMs === undefined ? [] : [begunMs - dueMs]
  })
  return `${sent.length} sent, dispersion ${(variance / mean).toFixed(3)}, late p50 ${ms(late, 0.5)}, p99 ${ms(late, 0.99)}`
}

function ms(values: readonly number[], p: number): string {
  return `${quantile(
    values.toSorted((a, b) => a - b),
    p,
  )?.toFixed(2)} ms`
}
