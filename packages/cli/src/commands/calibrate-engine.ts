import {
  fitFrontend,
  fitRecords,
  fitStepTime,
  parseMeasuredRequests,
  type RecordsFit,
  StepFitError,
  type StepTimeFit,
  samplesOfLog,
  stepLimitsOf,
} from '@reprise/engine-sim'
import { EngineConfig } from '@reprise/engine-sim/core'
import { writeFileWhole } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { readEngine } from '../options/read-engine.ts'
import { readLogLines } from '../options/read-logged.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'

interface Options {
  readonly steps?: string
  readonly records?: string
  readonly scheduler?: string
  readonly model: string
  readonly out?: string
  readonly json: boolean
}

/** `reprise calibrate engine`: the constants of the engine model from what a real engine logged. */
export function registerCalibrateEngine(calibrate: Command, { io, setExitCode }: CommandContext): void {
  calibrate
    .command('engine')
    .description(
      "Fit the engine model's step time to the step log of a real engine, or to the records of a run on it, and print how well it says what was measured.",
    )
    .option('--steps <file>', 'a step log of vLLM or SGLang (JSON Lines, also .gz), as engine check reads it')
    .option(
      '--records <file>',
      'requests as their client saw them: records.jsonl of a run, or those of a logged run (JSON Lines, also .gz). Beside --steps, of the same run: what lies between client and engine is fitted too. Alone: all of it is fitted to them',
    )
    .option(
      '--scheduler <name|file>',
      'the engine description whose scheduler and cache are kept, for --records alone: vllm, sglang, or a file',
    )
    .option('--model <name>', 'what the engine description is to call the model', 'fitted')
    .option('--out <file>', 'write the engine description, for --engine of simulate, serve and engine predict')
    .option('--json', 'the description and the fit as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise calibrate engine --steps steps.jsonl.gz --out engine.json',
        'npx reprise calibrate engine --steps steps.jsonl.gz --records records.jsonl.gz --out engine.json --json',
        'npx reprise calibrate engine --records runs/mine/records.jsonl --scheduler vllm --out engine.json',
      ),
    )
    .action(async (options: Options) => setExitCode(await calibrateEngine(options, io)))
}

async function calibrateEngine({ steps, records, scheduler, model, out, json }: Options, io: Io): Promise<number> {
  const measured =
    records === undefined
      ? undefined
      : { file: records, requests: parseMeasuredRequests(await readLogLines('--records', records), records) }
  const found =
    steps === undefined ? await ofRecords(measured, scheduler) : await ofSteps(steps, measured?.requests, scheduler)
  const engine = EngineConfig.parse({ schema: 'engine/1', model, ...found.engine })
  if (out !== undefined) await writeFileWhole(out, `${JSON.stringify(engine, undefined, 2)}\n`)
  if (json) writeJson(io, { engine, fit: found.fit })
  else io.stdout.write(found.told(engine))
  if (out !== undefined && !json) io.stderr.write(`engine: ${printable(out, 300)}\n`)
  return exitCodes.done
}

async function ofSteps(file: string, requests: MeasuredRequests | undefined, kept: string | undefined): Promise<Found> {
  if (kept !== undefined) throw new UsageError('--scheduler: a step log has its own scheduler; leave one of both out')
  const lines = await readLogLines('--steps', file)
  const { scheduler, samples } = samplesOfLog(lines, file)
  const fit = fitted(() => fitStepTime(samples), file)
  const frontend = requests && fitted(() => fitFrontend(lines, requests, file), file)
  return {
    engine: { scheduler, stepTime: { kind: 'linear', ...fit.constants }, ...(frontend && { frontend }) },
    fit,
    told: (engine) => renderSteps(engine, fit),
  }
}

async function ofRecords(
  measured: { readonly file: string; readonly requests: MeasuredRequests } | undefined,
  kept: string | undefined,
): Promise<Found> {
  if (!measured) throw new UsageError('give --steps, a step log, or --records of a run and --scheduler')
  if (kept === undefined)
    throw new UsageError('--records alone: who shares a step is decided by the scheduler; describe it with --scheduler')
  const { scheduler } = await readEngine(kept)
  const fit = fitted(() => fitRecords(measured.requests, stepLimitsOf(scheduler)), measured.file)
  const frontend = { inMs: fit.wayMs, firstOutMs: 0, lastOutMs: 0 }
  return {
    engine: { scheduler, stepTime: { kind: 'linear', ...fit.constants }, frontend },
    fit,
    told: () => renderRecords(fit),
  }
}

type MeasuredRequests = ReturnType<typeof parseMeasuredRequests>

interface Found {
  readonly engine: Omit<EngineConfig, 'schema' | 'model'>
  readonly fit: StepTimeFit | RecordsFit
  readonly told: (engine: EngineConfig) => string
}

function fitted<T>(fit: () => T, file: string): T {
  try {
    return fit()
  } catch (error) {
    if (error instanceof StepFitError) throw new UsageError(`${printable(file, 300)}: ${error.message}`)
    throw error
  }
}

function renderSteps({ stepTime, frontend }: EngineConfig, fit: StepTimeFit): string {
  const constants = [...Object.entries(fit.constants), ...Object.entries(frontend ?? {})] as [string, number][]
  const { steps, leftOut, r2, error, heldOut, byKind } = fit
  const lines = [
    `step time (${stepTime.kind ?? 'linear'}) of ${grouped(steps)} steps, ${grouped(leftOut)} of which did not count`,
    ...constants.map(([name, value]) => `  ${name.padEnd(32)} ${value.toPrecision(5)}`),
    `R2 ${r2.toFixed(4)} over the steps that counted; of all: error p50 ${percent(error.median)}, p90 ${percent(error.p90)}; of steps held out: p50 ${percent(heldOut.median)}, p90 ${percent(heldOut.p90)}`,
    ...byKind.map(
      ({ kind, steps: count, bias, median, p90 }) =>
        `  ${kindWords[kind].padEnd(24)} ${grouped(count).padStart(7)} steps, median bias ${bias < 0 ? '' : '+'}${percent(bias)}, error p50 ${percent(median)}, p90 ${percent(p90)}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

function renderRecords({ constants, wayMs, requests, leftOut, ttft, tpot, heldOut }: RecordsFit): string {
  const times = { TTFT: ttft, TPOT: tpot }
  const lines = [
    `step time (linear) of the records of ${grouped(requests)} requests, ${grouped(leftOut)} of whose times did not count`,
    ...[...Object.entries(constants), ['wayMs', wayMs] as const].map(
      ([name, value]) => `  ${name.padEnd(32)} ${value.toPrecision(5)}`,
    ),
    ...Object.entries(times).map(
      ([name, { bias, median, p90 }]) =>
        `  ${name.padEnd(32)} median bias ${bias < 0 ? '' : '+'}${percent(bias)}, error p50 ${percent(median)}, p90 ${percent(p90)}`,
    ),
    `of times held out: error p50 ${percent(heldOut.median)}, p90 ${percent(heldOut.p90)}`,
  ]
  return `${lines.join('\n')}\n`
}

const kindWords = { decode: 'decoding alone', prefill: 'prefill alone', both: 'both' }

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
