// Plans the launch of every job of the sweep plan SWEEP, starts none, and writes the planned matrix with its cost (ESTIMATE) as Markdown
// to PLANNED. Ends with 1 if a recipe cannot be turned into a command.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cell, optionalSetting, type PlannedJob, readSweep, reprise, setting } from './sweep.ts'

const mostRows = 60

/** What became of the jobs of one configuration. */
interface Launches {
  readonly jobs: readonly PlannedJob[]
  readonly planned: number
  readonly withoutRecipe: number
  /** Why a launch cannot be planned. */
  readonly refused: readonly string[]
  /** The recipe itself says what nobody knows yet: it explains, and is not launched. That is no fault of the change. */
  readonly unknown: readonly string[]
}

async function main(): Promise<void> {
  const jobs = readSweep(setting('SWEEP'))
  const launches: Launches[] = []
  const folder = mkdtempSync(join(tmpdir(), 'launches-'))
  for (const [, own] of Map.groupBy(jobs, ({ configKey }) => configKey)) launches.push(await planOf(own, folder))
  rmSync(folder, { recursive: true })
  const file = setting('PLANNED')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, render(jobs, launches, optionalSetting('ESTIMATE')))
  for (const { refused } of launches) for (const message of refused) console.error(cell(message))
  if (launches.some(({ refused }) => refused.length > 0)) process.exitCode = 1
}

async function planOf(jobs: readonly PlannedJob[], folder: string): Promise<Launches> {
  const messages = new Set<string>()
  const withRecipe = jobs.filter(({ recipe }) => recipe !== undefined)
  let planned = 0
  for (const job of withRecipe) {
    const file = join(folder, `${job.id}.json`)
    writeFileSync(file, JSON.stringify(job))
    const { code, lastLine } = await reprise(['launch', 'plan', `--job=${file}`, '--json'])
    if (code === 0) planned += 1
    else messages.add(lastLine)
  }
  const [unknown, refused] = [true, false].map((wanted) => [...messages].filter((each) => saysUnknown(each) === wanted))
  return { jobs, planned, withoutRecipe: jobs.length - withRecipe.length, refused: refused!, unknown: unknown! }
}

function saysUnknown(message: string): boolean {
  return message.includes('says that something is unknown')
}

function render(jobs: readonly PlannedJob[], launches: readonly Launches[], estimate: string | undefined): string {
  const rows = launches.slice(0, mostRows).map((each) => {
    const gpus = [...new Set(each.jobs.map((job) => job.gpus))].sort((a, b) => a - b).join(', ')
    const runners = [...new Set(each.jobs.map((job) => job.runsOn.join(' ')))].join(', ')
    return `| ${cell(each.jobs[0]!.configKey)} | ${each.jobs.length} | ${gpus} | ${cell(runners)} | ${launchOf(each)} |`
  })
  const left = launches.length - rows.length
  return [
    '<!-- reprise: planned matrix -->',
    `### Planned: ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}${costOf(estimate)}`,
    '',
    ...(jobs.length === 0
      ? ['The change touches no job.']
      : ['| configuration | jobs | GPUs each | runners | launch |', '| --- | ---: | ---: | --- | --- |', ...rows]),
    ...(left > 0 ? ['', `and ${left} more configurations`] : []),
    '',
    'Labels `sweep-enabled`, `full-sweep-enabled` and `full-sweep-fail-fast` run it on its machines (docs/pipeline.md).',
    '',
  ].join('\n')
}

function launchOf({ jobs, planned, withoutRecipe, refused, unknown }: Launches): string {
  const message = refused[0] ?? unknown[0]
  if (message !== undefined) return cell(message)
  if (withoutRecipe === jobs.length) return 'no recipe yet'
  return withoutRecipe === 0 ? 'planned' : `${planned} planned, ${withoutRecipe} without a recipe`
}

function costOf(estimate: string | undefined): string {
  if (estimate === undefined) return ''
  const { gpuHours, wallHours } = JSON.parse(estimate) as { gpuHours?: number; wallHours?: number }
  const cost = [
    ...(gpuHours === undefined ? [] : [`${gpuHours.toFixed(1)} GPU hours`]),
    ...(wallHours === undefined ? [] : [`${wallHours.toFixed(1)} hours until the last is done`]),
  ]
  return cost.map((each) => `, ${each}`).join('')
}

await main()
