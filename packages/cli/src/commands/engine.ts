import { checkSteps } from '@reprise/engine-sim'
import { writeFileWhole } from '@reprise/result-aggregator/run'
import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { readLoggedPlan, readLogLines } from '../options/read-logged.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, several } from '../terminal/output.ts'
import { registerDescribe } from './engine-describe.ts'
import { registerPredict } from './engine-predict.ts'

interface CheckOptions {
  readonly plan: string
  readonly steps: string
  readonly predicted?: string
  readonly json: boolean
}

/** `reprise engine ...`: the engine model against real engines. */
export function registerEngine(program: Command, context: CommandContext): void {
  const { io, setExitCode } = context
  const engine = program.command('engine').description(commandNotes.engine.about)
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
  registerDescribe(engine, context)
  registerPredict(engine, context)
}

async function check({ plan, steps, predicted, json }: CheckOptions, io: Io): Promise<number> {
  const result = checkSteps(await readLoggedPlan('--plan', plan), await readLogLines('--steps', steps), { plan, steps })
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
