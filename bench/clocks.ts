/**
 * One plan, two seats: what `simulate` predicts beside what a live run over HTTP against the same engine model shows, by the server's own
 * instants and by the client's, for the schedulers of vLLM and of SGLang. Every figure is held against a budget:
 *
 *   hit rate             within 0.5 points
 *   TTFT, TPOT p50, p90  within 5 %; for the client of what was predicted and what each request was measured to spend
 *   TTFT per request     within 10 % or 2 ms for 90 % of them, by the server's instants
 *
 * The simulation plays the plan with a client that is as late with each request as the live one was measured to be; that of the hit rate with one
 * that is never late. What the client spends is, of each request, its own TTFT less the server's. Ends with 1 where a budget is not kept. Beside
 * them stands how many requests have their TTFT with a client that is never late, and what a millisecond does to them: docs/decisions/0046.
 *
 *   npm run bench:clocks -- [--engine vllm,sglang] [--lanes 8] [--time-scale 0.02]
 */
import { parseArgs } from 'node:util'
import { textTable } from '@reprise/result-aggregator'
import { compareSeats } from './clocks/compare-seats.ts'
import { playSeats } from './clocks/play-seats.ts'

const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: 'vllm,sglang' },
    lanes: { type: 'string', default: '8' },
    'time-scale': { type: 'string', default: '0.02' },
  },
})
const load = { seed: 42, lanes: Number(flags.lanes), timeScale: Number(flags['time-scale']) }
/** What is not said is as in the default engine; SGLang's takes a pass of the same requests. */
const engines: Readonly<Record<string, unknown>> = { vllm: {}, sglang: { scheduler: { engine: 'sglang' } } }

let isKept = true
for (const engine of flags.engine.split(',')) {
  if (!Object.hasOwn(engines, engine)) throw new Error(`--engine ${engine}: write ${Object.keys(engines).join(' or ')}`)
  const rows = compareSeats(await playSeats(engines[engine], load))
  process.stdout.write(
    `${engine}\n${textTable([['figure', 'simulated', 'live', 'allowed', 'kept'], ...rows.map(rowOf)])}`,
  )
  isKept &&= rows.every(({ kept }) => kept)
}
process.exitCode = isKept ? 0 : 1

function rowOf({ figure, simulated, live, allowed, kept }: ReturnType<typeof compareSeats>[number]): string[] {
  return [figure, simulated.toFixed(2), live.toFixed(2), allowed, kept ? 'yes' : 'NO']
}
