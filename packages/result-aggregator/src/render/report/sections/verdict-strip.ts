import { printable } from '@reprise/safe-text'
import { loadApart } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { type Html, html } from '../../html.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { runList } from './run-list.ts'

const marks = { valid: '✓', indicative: '≈', invalid: '✕' } as const
type Verdict = keyof typeof marks

const meanings: Record<Verdict, string> = {
  valid: 'nothing speaks against the numbers',
  indicative: 'true of the run, but not by themselves of engine and hardware',
  invalid: 'a number of the run would mislead',
}

/** How far the runs can be trusted: how many of each verdict, and each reason once with the runs that it holds for. */
export function verdictStrip(runs: readonly LabelledRun[]): Html {
  const byVerdict = Map.groupBy(runs, ({ run }) => run.result.validity.verdict)
  const present = (['invalid', 'indicative', 'valid'] as const).filter((verdict) => byVerdict.has(verdict))
  return html`<div class="verdicts">${present.map(
    (verdict) =>
      html`<p class="verdict ${verdict}"><b><span aria-hidden="true">${marks[verdict]}</span> ${
        byVerdict.get(verdict)!.length
      } of ${runs.length} ${verdict}</b> ${meanings[verdict]}</p>`,
  )}</div>
${unlikeness(runs)}
${reasonsOf(runs)}`
}

/** In what the runs differ besides lanes and the system under test; a warning before they are compared. */
function unlikeness(runs: readonly LabelledRun[]): Html {
  const differing = likeness.filter(([, of]) => new Set(runs.map(({ run }) => of(run.result))).size > 1)
  if (differing.length === 0) return html``
  const names = differing.map(([name]) => name).join(', ')
  return html`<p class="note">The runs differ in ${names}: what lies between their numbers is not the doing of engine and hardware alone.</p>`
}

const likeness: readonly (readonly [name: string, of: (result: Result) => string | number | boolean])[] = [
  ['corpus', ({ provenance }) => provenance.corpusDigest],
  ['preset', ({ provenance: { preset } }) => JSON.stringify(preset)],
  ['context limit', ({ load }) => load.maxContextTokens ?? 'none'],
  ['load', ({ load }) => JSON.stringify({ ...loadApart(load), maxContextTokens: undefined })],
  ['seed', ({ provenance }) => provenance.seed],
  ['real and modelled engines', ({ provenance }) => provenance.target.simulated],
  ['tool version', ({ provenance }) => provenance.toolVersion],
]

/** Folded away: a line for each reason, and all of its texts with their runs under it. */
function reasonsOf(runs: readonly LabelledRun[]): Html {
  const found = runs.flatMap((run) => run.run.result.validity.reasons.map((text) => ({ text, run })))
  if (found.length === 0) return html``
  const byCode = [...Map.groupBy(found, ({ text }) => text.split(':', 1)[0]!).entries()]
  const codes = byCode.map(([code]) => printable(code, 60)).join(', ')
  return html`<details class="caveats"><summary>${byCode.length} ${byCode.length === 1 ? 'caveat' : 'caveats'}: ${codes}</summary>
${byCode.map(([code, reasons]) => reasonOf(code, reasons, runs))}</details>`
}

interface Reason {
  readonly text: string
  readonly run: LabelledRun
}

function reasonOf(code: string, reasons: readonly Reason[], runs: readonly LabelledRun[]): Html {
  const texts = [...Map.groupBy(reasons, ({ text }) => text).entries()]
  const sentence = (text: string) => printable(text.slice(code.length + 1), 1000)
  const shown = texts.slice(0, TEXTS_MAX).map(([text, same]) => {
    const where = runList(
      same.map(({ run }) => run),
      runs,
    )
    return html`<p>${sentence(text)}${where}</p>`
  })
  const more = texts.length - TEXTS_MAX
  return html`<details class="reason"><summary><b>${printable(code, 60)}</b> ${sentence(texts[0]![0])}</summary>${shown}${
    more > 0 && html`<p class="where">and ${more} more like it, with other figures</p>`
  }</details>
`
}

/** Of reasons that differ in their figures alone. */
const TEXTS_MAX = 4
