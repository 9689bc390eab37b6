import { join } from 'node:path'
import { nameOfPoint } from '../options/load-point.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'

/** Simulates a run at each number of lanes, with all that is handed on, and gives the folders; or what a run ended with that could not be made. */
export async function makePilots(
  lanes: readonly number[],
  {
    words,
    folder,
    quiet,
    overwrite,
  }: {
    readonly words: readonly string[]
    readonly folder: string
    readonly quiet: boolean
    readonly overwrite: boolean
  },
  { io, runCommand }: Pick<CommandContext, 'io' | 'runCommand'>,
): Promise<{ readonly folders: readonly string[] } | { readonly exitCode: number }> {
  const folders: string[] = []
  for (const each of lanes) {
    const out = join(folder, nameOfPoint({ lanes: each }))
    if (!quiet) io.stderr.write(`pilot: ${each} lanes\n`)
    const own = ['--lanes', String(each), '--out', out, '--json', '--quiet', '--no-report']
    const argv = ['simulate', ...words, ...own, ...(overwrite ? ['--overwrite'] : [])]
    const exitCode = await runCommand(argv, { ...io, argv, stdout: { write: () => true } })
    if (exitCode !== exitCodes.done && exitCode !== exitCodes.invalid) return { exitCode }
    folders.push(out)
  }
  return { folders }
}
