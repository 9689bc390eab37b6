/**
 * How long `reprise launch plan` takes for a sweep of 1,000 rows, from the start of the process to its last line: every recipe and profile
 * read, every expression worked out, every plan printed as JSON.
 *
 *   node bench/plan.ts [--rows 1000] [--rounds 5]
 *
 * The rows are those of our configurations, with windows of several lengths to make enough of them. Budget: 2 s.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SweepJob, SweepPlan } from '@reprise/matrix-generator'
import { benchFlags } from './bench-flags.ts'
import { renderFigure } from './client/figures.ts'

const { flags } = benchFlags(import.meta, {
  rows: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '5' },
})
const root = join(import.meta.dirname, '..')
const cli = join(root, 'packages/cli/bin/reprise.mjs')
const folder = mkdtempSync(join(tmpdir(), 'reprise-plan-'))
try {
  const jobs = sweepOf(Number(flags.rows))
  const file = join(folder, 'sweep.json')
  writeFileSync(file, JSON.stringify({ schema: 'sweep-plan/1', jobs } satisfies SweepPlan))
  const took = Array.from({ length: Number(flags.rounds) }, () => planS(file))
  const figure = { name: `launch plan of ${jobs.length} rows`, values: took, unit: 's', budget: { atMost: 2 } }
  process.stdout.write(`${renderFigure(figure)}\nNode ${process.version}, ${cpus()[0]?.model}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Jobs of our configurations that have a recipe, until there are enough. */
function sweepOf(rows: number): SweepJob[] {
  const found = new Map<string, SweepJob>()
  const files = ['nvidia-master', 'amd-master', 'local'].map((name) => `configs/${name}.yaml`)
  for (let seconds = 600; found.size < rows; seconds += 60) {
    const args = [
      'matrix',
      'full-sweep',
      '--config-files',
      ...files,
      '--as',
      'jobs',
      '--duration-override',
      `${seconds}`,
    ]
    const { stdout } = spawnSync(process.execPath, [cli, ...args], { cwd: root, maxBuffer: 2 ** 28 })
    const { jobs } = JSON.parse(stdout.toString()) as SweepPlan
    for (const job of jobs) if (job.recipe !== undefined) found.set(job.id, job)
  }
  return [...found.values()].slice(0, rows)
}

function planS(file: string): number {
  const begin = performance.now()
  const options = { cwd: root, maxBuffer: 2 ** 28 }
  const { status, stdout } = spawnSync(process.execPath, [cli, 'launch', 'plan', '--sweep', file, '--json'], options)
  const took = (performance.now() - begin) / 1_000
  if (status === null || stdout.length === 0) throw new Error(`launch plan ended with ${status}`)
  return took
}
