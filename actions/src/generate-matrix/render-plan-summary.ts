import { markdownText } from '@reprise/safe-text'
import { z } from 'zod'
import type { SweepEntry } from './sweep-file.ts'

const mostRows = 100

/** What is told of a `sweep-estimate/1`. */
const Estimate = z.object({ gpuHours: z.number(), wallHours: z.number() })

/** What will run, by configuration: jobs, their GPUs and runners, and what the sweep costs where that can be told. */
export function renderPlanSummary(jobs: readonly SweepEntry[], estimate: unknown): string {
  const byKey = Map.groupBy(jobs, ({ configKey }) => configKey)
  const rows = [...byKey].slice(0, mostRows).map(([key, own]) => {
    const gpus = [...new Set(own.map((job) => job.gpus))].sort((a, b) => a - b).join(', ')
    const runners = [...new Set(own.map((job) => job.runsOn.join(' ')))].join(', ')
    const recipes = own.every(({ recipe }) => recipe !== undefined) ? 'yes' : 'missing'
    return `| ${markdownText(key)} | ${own.length} | ${gpus} | ${markdownText(runners)} | ${recipes} |`
  })
  const left = byKey.size - rows.length
  return [
    `### ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} planned`,
    '',
    '| configuration | jobs | GPUs each | runners | recipe |',
    '| --- | ---: | ---: | --- | --- |',
    ...rows,
    '',
    ...(left > 0 ? [`and ${left} more configurations`, ''] : []),
    ...cost(estimate),
  ].join('\n')
}

function cost(estimate: unknown): string[] {
  const { gpuHours, wallHours } = Estimate.safeParse(estimate).data ?? {}
  if (gpuHours === undefined || wallHours === undefined) return []
  return [
    `About ${gpuHours.toFixed(1)} GPU hours; ${wallHours.toFixed(1)} hours until the last job ends, if every runner is free.`,
    '',
  ]
}
