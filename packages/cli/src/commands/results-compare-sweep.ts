import { compareSweeps, renderComparison } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import { readCollection } from '../options/read-collection.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, writeJson } from '../terminal/output.ts'

/** `reprise results compare-sweep`: two collected sweeps, point by point. */
export function registerResultsCompareSweep(results: Command, { io }: CommandContext): void {
  results
    .command('compare-sweep')
    .argument('<before>', 'collection.json of the earlier sweep, or the folder that holds it')
    .argument('<after>', 'that of the later one')
    .description(
      'Compare two collected sweeps point by point: figures now, how they changed, and how surely where both have intervals.',
    )
    .option('--json', 'the comparison as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise results compare-sweep runs/monday runs/today',
        'npx reprise results compare-sweep a b --json',
      ),
    )
    .action(async (before: string, after: string, { json }: { json: boolean }) => {
      const comparison = compareSweeps(await readCollection('<before>', before), await readCollection('<after>', after))
      if (json) writeJson(io, comparison)
      else io.stdout.write(`${renderComparison(comparison)}\n`)
    })
}
