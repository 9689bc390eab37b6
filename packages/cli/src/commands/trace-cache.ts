import { printable } from '@reprise/safe-text'
import { clearStore, storedEntries } from '@reprise/trace'
import type { Command } from 'commander'
import { corpusStoreOf } from '../options/corpus-store.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'

interface CacheOptions {
  readonly clear: boolean
  readonly json: boolean
}

/** `reprise trace cache`: where traces are kept that were read before, and how much room they take. */
export function registerTraceCache(trace: Command, { io }: CommandContext): void {
  trace
    .command('cache')
    .description('Say where traces are kept that were read before, and how large that is; or empty it.')
    .option('--clear', 'take everything out of it', false)
    .option('--json', 'as JSON on stdout', false)
    .addHelpText('after', examples('npx reprise trace cache', 'npx reprise trace cache --clear'))
    .action(async ({ clear, json }: CacheOptions) => {
      const store = corpusStoreOf(io.env)
      const freedBytes = clear ? await clearStore(store) : 0
      const entries = await storedEntries(store)
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      const { folder, maxBytes } = store
      if (json) writeJson(io, { folder, corpora: entries.length, bytes, maxBytes, ...(clear && { freedBytes }) })
      else {
        const freed = clear ? `freed        ${mib(freedBytes)}\n` : ''
        const rows = [
          `folder       ${printable(folder, 300)}\n`,
          freed,
          `corpora      ${grouped(entries.length)}\n`,
          `size         ${mib(bytes)} of at most ${mib(maxBytes)}\n`,
        ]
        io.stdout.write(rows.join(''))
      }
    })
}

function mib(bytes: number): string {
  return `${grouped(Math.ceil(bytes / 2 ** 20))} MiB`
}
