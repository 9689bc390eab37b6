import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { serveHere } from '../run-here.ts'
import { root } from '../sources.ts'
import { type PackageFiles, packageFiles } from './package-files.ts'
import { promtool } from './promtool.ts'

const tool = promtool()
/** Whose names a page has, and the sources that have them. */
const engines = {
  vllm: packageFiles('vllm', '0.33.0', 'source'),
  sglang: packageFiles('sglang', '0.5.23', 'wheel'),
}
const captured = resolve(root, '../shared/data/vllm/captures/metrics.txt')
if (!existsSync(captured)) console.warn(`SKIPPED: no page of a real vLLM at ${captured}`)

afterAll(() => {
  for (const each of [tool, ...Object.values(engines)]) each?.remove()
})

/** What promtool would call otherwise: all metrics with a colon, and these, which their engines call so. */
const remarkOnColon = "metric names should not contain ':'"
const otherRemarks = {
  vllm: ['vllm:iteration_tokens_total non-counter metrics should not have "_total" suffix'],
  sglang: ['generation_tokens', 'prompt_tokens', 'uncached_prompt_tokens'].map(
    (name) => `sglang:${name}_histogram metric name should not include type 'histogram'`,
  ),
}

describe.skipIf(!tool)('promtool check metrics', () => {
  test.each(['vllm', 'sglang'] as const)(
    "reads the page of serve in %s's manner, and has remarks on that engine's names alone",
    async (engine) => {
      const { error, remarks } = tool!.check(await pageOf(engine))
      expect(error).toBeUndefined()
      const onColons = remarks.filter((line) => line.endsWith(` ${remarkOnColon}`))
      expect(remarks.filter((line) => !onColons.includes(line) && !otherRemarks[engine].includes(line))).toEqual([])
      const names = onColons.map((line) => line.split(' ')[0]!)
      console.log(`${tool!.version}:`, names.length, `names of ${engine}`)
      expect(names.length).toBeGreaterThan(20)
      const sources = engines[engine]
      if (sources) expect(names.filter((name) => !isNameIn(sources, engine, name))).toEqual([])
    },
  )

  test.skipIf(!existsSync(captured))('has the same remarks on the page of a real vLLM', () => {
    const { error, remarks } = tool!.check(readFileSync(captured, 'utf8'))
    expect(error).toBeUndefined()
    expect(remarks.filter((line) => !line.endsWith(` ${remarkOnColon}`))).toEqual(otherRemarks.vllm)
  })

  test.each([
    ['a label without an end', 'a{b="1} 2\n'],
    ['a type after its samples', 'a 1\n# TYPE a gauge\n'],
    ['a label twice', 'a{b="1",b="2"} 1\n'],
  ])('does not read %s', (_, page) => {
    expect(tool!.check(page).error).toContain('text format parsing error')
  })
})

/** After a request that ends well, and one that is refused. */
async function pageOf(engine: string): Promise<string> {
  const server = await serveHere(['--engine', engine])
  try {
    const ask = (body: object) =>
      fetch(`${server.url}/v1/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await ask({ prompt: 'baba dede', max_tokens: 3 })).status).toBe(200)
    expect((await ask({ prompt: 'baba dede', temperature: -1 })).status).toBe(400)
    return await (await fetch(`${server.url}/metrics`)).text()
  } finally {
    await server.stop()
  }
}

/** Python's client adds `_total` to the name of a counter, and writes `_created` beside it. */
function isNameIn({ folder }: PackageFiles, engine: string, name: string): boolean {
  const plain = name.replace(/_created$/, '')
  return [plain, plain.replace(/_total$/, '')].some((each) => namesIn(folder, engine).has(each))
}

const known = new Map<string, ReadonlySet<string>>()

/** Every text of the package that reads like one of the engine's names. */
function namesIn(folder: string, engine: string): ReadonlySet<string> {
  const before = known.get(engine)
  if (before) return before
  const files = globSync(`${engine}/**/*.py`, { cwd: folder })
  const quoted = new RegExp(`["'](${engine}:[a-z0-9_]+)["']`, 'g')
  const found = new Set(
    files.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(quoted)].map(([, name]) => name!)),
  )
  known.set(engine, found)
  return found
}
