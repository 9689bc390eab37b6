import { writeReport } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, writeJson } from '../terminal/output.ts'

/** `reprise report`: runs to one page to look at. */
export function registerReport(program: Command, { io }: CommandContext): void {
  program
    .command('report')
    .argument('<run...>', 'run folders, or folders of them')
    .description('Write one self-contained HTML page about one or many runs.')
    .option(
      '--out <file>',
      'where to; default: report.html in the folder of the run, or in the one that holds all runs',
    )
    .option('--json', 'what was written as JSON on stdout', false)
    .addHelpText(
      'after',
      examples('npx reprise report runs/real', 'npx reprise report runs/sweep runs/other --out compare.html'),
    )
    .action(async (folders: string[], { out, json }: { out?: string; json: boolean }) => {
      const written = await writeReport(folders, out === undefined ? {} : { out })
      for (const line of written.changed ?? [])
        io.stderr.write(`${line}; the page shows the result that lies there, and results build makes it anew\n`)
      if (json) writeJson(io, written)
      else io.stdout.write(`${written.path}\n`)
    })
}
