import { type Html, html } from '../../html.ts'
import { renderSettling } from '../../settling-text.ts'
import type { LabelledRun } from '../content/group-runs.ts'

/** From when on each run was level, where that was late, and what its figures would be from there; nothing where all were level throughout. */
export function settlingNote(runs: readonly LabelledRun[]): Html {
  const late = runs.flatMap(({ run, label }) => {
    const text = renderSettling(run.result, label)
    return text === undefined ? [] : [text]
  })
  if (late.length === 0) return html``
  return html`<details class="note" id="settling"><summary>${late.length} of ${runs.length} ${runs.length === 1 ? 'run was' : 'runs were'} not level throughout</summary><ul>${late.map(
    (text) => html`<li>${text}.</li>`,
  )}</ul></details>
`
}
