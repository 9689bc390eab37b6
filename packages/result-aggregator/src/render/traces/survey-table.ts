import { type CorpusSurvey, quantities } from '@reprise/trace'
import { textTable } from './text-table.ts'
import { valueText } from './value-text.ts'

/** The distributions of a corpus, and what a cache, a context and a memory make of it, as tables for a terminal. */
export function renderSurvey(survey: CorpusSurvey): string {
  return [distributions(survey), relations(survey), ceilings(survey), caps(survey), workingSets(survey)]
    .filter((part) => part !== '')
    .join('\n')
}

const figures = ['p10', 'p50', 'p90', 'p99', 'max', 'mean'] as const

function distributions({ distributions: found }: CorpusSurvey): string {
  const rows = (Object.keys(quantities) as (keyof typeof quantities)[]).flatMap((name) => {
    const summary = found[name]
    const { title, unit } = quantities[name]
    return summary ? [[title, String(summary.n), ...figures.map((figure) => valueText(summary[figure], unit))]] : []
  })
  return textTable([['', 'n', ...figures], ...rows])
}

function relations({ relations: counts, pairs }: CorpusSurvey): string {
  if (pairs.consecutive === 0) return ''
  const rows = Object.entries(counts).map(([name, count]) => [
    `  ${name}`,
    count.toLocaleString('en-US'),
    valueText(count / pairs.consecutive, 'share'),
  ])
  return `turns, by what they keep of the prompt before\n${textTable(rows)}`
}

function ceilings({ ceilings: { roots, all }, distributions: { hitRate } }: CorpusSurvey): string {
  if (!roots || !all) return ''
  const percent = (share: number) => `${(100 * share).toFixed(3)} %`
  const rows = [
    ['', 'blocks', 'tokens, by prefix'],
    ['  root sessions, pooled', percent(roots.hitRate), percent(roots.prefixRate)],
    ['  with subagents, pooled', percent(all.hitRate), percent(all.prefixRate)],
    ...(hitRate ? [['  a trace by itself, mean', percent(hitRate.mean), '']] : []),
  ]
  return `what a cache that never forgets would hold\n${textTable(rows)}`
}

function caps({ contextCaps, traces, requests }: CorpusSurvey): string {
  const rows = contextCaps.map(({ tokens, wholeTraces, startedTraces, playableRequests }) => [
    `  ${tokens.toLocaleString('en-US')}`,
    valueText(playableRequests / requests, 'share'),
    valueText(wholeTraces / traces, 'share'),
    valueText(startedTraces / traces, 'share'),
  ])
  return `what a context of so many tokens leaves\n${textTable([['', 'turns', 'whole traces', 'traces begun'], ...rows])}`
}

function workingSets({ workingSets: sets }: CorpusSurvey): string {
  if (!sets) return ''
  const rows = sets.windows.map(({ windowMs, p50Tokens, p90Tokens, maxTokens, hitRate }) => [
    `  ${valueText(windowMs, 'ms')}`,
    ...[p50Tokens, p90Tokens, maxTokens].map((tokens) => valueText(tokens, 'tokens')),
    valueText(hitRate, 'share'),
  ])
  const whose = sets.clock === 'recording' ? 'all traces together' : 'each trace by itself'
  const head = `tokens used within a time before (${whose}), and what a cache that drops the rest would hit\n`
  return head + textTable([['', 'p50', 'p90', 'max', 'hits'], ...rows])
}
