/**
 * One plan, two clocks: what `simulate` predicts beside what a live run over HTTP against the same engine model shows, by the server's
 * own instants and by the client's. Prints medians and their ratios; aim: within 10 %.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantile } from '@reprise/trace'
import { runCli, serveCli } from '../e2e/run-cli.ts'

interface Served {
  readonly receivedMs: number
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly outputTokens: number
  readonly aborted: boolean
}

interface Recorded {
  readonly sentMs: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
  readonly outputTokens: number
}

const load = ['--lanes', '8', '--passes', '1', '--start', '0', '--time-scale', '0.02', '--seed', '42', '--quiet']

const folder = mkdtempSync(join(tmpdir(), 'reprise-clocks-'))
try {
  await mustEnd(['simulate', ...load, '--out', join(folder, 'simulated')])
  const log = join(folder, 'served.jsonl')
  const server = await serveCli(['--log', log])
  await mustEnd(['replay', '--url', server.url, ...load, '--out', join(folder, 'live')])
  await server.stop()
  const simulated = latencies(readLines<Recorded>(join(folder, 'simulated/records.jsonl')))
  const client = latencies(readLines<Recorded>(join(folder, 'live/records.jsonl')))
  const served = latencies(
    readLines<Served>(log)
      .filter((each) => !each.aborted)
      .map((each) => ({ ...each, sentMs: each.receivedMs })),
  )
  print('requests', simulated.ttft.length, served.ttft.length, client.ttft.length)
  for (const name of ['ttft', 'tpot'] as const) {
    for (const p of [0.5, 0.9]) {
      const at = (latencies: readonly number[]) =>
        quantile(
          latencies.toSorted((x, y) => x - y),
          p,
        )!
      print(`${name} p${p * 100} ms`, at(simulated[name]), at(served[name]), at(client[name]))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function mustEnd(args: readonly string[]): Promise<void> {
  const run = await runCli(args)
  if (run.code !== 0) throw new Error(`${args.join(' ')} ended with ${run.code}: ${run.stderr}`)
}

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

/** Requests of the probe have one output token and stay out of TPOT by themselves. */
function latencies(
  replies: readonly { sentMs: number; firstTokenMs?: number; lastTokenMs?: number; outputTokens: number }[],
) {
  const whole = replies.filter((each) => each.firstTokenMs !== undefined)
  return {
    ttft: whole.map((each) => each.firstTokenMs! - each.sentMs),
    tpot: whole
      .filter((each) => each.outputTokens > 1)
      .map((each) => (each.lastTokenMs! - each.firstTokenMs!) / (each.outputTokens - 1)),
  }
}

function print(name: string, simulated: number, served: number, client: number): void {
  const ratio = (value: number) => `${value.toFixed(2)} (${(value / simulated).toFixed(3)})`
  process.stdout.write(
    `${name.padEnd(14)}simulated ${simulated.toFixed(2).padStart(9)}   server ${ratio(served).padStart(18)}   client ${ratio(client).padStart(18)}\n`,
  )
}
