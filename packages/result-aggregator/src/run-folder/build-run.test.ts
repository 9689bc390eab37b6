import { appendFile, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Result } from '../result/result.ts'
import { freshFolder, header, planText, writeFinishedRun, writeKilledRun } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { readManifest } from './manifest.ts'
import { readResult } from './read-result.ts'
import { RunWriter } from './run-writer.ts'
import { saveResult } from './save-result.ts'
import { savedResultProblem } from './saved-result-problem.ts'
import { StoredPlans } from './stored-plans.ts'

const folder = freshFolder()

describe('a run that ended', () => {
  test('gives its result', async () => {
    await writeFinishedRun(folder())
    expect(linesOf(await buildRun(folder()))).toMatchInlineSnapshot(`
      "schema "result/1"
      identity {"model":"acme/model-7b"}
      provenance {"seed":42,"planDigest":"f05af76018a0a33c6243ef84b22bfcab69614d8a2e70f2cff6cca5b605246b31","corpusDigest":"corpus-digest","corpusOrigin":"recorded","command":"reprise replay --url http://127.0.0.1:8000 --seed 42","preset":{"name":"agentx-v0.1","changed":[]},"toolVersion":"0.1.0","replaySemantics":"1","target":{"kind":"http","url":"http://127.0.0.1:8000","simulated":false,"clock":"wall"}}
      load {"kind":"lanes","lanes":2,"start":{"min":0,"max":0},"timeScale":1,"thinkCapMs":60000,"warmup":{"kind":"full-prefill"},"quiesceMs":5000,"staggerMs":50,"until":{"kind":"window","durationMs":2000},"drainMs":60000}
      completeness {"ended":"window","unreadableLines":0}
      counts {"requests":3,"ok":2,"failed":1,"truncated":0,"cancelled":0,"failures":{"server-error":1},"refusedAsTooLong":0,"resent":0,"plays":2,"effectivePlays":2,"warmup":{"requests":1,"ok":1,"failed":0,"truncated":0,"cancelled":0},"leftOutTraces":0}
      throughput {"total":1011,"input":1000,"freshInput":360,"output":11,"requestsPerS":1,"windowMs":2000,"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"total":{"notEstimable":"few-plays"},"input":{"notEstimable":"few-plays"},"freshInput":{"notEstimable":"few-plays"},"output":{"notEstimable":"few-plays"},"requestsPerS":{"notEstimable":"few-plays"}}}
      cacheHit {"measured":0.64,"ideal":0.704,"knownRequests":2,"requests":2,"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"measured":{"notEstimable":"few-plays"},"ideal":{"notEstimable":"few-plays"}}}
      inputTokens {"requests":2,"unreported":0,"planned":2000,"reported":2000,"exactShare":1,"mismatched":[]}
      outputTokens {"requests":2,"unreported":0,"planned":22,"reported":22,"exactShare":1,"mismatched":[],"countedBy":{"usage":2,"length":0,"chunks":0,"none":0},"firstChunkAssumed":0}
      breakdown {"turn":[{"from":0,"to":0,"requests":1,"unanswered":0,"ttft":{"n":1,"p50":300,"p90":300},"tpot":{"n":1,"p50":100,"p90":100},"e2e":{"n":1,"p50":1300,"p90":1300},"hitMeasured":0.64,"hitIdeal":0.704},{"from":1,"to":1,"requests":2,"unanswered":1,"ttft":{"n":1,"p50":100,"p90":100},"tpot":{"n":1,"p50":50,"p90":50},"e2e":{"n":1,"p50":600,"p90":600},"hitMeasured":0.64,"hitIdeal":0.704}],"depth":[{"from":0,"to":0,"requests":3,"unanswered":1,"ttft":{"n":2,"p50":200,"p90":280},"tpot":{"n":2,"p50":75,"p90":95},"e2e":{"n":2,"p50":950,"p90":1230},"hitMeasured":0.64,"hitIdeal":0.704}],"context":[{"from":0,"to":1023,"requests":3,"unanswered":1,"ttft":{"n":2,"p50":200,"p90":280},"tpot":{"n":2,"p50":75,"p90":95},"e2e":{"n":2,"p50":950,"p90":1230},"hitMeasured":0.64,"hitIdeal":0.704}]}
      jobs {"begun":1,"completed":0,"completedWithFailures":0,"truncated":0,"unfinished":1,"durationMs":{"n":0,"cutOff":1},"perHour":0,"perHourPerUser":0,"sessions":{"root":{"begun":1,"completed":0}}}
      clientHealth {"dispatchDelayMs":{"p50":10,"p99":10,"max":10},"eventLoopDelayMs":{"p50":0.2,"p99":3},"maxRssMiB":120}
      validity {"verdict":"invalid","reasons":["failed-requests: 1 of 3 requests failed (33.3 %, limit 10 %): 1 server-error. Mend the server or lower the load, then run again.","short-window: 2 s were measured; 900 s or more show a steady state.","few-requests: 2 requests ended well; below 100 the high percentiles are guesses. Run longer or with more lanes.","few-plays: the 2 requests come from 2 plays of session trees, which tell as much as 2.0 of equal size; below 10 a single tree decides the figures. Run longer or with more lanes.","stalled: the last token came after 90 % of the window. The server stalled, or the lanes were all waiting."],"limits":{"failedShare":0.1,"failedWarnShare":0.01,"minPlays":10,"oddReplyShare":0.01,"oddFirstGapShare":0.5,"leftOutShare":0.01,"drift":{"share":0.1,"standardErrors":3},"exactInputShare":0.995,"inputDeviation":{"warn":0.01,"fail":0.05},"outputDeviation":0.05,"dispatchDelayP99Ms":{"warn":50,"fail":250},"lateArrivals":{"warn":0.001,"fail":0.05},"eventLoopDelayP99Ms":{"warn":50,"fail":250},"eventLoopShareOfTpot":0.2,"cpuShare":0.85,"minWindowMs":900000,"minRequests":100,"hitAboveIdeal":0.005,"censoredShare":{"warn":0.01,"fail":0.5},"overflowShare":0.01,"coverage":0.95,"misfitTurns":0.001}}
      ttft {"unit":"ms","n":2,"mean":200,"std":100,"min":100,"max":300,"p50":200,"p75":250,"p90":280,"p95":290,"p99":298,"excluded":0,"withFailures":{"n":3,"p50":300,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      ttfat {"unit":"ms","n":2,"mean":200,"std":100,"min":100,"max":300,"p50":200,"p75":250,"p90":280,"p95":290,"p99":298,"excluded":0,"withFailures":{"n":3,"p50":300,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      tpot {"unit":"ms","n":2,"mean":75,"std":25,"min":50,"max":100,"p50":75,"p75":87.5,"p90":95,"p95":97.5,"p99":99.5,"excluded":0,"withFailures":{"n":3,"p50":100,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      interactivity {"unit":"tokens/s","n":2,"mean":13.333333333333334,"std":5,"min":10,"max":20,"p50":13.333333333333334,"p75":11.428571428571429,"p90":10.526315789473685,"p95":10.256410256410257,"p99":10.050251256281408,"excluded":0,"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      itl_compat {"unit":"ms","n":2,"mean":75,"std":25,"min":50,"max":100,"p50":75,"p75":87.5,"p90":95,"p95":97.5,"p99":99.5,"excluded":0,"withFailures":{"n":3,"p50":100,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      e2e {"unit":"ms","n":2,"mean":950,"std":350,"min":600,"max":1300,"p50":950,"p75":1125,"p90":1230,"p95":1265,"p99":1293,"excluded":0,"withFailures":{"n":3,"p50":1300,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      e2e_per_token {"unit":"ms","n":2,"mean":86.36363636363637,"std":31.81818181818182,"min":54.54545454545455,"max":118.18181818181819,"p50":86.36363636363637,"p75":102.27272727272728,"p90":111.81818181818183,"p95":115,"p99":117.54545454545455,"excluded":0,"withFailures":{"n":3,"p50":118.18181818181819,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      e2e_interactivity {"unit":"tokens/s","n":2,"mean":11.578947368421051,"std":4.935897435897435,"min":8.461538461538462,"max":18.333333333333332,"p50":11.578947368421051,"p75":9.777777777777777,"p90":8.943089430894307,"p95":8.695652173913043,"p99":8.507347254447023,"excluded":0,"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      co_ttft {"unit":"ms","n":2,"mean":210,"std":100,"min":110,"max":310,"p50":210,"p75":260,"p90":290,"p95":300,"p99":308,"excluded":0,"withFailures":{"n":3,"p50":310,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      co_e2e {"unit":"ms","n":2,"mean":960,"std":350,"min":610,"max":1310,"p50":960,"p75":1135,"p90":1240,"p95":1275,"p99":1303,"excluded":0,"withFailures":{"n":3,"p50":1310,"p75":"unbounded","p90":"unbounded","p95":"unbounded","p99":"unbounded"},"intervals":{"method":"play-time","level":0.95,"n":2,"effectiveN":2,"p50":{"notEstimable":"few-values"},"p75":{"notEstimable":"few-values"},"p90":{"notEstimable":"few-values"},"p95":{"notEstimable":"few-values"},"p99":{"notEstimable":"few-values"}}}
      dispatch_delay {"unit":"ms","n":3,"mean":7.333333333333333,"std":3.7712361663282534,"min":2,"max":10,"p50":10,"p75":10,"p90":10,"p95":10,"p99":10,"excluded":0}"
    `)
  })

  test('by other objectives than it was told, and the result that is saved so is still its own', async () => {
    await writeFinishedRun(folder(), { slo: { ttft: 50 } })
    expect((await buildRun(folder())).goodput).toMatchObject({ slo: { ttft: 50 }, good: 0, judged: 3 })
    const asked = await buildRun(folder(), { slo: { e2e: 700 } })
    expect(asked.goodput).toMatchObject({ slo: { e2e: 700 }, good: 1, judged: 3 })
    await saveResult(folder(), asked)
    expect(await savedResultProblem(folder(), new StoredPlans())).toBeUndefined()
  })

  test('saves the result, and a manifest with the digest of every file', async () => {
    await writeFinishedRun(folder())
    const result = await buildRun(folder())
    expect(await saveResult(folder(), result)).toBe(join(folder(), 'results.json'))
    expect(await readResult(folder())).toEqual(result)
    const manifest = JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8'))
    expect(Object.keys(manifest.files)).toEqual([
      'command.txt',
      'phases.jsonl',
      'plan.json',
      'records.jsonl',
      'results.json',
      'run.json',
    ])
    expect(manifest.files['plan.json']).toEqual({
      bytes: Buffer.byteLength(planText),
      sha256: result.provenance.planDigest,
    })
    // The manifest does not list itself: saving again changes nothing.
    await saveResult(folder(), result)
    expect(JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8'))).toEqual(manifest)
    await appendFile(join(folder(), 'records.jsonl'), '\n')
    expect((await readManifest(folder())).files['records.jsonl']).not.toEqual(manifest.files['records.jsonl'])
    // Building it anew changes nothing.
    expect(await buildRun(folder())).toEqual(result)
  })
})

describe('a run that was killed', () => {
  test('gives the result of the part that ran, and says so', async () => {
    await writeKilledRun(folder())
    const result = await buildRun(folder())
    expect(result.completeness).toEqual({ ended: 'killed', unreadableLines: 0 })
    expect(result.counts).toMatchObject({ requests: 3, ok: 2, failed: 1 })
    // The last record ends the window, which was meant to last until 2,500.
    expect(result.throughput).toMatchObject({ windowMs: 2330 - 500, output: 22 / 1.83 })
    expect(result.validity.reasons).toContainEqual(
      'partial: the run was killed, and its last second may be missing. The numbers are those of the part that ran.',
    )
  })

  test.each([1, 100, 300])('a last line torn %i characters before its end is left out and counted', async (missing) => {
    await writeKilledRun(folder())
    const path = join(folder(), 'records.jsonl')
    const text = await readFile(path, 'utf8')
    await truncate(path, Buffer.byteLength(text) - 1 - missing)
    const result = await buildRun(folder())
    expect(result.completeness).toEqual({ ended: 'killed', unreadableLines: 1 })
    expect(result.counts).toMatchObject({ requests: 2, ok: 2, failed: 0 })
    expect(result.validity.reasons[0]).toContain('1 torn line was left out')
  })

  test('a last line that lacks only its end is a record', async () => {
    await writeKilledRun(folder())
    const path = join(folder(), 'records.jsonl')
    await truncate(path, Buffer.byteLength(await readFile(path, 'utf8')) - 1)
    expect((await buildRun(folder())).counts.requests).toBe(3)
  })

  test('before its first record', async () => {
    const writer = await RunWriter.open({ folder: folder(), header, planText })
    expect((await buildRun(folder())).validity.reasons[0]).toContain('no-ok-request: no request was sent')
    await writer.close({ reason: 'aborted' })
    expect((await buildRun(folder())).completeness.ended).toBe('aborted')
  })
})

/** A line of JSON per metric and per other field. */
function linesOf({ metrics, ...rest }: Result): string {
  const lines = [...Object.entries(rest), ...Object.entries(metrics)].map(
    ([name, value]) => `${name} ${JSON.stringify(value)}`,
  )
  return lines.join('\n')
}
