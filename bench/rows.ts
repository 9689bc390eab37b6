/**
 * How many rows of the master files are simulated, and why the others are not: ours, and InferenceX's where they lie beside the repository.
 *
 *   npm run rows -- [--keys]
 *
 * `--keys`: with the rows of each reason.
 */
import { existsSync, readFileSync } from 'node:fs'
import { listRecipes, type Recipe, readRecipe, recipeFilesOfJob } from '@reprise/launcher'
import { expandFullSweep, plannedJob, readMatrix, rowOf } from '@reprise/matrix-generator'
import { engineOfJob } from '../packages/cli/src/sweep/engine-of-job.ts'
import { benchFlags } from './bench-flags.ts'

const { flags } = benchFlags(import.meta, { keys: { type: 'boolean', default: false } })

const inferencex = '../shared/data/inferencex'
const sets = [
  {
    name: 'configs/',
    files: ['nvidia-master', 'amd-master', 'local', 'local-slurm'].map((name) => `configs/${name}.yaml`),
    runners: 'configs/runners.yaml',
  },
  ...['apr2026', 'aug2026'].map((month) => ({
    name: `InferenceX, ${month}`,
    files: ['nvidia-master', 'amd-master']
      .map((name) => `${inferencex}/${month}/${name}.yaml`)
      .filter((file) => existsSync(file)),
    runners: `${inferencex}/${month}/runners.yaml`,
  })),
]

const there = new Set(listRecipes())
const recipes = new Map<string, Recipe>()

for (const { name, files, runners } of sets) {
  if (files.length === 0) {
    console.log(`\n${name}: its files are not there`)
    continue
  }
  const textOf = (file: string) => ({ file, text: readFileSync(file, 'utf8') })
  const compat = name !== 'configs/'
  const matrix = readMatrix({ configFiles: files.map(textOf), runnerFile: textOf(runners), ...(compat && { compat }) })
  const { jobs } = expandFullSweep(matrix, {})
  const rows = jobs.map((job) => {
    const file = recipeFilesOfJob(job).find((each) => there.has(each))
    if (file !== undefined && !recipes.has(file)) recipes.set(file, readRecipe(file))
    const { configKey, gpus } = job
    const row = { configKey, gpus, job: plannedJob(job), row: rowOf(job, matrix.config.epoch) }
    return { key: configKey, said: saidOf(engineOfJob(file === undefined ? undefined : recipes.get(file), row)) }
  })
  console.log(`\n${name}: ${rows.length} rows of ${new Set(rows.map(({ key }) => key)).size} configurations\n`)
  tell(Map.groupBy(rows, ({ said }) => said))
  if (flags.keys)
    for (const [key, own] of Map.groupBy(rows, (row) => row.key))
      console.log(
        `${key}: ${[...Map.groupBy(own, ({ said }) => said)].map(([said, { length }]) => `${length} ${said}`).join('; ')}`,
      )
}

function saidOf(found: ReturnType<typeof engineOfJob>): string {
  if (found.kind === 'refused') return `refused: ${found.reason}`
  if (found.kind === 'description') return 'simulated, being this model itself'
  const isAlone = found.notes.some((note) => note.includes(': flags are '))
  return `simulated${found.engine.fleet ? ', a fleet' : ''}${isAlone ? ', by its row alone' : ''}`
}

function tell(groups: ReadonlyMap<string, readonly { readonly key: string }[]>): void {
  console.log('| rows | configurations | |\n| ---: | ---: | --- |')
  for (const [said, rows] of [...groups].sort(([, one], [, other]) => other.length - one.length))
    console.log(`| ${rows.length} | ${new Set(rows.map(({ key }) => key)).size} | ${said} |`)
}
