/**
 * One plan, two seats: what `simulate` predicts beside what a live run over HTTP against the same engine model shows, by the server's own
 * instants and by the client's, for each of the two schedulers. Every figure is held against a budget:
 *
 *   hit rate             within 0.5 points
 *   TTFT, TPOT p50, p90  within 5 %; for the client 5 % and what it was measured to spend
 *   TTFT per request     within 10 % or 2 ms for 90 % of them, by the server's instants
 *
 * What the client spends is, of each request, its own TTFT less the server's. Ends with 1 where a budget is not kept.
 *
 *   npm run bench:clocks -- [--engine vllm,sglang] [--lanes 8] [--time-scale 0.02]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { textTable } from '@reprise/result-aggregator'
import { runCli, serveCli } from '../e2e/run-cli.ts'
import { compareSeats } from './clocks/compare-seats.ts'
import { readRecords, readServed } from './clocks/read-seats.ts'

const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: 'vllm,sglang' },
    lanes: { type: 'string', default: '8' },
    'time-scale': { type: 'string', default: '0.02' },
  },
})
const load = [
  '--lanes',
  flags.lanes,
  '--passes',
  '1',
  '--start',
  '0',
  '--time-scale',
  flags['time-scale'],
  '--seed',
  '42',
  '--quiet',
]
/** What is not said is as in the default engine; SGLang's takes a pass of the same requests. */
const engines: Readonly<Record<string, unknown>> = { vllm: {}, sglang: { scheduler: { engine: 'sglang' } } }

let isKept = true
for (const engine of flags.engine.split(',')) {
  if (!Object.hasOwn(engines, engine)) throw new Error(`--engine ${engine}: write ${Object.keys(engines).join(' or ')}`)
  const rows = await compareOn(engine)
  process.stdout.write(
    `${engine}\n${textTable([['figure', 'simulated', 'live', 'allowed', 'kept'], ...rows.map(rowOf)])}`,
  )
  isKept &&= rows.every(({ kept }) => kept)
}
process.exitCode = isKept ? 0 : 1

async function compareOn(engine: string): Promise<ReturnType<typeof compareSeats>> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-clocks-'))
  try {
    const description = join(folder, 'engine.json')
    writeFileSync(description, JSON.stringify(engines[engine]))
    const log = join(folder, 'served.jsonl')
    await mustEnd(['simulate', ...load, '--engine', description, '--out', join(folder, 'simulated')])
    const server = await serveCli(['--engine', description, '--log', log])
    await mustEnd(['replay', '--url', server.url, ...load, '--out', join(folder, 'live')])
    await server.stop()
    const client = readRecords(join(folder, 'live/records.jsonl'))
    const simulated = readRecords(join(folder, 'simulated/records.jsonl'))
    return compareSeats({ simulated, client, server: readServed(log, client) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function mustEnd(args: readonly string[]): Promise<void> {
  const run = await runCli(args)
  if (run.code !== 0) throw new Error(`${args.join(' ')} ended with ${run.code}: ${run.stderr}`)
}

function rowOf({ figure, simulated, live, allowed, kept }: ReturnType<typeof compareSeats>[number]): string[] {
  return [figure, simulated.toFixed(2), live.toFixed(2), allowed, kept ? 'yes' : 'NO']
}
