import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { expandFullSweep } from './expand/full-sweep.ts'
import { canonicalJson } from './job/canonical-json.ts'
import type { Job } from './job/job.ts'
import { rowOf } from './job/row-of.ts'
import { parseChangelog } from './plan/parse-changelog.ts'
import { planChangelog } from './plan/plan-changelog.ts'
import { pointId, recipeFingerprint } from './plan/point-id.ts'
import { selectChanged } from './plan/select-changed.ts'
import { shardRows } from './plan/shard.ts'
import { rowSchema } from './schema/rows.ts'
import { master, runnersText } from './testing/arbitrary-master.fixture.ts'
import { readTexts } from './testing/master-files.fixture.ts'

const epoch = 'aug2026'
const read = (content: object) => readTexts(stringify(content), runnersText, { epoch })
const rowsOf = (text: string, compat = false) =>
  expandFullSweep(readTexts(text, runnersText, { epoch, compat }), { allowEmpty: true }).jobs.map((job) =>
    rowOf(job, epoch),
  )

test('the expansion does not depend on the order of keys within entries, nor on comments and blank lines', () => {
  fc.assert(
    fc.property(master, fc.integer({ min: 1, max: 1000 }), (content, salt) => {
      const plain = stringify(content)
      const shuffled = stringify(
        Object.fromEntries(Object.entries(content).map(([key, entry]) => [key, reordered(entry, salt)])),
      )
      const commented = shuffled.replaceAll('\n', '\n# a comment: with [brackets\n\n')
      expect(rowsOf(commented).map(canonicalJson)).toEqual(rowsOf(plain).map(canonicalJson))
    }),
    { numRuns: 25 },
  )
})

test('every row is valid under the schema of rows, with and without compat', () => {
  fc.assert(
    fc.property(master, fc.boolean(), (content, compat) => {
      const schema = rowSchema(epoch)
      for (const row of rowsOf(stringify(content), compat)) expect(schema.safeParse(row).error?.message).toBeUndefined()
    }),
    { numRuns: 25 },
  )
})

test('point ids are unique', () => {
  fc.assert(
    fc.property(
      master,
      fc.constantFrom({}, { noEvals: true }, { evalsOnly: true }, { allEvals: true }),
      (content, flags) => {
        const ids = expandFullSweep(read(content), { ...flags, allowEmpty: true }).jobs.map((job) =>
          pointId(job, epoch),
        )
        expect(new Set(ids).size).toBe(ids.length)
      },
    ),
    { numRuns: 25 },
  )
})

test('shards are a partition of the rows in order, each within its limits, none empty', () => {
  const row = fc.record({ name: fc.string({ maxLength: 30 }), conc: fc.nat() })
  fc.assert(
    fc.property(
      fc.array(row),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 250, max: 900 }),
      (rows, maxJobs, maxBytes) => {
        const shards = shardRows(rows, { maxJobs, maxBytes })
        expect(shards.flatMap((shard) => shard.rows)).toEqual(rows)
        for (const [i, shard] of shards.entries()) {
          expect(shard.index).toBe(i)
          expect(shard.bytes).toBe(Buffer.byteLength(JSON.stringify(shard.rows)))
          expect(shard.bytes).toBeLessThanOrEqual(maxBytes)
          expect(shard.rows.length).toBeGreaterThan(0)
          expect(shard.rows.length).toBeLessThanOrEqual(maxJobs)
        }
      },
    ),
  )
})

test('an append-only changelog entry, and a diff of the configs, select exactly the new points', () => {
  fc.assert(
    fc.property(master, fc.integer({ min: 1, max: 4 }), fc.boolean(), (content, extra, inPlace) => {
      const grown = withNewPoints(content, extra, inPlace)
      const [base, head] = [read(content), read(grown)]
      const sweep = (matrix: typeof base) => expandFullSweep(matrix, { noEvals: true, allowEmpty: true }).jobs
      const idsOf = (jobs: ReturnType<typeof sweep>) => jobs.map((job) => pointId(job, epoch))
      const before = new Set(idsOf(sweep(base)))
      const expected = idsOf(sweep(head)).filter((id) => !before.has(id))
      const log = {
        file: 'log.yaml',
        text: '- config-keys: ["*"]\n  description: [more]\n  pr-link: "#2"\n  append-only: true\n',
      }
      const plan = planChangelog({ base, head, added: parseChangelog('', log) })
      const pointsOf = (jobs: readonly Job[]) =>
        jobs.flatMap((job) => job.concurrencies.map((value) => `${recipeFingerprint(job, epoch)} ${value}`))
      const oldPoints = new Set(pointsOf(sweep(base)))
      expect(pointsOf(plan.throughput)).toEqual(pointsOf(sweep(head)).filter((point) => !oldPoints.has(point)))
      expect(plan.evaluations).toEqual([])
      const changed = selectChanged({
        head,
        headJobs: sweep(head),
        baseMatrix: base,
        baseJobs: sweep(base),
        changedFiles: [],
      })
      expect(idsOf([...changed.jobs])).toEqual(expected)
      if (!inPlace) expect(expected).toHaveLength(sweep(head).length - before.size)
    }),
    { numRuns: 40 },
  )
})

/** The same value with the keys of every mapping in another order; lists stay. */
function reordered(value: unknown, salt: number): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, salt))
  if (typeof value !== 'object' || value === null) return value
  const rank = (key: string) =>
    [...key].reduce((sum, character) => (sum * 31 + character.charCodeAt(0) * salt) % 9973, salt)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([key, member]) => [key, reordered(member, salt)]),
  )
}

/** New concurrencies in every scenario, above all that the generator makes: on a line of their own, or in the first list there is. */
function withNewPoints(content: Record<string, unknown>, extra: number, inPlace: boolean): Record<string, unknown> {
  const grown = structuredClone(content) as Record<
    string,
    { scenarios: Record<string, { 'search-space': Record<string, unknown>[] }[]> }
  >
  for (const entry of Object.values(grown)) {
    for (const scenario of Object.values(entry.scenarios).flat()) {
      const added = Array.from({ length: extra }, (_, i) => 5000 + i)
      const listed = scenario['search-space'].find((arm) => Array.isArray(arm['conc-list']))
      if (inPlace && listed !== undefined) {
        listed['conc-list'] = [...(listed['conc-list'] as number[]), ...added]
        continue
      }
      const { 'conc-start': _start, 'conc-end': _end, ...arm } = scenario['search-space'][0]!
      scenario['search-space'].push({ ...arm, 'conc-list': added })
    }
  }
  return grown
}
