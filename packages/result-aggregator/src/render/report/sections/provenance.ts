import { printable } from '@reprise/safe-text'
import { loadApart } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import type { RunTarget } from '../../../result/run-header.ts'
import { renderBlockIds, renderEdges, renderSubagentTimes, renderTraceFiles } from '../../corpus-facts-text.ts'
import { type Html, html } from '../../html.ts'
import { renderSubmission } from '../../submission-text.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { runList } from './run-list.ts'

/** Where the numbers come from and what makes them again: each fact once where all runs agree, else each value with its runs. */
export function provenance(runs: readonly LabelledRun[]): Html {
  const commands = valuesOf(runs, ({ provenance: { command } }) => command)
  return html`<h3>The command that does it again</h3>
${commands.map(
  ([command, same]) => html`<pre tabindex="0"><code>${printable(command ?? '-', 4000)}</code></pre>
${same.length < runs.length && html`<p>${runList(same, runs)}</p>`}`,
)}
<dl class="facts">${facts.map(([name, of]) => html`<dt>${name}</dt><dd>${valuesOf(runs, of).map(valueLine)}</dd>`)}</dl>`

  function valueLine([value, same]: readonly [string | undefined, readonly LabelledRun[]]): Html {
    const text = value === undefined ? html`<span class="absent">not given</span>` : html`${printable(value, 400)}`
    return html`<p>${text}${runList(same, runs)}</p>`
  }
}

type Fact = readonly [name: string, of: (result: Result) => string | undefined]

const facts: readonly Fact[] = [
  ['Model', ({ identity }) => identity.model],
  [
    'Engine',
    ({ identity: { engine } }) => engine && [engine.name, engine.version, engine.image].filter(Boolean).join(' '),
  ],
  ['Hardware', ({ identity }) => identity.hardware],
  ['GPUs', ({ identity }) => identity.gpus?.toString()],
  ['Precision', ({ identity }) => identity.precision],
  ['Topology', ({ identity }) => identity.topology && JSON.stringify(identity.topology)],
  ['Endpoint', ({ provenance: { target } }) => target.url ?? target.kind],
  [
    'Answered by',
    ({ provenance: { target } }) =>
      `${target.simulated ? 'a model of an engine' : 'an engine'}, on ${target.clock === 'wall' ? 'real' : 'virtual'} time`,
  ],
  ['Says that it is', ({ provenance: { target } }) => target.engine && ownWord(target.engine)],
  ['Words of prompts', ({ provenance: { target } }) => checkedWords(target)],
  ['Notes on the endpoint', ({ provenance: { target } }) => target.notes?.join('; ') || 'none'],
  ['Corpus', ({ provenance }) => provenance.corpusSource],
  ['Corpus origin', ({ provenance }) => provenance.corpusOrigin],
  ['Trace files', ({ provenance: { corpusFacts } }) => corpusFacts?.files && renderTraceFiles(corpusFacts.files)],
  ['Block ids', ({ provenance: { corpusFacts } }) => corpusFacts && renderBlockIds(corpusFacts)],
  ['Subagent times', ({ provenance: { corpusFacts } }) => corpusFacts && renderSubagentTimes(corpusFacts)],
  ['Waits of requests', ({ provenance: { corpusFacts } }) => corpusFacts?.edges && renderEdges(corpusFacts.edges)],
  ['Corpus digest', ({ provenance }) => provenance.corpusDigest],
  ['Plan digest', ({ provenance }) => provenance.planDigest],
  [
    'Preset',
    ({ provenance: { preset } }) =>
      preset.changed.length > 0 ? `${preset.name}, changed: ${preset.changed.join(', ')}` : `${preset.name}, unchanged`,
  ],
  ['Submission', ({ submission }) => submission && renderSubmission(submission)],
  ['Load', ({ load }) => JSON.stringify(loadApart(load))],
  ['Seed', ({ provenance }) => String(provenance.seed)],
  ['Started', ({ provenance }) => provenance.startedAt ?? dateless(provenance.target.clock)],
  ['Ended by', ({ completeness }) => completeness.ended],
  [
    'Resumed',
    ({ completeness: { resumed } }) =>
      resumed
        ? `${resumed.attempts} attempts, broken off at ${resumed.breaks.map(({ atMs }) => `${Math.round(atMs / 1000)} s`).join(', ')}`
        : 'no',
  ],
  ['Tool', ({ provenance }) => `reprise ${provenance.toolVersion}, replay semantics ${provenance.replaySemantics}`],
  ['Commit', ({ provenance }) => provenance.commit],
]

function dateless(clock: 'wall' | 'virtual'): string | undefined {
  return clock === 'virtual' ? 'virtual time has no date' : undefined
}

function checkedWords({ kind, words }: RunTarget): string {
  if (!words) return kind === 'http' ? 'not checked on the server' : 'none are sent'
  const { listed, usable, notAsked } = words
  return `${usable} of ${listed} are one token on the server${notAsked > 0 ? `, ${notAsked} could not be asked for` : ''}`
}

function valuesOf(runs: readonly LabelledRun[], of: (result: Result) => string | undefined) {
  return [...Map.groupBy(runs, ({ run }) => of(run.result) || undefined).entries()]
}

function ownWord({ name = 'nothing known', version, signs }: NonNullable<RunTarget['engine']>): string {
  const by = signs.length > 0 ? ` (by ${signs.join(', ')})` : ''
  return `${[name, version].filter(Boolean).join(' ')}${by}`
}
