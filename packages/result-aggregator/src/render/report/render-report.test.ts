import { expect, test } from 'vitest'
import { buildResult } from '../../measure/build-result.ts'
import { collectionOf, failed } from '../../testing/collection.fixture.ts'
import { lanesLoad, okRecord, runHeader, unansweredRecord } from '../../testing/run.fixture.ts'
import { sweepJob } from '../../testing/sweep.fixture.ts'
import type { ReportRun } from './content/report-run.ts'
import { renderReport } from './render-report.ts'

const evil = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>`
const assets = { chartLibrary: 'var echarts', script: 'const end = "</script>"', style: 'body{}' }

function run(lanes: number, changes: Parameters<typeof runHeader>[1] = {}): ReportRun {
  const requests = [
    okRecord({ trace: evil, session: evil }),
    unansweredRecord({ kind: 'failed', class: 'server-error', message: evil }, { lane: 1 }),
  ]
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2000 }]
  const header = runHeader(lanesLoad({ lanes }), changes)
  const result = buildResult({ header, phases, records: requests, ended: 'window' })
  return { name: `${evil}${lanes}`, result, phases, requests }
}

test('nothing that a trace, a server or a user wrote becomes markup', () => {
  const identity = { model: evil, hardware: evil, gpus: 8, engine: { name: evil, version: evil } }
  const page = renderReport([run(1, { identity, command: evil, commit: evil }), run(2, { identity })], assets)
  expect(page).not.toContain('<img')
  expect(page.match(/<script/g)).toHaveLength(3)
  expect(page.match(/<\/script>/g)).toHaveLength(3)
  expect(page).toContain('const end = "\\x3c/script>"')
  expect(page).toContain(`content="default-src &#39;none&#39;; script-src &#39;sha256-`)
})

test('what is missing is said, and what is there is not called missing', () => {
  const without = renderReport([run(1)], assets)
  expect(without).toContain('the number of GPUs was given with none of these runs')
  expect(without).toContain('<th scope="row">Throughput per GPU</th><td class="text">in all runs</td>')
  const identity = { model: 'm', hardware: 'h', gpus: 8 }
  const some = renderReport([run(1), run(2, { identity })], assets)
  expect(some).toContain('<th scope="row">Throughput per GPU</th><td class="text">in 1 of 2 runs</td>')
  const all = renderReport([run(2, { identity })], assets)
  expect(all).not.toContain('<th scope="row">Throughput per GPU</th>')
  expect(all).not.toContain('NaN')
  expect(all).not.toMatch(/>undefined</)
})

test('whole jobs, objectives, and parts by turn, depth and context; those of many runs stand in their results alone', () => {
  const few = renderReport([run(1, { slo: { ttft: 200 } })], assets)
  expect(few).toContain(
    '<th scope="col" title="Share of requests that kept all of them; failures keep none">Objectives kept</th>',
  )
  // One good reply, and a failure.
  expect(few).toContain('<td>50.0%</td>')
  expect(few).toMatch(/<td class="text">context<\/td><td>0<\/td><td>1,023<\/td><td>2<\/td><td>1<\/td>/)
  const many = renderReport(
    Array.from({ length: 13 }, (_, i) => run(i + 1)),
    assets,
  )
  expect(many).not.toContain('by depth of subagents')
})

test('power and agents stand where there is something to tell of them', () => {
  const plain = renderReport([run(1)], assets)
  for (const id of ['power', 'agents']) expect(plain.includes(`#${id}`), id).toBe(false)
  const known = renderReport(
    [run(1), run(2)].map(({ result, ...rest }) => ({
      ...rest,
      result: { ...result, identity: { model: 'm', hardware: 'NVIDIA B200', gpus: 8 } },
    })),
    assets,
  )
  expect(known).toContain('<a href="#power">')
  expect(known).toContain('aria-label="Kilowatts for a GPU of NVIDIA B200" value="2.17"')
  // Nobody measured any.
  expect(known).not.toContain('<option value="measured">')
  expect(known).toContain('<a href="#agents">')
})

test('it is said how far the words of prompts were checked', () => {
  const http = { kind: 'http', simulated: false, clock: 'wall' } as const
  const words = { listed: 2322, usable: 2143, notAsked: 9 }
  const checked = renderReport([run(1, { target: { ...http, words } })], assets)
  expect(checked).toContain('2143 of 2322 are one token on the server, 9 could not be asked for')
  expect(renderReport([run(1, { target: http })], assets)).toContain('not checked on the server')
  expect(renderReport([run(1, { target: { ...http, kind: 'in-process' } })], assets)).toContain('none are sent')
})

test('figures that cut-off requests hide, and a pace that no reply shows, are dashes with the reason', () => {
  const { tokensInFirstChunk: _, ...atOnce } = okRecord({ chunksInFirstRead: 11, lastTokenMs: 1100 })
  const requests = [atOnce, atOnce, atOnce, unansweredRecord({ kind: 'cancelled' })]
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2000 }]
  const result = buildResult({ header: runHeader(), phases, records: requests, ended: 'window' })
  expect(result.metrics.ttft).toMatchObject({ p50: 100 })
  const page = renderReport([{ name: 'run', result, phases, requests }], assets)
  const row = page.slice(page.indexOf('TTFT, ms p50')).match(/<tbody>.*?<\/tr>/s)![0]
  // n of e2e, then TTFT, TPOT and E2E at p50, p90 and p99, and TTFT p99 with failures.
  const shown = row.replaceAll(/<span aria-hidden="true">-<\/span><span class="spoken">not measured<\/span>/g, '-')
  const cells = [...shown.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell)
  expect(cells.slice(-11)).toEqual(['3', '100', '-', '-', '-', '-', '-', '100', '-', '-', 'unbounded'])
  expect(page).toContain('Percentiles and means that requests cut off by the end reach')
  expect(page).toContain('TPOT and interactivity')
  expect(page).not.toMatch(/NaN|Infinity|undefined</)
})

test('a failed job shows the last lines of its log, as text', () => {
  const job = { ...sweepJob(1), configKey: 'tiny' }
  const failure = failed(job, 'recipe', 'its last lines say why', ['first', ...Array(20).fill('line'), evil])
  const page = renderReport([], assets, { sweep: collectionOf(failure) })
  expect(page).toMatch(/<pre>line\n[^<]*&lt;\/script&gt;/)
  expect(page).not.toContain('>first')
})

test('equal runs are told apart by their folders', () => {
  const page = renderReport(
    [
      { ...run(4), name: 'first' },
      { ...run(4), name: 'second' },
    ],
    assets,
  )
  expect(page).toContain('4 lanes, first')
  expect(page).toContain('4 lanes, second')
})
