import { quoted } from '@reprise/config-file'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { asInteger, asList, isSet } from './unchecked.ts'

const eitherForm = 'write either conc-list: [1, 2, 4] or conc-start: 1 with conc-end: 4'

/** A search-space line names its concurrencies once, as a list or as a rising range, all greater than 0. */
export function checkConcurrency(subject: RuleSubject, { arm, path }: ArmSubject): void {
  const hasList = isSet(arm['conc-list']) && !(Array.isArray(arm['conc-list']) && arm['conc-list'].length === 0)
  const bounds = ['conc-start', 'conc-end'].filter((name) => isSet(arm[name]))
  if (hasList && (bounds.length === 2 || (bounds.length === 1 && !subject.compat))) {
    const message = `both conc-list and ${bounds.join(' and ')} are given`
    subject.report({
      path: [...path, bounds[0]!],
      atKey: true,
      code: 'concurrency-both-forms',
      message,
      cure: eitherForm,
    })
  }
  if (hasList) checkList(subject, arm['conc-list'], [...path, 'conc-list'])
  else if (bounds.length === 1) {
    const message = `${bounds[0]} is given alone`
    subject.report({
      path: [...path, bounds[0]!],
      atKey: true,
      code: 'concurrency-half-range',
      message,
      cure: eitherForm,
    })
  } else if (bounds.length === 0) {
    const empty = Object.hasOwn(arm, 'conc-list')
    const message = empty ? 'conc-list is empty' : 'no concurrency is given'
    const at = empty ? [...path, 'conc-list'] : path
    subject.report({ path: at, atKey: true, code: 'concurrency-missing', message, cure: eitherForm })
  }
  if (bounds.length === 2) checkRange(subject, arm['conc-start'], arm['conc-end'], path)
}

function checkList(subject: RuleSubject, list: unknown, path: readonly PropertyKey[]): void {
  const seen = new Set<number>()
  for (const [i, value] of asList(list).entries()) {
    const concurrency = asInteger(value)
    if (concurrency === undefined) continue
    if (concurrency <= 0) reportNotPositive(subject, concurrency, [...path, i])
    if (seen.has(concurrency) && !subject.compat) {
      const message = `concurrency ${concurrency} is listed twice`
      subject.report({ path: [...path, i], code: 'duplicate-point', message, cure: 'keep one of them' })
    }
    seen.add(concurrency)
  }
}

function checkRange(subject: RuleSubject, from: unknown, to: unknown, path: readonly PropertyKey[]): void {
  const start = asInteger(from)
  const end = asInteger(to)
  // April let a range start at 0; only its own generator knows what that meant.
  if (subject.epoch === 'aug2026' || !subject.compat) {
    if (start !== undefined && start <= 0) reportNotPositive(subject, start, [...path, 'conc-start'])
    if (end !== undefined && end <= 0) reportNotPositive(subject, end, [...path, 'conc-end'])
  }
  if (start === undefined || end === undefined || start <= end) return
  const message = `the range is reversed: conc-start ${start} is greater than conc-end ${end}`
  const cure = `write conc-start: ${end} and conc-end: ${start}`
  subject.report({ path: [...path, 'conc-start'], code: 'concurrency-reversed', message, cure })
}

function reportNotPositive(subject: RuleSubject, value: number, path: readonly PropertyKey[]): void {
  const message = `${quoted(value)} is not a concurrency`
  subject.report({ path, code: 'concurrency-not-positive', message, cure: 'write a whole number from 1' })
}
