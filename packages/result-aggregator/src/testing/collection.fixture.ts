import type { SweepJob } from '@reprise/matrix-generator'
import { judgeJob } from '../measure/judge-job.ts'
import { renderReproduction } from '../render/reproduce-job.ts'
import type { CollectedJob, Collection } from '../result/collection.ts'
import type { JobFailureClass } from '../result/job-status.ts'
import { nothingLeft, resultOf, sweepJob } from './sweep.fixture.ts'

export function done(job: SweepJob): CollectedJob {
  const results = [resultOf(job)]
  const evidence = { ...nothingLeft, results }
  return { job, status: judgeJob({ job, evidence, cancelled: false, reproduce: renderReproduction(job) }), results }
}

export function failed(
  job: SweepJob,
  failureClass: JobFailureClass,
  message: string,
  logTail?: string[],
): CollectedJob {
  const { status } = done(job)
  const failure = { class: failureClass, phase: 'replay', message, ...(logTail && { logTail }) }
  return { job, status: { ...status, outcome: 'failed', failure }, results: [] }
}

export function collectionOf(...rows: readonly CollectedJob[]): Collection {
  const lost = rows.filter(({ status }) => status.failure).length
  return {
    schema: 'collection/1',
    totals: { jobs: rows.length, done: rows.length - lost, failed: lost },
    rows: [...rows],
    strays: [],
  }
}

/** What names of configurations and messages of servers may hold when somebody means harm. */
export const hostileTexts = [
  '=cmd|"/C calc"!A0',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  ' =1+1',
  '＝1+1',
  'a,"b"\nc;d',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://example.org/x.png)',
  '| a | b |',
  '`code` ``` ~~~',
  '**bold** __bold__ ~~gone~~',
  '# heading',
  '- item',
  '1. item',
  '@someone #1 GH-2 :tada: www.example.org https://example.org',
  '::set-output name=x::y',
  'a word ::add-mask::y and ##[error]z',
  ['$(touch /tmp/x) `touch /tmp/y` $', '{{ secrets.X }}'].join(''),
  '\u001b[31mred\u001b[0m \u202eright to left',
  '%%{init: {"x": 1}}%% "]: [1, 1]\n  "mine',
]

export const hostile = collectionOf(
  ...hostileTexts.flatMap((text, i) => [
    done(sweepJob(2 * i + 1, { configKey: text })),
    failed(sweepJob(2 * i + 2, { configKey: text }), 'server', text, [text]),
  ]),
)

export const plain = collectionOf(
  done(sweepJob(1)),
  done(sweepJob(2, { gpus: 4, configKey: 'tiny-fp4-b200-sglang' }, { concurrencies: [16], runner: 'b200' })),
  failed(sweepJob(3), 'server', 'the server ended while it was being measured (signal SIGKILL)', ['CUDA error']),
)
