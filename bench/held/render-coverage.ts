import { isInterval } from '@reprise/result-aggregator/run'
import { quantile } from '@reprise/trace/quantile'
import type { CoverageRun, ValueName } from './judge-run.ts'

const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/**
 * A table for each setting: of every figure its value over all runs together, how far single runs are from each other, how many intervals hold
 * it, how wide they are, and how many runs give none.
 */
export function renderCoverage(runs: readonly CoverageRun[]): string {
  const settings = [
    ...Map.groupBy(runs, ({ lanes, minutes, blocks }) => `${lanes} lanes, ${minutes} minutes, ${blocks} blocks`),
  ]
  return settings.map(([name, own]) => renderSetting(name, own)).join('\n')
}

function renderSetting(name: string, runs: readonly CoverageRun[]): string {
  const mean = (of: (run: CoverageRun) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length
  const head = `${name}: ${runs.length} runs, ${mean(({ requests }) => requests).toFixed(0)} requests, ${mean(({ plays }) => plays).toFixed(0)} plays, ${mean(({ effectivePlays }) => effectivePlays).toFixed(1)} effective`
  const rows = Object.entries(longRun(runs)).map(([figure, value]) => renderFigure(figure, value, runs))
  return [
    head,
    '',
    '| figure | long run | runs | hold it | half-width | not estimable |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    renderReasons(runs),
    '',
  ].join('\n')
}

/** The value of all runs together. */
function longRun(runs: readonly CoverageRun[]): Record<string, number> {
  const latencies = (['ttft', 'tpot', 'e2e'] satisfies ValueName[]).flatMap((name) => {
    const pooled = Float64Array.from(runs.flatMap(({ values }) => [...values[name]])).sort()
    return Object.entries(shares).map(([percentile, p]) => [`${name}.${percentile}`, quantile(pooled, p)!] as const)
  })
  const sum = (of: (run: CoverageRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  return {
    ...Object.fromEntries(latencies),
    output: sum(({ outputPerS }) => outputPerS) / runs.length,
    hit: sum(({ cachedTokens }) => cachedTokens) / sum(({ inputTokens }) => inputTokens),
  }
}

function renderFigure(figure: string, value: number, runs: readonly CoverageRun[]): string {
  const intervals = runs.flatMap(({ estimates }) => (isInterval(estimates[figure]) ? [estimates[figure]] : []))
  const held = intervals.filter(({ low, high }) => low <= value && value <= high)
  const seen = Float64Array.from(runs.flatMap(({ figures }) => figures[figure] ?? [])).sort()
  const spread = `${renderNumber(quantile(seen, 0.025)!)} to ${renderNumber(quantile(seen, 0.975)!)}`
  const widths = Float64Array.from(intervals, ({ halfWidthShare = 0 }) => halfWidthShare).sort()
  const why = Map.groupBy(
    runs.flatMap(({ estimates }) => {
      const estimate = estimates[figure]
      return estimate && !isInterval(estimate) ? [estimate.notEstimable] : []
    }),
    (reason) => reason,
  )
  const none = [...why].map(([reason, all]) => `${reason} ${renderShare(all.length / runs.length)}`)
  const share = intervals.length === 0 ? '-' : renderShare(held.length / intervals.length)
  const width = intervals.length === 0 ? '-' : renderShare(quantile(widths, 0.5)!)
  return `| ${figure} | ${renderNumber(value)} | ${spread} | ${share} | ${width} | ${none.join(', ') || '0 %'} |`
}

function renderReasons(runs: readonly CoverageRun[]): string {
  const codes = Map.groupBy(
    runs.flatMap(({ reasons }) => reasons),
    (code) => code,
  )
  return `Reasons: ${[...codes].map(([code, all]) => `${code} ${renderShare(all.length / runs.length)}`).join(', ')}.`
}

function renderNumber(value: number): string {
  return value < 1 ? value.toFixed(4) : value.toPrecision(4)
}

function renderShare(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
