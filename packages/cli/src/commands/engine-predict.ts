import {
  type MeasuredRequest,
  medianFigures,
  type PlayedRequest,
  parseClosedLoopPlan,
  parseMeasuredRequests,
  runClosedLoop,
  type ServedFigures,
  samplesOfLog,
  servedFigures,
} from '@reprise/engine-sim'
import type { EngineConfig } from '@reprise/engine-sim/core'
import type { Command } from 'commander'
import { parseWhole } from '../options/parse.ts'
import { readEngine } from '../options/read-engine.ts'
import { readLoggedPlan, readLogLines } from '../options/read-logged.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options {
  readonly plan: string
  readonly engine: string
  readonly schedulerOf?: string
  readonly records?: string
  readonly repeat: number
  readonly json: boolean
}

/** `reprise engine predict`: a logged plan on the model's own time, beside what was measured. */
export function registerPredict(engine: Command, { io, setExitCode }: CommandContext): void {
  engine
    .command('predict')
    .description(
      "Play the closed loop of a logged plan against the engine model on the model's own time, beside what was measured.",
    )
    .requiredOption('--plan <file>', 'what was sent, by which lanes, after which delays (JSON, also .gz)')
    .requiredOption('--engine <name|file>', 'an engine description, as calibrate engine writes it, or vllm, sglang')
    .option('--scheduler-of <steps>', 'take the scheduler and the cache from the first line of this step log instead')
    .option('--records <file>', 'what the client measured (JSON Lines, also .gz)')
    .option(
      '--repeat <n>',
      'plays with other jitter on the way in, where the description has some: the medians are told, and the spread',
      parseWhole(1),
      20,
    )
    .option('--json', 'the figures, and each request, as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise engine predict --plan plan.json --engine engine.json --records records.jsonl.gz',
        'npx reprise engine predict --plan plan.json --engine engine.json --scheduler-of steps.jsonl.gz --json',
      ),
    )
    .action(async (options: Options) => setExitCode(await predict(options, io)))
}

async function predict({ plan, schedulerOf, records, repeat, json, ...options }: Options, io: Io): Promise<number> {
  const described = await readEngine(options.engine)
  const logged = await readLoggedPlan('--plan', plan)
  const engine = schedulerOf === undefined ? described : await withSchedulerOf(described, schedulerOf)
  const loop = parseClosedLoopPlan(logged, engine.scheduler, plan)
  const measured =
    records === undefined ? undefined : parseMeasuredRequests(await readLogLines('--records', records), records)
  const plays = engine.frontend?.jitterMs ? repeat : 1
  const played = Array.from({ length: plays }, (_, at) => runClosedLoop(loop, engine, { seed: at + 1 }))
  const figures = played.map(servedFigures)
  const told = { predicted: medianFigures(figures), ...(measured && { measured: servedFigures(measured) }) }
  if (json)
    writeJson(io, { schema: 'engine-prediction/1', ...told, plays: figures, requests: beside(played[0]!, measured) })
  else io.stdout.write(render(told, figures))
  return exitCodes.done
}

async function withSchedulerOf(engine: EngineConfig, file: string): Promise<EngineConfig> {
  const [head = ''] = await readLogLines('--scheduler-of', file)
  return { ...engine, scheduler: samplesOfLog([head], file).scheduler }
}

/** Each request as predicted, beside what was measured of it. */
function beside(played: readonly PlayedRequest[], measured: readonly MeasuredRequest[] = []) {
  const byId = new Map(measured.map((request) => [request.id, request]))
  return played.map((predicted) => {
    const found = byId.get(predicted.id)
    return found ? { ...predicted, measured: found } : predicted
  })
}

const rows: readonly {
  readonly title: string
  readonly of: (figures: ServedFigures) => number | undefined
  readonly digits: number
  /** The error is told in points, not as a share. */
  readonly isShare?: boolean
}[] = [
  { title: 'requests', of: ({ requests }) => requests, digits: 0 },
  {
    title: 'hit rate, %',
    of: ({ hitRate }) => (hitRate !== undefined ? 100 * hitRate : undefined),
    digits: 3,
    isShare: true,
  },
  { title: 'TTFT p50, ms', of: ({ ttftP50Ms }) => ttftP50Ms, digits: 1 },
  { title: 'TTFT p90, ms', of: ({ ttftP90Ms }) => ttftP90Ms, digits: 1 },
  { title: 'TPOT p50, ms', of: ({ tpotP50Ms }) => tpotP50Ms, digits: 2 },
  { title: 'TPOT p90, ms', of: ({ tpotP90Ms }) => tpotP90Ms, digits: 2 },
  { title: 'output tokens/s', of: ({ outputTokensPerS }) => outputTokensPerS, digits: 1 },
]

function render(
  { predicted, measured }: { readonly predicted: ServedFigures; readonly measured?: ServedFigures },
  plays: readonly ServedFigures[],
): string {
  const spread = plays.length > 1
  const head = [
    ''.padEnd(18),
    'predicted'.padStart(12),
    spread ? `  ${`of ${plays.length} plays`.padEnd(20)}` : '',
    measured ? `${'measured'.padStart(12)}${'error'.padStart(16)}` : '',
  ]
  const lines = rows.flatMap(({ title, of, digits, isShare }) => {
    const value = of(predicted)
    if (value === undefined) return []
    const all = plays.map((each) => of(each)!)
    const range = `${Math.min(...all).toFixed(digits)} to ${Math.max(...all).toFixed(digits)}`
    const was = measured && of(measured)
    const error =
      was === undefined ? '' : isShare ? `${signed(value - was, 3)} points` : `${signed(100 * (value / was - 1), 1)} %`
    const beside = was === undefined ? '' : `${was.toFixed(digits).padStart(12)}${error.padStart(16)}`
    return [
      `${title.padEnd(18)}${value.toFixed(digits).padStart(12)}${spread ? `  ${range.padEnd(20)}` : ''}${beside}`.trimEnd(),
    ]
  })
  return `${[head.join('').trimEnd(), ...lines].join('\n')}\n`
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
