import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'
import { checkSteps } from '@reprise/engine-sim'
import { writeFileWhole } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { examples, grouped } from '../output.ts'

interface CheckOptions {
  readonly plan: string
  readonly steps: string
  readonly predicted?: string
  readonly json: boolean
}

/** `reprise engine ...`: the engine model against real engines. */
export function registerEngine(program: Command, io: Io, setExitCode: (code: number) => void): void {
  const engine = program.command('engine').description('Hold the engine model against real engines.')
  engine
    .command('check')
    .description(
      "Drive the scheduler with a real engine's logged arrivals and step boundaries, and compare every step.",
    )
    .requiredOption('--plan <file>', 'what was sent (JSON, also .gz)')
    .requiredOption('--steps <file>', "the engine's step log (JSON Lines, also .gz)")
    .option('--predicted <file>', 'write the steps as the scheduler predicts them, in the form of the log')
    .option('--json', 'with the first differences, as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise engine check --plan plan.json --steps steps.jsonl.gz',
        'npx reprise engine check --plan plan.json --steps steps.jsonl --predicted ours.jsonl --json',
      ),
    )
    .action(async (options: CheckOptions) => setExitCode(await check(options, io)))
}

async function check({ plan, steps, predicted, json }: CheckOptions, io: Io): Promise<number> {
  const result = checkSteps(await readJson('--plan', plan), await readLines('--steps', steps), { plan, steps })
  if (predicted !== undefined) await writeFileWhole(predicted, `${result.predicted.join('\n')}\n`)
  const { steps: count, mismatches, differences } = result
  io.stdout.write(
    `${JSON.stringify(json ? { steps: count, mismatches, differences } : { steps: count, mismatches })}\n`,
  )
  if (!json) {
    for (const each of differences) {
      io.stderr.write(
        `${steps}:${each.line}: step ${String(each.step)}, ${each.field}: logged ${each.logged}, predicted ${each.predicted}\n`,
      )
    }
    if (mismatches > 0)
      io.stderr.write(`${grouped(mismatches)} of ${grouped(count)} steps differ; the first differences are above\n`)
  }
  return mismatches === 0 ? exitCodes.done : exitCodes.invalid
}

async function readJson(flag: string, file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((error) => unreadable(flag, file, error))
  try {
    return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
  } catch (error) {
    throw new UsageError(
      `${flag} ${file}: not JSON (${(error as Error).message}); name the plan that the engine was driven with`,
    )
  }
}

async function readLines(flag: string, file: string): Promise<string[]> {
  const raw = createReadStream(file)
  const input = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => {}) : raw
  const lines: string[] = []
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) lines.push(line)
  } catch (error) {
    unreadable(flag, file, error as NodeJS.ErrnoException)
  }
  return lines
}

function unreadable(flag: string, file: string, { code, message }: NodeJS.ErrnoException): never {
  throw new UsageError(`${flag} ${file}: cannot be read (${code ?? message}); name a file that exists`)
}
