import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples } from '../terminal/output.ts'
import { registerChanged, registerChangelog } from './matrix-changes.ts'
import { registerShard } from './matrix-shard.ts'
import { registerFullSweep, registerRunnerModelSweep, registerTestConfig } from './matrix-sweeps.ts'
import { registerValidate } from './matrix-validate.ts'

/** `reprise matrix ...`: master files to jobs. */
export function registerMatrix(program: Command, context: CommandContext): void {
  const matrix = program
    .command('matrix')
    .description(commandNotes.matrix.about)
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix validate',
        "npx reprise matrix test-config --config-files configs/local.yaml --config-keys 'sim-*'",
      ),
    )
  registerFullSweep(matrix, context)
  registerTestConfig(matrix, context)
  registerRunnerModelSweep(matrix, context)
  registerValidate(matrix, context)
  registerShard(matrix, context)
  registerChanged(matrix, context)
  registerChangelog(matrix, context)
}
