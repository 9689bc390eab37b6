import { printable } from '@reprise/safe-text'
import type { Result } from '../../../result/result.ts'
import { type Html, html } from '../../html.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { provenanceFacts } from '../content/provenance-facts.ts'
import { runList } from './run-list.ts'

/** Where the numbers come from and what makes them again: each fact once where all runs agree, else each value with its runs. */
export function provenance(runs: readonly LabelledRun[]): Html {
  const commands = valuesOf(runs, ({ provenance: { command } }) => command)
  return html`<h3>The command that does it again</h3>
${commands.map(
  ([command, same]) => html`<pre tabindex="0"><code>${printable(command ?? '-', 4000)}</code></pre>
${same.length < runs.length && html`<p>${runList(same, runs)}</p>`}`,
)}
<dl class="facts">${provenanceFacts.map(([name, of]) => html`<dt>${name}</dt><dd>${valuesOf(runs, of).map(valueLine)}</dd>`)}</dl>`

  function valueLine([value, same]: readonly [string | undefined, readonly LabelledRun[]]): Html {
    const text = value === undefined ? html`<span class="absent">not given</span>` : html`${printable(value, 400)}`
    return html`<p>${text}${runList(same, runs)}</p>`
  }
}

function valuesOf(runs: readonly LabelledRun[], of: (result: Result) => string | undefined) {
  return [...Map.groupBy(runs, ({ run }) => of(run.result) || undefined).entries()]
}
