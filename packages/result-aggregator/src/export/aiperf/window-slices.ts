import type { SampledPage } from './sampled-pages.ts'

/** A stretch of a run, on its clock. */
export interface SliceWindow {
  readonly startMs: number
  readonly endMs: number
}

/** One of the equal parts of a window; the last may be shorter, and is then not complete. */
export interface WindowSlice extends SliceWindow {
  readonly isComplete: boolean
}

export function windowSlices({ startMs, endMs }: SliceWindow, sliceMs: number): WindowSlice[] {
  const count = Math.ceil((endMs - startMs) / sliceMs - 1e-9)
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const until = startMs + sliceMs * (i + 1)
    return { startMs: startMs + sliceMs * i, endMs: Math.min(until, endMs), isComplete: until <= endMs + 1e-6 }
  })
}

/** The numbers of the samples between two instants: from `startMs` on, and before `endMs`; or, of what is counted, behind `startMs` and up to `endMs`. */
export function samplesIn(
  { atMs }: SampledPage,
  { startMs, endMs }: SliceWindow,
  counted: boolean,
): readonly [from: number, until: number] {
  const first = (isIn: (ms: number) => boolean) => {
    let [from, until] = [0, atMs.length]
    while (from < until) {
      const middle = (from + until) >> 1
      if (isIn(atMs[middle]!)) until = middle
      else from = middle + 1
    }
    return from
  }
  return counted
    ? [first((ms) => ms > startMs), first((ms) => ms > endMs)]
    : [first((ms) => ms >= startMs), first((ms) => ms >= endMs)]
}
