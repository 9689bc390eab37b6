import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect } from 'vitest'
import type { ActRun } from './act.ts'
import type { Pipeline } from './pipeline.ts'

const shell = '$(touch PWNED)`touch PWNED`\'";touch PWNED;'
const commands =
  '\n::set-output name=pwned::yes\n::set-env name=PWNED::yes\n::add-path::/pwned\n::error::pwned\n##[error]pwned'
/** Text that would make a file if a shell read it, and an output if the runner did. */
export const hostile = shell + commands

/** As much of it as Git takes for the name of a branch. */
export const hostileBranch = `x-$(touch${'$'}{IFS}PWNED)-'";#`

/** No file was made, and no line was taken as a command to the runner. */
export function expectNothingRan(at: Pipeline, run: ActRun): void {
  const files = readdirSync(at.folder, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => basename(file) === 'PWNED')).toEqual([])
  const taken = run.lines.filter(
    ({ command, msg }) => command !== undefined && /^\W*(::)?[\w-]*(:: ?)?pwned/i.test(msg),
  )
  expect(taken).toEqual([])
}
