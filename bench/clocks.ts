/**
 * One plan, two seats: what `simulate` predicts beside what a live run over HTTP against the same engine model shows, by the server's own
 * instants and by the client's, for the schedulers of vLLM and of SGLang. Every figure is held against a budget:
 *
 *   hit rate             within 0.5 points
 *   TTFT, TPOT p50, p90  within 5 % of what was predicted and what requests were measured to spend on the way
 *   TTFT per request     within 10 % or 2 ms for 90 % of them, by the server's instants
 *
 * Each is held against the plan's simulation, whose client is never late (`punctual`), and against one whose client is as late with each request
 * as the live one was measured to be (`as late`). Lateness has consequences: it decides who shares a step, and in a closed load what follows waits
 * for it. So beside a punctual figure stands what it is where the client is as late as the live one, but with other requests (`late`, 39 draws):
 * where a budget is not kept, those do not keep it either, and the live figure lies among them, it cannot be told who broke it.
 *
 * Ends with 1 where a budget is not kept: docs/decisions/0046.
 *
 *   npm run bench:clocks -- [--engine vllm,sglang] [--load closed,open] [--lanes 8,16] [--prompts short,agentic] [--time-scale 0.02]
 *                           [--workers 4 --router kv] [--speedup 4] [--stream-interval 10]
 */
import { defaultEngine } from '@reprise/engine-sim'
import { textTable } from '@reprise/result-aggregator'
import { benchFlags } from './bench-flags.ts'
import { type ComparedFigure, compareSeats } from './clocks/compare-seats.ts'
import { playSeats, type SeatsLoad } from './clocks/play-seats.ts'
import { type Stage, stagesOf } from './clocks/stages.ts'

const { flags } = benchFlags(import.meta, {
  engine: { type: 'string', default: 'vllm,sglang' },
  load: { type: 'string', default: 'closed,open' },
  lanes: { type: 'string', default: '8' },
  prompts: { type: 'string', default: 'short' },
  'time-scale': { type: 'string', default: '0.02' },
  workers: { type: 'string', default: '1' },
  router: { type: 'string', default: 'kv' },
  speedup: { type: 'string', default: '1' },
  'stream-interval': { type: 'string', default: '1' },
})
/** What is not said is as in the default engine; SGLang's takes a pass of the same requests. */
const engines = { vllm: {}, sglang: { scheduler: { engine: 'sglang' } } }
const kinds = { closed: 'closed', open: 'open' } as const
/** `agentic`: half of them above 34,000 tokens (230 kB), a tenth above 176,000, on an engine that reads them in a few steps. */
const prompts = {
  short: { sessions: { seed: 42, traces: 32, scale: 0.1, turnScale: 0.12 }, stepTime: {} },
  agentic: {
    sessions: { seed: 42, traces: 24, scale: 0.7, turnScale: 0.04 },
    stepTime: { prefillMsPerToken: 0.002, prefillMsPerMillionTokenContext: 0.02 },
  },
}

const defaultStepTime = defaultEngine().stepTime as unknown as Readonly<Record<string, number>>
const workers = Number(flags.workers)
const fleet = workers > 1 ? { fleet: { workers, router: { routing: flags.router } } } : {}
const [speedup, streamInterval] = [Number(flags.speedup), Number(flags['stream-interval'])]

let isKept = true
for (const engine of chosen('engine', engines))
  for (const length of chosen('prompts', prompts))
    for (const kind of chosen('load', kinds))
      for (const lanes of flags.lanes.split(',').map(Number)) {
        const { sessions, stepTime } = prompts[length]
        const load: SeatsLoad = { kind, lanes, timeScale: Number(flags['time-scale']), sessions }
        const description = { ...engines[engine], ...fleet, stepTime: { ...defaultStepTime, ...stepTime } }
        const seats = await playSeats({ description, speedup, streamInterval }, load)
        const rows = compareSeats(seats)
        process.stdout.write(
          `${engine}, ${kind}, ${lanes} lanes, ${length} prompts\n` +
            textTable([['figure', 'simulated', 'live', 'late', 'allowed', 'verdict'], ...rows.map(figureRow)]) +
            textTable([['where milliseconds go', 'p50', 'p90', 'p99'], ...stagesOf(seats.live).map(stageRow)]),
        )
        isKept &&= rows.every(({ verdict }) => verdict !== 'NOT KEPT')
      }
process.exitCode = isKept ? 0 : 1

function chosen<Name extends string>(flag: 'engine' | 'prompts' | 'load', known: Readonly<Record<Name, unknown>>) {
  return flags[flag].split(',').map((name) => {
    if (Object.hasOwn(known, name)) return name as Name
    throw new Error(`--${flag} ${name}: write ${Object.keys(known).join(' or ')}`)
  })
}

function figureRow({ figure, simulated, live, late, allowed, verdict }: ComparedFigure): string[] {
  const range = late ? late.map((each) => each.toFixed(2)).join(' - ') : '-'
  return [figure, simulated.toFixed(2), live.toFixed(2), range, allowed, verdict]
}

function stageRow({ stage, p50Ms, p90Ms, p99Ms }: Stage): string[] {
  return [stage, p50Ms.toFixed(3), p90Ms.toFixed(3), p99Ms.toFixed(3)]
}
