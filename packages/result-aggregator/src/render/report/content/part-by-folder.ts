import { printable } from '@reprise/safe-text'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { ReportRun } from './report-run.ts'

interface Part {
  /** What its folder is called; absent where there is one part alone. */
  readonly folder?: string
  readonly runs: readonly ReportRun[]
}

/**
 * Runs that are alike in all that is known, by the folder in which their ways part: `base` and `regr`. Only where some point was measured twice
 * with one seed, where no part holds such a point twice, and where each part holds a point that another holds too; else they stay together.
 */
export function partByFolder(runs: readonly ReportRun[]): Part[] {
  const together = [{ runs }]
  if (!repeatsPoint(runs) || runs.some(({ way }) => way === undefined)) return together
  const depth = forkOf(runs.map(({ way }) => way!))
  const parts = [...Map.groupBy(runs, ({ way }) => way![depth] ?? '')]
  const overlaps = ([folder, own]: (typeof parts)[number]) =>
    own.some((run) => runs.some((other) => (other.way![depth] ?? '') !== folder && pointOf(other) === pointOf(run)))
  if (parts.some(([folder, own]) => folder === '' || repeatsPoint(own)) || !parts.every(overlaps)) return together
  return parts.map(([folder, own]) => ({ folder: printable(folder, 60), runs: own }))
}

function repeatsPoint(runs: readonly ReportRun[]): boolean {
  return new Set(runs.map(pointOf)).size < runs.length
}

function pointOf({ result }: ReportRun): string {
  return JSON.stringify([loadSizeOf(result.load).value, result.provenance.seed])
}

/** The first part of the ways that is not the same of all. */
function forkOf(ways: readonly (readonly string[])[]): number {
  const [first] = ways as [readonly string[]]
  const depth = first.findIndex((part, index) => ways.some((way) => way[index] !== part))
  return depth === -1 ? first.length : depth
}
