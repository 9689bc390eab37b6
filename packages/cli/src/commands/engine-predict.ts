import {
  type MeasuredClient,
  type MeasuredRequest,
  measuredClient,
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
import { examples, grouped, writeJson } from '../terminal/output.ts'

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
    .option(
      '--records <file>',
      'what the client measured (JSON Lines, also .gz): it is told beside, and the model is played with a client that stands still and sends as late as this one did',
    )
    .option(
      '--repeat <n>',
      'plays with other jitter on the way in, where the description has some: the medians are told, and the spread',
      parseWhole(1),
      100,
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
  const play = (client?: MeasuredClient) =>
    Array.from({ length: plays }, (_, at) => runClosedLoop(loop, engine, { seed: at + 1, ...(client && { client }) }))
  const punctual = play()
  const client = measured && measuredClient(measured, punctual[0]!)
  const played = client ? play(client) : punctual
  const figures = played.map(servedFigures)
  const told: Told = {
    predicted: medianFigures(figures),
    ...(client && { client: clientOf(client), punctual: medianFigures(punctual.map(servedFigures)) }),
    ...(measured && { measured: servedFigures(measured) }),
  }
  if (json)
    writeJson(io, { schema: 'engine-prediction/1', ...told, plays: figures, requests: beside(played[0]!, measured) })
  else io.stdout.write(render(told, figures))
  return exitCodes.done
}

interface Told {
  readonly predicted: ServedFigures
  /** What of the prediction was given by the records, and is none. */
  readonly client?: { readonly stalls: MeasuredClient['stalls']; readonly stoodStillMs: number }
  /** The same with a client that is never late. */
  readonly punctual?: ServedFigures
  readonly measured?: ServedFigures
}

function clientOf({ stalls }: MeasuredClient): NonNullable<Told['client']> {
  return { stalls, stoodStillMs: stalls.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) }
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

function render({ predicted, client, punctual, measured }: Told, plays: readonly ServedFigures[]): string {
  const spread = plays.length > 1
  const head = [
    ''.padEnd(18),
    'predicted'.padStart(12),
    spread ? `  ${`of ${plays.length} plays`.padEnd(20)}` : '',
    measured ? `${'measured'.padStart(12)}${'error'.padStart(16)}` : '',
    punctual ? 'punctual'.padStart(12) : '',
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
    const prompt = punctual && of(punctual)?.toFixed(digits).padStart(12)
    return [
      `${title.padEnd(18)}${value.toFixed(digits).padStart(12)}${spread ? `  ${range.padEnd(20)}` : ''}${beside}${prompt ?? ''}`.trimEnd(),
    ]
  })
  return `${[head.join('').trimEnd(), ...lines, ...(client ? [clientLine(client)] : [])].join('\n')}\n`
}

function clientLine({ stalls, stoodStillMs }: NonNullable<Told['client']>): string {
  const still =
    stalls.length === 0
      ? 'never stood still for 20 ms'
      : `stood still ${grouped(stalls.length)} times, for ${(stoodStillMs / 1e3).toFixed(2)} s in all`
  return `client of the records: it ${still}; that and how late it sent are given by them, not predicted; punctual: with a client that is never late`
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
