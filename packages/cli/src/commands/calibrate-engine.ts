import {
  fitFrontend,
  fitStepTime,
  parseMeasuredRequests,
  StepFitError,
  type StepTimeFit,
  samplesOfLog,
} from '@reprise/engine-sim'
import { EngineConfig } from '@reprise/engine-sim/core'
import { writeFileWhole } from '@reprise/result-aggregator'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { readLogLines } from '../options/read-logged.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'

interface Options {
  readonly steps: string
  readonly records?: string
  readonly model: string
  readonly out?: string
  readonly json: boolean
}

/** `reprise calibrate engine`: the constants of the engine model from what a real engine logged. */
export function registerCalibrateEngine(calibrate: Command, { io, setExitCode }: CommandContext): void {
  calibrate
    .command('engine')
    .description(
      "Fit the engine model's step time to the step log of a real engine, and print how well it says what was logged.",
    )
    .requiredOption('--steps <file>', 'a step log of vLLM or SGLang (JSON Lines, also .gz), as engine check reads it')
    .option(
      '--records <file>',
      "the same run's requests as its client saw them (JSON Lines, also .gz): what lies between client and engine is fitted too",
    )
    .option('--model <name>', 'what the engine description is to call the model', 'fitted')
    .option('--out <file>', 'write the engine description, for --engine of simulate, serve and engine predict')
    .option('--json', 'the description and the fit as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise calibrate engine --steps steps.jsonl.gz --out engine.json',
        'npx reprise calibrate engine --steps steps.jsonl.gz --records records.jsonl.gz --out engine.json --json',
      ),
    )
    .action(async (options: Options) => setExitCode(await calibrateEngine(options, io)))
}

async function calibrateEngine({ steps, records, model, out, json }: Options, io: Io): Promise<number> {
  const lines = await readLogLines('--steps', steps)
  const measured = records && parseMeasuredRequests(await readLogLines('--records', records), records)
  const { scheduler, samples } = samplesOfLog(lines, steps)
  const fit = fitted(() => fitStepTime(samples), steps)
  const frontend = measured && fitted(() => fitFrontend(lines, measured, steps), steps)
  const engine = EngineConfig.parse({
    schema: 'engine/1',
    model,
    scheduler,
    stepTime: { kind: 'linear', ...fit.constants },
    ...(frontend && { frontend }),
  })
  if (out !== undefined) await writeFileWhole(out, `${JSON.stringify(engine, undefined, 2)}\n`)
  if (json) writeJson(io, { engine, fit })
  else io.stdout.write(render(engine, fit))
  if (out !== undefined && !json) io.stderr.write(`engine: ${printable(out, 300)}\n`)
  return exitCodes.done
}

function fitted<T>(fit: () => T, file: string): T {
  try {
    return fit()
  } catch (error) {
    if (error instanceof StepFitError) throw new UsageError(`${printable(file, 300)}: ${error.message}`)
    throw error
  }
}

function render({ stepTime, frontend }: EngineConfig, fit: StepTimeFit): string {
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

const kindWords = { decode: 'decoding alone', prefill: 'prefill alone', both: 'both' }

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
