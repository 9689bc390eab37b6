import type { Row } from '../job/row.ts'
import { rowOf } from '../job/row-of.ts'
import { parseTestCommand, runTestCommand } from './command-line.fixture.ts'
import { aprilMaster, aprilRunners, augustMaster, augustRunners, readTexts } from './master-files.fixture.ts'

/** What a command line prints for the small master file of an epoch. */
export function rows(epoch: 'april' | 'august', args: string, compat = true): Row[] {
  const matrix =
    epoch === 'april'
      ? readTexts(aprilMaster, aprilRunners, { compat })
      : readTexts(augustMaster, augustRunners, { compat })
  return runTestCommand(matrix, parseTestCommand(args)).jobs.map((job) => rowOf(job, matrix.config.epoch))
}

/** One line per row: name, runner, concurrency, evaluation. */
export const short = (list: readonly Row[]) =>
  list.map((row) =>
    `${row['exp-name']} ${row.runner} conc=${JSON.stringify(row.conc)} eval=${row['run-eval']} ${row['eval-conc'] ?? ''}`.trim(),
  )
