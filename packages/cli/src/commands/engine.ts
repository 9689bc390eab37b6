import { gunzipSync } from 'node:zlib'
import { checkSteps } from '@reprise/engine-sim'
import { writeFileWhole } from '@reprise/result-aggregator'
import { printable } from '@reprise/safe-text'
import { readLines, UnreadableFile } from '@reprise/trace'
import type { Command } from 'commander'
import { readNamed } from '../options/read-named.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, several } from '../terminal/output.ts'

interface CheckOptions {
  readonly plan: string
  readonly steps: string
  readonly predicted?: string
  readonly json: boolean
}

/** `reprise engine ...`: the engine model against real engines. */
export function registerEngine(program: Command, { io, setExitCode }: CommandContext): void {
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
  const result = checkSteps(await readJson('--plan', plan), await readStepLines('--steps', steps), { plan, steps })
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
      io.stderr.write(
        `${grouped(mismatches)} of ${several(count, 'step')} ${mismatches === 1 ? 'differs' : 'differ'}; the first differences are above\n`,
      )
  }
  return mismatches === 0 ? exitCodes.done : exitCodes.invalid
}

/** The longest logs of an engine have some 100 MB. */
const mebibyte = 1024 * 1024
const planLimit = { maxBytes: 256 * mebibyte, cure: 'name the plan that the engine was driven with' }
const maxLines = 20_000_000
const stepLimits = { maxLineBytes: 16 * mebibyte, maxBytes: 512 * mebibyte }

async function readJson(flag: string, file: string): Promise<unknown> {
  const bytes = await readNamed(flag, file, planLimit)
  try {
    const text = file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: planLimit.maxBytes }) : bytes
    return JSON.parse(text.toString('utf8'))
  } catch (error) {
    throw new UsageError(`${flag} ${file}: not JSON (${(error as Error).message}); ${planLimit.cure}`)
  }
}

async function readStepLines(flag: string, file: string): Promise<string[]> {
  const lines: string[] = []
  try {
    for await (const { bytes, line } of readLines(file, stepLimits)) {
      if (line > maxLines) throw new UnreadableFile(`more than ${maxLines} lines; split it`)
      // Blank lines are kept, so that a difference is told at the line where it stands.
      while (lines.length < line - 1) lines.push('')
      lines.push(bytes.toString('utf8').replace(/\r$/, ''))
    }
  } catch (error) {
    throw new UsageError(`${flag} ${printable(file, 300)}: ${(error as Error).message}`)
  }
  return lines
}
