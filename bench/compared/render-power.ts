import { quantile } from '@reprise/trace/quantile'
import { type ComparedAs, type ComparedSeed, comparedAs, type Finding } from './compare-simulated.ts'

/** For each setting: how often two servers were said to differ, and of each figure how often its interval says so, holds the truth, and how wide it is. */
export function renderPower(all: readonly ComparedSeed[]): string {
  const settings = Map.groupBy(
    all,
    ({ lanes, minutes, slower, drift }) =>
      `${lanes} lanes, ${minutes} minutes, decode ${percent(slower - 1)} slower, drift ${percent(drift)}`,
  )
  return [...settings]
    .map(([name, own]) => `${name}: ${own.length} seeds\n\n${verdicts(own)}\n\n${figures(own)}\n`)
    .join('\n')
}

function verdicts(own: readonly ComparedSeed[]): string {
  const rows = comparedAs.map((as) => {
    const share = (verdict: Finding['verdict']) =>
      percent(own.filter(({ found }) => found[as].verdict === verdict).length / own.length)
    return `| ${as} | ${share('difference')} | ${share('no difference')} | ${share('cannot tell')} |`
  })
  return ['| compared | difference | no difference | cannot tell |', '| --- | ---: | ---: | ---: |', ...rows].join('\n')
}

function figures(own: readonly ComparedSeed[]): string {
  const rows = comparedAs.flatMap((as) => Object.keys(own[0]!.found[as].figures).map((name) => rowOf(as, name, own)))
  return [
    '| compared | figure | mean | excludes none | holds the truth | half-width | no interval |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n')
}

/** The truth of a server beside itself is that nothing changed; else the mean of all seeds. */
function rowOf(as: ComparedAs, name: string, own: readonly ComparedSeed[]): string {
  const log = name === 'hit_rate' ? (value: number) => value : Math.log
  const found = own.flatMap(
    ({
      found: {
        [as]: { figures },
      },
    }) => figures[name] ?? [],
  )
  const values = found.flatMap(({ value }) => (value === undefined ? [] : [log(value)]))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const truth = as.endsWith('same') ? 0 : mean
  const intervals = found.flatMap(({ low, high }) =>
    low === undefined || high === undefined ? [] : [[log(low), log(high)] as const],
  )
  const share = (of: (interval: readonly [number, number]) => boolean) =>
    intervals.length === 0 ? '-' : percent(intervals.filter(of).length / intervals.length)
  const widths = Float64Array.from(intervals, ([low, high]) => (high - low) / 2).sort()
  return `| ${as} | ${name} | ${signed(mean)} | ${share(([low, high]) => low > 0 || high < 0)} | ${share(([low, high]) => low <= truth && truth <= high)} | ${widths.length === 0 ? '-' : `±${percent(quantile(widths, 0.5)!)}`} | ${percent(1 - intervals.length / own.length)} |`
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`
}

function signed(share: number): string {
  return `${share < 0 ? '-' : '+'}${(Math.abs(share) * 100).toFixed(1)} %`
}
