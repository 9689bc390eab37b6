import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { JobEvidence } from '../result/job-evidence.ts'

/**
 * What the records of a job's launch say against each other, against the job or against its results, in one line; undefined where nothing
 * does. A server that somebody else runs left none, and that is no contradiction.
 */
export function launchContradiction(
  { id }: SweepJob,
  { launched, launchEnd, launchFailure, results }: JobEvidence,
): string | undefined {
  if (launchEnd && !launchEnd.diedEarly && (launchEnd.exitCode !== undefined || launchEnd.signal !== undefined))
    return 'its launch says how the server died, and that it had not'
  if (!launched) {
    if (launchEnd?.label === undefined || launchFailure || results.length === 0) return undefined
    return 'its launch was ended, and there is no word of its beginning'
  }
  const { label, url } = launched
  // A fixed part of every label that a launch of the job can have.
  if (!label.startsWith(`reprise-${id}-`)) return `its launch is of another job: ${printable(label, 80)}`
  if (launchEnd && launchEnd.label !== label)
    return `another launch was ended than was begun: ${printable(launchEnd.label ?? 'none', 80)}`
  const elsewhere = results.find(({ provenance }) => placeOf(provenance.target.url) !== placeOf(url))
  if (!elsewhere) return undefined
  const there = printable(elsewhere.provenance.target.url ?? 'no address', 120)
  return `its requests went to ${there}, and its server listened at ${printable(url, 120)}`
}

/** Two spellings of one address are equal. */
function placeOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : (URL.parse(url)?.href.replace(/\/(v1(\/.*)?)?$/, '') ?? url)
}
