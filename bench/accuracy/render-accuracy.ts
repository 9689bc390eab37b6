import type { FrameworkConstants } from '@reprise/engine-sim/core'
import { textTable } from '@reprise/result-aggregator'
import { printable } from '@reprise/safe-text'
import { medianOf } from './fit-frameworks.ts'
import type { Errors, FamilyErrors, Judgement } from './judge-rows.ts'
import type { LeftOut } from './measured-rows.ts'

/** What the project promises itself. */
const budgets = { tpot: 0.15, tpotScaled: 0.1, ttft: 0.25, rank: 0.97, leftOut: 0.05 } as const

/** The tables of a judgement, then each budget with OK or MISSED. */
export function renderAccuracy(
  { all, byHalf, byGroup, families, constants }: Judgement,
  { refused, incomplete }: { readonly refused: readonly LeftOut[]; readonly incomplete: readonly LeftOut[] },
): string {
  const groups = [...byGroup].sort(([one], [other]) => one.localeCompare(other))
  const rankOf = (pick: (family: FamilyErrors) => number | undefined) =>
    medianOf(families.flatMap((family) => pick(family) ?? [])) ?? Number.NaN
  const [rank, outputRank] = [rankOf((family) => family.rank), rankOf((family) => family.outputRank)]
  const leftOut = refused.length / (all.rows + refused.length)
  return [
    textTable([
      ['rows', ...head],
      ['all', ...cellsOf(all)],
      ...Object.entries(byHalf).map(([half, errors]) => [half, ...cellsOf(errors)]),
      ...groups.map(([name, errors]) => [name, ...cellsOf(errors)]),
    ]),
    textTable([
      ['family', ...head, 'rank', 'tok/s/GPU'],
      ...families.map((family) => [
        nameOf(family.family),
        ...cellsOf(family),
        family.rank?.toFixed(3) ?? '-',
        family.outputRank?.toFixed(3) ?? '-',
      ]),
    ]),
    textTable([
      ['framework', 'factor', 'first token ms', 'and steps'],
      ...[...constants].map(([name, fitted]) => [name, ...constantCells(fitted)]),
    ]),
    renderReasons('Not predicted', refused),
    renderReasons('Not eligible', incomplete),
    textTable([
      ['budget', 'wanted', 'reached', ''],
      ...Object.entries(byHalf).flatMap(([half, errors]) => [
        lineOf(`TPOT, median error, the model left out, rows ${half}`, budgets.tpot, errors.tpot),
        lineOf(`TPOT, median error, one scalar per family, rows ${half}`, budgets.tpotScaled, errors.tpotScaled),
        lineOf(`TTFT, median error, rows ${half}`, budgets.ttft, errors.ttft),
      ]),
      rankLine('rank correlation of TPOT in families, median', rank),
      rankLine('and of output per second and GPU', outputRank),
      lineOf('eligible rows left out', budgets.leftOut, leftOut),
    ]),
  ].join('\n')
}

const head = ['n', 'TPOT', 'scaled', 'TTFT', 'scaled', 'bias']

function cellsOf({ rows, tpot, tpotScaled, ttft, ttftScaled, bias }: Errors): string[] {
  return [
    String(rows),
    percent(tpot),
    percent(tpotScaled),
    percent(ttft),
    percent(ttftScaled),
    Number.isNaN(bias) ? '-' : bias.toFixed(2),
  ]
}

function nameOf(family: string): string {
  return / mi\d+x /.test(family) ? `${printable(family)} (uncalibrated)` : printable(family)
}

function constantCells({ scale, requestMs, waitSteps }: FrameworkConstants): string[] {
  return [scale.toFixed(3), String(requestMs), String(waitSteps)]
}

function renderReasons(title: string, rows: readonly LeftOut[]): string {
  const reasons = [...Map.groupBy(rows, ({ reason }) => reason)].sort(([, one], [, other]) => other.length - one.length)
  return [
    `${title}: ${rows.length}`,
    ...reasons.map(
      ([reason, own]) =>
        `  ${String(own.length).padStart(3)}  ${printable(reason, 240)} (line ${own[0]!.line}${own.length > 1 ? ' and others' : ''})`,
    ),
    '',
  ].join('\n')
}

function lineOf(name: string, wanted: number, reached: number): string[] {
  if (Number.isNaN(reached)) return [name, `<= ${percent(wanted)}`, '-', 'no rows']
  return [name, `<= ${percent(wanted)}`, percent(reached), reached <= wanted ? 'OK' : 'MISSED']
}

function rankLine(name: string, reached: number): string[] {
  if (Number.isNaN(reached)) return [name, `>= ${budgets.rank}`, '-', 'no family of five rows']
  return [name, `>= ${budgets.rank}`, reached.toFixed(3), reached >= budgets.rank ? 'OK' : 'MISSED']
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`
}
