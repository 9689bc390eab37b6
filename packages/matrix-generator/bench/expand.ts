/**
 * How long the two April master files (133 entries, 2,452 rows) take from a cold start to rows, parsing and expansion apart.
 *
 *   node packages/matrix-generator/bench/expand.ts [folder with nvidia-master.yaml, amd-master.yaml, runners.yaml] [runs]
 *
 * Every run is a process of its own. Budget: 1.0 s of wall time in all, 100 ms of expansion.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { benchFlags } from '../../../bench/bench-flags.ts'

const { positionals } = benchFlags(import.meta, {}, { allowPositionals: true })
const [folder = '../shared/data/inferencex/apr2026', runs = '7', child] = positionals

if (child === undefined) {
  const samples = Array.from({ length: Number(runs) }, () => {
    const startedMs = performance.now()
    const { stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, folder, '1', 'child'], {
      encoding: 'utf8',
    })
    if (stdout === '') throw new Error(stderr)
    return { ...(JSON.parse(stdout) as Record<string, number>), wholeProcessMs: performance.now() - startedMs }
  }) as Record<string, number>[]
  for (const name of Object.keys(samples[0] ?? {})) {
    const values = samples.map((sample) => sample[name] ?? 0).sort((a, b) => a - b)
    const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1)).padStart(8)
    console.log(
      `${name.padEnd(16)} median ${shown(values[values.length >> 1]!)}  lowest ${shown(values[0]!)}  highest ${shown(values.at(-1)!)}`,
    )
  }
} else {
  const importedFromMs = performance.now()
  const { expandFullSweep, readMatrix, rowOf } = await import('../src/index.ts')
  const { Locations, parseYaml, readTextFiles } = await import('@reprise/config-file')
  const loadMs = performance.now() - importedFromMs
  const [nvidia, amd, runnerFile] = readTextFiles(
    ['nvidia-master.yaml', 'amd-master.yaml', 'runners.yaml'].map((name) => join(folder, name)),
  )
  const readFromMs = performance.now()
  const matrix = readMatrix({ configFiles: [nvidia!, amd!], runnerFile: runnerFile! })
  const readMs = performance.now() - readFromMs
  const expandFromMs = performance.now()
  const { jobs } = expandFullSweep(matrix, {})
  const text = JSON.stringify(jobs.map((job) => rowOf(job, matrix.config.epoch)))
  const expandMs = performance.now() - expandFromMs
  // Parsing alone, on code that the run above has warmed: what is left of readMs is schema, rules and canonical form.
  const parseFromMs = performance.now()
  for (const file of [nvidia!, amd!, runnerFile!]) parseYaml(file, new Locations())
  const warmParseMs = performance.now() - parseFromMs
  console.log(
    JSON.stringify({
      startMs: importedFromMs,
      loadMs,
      readMs,
      warmParseMs,
      expandMs,
      rows: jobs.length,
      bytes: text.length,
    }),
  )
}
