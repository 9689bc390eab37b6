import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runHere, serveHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const page = (name: string) => readFileSync(resolve(root, `docs/${name}.md`), 'utf8')

/** What a page says to type, in its order. */
function commandsOf(name: string): string[][] {
  return [...page(name).matchAll(/^```text\n(.*?)^```/gms)]
    .flatMap(([, block]) => block!.trim().split('\n'))
    .filter((line) => line.startsWith('npx reprise '))
    .map((line) => line.replace('npx reprise ', '').split(' '))
}

/** As the page has it, of a load that takes no time. */
function small(words: readonly string[], out: string): string[] {
  const smaller = words.map((word, at) => (words[at - 1] === '--lanes' ? '3' : word))
  if (words[0] !== 'simulate') return smaller
  return [...smaller, ...(words.includes('--passes') ? [] : ['--passes', '1']), '--out', out, '--no-report']
}

describe('what docs/fleets.md says to type', () => {
  const commands = commandsOf('fleets')
  test('there is a fleet of each kind, and one that serves', () => {
    const text = commands.map((words) => words.join(' ')).join('\n')
    for (const word of ['--workers', '--prefill-workers', '--kv-transfer', 'serve ']) expect(text).toContain(word)
  })

  test.each(
    commands.filter(([name]) => name === 'simulate').map((words) => [words.slice(1).join(' '), words] as const),
  )('simulate %s', async (_, words) => {
    const folder = temporaryFolder()
    const { code, stderr } = await runHere(small(words, 'run'), { cwd: folder })
    expect([code, stderr]).toEqual([0, expect.stringMatching(/ workers?/)])
    const { identity, counts, engineModel } = JSON.parse(readFileSync(join(folder, 'run', 'results.json'), 'utf8'))
    expect(counts.ok).toBe(counts.requests)
    const asked = Object.keys(identity.engine.config.fleet)
    expect(asked).toContain(words.includes('--workers') ? 'workers' : 'decodeWorkers')
    expect(Boolean(engineModel.transfers)).toBe(words.includes('--decode-workers'))
  })

  test.each(commands.filter(([name]) => name === 'serve').map((words) => [words.slice(1).join(' '), words] as const))(
    'serve %s',
    async (_, words) => {
      const served = await serveHere(words.slice(1))
      expect((await fetch(new URL('/health', served.url))).status).toBe(200)
      expect(await served.stop()).toBe(0)
    },
  )
})

test('the engine of docs/caches.md has the tiers that the page says, and its records tell of them', async () => {
  const [, described] = /^```json\n(.*?)^```/ms.exec(page('caches'))!
  const folder = temporaryFolder()
  // So little on the device that the host is needed.
  const { scheduler } = JSON.parse(described!) as { scheduler: { kvOffload: { host: object; disk: object } } }
  expect(Object.keys(scheduler.kvOffload)).toEqual(['hostBlocks', 'tokenBytes', 'host', 'disk'])
  const engine = { scheduler: { ...scheduler, numBlocks: 1_200, maxModelLen: 60_000 } }
  writeFileSync(join(folder, 'FILE'), JSON.stringify(engine))
  const run = await runHere(small(['simulate', '--engine', 'FILE', '--lanes', '4'], 'run'), { cwd: folder })
  expect(run.code, run.stderr).toBe(0)
  const { cacheHit } = JSON.parse(readFileSync(join(folder, 'run', 'results.json'), 'utf8'))
  expect(cacheHit.sources.hostTokens).toBeGreaterThan(0)
  const served = await serveHere(['--engine', join(folder, 'FILE')])
  expect(await (await fetch(new URL('/metrics', served.url))).text()).toContain('vllm:external_prefix_cache_hits_total')
  expect(await served.stop()).toBe(0)
})

test('what docs/simulations.md says to type, in its order', async () => {
  const folder = temporaryFolder()
  const made = await runHere(['trace', 'synth', '--out', 'traces', '--traces', '3', '--scale', '0.05'], { cwd: folder })
  expect(made.code, made.stderr).toBe(0)
  for (const [at, words] of commandsOf('simulations').entries()) {
    const { code, stdout, stderr } = await runHere(small(words, `run-${at}`), { cwd: folder })
    expect(code, `${words.join(' ')}: ${stderr}`).toBe(0)
    // The constants of the embedded engine.
    if (words[0] === 'calibrate') expect(stdout).toMatch(/^ {2}baseMs +8\.0000$/m)
  }
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({
    num_requests: expect.any(Number),
  })
})
