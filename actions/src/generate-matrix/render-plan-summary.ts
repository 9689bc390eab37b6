import { markdownText } from '@reprise/safe-text'
import type { Sweep } from '../sweep-file.ts'

const mostRows = 100

/** What will run, by configuration: jobs, their GPUs and runners; what does not run again, and why the rest does; what it costs. */
export function renderPlanSummary({ jobs, canary, reuse, maxParallel = {}, cost }: Sweep): string {
  const byKey = Map.groupBy(jobs, ({ configKey }) => configKey)
  const reused = new Set(reuse?.points.map(({ id }) => id))
  const rows = [...byKey].slice(0, mostRows).map(([key, own]) => {
    const gpus = [...new Set(own.map((job) => job.gpus))].sort((a, b) => a - b).join(', ')
    const runners = [...new Set(own.map((job) => job.runsOn.join(' ')))].join(', ')
    const recipes = own.every(({ recipe }) => recipe !== undefined) ? 'yes' : 'missing'
    const taken = own.filter(({ id }) => reused.has(id)).length
    const cells = [markdownText(key), own.length, gpus, markdownText(runners), recipes, taken === 0 ? '-' : taken]
    return `| ${cells.join(' | ')} |`
  })
  const left = byKey.size - rows.length
  const limits = Object.entries(maxParallel).map(([fleet, most]) => `- ${markdownText(fleet)}: ${most} at once`)
  const first = jobs.find(({ id }) => id === canary)
  return [
    `### ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} planned`,
    '',
    '| configuration | jobs | GPUs each | runners | recipe | reused |',
    '| --- | ---: | ---: | --- | --- | ---: |',
    ...rows,
    '',
    ...(left > 0 ? [`and ${left} more configurations`, ''] : []),
    ...(first ? [`First, alone: ${markdownText(first.name)}`, ''] : []),
    ...(limits.length > 0 ? ['Jobs of a fleet, most urgent first:', '', ...limits, ''] : []),
    ...reuseLines(reuse),
    ...costLines(cost),
  ].join('\n')
}

function reuseLines(reuse: Sweep['reuse']): string[] {
  if (!reuse) return []
  const runs = [...Map.groupBy(reuse.points, ({ run }) => run)].map(
    ([run, own]) => `- ${own.length} reused, measured by run ${markdownText(run)} on the same recipe and image`,
  )
  const others = reuse.others.map(({ why, jobs }) => `- ${jobs.length} measured: ${markdownText(why)}`)
  return ['Earlier results:', '', ...runs, ...others, '']
}

function costLines(cost: Sweep['cost']): string[] {
  if (!cost) return []
  const { gpuHours, wallHours, budgetGpuHours, confirmedGpuHours } = cost
  const confirmed = confirmedGpuHours === undefined ? '' : `, ${confirmedGpuHours} confirmed`
  const budget = budgetGpuHours === undefined ? '' : ` The budget is ${budgetGpuHours} GPU hours${confirmed}.`
  return [
    `About ${gpuHours.toFixed(1)} GPU hours; ${wallHours.toFixed(1)} hours until the last job ends, if every runner is free.${budget}`,
    '',
  ]
}
