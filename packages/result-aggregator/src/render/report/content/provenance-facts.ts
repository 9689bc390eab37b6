import { printable } from '@reprise/safe-text'
import { loadApart } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import type { RunTarget } from '../../../result/run-header.ts'
import { renderBlockIds, renderEdges, renderSubagentTimes, renderTraceFiles } from '../../corpus-facts-text.ts'
import { renderSubmission } from '../../submission-text.ts'

/** Where a run comes from, as far as it is known. */
export function factsOf(result: Result): (readonly [name: string, value: string])[] {
  return provenanceFacts.flatMap(([name, of]) => {
    const value = of(result)
    return value ? [[name, printable(value, 400)] as const] : []
  })
}

export type Fact = readonly [name: string, of: (result: Result) => string | undefined]

/** By name, in the order of a reader's questions. */
export const provenanceFacts: readonly Fact[] = [
  ['Model', ({ identity }) => identity.model],
  [
    'Engine',
    ({ identity: { engine } }) => engine && [engine.name, engine.version, engine.image].filter(Boolean).join(' '),
  ],
  ['Hardware', ({ identity }) => identity.hardware],
  ['GPUs', ({ identity }) => identity.gpus?.toString()],
  ['Label', ({ identity }) => identity.label],
  [
    'Price of a GPU hour',
    ({ identity: { usdPerGpuHour } }) => (usdPerGpuHour === undefined ? undefined : `$${usdPerGpuHour}`),
  ],
  ['Told after the run', ({ provenance: { toldLater } }) => toldLater?.join(', ') || 'nothing'],
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
  ['Workflow run', ({ provenance }) => provenance.workflowRun],
]

function dateless(clock: 'wall' | 'virtual'): string | undefined {
  return clock === 'virtual' ? 'virtual time has no date' : undefined
}

function checkedWords({ kind, words }: RunTarget): string {
  if (!words) return kind === 'http' ? 'not checked on the server' : 'none are sent'
  const { listed, usable, notAsked } = words
  return `${usable} of ${listed} are one token on the server${notAsked > 0 ? `, ${notAsked} could not be asked for` : ''}`
}

function ownWord({ name = 'nothing known', version, signs }: NonNullable<RunTarget['engine']>): string {
  const by = signs.length > 0 ? ` (by ${signs.join(', ')})` : ''
  return `${[name, version].filter(Boolean).join(' ')}${by}`
}
