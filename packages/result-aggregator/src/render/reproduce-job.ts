import type { SweepJob } from '@reprise/matrix-generator'
import { printable, quoteWord } from '@reprise/safe-text'
import { windowOfJob } from '../result/job-identity.ts'

/** Master files of August 2026 leave the length of an agentic window to this. */
const augustDurationS = 3_600

/** The one command that does a job again from a clone of the repository, as one would type it in a POSIX shell. */
export function renderReproduction(job: SweepJob): string {
  const { configFiles = [] } = job
  const windowS = windowOfJob(job)
  const isUsual = job.epoch === 'aug2026' && windowS === augustDurationS
  const words = [
    ...['--config-key', job.configKey, '--point', job.id],
    ...(windowS !== undefined && !isUsual ? ['--duration-override', String(windowS)] : []),
    ...(job.debugTrace ? ['--debug-trace'] : []),
    ...(configFiles.length > 0 ? ['--config-files', ...configFiles] : []),
  ]
  return ['npx reprise bench', ...words.map((word) => quoteWord(printable(word, 400)))].join(' ')
}
