import { type Facets, workloadOf } from '../render/workload.ts'
import { loadSizeOf } from '../result/load-size.ts'
import type { Result } from '../result/result.ts'

/** What has to be alike before figures of two runs say something about what served them, by the names that `--accept` takes. */
export function workOf(result: Result): Facets {
  const { target, replaySemantics } = result.provenance
  const cacheAtStart = target.kind === 'in-process' ? 'emptied' : (target.prefixCache ?? 'emptied')
  return new Map([
    ['size', loadSizeOf(result.load).label],
    ...[...workloadOf(result)].map(([name, value]) => [name.replaceAll(' ', '-'), value] as const),
    ['semantics', `replay semantics ${replaySemantics}`],
    ['cache-at-start', cacheAtStart],
    ['output-length', target.outputLength ?? 'as recorded'],
    ['assistant', target.assistant ?? 'canned'],
  ])
}
