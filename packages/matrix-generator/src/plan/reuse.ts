import { z } from 'zod'
import type { SweepJob } from '../job/sweep-job.ts'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')
const run = z.string().regex(/^[0-9]{1,20}$/, 'the number of a run')
const instant = z.iso.datetime()

/** A point that an earlier sweep measured well: what exactly it was of, and the run that holds its artifact. */
export const MeasuredPoint = z.strictObject({
  /** Of its job. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** Of its job too: everything that was started and how it was measured. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the image that ran. Absent: nobody knows, or it was none. */
  imageDigest: digest.optional(),
  replaySemantics: z.string().max(40),
  /** Of the traces that it replayed. */
  corpusOrigin: z.string().max(40),
  /** Of the oldest of its runs. */
  measuredAt: instant,
  run,
})
export type MeasuredPoint = z.infer<typeof MeasuredPoint>

/** What earlier sweeps measured; `index.json` beside a collection. */
export const ResultIndex = z.strictObject({
  schema: z.literal('result-index/1'),
  points: z.array(MeasuredPoint).max(100_000),
})
export type ResultIndex = z.infer<typeof ResultIndex>

/** A point of a sweep that is not run again: the run that measured it, and on which image. */
export const ReusedPoint = MeasuredPoint.pick({ id: true, run: true, imageDigest: true, measuredAt: true }).required()
export type ReusedPoint = z.infer<typeof ReusedPoint>

export interface ReuseTerms {
  /** The digest that an image's name stands for; undefined where nobody has said. */
  readonly digestOf: (image: string) => string | undefined
  /** Of this build. */
  readonly replaySemantics: string
  readonly nowMs: number
  /** Older points are measured again: their artifacts are about to go. */
  readonly maxAgeDays: number
}

export interface Reuse {
  readonly reused: readonly ReusedPoint[]
  /** Why each of the others is measured, by the id of its job. */
  readonly measured: ReadonlyMap<string, string>
}

/**
 * Which jobs an earlier sweep has done already. A point is only taken for another where everything is the same that can change a number:
 * row, command, environment, replay (all in the fingerprint), the image by its digest, the rules of the replay, and the corpus that the preset makes.
 */
export function reusePoints(jobs: readonly SweepJob[], index: ResultIndex, terms: ReuseTerms): Reuse {
  const byId = Map.groupBy(index.points, ({ id }) => id)
  const reused: ReusedPoint[] = []
  const measured = new Map<string, string>()
  for (const job of jobs) {
    const found = (byId.get(job.id) ?? []).map((point) => reuseOf(job, point, terms))
    const latest = found
      .filter((each) => typeof each !== 'string')
      .toSorted((a, b) => Date.parse(b.measuredAt) - Date.parse(a.measuredAt))[0]
    if (latest) reused.push(latest)
    else measured.set(job.id, found.filter((each) => typeof each === 'string').at(-1) ?? 'not measured before')
  }
  return { reused, measured }
}

/** The point where it may stand for the job, else why not. */
function reuseOf(job: SweepJob, point: MeasuredPoint, terms: ReuseTerms): ReusedPoint | string {
  if (job.fingerprint === undefined || job.fingerprint !== point.fingerprint) return 'its recipe or profile has changed'
  if (point.corpusOrigin === 'recorded') return 'it was measured on recorded traces, which nothing here names'
  if (point.replaySemantics !== terms.replaySemantics) return 'it was replayed by other rules than those of this build'
  const ageDays = (terms.nowMs - Date.parse(point.measuredAt)) / 86_400_000
  if (!(ageDays >= 0 && ageDays <= terms.maxAgeDays)) return `it was measured more than ${terms.maxAgeDays} days ago`
  if (point.imageDigest === undefined) return 'it was measured on an image whose digest nobody knows'
  const wanted = terms.digestOf(job.job.image)
  if (wanted === undefined) return 'the digest of its image is not known: name the image by digest'
  if (wanted !== point.imageDigest) return 'its image is another one by now'
  const { id, run, imageDigest, measuredAt } = point
  return { id, run, imageDigest, measuredAt }
}

/** The digest in an image's name. */
export function digestInName(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
}
