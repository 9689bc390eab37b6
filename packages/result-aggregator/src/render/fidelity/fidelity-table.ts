import { printable } from '@reprise/safe-text'
import { type CheckUnit, checksOf } from '../../fidelity/check-list.ts'
import type { Fidelity, FidelityCheck, FidelityCondition } from '../../result/fidelity.ts'
import { textTable } from '../traces/text-table.ts'
import { valueText } from '../traces/value-text.ts'

/** Whether a run was the workload that it was to be, for a terminal: counts, what differs, every check, and the verdict last. */
export function renderFidelity(fidelity: Fidelity): string {
  const { a, b, kind, counts, conditions, checks, sentence } = fidelity
  const [captured, replayed] = kind === 'capture' ? ['captured', 'replayed'] : ['A', 'B']
  const { sessions } = counts
  const rows = [
    ['', captured!, 'planned', 'sent', 'answered'],
    ['requests', ...[counts.captured, counts.planned, counts.dispatched, counts.completed].map(countText)],
    ['sessions', ...[sessions.captured, sessions.planned, sessions.dispatched].map(countText), ''],
  ]
  const rowsOfTwo = [
    ['', captured!, replayed!],
    ['requests', ...[counts.captured, counts.dispatched].map(countText)],
    ['sessions', ...[sessions.captured, sessions.dispatched].map(countText)],
  ]
  return [
    `${captured}: ${printable(a, 300)}\n${replayed}: ${printable(b, 300)}\n`,
    textTable(kind === 'captures' ? rowsOfTwo : rows),
    conditionsText(conditions),
    checksText(fidelity),
    ...checks.filter(({ verdict }) => verdict === 'deviates').map((check) => namedText(kind, check)),
    `${sentence}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function conditionsText(conditions: readonly FidelityCondition[]): string {
  const differing = conditions.filter(({ state }) => state === 'differs')
  const untold = conditions.filter(({ state }) => state === 'not told').map(({ name }) => name)
  const lines = differing.map(
    ({ name, a = '', b = '', accepted }) =>
      `differs: ${name}: ${printable(a, 200)} there, ${printable(b, 200)} here${accepted ? ' (accepted)' : ''}\n`,
  )
  return [...lines, ...(untold.length > 0 ? [`not told by both: ${untold.join(', ')}\n`] : [])].join('')
}

function checksText({ kind, checks }: Fidelity): string {
  const rows = checks.map((check) => {
    const { unit, title } = checksOf(kind)[check.name]!
    const { differences: spread } = check
    const figures = spread
      ? [spread.p10, spread.p50, spread.p90, spread.p99].map((value) => checkValue(value, unit, { signed: true }))
      : ['', '', '', '']
    return [
      title,
      check.verdict,
      check.value === undefined ? '-' : checkValue(check.value, unit),
      `${checkValue(check.limit, unit)}${check.limitChanged ? ' *' : ''}`,
      ...figures,
    ]
  })
  const head = ['check', 'verdict', 'value', 'at most', 'p10', 'p50', 'p90', 'p99']
  const changed = checks.some(({ limitChanged }) => limitChanged) ? '* a changed limit\n' : ''
  const reasons = [
    ...Map.groupBy(
      checks.filter(({ reason }) => reason !== undefined),
      ({ reason }) => reason!,
    ),
  ]
  const whys = reasons.map(
    ([reason, of]) => `${of.map(({ name }) => checksOf(kind)[name]!.title).join(', ')}: ${printable(reason, 300)}\n`,
  )
  return `${textTable([head, ...rows])}${changed}${whys.length > 0 ? `\n${whys.join('')}` : ''}`
}

function namedText(kind: Fidelity['kind'], { name, named, more }: FidelityCheck): string {
  const { title, unit } = checksOf(kind)[name]!
  const lines = named.map(
    (each) =>
      `  ${printable(each.name, 300)}${each.by === undefined ? '' : ` ${checkValue(each.by, unit, { signed: true })}`}\n`,
  )
  return `${title}:\n${lines.join('')}${more > 0 ? `  and ${countText(more)} more\n` : ''}`
}

/** A value as its check tells it. */
export function checkValue(value: number, unit: CheckUnit, { signed = false } = {}): string {
  const text = unit === 'ms' ? valueText(Number(value.toFixed(2)), 'ms') : valueText(value, unit)
  // What rounds to nothing has no sign.
  const isNothing = Number.parseFloat(text) === 0
  if (isNothing) return text.replace('-', '')
  return signed && value > 0 ? `+${text}` : text
}

function countText(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en-US')
}
