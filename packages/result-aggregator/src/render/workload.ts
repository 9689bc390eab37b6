import type { Result } from '../result/result.ts'

/** What a run is of, by name, in the order in which a reader wants it. What is not known has no entry. */
export type Facets = ReadonlyMap<string, string>

/** What the run's requests were: everything but the lanes and the seed. Only runs of the same work make a curve or a frontier. */
export function workloadOf({ provenance, load }: Result): Facets {
  const { preset } = provenance
  return knownFacets([
    ['corpus', corpusOf(provenance)],
    ['context', load.maxContextTokens === undefined ? 'no context limit' : `context ${load.maxContextTokens}`],
    ['preset', preset.name],
    ['changed', preset.changed.length === 0 ? undefined : `changed ${preset.changed.toSorted().join(', ')}`],
    ['time scale', load.kind === 'schedule' ? undefined : `time scale ${load.timeScale}`],
    ['think cap', load.kind === 'schedule' ? undefined : thinkCap(load)],
    ['until', until(load.until)],
    ['system prompt', load.sharedSystem === undefined ? undefined : `shared system prompt ${load.sharedSystem}`],
    ...ownFacets(load),
    ['drain', `drain ${load.drainMs / 1000} s`],
  ])
}

/** A preset draws as many requests of its lengths as the lanes take: what tells them apart is the lengths, and not which were drawn. */
function corpusOf({ corpusOrigin, corpusSource, corpusDigest }: Result['provenance']): string {
  if (corpusOrigin === 'preset' && corpusSource !== undefined) return corpusSource
  return `corpus ${corpusDigest.slice(0, 8)}`
}

function thinkCap({ thinkCapMs }: { readonly thinkCapMs?: number | undefined }): string {
  return thinkCapMs === undefined ? 'no think cap' : `think cap ${thinkCapMs / 1000} s`
}

/** What only one kind of load has. */
function ownFacets(load: Result['load']): (readonly [name: string, value: string])[] {
  switch (load.kind) {
    case 'lanes':
      return [
        ['start', `start ${load.start.min}-${load.start.max}`],
        ['think at the start', load.residualThink ? 'residual think time' : 'think time over at the start'],
        ['warm-up', `warm-up ${Object.values(load.warmup).join(' ')}`],
        ['quiesce', `quiesce ${load.quiesceMs} ms`],
        ['stagger', `stagger ${load.staggerMs} ms`],
        ...(load.ramp
          ? ([['ramp', `ramp ${load.ramp.lanes.join(', ')} settling ${load.ramp.settleMs / 1000} s`]] as const)
          : []),
      ]
    case 'schedule':
      return [
        ['turns', `turns at ${load.turns === 'recorded' ? 'recorded times' : 'recorded gaps'}`],
        ['offset', load.autoOffset ? 'from the first arrival' : 'from the beginning of the recording'],
      ]
    case 'rate':
      return [['arrivals', `arrivals ${Object.values(load.arrivals).join(' ')}`]]
  }
}

function until(end: Result['load']['until']): string {
  if (end.kind === 'window') return `window ${end.durationMs / 1000} s`
  return `${end.passes} ${end.passes === 1 ? 'pass' : 'passes'}`
}

export function knownFacets(all: readonly (readonly [name: string, value: string | undefined])[]): Facets {
  return new Map(all.filter((each): each is readonly [string, string] => each[1] !== undefined))
}
